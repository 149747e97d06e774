"""The stages by which two expressions are compared, cheapest first; each decides or passes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

import sympy
from flint import acb, arb, ctx, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import S

from app.maths.assumptions import Assumptions, Point
from app.maths.enclosures import EnclosureError, Evaluation

POINTS: Final = 6
"""Admissible points at which both sides must agree."""
DIGITS: Final = 30
"""Decimal digits of agreement asked for at each point."""
CONSTANT_DIGITS: Final = 50
"""Decimal digits of agreement asked for between numbers."""
DRAWS: Final = 60
"""Points drawn at most in search of POINTS where both sides are finite."""
MAX_PRECISION: Final = 2048
"""Bits up to which balls that overlap are refined."""
MAX_TERMS: Final = 4000
"""Terms beyond which a polynomial is not expanded for the exact stage."""
MAX_POWER: Final = 60
"""Integer exponents beyond which nothing is expanded for the exact stage."""
SIMPLIFY_OPERATIONS: Final = 45
"""Operations in the difference beyond which no proof by simplification is tried."""
SEPARATION_BITS: Final = 20_000
"""Bits beyond which a root separation bound is not used."""
BITS_PER_DIGIT: Final = 3.3220


@dataclass(frozen=True)
class Agreement:
    """What the numerical stage found: `equal` is False when refuted, None when too few points were usable."""

    equal: bool | None
    points: int
    digits: int
    note: str


class _TooLarge(Exception):
    """The exact stage would have to expand too much."""


# ---------------------------------------------------------------- exact arithmetic


@dataclass(frozen=True)
class Fraction:
    """A quotient of two polynomials over the rationals."""

    top: fmpq_mpoly
    bottom: fmpq_mpoly


def rational_difference(left: sympy.Expr, right: sympy.Expr) -> tuple[bool, bool] | None:
    """Whether two expressions are equal as rational functions, and whether their generators are symbols alone.

    Subexpressions that are no rational operation (`sin(x)`, `sqrt(2)`) count as generators, so equality is
    certain, and inequality only when all generators are symbols. None when it would take too much work.
    """
    generators = sorted(_generators(left) | _generators(right), key=sympy.default_sort_key)
    ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(len(generators))], "degrevlex")
    known = {g: Fraction(ring.gen(i), ring.constant(1)) for i, g in enumerate(generators)}
    try:
        a, b = _fraction(left, known, ring), _fraction(right, known, ring)
        equal = _product(a.top, b.bottom) == _product(b.top, a.bottom)
    except (_TooLarge, ZeroDivisionError):
        return None
    return bool(equal), all(g.is_Symbol for g in generators)


def _generators(expr: sympy.Expr) -> set[sympy.Expr]:
    if expr.is_Rational:
        return set()
    if expr.is_Add or expr.is_Mul:
        return set().union(*map(_generators, expr.args))
    if expr.is_Pow and expr.exp.is_Integer:
        return _generators(expr.base)
    return {_root(expr)[0]}


def _root(expr: sympy.Expr) -> tuple[sympy.Expr, int]:
    """`expr` as an integer power of a generator: x^(3/2) is sqrt(x)^3, exp(-2x) is exp(x)^-2."""
    if expr.is_Pow and expr.exp.is_Rational:
        return expr.base ** sympy.Rational(1, expr.exp.q), int(expr.exp.p)
    if isinstance(expr, sympy.exp) or (expr.is_Pow and expr.base is S.Exp1):
        coefficient, rest = expr.exp.as_coeff_Mul()
        if coefficient.is_Rational and coefficient.p != 1:
            return sympy.exp(rest / coefficient.q), int(coefficient.p)
    return expr, 1


def _fraction(expr: sympy.Expr, known: dict[sympy.Expr, Fraction], ring: fmpq_mpoly_ctx) -> Fraction:
    if expr.is_Rational:
        one = ring.constant(1)
        return Fraction(one * fmpq(expr.p, expr.q), one)
    if expr.is_Add:
        return reduce(_sum, (_fraction(arg, known, ring) for arg in expr.args))
    if expr.is_Mul:
        parts = [_fraction(arg, known, ring) for arg in expr.args]
        return Fraction(reduce(_product, (p.top for p in parts)), reduce(_product, (p.bottom for p in parts)))
    if expr.is_Pow and expr.exp.is_Integer:
        return _power(_fraction(expr.base, known, ring), int(expr.exp))
    generator, power = _root(expr)
    return _power(known[generator], power)


def _sum(a: Fraction, b: Fraction) -> Fraction:
    if a.bottom == b.bottom:
        return Fraction(a.top + b.top, a.bottom)
    return Fraction(_product(a.top, b.bottom) + _product(b.top, a.bottom), _product(a.bottom, b.bottom))


def _product(a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
    if len(a) * len(b) > MAX_TERMS * 8:
        raise _TooLarge
    product = a * b
    if len(product) > MAX_TERMS:
        raise _TooLarge
    return product


def _power(base: Fraction, exponent: int) -> Fraction:
    if abs(exponent) > MAX_POWER or max(len(base.top), len(base.bottom)) ** abs(exponent) > 10**9:
        raise _TooLarge
    if exponent < 0:
        if not base.top:
            raise ZeroDivisionError
        base = Fraction(base.bottom, base.top)
    return Fraction(base.top ** abs(exponent), base.bottom ** abs(exponent))


# ---------------------------------------------------------------- algebraic numbers


@dataclass(frozen=True)
class Separation:
    """Base-2 logarithms of bounds on all conjugates of numerator and denominator of an algebraic number."""

    top: float
    bottom: float


def separation_bits(expr: sympy.Expr) -> float | None:
    """Bits b such that the algebraic number `expr` is zero or larger than 2^-b in absolute value.

    The bound of Burnikel, Fleischer, Mehlhorn and Schirra (ESA 2001): with integers, + - * / and k-th roots,
    a nonzero value is at least (u^(D-1) l)^-1. None when `expr` is not built from these, or too large.
    """
    roots: dict[sympy.Expr, int] = {}
    try:
        bound = _separation(expr, roots)
    except _TooLarge:
        return None
    degree = 1
    for index in roots.values():
        degree *= index
    bits = (degree - 1) * bound.top + bound.bottom
    return bits if bits <= SEPARATION_BITS else None


def _separation(expr: sympy.Expr, roots: dict[sympy.Expr, int]) -> Separation:
    if expr.is_Rational:
        return Separation(_log2(expr.p), _log2(expr.q))
    if expr is S.ImaginaryUnit:
        roots[expr] = 2
        return Separation(0.0, 0.0)
    if expr.is_Add:
        return reduce(_separation_of_sum, (_separation(arg, roots) for arg in expr.args))
    if expr.is_Mul:
        parts = [_separation(arg, roots) for arg in expr.args]
        return Separation(sum(p.top for p in parts), sum(p.bottom for p in parts))
    if expr.is_Pow and expr.exp.is_Rational:
        base = _separation(expr.base, roots)
        power, index = abs(int(expr.exp.p)), int(expr.exp.q)
        if index > 1:
            roots[expr.base ** sympy.Rational(1, index)] = index
            base = _separation_of_root(base, index)
        if power > MAX_EXPONENT_OF_ROOT:
            raise _TooLarge
        top, bottom = base.top * power, base.bottom * power
        return Separation(top, bottom) if expr.exp.p > 0 else Separation(bottom, top)
    raise _TooLarge


MAX_EXPONENT_OF_ROOT: Final = 1000


def _separation_of_sum(a: Separation, b: Separation) -> Separation:
    left, right = a.top + b.bottom, a.bottom + b.top
    return Separation(max(left, right) + 1, a.bottom + b.bottom)


def _separation_of_root(a: Separation, index: int) -> Separation:
    if a.top >= a.bottom:
        return Separation((a.top + (index - 1) * a.bottom) / index, a.bottom)
    return Separation(a.top, ((index - 1) * a.top + a.bottom) / index)


def _log2(value: int) -> float:
    return float(abs(int(value)).bit_length())


def algebraic_zero(difference: sympy.Expr) -> bool | None:
    """Whether a number is exactly zero, decided by its separation bound; None when it has none."""
    bits = separation_bits(difference)
    if bits is None:
        return None
    with ctx.workprec(int(bits) + 64):
        try:
            size = abs(Evaluation({}).value(difference))
        except EnclosureError:
            return None
        if size > 0:
            return False
        return True if size < arb((1, -int(bits) - 1)) else None


# ---------------------------------------------------------------- rigorous values


def agree(left: sympy.Expr, right: sympy.Expr, assumptions: Assumptions, seed: int) -> Agreement:
    """Compares two expressions at admissible points: one pair of disjoint balls refutes equality for good."""
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    if not symbols:
        return _agree_at(left, right, [{}], CONSTANT_DIGITS, needed=1)
    points = _natural_points(left, assumptions, symbols, seed)
    return _agree_at(left, right, points, DIGITS, needed=POINTS)


def _natural_points(
    gold: sympy.Expr, assumptions: Assumptions, symbols: list[sympy.Symbol], seed: int
) -> list[Point]:
    """Points of the gold's own real domain if it has enough of them, else points anywhere it is finite."""
    real: list[Point] = []
    other: list[Point] = []
    for _, point in zip(range(DRAWS), assumptions.stream(symbols, seed), strict=False):
        walk = _evaluated(gold, point)
        if walk is not None:
            (real if walk.real else other).append(point)
        if len(real) >= POINTS + SPARE_POINTS:
            break
    return real if len(real) >= POINTS else real + other


SPARE_POINTS: Final = 6
"""Points drawn beyond those needed, since the answer may have poles where the gold has none."""


def _evaluated(expr: sympy.Expr, point: Point) -> Evaluation | None:
    with ctx.workprec(64):
        walk = Evaluation.at(point)
        try:
            walk.value(expr)
        except EnclosureError:
            return None
    return walk


def _agree_at(
    left: sympy.Expr, right: sympy.Expr, points: list[Point], digits: int, *, needed: int
) -> Agreement:
    good, worst, trouble = 0, 10_000, ""
    for point in points:
        try:
            found = _digits(left, right, point, digits)
        except EnclosureError as error:
            trouble = str(error)
            continue
        if found is None:
            return Agreement(False, good + 1, digits, f"the values differ{_where(point)}")
        if found < digits:
            trouble = f"only {found} digits could be compared{_where(point)}"
            continue
        good, worst = good + 1, min(worst, found)
        if good == needed:
            return Agreement(True, good, worst, f"{worst} digits agree at {good} points")
    reason = trouble or "no admissible point was found at which the gold has a value"
    return Agreement(None, good, 0, f"only {good} of {needed} points could be compared: {reason}")


def _where(point: Point) -> str:
    return " at " + ", ".join(f"{symbol} = {value}" for symbol, value in point.items()) if point else ""


def _digits(left: sympy.Expr, right: sympy.Expr, point: Point, digits: int) -> int | None:
    """The decimal digits to which two values certainly agree, or None when they certainly differ."""
    precision = int(digits * BITS_PER_DIGIT) + 40
    found = 0
    while precision <= MAX_PRECISION:
        with ctx.workprec(precision):
            walk = Evaluation.at(point)
            a, b = walk.value(left), walk.value(right)
            if not a.overlaps(b):
                return None
            found = _common_digits(a, b)
        if found >= digits:
            break
        precision *= 2
    return found


def _common_digits(a: acb, b: acb) -> int:
    """Digits of agreement of two overlapping balls, relative to their size, or absolute where that is tiny."""
    spread = a.rad() + b.rad()
    if spread.is_zero():
        return 10_000
    size = max(float(abs(a).mid()), float(abs(b).mid()), 1e-15)
    return max(0, int(-float((spread / size).log()) / 2.302585093))


# ---------------------------------------------------------------- proof


def proved(left: sympy.Expr, right: sympy.Expr, assumptions: Assumptions) -> str | None:
    """The name of the simplification that shows the difference to be zero, if a cheap one does."""
    difference = assumptions.apply(left - right)
    if difference.is_zero:
        return "assumptions"
    if sympy.count_ops(difference) > SIMPLIFY_OPERATIONS:
        return None
    for name, result in _simplifications(difference):
        if result.is_zero:
            return name
    return None


def _simplifications(difference: sympy.Expr) -> Iterator[tuple[str, sympy.Expr]]:
    yield "expand", sympy.expand(difference)
    yield "simplify", sympy.simplify(difference)
