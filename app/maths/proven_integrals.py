"""Proven integrals: the whole of a range but its ends, by Arb, and a bound of what is left there.

A range that reaches to infinity, or to an end point at which the integrand is not analytic, is travelled in
t = ln u, where u is the distance from the end point. That is dear, and meant for those who need the proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import sympy
from flint import acb, arb

from app.maths.compiled import Function, compiled
from app.maths.growth import NoBound, Tail

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

ENDS: Final = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
"""Powers of two at which tails are cut off, tried in turn until the bound of the tail is small enough."""
EVALUATIONS: Final = 30_000
"""Evaluations of the integrand in one piece after which Arb gives up."""
AROUND: Final = 1e-12
"""Radius of the neighbourhood of an end point in which an integrand must be analytic."""


class Tolerance(NamedTuple):
    """The errors that are allowed, relative to the integral of a part and absolutely."""

    relative: arb
    absolute: arb


class Piece(NamedTuple):
    """A part of a range: integrand in the distance `u`, which goes from 0 to `length` (None: to infinity)."""

    integrand: sympy.Expr
    length: sympy.Expr | None


def is_analytic(function: Function, end: acb) -> bool:
    """Whether a function is finite and analytic around an end of a range."""
    around = arb(0, AROUND)
    return bool(function(end + acb(around, around), True).is_finite())


def enclosed(
    walk: Evaluation,
    integrand: sympy.Expr,
    x: sympy.Symbol,
    ends: tuple[sympy.Expr, sympy.Expr],
    size: arb,
    bits: int,
) -> acb:
    """A proven ball of the integral, its radius about 2^-bits of `size`, which is about that of the integral.

    Raises NoBound where the ends cannot be bounded or Arb does not converge.
    """
    if ends[0] is sympy.oo or ends[1] is -sympy.oo:
        return -enclosed(walk, integrand, x, (ends[1], ends[0]), size, bits)
    tolerance = Tolerance(arb(2) ** -bits, size.abs_upper() * arb(2) ** -bits)
    function = compiled(walk, integrand, x)
    if all(end.is_finite and is_analytic(function, walk.value(end)) for end in ends):
        lower, upper = map(walk.value, ends)
        ball = _arb(function, lower, upper, tolerance)
    else:
        u = sympy.Dummy("u")
        pieces = _pieces(integrand, x, *ends, u)
        ball = sum((_enclosed_piece(walk, piece, u, tolerance) for piece in pieces), acb(0))
    if not ball.is_finite():
        raise NoBound("Arb's integral does not converge")
    return ball


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


def _enclosed_piece(walk: Evaluation, piece: Piece, u: sympy.Dummy, tolerance: Tolerance) -> acb:
    """The integral over one piece: its start, its body in t = ln u, and a bound of an infinite end."""
    function = compiled(walk, piece.integrand, u)
    left, start = _start(walk, piece, u, function, tolerance)
    if piece.length is not None:
        right, far = walk.value(piece.length).real, arb(0)
    else:
        right, far = _bounded_end(walk, piece.integrand, u, tolerance, far=True)

    def logarithmic(t: acb, analytic: bool) -> acb:
        place = t.exp()
        return function(place, analytic) * place

    body = _arb(logarithmic, acb(left.log()), acb(right.log()), tolerance)
    return start + body + acb(arb(0, far.upper()))


def _start(
    walk: Evaluation, piece: Piece, u: sympy.Dummy, function: Function, tolerance: Tolerance
) -> tuple[arb, acb]:
    """Where the body begins, and the integral up to there: by Arb, or a bound where Arb must not go to 0."""
    if is_analytic(function, acb(0)):
        left = arb(1) if piece.length is None else walk.value(piece.length).real
        return left, _arb(function, acb(0), acb(left), tolerance)
    end, near = _bounded_end(walk, piece.integrand, u, tolerance, far=False)
    return 1 / end, acb(arb(0, near.upper()))


def _bounded_end(
    walk: Evaluation, integrand: sympy.Expr, u: sympy.Dummy, tolerance: Tolerance, *, far: bool
) -> tuple[arb, arb]:
    """Where to cut off an end (as y), and a bound of what lies beyond."""
    reason = NoBound("no end was tried")
    for exponent in ENDS:
        start = arb(2) ** exponent
        try:
            bound = Tail(walk, u, start, far=far).integral(integrand)
        except NoBound as error:
            reason = error
            continue
        if bound < tolerance.absolute:
            return start, bound
    raise NoBound(f"the {'infinite' if far else 'singular'} end has no small bound: {reason}")


def _arb(function: Function, left: acb, right: acb, tolerance: Tolerance) -> acb:
    return acb.integral(
        function, left, right, rel_tol=tolerance.relative, abs_tol=tolerance.absolute, eval_limit=EVALUATIONS
    )
