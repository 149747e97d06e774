"""Equality by exact arithmetic: rational functions in radicals and exponentials, and algebraic numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from math import lcm
from typing import Final

import sympy
from flint import arb, ctx, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import S

from app.maths.balls import EnclosureError
from app.maths.enclosures import Evaluation

MAX_TERMS: Final = 3000
"""Terms beyond which a polynomial is not expanded."""
MAX_WORK: Final = 100_000
"""Products of terms beyond which a multiplication is not carried out."""
MAX_POWER: Final = 60
"""Integer exponents beyond which nothing is expanded."""
MAX_GENERATORS: Final = 24
"""Independent subexpressions beyond which the ring is too large."""
MAX_FACTORED: Final = 10**12
"""Integers beyond which a logarithm or a base is not split into primes."""
SEPARATION_BITS: Final = 20_000
"""Bits beyond which a root separation bound is not used."""


class _TooLarge(Exception):
    """Exact arithmetic would have to expand too much."""


@dataclass(frozen=True)
class Exact:
    """What exact arithmetic says of two expressions.

    `equal` is certain wherever both are defined, which `total` promises for almost all points. That they are
    not `equal` is certain only when `decisive`: every generator is then a plain symbol.
    """

    equal: bool
    decisive: bool
    total: bool


@dataclass(frozen=True)
class _Fraction:
    top: fmpq_mpoly
    bottom: fmpq_mpoly


_Key = tuple[sympy.Expr, sympy.Expr]
"""A base and an exponent up to a rational factor; (x, 1) stands for roots of x, (E, I*x) for e^(ix)."""

_TRIGONOMETRIC: Final[dict[type, tuple[sympy.Expr, str]]] = {
    sympy.sin: (S.ImaginaryUnit, "sinh"),
    sympy.cos: (S.ImaginaryUnit, "cosh"),
    sympy.tan: (S.ImaginaryUnit, "tanh"),
    sympy.cot: (S.ImaginaryUnit, "coth"),
    sympy.sec: (S.ImaginaryUnit, "sech"),
    sympy.csc: (S.ImaginaryUnit, "csch"),
    sympy.sinh: (S.One, "sinh"),
    sympy.cosh: (S.One, "cosh"),
    sympy.tanh: (S.One, "tanh"),
    sympy.coth: (S.One, "coth"),
    sympy.sech: (S.One, "sech"),
    sympy.csch: (S.One, "csch"),
}
"""Functions that are rational in e^(factor * argument), by the hyperbolic one they are made of."""


def rational_equality(left: sympy.Expr, right: sympy.Expr) -> Exact | None:
    """Compares two expressions as rational functions of their generators; None when that is too much work.

    Generators are symbols, roots g of bases b (with g^k = b), exponentials of arguments that are linearly
    independent over the rationals (trigonometric and hyperbolic functions are rational in these), and
    whatever else is opaque.
    """
    try:
        ring = _Ring.of(left, right)
        a, b = ring.fraction(left), ring.fraction(right)
        difference = ring.reduced(ring.product(a.top, b.bottom) - ring.product(b.top, a.bottom))
        plain = all(
            base.is_Symbol and rest is S.One and index == 1 for (base, rest), index in ring.indices.items()
        )
        total = plain or (len(a.bottom) == 1 and len(b.bottom) == 1)
        return Exact(equal=difference == 0, decisive=plain, total=total)
    except (_TooLarge, ZeroDivisionError):
        return None


@dataclass
class _Ring:
    """A polynomial ring with a generator for each independent subexpression of the two sides."""

    indices: dict[_Key, int] = field(default_factory=dict)
    memo: dict[sympy.Expr, _Fraction] = field(default_factory=dict)

    @classmethod
    def of(cls, *sides: sympy.Expr) -> _Ring:
        ring = cls()
        for side in sides:
            ring._collect(side)
        if len(ring.indices) > MAX_GENERATORS:
            raise _TooLarge
        ring._build()
        return ring

    def _build(self) -> None:
        # Outer radicals come first, so that the lexicographic leading term of g^k - b is g^k.
        keys = list(reversed(self.indices))
        self.context = fmpq_mpoly_ctx.get([f"g{i}" for i in range(len(keys))], "lex")
        self.one = self.context.constant(1)
        self.generators = {key: self.context.gen(i) for i, key in enumerate(keys)}
        self.relations = [relation for key in keys if (relation := self._relation(key)) is not None]

    def _relation(self, key: _Key) -> fmpq_mpoly | None:
        base, rest = key
        index, generator = self.indices[key], self.generators[key]
        if base is S.Exp1 and rest == S.ImaginaryUnit * S.Pi:
            return generator**index + self.one
        if index == 1 or rest is not S.One:
            return None
        inner = self.fraction(base)
        relation = generator**index - inner.top
        return relation if inner.bottom == self.one and relation != 0 else None

    # ---- first walk: which generators are needed

    def _collect(self, expr: sympy.Expr) -> None:
        if expr.is_Rational:
            return
        if expr.is_Add or expr.is_Mul:
            for arg in expr.args:
                self._collect(arg)
            return
        split = _split_logarithm(expr)
        if split is not None:
            self._collect(split)
            return
        factors = _factors(expr)
        if factors is None or expr.is_Symbol:
            self._note((expr, S.One), 1)
            return
        for base, rest, coefficient in factors:
            if rest is S.One:
                self._collect(base)
                if coefficient.q > 1:
                    self._note((base, S.One), coefficient.q)
            else:
                self._note((base, rest), coefficient.q)
        if type(expr) in _TRIGONOMETRIC:
            self._collect(S.ImaginaryUnit)

    def _note(self, key: _Key, index: int) -> None:
        self.indices[key] = lcm(self.indices.get(key, 1), index)

    # ---- second walk: quotients of polynomials

    def fraction(self, expr: sympy.Expr) -> _Fraction:
        known = self.memo.get(expr)
        if known is None:
            known = self.memo[expr] = self._fraction(expr)
        return known

    def _fraction(self, expr: sympy.Expr) -> _Fraction:
        if expr.is_Rational:
            return _Fraction(self.one * fmpq(expr.p, expr.q), self.one)
        if expr.is_Add:
            return reduce(self._sum, map(self.fraction, expr.args))
        if expr.is_Mul:
            return reduce(self._times, map(self.fraction, expr.args))
        split = _split_logarithm(expr)
        if split is not None:
            return self.fraction(split)
        factors = _factors(expr)
        if factors is None:
            return self._generator((expr, S.One), sympy.Integer(1))
        power = reduce(self._times, (self._factor(*factor) for factor in factors))
        if type(expr) in _TRIGONOMETRIC:
            return self._hyperbolic(type(expr), power)
        return power

    def _factor(self, base: sympy.Expr, rest: sympy.Expr, coefficient: sympy.Rational) -> _Fraction:
        if rest is not S.One or base.is_Symbol:
            return self._generator((base, rest), coefficient)
        whole = coefficient.p // coefficient.q
        power = self.power(self.fraction(base), whole)
        if coefficient.q == 1:
            return power
        return self._times(power, self._generator((base, rest), coefficient - whole))

    def _generator(self, key: _Key, coefficient: sympy.Rational) -> _Fraction:
        exponent = coefficient * self.indices[key]
        return self.power(_Fraction(self.generators[key], self.one), int(exponent))

    def _hyperbolic(self, kind: type, e: _Fraction) -> _Fraction:
        """sinh, cosh and the like of u from e = e^u, or sin, cos of v where u = iv."""
        factor, name = _TRIGONOMETRIC[kind]
        square = self.power(e, 2)
        minus = self._sum(square, _Fraction(-self.one, self.one))
        plus = self._sum(square, _Fraction(self.one, self.one))
        double = self._times(e, _Fraction(2 * self.one, self.one))
        value = {
            "sinh": (minus, double),
            "cosh": (plus, double),
            "tanh": (minus, plus),
            "coth": (plus, minus),
            "sech": (double, plus),
            "csch": (double, minus),
        }[name]
        quotient = self._times(value[0], self.power(value[1], -1))
        if factor is S.One or kind in (sympy.cos, sympy.sec):
            return quotient
        unit = self.fraction(S.ImaginaryUnit).top
        return self._times(quotient, _Fraction(-unit if kind in (sympy.sin, sympy.tan) else unit, self.one))

    # ---- bounded arithmetic

    def _sum(self, a: _Fraction, b: _Fraction) -> _Fraction:
        if a.bottom == b.bottom:
            return _Fraction(a.top + b.top, a.bottom)
        if a.bottom == self.one or b.bottom == self.one:
            common_a, common_b = b.bottom, a.bottom
        else:
            shared = a.bottom.gcd(b.bottom)
            common_a, common_b = b.bottom / shared, a.bottom / shared
        top = self.product(a.top, common_a) + self.product(b.top, common_b)
        return _Fraction(top, self.product(a.bottom, common_a))

    def _times(self, a: _Fraction, b: _Fraction) -> _Fraction:
        return _Fraction(self.product(a.top, b.top), self.product(a.bottom, b.bottom))

    def product(self, a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
        """a * b, unless that takes too much work."""
        if len(a) * len(b) > MAX_WORK:
            raise _TooLarge
        return self._bounded(a * b)

    def power(self, base: _Fraction, exponent: int) -> _Fraction:
        """base ** exponent, unless that takes too much work."""
        top, bottom = (base.top, base.bottom) if exponent >= 0 else (base.bottom, base.top)
        if bottom == 0:
            raise ZeroDivisionError
        exponent = abs(exponent)
        terms = max(len(top), len(bottom))
        if terms > 1 and (exponent > MAX_POWER or terms**exponent > MAX_WORK**2):
            raise _TooLarge
        return _Fraction(self._bounded(top**exponent), self._bounded(bottom**exponent))

    def _bounded(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        if len(polynomial) > MAX_TERMS:
            raise _TooLarge
        return polynomial

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The remainder by the relations between generators, outer radicals first."""
        for relation in self.relations:
            if len(polynomial) * len(relation) > MAX_WORK:
                raise _TooLarge
            polynomial = self._bounded(divmod(polynomial, relation)[1])
        return polynomial


def _factors(expr: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Expr, sympy.Rational]] | None:
    """`expr`, or the exponential it is rational in, as factors base^(coefficient * rest); None if opaque."""
    trigonometric = _TRIGONOMETRIC.get(type(expr))
    if trigonometric is not None:
        base, exponent = S.Exp1, trigonometric[0] * expr.args[0]
    elif isinstance(expr, sympy.exp):
        base, exponent = S.Exp1, expr.args[0]
    elif expr.is_Pow or expr.is_Symbol or expr is S.ImaginaryUnit:
        base, exponent = expr.as_base_exp()
    else:
        return None
    if exponent.is_Rational:
        return [(base, S.One, exponent)]
    factors = []
    for term in sympy.Add.make_args(sympy.expand(exponent)):
        coefficient, rest = term.as_coeff_Mul()
        if not coefficient.is_Rational:
            coefficient, rest = sympy.Integer(1), term
        factors += [(prime, rest, coefficient * power) for prime, power in _primes(base).items()]
    return factors


def _primes(base: sympy.Expr) -> dict[sympy.Expr, int]:
    """A positive rational base as powers of primes, any other as itself: 4^n is (2^n)^2."""
    if base.is_Rational and base.is_positive and max(base.p, base.q) < MAX_FACTORED:
        return {sympy.Integer(prime): power for prime, power in sympy.factorrat(base).items()}
    return {base: 1}


def _split_logarithm(expr: sympy.Expr) -> sympy.Expr | None:
    """log of a product of positive numbers and symbols as the sum of their logarithms."""
    if not isinstance(expr, sympy.log) or len(expr.args) != 1:
        return None
    (argument,) = expr.args
    if argument.is_Rational and argument.is_positive and max(argument.p, argument.q) < MAX_FACTORED:
        split = sympy.Add(*(power * sympy.log(prime) for prime, power in _primes(argument).items()))
    elif argument.is_Mul or argument.is_Pow or argument is S.Exp1:
        split = sympy.expand_log(expr)
    else:
        return None
    return split if split != expr else None


# ---------------------------------------------------------------- algebraic numbers


@dataclass(frozen=True)
class _Separation:
    """Base-2 logarithms of bounds on all conjugates of numerator and denominator of an algebraic number."""

    top: float
    bottom: float


def algebraic_zero(number: sympy.Expr) -> bool | None:
    """Whether a number made of integers, arithmetic and roots is exactly zero; None for any other.

    Decided by the separation bound of Burnikel, Fleischer, Mehlhorn and Schirra (ESA 2001): unless it is
    zero, the number is at least (u^(D-1) l)^-1 in absolute value.
    """
    bits = _separation_bits(number)
    if bits is None:
        return None
    with ctx.workprec(bits + 64):
        try:
            size = abs(Evaluation.at({}).value(number))
        except EnclosureError:
            return None
        if size > 0:
            return False
        return True if size < arb((1, -bits - 1)) else None


def _separation_bits(number: sympy.Expr) -> int | None:
    roots: dict[sympy.Expr, int] = {}
    try:
        bound = _separation(number, roots)
    except _TooLarge:
        return None
    degree = reduce(lambda product, index: product * index, roots.values(), 1)
    bits = (degree - 1) * bound.top + bound.bottom + 1
    return int(bits) if bits <= SEPARATION_BITS else None


def _separation(expr: sympy.Expr, roots: dict[sympy.Expr, int]) -> _Separation:
    if expr.is_Rational:
        return _Separation(float(abs(expr.p).bit_length()), float(expr.q.bit_length()))
    if expr is S.ImaginaryUnit:
        roots[expr] = 2
        return _Separation(0.0, 0.0)
    if expr.is_Add:
        return reduce(_separation_of_sum, (_separation(arg, roots) for arg in expr.args))
    if expr.is_Mul:
        parts = [_separation(arg, roots) for arg in expr.args]
        return _Separation(sum(p.top for p in parts), sum(p.bottom for p in parts))
    if not (expr.is_Pow and expr.exp.is_Rational) or abs(expr.exp.p) > SEPARATION_BITS:
        raise _TooLarge
    base, index = _separation(expr.base, roots), int(expr.exp.q)
    if index > 1:
        roots[expr.base ** sympy.Rational(1, index)] = index
        base = _separation_of_root(base, index)
    power = abs(int(expr.exp.p))
    top, bottom = base.top * power, base.bottom * power
    return _Separation(top, bottom) if expr.exp.p > 0 else _Separation(bottom, top)


def _separation_of_sum(a: _Separation, b: _Separation) -> _Separation:
    return _Separation(max(a.top + b.bottom, a.bottom + b.top) + 1, a.bottom + b.bottom)


def _separation_of_root(a: _Separation, index: int) -> _Separation:
    if a.top >= a.bottom:
        return _Separation((a.top + (index - 1) * a.bottom) / index, a.bottom)
    return _Separation(a.top, ((index - 1) * a.top + a.bottom) / index)
