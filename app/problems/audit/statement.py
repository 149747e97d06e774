"""The records of reading: a statement with its formulas marked, and the task that it asks."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import sympy
from sympy.core.function import AppliedUndef

from app.maths import MathsError, parse
from app.problems.audit.answers import LIMITS
from app.problems.audit.errors import IllPosed, Unreadable
from app.problems.audit.segments import MARK, Segments
from app.problems.tasks import Task

_DOTTED: Final = re.compile(r"\\(d{1,3})ot\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z]))\s*(?=\()")
_MOVING: Final = "approaching a variable point"
"""How a limit is refused whose point contains its variable."""
_STEP: Final = re.compile(r"(?<![A-Za-z\\_])H\s*(?=(?:\\left\s*)?\()")


@dataclass(frozen=True)
class Reading:
    """A task as its statement asks it, with what the statement says of the symbols.

    `degrees` are the least and the largest degree that a Taylor polynomial may end with, `terms` the number
    of its terms where only that is said. `general` says that all solutions of a differential equation are
    asked for, `domains` where the solutions of an equation may lie.
    """

    task: Task
    assumptions: tuple[str, ...] = ()
    degrees: tuple[int, int] = (0, 0)
    terms: int | None = None
    general: bool = False
    domains: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A statement without its clauses on domains: what is left of the prose, and the formulas it marks."""

    segments: Segments
    prose: str
    assumptions: tuple[str, ...]

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """The marks that the prose still has, in order."""
        return tuple(re.findall(MARK, self.prose))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The letters that some formula uses as functions."""
        found: set[str] = set()
        for mark in self.marks:
            found |= {node.func.__name__ for node in self._parsed(mark, ()).atoms(AppliedUndef)}
        return frozenset(found)

    def items(self, mark: str, functions: Collection[str] = ()) -> tuple[sympy.Basic, ...]:
        """What a formula writes: one object, or those of a list."""
        expr = self._parsed(mark, functions)
        parts = expr.args if isinstance(expr, sympy.Tuple) else (expr,)
        return tuple(
            item for part in parts for item in (part.args if isinstance(part, sympy.And) else (part,))
        )

    def _parsed(self, mark: str, functions: Collection[str]) -> sympy.Basic:
        return _read(self.segments.formula(mark), frozenset(functions))


@lru_cache(maxsize=256)
def _read(latex: str, functions: frozenset[str]) -> sympy.Basic:
    """A formula of a statement; each kind of question looks at it anew."""
    try:
        return parse(spelt_out(latex), functions=functions, limits=LIMITS)
    except MathsError as error:
        if _MOVING in str(error):
            raise IllPosed("captured variable", f"the point of the limit {latex!r} moves with it") from error
        raise Unreadable("malformed", f"the formula {latex!r} cannot be read: {error}") from error


def spelt_out(latex: str) -> str:
    """The LaTeX with `\\dot{x}(0)` as `x'(0)`, and with an H before a bracket as a factor, not a step."""
    primed = _DOTTED.sub(lambda dotted: (dotted[2] or dotted[3]) + "'" * len(dotted[1]), latex)
    return _STEP.sub(r"H \\cdot ", primed)
