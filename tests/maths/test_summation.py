"""Infinite and long sums and products have the values that textbooks give; what diverges has none."""

import pytest
import sympy
from flint import arb, ctx
from sympy import (
    Catalan,
    E,
    EulerGamma,
    Integer,
    Product,
    Rational,
    S,
    Sum,
    atan,
    binomial,
    cos,
    cosh,
    cot,
    coth,
    exp,
    factorial,
    fibonacci,
    harmonic,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    zeta,
)  # fmt: skip

from app.maths import EnclosureError, enclose
from app.maths.enclosures import Evaluation

k, m, n, x, a = symbols("k m n x a")
POINT = {x: Rational(3, 7), n: Integer(9), a: Rational(5, 3)}

PROVEN = [
    (Sum(1 / k**2, (k, 1, oo)), pi**2 / 6),
    (Sum(1 / (k**2 + 1), (k, 1, oo)), (pi * coth(pi) - 1) / 2),
    (Sum(1 / (k**2 + 1), (k, -oo, oo)), pi * coth(pi)),
    (Sum(1 / (k**2 - a**2), (k, 1, oo)), 1 / (2 * a**2) - pi * cot(pi * a) / (2 * a)),
    (Sum((-1) ** k / (2 * k + 1), (k, 0, oo)), pi / 4),
    (Sum((-1) ** k / (2 * k + 1) ** 2, (k, 0, oo)), Catalan),
    (Sum((-1) ** k / k, (k, 1, oo)), -log(2)),
    (Sum(1 / (k * (k + 1)), (k, 1, oo)), 1),
    (Sum(1 / k - 1 / (k + 2), (k, 1, oo)), Rational(3, 2)),
    (Sum(1 / k ** Rational(3, 2), (k, 1, oo)), zeta(Rational(3, 2))),
    (Sum((-1) ** k / sqrt(k), (k, 1, oo)), (sqrt(2) - 1) * zeta(Rational(1, 2))),
    (Sum(log(1 + 1 / k**2), (k, 1, oo)), log(sinh(pi) / pi)),
    (Sum((-1) ** k * log(k) / k, (k, 1, oo)), log(2) * EulerGamma - log(2) ** 2 / 2),
    (Sum(x**k / factorial(k), (k, 0, oo)), exp(x)),
    (Sum((-1) ** k * x ** (2 * k + 1) / factorial(2 * k + 1), (k, 0, oo)), sin(x)),
    (Sum((-1) ** k * x ** (2 * k + 1) / (2 * k + 1), (k, 0, oo)), atan(x)),
    (Sum(binomial(n, k) * x**k, (k, 0, n)), (1 + x) ** n),
    (Sum(binomial(2 * k, k) * (x / 4) ** k, (k, 0, oo)), 1 / sqrt(1 - x)),
    (Sum(binomial(2 * k, k) / (4**k * (2 * k + 1)), (k, 0, oo)), pi / 2),
    (Sum(1 / binomial(2 * k, k), (k, 0, oo)), Rational(4, 3) + 2 * sqrt(3) * pi / 27),
    (Sum((k - 3) / factorial(k), (k, 0, oo)), -2 * E),
    (Sum(binomial(k, 3) / 2**k, (k, 0, oo)), 2),
    (Sum(fibonacci(k) * x**k, (k, 0, oo)), x / (1 - x - x**2)),
    (Sum(sin(k * x) / k, (k, 1, oo)), (pi - x) / 2),
    (Sum(cos(k * x) / k**2, (k, 1, oo)), pi**2 / 6 - pi * x / 2 + x**2 / 4),
    (Sum(cos(k * x) / factorial(k), (k, 0, oo)), exp(cos(x)) * cos(sin(x))),
    (Sum(1 / k**2 + 1 / 2**k, (k, 1, oo)), pi**2 / 6 + 1),
    (Sum(1 / (k**2 * m**2), (k, 1, oo), (m, 1, oo)), pi**4 / 36),
    (Sum(2 ** (-k - m), (k, 0, oo), (m, 0, oo)), 4),
    (Sum(k, (k, 1, 10**12)), Integer(10) ** 12 * (10**12 + 1) / 2),
    (Sum(1 / (k * (k + 1)), (k, 1, 10**12)), 1 - 1 / (S(10) ** 12 + 1)),
    (Sum(k * 2**k, (k, 0, 200)), 199 * Integer(2) ** 201 + 2),
    (Sum(1 / k, (k, 1, 4000)), harmonic(4000)),
    (Sum(cos(k) / (k + Rational(1, 2)), (k, 0, 99)), sum(cos(j) / (j + Rational(1, 2)) for j in range(100))),
    (Product(1 - 1 / k**2, (k, 2, oo)), Rational(1, 2)),
    (Product(1 + 1 / k**2, (k, 1, oo)), sinh(pi) / pi),
    (Product(1 - x**2 / k**2, (k, 1, oo)), sin(pi * x) / (pi * x)),
    (Product(1 + 4 * x**2 / (2 * k - 1) ** 2, (k, 1, oo)), cosh(pi * x)),
    (Product(k / (k + 1), (k, 1, 10**9)), 1 / (S(10) ** 9 + 1)),
    (Product((4 * k**2) / (4 * k**2 - 1), (k, 1, oo)), pi / 2),
]
NUMERICAL = [
    (Sum(harmonic(k) / k**2, (k, 1, oo)), 2 * zeta(3)),
    (Sum(Sum(1 / k, (k, 1, m)) / m**2, (m, 1, oo)), 2 * zeta(3)),
    (Sum(atan(1 / (k**2 + k + 1)), (k, 0, oo)), pi / 2),
    (Sum(1 / (k**2 + pi**2), (k, -oo, oo)), coth(pi**2)),
    (Sum((k + m) ** -3, (k, 1, oo), (m, 1, oo)), zeta(2) - zeta(3)),
    (Sum(zeta(k) - 1, (k, 2, oo)), 1),
    (Sum(sympy.Mod(k, 3) / 2**k, (k, 0, oo)), Rational(8, 7)),
    (Product(cos(x / 2**k), (k, 1, oo)), sin(x) / x),
    (Product(1 + x ** (2**k), (k, 0, oo)), 1 / (1 - x)),
    (Product(exp(1 / k**2), (k, 1, oo)), exp(pi**2 / 6)),
]


@pytest.mark.parametrize(("node", "value"), PROVEN, ids=str)
def test_a_proven_value_is_the_textbooks(node: sympy.Expr, value: sympy.Expr) -> None:
    """The ball is tight, holds the value, and not one beside it."""
    with ctx.workprec(128):
        ball, exact = enclose(node, POINT), enclose(S(value), POINT)
        assert ball.overlaps(exact)
        assert ball.rad() < arb("1e-30") * (1 + abs(exact))
        assert not ball.overlaps(exact * (1 + arb("1e-25")))


@pytest.mark.parametrize(("node", "value"), NUMERICAL, ids=str)
def test_a_value_without_proof_says_so_and_is_accurate(node: sympy.Expr, value: sympy.Expr) -> None:
    """The ball holds the value to 25 digits, and the walk knows that this is not proven."""
    with ctx.workprec(128):
        walk = Evaluation.at(POINT)
        ball = walk.value(node)
        assert not walk.rigorous
        assert ball.overlaps(Evaluation.at(POINT).value(S(value)))
        assert ball.rad() < arb("1e-25")


WITHOUT_VALUE = [
    Sum(1 / k, (k, 1, oo)),
    Sum((-1) ** k, (k, 1, oo)),
    Sum(2**k, (k, 0, oo)),
    Sum(1 / sqrt(k), (k, 1, oo)),
    Sum(log(k) / k, (k, 1, oo)),
    Sum(1 / (k * log(k)), (k, 2, oo)),
    Sum(factorial(k), (k, 0, oo)),
    Sum(sin(k), (k, 0, oo)),
    Sum(harmonic(k) / k, (k, 1, oo)),
    Sum(atan(k) / k, (k, 1, oo)),
    Sum((-1) ** k * atan(k), (k, 1, oo)),
    Sum(1 / (k - 3), (k, 1, oo)),
    Sum(sympy.KroneckerDelta(k, 50) * atan(k) / 2**k, (k, 0, oo)),
    Sum(1 / (k - 3) ** 2, (k, 1, oo)),
    Sum(sin(k**2), (k, 1, 10**9)),
    Sum(binomial(10**9, k) * 3**k / (k + 1), (k, 0, 10**9)),
    Product(1 + 1 / k, (k, 1, oo)),
    Product(2, (k, 1, oo)),
    Product(sin(k), (k, 1, 10**9)),
]


@pytest.mark.parametrize("node", WITHOUT_VALUE, ids=str)
def test_what_diverges_or_is_too_long_has_no_value(node: sympy.Expr) -> None:
    """Neither a method for convergent series nor an endless loop gives a value where there is none."""
    with pytest.raises(EnclosureError):
        enclose(node, POINT)
