"""How far a run is, always read from what is stored, and how to wait for its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from app.evaluation.errors import UnknownRun
from app.storage import runs, scores
from app.storage.errors import NotFound
from app.storage.sessions import Database, ReadSession

FOLLOW_SECONDS = 0.25


@dataclass(frozen=True)
class Progress:
    """The state of a run in samples.

    `answered` have a completion, `graded = correct + incorrect + ungradable`, `failed` are those whose
    backend gave no answer; a run is done when `graded + failed = total`. `error` says why a run failed.
    """

    run_id: str
    status: str
    total: int
    answered: int
    graded: int
    correct: int
    incorrect: int
    ungradable: int
    failed: int
    error: str | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to the run by itself."""
        return self.status in ("completed", "failed", "cancelled")


def read(s: ReadSession, run_id: str) -> Progress:
    """The run's progress; raises UnknownRun."""
    try:
        run, counts = runs.get(s, run_id), scores.counts(s, run_id)
    except NotFound as error:
        raise UnknownRun(run_id) from error
    return Progress(
        run_id=run_id,
        status=run.status,
        total=counts.total,
        answered=counts.completed,
        graded=counts.graded,
        correct=counts.correct,
        incorrect=counts.incorrect,
        ungradable=counts.ungradable,
        failed=counts.failed,
        error=run.error,
    )


def follow(db: Database, run_id: str, interval: float = FOLLOW_SECONDS) -> Iterator[Progress]:
    """The run's progress now and whenever it has changed, looked up every `interval` seconds, to its end."""
    last: Progress | None = None
    while last is None or not last.finished:
        with db.read() as s:
            current = read(s, run_id)
        if current != last:
            yield current
        last = current
        if not current.finished:
            time.sleep(interval)
