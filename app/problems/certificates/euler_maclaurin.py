"""What lies beyond a term of an infinite sum: a geometric bound, or Euler's and Maclaurin's formula with its own."""

from __future__ import annotations

from functools import cache
from typing import Final

import sympy
from flint import acb, arb, ctx

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.problems.certificates import quadrature
from app.problems.certificates.tails import NoBound, Tail

GOAL: Final = 92
"""Bits, relative to the answer, that the bound of the rest must reach."""
STARTS: Final = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
"""Terms after which a geometric bound is tried."""
SMOOTH_START: Final = 64
"""Term after which Euler's and Maclaurin's formula takes over."""
CORRECTIONS: Final = 6
"""Derivatives of odd order in the formula, the first, the third, …"""


class NotSmooth(ArithmeticError):
    """Neither bound applies."""


def beyond(term: sympy.Expr, index: sympy.Symbol, first: int, size: arb) -> tuple[str, int, acb]:
    """(method, N, ball): the ball contains the sum of all terms after N, where N is at least `first`.

    The term has no free symbol but the index. Raises NotSmooth where no bound is found.
    """
    k = sympy.Dummy("u")
    smooth = term.xreplace({index: k})
    with ctx.workprec(quadrature.PRECISION):
        goal = size.abs_upper() * arb(2) ** -GOAL
        for start in [start for start in STARTS if start >= first]:
            rest = _geometric(smooth, k, start)
            if rest is not None and rest < goal:
                return "geometric-bound", start, acb(arb(0, rest))
        if first > SMOOTH_START:
            raise NotSmooth(f"no bound applies to a sum from {first} on")
        try:
            return "euler-maclaurin-bound", SMOOTH_START - 1, _euler_maclaurin(smooth, k, size)
        except (NoBound, EnclosureError) as error:
            raise NotSmooth(str(error)) from error


def _geometric(term: sympy.Expr, k: sympy.Symbol, start: int) -> arb | None:
    """A bound of the sum of |terms| after `start`, from their decreasing bound C·k^p·e^(−q·k); None without one."""
    try:
        bound = Tail(k, arb(start), far=True).upper(term)
    except NoBound:
        return None
    ratio = (-arb(bound.q)).exp() * ((arb(start) + 1) / start) ** arb(max(bound.p, 0))
    if not ratio < 1:
        return None
    at_start = bound.c * arb(start) ** arb(bound.p) * (-arb(bound.q) * start).exp()
    return (at_start * ratio / (1 - ratio)).abs_upper()


def _euler_maclaurin(term: sympy.Expr, k: sympy.Symbol, size: arb) -> acb:
    """Integral, half of the first term, and corrections; the remainder is bounded by an integral of a derivative."""
    start = sympy.Integer(SMOOTH_START)
    at = Evaluation.at({k: start})
    total = quadrature.integral(term, k, start, sympy.oo, size) + at.value(term) / 2
    derivative = term.diff(k)
    for order in range(1, CORRECTIONS + 1):
        total -= _bernoulli(2 * order) * at.value(derivative)
        derivative = derivative.diff(k, 2 if order < CORRECTIONS else 1)
    left = Tail(k, arb(SMOOTH_START), far=True).integral(derivative)
    return total + acb(arb(0, (abs(_bernoulli(2 * CORRECTIONS)).real * left).upper()))


@cache
def _bernoulli(order: int) -> acb:
    """B_n/n! for even n."""
    number = sympy.bernoulli(order) / sympy.factorial(order)
    return acb(int(number.p)) / int(number.q)
