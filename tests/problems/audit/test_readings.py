"""Statements become tasks in many wordings, and are left alone where a word is not understood."""

from __future__ import annotations

import pytest

from app.maths import parse
from app.problems import tasks
from app.problems.audit.errors import IllPosed, Unreadable
from app.problems.audit.reading import read

INTEGRAL = tasks.IndefiniteIntegral(integrand=parse(r"\frac{A x}{x^2+B}"), variable=parse("x"))
LIMIT = tasks.Limit(expression=parse(r"\frac{\sin(Ax)}{x}"), variable=parse("x"), point=parse("0"))
GAUSS = tasks.DefiniteIntegral(
    integrand=parse("e^{-Ax^2}"), variable=parse("x"), lower=parse("0"), upper=parse(r"\infty")
)


@pytest.mark.parametrize(
    ("statement", "task"),
    [
        (r"Compute $\int \frac{A x}{x^2+B}\, dx$.", INTEGRAL),
        ("Assume $A,B$ are positive. Find\n$$\\int \\frac{A x}{x^2+B} dx.$$\nShow your work.", INTEGRAL),
        (r"What is the antiderivative of $\frac{A x}{x^2+B}$ with respect to $x$?", INTEGRAL),
        (r"Find the integral of the function with respect to x: $f(x)=\frac{A x}{x^2+B}$.", INTEGRAL),
        (r"Evaluate \(\displaystyle\int\frac{A x}{x^2+B}\mathrm{d}x\), up to a constant.", INTEGRAL),
        (r"Find $\lim_{x\to 0}\frac{\sin(Ax)}{x}$", LIMIT),
        (r"Find the limit of $\frac{\sin(Ax)}{x}$ as $x \to 0$, where $A>0$.", LIMIT),
        (r"Evaluate the limit of the expression as x approaches 0: $$\frac{\sin(Ax)}{x}$$", LIMIT),
        (r"Compute \lim_{x \to 0} \frac{\sin(Ax)}{x}. Assume A is positive.", LIMIT),
        (r"Determine the value of the improper integral: \[ I = \int_0^\infty e^{-Ax^2} dx = ? \]", GAUSS),
        (r"Integrate $e^{-Ax^2}$ with respect to $x$ from $x=0$ to $x=\infty$.", GAUSS),
        ("\\begin{align*} \\int_{0}^{\\infty} e^{-A x^{2}} dx \\end{align*} Find its exact value.", GAUSS),
    ],
)  # fmt: skip
def test_wordings(statement: str, task: tasks.Task) -> None:
    assert read(statement).task == task


def test_domains_are_taken_from_the_text() -> None:
    assert read(r"Find $\int_0^1 x^A dx$, where $A>0$.").assumptions == ("A>0",)
    assert read(r"Let $A$ be a positive real number. Find $\int_0^1 x^A dx$.").assumptions == (
        "A > 0",
        r"A \in \mathbb{R}",
    )
    assert read(r"Find $\int x^n dx$ for a positive integer $n$.").assumptions == (
        "n > 0",
        r"n \in \mathbb{Z}",
    )
    assert read(r"Find $\int_0^1 x^A dx$. All parameters are positive.").assumptions == ("* > 0",)


@pytest.mark.parametrize(
    ("statement", "degrees", "terms"),
    [
        (r"Expand $e^{Ax}$ about $x=0$ up to and including the term of degree 4.", (4, 4), None),
        (r"Expand $e^{Ax}$ in powers of $x$ up to $x^4$.", (4, 4), None),
        (r"Find the Maclaurin polynomial of fourth degree of $e^{Ax}$.", (4, 4), None),
        (r"Find the Maclaurin series of $e^{Ax}$ up to order 4.", (3, 4), None),
        (r"Expand $e^{Ax}$ about x = 0 to $\mathcal{O}\left(x^{5}\right)$.", (4, 5), None),
        (r"Find the first three non-zero terms of the Maclaurin series of $e^{Ax}$.", (0, 30), 3),
    ],
)  # fmt: skip
def test_how_far_to_expand(statement: str, degrees: tuple[int, int], terms: int | None) -> None:
    """`Up to order 4` and `to O(x^5)` are used with and without the last term, so both are allowed."""
    reading = read(statement)
    assert isinstance(reading.task, tasks.Series)
    assert (reading.degrees, reading.terms) == (degrees, terms)
    assert reading.task.expression == parse("e^{Ax}")


@pytest.mark.parametrize(
    "statement",
    [
        r"Solve the initial value problem $y''+4y=0$, $y(0)=1$, $y'(0)=A$.",
        r"Solve $\frac{d^2y}{dx^2}+4y=0$ subject to the initial conditions $y(0)=1, \quad y'(0)=A$",
        r"Find the $y(x)$ that satisfies $$y^{\prime\prime}(x)+4y(x)=0$$ with $y(0)=1$ and $y'(0)=A$.",
    ],
)
def test_initial_value_problems(statement: str) -> None:
    reading = read(statement)
    assert isinstance(reading.task, tasks.DifferentialEquation)
    assert (len(reading.task.conditions), reading.task.function, reading.general) == (2, "y", False)


def test_general_solutions_and_other_letters() -> None:
    reading = read(r"Find the general solution of $\ddot{u}+9u=0$. Use $C_1$ and $C_2$ for the constants.")
    assert isinstance(reading.task, tasks.DifferentialEquation)
    assert (reading.task.function, str(reading.task.variable), reading.general) == ("u", "t", True)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (r"Find $a+b$ where $\int_0^1 x\,dx = a/b$ in lowest terms.", "wording"),
        (r"Find the value of $c$ such that $\int_0^c x\, dx = 2$.", "wording"),
        (r"Find the order of the differential equation $y''+y=0$.", "wording"),
        (r"Find the Laplace transform of the solution of $y'+y=0$, $y(0)=1$.", "wording"),
        (r"Find the number of real solutions of $x^3=x$.", "wording"),
        (r"Find the sum of the roots of $x^2-5x+6=0$.", "wording"),
        (r"Find the term of degree 4 in the Maclaurin series of $e^x$.", "wording"),
        (r"Find the domain of $\ln(x-1)$.", "wording"),
        (r"Find the value of $c$ satisfying $c^2 = 4$.", "wording"),
        (r"Compute the derivative of $\int_0^x e^{-t^2} dt$.", "wording"),
        (r"Find the Cauchy principal value of $\int_{-1}^1 \frac{1}{x} dx$.", "wording"),
        (r"Find the minimum of $\int_0^1 (x-a)^2 dx$.", "wording"),
        (r"Compute the limit $\frac{\sin(Ax)}{x}$.", "lost operator"),
        (r"Compute the integral $\frac{\sin(Ax)}{x}$.", "lost operator"),
        (r"Compute $\int \frac{1}{x dx$.", "malformed"),
        (r"Compute $\int \frac{1}{x} dx.", "malformed"),
        (r"Compute $\sin x$ \frac{1}{2}.", "malformed"),
        (r"Find $\int_0^1 x dx$ and $\int_0^2 x dx$.", "wording"),
    ],
)
def test_what_is_not_understood_is_not_guessed(statement: str, kind: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(statement)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "statement",
    [
        r"Evaluate $\int_0^{\sin^2(-Ax)+\cos^2(Bx)} x\, dx$.",
        r"Find $\lim_{x\to x^2+1} x$.",
        r"Solve $y' + A y = 0$ with $y(\sin^2(-Bx)+\cos^2(Ax))=1$.",
    ],
)
def test_a_variable_out_of_its_place_is_ill_posed(statement: str) -> None:
    with pytest.raises(IllPosed) as caught:
        read(statement)
    assert caught.value.kind == "captured variable"
