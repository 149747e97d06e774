"""How many solutions a system has: exactly, for polynomials in the unknowns x, or in e^x or ln x."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from math import lcm, prod
from typing import Final

import sympy
from flint import acb, fmpq, fmpq_mat, fmpq_poly
from sympy.polys.groebnertools import groebner
from sympy.polys.orderings import grevlex
from sympy.polys.rings import PolyElement, PolyRing

from app.maths import EnclosureError, enclose
from app.problems.certificates.roots import NARROW, Uncounted, without_constants

MOST_SOLUTIONS: Final = 40
"""Dimension of the quotient ring, and so the number of complex solutions, up to which they are counted."""

SEEN_BITS: Final = 320
"""Bits with which a coefficient is looked at that may be a rational number."""
LARGEST_DENOMINATOR: Final = 10**20
"""Denominator up to which such a number is recognised."""

Monomial = tuple[int, ...]


def count_solutions(
    differences: Sequence[sympy.Expr], variables: Sequence[sympy.Symbol], domain: str
) -> tuple[str, int]:
    """The method, and how many common zeros the functions (with numeric coefficients) have in the domain.

    A linear system is settled by its determinant. Raises Uncounted where others are no polynomials over the
    rationals after e^x or ln x becomes an unknown, or where there are infinitely many zeros.
    """
    reduced = list(differences)
    for variable in variables:
        reduced = [without_constants(difference, variable) for difference in reduced]
    suffix = "" if reduced == list(differences) else "-of-reduced-form"
    positive = list(variables) if domain == "positive" else []
    reduced, unknowns, positive = _in_new_unknowns(reduced, variables, positive, domain)
    rational = [_with_rational_coefficients(difference, unknowns) for difference in reduced]
    if rational != reduced:
        reduced, suffix = rational, "-of-reduced-form"
    if not positive and domain != "integers" and _is_regular(reduced, unknowns):
        return "nonzero-determinant" + suffix, 1
    polynomials: list[sympy.Expr] = []
    for number, difference in enumerate(reduced):
        numerator, denominator = sympy.fraction(sympy.together(difference))
        polynomials.append(numerator)
        if denominator.free_symbols & set(unknowns):  # and nowhere zero: it has an inverse
            inverse = sympy.Dummy(f"w{number}")
            unknowns = [*unknowns, inverse]
            polynomials.append(1 - inverse * denominator)
    quotient = _quotient(polynomials, unknowns)
    method = "trace-form"
    if domain == "integers":
        coordinates = [quotient.integer_coordinates(place) for place in range(len(variables))]
        points = [dict(zip(variables, map(sympy.Integer, row), strict=True)) for row in product(*coordinates)]
        return method + suffix, sum(all(d.xreplace(p) == 0 for d in differences) for p in points)
    if domain == "complexes":
        return method + suffix, sum(quotient.inertia((0,) * len(unknowns)))
    return method + suffix, _real_solutions(quotient, [unknowns.index(symbol) for symbol in positive])


def _real_solutions(quotient: Quotient, positive: Sequence[int]) -> int:
    """The number of real solutions at which the unknowns in these places are positive."""
    total = 0
    for powers in product((1, 2), repeat=len(positive)):  # (s + s²)/2 is 1 for the sign s = 1, else 0
        weight = [0] * len(quotient.ring.gens)
        for place, power in zip(positive, powers, strict=True):
            weight[place] = power
        above, below = quotient.inertia(tuple(weight))
        total += above - below
    return int(total // 2 ** len(positive))


def _is_regular(differences: Sequence[sympy.Expr], unknowns: Sequence[sympy.Symbol]) -> bool:
    """Whether the system is linear, and its matrix is of rational numbers and invertible."""
    if len(differences) != len(unknowns):
        return False
    matrix = sympy.Matrix(differences).jacobian(list(unknowns))
    return all(entry.is_Rational for entry in matrix) and matrix.det(method="berkowitz") != 0


def _in_new_unknowns(
    differences: Sequence[sympy.Expr],
    variables: Sequence[sympy.Symbol],
    positive: list[sympy.Symbol],
    domain: str,
) -> tuple[list[sympy.Expr], list[sympy.Symbol], list[sympy.Symbol]]:
    """The functions in v = e^(x/m) > 0, or in w = ln x, for each unknown x that they are written so in."""
    found, unknowns = [sympy.expand_power_exp(difference) for difference in differences], list(variables)
    for place, x in enumerate(variables):
        new = sympy.Dummy(f"v{place}")
        replaced: Mapping[sympy.Basic, sympy.Expr] = {}
        if domain == "reals":
            replaced = _exponentials(found, x, new)
        elif domain == "positive" and any(difference.has(sympy.log(x)) for difference in found):
            replaced = {sympy.log(x): new}
        if replaced:
            found = [difference.xreplace(dict(replaced)) for difference in found]
            unknowns[place] = new
            positive = [*positive, new] if domain == "reals" else [s for s in positive if s != x]
    if any(difference.free_symbols & (set(variables) - set(unknowns)) for difference in found):
        raise Uncounted("an unknown stands both alone and in an exponential or a logarithm")
    return found, unknowns, positive


def _with_rational_coefficients(difference: sympy.Expr, unknowns: Sequence[sympy.Symbol]) -> sympy.Expr:
    """A polynomial, with those coefficients as fractions that are such to many digits."""
    if not difference.is_polynomial(*unknowns):
        return difference
    coefficients: dict[sympy.Expr, list[sympy.Expr]] = {}
    for term in sympy.Add.make_args(sympy.expand(difference)):
        coefficient, monomial = term.as_independent(*unknowns, as_Add=False)
        coefficients.setdefault(monomial, []).append(coefficient)
    if all(part.is_Rational for parts in coefficients.values() for part in parts):
        return difference
    return sympy.Add(*(monomial * _rational_value(sympy.Add(*c)) for monomial, c in coefficients.items()))


def _rational_value(number: sympy.Expr) -> sympy.Expr:
    """The fraction, if one with a short denominator lies in a narrow ball of the number; else the number."""
    if number.is_Rational:
        return number
    try:
        ball = enclose(number, {}, SEEN_BITS)
    except EnclosureError:
        return number
    mantissa, exponent = ball.real.mid().man_exp()
    fraction = (Fraction(int(mantissa)) * Fraction(2) ** int(exponent)).limit_denominator(LARGEST_DENOMINATOR)
    if ball.rad() < NARROW and ball.contains(acb(fmpq(fraction.numerator, fraction.denominator))):
        return sympy.Rational(fraction.numerator, fraction.denominator)
    return number


def _exponentials(
    differences: Sequence[sympy.Expr], x: sympy.Symbol, new: sympy.Symbol
) -> dict[sympy.Basic, sympy.Expr]:
    """What each power of e with a multiple of `x` in the exponent is in terms of the new unknown."""
    nodes = set().union(*(difference.atoms(sympy.exp) for difference in differences))
    rates = {node: node.args[0] / x for node in nodes if node.has(x)}
    if not all(rate.is_Rational for rate in rates.values()):
        return {}
    common = lcm(*(int(rate.q) for rate in rates.values())) if rates else 1
    return {node: new ** (rate * common) for node, rate in rates.items()}


def _quotient(polynomials: Sequence[sympy.Expr], unknowns: Sequence[sympy.Symbol]) -> Quotient:
    """Polynomials modulo the system; Uncounted unless they have a finite dimension over the rationals."""
    if not all(polynomial.is_polynomial(*unknowns) for polynomial in polynomials):
        raise Uncounted("the equations are no polynomials in the unknowns, their exponentials or logarithms")
    ring = PolyRing(unknowns, sympy.QQ, grevlex)
    try:
        system = [ring.from_expr(sympy.expand(polynomial)) for polynomial in polynomials]
    except (ValueError, TypeError, sympy.CoercionFailed) as error:
        raise Uncounted("a coefficient is no rational number") from error
    basis = groebner([polynomial for polynomial in system if polynomial], ring)
    leading = [polynomial.LM for polynomial in basis]
    bounds = []
    for place in range(len(unknowns)):
        powers = [lead[place] for lead in leading if sum(lead) == lead[place]]
        if not powers:
            raise Uncounted("the system has infinitely many solutions")
        bounds.append(min(powers))
    if prod(bounds) > 64 * MOST_SOLUTIONS:
        raise Uncounted("the system has too many solutions to count")
    monomials = [
        monomial
        for monomial in product(*map(range, bounds))
        if not any(all(a <= b for a, b in zip(lead, monomial, strict=True)) for lead in leading)
    ]
    if len(monomials) > MOST_SOLUTIONS:
        raise Uncounted("the system has too many solutions to count")
    return Quotient(ring, basis, monomials)


@dataclass(frozen=True)
class Quotient:
    """Polynomials modulo an ideal, in the basis of the monomials that no leading monomial divides."""

    ring: PolyRing
    basis: list[PolyElement]
    monomials: list[Monomial]

    @cached_property
    def _normal_forms(self) -> dict[Monomial, dict[Monomial, fmpq]]:
        return {}

    def normal_form(self, monomial: Monomial) -> dict[Monomial, fmpq]:
        """The monomial as a combination of the basis, as coefficients by monomial."""
        known = self._normal_forms.get(monomial)
        if known is None:
            rest = self.ring({monomial: self.ring.domain.one}).rem(self.basis)
            known = {m: fmpq(int(c.numerator), int(c.denominator)) for m, c in rest.terms()}
            self._normal_forms[monomial] = known
        return known

    @cached_property
    def traces(self) -> dict[Monomial, fmpq]:
        """The trace of multiplication by each monomial of the basis."""
        return {
            m: sum((self.normal_form(_times(m, n)).get(n, fmpq(0)) for n in self.monomials), fmpq(0))
            for m in self.monomials
        }

    def trace(self, monomial: Monomial) -> fmpq:
        """The trace of multiplication by any monomial: the sum of its values at all solutions."""
        return sum((c * self.traces[m] for m, c in self.normal_form(monomial).items()), fmpq(0))

    def inertia(self, weight: Monomial) -> tuple[int, int]:
        """Positive and negative squares of the trace form (f, g) ↦ tr(h·f·g), for the monomial h.

        Hermite: with h = 1 there are as many as distinct complex solutions, and for any h their difference is
        the sum of the signs of h at the distinct real solutions.
        """
        rows = [[self.trace(_times(weight, _times(m, n))) for n in self.monomials] for m in self.monomials]
        if not rows:
            return 0, 0
        coefficients = list(fmpq_mat(rows).charpoly().coeffs())
        return _sign_changes(coefficients), _sign_changes(
            [c * (-1) ** power for power, c in enumerate(coefficients)]
        )

    def integer_coordinates(self, place: int) -> list[int]:
        """The whole numbers among the eigenvalues of multiplication by one unknown: values it takes."""
        unit = tuple(int(index == place) for index in range(len(self.ring.gens)))
        rows = [
            [self.normal_form(_times(unit, m)).get(n, fmpq(0)) for n in self.monomials]
            for m in self.monomials
        ]
        if not rows:
            return []
        found = fmpq_poly(fmpq_mat(rows).charpoly()).roots()
        return [int(root) for root, _ in found if root.q == 1]


def _times(one: Monomial, other: Monomial) -> Monomial:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _sign_changes(coefficients: Sequence[fmpq]) -> int:
    """Descartes: the number of positive roots, of a polynomial whose roots are all real."""
    signs = [coefficient > 0 for coefficient in coefficients if coefficient != 0]
    return sum(one != other for one, other in pairwise(signs))
