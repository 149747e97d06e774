"""What programs compute with: exact numbers and lists of bounded size.

Integers are Python's, other numbers SymPy's; nothing large is built before its size is known to be small.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any, Final, Literal

import sympy
from flint import acb, arb, ctx
from sympy import Expr, Integer, Rational, S
from sympy.logic.boolalg import Boolean

from app.grading.errors import GradingError
from app.maths import DEFAULT_LIMITS, EnclosureError, compare, enclose

Value = Any
"""A number (int or Expr), a truth value, a list, tuple, range or iterator, a function, or None."""
Fault = Literal["syntax", "unknown", "forbidden", "error", "limit", "symbolic"]
"""Why a program fails: it is not Python, it uses what we lack or what no formula needs, it raises, it takes
too much, or what it does depends on a symbol."""

BITS: Final = DEFAULT_LIMITS.bits
ITEMS: Final = 10_000
"""Elements of one list."""
NODES: Final = 400
"""Nodes of one expression."""
EXPONENT: Final = 1_000
"""Exponents of what is not rational, and factors beside logarithms in exponents."""
PRECISION: Final = 300
"""Bits to which numbers are enclosed to find their sign or whole part."""


class ProgramError(GradingError):
    """A program cannot be read or run: `what` is wrong on `line` (0 when no line is to blame)."""

    def __init__(self, what: str, fault: Fault = "error", line: int = 0) -> None:
        super().__init__(what, fault, line)
        self.what, self.fault, self.line = what, fault, line

    def __str__(self) -> str:
        return f"{self.what} (line {self.line})" if self.line else self.what


def describe(value: Value) -> str:
    """What a value is, in words."""
    names = {list: "a list", tuple: "a tuple", range: "a range", type(None): "None"}
    return names.get(type(value), "a number" if isinstance(value, (int, Expr)) else "a function or iterator")


def number(value: Value) -> Any:
    """The value as an int or expression; truth values are one and zero; raises ProgramError for all else."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Expr):
        return value
    if isinstance(value, Boolean):
        return sympy.Piecewise((1, value), (0, True))
    raise ProgramError(f"{describe(value)} is used as a number")


def whole(value: Value) -> int:
    """The value as an int; raises ProgramError when it is none."""
    value = number(value)
    if isinstance(value, int):
        return value
    require_number(value)
    raise ProgramError("a number that is not whole is used where an integer is needed")


def checked(value: Any) -> Any:
    """The number, an int where it is whole; raises ProgramError when it is too large or no number."""
    if isinstance(value, int):
        bound(value.bit_length(), BITS, "an integer")
        return value
    for count, node in enumerate(sympy.preorder_traversal(value)):
        if count > NODES:
            raise ProgramError("an expression becomes too long", "limit")
        if node is S.NaN or node is S.ComplexInfinity:
            raise ProgramError("a value is not a number")
        if node.is_Rational:
            bound(bits(node), BITS, "a number")
    return int(value) if value.is_Integer else value


def weight(value: Value) -> int:
    """The steps that computing a value costs."""
    if isinstance(value, int):
        return 1 + (value.bit_length() >> 7)
    if isinstance(value, (list, tuple)):
        return 1 + len(value)
    return 5 if getattr(value, "is_Rational", False) else 60 + 10 * len(getattr(value, "args", ()))


def bound(size: int, limit: int, what: str) -> None:
    """Raises ProgramError when `size` is over the `limit` of bits."""
    if size > limit:
        raise ProgramError(f"{what} becomes larger than {limit} bits", "limit")


def sized(length: int) -> int:
    """The length of a list about to be built; raises ProgramError when it is too long."""
    if length > ITEMS:
        raise ProgramError(f"a list becomes longer than {ITEMS} elements", "limit")
    return length


def bits(value: Any) -> int:
    """Bits of a rational number; 0 for any other."""
    if isinstance(value, int):
        return value.bit_length()
    return max(int(value.p).bit_length(), int(value.q).bit_length()) if value.is_Rational else 0


def is_symbolic(value: Any) -> bool:
    """Whether a number depends on a symbol."""
    return not isinstance(value, int) and bool(value.free_symbols)


def require_number(value: Any) -> None:
    """Raises ProgramError when the value depends on a symbol."""
    if is_symbolic(value):
        raise ProgramError(f"what happens depends on {value}", "symbolic")


# Arithmetic


def divide(a: Any, b: Any) -> Any:
    """a / b, exactly; raises ProgramError for b = 0."""
    if b == 0 or (not isinstance(b, int) and b.is_zero):
        raise ProgramError("division by zero")
    return Rational(a, b) if isinstance(a, int) and isinstance(b, int) else a / b


def modulo(a: Any, b: Any) -> Any:
    """a - b floor(a/b), with the sign of b."""
    if isinstance(a, int) and isinstance(b, int) and b:
        return a % b
    if is_symbolic(a) or is_symbolic(b):
        return sympy.Mod(a, b)
    return a - b * floor(checked(divide(a, b)))


def power(a: Any, b: Any) -> Any:
    """a to the power b; raises ProgramError before a number beyond the limits is computed."""
    size = bits(a)
    if isinstance(b, int):
        if b < 0:
            return divide(1, checked(power(a, -b)))
        if not size and not isinstance(a, int) and b > EXPONENT:
            raise ProgramError("a power becomes too large", "limit")
        bound((max(size - 1, 0) if isinstance(a, int) else size) * b, BITS, "a power")
        return a**b
    if b.is_Rational:
        if a == 0 and b < 0:
            raise ProgramError("division by zero")
        if abs(b) > EXPONENT:
            raise ProgramError("a power becomes too large", "limit")
        bound(size, DEFAULT_LIMITS.root_bits, "a number under a root")
        bound(size * math.ceil(abs(b)), BITS, "a power")
    elif b.has(sympy.log) and any(abs(factor.p) > EXPONENT for factor in b.atoms(Rational)):
        # SymPy computes exp(n log 10) as 10^n
        raise ProgramError("a power becomes too large", "limit")
    return S(a) ** b


def _shift(a: int, b: int) -> int:
    if b < 0:
        raise ProgramError("a negative shift")
    bound(a.bit_length() + b, BITS, "a shift")
    return a << b


def _right_shift(a: int, b: int) -> int:
    if b < 0:
        raise ProgramError("a negative shift")
    return a >> min(b, BITS)


def on_integers(function: Callable[..., int]) -> Callable[..., int]:
    """The function for arguments that must be integers."""
    return lambda *values: function(*map(whole, values))


OPERATORS: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: divide,
    ast.FloorDiv: lambda a, b: floor(checked(divide(a, b))),
    ast.Mod: modulo,
    ast.Pow: power,
    ast.LShift: on_integers(_shift),
    ast.RShift: on_integers(_right_shift),
    ast.BitAnd: on_integers(operator.and_),
    ast.BitOr: on_integers(operator.or_),
    ast.BitXor: on_integers(operator.xor),
}


def arithmetic(kind: type[ast.operator], left: Value, right: Value) -> Value:
    """The value of an operation on two numbers, or of joining or repeating lists and tuples."""
    if isinstance(right, (list, tuple)) and not isinstance(left, (list, tuple)):
        left, right = right, left
    if not isinstance(left, (list, tuple)):
        kept = OPERATORS.get(kind)
        if kept is None:
            raise ProgramError(f"the operator {kind.__name__} is not read", "unknown")
        return checked(kept(number(left), number(right)))
    if kind is ast.Mult:
        times = max(whole(right), 0)
        sized(len(left) * times)
        return left * times
    if kind is ast.Add and isinstance(right, type(left)):
        sized(len(left) + len(right))
        return type(left)((*left, *right))
    raise ProgramError(f"{describe(left)} is used as a number")


# Signs, whole parts, comparisons


def floor(value: Any) -> Any:
    """The whole part; of an irrational number by its enclosure, never by its digits."""
    if isinstance(value, int):
        return value
    if value.is_Rational:
        return int(value.p) // int(value.q)
    if value.free_symbols:
        if any(node.is_number and not node.is_Rational for node in sympy.preorder_traversal(value)):
            raise ProgramError("a whole part is of too hard an expression", "symbolic")
        return sympy.floor(value)
    ball = _ball(value)
    with ctx.workprec(PRECISION):
        found, nearest = (part.floor().unique_fmpz() for part in (ball, ball + arb(0.5)))
    if found is None:
        if nearest is None or not equal(value, Integer(int(nearest))):
            raise ProgramError("the whole part of a number is not certain", "limit")
        found = nearest
    return int(found)


def _ball(value: Expr) -> arb:
    try:
        ball: acb = enclose(value, {}, PRECISION)
    except EnclosureError as error:
        raise ProgramError("the value of a number is not certain", "limit") from error
    if not ball.is_finite() or not ball.imag.contains(0):
        raise ProgramError("a number is not known to be real")
    return ball.real


def sign(value: Any) -> int:
    """-1, 0 or 1 for a real number; raises ProgramError when that cannot be told."""
    if isinstance(value, int) or value.is_Rational or value in (S.Infinity, S.NegativeInfinity):
        return int(bool(value > 0)) - int(bool(value < 0))
    require_number(value)
    ball = _ball(value)
    if ball > 0 or ball < 0:
        return 1 if ball > 0 else -1
    if equal(value, S.Zero):
        return 0
    raise ProgramError("the sign of a number is not certain", "limit")


def equal(a: Any, b: Any) -> bool:
    """Whether two numbers are equal; raises ProgramError when that cannot be told."""
    if a == b:
        return True
    if all(isinstance(side, int) or side.is_Rational for side in (a, b)):
        return False
    verdict = compare(S(a), S(b)).verdict
    if verdict == "undecided":
        raise ProgramError("whether two numbers are equal is not certain", "limit")
    return verdict == "equal"


def order(a: Value, b: Value) -> int:
    """Below zero, zero or above: how two numbers, or two lists or tuples of numbers, are ordered."""
    if isinstance(a, (list, tuple)) and isinstance(b, type(a)):
        found = (order(x, y) for x, y in zip(a, b, strict=False))
        return next((one for one in found if one), len(a) - len(b))
    a, b = number(a), number(b)
    if isinstance(a, int) and isinstance(b, int):
        return (a > b) - (a < b)
    return 0 if a == b else sign(checked(a - b))


RELATIONS: Final[dict[type[ast.cmpop], tuple[Callable[[int, int], bool], Any]]] = {
    ast.Lt: (operator.lt, sympy.Lt),
    ast.LtE: (operator.le, sympy.Le),
    ast.Gt: (operator.gt, sympy.Gt),
    ast.GtE: (operator.ge, sympy.Ge),
    ast.Eq: (operator.eq, sympy.Eq),
    ast.NotEq: (operator.ne, sympy.Ne),
}
"""Each comparison of the sign of a difference with zero, and of two symbolic expressions."""


def relation(kind: type[ast.cmpop], a: Value, b: Value) -> Any:
    """The truth of a comparison of numbers; a SymPy relation where it depends on a symbol."""
    a, b = number(a), number(b)
    plain, symbolic = RELATIONS[kind]
    if is_symbolic(a) or is_symbolic(b):
        found = symbolic(a, b)
        return bool(found) if found in (S.true, S.false) else found
    if kind in (ast.Eq, ast.NotEq):
        return equal(a, b) == (kind is ast.Eq)
    return plain(order(a, b), 0)
