"""What the grader is given and what it returns."""

from __future__ import annotations

import pickle
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.problems.problem import AnswerKind
from app.problems.tasks import Task

TASKS_KEPT = 4096

GRADER_VERSION = "2"
"""Changes with the verdicts: tests/grading/cases says which, and a change there goes with a new version."""


class Outcome(StrEnum):
    """Ungradable is not incorrect: the grader could not decide, and says why."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    UNGRADABLE = "ungradable"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Case(_Record):
    """One answer to judge against one gold answer; `answer` may be a whole completion."""

    gold: str
    answer: str
    kind: AnswerKind | None = None
    assumptions: tuple[str, ...] = ()
    task: Task | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Unpickling SymPy's expressions costs milliseconds, so a process does that once for each task."""
        return _case, (self.gold, self.answer, self.kind, self.assumptions, _packed(self.task))


@lru_cache(maxsize=TASKS_KEPT)
def _packed(task: Task | None) -> bytes:
    return pickle.dumps(task)


@lru_cache(maxsize=TASKS_KEPT)
def _unpacked(data: bytes) -> Task | None:
    task: Task | None = pickle.loads(data)  # noqa: S301 (made by our own process)
    return task


def _case(gold: str, answer: str, kind: Any, assumptions: tuple[str, ...], task: bytes) -> Case:
    return Case(gold=gold, answer=answer, kind=kind, assumptions=assumptions, task=_unpacked(task))


class Step(_Record):
    """One line of a verdict's trace: what was done, and what came of it."""

    stage: str
    note: str


class Verdict(_Record):
    """The judgement of one answer, with the method that decided and a trace a person can read."""

    outcome: Outcome
    method: str
    reason: str
    extracted: str | None = None
    trace: tuple[Step, ...] = ()
    seconds: float = 0.0
    grader_version: str = GRADER_VERSION
