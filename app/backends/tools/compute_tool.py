"""The tool `compute`: one computation by a computer algebra system, asked for as a typed record."""

from __future__ import annotations

import asyncio

from app.backends.computer_algebra.answers import Answer
from app.backends.computer_algebra.calls import FORMS, Computation, compute
from app.backends.tools.base import CheckedTool, ToolResult
from app.isolation import Failure, Isolated
from app.problems.tasks import read

SECONDS = 10.0
"""Processor time of one computation."""

PATIENCE = 3.0
"""How many times that it may take by the clock, on a busy machine, before its worker is killed."""


class ComputeTool(CheckedTool[Computation]):
    """Computes in `workers` processes, which it owns, of `memory_mb` MiB each."""

    name = "compute"
    description = (
        "Asks a computer algebra system for one exact computation and returns the result as LaTeX. "
        "Formulas are written in LaTeX."
    )
    parameters = Computation

    def __init__(self, workers: int, memory_mb: int, seconds: float = SECONDS) -> None:
        self._isolated = Isolated(workers, memory_mb, preload=("app.backends.computer_algebra.calls",))
        self._seconds = seconds

    async def use(self, arguments: Computation) -> ToolResult:
        work = self._isolated.submit(_work, (arguments, self._seconds), self._seconds * PATIENCE)
        result = await asyncio.wrap_future(work)
        if isinstance(result, Failure):
            return ToolResult(f"No answer was found: {result.message}.", ran=True, error=True)
        answer, understood = result.value
        return ToolResult(answer.text, ran=understood, error=answer.status != "stop")

    def close(self) -> None:
        self._isolated.close()


def _work(item: tuple[Computation, float]) -> tuple[Answer, bool]:
    """Runs in a worker: the answer, and whether the system was at work for it."""
    computation, seconds = item
    return compute(computation, seconds), _understood(computation)


def _understood(computation: Computation) -> bool:
    try:
        if computation.operation in FORMS:
            read(computation.expression)
        else:
            computation.to_task()
    except ValueError:
        return False
    return True
