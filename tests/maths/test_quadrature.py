"""Integrals, sums and products are enclosed tightly around their closed forms, or refused."""

import pytest
import sympy
from flint import arb
from sympy import E, Integral, Product, Rational, Sum, cos, exp, log, oo, pi, sin, sqrt, symbols

from app.maths import EnclosureError, enclose

a, k, x, y = symbols("a k x y")
POINT = {a: Rational(3, 7)}

CLOSED_FORMS = [
    (Integral(exp(-(x**2)), (x, 0, 1)), sqrt(pi) / 2 * sympy.erf(1)),
    (Integral(exp(-(x**2)), (x, -oo, oo)), sqrt(pi)),
    (Integral(exp(x), (x, -oo, a)), exp(a)),
    (Integral(exp(-x), (x, oo, 0)), -1),
    (Integral(exp(-a * x) * cos(x), (x, 0, oo)), a / (a**2 + 1)),
    (Integral(1 / (1 + x**2), (x, 0, oo)), pi / 2),
    (Integral(x ** (a - 1) * exp(-x), (x, 0, oo)), sympy.gamma(a)),
    (Integral(1 / sqrt(x), (x, 0, 1)), 2),
    (Integral(sympy.Abs(x - a), (x, 0, 1)), a**2 - a + Rational(1, 2)),
    (Integral(x * y, (x, 0, y), (y, 0, 1)), Rational(1, 8)),
    (Integral(sympy.besselj(0, x) * x, (x, 0, 1)), sympy.besselj(1, 1)),
    (Integral(exp(-x) / x, (x, 1, oo)), sympy.expint(1, 1)),
    (Integral(x**2 * exp(-x) / (1 + exp(-x)), (x, 0, oo)), 3 * sympy.zeta(3) / 2),
    (Integral(sympy.sech(x) ** 2, (x, -oo, oo)), 2),
    (Integral(sin(x) / x, (x, 0, pi)), sympy.Si(pi)),
    (Integral(log(1 - x) / x, (x, 0, Rational(1, 2))), log(2) ** 2 / 2 - pi**2 / 12),
    (Sum(1 / sympy.factorial(k), (k, 0, oo)), E),
    (Sum(a**k * k, (k, 0, oo)), a / (1 - a) ** 2),
    (Sum((-1) ** k * a ** (2 * k + 1) / sympy.factorial(2 * k + 1), (k, 0, oo)), sin(a)),
    (Sum(1 / (k * 2**k), (k, 1, oo)), log(2)),
    (Sum(1 / k, (k, 1, 100)), sympy.harmonic(100)),
    (Sum(k, (k, 5, 4)), 0),
    (Product(k, (k, 1, 20)), sympy.factorial(20)),
]


@pytest.mark.parametrize(("node", "value"), CLOSED_FORMS, ids=str)
def test_enclosure_holds_closed_form(node: sympy.Expr, value: sympy.Expr) -> None:
    """The ball is tight and contains the textbook value."""
    ball = enclose(node - value, POINT)
    assert ball.contains(0)
    assert ball.rad() < arb("1e-30")


REFUSED = [
    Integral(1 / x, (x, -1, 1)),
    Integral(1 / x, (x, 1, oo)),
    Integral(sin(x), (x, 0, oo)),
    Integral(exp(x), (x, 0, oo)),
    Integral(1 / x, (x, 0, 1)),
    Integral(sin(x), x),
    Sum(1 / k, (k, 1, oo)),
    Sum(2**k, (k, 0, oo)),
    Sum(k, (k, 0, Rational(7, 2))),
    Integral(sympy.Function("f")(x), (x, 0, 1)),
]


@pytest.mark.parametrize("node", REFUSED, ids=str)
def test_what_diverges_or_is_not_provable_is_refused(node: sympy.Expr) -> None:
    """No finite ball is given for what diverges, nor where no bound on the tail is known."""
    with pytest.raises(EnclosureError):
        enclose(node, POINT)
