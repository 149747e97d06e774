"""Undefined functions and Dirac's delta: identities in them are found, and near misses are refuted."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, DiracDelta, Rational

from app.maths import compare, parse
from app.maths.opaque import instantiated, without_deltas

x, t = sympy.symbols("x t")
f, g = sympy.Function("f"), sympy.Function("g")
y = sympy.Function("y")

IDENTITIES = [
    ("f(x) + g(x)", "g(x) + f(x)"),
    ("f(x)^2 - g(x)^2", "(f(x) - g(x))(f(x) + g(x))"),
    (r"\frac{d}{dx}(x f(x))", "f(x) + x f'(x)"),
    (r"\frac{d}{dx}(f(x) g(x))", "f'(x) g(x) + f(x) g'(x)"),
    (r"\frac{d}{dx} f(x)^2", "2 f(x) f'(x)"),
    (r"\frac{d}{dx} f(2x)", r"\frac{d}{dx} f(2x) + 0"),
    (r"\frac{d}{dx} e^{f(x)}", "e^{f(x)} f'(x)"),
    (r"\frac{d}{dx}\frac{f(x)}{g(x)}", r"\frac{f'(x) g(x) - f(x) g'(x)}{g(x)^2}"),
    (r"\frac{d}{dx}\ln(f(x)^2 + 1)", r"\frac{2f(x) f'(x)}{1 + f(x)^2}"),
    ("f(2x + 2)", "f(2(x+1))"),
    ("f(x - y)", "f(-(y - x))"),
    ("f'(0) + f(0)", "f(0) + f'(0)"),
]
NO_IDENTITIES = [
    ("f(x)", "g(x)"),
    ("f(x)", "-f(x)"),
    ("f(x)", "f(-x)"),
    ("f(x)", "f'(x)"),
    ("f(2x)", "2f(x)"),
    ("f(x + y)", "f(x) + f(y)"),
    ("f(x)g(x)", "f(g(x))"),
    ("f(g(x))", "g(f(x))"),
    (r"\frac{d}{dx}(x f(x))", "f(x) + f'(x)"),
    (r"\frac{d}{dx}(f(x) g(x))", "f'(x) g'(x)"),
    ("f(0)", "0"),
    ("f(x,y)", "f(y,x)"),
]


def read(text: str) -> sympy.Basic:
    return parse(text, functions={"f", "g"})


@pytest.mark.parametrize(("gold", "answer"), IDENTITIES)
def test_what_holds_for_every_function_agrees(gold: str, answer: str) -> None:
    """Rules of calculus and of algebra, in either order of the sides where both name the same."""
    assert compare(read(gold), read(answer)).verdict == "equal"


@pytest.mark.parametrize(("gold", "answer"), NO_IDENTITIES)
def test_what_fails_for_some_function_is_different(gold: str, answer: str) -> None:
    """Undefined functions are not even, not odd, not linear, do not commute, and are not one another."""
    found = compare(read(gold), read(answer))
    assert found.verdict == "different", found
    assert compare(read(answer), read(gold)).verdict == "different"


def test_the_same_name_is_the_same_function() -> None:
    """The choice depends on the name alone, so both sides of a comparison get the same."""
    first, second = instantiated(f(x) + g(t)), instantiated(g(t) + f(x))
    assert first == second
    assert instantiated(f(x)).xreplace({x: t}) == instantiated(f(t))
    assert instantiated(f(x)) != instantiated(g(x))
    assert instantiated(x**2) == x**2


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 3))
def test_the_product_rule_holds_for_any_polynomial_factor(p: int, q: int, n: int) -> None:
    """d/dx of p(x)·y(x), taken by SymPy, and spelt out by hand."""
    factor = p + q * x**n
    spelt = factor.diff(x) * y(x) + factor * y(x).diff(x)
    assert compare(sympy.Derivative(factor * y(x), x), spelt).verdict == "equal"
    assert compare(spelt, spelt + y(x)).verdict == "different"


DELTAS = [
    (r"\delta(2x)", r"\frac{\delta(x)}{2}", True),
    (r"\delta(-x)", r"\delta(x)", True),
    (r"\delta(3 - x)", r"\delta(x - 3)", True),
    (r"\delta(2x - 4)", r"\frac12\delta(x - 2)", True),
    (r"x\delta(x)", "0", True),
    (r"(x - 1)\delta(x - 1)", "0", True),
    (r"\cos(x)\delta(x)", r"\delta(x)", True),
    (r"e^{x}\delta(x - 1)", r"e\delta(x - 1)", True),
    (r"e^{-t}\delta(t - 2) + 1", r"1 + e^{-2}\delta(t - 2)", True),
    (r"\delta(t - a) + \delta(t)", r"\delta(t) + \delta(a - t)", True),
    (r"\delta(x)", r"\delta(2x)", False),
    (r"\delta(x)", r"\delta(x - 1)", False),
    (r"\delta(x)", r"-\delta(x)", False),
    (r"\delta(x)", "0", False),
    (r"x\delta(x - 1)", "0", False),
    (r"\delta(t) + \delta(t - 1)", r"2\delta(t)", False),
    (r"e^{x}\delta(x - 1)", r"\delta(x - 1)", False),
]


@pytest.mark.parametrize(("gold", "answer", "same"), DELTAS)
def test_deltas_are_compared_by_place_and_weight(gold: str, answer: str, same: bool) -> None:
    """δ(c(x − r)) is δ(x − r)/|c|, and what multiplies it counts only at r."""
    for left, right in ((gold, answer), (answer, gold)):
        found = compare(parse(left), parse(right))
        assert found.verdict == ("equal" if same else "different"), found


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(-6, 6).filter(bool), st.integers(-6, 6), st.integers(0, 3))
def test_a_scaled_and_shifted_delta_is_its_weight_at_its_place(slope: int, shift: int, power: int) -> None:
    """x^n δ(cx − d) is (d/c)^n δ(x − d/c)/|c|, and nothing else."""
    place = Rational(shift, slope)
    scaled = x**power * DiracDelta(slope * x - shift)
    plain = place**power * DiracDelta(x - place) / Abs(slope)
    assert sympy.expand(without_deltas(scaled) - without_deltas(plain)) == 0
    moved = without_deltas(DiracDelta(x - place - 1))
    assert sympy.expand(without_deltas(DiracDelta(x - place)) - moved) != 0


def test_a_square_of_a_delta_is_left_alone() -> None:
    """Only what is linear in its deltas has a meaning."""
    assert without_deltas(DiracDelta(x) ** 2) == DiracDelta(x) ** 2
    assert without_deltas(DiracDelta(x**2 - 1)) == DiracDelta(x**2 - 1)
    assert without_deltas(x**2 + 1) == x**2 + 1
