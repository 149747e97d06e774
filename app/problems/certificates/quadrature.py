"""Rigorous integrals with Arb: the whole of the range but its ends, and a proven bound of what is left there.

Ranges that reach to infinity, or to an end point at which the integrand is not analytic, are travelled in
t = ln u, where u is the distance from the end point.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import sympy
from flint import acb, arb, ctx

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.problems.certificates.tails import NoBound, Tail

PRECISION: Final = 160
"""Bits of the balls."""
GOAL: Final = 90
"""Bits, relative to the answer, to which an integral is wanted."""
ENDS: Final = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
"""Powers of two at which tails are cut off, tried in turn until the bound of the tail is small enough."""
EVALUATIONS: Final = 30_000
"""Evaluations of the integrand in one piece after which Arb gives up."""


class Piece(NamedTuple):
    """A part of a range: integrand in the distance `u`, which goes from 0 to `length` (None: to infinity)."""

    integrand: sympy.Expr
    length: sympy.Expr | None


def integral(integrand: sympy.Expr, x: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr, size: arb) -> acb:
    """A ball that contains the integral, its radius about 2^-GOAL of `size`; `x` is its only symbol.

    Raises NoBound where the ends cannot be bounded or Arb does not converge.
    """
    with ctx.workprec(PRECISION):
        tolerance = size.abs_upper() * arb(2) ** -GOAL
        if _is_regular(integrand, x, lower) and _is_regular(integrand, x, upper):
            return _checked(_arb(integrand, x, _number(lower), _number(upper), tolerance))
        u = sympy.Dummy("u")
        return _checked(
            sum((_piece(piece, u, tolerance) for piece in _pieces(integrand, x, lower, upper, u)), acb(0))
        )


def _is_regular(integrand: sympy.Expr, x: sympy.Symbol, end: sympy.Expr) -> bool:
    """Whether the integrand is analytic in a small neighbourhood of the end."""
    if not end.is_finite:
        return False
    around = _number(end) + acb(arb(0, 1e-12), arb(0, 1e-12))
    try:
        Evaluation.at({}).within({x: around}, analytic=True).value(integrand)
    except EnclosureError:
        return False
    return True


def _pieces(
    integrand: sympy.Expr, x: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr, u: sympy.Dummy
) -> list[Piece]:
    """The range as pieces that start at an end point; a doubly infinite one is split at 0."""
    if lower.is_finite and upper.is_finite:
        half = (upper - lower) / 2
        return [
            Piece(integrand.xreplace({x: lower + u}), half),
            Piece(integrand.xreplace({x: upper - u}), half),
        ]
    if upper.is_finite:
        return [Piece(integrand.xreplace({x: upper - u}), None)]
    if lower.is_finite:
        return [Piece(integrand.xreplace({x: lower + u}), None)]
    return [Piece(integrand.xreplace({x: u}), None), Piece(integrand.xreplace({x: -u}), None)]


def _piece(piece: Piece, u: sympy.Dummy, tolerance: arb) -> acb:
    """The integral over one piece: its body in t = ln u, and balls around 0 for its ends."""
    start, near = _cut(piece.integrand, u, tolerance, far=False)
    left = -start.log()
    if piece.length is not None:
        right, far = _number(piece.length).real.log(), arb(0)
    else:
        end, far = _cut(piece.integrand, u, tolerance, far=True)
        right = end.log()
    body = _arb(piece.integrand, u, acb(left), acb(right), tolerance, logarithmic=True)
    return body + acb(arb(0, (near + far).upper()))


def _cut(integrand: sympy.Expr, u: sympy.Dummy, tolerance: arb, *, far: bool) -> tuple[arb, arb]:
    """Where to cut off an end (as y), and a bound of what lies beyond."""
    reason = NoBound("no end was tried")
    for exponent in ENDS:
        start = arb(2) ** exponent
        try:
            bound = Tail(u, start, far=far).integral(integrand)
        except NoBound as error:
            reason = error
            continue
        if bound < tolerance:
            return start, bound
    raise NoBound(f"the {'infinite' if far else 'singular'} end has no small bound: {reason}")


def _arb(
    integrand: sympy.Expr,
    x: sympy.Symbol,
    left: acb,
    right: acb,
    tolerance: arb,
    *,
    logarithmic: bool = False,
) -> acb:
    start = Evaluation.at({})

    def function(z: acb, analytic: bool) -> acb:
        u = z.exp() if logarithmic else z
        try:
            value = start.within({x: u}, analytic=analytic).value(integrand)
        except EnclosureError:
            return acb("nan")
        return value * u if logarithmic else value

    return acb.integral(
        function, left, right, rel_tol=arb(2) ** -GOAL, abs_tol=tolerance, eval_limit=EVALUATIONS
    )


def _number(expression: sympy.Expr) -> acb:
    return Evaluation.at({}).value(expression)


def _checked(ball: acb) -> acb:
    if not ball.is_finite():
        raise NoBound("Arb's integral does not converge")
    return ball
