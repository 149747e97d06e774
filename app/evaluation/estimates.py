"""What a run is going to take, before it starts: tokens, money, time, and what it will be able to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

from app.backends import BACKENDS, BackendSettings
from app.backends.strategies.settings import asked
from app.evaluation import figures
from app.evaluation.figures import Figure, Known, Limits, Manner, Work
from app.evaluation.plans import Candidate, plan
from app.evaluation.runs import Request, check_askable, find_model, find_version, template_for
from app.problems.prompts import PromptTemplate
from app.storage import estimates as stored
from app.storage import problems
from app.storage.records import Model, SetVersion
from app.storage.sessions import Database, ReadSession, utc_now

ENOUGH = 20
"""Completions from which a model's means are taken rather than guessed."""


@dataclass(frozen=True)
class Estimate:
    """What one run is going to take, and what it can show.

    `cost` is in US dollars; `seconds` are those of asking, beside which answers are graded. `detectable` is
    the smallest difference of accuracies, from 0 to 1, that a comparison of two such runs notices.
    """

    model: str
    problem_set: str
    version: str
    samples: int
    problems: int
    prompt_tokens: Figure
    completion_tokens: Figure
    cost: Figure
    seconds: Figure
    detectable: Figure


def estimate(db: Database, request: Request, *, workers: int = 1, day: date | None = None) -> Estimate:
    """What a run is going to take that is asked for so, at the prices of `day` (today, in UTC).

    `workers` is how many problems a computer algebra system is given at once; a served model has its limits
    among its settings. Raises UnknownProblemSet, UnknownModel, InvalidRequest, or InvalidSettings.
    """
    with db.read() as s:
        version, model = find_version(s, request.problem_set, request.version), find_model(s, request.model)
        settings = check_askable(model)
        work = _planned(s, version, request, template_for(request, model), settings)
        known = _known(s, model, version)
    limits = Limits.of(settings, workers)
    if BACKENDS[model.backend].solves_tasks:
        prompts = answers = cost = Figure(0.0, 0.0, "it is no language model")
        seconds = figures.solving_seconds(work, limits, known)
    else:
        prompts = figures.prompt_tokens(work, known)
        answers = figures.answer_tokens(work, limits, known)
        cost = figures.dollars(limits.prices, day or utc_now().date(), prompts, answers)
        seconds = figures.asking_seconds(work, limits, known, prompts, answers)
    return Estimate(
        model.name,
        version.name,
        version.version,
        work.samples,
        work.problems,
        prompts,
        answers,
        cost,
        seconds,
        figures.detectable(work),
    )


def _planned(
    s: ReadSession,
    version: SetVersion,
    request: Request,
    template: PromptTemplate,
    settings: BackendSettings,
) -> Work:
    rows = {row.id: row for row in problems.keys(s, version.id)}
    candidates = [Candidate(row.id, row.problem_id, row.topic, row.perturbation) for row in rows.values()]
    samples = plan(candidates, request.limit, request.repetitions)
    variants = {variant for variant, _ in samples}
    statements = stored.statements(s, version.id)
    system = len(getattr(asked(settings), "system", None) or "")
    characters = sum(system + len(template.render(*statements[variant])) for variant in variants)
    # As many repetitions as one request draws are put to the model as one.
    times = ceil(request.repetitions / getattr(settings, "draws_per_request", 1))
    return Work(
        samples=len(samples),
        problems=len({rows[variant].problem_id for variant in variants}),
        groups=len(variants) * times,
        characters=characters * times,
        manner=Manner.of(settings),
    )


def _known(s: ReadSession, model: Model, version: SetVersion) -> Known | None:
    for version_id, where in ((version.id, "on this set"), (None, "on any set")):
        found = stored.experience(s, model.id, version_id)
        if found.completions >= ENOUGH:
            which = f"{found.completions:,} earlier completions of this model {where}"
            return Known(which, found.prompt_tokens, found.completion_tokens, found.latency)
    return None
