"""Small tools for balls: their errors, and exact numbers as balls."""

from __future__ import annotations

from typing import Final

import sympy
from flint import acb, arb, fmpq

from app.maths.errors import MathsError

MAX_BITS: Final = 100_000
"""Bits beyond which a number is not computed with."""
SHOWN: Final = 60
"""Characters of an expression that an error message quotes."""


class EnclosureError(MathsError):
    """No finite ball can be given: a pole, an undecidable branch, or something without a rigorous rule."""


class Undefined(EnclosureError):
    """The expression certainly has no value at this point, as where no case of a piecewise function holds."""


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
