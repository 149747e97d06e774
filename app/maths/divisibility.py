"""The greatest common divisor and the least common multiple, held back until their arguments are integers.

SymPy's own `gcd` takes letters for the generators of polynomials, so that gcd(a, b) would be 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

import sympy


class _OfIntegers(sympy.Function):
    is_integer = True
    is_nonnegative = True
    _value: ClassVar[Callable[..., int]]

    @classmethod
    def eval(cls, *numbers: sympy.Expr) -> sympy.Expr | None:
        """The value at integers; other arguments in a canonical order, since theirs does not matter."""
        if all(number.is_Integer for number in numbers):
            return sympy.Integer(cls._value(*map(int, numbers)))
        ordered = sorted(set(numbers), key=sympy.default_sort_key)
        return None if ordered == list(numbers) else cls(*ordered)


class gcd(_OfIntegers):
    """The greatest common divisor of integers."""

    _value = math.gcd


class lcm(_OfIntegers):
    """The least common multiple of integers."""

    _value = math.lcm
