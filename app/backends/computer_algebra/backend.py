"""Computer algebra systems as backends: typed tasks solved in workers that are killed at a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from pydantic import Field

from app.backends.base import NO_TERMS, BackendSettings, Completion, Prompt, Terms
from app.backends.computer_algebra.answers import Answer, Question
from app.backends.parallel import in_parallel
from app.isolation import Failure, Isolated
from app.problems.tasks import Instance

PATIENCE = 3.0
"""How many times `timeout` may pass by the clock, on a busy machine, before a worker is killed."""

GRACE = 2.0
"""Seconds a worker has beyond that, to put into words what it found in time."""

UNSUPPORTED = "The solver found no answer: it does not read prose, and this problem has nothing else."
"""What is said to an instance of an abstraction, whose mathematics stands in its statement alone."""

Solver = Callable[[Question], Answer]


class ComputerAlgebraSettings(BackendSettings):
    """`timeout`, in seconds of processor time, is for one problem.

    By the clock it may take three times as long, on a machine that is busy with other things. Out of
    time is an answer not given, and counts as wrong.
    """

    timeout: float = Field(10.0, gt=0, le=3600)


class ComputerAlgebra:
    """Asks a solver, one prompt in each of `workers` processes at a time.

    A solver that gives up, runs out of time or memory, or crashes has not solved the problem: that is a
    completion without an answer, like a model's silence, and no error of the service.
    """

    def __init__(
        self, solver: Solver, settings: ComputerAlgebraSettings, workers: int, memory_mb: int
    ) -> None:
        self._solver = solver
        self._seconds = settings.timeout
        self._memory_mb = memory_mb
        self._workers = workers
        self._isolated = Isolated(workers, memory_mb, preload=("app.backends.computer_algebra",))

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        return in_parallel(prompts, self._complete, self._workers)

    def close(self) -> None:
        self._isolated.close()

    def _complete(self, prompt: Prompt) -> Completion:
        started = time.monotonic()
        if prompt.task is None:
            reason = "A computer algebra system solves typed tasks, and this problem has none."
            return Completion(prompt.key, "", "error", 0.0, error=reason)
        if isinstance(prompt.task, Instance):
            return Completion(prompt.key, UNSUPPORTED, "unsolved", 0.0, cost=0.0)
        question = Question(prompt.task, prompt.assumptions, self._seconds, self._memory_mb, PATIENCE)
        deadline = self._seconds * PATIENCE + GRACE
        result = self._isolated.submit(self._solver, question, deadline).result()
        latency = time.monotonic() - started
        if isinstance(result, Failure):
            return _without_answer(prompt, result, latency)
        answer = result.value
        return Completion(prompt.key, answer.text, answer.status, latency, cost=0.0)


def _without_answer(prompt: Prompt, failure: Failure, latency: float) -> Completion:
    if failure.kind == "deadline":
        return Completion(prompt.key, "", "timeout", latency, cost=0.0)
    if failure.kind == "error":  # the solvers catch what the systems raise: this is a fault of ours
        return Completion(prompt.key, "", "error", latency, error=failure.message)
    text = f"The solver found no answer: {failure.kind}, {failure.message}.".replace("$", "")
    return Completion(prompt.key, text, "unsolved", latency, cost=0.0)
