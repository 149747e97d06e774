"""Exact arithmetic decides what it should, and never claims more than it knows."""

import pytest
import sympy
from sympy import E, I, Rational, exp, log, pi, sin, sqrt, symbols

from app.maths.assumptions import NONE, Assumptions
from app.maths.exact import algebraic_zero, rational_equality
from app.maths.stages import agree, proved

a, x, y, n = symbols("a x y n")
p, q = symbols("p q", positive=True)

IDENTITIES = [
    ((x + y) ** 5, sympy.expand((x + y) ** 5)),
    (sin(3 * x), 3 * sin(x) - 4 * sin(x) ** 3),
    (sympy.tan(x + y), (sympy.tan(x) + sympy.tan(y)) / (1 - sympy.tan(x) * sympy.tan(y))),
    (sympy.cot(x), sympy.cos(x) / sin(x)),
    (sympy.csc(2 * x), 1 / (2 * sin(x) * sympy.cos(x))),
    (sympy.sech(x), 2 / (exp(x) + exp(-x))),
    (sympy.coth(x), (exp(2 * x) + 1) / (exp(2 * x) - 1)),
    (exp(x + 1), E * exp(x)),
    (exp(x / 2) ** 2 * exp(I * x), exp(x) * (sympy.cos(x) + I * sin(x))),
    (1 / (sqrt(x) + 1), (sqrt(x) - 1) / (x - 1)),
    (x / sqrt(1 - x**2), x * sqrt(1 - x**2) / (1 - x**2)),
    ((1 + sqrt(2)) ** 2, 3 + 2 * sqrt(2)),
    (sqrt(x) * x ** Rational(1, 3), x ** Rational(5, 6)),
    (p ** (n + 1), p * p**n),
    (2 ** (2 * n), 4**n),
    (log(p * q), log(p) + log(q)),
    (log(12), 2 * log(2) + log(3)),
    (sin(x + pi / 3), sin(x) / 2 + sqrt(3) / 2 * sympy.cos(x)),
]


@pytest.mark.parametrize(("left", "right"), IDENTITIES[:-1])
def test_identities_of_exponentials_and_radicals_are_exact(left: sympy.Expr, right: sympy.Expr) -> None:
    """Trigonometric, hyperbolic, exponential and radical identities are proved without simplification."""
    found = rational_equality(left, right)
    assert found is not None
    assert found.equal


@pytest.mark.parametrize(("left", "right"), [(a, b + Rational(1, 10**40)) for a, b in IDENTITIES])
def test_a_perturbed_identity_is_not_equal(left: sympy.Expr, right: sympy.Expr) -> None:
    """However small the difference."""
    found = rational_equality(left, right)
    assert found is None or not found.equal


def test_inequality_is_decisive_for_plain_symbols_alone() -> None:
    """A difference of generators other than symbols may still be zero."""
    plain = rational_equality(x**2, x**2 + a)
    hidden = rational_equality(sympy.acos(x), pi / 2 - sympy.asin(x))
    assert plain is not None
    assert plain.decisive
    assert hidden is not None
    assert not hidden.equal
    assert not hidden.decisive


@pytest.mark.parametrize("huge", [(x + y + a + 1) ** 50, sum(symbols("c0:40")) ** 2, x ** (10**9) + 1])
def test_what_is_too_large_to_expand_is_passed_on(huge: sympy.Expr) -> None:
    """Exact arithmetic gives up rather than expand without bound."""
    found = rational_equality(huge, sympy.sin(x) * huge)
    assert found is None or not found.equal


ZEROS = [
    sqrt(2) + sqrt(3) - sqrt(5 + 2 * sqrt(6)),
    sqrt(Rational(112, 1) + 70 * sqrt(2) + (46 + 34 * sqrt(2)) * sqrt(5))
    - (5 + 4 * sqrt(2) + (3 + sqrt(2)) * sqrt(5)),
    1 / (sqrt(2) - 1) - sqrt(2) - 1,
    (1 + I * sqrt(3)) ** 3 + 8,
]


@pytest.mark.parametrize("zero", ZEROS)
def test_algebraic_zeros_are_recognised(zero: sympy.Expr) -> None:
    """By a proven separation bound, nested radicals cancel exactly, and nothing near them does."""
    assert algebraic_zero(zero) is True
    assert algebraic_zero(zero + Rational(1, 10**200)) is False


def test_numbers_that_are_not_algebraic_are_passed_on() -> None:
    """No separation bound is claimed for them."""
    assert algebraic_zero(pi - 3) is None
    assert algebraic_zero(sqrt(log(2))) is None


def test_points_are_taken_from_the_real_domain_of_the_gold_answer() -> None:
    """log(x) is compared for positive x, where it equals half of log(x^2); the reverse is refuted."""
    assert agree(log(x), log(x**2) / 2, NONE, seed=0).equal is True
    assert agree(log(x**2) / 2, log(x), NONE, seed=0).equal is False


def test_poles_of_the_answer_are_skipped() -> None:
    """Points where a side has no value do not count."""
    known = Assumptions.of([r"n \in \mathbb{Z}", r"n \ge 0"])
    found = agree(n + 1, (n**2 - 1) / (n - 1), known, seed=0)
    assert found.equal is True
    assert found.points == 6


def test_an_extra_symbol_is_accepted_only_if_nothing_depends_on_it() -> None:
    """`y` in the answer must cancel."""
    assert agree(sin(x), sin(x + y - y / 2 - y / 2), NONE, seed=0).equal is True
    assert agree(sin(x), sin(x + y / 10**9), NONE, seed=0).equal is False


def test_proof_uses_what_assumptions_say() -> None:
    """sqrt(x^2) - x is zero for positive x alone."""
    assert proved(sqrt(x**2), x, Assumptions.of(["x > 0"])) is not None
    assert proved(sqrt(x**2), x, NONE) is None


def test_large_differences_are_not_simplified() -> None:
    """Proof by simplification is for small expressions alone."""
    large = sum(log(x + k) * sympy.atan(x + k) for k in range(1, 20))
    assert proved(large, large + sin(x) ** 2 + sympy.cos(x) ** 2 - 1, NONE) is not None
    assert proved(large, large + log(x**2 + 2 * x + 1) * large, NONE) is None
