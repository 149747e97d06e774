"""Stored answers are read in LaTeX and in SymPy's spelling, and never executed."""

from __future__ import annotations

import pytest
import sympy

from app.maths import parse
from app.problems.audit import answers
from app.problems.audit.errors import Unreadable


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("38**(-1)*sec(x*38)**9", r"\frac{\sec^9(38x)}{38}"),
        ("Rational(1,2)*x + C1", r"\frac{x}{2}+C_1"),
        ("S(1)/2*x", r"\frac{x}{2}"),
        ("Integer(3)*Symbol('x')", "3x"),
        ("sympy.sqrt(sympy.pi)*sympy.exp(-x**2)", r"\sqrt{\pi}e^{-x^2}"),
        ("hyper([a,b],[c],z)", r"{}_2F_1(a,b;c;z)"),
        ("E**(I*pi*x)", r"e^{i\pi x}"),
        (r"$\boxed{\frac{1}{2}}$.", r"\frac12"),
        (r"1+x+\dots", "1+x"),
    ],
)
def test_spellings(text: str, latex: str) -> None:
    assert answers.read(text) == parse(latex)


def test_large_exponents_stand_in_perturbed_answers() -> None:
    assert answers.read("exp((66367124)*(91286991))") == sympy.exp(66367124 * 91286991)


def test_lists_of_solutions_and_orders_of_rests() -> None:
    assert answers.listed("[-2*I, 2*I]") == sympy.FiniteSet(-2 * sympy.I, 2 * sympy.I)
    assert answers.polynomial("x - 1 + O((x - 1)**4)") == parse("x-1")
    assert answers.polynomial(r"1-\frac{x^2}{2}+\mathcal{O}(x^4)") == parse(r"1-\frac{x^2}{2}")


@pytest.mark.parametrize("text", ["", "__import__('os')", r"\int x dx + 1 \frac{", "y'(x)"])
def test_what_is_no_answer(text: str) -> None:
    with pytest.raises(Unreadable):
        answers.expression(answers.read(text))
