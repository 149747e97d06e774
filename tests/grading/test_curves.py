"""Families of curves: with their differential equation, and compared by slopes or as vectors without it."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import exp

from app.grading import grade
from app.grading.answer_kinds.solution_families import same_linear_vectors, same_slopes
from app.grading.errors import Undecidable
from app.problems.tasks import DifferentialEquation

x, y, t, C, K, A, B = sympy.symbols("x y t C K A B")
numbers = st.integers(-3, 3)

SLOPES = [
    (y - C * exp(x), y - K * exp(x), True),
    (y - C * exp(x), sympy.log(y) - x - K, True),
    (y - C * exp(x), y - exp(x + K), True),
    (y - C * exp(x), y - K * exp(2 * x), False),
    (y - C * exp(x), y - exp(x) - K, False),
    (x**2 + y**2 - C, sympy.sqrt(x**2 + y**2) - K, True),
    (x**2 + y**2 - C, x**2 - y**2 - K, False),
    (x**2 + y**2 - C, (x**2 + y**2) ** 2 - K, True),
    (y - 1 / (C - x), y * (x + K) + 1, True),
    (y - 1 / (C - x), y - 1 / (K + x), False),
    (y / x - C, x / y - K, True),
    (sympy.log(sympy.Abs(y)) - sympy.log(sympy.Abs(x)) - C, y - K * x, True),
    (y - sympy.tan(x + C), sympy.atan(y) - x - K, True),
    (y**2 - 2 * C * x - C**2, y**2 - 2 * K * x - K**2, True),
]


@pytest.mark.parametrize(("gold", "answer", "expected"), SLOPES)
def test_curves_are_the_same_where_their_slopes_agree(
    gold: sympy.Expr, answer: sympy.Expr, expected: bool
) -> None:
    """Implicit and explicit, with the constant anywhere, either side first."""
    assert same_slopes((gold, answer), (C, K), x, y) == expected
    assert same_slopes((answer, gold), (K, C), x, y) == expected


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.sampled_from([row[0] for row in SLOPES]), numbers.filter(bool), numbers)
def test_the_constant_may_be_scaled_and_shifted(gold: sympy.Expr, scale: int, shift: int) -> None:
    """C → aK + b changes no curve of the family, and neither does a factor in front."""
    assume(gold.diff(C, 2) == 0)
    answer = 3 * gold.subs(C, scale * K + shift)
    assert same_slopes((gold, answer), (C, K), x, y)
    assert not same_slopes((gold, answer + x * y), (C, K), x, y)


def test_a_constant_that_cannot_be_found_is_no_verdict() -> None:
    """A relation that lacks its constant, or is never zero, has no slopes to compare."""
    with pytest.raises(Undecidable):
        same_slopes((y - C * x, y - x), (C, K), x, y)
    with pytest.raises(Undecidable):
        same_slopes((y - C * x, exp(K + x + y)), (C, K), x, y)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(numbers, min_size=4, max_size=4), st.tuples(numbers, numbers))
def test_vectors_of_functions_may_change_their_basis(change: list[int], along: tuple[int, int]) -> None:
    """Invertible combinations of the constants keep the family; another particular part does not."""
    turn = sympy.Matrix(2, 2, change)
    assume(turn.det() != 0)
    gold = [A * exp(t) + B * exp(-t) + t, A * exp(t) - B * exp(-t) + 1]
    first, second = turn * sympy.Matrix([A, B]) + sympy.Matrix(along)
    answer = [entry.xreplace({A: first, B: second}) for entry in gold]
    assert same_linear_vectors(gold, (A, B), answer, (A, B), t)
    assert not same_linear_vectors(gold, (A, B), [answer[0] + 1, answer[1]], (A, B), t)
    assert not same_linear_vectors(gold, (A, B), answer[::-1], (A, B), t)


def test_vectors_must_have_as_many_constants_and_be_linear_in_them() -> None:
    """Too few constants are another family; others cannot be told without an equation."""
    assert not same_linear_vectors([A * exp(t) + B, B], (A, B), [A * exp(t), A], (A,), t)
    with pytest.raises(Undecidable):
        same_linear_vectors([exp(A * t)], (A,), [exp(B * t)], (B,), t)


def ode(equation: str, *conditions: str, variable: str = "x") -> DifferentialEquation:
    return DifferentialEquation.model_validate(
        {"equation": equation, "function": "y", "variable": variable, "conditions": conditions}
    )


WITH_EQUATION = [
    (ode("y'' + y = 0"), r"C_1\cos x + C_2\sin x", r"y = A\cos(x + \varphi)", True),
    (ode("y'' + y = 0"), r"C_1\cos x + C_2\sin x", r"y = c_1 e^{ix} + c_2 e^{-ix}", True),
    (ode("y'' + y = 0"), r"C_1\cos x + C_2\sin x", r"y = C_1\cos x", False),
    (ode("y'' + y = 0"), r"C_1\cos x + C_2\sin x", r"y = (C_1 + C_2)\cos x", False),
    (ode("y'' + y = 0"), r"C_1\cos x + C_2\sin x", r"y = C_1\cos x + C_2\cosh x", False),
    (ode("y' = y^2"), r"\frac{1}{C-x}", r"y = \frac{-1}{x + C}", True),
    (ode("y' = y^2"), r"\frac{1}{C-x}", r"y = \frac{1}{x + C}", False),
    (ode("y' = 2y", "y(0)=1"), "e^{2x}", "y = e^{2x}", True),
    (ode("y' = 2y", "y(0)=1"), "e^{2x}", r"y = \cosh 2x + \sinh 2x", True),
    (ode("y' = 2y", "y(0)=1"), "e^{2x}", "y = 3e^{2x}", False),
    (ode("(y')^2 = 4y", "y(0)=0"), "x^2", "y = 0", True),
    (ode("y' + y = t", variable="t"), "t - 1 + Ce^{-t}", "y(t) = Ke^{-t} + t - 1", True),
    (ode("y' + y = t", variable="t"), "t - 1 + Ce^{-t}", "y(t) = Ke^{-t} + t", False),
]
WITHOUT = [
    ("C_1 e^x + C_2 e^{-x}", r"A\cosh x + B\sinh x", True),
    ("C_1 e^x + C_2 e^{-x}", "A e^{-x} + B e^{x}", True),
    ("C_1 e^x + C_2 e^{-x}", r"A\cos x + B\sin x", False),
    ("C_1 e^x + C_2 e^{-x} + x", r"A e^x + B e^{-x} + x + 2e^x", True),
    ("C_1 e^x + C_2 e^{-x} + x", r"A e^x + B e^{-x} + 2x", False),
    ("(C_1 + C_2 x)e^x", "C_1 e^x + C_2 x e^x", True),
    ("(C_1 + C_2 x)e^x", "C_1 e^x + C_2 e^x", False),
    ("y = Ce^{x^2}", r"\ln|y| = x^2 + C", True),
    ("y = Ce^{x^2}", r"y = e^{x^2 + C}", True),
    ("y = Ce^{x^2}", r"y = e^{x^2} + C", False),
    ("x^2 + y^2 = C", r"y^2 = K - x^2", True),
    ("x^2 + y^2 = C", r"y = \pm\sqrt{C - x^2}", True),
    ("x^2 + y^2 = C", r"x^2 - y^2 = C", False),
    ("x^2 + y^2 = C", r"x^2 + y^2 = 1", False),
    ("y = e^{2x}", "y' = 2y", False),
    ("y = e^{2x}", r"\frac{dy}{dx} = 2y", False),
    ("x = C_1 e^t, y = C_2 e^{-t}", "x = A e^t, y = B e^{-t}", True),
    ("x = C_1 e^t, y = C_2 e^{-t}", "y = B e^{-t}, x = A e^{t}", True),
    ("x = C_1 e^t, y = C_2 e^{-t}", "x = A e^{-t}, y = B e^{t}", False),
    (r"C_1 e^t\begin{pmatrix}1\\1\end{pmatrix} + C_2 e^{-t}\begin{pmatrix}1\\-1\end{pmatrix}",
     r"C_1 e^t\begin{pmatrix}2\\2\end{pmatrix} + C_2 e^{-t}\begin{pmatrix}-1\\1\end{pmatrix}", True),
    (r"C_1 e^t\begin{pmatrix}1\\1\end{pmatrix} + C_2 e^{-t}\begin{pmatrix}1\\-1\end{pmatrix}",
     r"C_1 e^t\begin{pmatrix}1\\1\end{pmatrix} + C_2 e^{-t}\begin{pmatrix}1\\1\end{pmatrix}", False),
]  # fmt: skip


@pytest.mark.parametrize(("task", "gold", "answer", "right"), WITH_EQUATION)
def test_solutions_are_put_into_their_equation(
    task: DifferentialEquation, gold: str, answer: str, right: bool
) -> None:
    """Another right solution is right; fewer constants, missed conditions and other curves are not."""
    verdict = grade(gold, answer, "ode_solution", task=task)
    assert verdict.outcome == ("correct" if right else "incorrect"), (verdict.method, verdict.reason)


@pytest.mark.parametrize(("gold", "answer", "right"), WITHOUT)
def test_solutions_are_compared_as_families_without_their_equation(
    gold: str, answer: str, right: bool
) -> None:
    """Explicit, implicit, and systems."""
    verdict = grade(gold, answer, "ode_solution")
    assert verdict.outcome == ("correct" if right else "incorrect"), (verdict.method, verdict.reason)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(numbers, min_size=4, max_size=4), numbers)
def test_a_general_solution_is_right_in_every_basis(change: list[int], start: int) -> None:
    """Invertible combinations of two solutions solve y'' − y = 0 in general, also without the equation."""
    a, b, c, d = change
    answer = f"C_1(({a})e^x + ({b})e^{{-x}}) + C_2(({c})e^x + ({d})e^{{-x}}) + ({start})e^x"
    expected = "correct" if a * d - b * c else "incorrect"
    for task in (None, ode("y'' - y = 0")):
        assert grade("C_1 e^x + C_2 e^{-x}", answer, "ode_solution", task=task).outcome == expected
