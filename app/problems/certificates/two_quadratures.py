"""Two quadratures of different kinds, for integrals whose ends have no proven bound: accurate, but no proof.

Both are double exponential rules with halved steps, but they share neither substitution nor nodes, and split
the range at different places: what lies about an integral to one of them does not lie the same to the other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import sympy
from flint import acb, arb, ctx

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.problems.certificates.tails import NoBound

PRECISION: Final = 384
"""Bits of the balls: forms that cancel lose many of them far out."""
NEGLIGIBLE: Final = 30
"""Decimal digits below the largest contribution at which one no longer counts."""
QUIET: Final = 4
"""Negligible contributions in a row after which a sum ends."""
STEPS: Final = (8, 16, 32, 64)
"""Nodes per unit of the variable of a rule; the next one is tried until two agree."""
SETTLED: Final = 23
"""Decimal digits to which two step lengths must agree."""
REACH: Final = 7
"""A rule goes no further than this in its own variable."""
SPLIT: Final = (sympy.Rational(1, 2), sympy.Rational(37, 100))
"""Where the two rules split a finite range; a pole may hide from one of them, not from both."""

Function = Callable[[acb], acb]


def integrals(
    integrand: sympy.Expr, x: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr
) -> tuple[acb, acb]:
    """The integral by both rules; raises NoBound where one of them does not settle."""
    with ctx.workprec(PRECISION):
        first, second = (
            sum(
                (_settled(f, length, rule) for f, length in _halves(integrand, x, lower, upper, rule)), acb(0)
            )
            for rule in range(len(SPLIT))
        )
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


def _settled(function: Function, length: acb | None, rule: int) -> acb:
    """Trapezoidal sums in the variable of the rule, with halved steps until two agree."""
    before = None
    for step in STEPS:
        term = partial(_term, function, length, rule, step)
        now = (_outward(term, 0, 1, step * REACH) + _outward(term, -1, -1, step * REACH)) / step
        if before is not None and (now - before).abs_upper() < now.abs_upper() * arb(10) ** -SETTLED:
            return now
        before = now
    raise NoBound("a double exponential rule does not settle")


def _term(function: Function, length: acb | None, rule: int, step: int, k: int) -> acb:
    """The integrand at a node, times the derivative of u = e^E, or of u = length/(1 + e^(−2E))."""
    exponent, slope = _exponent(rule, step, k)
    if length is None:
        u = exponent.exp()
        return function(u) * u * slope
    fall = (-2 * exponent).exp()
    u = length / (1 + fall)
    return function(u) * u * (fall / (1 + fall)) * 2 * slope


def _exponent(rule: int, step: int, k: int) -> tuple[acb, acb]:
    """E = π/2·sinh s, or E = s + sinh s on shifted nodes, and its derivative."""
    if rule == 0:
        s, half_pi = acb(k) / step, acb.pi() / 2
        return half_pi * s.sinh(), half_pi * s.cosh()
    s = (acb(k) + acb(1) / 3) / step
    return s + s.sinh(), 1 + s.cosh()


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
