"""Definite integrals have the values that textbooks give, tightly; what diverges has none."""

import pytest
import sympy
from flint import arb, ctx
from sympy import (
    Abs,
    Catalan,
    E,
    EulerGamma,
    Integral,
    Max,
    Piecewise,
    Rational,
    S,
    Sum,
    atan,
    cos,
    exp,
    floor,
    gamma,
    log,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)  # fmt: skip

from app.maths import EnclosureError, enclose, quadrature
from app.maths.enclosures import Evaluation

a, b, k, t, x, y = symbols("a b k t x y")
POINT = {a: Rational(5, 3), b: Rational(7, 4), y: Rational(2, 7)}

PROVEN = [
    (Integral(exp(-(x**2)), (x, 0, 1)), sqrt(pi) / 2 * sympy.erf(1)),
    (Integral(exp(-(x**2)), (x, -oo, oo)), sqrt(pi)),
    (Integral(exp(x), (x, -oo, a)), exp(a)),
    (Integral(exp(-x), (x, oo, 0)), -1),
    (Integral(exp(-a * x) * cos(x), (x, 0, oo)), a / (a**2 + 1)),
    (Integral(exp(-100 * (x - 1) ** 2), (x, -oo, oo)), sqrt(pi) / 10),
    (Integral(1 / (1 + x**2), (x, 0, oo)), pi / 2),
    (Integral(1 / (1 + x**2) ** 2, (x, -oo, oo)), pi / 2),
    (Integral(1 / (1 + x**4), (x, 0, oo)), pi / (2 * sqrt(2))),
    (Integral(1 / (x**2 + Rational(1, 10**6)), (x, -1, 1)), 2000 * atan(1000)),
    (Integral(x**2, (x, 0, a)), a**3 / 3),
    (Integral(pi * x + 1 / x, (x, 1, 2)), 3 * pi / 2 + log(2)),
    (Integral(Abs(x - a), (x, 0, 3)), a**2 / 2 + (3 - a) ** 2 / 2),
    (Integral(Abs(x) * exp(-Abs(x)), (x, -oo, oo)), 2),
    (Integral(Piecewise((x, x < 1), (x**2, True)), (x, 0, 2)), Rational(17, 6)),
    (Integral(Max(x, 1 - x), (x, 0, 1)), Rational(3, 4)),
    (Integral(Abs(sin(x)), (x, 0, 10)), 7 + cos(10)),
    (Integral(x * floor(2 * x), (x, 0, Rational(5, 2))), Rational(35, 4)),
    (Integral(exp(sin(x)), (x, 0, 2 * pi)), 2 * pi * sympy.besseli(0, 1)),
    (Integral(1 / (2 + cos(x)), (x, 0, 2 * pi)), 2 * pi / sqrt(3)),
    (Integral(exp(sympy.I * x), (x, 0, pi)), 2 * sympy.I),
    (Integral(sympy.besselj(0, x) * x, (x, 0, 1)), sympy.besselj(1, 1)),
    (Integral(exp(-x) / x, (x, 1, oo)), sympy.expint(1, 1)),
    (Integral(sin(50 * x) ** 2, (x, 0, pi)), pi / 2),
    (Integral(x * exp(-x) * Sum(y**k / sympy.factorial(k), (k, 0, oo)), (x, 0, oo)), exp(y)),
    (Integral(x * t, (x, 0, t), (t, 0, 1)), Rational(1, 8)),
    (Integral(x * t * y, (x, 0, 1 - t), (t, 0, 1)), y / 24),
    (Integral(exp(-(x**2) - x * t - t**2), (x, -oo, oo), (t, -oo, oo)), 2 * pi / sqrt(3)),
]
NUMERICAL = [
    (Integral(log(x) * log(1 - x), (x, 0, 1)), 2 - pi**2 / 6),
    (Integral(x**3 / (exp(x) - 1), (x, 0, oo)), pi**4 / 15),
    (Integral(sin(x) / x, (x, 0, oo)), pi / 2),
    (Integral(sin(x) ** 2 / x**2, (x, 0, oo)), pi / 2),
    (Integral((1 - cos(x)) / x**2, (x, 0, oo)), pi / 2),
    (Integral(x * sin(x) / (x**2 + a**2), (x, 0, oo)), pi / 2 * exp(-a)),
    (Integral(cos(x) / (1 + x**2), (x, -oo, oo)), pi / E),
    (Integral(sin(x**2), (x, 0, oo)), sqrt(pi / 8)),
    (Integral(sin(100 * x) / x, (x, 0, oo)), pi / 2),
    (Integral(cos(x) / ((x - 9) ** 2 + 1), (x, -oo, oo)), pi * cos(9) / E),
    (Integral(sqrt(Abs(x**2 - 1)), (x, -1, 1)), pi / 2),
    (Integral(log(x) * sin(x) / x, (x, 0, oo)), -EulerGamma * pi / 2),
    (Integral(exp(-a * x) * sin(b * x) / x, (x, 0, oo)), atan(b / a)),
    (Integral(sympy.besselj(1, x) / x, (x, 0, oo)), 1),
    (Integral(1 / sqrt(x), (x, 0, 1)), 2),
    (Integral(1 / sqrt(1 - x**2), (x, -1, 1)), pi),
    (Integral(sqrt(x) / (1 + x**2), (x, 0, oo)), pi / sqrt(2)),
    (Integral(x ** (a - 2) / (1 + x), (x, 0, oo)), pi / sin(pi * (a - 1))),
    (Integral(log(x) / (1 + x**2), (x, 0, oo)), 0),
    (Integral(log(sin(x)), (x, 0, pi / 2)), -pi * log(2) / 2),
    (Integral(log(Abs(x - 1)), (x, 0, 2)), -2),
    (Integral(sqrt(sympy.tan(x)), (x, 0, pi / 2)), pi / sqrt(2)),
    (Integral(atan(x) / x, (x, 0, 1)), Catalan),
    (Integral(x ** (a - 1) * exp(-x), (x, 0, oo)), gamma(a)),
    (Integral((exp(-x) - exp(-a * x)) / x, (x, 0, oo)), log(a)),
    (Integral(exp(-x - 1 / x), (x, 0, oo)), 2 * sympy.besselk(1, 2)),
    (Integral(1 / (1 - x * t), (x, 0, 1), (t, 0, 1)), pi**2 / 6),
    (Integral(exp(x * t**2), (x, 0, 1), (t, 0, 1)), sqrt(pi) * sympy.erfi(1) - E + 1),
]


@pytest.mark.parametrize(("node", "value"), PROVEN, ids=str)
def test_a_proven_integral_is_the_textbooks(node: sympy.Expr, value: sympy.Expr) -> None:
    """The ball is tight, holds the value, and not one beside it."""
    with ctx.workprec(128):
        walk = Evaluation.at(POINT)
        ball, exact = walk.value(node), Evaluation.at(POINT).value(S(value))
        assert walk.rigorous
        assert ball.overlaps(exact)
        assert ball.rad() < arb("1e-29") * (1 + abs(exact))
        assert not ball.overlaps(exact * (1 + arb("1e-25")))


@pytest.mark.parametrize(("node", "value"), NUMERICAL, ids=str)
def test_an_integral_without_proof_says_so_and_is_accurate(node: sympy.Expr, value: sympy.Expr) -> None:
    """The ball holds the value to 25 digits, and the walk knows that this is not proven."""
    with ctx.workprec(128):
        walk = Evaluation.at(POINT)
        ball, exact = walk.value(node), Evaluation.at(POINT).value(S(value))
        assert not walk.rigorous
        assert ball.overlaps(exact)
        assert ball.rad() < arb("1e-25")


WITHOUT_VALUE = [
    Integral(1 / x, (x, -1, 1)),
    Integral(1 / x, (x, 1, oo)),
    Integral(1 / x, (x, 0, 1)),
    Integral(1 / (x - 1) ** 2, (x, 0, 2)),
    Integral(1 / sqrt(x), (x, 1, oo)),
    Integral(log(x) / x, (x, 1, oo)),
    Integral(1 / (x * log(x)), (x, 2, oo)),
    Integral(1 / (exp(x) - 1), (x, 0, oo)),
    Integral(sin(x), (x, 0, oo)),
    Integral(x * cos(x), (x, 0, oo)),
    Integral(sin(x) * atan(x), (x, 0, oo)),
    Integral(exp(x), (x, 0, oo)),
    Integral(sympy.tan(x), (x, 0, pi)),
    Integral(sin(x), x),
    Integral(sympy.Function("f")(x), (x, 0, 1)),
]


@pytest.mark.parametrize("node", WITHOUT_VALUE, ids=str)
def test_what_diverges_has_no_value(node: sympy.Expr) -> None:
    """Neither Abel's means nor principal values nor rules that go on regardless give a value."""
    with pytest.raises(EnclosureError):
        enclose(node, POINT)


def test_a_long_floor_is_refused() -> None:
    """No range is cut into very many pieces."""
    with pytest.raises(EnclosureError, match="too many jumps"):
        enclose(Integral(floor(x), (x, 0, 10**9)), {})


def test_rules_without_proof_can_be_asked_for() -> None:
    """Certificates have a second opinion on what has a proof too."""
    with ctx.workprec(160):
        walk = Evaluation.at({})
        assert quadrature.computed(walk, exp(-(x**2)), x, -oo, oo).overlaps(Evaluation.at({}).value(sqrt(pi)))
        assert not walk.rigorous
