"""What lies beyond a term of an infinite sum: a geometric bound, or Euler's and Maclaurin's formula."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import sympy
from flint import acb, arb, ctx, fmpq

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.maths.growth import NoBound, Tail
from app.maths.proven_integrals import enclosed
from app.problems.certificates.power_series import NoSeries, coefficients
from app.problems.certificates.question import Point

PRECISION: Final = 160
"""Bits of the balls."""
GOAL: Final = 92
"""Bits, relative to the answer, that the bound of the rest must reach."""
INTEGRAL_GOAL: Final = 90
"""Bits, relative to the answer, to which an integral is wanted."""
STARTS: Final = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
"""Terms after which a geometric bound is tried."""
SMOOTH_STARTS: Final = (2048, 16384)
"""Terms at which Euler's and Maclaurin's formula takes over, tried in turn."""
CORRECTIONS: Final = 4
"""Derivatives of odd order in the formula: the first, the third, …"""


class NoRest(ArithmeticError):
    """Neither bound applies."""


def beyond(
    term: sympy.Expr, index: sympy.Symbol, point: Point, first: int, size: arb
) -> tuple[str, int, acb]:
    """(method, N, ball): the ball contains the sum of all terms after N, where N is at least `first`.

    `point` gives the parameters of the term. Raises NoRest where no bound is found.
    """
    with ctx.workprec(PRECISION):
        goal = size.abs_upper() * arb(2) ** -GOAL
        placed = term.xreplace(dict(point))
        for start in [start for start in STARTS if start >= first]:
            bound = _geometric(placed, index, start)
            if bound is not None and bound < goal:
                return "geometric-bound", start, acb(arb(0, bound))
        if not term.is_rational_function(index):
            raise NoRest("the terms are no rational function, whose derivatives are certain to fall off")
        reason: Exception = NoRest(f"no bound applies to a sum from {first} on")
        for start in [start for start in SMOOTH_STARTS if start >= first]:
            try:
                rest = _euler_maclaurin(term, index, point, start, size)
            except (NoBound, NoSeries, EnclosureError) as error:
                reason = error
            else:
                return "euler-maclaurin-bound", start - 1, rest
        raise NoRest(str(reason))


def _geometric(term: sympy.Expr, index: sympy.Symbol, start: int) -> arb | None:
    """A bound of the sum of |terms| from `start` on; None without one."""
    try:
        return Tail(Evaluation.at({}), index, arb(start)).sum(term)
    except NoBound:
        return None


def _euler_maclaurin(term: sympy.Expr, index: sympy.Symbol, point: Point, first: int, size: arb) -> acb:
    """Integral, half of the first term, corrections; an integral of a derivative bounds the remainder."""
    start, walk = sympy.Integer(first), Evaluation.at({})
    left = Tail(walk, index, arb(first)).integral(_derivative(term, index).xreplace(dict(point)))
    taylor = coefficients(term, index, start, point, 2 * CORRECTIONS - 1, PRECISION)
    ends, placed = (start, sympy.oo), term.xreplace(dict(point))
    total = enclosed(walk, placed, index, ends, size, INTEGRAL_GOAL) + taylor[0] / 2
    for order in range(1, CORRECTIONS + 1):
        bernoulli = sympy.bernoulli(2 * order)
        total -= acb(fmpq(bernoulli.p, bernoulli.q)) / (2 * order) * taylor[2 * order - 1]
    last = sympy.bernoulli(2 * CORRECTIONS) / sympy.factorial(2 * CORRECTIONS)
    return total + acb(arb(0, (abs(arb(fmpq(last.p, last.q))) * left).upper()))


@lru_cache(maxsize=64)
def _derivative(term: sympy.Expr, index: sympy.Symbol) -> sympy.Expr:
    """The derivative in the remainder; once for all points, since this is where the time goes."""
    return term.diff(index, 2 * CORRECTIONS)
