"""One chunk of a run: ask what has no completion, grade what has no verdict, close the run at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import cast

from app.backends import BACKENDS, Backend, Completion, Halted, Prompt, Terms
from app.backends.base import Batching
from app.evaluation import terms
from app.evaluation.errors import ChunkIncomplete
from app.evaluation.runs import places_of, template_in
from app.evaluation.stages import Stage
from app.grading import Case, Judges, Verdict
from app.problems.prompts import PromptTemplate
from app.storage import models, runs, samples, scores
from app.storage.records import Model, NewCompletion, PendingPrompt, Run
from app.storage.sessions import Database

PAGE = 500
"""Samples read from the database at a time."""

MOST_WAITING = 20_000
"""Samples that wait for the grader in memory; those beyond are found in the database at the end."""


@dataclass(frozen=True)
class Means:
    """What a chunk is worked on with.

    `check` raises when the chunk is no longer this worker's to do; it is called between any two pieces of
    work. `keep` does a step, and does it again while the database is away.
    """

    db: Database
    judges: Judges
    open_for: Callable[[Model], Backend]
    check: Callable[[], None] = lambda: None
    keep: Callable[[Callable[[], None]], None] = lambda step: step()


def answer(means: Means, run_id: str, chunk: int) -> None:
    """Get a completion for every sample of the chunk that has none, and a verdict for every completion.

    Completions are committed as they arrive, before they are graded: what was paid for is never lost.
    Grading goes on beside. Nothing more is sent once the run is over or paused; a run whose budget is used
    up, or whose server answers nobody any more, is paused here. Raises BackendUnavailable.
    """
    with means.db.write() as s:
        run = runs.get(s, run_id)
        if run.finished:
            return
        runs.set_status(s, run_id, "running")
        model = models.get(s, run.model_id)
    places = places_of(run, chunk)
    grading: Stage[str] = Stage("grade", lambda sample_ids: _grade(means, sample_ids))
    reason: str | None = None
    try:
        _ask(means, run, model, places, grading)
    except Halted as halted:
        reason = str(halted)
    except BaseException:
        grading.drop()
        raise
    grading.finish()
    _grade_rest(means, run_id, places)
    if reason is not None:
        means.keep(lambda: pause(means.db, run_id, reason))


def finish(db: Database, run_id: str, chunk: int) -> bool:
    """Complete the run if nothing of it is left to do; True for the one chunk that did so.

    Raises ChunkIncomplete if the run goes on and this chunk left something undone.
    """
    with db.write() as s:
        runs.lock(s, run_id)
        if not runs.active(s, run_id):
            return False
        if samples.all_done(s, run_id):
            scores.refresh(s, run_id)
            return runs.set_status(s, run_id, "completed")
        unasked, ungraded = samples.left(s, run_id, places_of(runs.get(s, run_id), chunk))
        if unasked or ungraded:
            raise ChunkIncomplete(run_id, chunk, unasked, ungraded)
    return False


def fail(db: Database, run_id: str, reason: str) -> None:
    """Mark a run that is to be worked on as failed, with the reason a person will read."""
    with db.write() as s:
        runs.set_status(s, run_id, "failed", reason)


def pause(db: Database, run_id: str, reason: str) -> None:
    """Let a run that is to be worked on rest, with the reason a person will read."""
    with db.write() as s:
        runs.set_status(s, run_id, "paused", reason)


def _ask(means: Means, run: Run, model: Model, places: range, grading: Stage[str]) -> None:
    adapter = BACKENDS.get(model.backend)  # none for a submission, whose samples are all answered
    with_tasks = adapter is not None and adapter.solves_tasks
    waiting = pending(means.db, run.id, places, with_tasks=with_tasks)
    if (first := next(waiting, None)) is None:
        return
    means.check()
    with means.db.read() as s:
        template = template_in(s, run)
    prompts = (prompt_of(sample, template) for sample in chain((first,), waiting))
    backend = means.open_for(model)
    on_terms = terms.of(means.db, means.judges, run, model)
    with closing(_batches(backend, prompts, on_terms)) as batches:
        for completions in batches:
            if any(completion.error is not None for completion in completions):
                means.check()  # a worker that is stopping must not store what its stopping broke
            goes_on = _store(means, run.id, completions)
            if len(grading) < MOST_WAITING:
                grading.put_all(completion.key for completion in completions)
            grading.check()
            if not goes_on:
                return
            means.check()


def _batches(backend: Backend, prompts: Iterable[Prompt], on_terms: Terms) -> Generator[Sequence[Completion]]:
    if isinstance(backend, Batching):
        yield from backend.batches(prompts, on_terms)
    else:
        for completion in backend.complete(prompts, on_terms):
            yield (completion,)


def _store(means: Means, run_id: str, completions: Sequence[Completion]) -> bool:
    """Commit the completions, and say whether the run goes on."""
    goes_on = True

    def step() -> None:
        nonlocal goes_on
        with means.db.write() as s:
            samples.save_completions(s, map(row_of, completions))
            goes_on = runs.active(s, run_id)

    means.keep(step)
    return goes_on


def _grade(means: Means, sample_ids: list[str]) -> None:
    with means.db.read() as s:
        cases = samples.ungraded(s, sample_ids)
    _judge(means, cases)


def _grade_rest(means: Means, run_id: str, places: range) -> None:
    """Judge what has an answer and no verdict: left by a worker that died, or too much to wait in memory."""
    while True:
        with means.db.read() as s:
            if not runs.active(s, run_id):
                return
            found = samples.ungraded_at(s, run_id, places, PAGE)
        if not found:
            return
        _judge(means, [(sample_id, case) for _, sample_id, case in found])
        places = range(found[-1][0] + 1, places.stop)


def _judge(means: Means, cases: list[tuple[str, Case]]) -> None:
    verdicts = []
    with closing(cast("Generator[Verdict]", means.judges.judge_many(case for _, case in cases))) as judged:
        for (sample_id, _), verdict in zip(cases, judged, strict=True):
            means.check()
            verdicts.append((sample_id, verdict))

    def step() -> None:
        with means.db.write() as s:
            samples.save_verdicts(s, verdicts)

    means.keep(step)


def pending(db: Database, run_id: str, places: range, *, with_tasks: bool) -> Iterator[PendingPrompt]:
    """The samples at these places that have no completion, read page by page."""
    while True:
        with db.read() as s:
            page = samples.pending(s, run_id, places, PAGE, with_tasks=with_tasks)
        yield from page
        if len(page) < PAGE:
            return
        places = range(page[-1].position + 1, places.stop)


def prompt_of(sample: PendingPrompt, template: PromptTemplate) -> Prompt:
    """What is asked for a sample."""
    return Prompt(
        key=sample.sample_id,
        text=template.render(sample.text, sample.assumptions),
        task=sample.task,
        assumptions=sample.assumptions,
        repetition=sample.repetition,
        kind=sample.kind,
    )


def row_of(completion: Completion) -> NewCompletion:
    """A completion as it is stored."""
    return NewCompletion(
        sample_id=completion.key,
        text=completion.text,
        finish_reason=completion.finish_reason,
        latency=completion.latency,
        prompt_tokens=completion.prompt_tokens,
        completion_tokens=completion.completion_tokens,
        cost=completion.cost,
        error=completion.error,
        error_kind=completion.error_kind,
        reasoning=completion.reasoning,
        details=completion.details,
    )
