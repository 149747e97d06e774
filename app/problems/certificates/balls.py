"""Comparing balls: agreement to so many digits is shown, disagreement is a refusal."""

from __future__ import annotations

import math
from typing import Final

import sympy
from flint import acb, arb

from app.maths import EnclosureError, enclose
from app.problems.certificates.question import Point, described
from app.problems.errors import Refused, Refuted

DIGITS: Final = 30
"""Decimal digits to which two closed forms must agree at a point."""
PRECISIONS: Final = (192, 384, 1024, 3072, 9216)
"""Bits that are tried, one after the other, until balls are narrow enough."""
SHOWN_DIGITS: Final = 20
"""Digits with which values are written into evidence."""


class TooWide(Refused):
    """Balls stay too wide, at every precision that is tried, to show agreement; nothing speaks against it."""


def agree(left: acb, right: acb, scale: arb | None = None) -> int | None:
    """Decimal digits to which two overlapping balls agree, relative to `scale`; None where they are disjoint.

    `scale` is the larger of the two values unless given; two exact zeros agree to every digit that is asked.
    """
    difference = left - right
    if not difference.contains(0):
        return None
    size = scale if scale is not None else larger(left, right)
    width = difference.abs_upper()
    if width == 0:
        return 10 * DIGITS
    if not size > 0:
        return 0
    return max(0, digits_of(width / size))


def larger(left: acb, right: acb) -> arb:
    """A lower bound of the larger absolute value."""
    one, other = left.abs_lower(), right.abs_lower()
    return one if one > other else other


def digits_of(error: arb) -> int:
    """Decimal digits that an error of this size leaves right: none if unknown, all asked for if it is 0."""
    upper = error.abs_upper()
    if upper == 0:
        return 10 * DIGITS
    if not upper.is_finite():
        return 0
    exponent = float((upper.log() / arb(10).log()).mid())
    return min(10 * DIGITS, math.floor(-exponent))


def shown(ball: acb) -> str:
    """A value as a person reads it: its digits, and an imaginary part only where there may be one."""
    real = ball.real.str(SHOWN_DIGITS, radius=False)
    return real if ball.imag.contains(0) else f"{real} + {ball.imag.str(SHOWN_DIGITS, radius=False)} i"


def require_equal(left: sympy.Expr, right: sympy.Expr, point: Point, names: tuple[str, str]) -> int:
    """Digits to which two expressions agree at a point, at least `DIGITS`; refused where they do not."""
    best = 0
    for precision in PRECISIONS:
        one, other = value(left, point, names[0], precision), value(right, point, names[1], precision)
        digits = agree(one, other)
        if digits is None:
            raise Refuted(f"{names[0]} is {shown(one)}, but {names[1]} is {shown(other)}{described(point)}")
        best = max(best, digits)
        if best >= DIGITS:
            return best
    raise TooWide(f"{names[0]} and {names[1]} are known to agree to {best} digits only{described(point)}")


def require_zero(expression: sympy.Expr, point: Point, name: str) -> int:
    """Digits, relative to its largest term, to which a sum of terms vanishes at a point."""
    terms = sympy.Add.make_args(expression)
    best = 0
    for precision in PRECISIONS:
        balls = [value(term, point, name, precision) for term in terms]
        total, scale = balls[0], balls[0].abs_lower()
        for ball in balls[1:]:
            total, scale = total + ball, scale.max(ball.abs_lower())
        digits = agree(total, acb(0), scale)
        if digits is None:
            raise Refuted(f"{name} is {shown(total)}, not 0,{described(point)}")
        best = max(best, digits)
        if best >= DIGITS:
            return best
    raise TooWide(f"{name} is known to vanish to {best} digits only{described(point)}")


def value(expression: sympy.Expr, point: Point, name: str, precision: int) -> acb:
    """The ball of an expression at a point; a pole or an undecidable branch refuses the variant."""
    try:
        return enclose(expression, point, precision)
    except EnclosureError as error:
        raise Refused(f"{name} has no certain value{described(point)}: {error}") from error
