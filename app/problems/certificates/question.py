"""What every certificate starts from and ends with: a question with its points, and a finding."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import sympy

from app.maths import Assumptions
from app.maths.assumptions import AssumptionError
from app.problems.errors import Refused
from app.problems.tasks import Task

Point = Mapping[sympy.Symbol, sympy.Expr]
TaskT = TypeVar("TaskT", bound=Task)


@dataclass(frozen=True)
class Question(Generic[TaskT]):
    """A task with the answer that is to be checked, and what is known of the symbols in both."""

    id: str
    task: TaskT
    gold: sympy.Expr
    assumptions: Assumptions

    @cached_property
    def seed(self) -> int:
        """Where the random points start: a function of the variant's id, the same on every machine."""
        return zlib.crc32(self.id.encode())

    def points(self, symbols: Sequence[sympy.Symbol], count: int) -> list[Point]:
        """`count` admissible points, or the single empty one where there are no symbols to choose.

        Raises Refused where the assumptions leave no point.
        """
        if not symbols:
            return [{}]
        try:
            return list(self.assumptions.points(list(symbols), count, self.seed))
        except AssumptionError as error:
            raise Refused(f"the assumptions admit no point: {error}") from error


@dataclass(frozen=True)
class Finding:
    """What a check found: its method, digits of agreement (None: exact), and the number of points."""

    method: str
    digits: int | None
    points: int
    evidence: tuple[str, ...] = ()


def described(point: Point) -> str:
    """A point as ` at a = 3/2, b = 2`; nothing where it is empty."""
    if not point:
        return ""
    return " at " + ", ".join(f"{symbol} = {point[symbol]}" for symbol in sorted(point, key=str))
