"""The functions that a program may name, on the exact numbers and lists of `program_numbers`."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cmp_to_key
from itertools import islice
from typing import Any, Final, Protocol

import sympy
from sympy import Expr, Rational, S

from app.grading.program_numbers import (
    BITS,
    EXPONENT,
    ProgramError,
    Value,
    bound,
    checked,
    describe,
    divide,
    floor,
    is_symbolic,
    number,
    on_integers,
    order,
    power,
    require_number,
    sign,
    whole,
)

MODULAR_BITS: Final = 256
"""Size of the numbers in `pow(base, exponent, modulus)`."""
LARGEST_GAMMA: Final = 100


class Machine(Protocol):
    """What the functions on sequences need of the interpreter."""

    def spend(self, steps: int) -> None: ...
    def each(self, items: Value) -> Iterator[Value]: ...
    def apply(
        self, function: Value, arguments: Sequence[Value], named: Mapping[str, Value] | None = None
    ) -> Value: ...
    def truth(self, value: Value) -> bool: ...
    def binary(self, kind: type[ast.operator], left: Value, right: Value) -> Value: ...


# Functions of numbers


def _truncate(value: Any = 0) -> Any:
    if is_symbolic(value):
        return sympy.sign(value) * floor(sympy.Abs(value))
    return floor(value) if sign(value) >= 0 else -floor(-value)


def _round(value: Any, digits: Any = 0) -> Any:
    """To the nearest, ties to the even, as Python rounds."""
    require_number(value)
    if abs(whole(digits)) > EXPONENT:
        raise ProgramError("a number is rounded to too many digits", "limit")
    unit = Rational(10) ** -digits
    below = floor(checked(value / unit))
    above_half = sign(checked(2 * (value / unit - below) - 1))
    return (below + (1 if above_half > 0 or (above_half == 0 and below % 2) else 0)) * unit


def _factorial(n: Any) -> Any:
    if is_symbolic(n):
        return sympy.factorial(n)
    _require_natural(n)
    bound(n * int(n).bit_length(), BITS, "a factorial")
    return math.factorial(n)


def _comb(n: Any, k: Any) -> Any:
    if is_symbolic(n) or is_symbolic(k):
        return sympy.binomial(n, k)
    _require_natural(n, k)
    bound(min(n, min(k, abs(n - k)) * int(n).bit_length()), BITS, "a binomial coefficient")
    return math.comb(n, k)


def _perm(n: Any, k: Any = None) -> Any:
    k = n if k is None else k
    _require_natural(n, k)
    bound(min(n, k) * int(n).bit_length(), BITS, "a product")
    return math.perm(n, k)


def _require_natural(*values: Any) -> None:
    if any(whole(value) < 0 for value in values):
        raise ProgramError("a negative number is used where a count is needed")


def _isqrt(n: Any) -> int:
    _require_natural(n)
    return math.isqrt(n)


def _pow(a: Any, b: Any, modulus: Any = None) -> Any:
    if modulus is None:
        return power(a, b)
    values = [whole(value) for value in (a, b, modulus)]
    bound(max(value.bit_length() for value in values), MODULAR_BITS, "a modular power")
    return pow(*values)


def _square_root(x: Any) -> Any:
    if not is_symbolic(x) and sign(x) < 0:
        raise ProgramError("the square root of a negative number")
    return power(x, S.Half)


def _log(x: Any, base: Any = S.Exp1) -> Any:
    for value in (x, base):
        if not is_symbolic(value) and sign(value) <= 0:
            raise ProgramError("the logarithm of a number that is not positive")
    return sympy.log(x) if base is S.Exp1 else divide(sympy.log(x), sympy.log(base))


def _gamma(x: Any) -> Any:
    if not is_symbolic(x) and order(abs(x), LARGEST_GAMMA) > 0:
        raise ProgramError("the gamma function of too large a number", "limit")
    return sympy.gamma(x)


def _real(function: Any) -> Callable[[Any], Any]:
    """A function of SymPy's that raises, as Python's does, where its value is not real."""

    def apply(x: Any) -> Any:
        value = function(S(x))
        if not is_symbolic(value) and value.is_extended_real is False:
            raise ProgramError(f"{function.__name__} has no real value there")
        return value

    return apply


_ELEMENTARY: Final = (
    "sin cos tan cot sec csc asin acos atan sinh cosh tanh asinh acosh atanh arcsin arccos arctan erf erfc"
)
_NUMERIC: Final[dict[str, Callable[..., Any]]] = {
    **{name: _real(getattr(sympy, name.replace("arc", "a"))) for name in _ELEMENTARY.split()},
    "abs": abs, "fabs": abs, "int": _truncate, "trunc": _truncate, "float": lambda x: x, "round": _round,
    "floor": floor, "ceil": lambda x: -floor(-x), "ceiling": lambda x: -floor(-x),
    "sqrt": _square_root, "isqrt": _isqrt, "cbrt": lambda x: power(x, Rational(1, 3)),
    "exp": lambda x: power(S.Exp1, x), "log": _log, "ln": _log,
    "log2": lambda x: _log(x, 2), "log10": lambda x: _log(x, 10), "pow": _pow, "power": _pow,
    "hypot": lambda x, y: power(checked(x * x + y * y), S.Half), "atan2": lambda y, x: sympy.atan2(y, x),
    "factorial": _factorial, "comb": _comb, "binomial": _comb, "perm": _perm, "gamma": _gamma,
    "gcd": on_integers(math.gcd), "lcm": on_integers(math.lcm),
    "Fraction": lambda a=0, b=1: divide(a, b), "Rational": lambda a, b=1: divide(a, b), "Integer": _truncate,
}  # fmt: skip


def _numeric(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda machine, *values: checked(function(*map(number, values)))


# Functions on sequences


def _folded(kind: type[ast.operator], first: int) -> Callable[..., Value]:
    def fold(machine: Machine, items: Value, start: Value = first) -> Value:
        for item in machine.each(items):
            start = machine.binary(kind, start, item)
        return start

    return fold


def _reduce(machine: Machine, function: Value, items: Value, *start: Value) -> Value:
    values = machine.each(items)
    for result in start or islice(values, 1):
        for item in values:
            result = machine.apply(function, [result, item])
        return result
    raise ProgramError("an empty sequence is reduced")


def _extreme(wanted: int) -> Callable[..., Value]:
    def choose(machine: Machine, *items: Value, key: Value = None, default: Value = None) -> Value:
        values = list(machine.each(items[0] if len(items) == 1 else items))
        if not values:
            if default is None:
                raise ProgramError("the largest or smallest element of an empty sequence")
            return default
        keys = [value if key is None else machine.apply(key, [value]) for value in values]
        if any(isinstance(value, Expr) and value.free_symbols for value in keys):
            machine.spend(100 * len(keys) ** 2)  # SymPy compares every two
            return checked((sympy.Max if wanted > 0 else sympy.Min)(*map(number, values)))
        best = 0
        for place in range(1, len(keys)):
            best = place if order(keys[place], keys[best]) * wanted > 0 else best
        return values[best]

    return choose


def _length(machine: Machine, items: Value) -> int:
    if isinstance(items, range):
        return max(0, -((items.start - items.stop) // items.step))  # len() itself fails beyond 2^63
    if isinstance(items, (list, tuple)):
        return len(items)
    raise ProgramError(f"{describe(items)} has no length")


def _sorted(machine: Machine, items: Value, key: Value = None, reverse: Value = False) -> list[Value]:
    values = list(machine.each(items))
    keyed: list[tuple[Value, Value]] = [
        (value if key is None else machine.apply(key, [value]), value) for value in values
    ]
    machine.spend(len(keyed) * len(keyed).bit_length())
    by_key = cmp_to_key(order)
    keyed.sort(key=lambda pair: by_key(pair[0]), reverse=machine.truth(reverse))
    return [value for _, value in keyed]


def _range(machine: Machine, *bounds: Value) -> range:
    if len(bounds) == 3 and whole(bounds[2]) == 0:
        raise ProgramError("a range with step zero")
    return range(*map(whole, bounds))


def _enumerate(machine: Machine, items: Value, start: Value = 0) -> Iterator[Value]:
    return enumerate(machine.each(items), whole(start))


def _reversed(machine: Machine, items: Value) -> Iterator[Value]:
    return iter(items[::-1] if isinstance(items, range) else list(machine.each(items))[::-1])


def _map(machine: Machine, function: Value, *items: Value) -> Iterator[Value]:
    streams = map(machine.each, items)
    return (machine.apply(function, values) for values in zip(*streams, strict=False))


def _filter(machine: Machine, function: Value, items: Value) -> Iterator[Value]:
    return (item for item in machine.each(items) if machine.truth(machine.apply(function, [item])))


def _divmod(machine: Machine, a: Value, b: Value) -> tuple[Value, Value]:
    return machine.binary(ast.FloorDiv, a, b), machine.binary(ast.Mod, a, b)


NAMES: Final[dict[str, Value]] = {
    **{name: _numeric(function) for name, function in _NUMERIC.items()},
    "pi": S.Pi, "e": S.Exp1, "E": S.Exp1, "inf": S.Infinity, "oo": S.Infinity, "tau": 2 * S.Pi,
    "sum": _folded(ast.Add, 0), "fsum": _folded(ast.Add, 0), "prod": _folded(ast.Mult, 1),
    "reduce": _reduce, "min": _extreme(-1), "max": _extreme(1), "len": _length, "sorted": _sorted,
    "range": _range, "divmod": _divmod, "enumerate": _enumerate, "reversed": _reversed, "map": _map,
    "filter": _filter,
    "zip": lambda machine, *items, strict=False: zip(*map(machine.each, items), strict=machine.truth(strict)),
    "list": lambda machine, items=(): list(machine.each(items)),
    "tuple": lambda machine, items=(): tuple(machine.each(items)),
    "bool": lambda machine, value=False: machine.truth(value),
    "any": lambda machine, items: any(map(machine.truth, machine.each(items))),
    "all": lambda machine, items: all(map(machine.truth, machine.each(items))),
}  # fmt: skip
"""Every name that a program may use without binding it, by itself or as an attribute of a module."""
INTEGRAL: Final = frozenset(
    ("range", "factorial", "comb", "binomial", "perm", "gcd", "lcm", "isqrt", "divmod")
)
"""Names whose use says that the arguments of a program are integers."""
MODULES: Final = frozenset(
    ("math", "fractions", "functools", "numpy", "np", "sympy", "sp", "typing", "operator")
)
_LACKING: Final = (
    "str set dict frozenset complex bin hex oct ord chr format repr isinstance type iter next bytes hash id"
    " Decimal product permutations combinations accumulate count defaultdict Counter deque"
)
LACKING: Final = frozenset(_LACKING.split())
"""Names that harmless programs use and we have no values for."""
