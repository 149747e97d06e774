"""What reading the results of all programs has in common: limits, and functions with one name everywhere."""

from __future__ import annotations

from collections.abc import Callable

import sympy

LONGEST_RESULT = 200_000
"""Characters beyond which a result is not an answer anybody reads."""
DEEPEST_RESULT = 200
LONGEST_INTEGER = 4000
LARGEST_EXPONENT = 10_000
"""A power with a larger integer exponent is not computed on reading."""


class Unreadable(Exception):
    """The result is not one we can put into words; the message names what was found."""


FUNCTIONS: dict[str, Callable[..., sympy.Basic]] = {
    function.__name__: function
    for function in (
        *(sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc),
        *(sympy.asin, sympy.acos, sympy.atan, sympy.acot, sympy.asec, sympy.acsc, sympy.atan2),
        *(sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch),
        *(sympy.asinh, sympy.acosh, sympy.atanh, sympy.acoth, sympy.asech, sympy.acsch),
        *(sympy.gamma, sympy.beta, sympy.binomial, sympy.erf, sympy.erfc, sympy.erfi, sympy.zeta),
        *(sympy.floor, sympy.ceiling, sympy.conjugate, sympy.elliptic_f),
    )
}
"""Functions under the names that SymPy, and most programs, give them."""


def checked_length(text: str) -> str:
    """The text of a result, unless it is too long to be an answer."""
    if len(text) > LONGEST_RESULT:
        raise Unreadable(f"a result of {len(text)} characters")
    return text


def integer(digits: str) -> int:
    """An integer in digits, unless it is too long to be an answer."""
    if len(digits) > LONGEST_INTEGER:
        raise Unreadable(f"an integer of {len(digits)} digits")
    return int(digits)


def power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """A power, which is not computed where that would fill the memory."""
    too_large = exponent.is_Integer and abs(exponent) > LARGEST_EXPONENT
    return sympy.Pow(base, exponent, evaluate=not too_large)
