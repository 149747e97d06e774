"""Right answers to products, systems and inequalities, and wrong ones of each."""

from __future__ import annotations

from typing import Any

from tests.problems.certificates.cases import Case

A, AB = ("a > 0",), ("a > 0", "b > a")
N = (r"n \ge 1", r"n \in \mathbb{Z}")
INFINITY = r"\infty"


def _product(factor: str, lower: str, upper: str) -> dict[str, Any]:
    return {"operation": "product", "factor": factor, "index": "k", "lower": lower, "upper": upper}


def _equations(*equations: str, domain: str = "reals", variables: str = "xy") -> dict[str, Any]:
    fields = {"equations": list(equations), "variables": list(variables), "domain": domain}
    return {"operation": "equation_system", **fields}


def _inequality(relation: str) -> dict[str, Any]:
    return {"operation": "inequality", "relation": relation, "variable": "x"}


def _differential(equations: list[str], conditions: list[str], functions: str = "xy") -> dict[str, Any]:
    fields = {"equations": equations, "conditions": conditions, "functions": list(functions)}
    return {"operation": "differential_system", "variable": "t", **fields}


SYSTEMS: dict[str, tuple[Case, tuple[str, ...]]] = {
    "finite product": (
        Case("finite-product", _product(r"1 + \frac{a}{k}", "1", "n"), r"\binom{n + a}{n}", (*A, *N)),
        (r"-\binom{n + a}{n}", r"\binom{n + a - 1}{n}", r"\left(1 + 10^{-12}\right) \binom{n + a}{n}"),
    ),
    "product of a rational function": (
        Case(
            "gamma-quotient",
            _product(r"1 + \frac{a^2}{k^2}", "1", INFINITY),
            r"\frac{\sinh(\pi a)}{\pi a}",
            A,
        ),
        (r"\frac{\sin(\pi a)}{\pi a}", r"\frac{\sinh(\pi a)}{\pi a} \left(1 + 10^{-25}\right)"),
    ),
    "product whose logarithm decays": (
        Case("geometric-bound", _product(r"e^{\frac{a}{2^k}}", "1", INFINITY), "e^a", A),
        ("e^{2 a}", r"e^a \left(1 + 10^{-25}\right)"),
    ),
    "product of cosines": (
        Case(
            "geometric-bound",
            _product(r"\cos\left(\frac{a}{2^k}\right)", "1", INFINITY),
            r"\frac{\sin(a)}{a}",
            ("0 < a < 1",),
        ),
        (r"\frac{\cos(a)}{a}", r"\frac{\sin(a)}{a} + 10^{-25}"),
    ),
    "product with a form equal to 1": (
        Case(
            "gamma-quotient-of-reduced-form",
            _product(
                r"\left(1 - \frac{1}{k^2}\right) \left(\tanh^2(k) + \frac{1}{\cosh^2(k)}\right)",
                "2",
                INFINITY,
            ),
            r"\frac{1}{2}",
        ),
        (r"\frac{1}{3}", r"\frac{1}{2} + 10^{-25}"),
    ),
    "product that tends fast": (
        Case("two-deep-products", _product("1 + a^{2^k}", "0", INFINITY), r"\frac{1}{1 - a}", ("0 < a < 1",)),
        (r"\frac{1}{1 + a}", r"\frac{1}{1 - a} + 10^{-25}"),
    ),
    "product that tends slowly": (
        Case(
            "two-extrapolations",
            _product(r"\left(1 + \frac{1}{k}\right) e^{-\frac{1}{k}}", "1", INFINITY),
            r"e^{-\gamma}",
        ),
        (r"e^{\gamma}", r"e^{-\gamma} + 10^{-11}"),
    ),
    "linear system": (
        Case(
            "nonzero-determinant",
            _equations("a x + y = 1", "x - a y = b"),
            r"\left(\frac{a + b}{a^2 + 1}, \frac{1 - a b}{a^2 + 1}\right)",
            AB,
        ),
        (
            r"\left(\frac{a + b}{a^2 + 1}, \frac{1 + a b}{a^2 + 1}\right)",
            r"\left(\frac{1 - a b}{a^2 + 1}, \frac{a + b}{a^2 + 1}\right)",
            r"\emptyset",
            "a",
        ),
    ),
    "circle and hyperbola": (
        Case(
            "trace-form",
            _equations("x^2 + y^2 = a^2 + b^2", "x y = a b"),
            r"\{(a, b), (b, a), (-a, -b), (-b, -a)\}",
            AB,
        ),
        (
            r"\{(a, b), (b, a), (-a, -b)\}",
            r"\{(a, b), (b, a), (-a, -b), (-b, a)\}",
            r"\{(a, b), (b, a), (-a, -b), (-b, -a), (0, 0)\}",
        ),
    ),
    "system over the positive numbers": (
        Case(
            "trace-form",
            _equations("x^2 + y^2 = a^2 + b^2", "x y = a b", domain="positive"),
            r"\{(a, b), (b, a)\}",
            AB,
        ),
        (r"\{(a, b)\}", r"\{(a, b), (b, a), (-a, -b), (-b, -a)\}"),
    ),
    "system over the integers": (
        Case(
            "trace-form",
            _equations("x^2 - 2 y = 0", "y^2 - 4 x = 0", domain="integers"),
            r"\{(0, 0)\}",
        ),
        (r"\emptyset", r"\{(0, 0), (1, 1)\}"),
    ),
    "system over the complex numbers": (
        Case(
            "trace-form",
            _equations("x^2 + y^2 = -1", "x = a", domain="complexes"),
            r"\{(a, i \sqrt{a^2 + 1}), (a, -i \sqrt{a^2 + 1})\}",
        ),
        (r"\{(a, i \sqrt{a^2 + 1})\}", r"\{(a, i \sqrt{a^2 + 1}), (a, \sqrt{a^2 + 1})\}"),
    ),
    "system in exponentials": (
        Case(
            "trace-form",
            _equations("e^x + e^y = a + b", "e^{x + y} = a b"),
            r"\{(\ln a, \ln b), (\ln b, \ln a)\}",
            AB,
        ),
        (r"\{(\ln a, \ln b)\}", r"\{(a, b), (b, a)\}"),
    ),
    "system in logarithms": (
        Case(
            "trace-form",
            _equations(r"\ln x + y = a", r"y \ln x = 0", domain="positive"),
            r"\{(1, a)\}",
            A,
        ),
        (r"\{(1, a), (e^a, 0)\}", r"\{(e^a, 0)\}"),
    ),
    "system in reciprocals": (
        Case(
            "trace-form",
            _equations(r"\frac{1}{x} + \frac{1}{y} = a", r"\frac{1}{x} - \frac{1}{y} = b"),
            r"\left(\frac{2}{a + b}, \frac{2}{a - b}\right)",
            ("b > 0", "a > b"),
        ),
        (r"\left(\frac{2}{a - b}, \frac{2}{a + b}\right)",),
    ),
    "system with constants equal to 1": (
        Case(
            "trace-form-of-reduced-form",
            _equations(r"x + \left(\sin^2(2) + \cos^2(2)\right) y = 2 a", "x y = a^2 - b^2"),
            r"\{(a + b, a - b), (a - b, a + b)\}",
            ("a > 0", "b > 0"),
        ),
        (r"\{(a + b, a - b)\}",),
    ),
    "quadratic inequality": (
        Case("sign-chart", _inequality(r"x^2 - (a + b) x + a b \le 0"), r"\left[a, b\right]", AB),
        (r"\left(a, b\right)", r"\left[a, b\right)", r"\left[a, 2 b\right]", r"\left(-\infty, a\right]", "a"),
    ),
    "rational inequality": (
        Case(
            "sign-chart",
            _inequality(r"\frac{x - a}{x - b} \ge 0"),
            r"\left(-\infty, a\right] \cup \left(b, \infty\right)",
            AB,
        ),
        (
            r"\left(-\infty, a\right] \cup \left[b, \infty\right)",
            r"\left(-\infty, a\right]",
            r"\left[a, b\right)",
        ),
    ),
    "inequality with a hole": (
        Case(
            "sign-chart",
            _inequality(r"\frac{x^2 - 4}{x - 2} < 7"),
            r"\left(-\infty, 2\right) \cup \left(2, 5\right)",
        ),
        (r"\left(-\infty, 5\right)",),
    ),
    "inequality with absolute values": (
        Case(
            "sign-chart",
            _inequality(r"|x - a| + |x - b| \le 2 b"),
            r"\left[\frac{a - b}{2}, \frac{a + 3 b}{2}\right]",
            AB,
        ),
        (r"\left[\frac{a - b}{2}, \frac{a + 2 b}{2}\right]", r"\left[a, b\right]"),
    ),
    "inequality with a square root": (
        Case(
            "sign-chart",
            _inequality(r"\sqrt{a - x} > x"),
            r"\left(-\infty, \frac{\sqrt{1 + 4 a} - 1}{2}\right)",
            A,
        ),
        (
            r"\left(\frac{-\sqrt{1 + 4 a} - 1}{2}, \frac{\sqrt{1 + 4 a} - 1}{2}\right)",
            r"\left(-\infty, a\right]",
        ),
    ),
    "inequality in exponentials": (
        Case("sign-chart", _inequality("e^{2 x} - (a + b) e^x + a b < 0"), r"\left(\ln a, \ln b\right)", AB),
        (r"\left[\ln a, \ln b\right]", r"\left(a, b\right)"),
    ),
    "inequality that holds at a point": (
        Case(
            "sign-chart",
            _inequality(r"(x - a)^2 (x - b) \ge 0"),
            r"\{a\} \cup \left[b, \infty\right)",
            AB,
        ),
        (r"\left[b, \infty\right)", r"\left[a, \infty\right)"),
    ),
    "inequality that never holds": (
        Case("sign-chart", _inequality("x^2 + a^2 < 0"), r"\emptyset", A),
        ("A",),
    ),
    "inequality that always holds": (
        Case("sign-chart", _inequality("x^2 + a^2 > 0"), r"\mathbb{R}", A),
        (r"\left(0, \infty\right)",),
    ),
    "rewritten inequality": (
        Case(
            "sign-chart-of-reduced-form",
            _inequality(r"x^2 \left(\tanh^2(x) + \frac{1}{\cosh^2(x)}\right) < a^2"),
            r"\left(-a, a\right)",
            A,
        ),
        (r"\left[-a, a\right]",),
    ),
    "inequality with a logarithm": (
        Case("sampled-signs", _inequality(r"\ln(x - a) \le b"), r"\left(a, a + e^b\right]", A),
        (r"\left(a, a + e^b\right)", r"\left(-\infty, a + e^b\right]", r"\left(a, a + b\right]"),
    ),
    "differential system": (
        Case(
            "system-residual",
            _differential(["x' = -a y", "y' = a x"], ["x(0) = b", "y(0) = 1"]),
            r"\left(b \cos(a t) - \sin(a t), b \sin(a t) + \cos(a t)\right)",
            A,
        ),
        (
            r"\left(b \cos(a t) + \sin(a t), b \sin(a t) + \cos(a t)\right)",
            r"\left(b \sin(a t) + \cos(a t), b \cos(a t) - \sin(a t)\right)",
            r"\left(b \cos(a t) - 2 \sin(a t), b \sin(a t) + 2 \cos(a t)\right)",
            r"b \cos(a t)",
        ),
    ),
    "differential system of second order": (
        Case(
            "system-residual",
            _differential(
                ["x'' = -a^2 x", "y' = x", "z' = y + z'' - z''"],
                ["x(0) = 0", "x'(0) = a", "y(0) = 0", "z(0) = 0"],
                "xyz",
            ),
            r"\left(\sin(a t), \frac{1 - \cos(a t)}{a}, \frac{t}{a} - \frac{\sin(a t)}{a^2}\right)",
            A,
        ),
        (r"\left(\sin(a t), -\frac{\cos(a t)}{a}, \frac{t}{a} - \frac{\sin(a t)}{a^2}\right)",),
    ),
}
"""A case, and wrong answers to it."""
