"""Judges cases in worker processes that are killed at their deadline or memory limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from time import perf_counter
from types import TracebackType

from app.grading.classes import Final, Pair, Query, classes, finals, grouped, same
from app.grading.judge import judge
from app.grading.verdict import Case, Outcome, Verdict
from app.isolation import Isolated, Success

PRELOAD = ("app.grading.judge",)
"""What workers have imported before they start."""

HOPELESS = 3
"""Deadlines that comparing the answers to one question may take, pair by pair, before it is given up."""

LARGEST_BATCH = 32
BATCH_SECONDS = 0.25
"""After so long a worker hands in what it has judged: other workers may take the rest."""

NICENESS = 10
"""Judges give way to what asks models on the same machine: a verdict can wait, a rate limit does not."""


class Judges:
    """A pool of grading workers: a context manager that any number of threads may share.

    `deadline` is in seconds a case, `memory_mb` in MiB a worker. A case that exceeds them, or kills its
    worker, is ungradable with the method `deadline`, `memory`, `crash` or `error`; nothing else suffers.
    """

    def __init__(self, workers: int, deadline: float, memory_mb: int) -> None:
        self._workers = Isolated(workers, memory_mb, PRELOAD, niceness=NICENESS)
        self._deadline = deadline

    def judge_many(self, cases: Iterable[Case]) -> Iterator[Verdict]:
        """The verdicts of `cases` in their order; cases are taken only as workers become free.

        They go to the workers in batches that grow, since a call costs as much as an easy case. What a batch
        did not come to, or lost with its worker, is judged case by case.
        """
        sent: deque[tuple[Case, ...]] = deque()
        for result in self._workers.map(judge_batch, self._batches(cases, sent), self._deadline):
            verdicts = result.value if isinstance(result, Success) else []
            yield from verdicts
            yield from self._one_by_one(sent.popleft()[len(verdicts) :])

    def _batches(self, cases: Iterable[Case], sent: deque[tuple[Case, ...]]) -> Iterator[tuple[Case, ...]]:
        """The cases in batches, each noted in `sent`: one for each worker of each size, to the largest."""
        source = iter(cases)
        size = 1
        while True:
            for _ in range(self._workers.workers):
                batch = tuple(islice(source, size))
                if not batch:
                    return
                sent.append(batch)
                yield batch
            size = min(LARGEST_BATCH, 2 * size)

    def _one_by_one(self, cases: Sequence[Case]) -> Iterator[Verdict]:
        for result in self._workers.map(timed_judge, cases, self._deadline):
            if isinstance(result, Success):
                yield result.value
            else:
                reason = f"Grading this answer was given up: {result.message}."
                seconds = self._deadline if result.kind == "deadline" else 0.0
                yield Verdict(outcome=Outcome.UNGRADABLE, method=result.kind, reason=reason, seconds=seconds)

    def classes(self, query: Query) -> list[int | None]:
        """Which answers to one question are the same mathematics, as `app.grading.classes` says.

        Where comparing them all does not end in the deadline of a case, they are compared two by two, those
        first that were given most often, for some deadlines more; what is not decided then is different.
        Waits for a worker: not for an event loop's thread.
        """
        whole = self._workers.submit(classes, query, self._deadline).result()
        if isinstance(whole, Success):
            return whole.value
        found = self._workers.submit(finals, query, self._deadline).result()
        if not isinstance(found, Success):
            return [None] * len(query.answers)
        end = perf_counter() + HOPELESS * self._deadline

        def equal(one: Final, other: Final) -> bool:
            if perf_counter() > end:
                return False
            compared = self._workers.submit(same, Pair(one, other, query), self._deadline).result()
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


def judge_batch(cases: tuple[Case, ...]) -> list[Verdict]:
    """The verdicts on the first of `cases`, at least one, as many as some time allows."""
    end = perf_counter() + BATCH_SECONDS
    verdicts = [timed_judge(cases[0])]
    for case in cases[1:]:
        if perf_counter() >= end:
            break
        verdicts.append(timed_judge(case))
    return verdicts


def timed_judge(case: Case) -> Verdict:
    """The verdict on `case`, with the wall-clock seconds it took."""
    start = perf_counter()
    verdict = judge(case)
    return verdict.model_copy(update={"seconds": perf_counter() - start})
