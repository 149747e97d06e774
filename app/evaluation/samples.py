"""One chunk of a run: ask what has no completion, grade what has no verdict, close the run at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import cast

from app.backends import Backend, Completion, Prompt, prompt_text
from app.evaluation.errors import ChunkIncomplete
from app.evaluation.runs import chunk_size_of
from app.grading import Judges, Verdict
from app.storage import models, runs, samples, scores
from app.storage.records import Model, PendingPrompt
from app.storage.sessions import Database, ReadSession, WriteSession

Check = Callable[[], None]
"""Raises when the chunk is no longer this worker's to do; called between any two pieces of work."""


def ask(db: Database, run_id: str, chunk: int, open_for: Callable[[Model], Backend], check: Check) -> int:
    """Get a completion for every sample of the chunk that has none; returns how many were stored.

    Each is committed as it arrives, before the next is waited for: what was paid for is never lost. Nothing
    more is sent once the run is over. Raises BackendUnavailable.
    """
    with db.write() as s:
        run = runs.get(s, run_id)
        if run.finished:
            return 0
        runs.set_status(s, run_id, "running")
        waiting = samples.prompts(s, _sample_ids(s, run_id, chunk))
        model = models.get(s, run.model_id)
    if not waiting:
        return 0
    check()
    answers = open_for(model).complete([_prompt(sample) for sample in waiting])
    stored = 0
    with closing(cast("Generator[Completion]", answers)):
        for completion in answers:
            if completion.error is not None:
                check()  # a worker that is stopping must not store what its stopping broke
            with db.write() as s:
                stored += _save(s, completion)
                over = runs.finished(s, run_id)
            if over:
                break
            check()
    return stored


def grade(db: Database, run_id: str, chunk: int, judges: Judges, check: Check) -> int:
    """Judge every completion of the chunk that has no verdict; returns how many were judged.

    Verdicts and the score cells that follow from them are stored in one transaction.
    """
    with db.read() as s:
        if runs.finished(s, run_id):
            return 0
        sample_ids = _sample_ids(s, run_id, chunk)
        cases = samples.ungraded(s, sample_ids)
    verdicts = []
    with closing(cast("Generator[Verdict]", judges.judge_many(case for _, case in cases))) as judged:
        for verdict in judged:
            check()
            verdicts.append(verdict)
    with db.write() as s:
        for (sample_id, _), verdict in zip(cases, verdicts, strict=True):
            samples.save_verdict(s, sample_id, verdict)
        scores.refresh(s, run_id, samples.problems_of(s, sample_ids))
    return len(verdicts)


def finish(db: Database, run_id: str, chunk: int) -> bool:
    """Complete the run if nothing of it is left to do; True for the one chunk that did so.

    Raises ChunkIncomplete if the run goes on and this chunk left something undone.
    """
    with db.write() as s:
        runs.lock(s, run_id)
        if runs.finished(s, run_id):
            return False
        if samples.all_done(s, run_id):
            scores.refresh(s, run_id)
            return runs.set_status(s, run_id, "completed")
        sample_ids = _sample_ids(s, run_id, chunk)
        unasked, ungraded = samples.prompts(s, sample_ids), samples.ungraded(s, sample_ids)
        if unasked or ungraded:
            raise ChunkIncomplete(run_id, chunk, len(unasked), len(ungraded))
    return False


def fail(db: Database, run_id: str, reason: str) -> bool:
    """Mark a run that is not finished as failed, with the reason a person will read."""
    with db.write() as s:
        return runs.set_status(s, run_id, "failed", reason)


def _sample_ids(s: ReadSession, run_id: str, chunk: int) -> list[str]:
    return samples.chunk(s, run_id, chunk, chunk_size_of(runs.get(s, run_id)))


def _prompt(sample: PendingPrompt) -> Prompt:
    return Prompt(
        key=sample.sample_id,
        text=prompt_text(sample.text, sample.assumptions),
        task=sample.task,
        assumptions=sample.assumptions,
        repetition=sample.repetition,
    )


def _save(s: WriteSession, completion: Completion) -> bool:
    return samples.save_completion(
        s,
        completion.key,
        text=completion.text,
        finish_reason=completion.finish_reason,
        latency=completion.latency,
        prompt_tokens=completion.prompt_tokens,
        completion_tokens=completion.completion_tokens,
        cost=completion.cost,
        error=completion.error,
    )
