"""Tries ways to an answer one after the other, each within its share of the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import sympy
from sympy.core.function import AppliedUndef

from app.backends.computer_algebra.answers import OutOfTime, Unsolved
from app.backends.computer_algebra.budget import Budget, Interrupted

Way = tuple[str, Callable[[], sympy.Basic]]

SHARE = 0.5
"""The part of the time left that one way may take, unless it is the last."""

FORM_SHARE = 0.25
"""The part of the time left that one attempt at a simpler form may take."""

POLISH = 0.1
"""The part of the time left that one attempt to shorten a result may take."""

SMALL = 2
"""A result of so few operations is not shortened any further."""

HEAVY, SPECIAL = 50, 10
"""Operations that a hypergeometric series or a case, and a call of another special function, count as."""

UNEVALUATED = (
    sympy.Integral,
    sympy.Sum,
    sympy.Product,
    sympy.Limit,
    sympy.Subs,
    sympy.Order,
    sympy.meijerg,
    sympy.RootSum,
    sympy.ConditionSet,
    AppliedUndef,
    sympy.nan,
    sympy.zoo,
    sympy.AccumBounds,
)
"""What a finished answer never holds."""

ELEMENTARY = "sympy.functions.elementary"
"""Where SymPy keeps functions that need no evaluation."""


@dataclass
class Attempts:
    """The ways tried for one question: what they found, and for those that found nothing, why."""

    budget: Budget
    notes: list[str] = field(default_factory=list)
    ran_out: bool = False

    def run(self, name: str, way: Callable[[], sympy.Basic], share: float = SHARE) -> sympy.Basic | None:
        """The result of one way, or None with a note."""
        try:
            with self.budget.share(share):
                return way()
        except Interrupted:
            self.ran_out = True
            self.notes.append(f"{name} ran out of time")
        except Exception as error:  # a computer algebra system may raise anything on a hard problem
            self.notes.append(f"{name} raised {type(error).__name__}")
        return None

    def first(self, ways: Sequence[Way], accept: Callable[[sympy.Basic], bool]) -> sympy.Basic:
        """The result of the first way whose result is accepted; raises `Unsolved` or `OutOfTime`."""
        for number, (name, way) in enumerate(ways, start=1):
            result = self.run(name, way, 1.0 if number == len(ways) else SHARE)
            if result is None:
                continue
            if accept(result):
                return result
            self.notes.append(f"{name} returned {_kinds(result)}")
        raise self.defeat()

    def simplest(self, start: sympy.Basic, ways: Sequence[Way], share: float = FORM_SHARE) -> sympy.Basic:
        """The smallest among `start` and what the ways return; what is not finished is left out."""
        found = [start] if finished(start) else []
        for name, way in ways:
            if any(size(result)[0] <= SMALL for result in found):
                break
            result = self.run(name, way, share)
            if result is not None and finished(result):
                found.append(result)
        if not found:
            raise self.defeat()
        return min(found, key=size)

    def defeat(self) -> Unsolved | OutOfTime:
        """The exception for a question on which every way failed."""
        return (
            OutOfTime()
            if self.ran_out
            else Unsolved(("; ".join(self.notes) or "It returned the question") + ".")
        )


def restates(result: sympy.Basic, question: sympy.Basic) -> bool:
    """Whether a value is the question again, still in functions that it asked to be evaluated."""
    if result.has(sympy.hyper):
        return True
    return bool(_special(result)) and result == question


def finished(result: sympy.Basic) -> bool:
    """Whether nothing unevaluated or undefined is left in `result`."""
    return not result.has(*UNEVALUATED)


def size(result: sympy.Basic) -> tuple[int, int]:
    """How long a reader finds it: operations, then length; what is not elementary weighs more."""
    heavy = len(result.atoms(sympy.hyper, sympy.Piecewise))
    weight = HEAVY * heavy + SPECIAL * len(_special(result))
    return (int(sympy.count_ops(result)) + weight, len(str(result)))


def _special(result: sympy.Basic) -> set[sympy.Basic]:
    """The calls of functions that are not elementary."""
    calls: set[sympy.Basic] = result.atoms(sympy.Function) - result.atoms(AppliedUndef)
    return {call for call in calls if not type(call).__module__.startswith(ELEMENTARY)}


def _kinds(result: sympy.Basic) -> str:
    """The names of what is unfinished in a result, without any formula."""
    left = {type(node).__name__ for node in sympy.preorder_traversal(result) if isinstance(node, _TYPES)}
    return "unevaluated " + ", ".join(sorted(left)) if left else "no usable value"


_TYPES = tuple(kind for kind in UNEVALUATED if isinstance(kind, type))
