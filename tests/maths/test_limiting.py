"""Limits come to what textbooks say, and to nothing where there is none."""

import pytest
import sympy
from flint import acb, arb, ctx
from sympy import E, EulerGamma, Limit, Product, Rational, S, Sum, cos, exp, log, oo, pi, sin, sqrt, symbols

from app.maths import EnclosureError, enclose
from app.maths.balls import differ
from app.maths.enclosures import Evaluation

n, x, a, k = symbols("n x a k")
POINT = {a: Rational(5, 3)}

LIMITS = [
    (Limit((1 + 1 / n) ** n, n, oo), E),
    (Limit((1 + a / n) ** n, n, oo), exp(a)),
    (Limit(n ** (1 / n), n, oo), 1),
    (Limit(n * (a ** (1 / n) - 1), n, oo), log(a)),
    (Limit(sqrt(n**2 + n) - n, n, oo), Rational(1, 2)),
    (Limit(log(n + 1) / log(n), n, oo), 1),
    (Limit(1 / log(n), n, oo), 0),
    (Limit((-1) ** n / n, n, oo), 0),
    (Limit(sympy.atan(x), x, -oo), -pi / 2),
    (Limit(sympy.harmonic(n) - log(n), n, oo), EulerGamma),
    (Limit(sympy.factorial(n) / (n**n * exp(-n) * sqrt(n)), n, oo), sqrt(2 * pi)),
    (Limit((exp(x) - 1 - x) / x**2, x, 0), Rational(1, 2)),
    (Limit((sin(x) - x) / x**3, x, 0, "+-"), -Rational(1, 6)),
    (Limit(cos(x) ** (1 / x**2), x, 0, "+-"), exp(-Rational(1, 2))),
    (Limit((x**3 - 1) / (x - 1), x, 1, "-"), 3),
    (Limit(x**x, x, 0), 1),
    (Limit(sympy.Abs(x) / x, x, 0, "-"), -1),
    (Limit(Sum(1 / (n + k), (k, 1, n)), n, oo), log(2)),
    (Limit(Sum(n / (n**2 + k**2), (k, 1, n)), n, oo), pi / 4),
    (Limit(Sum(sqrt(k), (k, 1, n)) / n ** Rational(3, 2), n, oo), Rational(2, 3)),
    (Limit(Product(1 - 1 / (k + 1) ** 2, (k, 1, n)), n, oo), Rational(1, 2)),
]


@pytest.mark.parametrize(("node", "value"), LIMITS, ids=str)
def test_a_limit_is_the_textbooks(node: sympy.Expr, value: sympy.Expr) -> None:
    """The ball holds the value to 20 digits, and a wrong value next to it is told apart."""
    with ctx.workprec(128):
        walk = Evaluation.at(POINT)
        ball, exact = walk.value(node), Evaluation.at(POINT).value(S(value))
        assert not walk.rigorous
        assert ball.overlaps(exact)
        assert ball.rad() < arb("1e-20")
        assert differ(ball, exact + arb("1e-6"), rigorous=False)


def test_where_a_function_is_analytic_its_limit_is_its_value() -> None:
    """No sequence is needed, and the value is proven."""
    walk = Evaluation.at(POINT)
    assert walk.value(Limit(x**2 + a, x, 1, "+-")).overlaps(acb(8) / 3)
    assert walk.rigorous


WITHOUT_VALUE = [
    Limit(1 / x, x, 0),
    Limit(sympy.Abs(x) / x, x, 0, "+-"),
    Limit(1 / (1 + exp(1 / x)), x, 0, "+-"),
    Limit(sin(1 / x), x, 0),
    Limit((-1) ** n, n, oo),
    Limit(sin(n), n, oo),
    Limit(log(n), n, oo),
    Limit(log(log(n)), n, oo),
    Limit(exp(n), n, oo),
    Limit(sympy.tan(x), x, pi / 2, "-"),
    Limit(x, x, sympy.zoo),
]


@pytest.mark.parametrize("node", WITHOUT_VALUE, ids=str)
def test_what_has_no_finite_limit_has_no_value(node: sympy.Expr) -> None:
    """Oscillation, growth without bounds and two one-sided limits are errors."""
    with pytest.raises(EnclosureError):
        enclose(node, POINT)


def test_values_without_proof_differ_only_where_that_is_clear() -> None:
    """Disjoint balls are a proof only of what is proven; a tiny value may be zero."""
    near = acb(1) + acb("1e-12")
    assert differ(acb(1), near, rigorous=True)
    assert not differ(acb(1), near, rigorous=False)
    assert differ(acb(1), acb(1) + acb("1e-9"), rigorous=False)
    assert not differ(acb("1e-30"), acb(0), rigorous=False)
