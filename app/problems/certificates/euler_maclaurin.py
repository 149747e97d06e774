"""What lies beyond a term of an infinite sum: a geometric bound, or Euler's and Maclaurin's formula."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import sympy
from flint import acb, arb, ctx, fmpq

from app.maths import EnclosureError
from app.problems.certificates import quadrature
from app.problems.certificates.power_series import NoSeries, coefficients
from app.problems.certificates.question import Point
from app.problems.certificates.tails import NoBound, Tail

GOAL: Final = 92
"""Bits, relative to the answer, that the bound of the rest must reach."""
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
    with ctx.workprec(quadrature.PRECISION):
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
    """A bound of the sum of |terms| after `start`, from their bound C·k^p·e^(−q·k); None without one."""
    u = sympy.Dummy("u")
    try:
        bound = Tail(u, arb(start), far=True).upper(term.xreplace({index: u}))
    except NoBound:
        return None
    ratio = (-arb(bound.q)).exp() * ((arb(start) + 1) / start) ** arb(max(bound.p, fmpq(0)))
    if not ratio < 1:
        return None
    at_start = bound.c * arb(start) ** arb(bound.p) * (-arb(bound.q) * start).exp()
    return (at_start * ratio / (1 - ratio)).abs_upper()


def _euler_maclaurin(term: sympy.Expr, index: sympy.Symbol, point: Point, first: int, size: arb) -> acb:
    """Integral, half of the first term, corrections; an integral of a derivative bounds the remainder."""
    start, u = sympy.Integer(first), sympy.Dummy("u")
    highest = _derivative(term, index).xreplace({**point, index: u})
    left = Tail(u, arb(first), far=True).integral(highest)
    taylor = coefficients(term, index, start, point, 2 * CORRECTIONS - 1, quadrature.PRECISION)
    total = quadrature.integral(term.xreplace(dict(point)), index, start, sympy.oo, size) + taylor[0] / 2
    for order in range(1, CORRECTIONS + 1):
        bernoulli = sympy.bernoulli(2 * order)
        total -= acb(fmpq(bernoulli.p, bernoulli.q)) / (2 * order) * taylor[2 * order - 1]
    last = sympy.bernoulli(2 * CORRECTIONS) / sympy.factorial(2 * CORRECTIONS)
    return total + acb(arb(0, (abs(arb(fmpq(last.p, last.q))) * left).upper()))


@lru_cache(maxsize=64)
def _derivative(term: sympy.Expr, index: sympy.Symbol) -> sympy.Expr:
    """The derivative in the remainder; once for all points, since this is where the time goes."""
    return term.diff(index, 2 * CORRECTIONS)
