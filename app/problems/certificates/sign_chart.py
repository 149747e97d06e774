"""Where an inequality in one real unknown holds: exactly, cell by cell between the roots of polynomials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import lcm
from typing import Final

import sympy
from flint import acb, arb, ctx, fmpq, fmpz_poly
from sympy.core.relational import Relational

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.problems.certificates.roots import Uncounted

MOST_ATOMS: Final = 4
"""Absolute values and square roots in one inequality."""
HIGHEST_DEGREE: Final = 64
"""Degree of the polynomials whose roots are isolated."""


class TooClose(ArithmeticError):
    """Balls are too wide at this precision to tell values apart."""


@dataclass(frozen=True)
class Root:
    """A real root: its irreducible polynomial, and a ball that holds no other root."""

    polynomial: fmpz_poly
    ball: arb


@dataclass(frozen=True)
class Piece:
    """A connected part of the solution, its ends as balls (None: infinite) and whether they belong to it."""

    low: arb | None
    high: arb | None
    open_low: bool
    open_high: bool


def solution(relation: Relational, x: sympy.Symbol, precision: int) -> list[Piece]:
    """The maximal pieces, from left to right, on which the relation (with rational numbers) holds.

    Rational functions of `x` or of e^(x/m), absolute values and square roots of these are understood; raises
    Uncounted for anything else, and TooClose where more bits may help. Each root of a numerator, a
    denominator or what stands under a root is isolated, and the sign is decided at each and between them.
    """
    positive_part = relation.gts - relation.lts
    strict = isinstance(relation, sympy.StrictGreaterThan | sympy.StrictLessThan)
    with ctx.workprec(precision):
        exponential = _in_exponential(positive_part, x)
        if exponential is None:
            return _Chart(positive_part, x, strict=strict).pieces()
        expression, v, common = exponential
        pieces = _Chart(expression, v, strict=strict, positive=True).pieces()
        return [
            Piece(
                piece.low.log() * common if piece.low is not None and piece.low > 0 else None,
                piece.high.log() * common if piece.high is not None else None,
                piece.open_low,
                piece.open_high,
            )
            for piece in pieces
        ]


def _in_exponential(expression: sympy.Expr, x: sympy.Symbol) -> tuple[sympy.Expr, sympy.Symbol, int] | None:
    """The expression in v = e^(x/m), with v and m; None where it is not written so."""
    expanded = sympy.expand_power_exp(expression)
    rates = {node: node.args[0] / x for node in expanded.atoms(sympy.exp) if node.has(x)}
    if not rates or not all(rate.is_Rational for rate in rates.values()):
        return None
    common = lcm(*(int(rate.q) for rate in rates.values()))
    v = sympy.Dummy("v")
    replaced = expanded.xreplace({node: v ** (rate * common) for node, rate in rates.items()})
    return None if replaced.has(x) else (replaced, v, common)


class _Chart:
    """The signs of a function that is rational in `x` and in symbols s whose squares are known, s² = h(x)."""

    def __init__(
        self, expression: sympy.Expr, x: sympy.Symbol, *, strict: bool, positive: bool = False
    ) -> None:
        self.x, self.strict, self.positive = x, strict, positive
        self.squares: dict[sympy.Symbol, sympy.Expr] = {}
        self.under_roots: list[sympy.Symbol] = []
        self.function = self._with_symbols(expression)
        self.poles = _denominators(self.function)
        self.square_poles = [pole for square in self.squares.values() for pole in _denominators(square)]
        numerator, _ = sympy.fraction(sympy.together(self.function))
        self.numerator = numerator
        looked_at = [numerator, *self.poles, *self.squares.values(), *self.square_poles]
        self.norms = {part: self._norm(part) for part in looked_at}
        self.roots = _isolated([norm for norm in self.norms.values() if norm != 0], positive=positive)

    def _with_symbols(self, expression: sympy.Expr) -> sympy.Expr:
        """The expression with a symbol for each absolute value and square root, whose squares are kept."""
        signs: dict[sympy.Basic, sympy.Expr] = {}
        for node in sorted(expression.atoms(sympy.Abs, sympy.Pow), key=sympy.default_sort_key):
            if not node.has(self.x):
                continue
            if isinstance(node, sympy.Abs):
                symbol = sympy.Dummy("s", positive=True)
                self.squares[symbol] = node.args[0] ** 2
                signs[node] = symbol
            elif node.exp.is_Rational and node.exp.q == 2:
                symbol = next((s for s in self.under_roots if self.squares[s] == node.base), None)
                if symbol is None:
                    symbol = sympy.Dummy("s", positive=True)
                    self.squares[symbol] = node.base
                    self.under_roots.append(symbol)
                signs[node] = symbol**node.exp.p
        if len(self.squares) > MOST_ATOMS:
            raise Uncounted("it has too many absolute values and square roots")
        function = expression.xreplace(signs)
        if not all(_is_rational(part) for part in (function, *self.squares.values())):
            raise Uncounted("it is no rational function of the unknown, absolute values and square roots")
        return function

    def _norm(self, part: sympy.Expr) -> fmpz_poly:
        """The polynomial in `x` whose roots are those of the part, for any signs of the symbols."""
        numerator, _ = sympy.fraction(sympy.together(part))
        for symbol, square in self.squares.items():
            if numerator.has(symbol):
                even, odd = sympy.S.Zero, sympy.S.Zero
                for (power,), coefficient in sympy.Poly(numerator, symbol).terms():
                    folded = coefficient * square ** (power // 2)
                    even, odd = (even, odd + folded) if power % 2 else (even + folded, odd)
                numerator, _ = sympy.fraction(sympy.together(even**2 - odd**2 * square))
        numerator = sympy.expand(numerator)
        polynomial = sympy.Poly(numerator, self.x)
        if polynomial.degree() > HIGHEST_DEGREE:
            raise Uncounted("its degree is too high")
        _, cleared = polynomial.clear_denoms(convert=True)
        return fmpz_poly([int(coefficient) for coefficient in cleared.all_coeffs()[::-1]])

    def pieces(self) -> list[Piece]:
        """The cells on which the relation holds, joined where they touch."""
        cells = list(self._cells())
        found: list[Piece] = []
        for low, high, holds in cells:
            if not holds:
                continue
            closed = low is not None and low is high
            last = found[-1] if found else None
            if last is not None and last.high is low and (closed or not last.open_high):
                found[-1] = Piece(last.low, high, last.open_low, not closed)
            else:
                found.append(Piece(low, high, not closed, not closed))
        return found

    def _cells(self) -> Iterator[tuple[arb | None, arb | None, bool]]:
        """Gaps and roots in turn, as (low, high, whether the relation holds there)."""
        places = [root.ball for root in self.roots]
        start = arb(0) if self.positive else None
        ends = [start, *places, None]
        for index, (low, high) in enumerate(pairwise(ends)):
            yield low, high, self._holds_between(low, high)
            if index < len(self.roots):
                yield high, high, self._holds_at(self.roots[index])

    def _holds_between(self, low: arb | None, high: arb | None) -> bool:
        """Whether the function is defined and positive between two neighbours; it is nowhere zero there."""
        if self.norms[self.numerator] == 0:
            raise Uncounted("it is zero on a whole interval for some signs")
        place = _rational_between(low, high)
        values = self._values({self.x: acb(place)}, set())
        return values is not None and self._is_positive(values)

    def _holds_at(self, root: Root) -> bool:
        """Whether the function is defined at a root, and positive, or zero where that is enough."""
        if any(_divides(root, self.norms[pole]) for pole in self.square_poles):
            return False
        at = {self.x: acb(root.ball)}
        vanishing = {s for s, square in self.squares.items() if _divides(root, self.norms[square])}
        values = self._values(at, vanishing)
        if values is None or any(self._is_zero(pole, root, values, vanishing) for pole in self.poles):
            return False
        if self._is_zero(self.numerator, root, values, vanishing):
            return not self.strict
        return self._is_positive(values)

    def _values(
        self, at: Mapping[sympy.Symbol, acb], vanishing: set[sympy.Symbol]
    ) -> dict[sympy.Symbol, acb] | None:
        """The symbols' values as well; None where what is under a root is negative, or has a pole."""
        values = dict(at)
        for symbol, square in self.squares.items():
            ball = acb(0) if symbol in vanishing else _value(square, at)
            if symbol not in vanishing and ball.real.contains(0):
                raise TooClose("a square is too close to zero")
            if symbol in self.under_roots and ball.real < 0:
                return None
            values[symbol] = acb(ball.real).sqrt()
        return values

    def _is_positive(self, values: Mapping[sympy.Symbol, acb]) -> bool:
        """The sign where the function is defined and not zero."""
        ball = _value(self.function, values).real
        if ball.contains(0):
            raise TooClose("a sign is too close to call")
        return bool(ball > 0)

    def _is_zero(
        self,
        part: sympy.Expr,
        root: Root,
        values: Mapping[sympy.Symbol, acb],
        vanishing: set[sympy.Symbol],
    ) -> bool:
        """Whether a part is zero at a root of some polynomial.

        If it is one of the part's norm, the part vanishes there for some signs of its symbols: for the true
        ones if it cannot for any others.
        """
        if not _divides(root, self.norms[part]):
            return False
        numerator, _ = sympy.fraction(sympy.together(part))
        signed = [s for s in self.squares if numerator.has(s) and s not in vanishing]
        free = signed[1:] if _is_even_or_odd(numerator, signed) else signed
        candidates = []
        for signs in product((1, -1), repeat=len(free)):
            placed = {**values, **{s: sign * values[s] for s, sign in zip(free, signs, strict=True)}}
            if _value(numerator, placed).contains(0):
                candidates.append(signs)
        if candidates == [(1,) * len(free)]:
            return True
        if (1,) * len(free) not in candidates:
            return False
        raise TooClose("it is not settled whether a part vanishes at a root")


def _is_rational(expression: sympy.Expr) -> bool:
    """Whether it is made of rational numbers and symbols by the four operations."""
    return all(
        isinstance(node, sympy.Add | sympy.Mul | sympy.Symbol)
        or node.is_Rational
        or (isinstance(node, sympy.Pow) and node.exp.is_Integer)
        for node in sympy.preorder_traversal(expression)
    )


def _is_even_or_odd(numerator: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> bool:
    """Whether other signs of all symbols at once change at most the sign."""
    opposite = numerator.xreplace({symbol: -symbol for symbol in symbols})
    return bool(symbols) and 0 in (sympy.expand(numerator - opposite), sympy.expand(numerator + opposite))


def _denominators(expression: sympy.Basic) -> list[sympy.Expr]:
    """What the expression divides by, anywhere in it."""
    powers = [node for node in expression.atoms(sympy.Pow) if node.exp.is_negative and node.free_symbols]
    return sorted({node.base for node in powers}, key=sympy.default_sort_key)


def _isolated(polynomials: Sequence[fmpz_poly], *, positive: bool) -> list[Root]:
    """The distinct real roots of all polynomials (above 0, if asked so) from left to right."""
    factors = {str(factor): factor for polynomial in polynomials for factor, _ in polynomial.factor()[1]}
    roots = []
    for factor in factors.values():
        for root, _ in factor.complex_roots():
            ball = acb(root)
            if ball.imag.is_zero() and not (positive and not ball.real > 0):
                roots.append(Root(factor, ball.real))
    roots.sort(key=lambda root: float(root.ball.mid()))
    if any(one.ball.overlaps(other.ball) for one, other in pairwise(roots)):
        raise TooClose("two roots are too close to each other")
    return roots


def _divides(root: Root, polynomial: fmpz_poly) -> bool:
    return bool(polynomial == 0 or polynomial % root.polynomial == 0)


def _value(expression: sympy.Expr, values: Mapping[sympy.Symbol, acb]) -> acb:
    try:
        return Evaluation.at({}).within(values, analytic=False).value(expression)
    except EnclosureError as error:
        raise Uncounted(str(error)) from error


def _rational_between(low: arb | None, high: arb | None) -> fmpq:
    """A rational number between two balls, or beyond one of them."""
    if low is not None and high is not None:
        mantissa, exponent = ((low + high) / 2).mid().man_exp()
        return fmpq(int(mantissa)) * fmpq(2) ** int(exponent)
    if low is not None:
        return fmpq(int(low.mid().floor().unique_fmpz()) + 2)
    return fmpq(int(high.mid().floor().unique_fmpz()) - 2) if high is not None else fmpq(0)
