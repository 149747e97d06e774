"""Right answers, at least one for every method by which a certificate is made."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import TypeAdapter

from app.problems.problem import Variant
from app.problems.tasks import Task

_TASK: TypeAdapter[Task] = TypeAdapter(Task)


class Case(NamedTuple):
    """A task as in a file, its right answer, what is assumed, and the method that certifies it."""

    method: str
    task: dict[str, Any]
    gold: str
    assumptions: tuple[str, ...] = ()


def variant(case: Case, gold: str | None = None) -> Variant:
    """The case as a variant, with another answer if one is given."""
    return Variant(
        id=f"case/{case.method}",
        problem="case",
        topic="tests",
        level=1,
        perturbation="original",
        statement="",
        answer_kind="expression",
        gold=case.gold if gold is None else gold,
        assumptions=case.assumptions,
        task=_TASK.validate_python(case.task),
    )


def _antiderivative(integrand: str) -> dict[str, Any]:
    return {"operation": "indefinite_integral", "integrand": integrand, "variable": "x"}


def _integral(integrand: str, lower: str, upper: str) -> dict[str, Any]:
    return {
        "operation": "definite_integral",
        "integrand": integrand,
        "variable": "x",
        "lower": lower,
        "upper": upper,
    }


def _limit(expression: str, point: str, direction: str = "+-", variable: str = "x") -> dict[str, Any]:
    return {
        "operation": "limit",
        "expression": expression,
        "variable": variable,
        "point": point,
        "direction": direction,
    }


def _series(expression: str, point: str, degree: int) -> dict[str, Any]:
    return {
        "operation": "series",
        "expression": expression,
        "variable": "x",
        "point": point,
        "degree": degree,
    }


def _sum(term: str, lower: str, upper: str) -> dict[str, Any]:
    return {"operation": "sum", "term": term, "index": "k", "lower": lower, "upper": upper}


def _ode(equation: str, *conditions: str) -> dict[str, Any]:
    return {
        "operation": "differential_equation",
        "equation": equation,
        "variable": "x",
        "conditions": list(conditions),
    }


def _equation(equation: str, domain: str = "reals") -> dict[str, Any]:
    return {"operation": "equation", "equation": equation, "variable": "x", "domain": domain}


A, AB = ("a > 0",), ("a > 0", "b > 0")

CASES = {
    "antiderivative": Case(
        "derivative-residual",
        _antiderivative(r"x \cos(a x)"),
        r"\frac{x \sin(a x)}{a} + \frac{\cos(a x)}{a^2}",
        A,
    ),
    "integral, finite": Case("arb-quadrature", _integral(r"x^2 + 1", "0", "a"), r"\frac{a^3}{3} + a", A),
    "integral, infinite": Case(
        "arb-quadrature", _integral(r"(x + 1) e^{-a x}", "0", r"\infty"), r"\frac{1}{a} + \frac{1}{a^2}", A
    ),
    "integral, whole line": Case(
        "arb-quadrature", _integral(r"\frac{1}{x^2 + 2 x + 2}", r"-\infty", r"\infty"), r"\pi"
    ),
    "integral, from minus infinity": Case(
        "arb-quadrature", _integral(r"e^{2 x}", r"-\infty", "1"), r"\frac{e^2}{2}"
    ),
    "integral, singular end": Case("arb-quadrature", _integral(r"\frac{1}{\sqrt{x}} + \ln x", "0", "1"), "1"),
    "integral, removable singularity": Case(
        "arb-quadrature", _integral(r"\frac{e^{-x} - e^{-a x}}{x}", "0", r"\infty"), r"\ln a", ("a > 1",)
    ),
    "integral, rewritten": Case(
        "two-quadratures",
        _integral(r"e^{-x \left(\sin^4 x + \cos^4 x + \frac{\sin^2(2 x)}{2}\right)} (x + 1)", "0", r"\infty"),
        "2",
    ),
    "limit": Case(
        "two-deep-sequences",
        _limit(r"\frac{a \sin(b x) - b \sin(a x)}{x^3}", "0"),
        r"\frac{a^3 b}{6} - \frac{a b^3}{6}",
        ("a > 0", "b > a"),
    ),
    "limit at infinity": Case(
        "two-deep-sequences", _limit(r"\left(1 + \frac{a}{x}\right)^x", r"\infty"), "e^a", A
    ),
    "limit of sums": Case(
        "two-extrapolations", _limit(r"\sum_{k=1}^{n} \frac{1}{n + k}", r"\infty", "-", "n"), r"\ln 2"
    ),
    "series": Case(
        "power-series", _series(r"e^{a x} \cos x", "0", 2), r"1 + a x + \frac{(a^2 - 1) x^2}{2}", A
    ),
    "series about a point": Case("power-series", _series(r"\ln x", "a", 1), r"\ln(a) + \frac{x - a}{a}", A),
    "series by circles": Case("cauchy-two-radii", _series(r"J_0(a x)", "0", 2), r"1 - \frac{a^2 x^2}{4}", A),
    "finite sum": Case(
        "finite-summation",
        _sum("k^2", "1", "n"),
        r"\frac{n^3}{3} + \frac{n^2}{2} + \frac{n}{6}",
        (r"n \in \mathbb{Z}", r"n \ge 1"),
    ),
    "geometric sum": Case(
        "geometric-bound",
        _sum(r"\frac{k}{a^k}", "0", r"\infty"),
        r"\frac{1}{a - 1} + \frac{1}{(a - 1)^2}",
        ("a > 2",),
    ),
    "exponential sum": Case("geometric-bound", _sum(r"\frac{(-1)^k a^k}{k!}", "0", r"\infty"), "e^{-a}", A),
    "smooth sum": Case("euler-maclaurin-bound", _sum(r"\frac{1}{k^2}", "1", r"\infty"), r"\frac{\pi^2}{6}"),
    "differential equation": Case(
        "ode-residual", _ode("y'' + a^2 y = a^2", "y(0) = 2", "y'(0) = a"), r"1 + \cos(a x) + \sin(a x)", A
    ),
    "evaluation": Case(
        "enclosures",
        {
            "operation": "evaluation",
            "expression": r"{}_2F_1\left(\frac{1}{2}, 1; \frac{3}{2}; -a^2\right) + 1",
        },
        r"\frac{\arctan a}{a} + 1",
        A,
    ),
    "simplification": Case(
        "enclosures",
        {"operation": "simplification", "expression": r"\sqrt{a + b + 2 \sqrt{a b}}"},
        r"\sqrt{a} + \sqrt{b}",
        AB,
    ),
    "polynomial equation": Case(
        "sturm-count", _equation("x^2 - (a + 3) x + 3 a = 0"), r"\{3, a\}", ("0 < a < 3",)
    ),
    "exponential equation": Case("sturm-count", _equation("e^{2 x} - 5 e^x + 6 = 0"), r"\{\ln 2, \ln 3\}"),
    "complex equation": Case("square-free-degree", _equation("x^3 + x = 0", "complexes"), r"\{0, i, -i\}"),
    "monotone equation": Case("monotone", _equation("x e^{a x} = 2 e^{2 a}", "positive"), r"\{2\}", A),
    "rewritten equation": Case(
        "sturm-count", _equation(r"x^2 \left(\sin^2 x + \cos^2 x\right) = 4"), r"\{2, -2\}"
    ),
}
