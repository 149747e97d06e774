"""Judges cases in worker processes that are killed at their deadline or memory limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter
from types import TracebackType

from app.grading.classes import Final, Pair, Query, classes, finals, grouped, same
from app.grading.judge import judge
from app.grading.verdict import Case, Outcome, Verdict
from app.isolation import Isolated, Success

PRELOAD = ("app.grading.judge",)
"""What workers have imported before they start."""

HOPELESS = 3
"""Comparisons of the answers to one question that may be killed before the others are not begun."""


class Judges:
    """A pool of grading workers: a context manager that any number of threads may share.

    `deadline` is in seconds a case, `memory_mb` in MiB a worker. A case that exceeds them, or kills its
    worker, is ungradable with the method `deadline`, `memory`, `crash` or `error`; nothing else suffers.
    """

    def __init__(self, workers: int, deadline: float, memory_mb: int) -> None:
        self._workers = Isolated(workers, memory_mb, PRELOAD)
        self._deadline = deadline

    def judge_many(self, cases: Iterable[Case]) -> Iterator[Verdict]:
        """The verdicts of `cases` in their order; cases are taken only as workers become free."""
        for result in self._workers.map(timed_judge, cases, self._deadline):
            if isinstance(result, Success):
                yield result.value
            else:
                reason = f"Grading this answer was given up: {result.message}."
                seconds = self._deadline if result.kind == "deadline" else 0.0
                yield Verdict(outcome=Outcome.UNGRADABLE, method=result.kind, reason=reason, seconds=seconds)

    def classes(self, query: Query) -> list[int | None]:
        """Which answers to one question are the same mathematics, as `app.grading.classes` says.

        Where comparing them all does not end in the deadline of a case, each two are compared with that
        deadline, and are different where it is not met. Waits for a worker: not for an event loop's thread.
        """
        whole = self._workers.submit(classes, query, self._deadline).result()
        if isinstance(whole, Success):
            return whole.value
        found = self._workers.submit(finals, query, self._deadline).result()
        if not isinstance(found, Success):
            return [None] * len(query.answers)
        killed = 0

        def equal(one: Final, other: Final) -> bool:
            nonlocal killed
            if killed >= HOPELESS:
                return False
            compared = self._workers.submit(same, Pair(one, other, query), self._deadline).result()
            killed += not isinstance(compared, Success)
            return isinstance(compared, Success) and compared.value

        return grouped(found.value, equal)

    def close(self) -> None:
        """Kill the workers."""
        self._workers.close()

    def __enter__(self) -> Judges:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def timed_judge(case: Case) -> Verdict:
    """The verdict on `case`, with the wall-clock seconds it took."""
    start = perf_counter()
    verdict = judge(case)
    return verdict.model_copy(update={"seconds": perf_counter() - start})
