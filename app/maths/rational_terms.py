"""Terms of sums as combinations of c z^k R(k) with R in Q(k), and the partial fractions of R."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple

import sympy
from flint import acb, acb_poly, acb_series, fmpq, fmpq_poly
from sympy import S

from app.maths.balls import EnclosureError

MAX_DEGREE: Final = 24
"""Degree beyond which a rational function is left alone."""
QUADRATIC: Final = 3
"""Coefficients of a quadratic polynomial."""
MAX_POWER: Final = 6
"""Power up to which a sum of several parts is multiplied out."""


class NoClosedForm(Exception):
    """A form does not fit; nothing is said about the sum."""


class Divergent(EnclosureError):
    """A sum or product certainly does not converge."""


class Pole(NamedTuple):
    """A pole at `root` (also exactly, where it is rational) with its parts c_j / (k - root)^j, j = 1, 2, …"""

    root: acb
    exact: fmpq | None
    parts: list[acb]


@dataclass(frozen=True)
class Quotient:
    """A quotient of polynomials in the index with rational coefficients, in lowest terms."""

    numerator: fmpq_poly
    denominator: fmpq_poly

    @classmethod
    def of(cls, numerator: fmpq_poly, denominator: fmpq_poly) -> Quotient:
        """The quotient, reduced; raises `NoClosedForm` for high degrees."""
        if numerator.degree() + denominator.degree() > 2 * MAX_DEGREE:
            raise NoClosedForm
        common = numerator.gcd(denominator)
        return cls(numerator // common, denominator // common)

    @classmethod
    def number(cls, value: sympy.Rational) -> Quotient:
        """A constant."""
        return cls(fmpq_poly([fmpq(value.p, value.q)]), fmpq_poly([1]))

    def __add__(self, other: Quotient) -> Quotient:
        return Quotient.of(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )

    def __mul__(self, other: Quotient) -> Quotient:
        return Quotient.of(self.numerator * other.numerator, self.denominator * other.denominator)

    def raised(self, power: int) -> Quotient:
        """Its power; a negative one only of what is not zero."""
        if abs(power) > MAX_DEGREE or (power < 0 and not self.numerator):
            raise NoClosedForm
        if power < 0:
            return Quotient.of(self.denominator**-power, self.numerator**-power)
        return Quotient.of(self.numerator**power, self.denominator**power)

    @property
    def excess(self) -> int:
        """Degree of the denominator less that of the numerator."""
        return int(self.denominator.degree() - self.numerator.degree())

    def partial_fractions(self) -> tuple[list[acb], list[Pole]]:
        """Coefficients of the polynomial part, and the poles, at the present precision."""
        whole, rest = divmod(self.numerator, self.denominator)
        poles = []
        for root, exact, order in roots(self.denominator):
            shift = acb_poly([root, 1])
            below = acb_series(acb_poly(self.denominator)(shift).coeffs()[order:], prec=order)
            above = acb_series(acb_poly(rest)(shift).coeffs() or [0], prec=order)
            series = above / below
            poles.append(Pole(root, exact, [acb(series[order - j]) for j in range(1, order + 1)]))
        return [acb(c) for c in whole.coeffs()], poles


ONE: Final = Quotient(fmpq_poly([1]), fmpq_poly([1]))
INDEX: Final = Quotient(fmpq_poly([0, 1]), fmpq_poly([1]))
Key = tuple[sympy.Expr, sympy.Expr]
"""The z of z^k, and a constant factor that is not rational."""
Parts = dict[Key, Quotient]


def roots(polynomial: fmpq_poly) -> list[tuple[acb, fmpq | None, int]]:
    """The complex roots, exactly too where they are rational, with their multiplicities."""
    found: list[tuple[acb, fmpq | None, int]] = []
    for factor, order in polynomial.factor()[1]:
        if factor.degree() == 1:
            exact = -fmpq(factor[0]) / fmpq(factor[1])
            found.append((acb(exact), exact, order))
        else:
            found += [(root, None, order) for root, _ in factor.numer().complex_roots()]
    return found


def polynomial_zeros(expr: sympy.Expr, variable: sympy.Symbol) -> list[sympy.Expr]:
    """The real zeros of a polynomial of degree at most 2; raises `NoClosedForm` for anything else."""
    if not expr.is_polynomial(variable):
        raise NoClosedForm
    coefficients = sympy.Poly(expr, variable).all_coeffs()
    if len(coefficients) > QUADRATIC or any(c.is_real is not True for c in coefficients):
        raise NoClosedForm
    if len(coefficients) < QUADRATIC:
        a, *rest = coefficients
        return [-rest[0] / a] if rest else []
    a, b, c = coefficients
    discriminant = b**2 - 4 * a * c
    if discriminant.is_negative:
        return []
    return [(-b + sign * sympy.sqrt(discriminant)) / (2 * a) for sign in (1, -1)]


def rightmost_singularity(expr: sympy.Expr, variable: sympy.Symbol) -> int:
    """A whole number, at least 0, right of all poles and branch points that are zeros of polynomials over Q.

    Contours that are moved to the right, or turned up, must begin beyond.
    """
    furthest = 0
    for node in expr.atoms(sympy.Pow, sympy.log):
        if variable in node.free_symbols and not (node.is_Pow and node.exp.is_Integer and node.exp > 0):
            try:
                quotients = parts_of(node.args[0], variable).values()
            except NoClosedForm:
                continue
            for quotient in quotients if len(quotients) == 1 else ():
                for root, _, _ in roots(quotient.numerator) + roots(quotient.denominator):
                    if not root.real <= 0:
                        furthest = max(furthest, int(float(root.real.mid())) + 1)
    return furthest


def parts_of(term: sympy.Expr, index: sympy.Symbol) -> Parts:
    """The term as a sum of c z^k R(k), by (z, c); raises `NoClosedForm` for what is nothing of the kind."""
    if index not in term.free_symbols:
        return _constant(term)
    if term == index:
        return {(S.One, S.One): INDEX}
    if term.is_Add:
        return reduce(_added, (parts_of(part, index) for part in term.args))
    if term.is_Mul:
        return reduce(_multiplied, (parts_of(part, index) for part in term.args))
    if isinstance(term, sympy.exp) or term.is_Pow:
        return _power(term, index)
    as_powers = AS_POWERS.get(type(term))
    if as_powers is None or len(term.args) != 1:
        raise NoClosedForm
    return parts_of(as_powers(*term.args), index)


def single(term: sympy.Expr, index: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr, Quotient]:
    """(z, c, R) of a term that is one c z^k R(k); raises `NoClosedForm` for others."""
    parts = parts_of(term, index)
    if len(parts) != 1:
        raise NoClosedForm
    (((z, constant), quotient),) = parts.items()
    return z, constant, quotient


def linear(expr: sympy.Expr, index: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr]:
    """(a, b) of a k + b; raises `NoClosedForm` for anything else."""
    expanded = sympy.expand(expr)
    slope = expanded.coeff(index, 1)
    constant = expanded - slope * index
    if index in constant.free_symbols or index in slope.free_symbols:
        raise NoClosedForm
    return slope, constant


def _constant(value: sympy.Expr) -> Parts:
    number, rest = value.as_coeff_Mul(rational=True)
    return {(S.One, rest): Quotient.number(number)}


def _power(term: sympy.Expr, index: sympy.Symbol) -> Parts:
    base, exponent = term.as_base_exp()
    if index not in base.free_symbols:
        slope, constant = linear(exponent, index)
        return _multiplied({(base**slope, S.One): ONE}, _constant(base**constant))
    if not exponent.is_Integer:
        raise NoClosedForm
    parts, power = parts_of(base, index), int(exponent)
    if len(parts) == 1:
        (((z, factor), quotient),) = parts.items()
        return {(z**power, factor**power): quotient.raised(power)}
    if not 0 < power <= MAX_POWER:
        raise NoClosedForm
    return reduce(_multiplied, [parts] * power)


def _added(one: Parts, other: Parts) -> Parts:
    total = dict(one)
    for key, quotient in other.items():
        total[key] = total[key] + quotient if key in total else quotient
    return total


def _multiplied(one: Parts, other: Parts) -> Parts:
    total: Parts = {}
    for (z, c), left in one.items():
        for (w, d), right in other.items():
            number, rest = (c * d).as_coeff_Mul(rational=True)
            total = _added(total, {(z * w, rest): left * right * Quotient.number(number)})
    return total


PHI: Final = S.GoldenRatio
AS_POWERS: Final[dict[type, Callable[[sympy.Expr], sympy.Expr]]] = {
    sympy.sin: lambda u: (
        (sympy.exp(S.ImaginaryUnit * u) - sympy.exp(-S.ImaginaryUnit * u)) / (2 * S.ImaginaryUnit)
    ),
    sympy.cos: lambda u: (sympy.exp(S.ImaginaryUnit * u) + sympy.exp(-S.ImaginaryUnit * u)) / 2,
    sympy.sinh: lambda u: (sympy.exp(u) - sympy.exp(-u)) / 2,
    sympy.cosh: lambda u: (sympy.exp(u) + sympy.exp(-u)) / 2,
    sympy.fibonacci: lambda n: (PHI**n - (-1 / PHI) ** n) / sympy.sqrt(5),
    sympy.lucas: lambda n: PHI**n + (-1 / PHI) ** n,
}
"""Functions of a whole index, written as powers."""
