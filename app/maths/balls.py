"""Small tools for balls: their errors, and exact numbers as balls."""

from __future__ import annotations

from typing import Final

import sympy
from flint import acb, arb, fmpq

from app.maths.errors import MathsError

MAX_BITS: Final = 100_000
"""Bits beyond which a number is not computed with."""
NUMERICAL_DIGITS: Final = 20
"""Decimal digits of agreement that are enough where a value is numerical: accurate, but not proven."""
CLEARLY: Final = 1e-10
"""Part of their size by which two values must differ to be told apart where one is numerical."""
ZERO: Final = 1e-15
"""Size below which a numerical value may be zero."""
SHOWN: Final = 60
"""Characters of an expression that an error message quotes."""


class EnclosureError(MathsError):
    """No finite ball can be given: a pole, an undecidable branch, or something without a rigorous rule."""


class Undefined(EnclosureError):
    """The expression certainly has no value at this point, as where no case of a piecewise function holds."""


def differ(one: acb, other: acb, *, rigorous: bool) -> bool:
    """Whether two values differ: certainly, by disjoint balls, or clearly, where one of them is not proven.

    The ball of a numerical value is wide of what two computations differ by, and so of its error, but that is
    no proof; a difference of `CLEARLY` is far beyond what either computation could be wrong by unnoticed.
    """
    if rigorous:
        return not one.overlaps(other)
    size = abs(one).max(abs(other)).max(arb(ZERO))
    return bool(abs(one - other) > size * CLEARLY)


def short(node: sympy.Basic) -> str:
    """`node` as text of at most `SHOWN` characters, for messages."""
    text = str(node)
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def rational(node: sympy.Rational) -> acb:
    """The ball of a rational number at the present precision; raises `EnclosureError` if it is very long."""
    if node.p.bit_length() + node.q.bit_length() > MAX_BITS:
        raise EnclosureError("a number is too long")
    return acb(fmpq(node.p, node.q))


def binary(node: sympy.Float) -> acb:
    """The binary fraction that a float is, exactly."""
    sign, mantissa, exponent, _ = node._mpf_
    if abs(int(exponent)) > MAX_BITS or (not mantissa and exponent):
        raise EnclosureError(f"the number {node} is out of range")
    return acb(arb((-int(mantissa) if sign else int(mantissa), int(exponent))))
