"""How far a run is, always read from what is stored, and how to wait for its end."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.evaluation.errors import UnknownRun
from app.storage import runs, scores
from app.storage.errors import NotFound
from app.storage.sessions import Database, ReadSession

FOLLOW_SECONDS = 0.25
COUNTING_SHARE = 30
"""How many times as long as counting took nobody counts again."""

WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class Progress:
    """The state of a run in samples.

    `answered` have a completion, `graded = correct + incorrect + ungradable`, `failed` are those whose
    backend gave no answer; a run is done when `graded + failed = total`. `error` says why a run failed or
    paused. `cost` is in US dollars, None if nobody told; `errors` counts the failed by the class of their
    error.
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
    cost: float | None = None
    errors: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def done(self) -> int:
        """Samples of which nothing is left to do."""
        return self.graded + self.failed

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to the run by itself: it has ended, or it rests."""
        return self.status not in ("queued", "running")


class Speed:
    """How fast samples get done, from looks at how many are: over the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looks: deque[tuple[float, int]] = deque()

    def saw(self, done: int) -> None:
        """So many are done now."""
        now = self._clock()
        self._looks.append((now, done))
        while now - self._looks[0][0] > WINDOW_SECONDS and len(self._looks) > 2:
            self._looks.popleft()

    @property
    def per_second(self) -> float | None:
        """Samples a second; None before there is anything to tell it from."""
        (then, before), (now, after) = self._looks[0], self._looks[-1]
        return (after - before) / (now - then) if now > then else None

    def seconds_left(self, total: int) -> float | None:
        """Until all are done, at this speed; None while nothing gets done."""
        return (total - self._looks[-1][1]) / self.per_second if self.per_second else None


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
        cost=counts.cost,
        errors=scores.errors(s, run_id) if counts.failed else {},
    )


def look(db: Database, run_id: str) -> tuple[Progress, float]:
    """The run's progress now, and the seconds after which to look again: a big run is counted less often.

    Raises UnknownRun.
    """
    began = time.monotonic()
    with db.read() as s:
        progress = read(s, run_id)
    return progress, max(FOLLOW_SECONDS, COUNTING_SHARE * (time.monotonic() - began))


def follow(db: Database, run_id: str) -> Iterator[Progress]:
    """The run's progress now and whenever it has changed, to its end or rest."""
    last: Progress | None = None
    while last is None or not last.finished:
        current, wait = look(db, run_id)
        if current != last:
            yield current
        last = current
        if not current.finished:
            time.sleep(wait)
