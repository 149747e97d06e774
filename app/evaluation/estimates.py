"""What a run is going to take, before it starts: tokens, money, time, and what it will be able to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from app.backends import BACKENDS, BackendSettings, check_spec
from app.backends.prices import Price, cost, price_at
from app.evaluation.plans import Candidate, plan
from app.evaluation.runs import Request, find_model, find_version, spec_of
from app.statistics.power import CORRELATION, INDEPENDENT, POWER, detectable_difference
from app.storage import estimates as stored
from app.storage import problems
from app.storage.estimates import Experience
from app.storage.records import Model, SetVersion
from app.storage.sessions import Database, ReadSession, utc_now

ENOUGH = 20
"""Completions from which a model's means are taken rather than guessed."""

CHARACTERS, FEWEST_CHARACTERS = 3.5, 2.0
"""Of a prompt, for one token: 3.45 and 3.87 on the shipped sets (Mistral's `tekken`, November 2026)."""

GUESSED_TOKENS = 2_000
"""Tokens of an answer that shows its work; a model that thinks at length takes several times as many."""

GUESSED_SPEED = 50.0
"""Tokens of one answer in a second, among many that are being written."""

GUESSED_SOLVING = 2.0
"""Seconds that a computer algebra system takes over one problem."""


@dataclass(frozen=True)
class Figure:
    """What is expected, what it is at most, and what that rests on; None is what cannot be told."""

    expected: float | None
    most: float | None
    ground: str


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


@dataclass(frozen=True)
class _Work:
    """What is asked: samples of so many problems, in so many requests of so many characters together."""

    samples: int
    problems: int
    requests: int
    characters: int


@dataclass(frozen=True)
class _Limits:
    """What a backend's settings say of tokens, pace and money, as far as it has such settings."""

    concurrency: int
    together: int
    max_tokens: int | None
    timeout: float | None
    requests_per_minute: float | None
    tokens_per_minute: float | None
    prices: Iterable[Price]

    @classmethod
    def of(cls, settings: BackendSettings, workers: int) -> _Limits:
        def said(name: str) -> float | None:
            return getattr(settings, name, None)

        return cls(
            int(said("concurrency") or said("max_num_seqs") or workers),
            int(said("draws_per_request") or 1),
            None if said("max_tokens") is None else int(said("max_tokens") or 0),
            said("timeout"),
            said("requests_per_minute"),
            said("tokens_per_minute"),
            getattr(settings, "prices", ()),
        )


@dataclass(frozen=True)
class _Known:
    """What earlier completions of the model came to, and which those are; `means` is None for too few."""

    means: Experience | None
    which: str = ""


def estimate(db: Database, request: Request, *, workers: int = 1, day: date | None = None) -> Estimate:
    """What a run is going to take that is asked for so, at the prices of `day` (today, in UTC).

    `workers` is how many problems a computer algebra system is given at once; a served model has its limits
    among its settings. Raises UnknownProblemSet, UnknownModel, InvalidRequest, or InvalidSettings.
    """
    with db.read() as s:
        version, model = find_version(s, request.problem_set, request.version), find_model(s, request.model)
        limits = _Limits.of(check_spec(spec_of(model)), workers)
        work = _planned(s, version.id, request, limits.together)
        known = _known(s, model, version)
    if BACKENDS[model.backend].solves_tasks:
        prompts = answers = money = Figure(0.0, 0.0, "it is no language model")
        each = _solving(limits, known)
    else:
        prompts = _prompt_tokens(work, known)
        answers = _answer_tokens(work, limits, known)
        money = _cost(limits.prices, day or utc_now().date(), prompts, answers)
        each = _answering(work, answers, limits, known)
    return Estimate(
        model.name,
        version.name,
        version.version,
        work.samples,
        work.problems,
        prompts,
        answers,
        money,
        _seconds(work, limits, each, prompts, answers),
        _detectable(work),
    )


def _planned(s: ReadSession, version_id: str, request: Request, together: int) -> _Work:
    rows = {row.id: row for row in problems.keys(s, version_id)}
    candidates = [Candidate(row.id, row.problem_id, row.topic, row.perturbation) for row in rows.values()]
    samples = plan(candidates, request.limit, request.repetitions)
    variants = {variant for variant, _ in samples}
    statements = stored.statements(s, version_id)
    characters = sum(len(request.prompt.render(*statements[variant])) for variant in variants)
    times = ceil(request.repetitions / together)
    return _Work(
        samples=len(samples),
        problems=len({rows[variant].problem_id for variant in variants}),
        requests=len(variants) * times,
        characters=characters * times,
    )


def _known(s: ReadSession, model: Model, version: SetVersion) -> _Known:
    here = stored.experience(s, model.id, version.id)
    if here.completions >= ENOUGH:
        return _Known(here, f"{here.completions:,} earlier completions of this model on this set")
    anywhere = stored.experience(s, model.id)
    if anywhere.completions >= ENOUGH:
        return _Known(anywhere, f"{anywhere.completions:,} earlier completions of this model on other sets")
    return _Known(None)


def _prompt_tokens(work: _Work, known: _Known) -> Figure:
    most = work.characters / FEWEST_CHARACTERS
    if known.means is None or known.means.prompt_tokens is None:
        ground = f"a guess: a token for every {CHARACTERS} characters of the prompts, at most for every "
        return Figure(work.characters / CHARACTERS, most, f"{ground}{FEWEST_CHARACTERS:g}")
    expected = known.means.prompt_tokens * work.samples
    # A strategy with several requests for one sample may have used more than the prompts have.
    return Figure(expected, most if most > expected else None, f"from {known.which}")


def _answer_tokens(work: _Work, limits: _Limits, known: _Known) -> Figure:
    most = None if limits.max_tokens is None else float(limits.max_tokens * work.samples)
    bound = "; nothing bounds it, for the model has no max_tokens" if most is None else ""
    if known.means is None or known.means.completion_tokens is None:
        each = min(GUESSED_TOKENS, limits.max_tokens or GUESSED_TOKENS)
        return Figure(each * work.samples, most, f"a guess: {each:,} tokens an answer{bound}")
    expected = known.means.completion_tokens * work.samples
    if most is not None and most < expected:
        most, bound = None, "; several requests a sample"
    return Figure(expected, most, f"from {known.which}{bound}")


def _cost(prices: Iterable[Price], day: date, prompts: Figure, answers: Figure) -> Figure:
    price = price_at(prices, day)
    if price is None:
        return Figure(None, None, f"the model has no price on {day}")
    return Figure(
        cost(price, _whole(prompts.expected), _whole(answers.expected)),
        cost(price, _whole(prompts.most), _whole(answers.most)),
        f"${price.input} for a million tokens of prompts and ${price.output} of answers, "
        f"the price since {price.since}",
    )


def _answering(work: _Work, answers: Figure, limits: _Limits, known: _Known) -> Figure:
    """Seconds for one sample."""
    written = (answers.expected or 0.0) / work.samples
    if known.means is None or known.means.latency <= 0:
        expected, speed = written / GUESSED_SPEED, GUESSED_SPEED
        ground = f"a guess: {GUESSED_SPEED:g} tokens a second for each answer"
    else:
        expected, speed = known.means.latency, written / known.means.latency or GUESSED_SPEED
        ground = f"from {known.which}: {expected:.1f} s for each answer"
    if answers.most is None:
        return Figure(expected, limits.timeout, ground)
    longest = answers.most / work.samples / speed
    return Figure(expected, max(expected, min(longest, limits.timeout or longest)), ground)


def _solving(limits: _Limits, known: _Known) -> Figure:
    """Seconds for one sample."""
    if known.means is not None:
        expected = known.means.latency
        return Figure(expected, limits.timeout, f"from {known.which}: {expected:.1f} s for each problem")
    expected = min(GUESSED_SOLVING, limits.timeout or GUESSED_SOLVING)
    return Figure(expected, limits.timeout, f"a guess: {expected:g} s for each problem")


def _seconds(work: _Work, limits: _Limits, each: Figure, prompts: Figure, answers: Figure) -> Figure:
    """The longest of what turns, requests a minute and tokens a minute make of it."""
    turns = ceil(work.requests / limits.concurrency)

    def together(latency: float | None, tokens: float | None) -> float | None:
        if latency is None or (tokens is None and limits.tokens_per_minute):
            return None
        requests = 60 * work.requests / limits.requests_per_minute if limits.requests_per_minute else 0.0
        paced = 60 * (tokens or 0.0) / limits.tokens_per_minute if limits.tokens_per_minute else 0.0
        return max(turns * latency, requests, paced)

    return Figure(
        together(each.expected, _sum(prompts.expected, answers.expected)),
        together(each.most, _sum(prompts.most, answers.most)),
        f"{each.ground}, {limits.concurrency:,} at once",
    )


def _detectable(work: _Work) -> Figure:
    expected = detectable_difference(work.samples, work.problems)
    if expected is None:
        return Figure(None, None, f"{work.samples} samples of {work.problems} problems can tell none apart")
    return Figure(
        expected,
        detectable_difference(work.samples, work.problems, correlation=1.0),
        f"noticed in {POWER:.0%} of comparisons of two such runs that disagree on {INDEPENDENT:.0%} of the "
        f"samples; scores of one problem correlate by {CORRELATION}, at most by 1",
    )


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second


def _whole(tokens: float | None) -> int | None:
    return None if tokens is None else round(tokens)
