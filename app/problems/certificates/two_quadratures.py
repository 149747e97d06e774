"""Two independent quadratures, for integrals whose ends have no proven bound: accurate, but not a proof.

One is the double exponential rule with halved steps, the other Gauss–Legendre on panels in t = ln u; they
share neither nodes nor substitution, and are used on ranges that are split at different places.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import sympy
from flint import acb, arb, ctx

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.problems.certificates.tails import NoBound

PRECISION: Final = 448
"""Bits of the balls: forms that cancel lose many of them far out."""
NEGLIGIBLE: Final = 40
"""Decimal digits below the largest contribution at which one no longer counts."""
QUIET: Final = 6
"""Negligible contributions in a row after which a sum ends."""
STEPS: Final = (8, 16, 32, 64)
"""Nodes per unit of the double exponential rule."""
SETTLED: Final = 24
"""Decimal digits to which two step lengths must agree."""
REACH: Final = 7
"""The double exponential rule goes no further than this in its own variable."""
NODES: Final = 30
"""Nodes of a Gauss–Legendre panel."""
PANELS: Final = 500
"""Panels in one direction after which the integral is given up."""
SPLIT: Final = (sympy.Rational(1, 2), sympy.Rational(37, 100))
"""Where the two rules split a finite range; a pole may hide from one of them, not from both."""

Function = Callable[[acb], acb]


def integrals(integrand: sympy.Expr, x: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr) -> tuple[acb, acb]:
    """The integral by both rules; raises NoBound where one of them does not settle."""
    with ctx.workprec(PRECISION):
        first = sum((_double_exponential(f, length) for f, length in _halves(integrand, x, lower, upper, 0)), acb(0))
        second = sum((_panels(f, length) for f, length in _halves(integrand, x, lower, upper, 1)), acb(0))
    return first, second


def _halves(
    integrand: sympy.Expr, x: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr, rule: int
) -> list[tuple[Function, acb | None]]:
    """The range as functions of the distance from an end, with their lengths (None: infinite)."""
    u = sympy.Dummy("u")
    if lower.is_finite and upper.is_finite:
        middle = lower + SPLIT[rule] * (upper - lower)
        return [
            (_function(integrand.xreplace({x: lower + u}), u), _number(middle - lower)),
            (_function(integrand.xreplace({x: upper - u}), u), _number(upper - middle)),
        ]
    if upper.is_finite:
        return [(_function(integrand.xreplace({x: upper - u}), u), None)]
    if lower.is_finite:
        return [(_function(integrand.xreplace({x: lower + u}), u), None)]
    middle = sympy.Integer(0) if rule == 0 else SPLIT[1]
    return [
        (_function(integrand.xreplace({x: middle + u}), u), None),
        (_function(integrand.xreplace({x: middle - u}), u), None),
    ]


def _function(integrand: sympy.Expr, u: sympy.Symbol) -> Function:
    start = Evaluation.at({})

    def function(distance: acb) -> acb:
        try:
            return start.within({u: distance}, analytic=False).value(integrand)
        except EnclosureError as error:
            raise NoBound(f"the integrand has no certain value inside the range: {error}") from error

    return function


def _double_exponential(function: Function, length: acb | None) -> acb:
    """Trapezoidal sums in s, where u = e^(π/2·sinh s), or length/(1 + e^(−π·sinh s)) on a finite range."""
    before = None
    for step in STEPS:
        h = acb(1) / step
        now = h * (
            _outward(lambda k, h=h: _de_term(function, length, k * h), 0, 1, step * REACH)
            + _outward(lambda k, h=h: _de_term(function, length, k * h), -1, -1, step * REACH)
        )
        if before is not None and (now - before).abs_upper() < now.abs_upper() * arb(10) ** -SETTLED:
            return now
        before = now
    raise NoBound("the double exponential rule does not settle")


def _de_term(function: Function, length: acb | None, s: acb) -> acb:
    half_pi = acb.pi() / 2
    if length is None:
        u = (half_pi * s.sinh()).exp()
        return function(u) * u * half_pi * s.cosh()
    fall = (-2 * half_pi * s.sinh()).exp()
    u = length / (1 + fall)
    return function(u) * u * (fall / (1 + fall)) * 2 * half_pi * s.cosh()


def _panels(function: Function, length: acb | None) -> acb:
    """Gauss–Legendre sums over panels of length 1/2 in t = ln u, outwards from u = 1 (or down from the end)."""
    top = acb(0) if length is None else length.log()
    total = _outward(lambda k: _panel(function, top + acb(k) / 2), -1, -1, PANELS)
    if length is None:
        total += _outward(lambda k: _panel(function, top + acb(k) / 2), 0, 1, PANELS)
    return total


def _panel(function: Function, left: acb) -> acb:
    total = acb(0)
    for node, weight in _legendre(NODES, PRECISION):
        u = (left + (node + 1) / 4).exp()
        total += weight * function(u) * u
    return total / 4


@cache
def _legendre(count: int, precision: int) -> list[tuple[arb, arb]]:
    return [arb.legendre_p_root(count, k, weight=True) for k in range(count)]


def _outward(term: Callable[[int], acb], first: int, direction: int, most: int) -> acb:
    """The sum of terms first, first + direction, … until several in a row no longer count."""
    total, largest, quiet = acb(0), arb(0), 0
    for count in range(most):
        value = term(first + direction * count)
        total += value
        size = value.abs_upper()
        largest = largest.max(size)
        quiet = quiet + 1 if size <= largest * arb(10) ** -NEGLIGIBLE else 0
        if quiet >= QUIET:
            return total
    if size > largest * arb(10) ** -(NEGLIGIBLE // 2):
        raise NoBound("the contributions of an end do not die out")
    return total


def _number(expression: sympy.Expr) -> acb:
    return Evaluation.at({}).value(expression)
