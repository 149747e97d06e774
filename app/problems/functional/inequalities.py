"""Abstractions of inequalities and optimisation: intervals, extreme values, the best whole numbers."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt
from typing import Final

import sympy
from sympy import Rational, sqrt

from app.problems.functional.base import Abstraction, Exact, Values, latex
from app.problems.functional.domains import Domains, OneOf, Several, Whole

TOPIC: Final = "inequalities and optimisation"
X: Final = sympy.Symbol("x")


class QuadraticInequality(Abstraction):
    id = "quadratic-inequality"
    title = "Where a parabola lies below a line"
    topic = TOPIC
    level = 1
    answer_kind = "interval"
    derivation = "Bring all to one side; a parabola that opens upwards is at most 0 between its roots."
    original = Values(a=1, b=-3, c=-5, m=2, n=1)
    original_answer = r"\left[-1, 6\right]"
    domains = Domains(a=Whole(1, 5), b=Whole(-15, 15), c=Whole(-40, 30), m=Whole(-9, 9), n=Whole(-20, 20))
    phrasings = (
        "Solve the inequality ${left} \\le {right}$ over the real numbers. Give the set of solutions as an "
        "interval.",
        "For which real $x$ is the graph of $y = {left}$ not above the line $y = {right}$? Answer with an "
        "interval.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"left": latex(v.a * X**2 + v.b * X + v.c), "right": latex(v.m * X + v.n)}

    def well_posed(self, v: Values) -> bool:
        """The two ends are different rational numbers."""
        square = (v.b - v.m) ** 2 - 4 * v.a * (v.c - v.n)
        return bool(v.m != 0 and v.n != v.m and square > 0 and isqrt(square) ** 2 == square)

    def solve(self, v: Values) -> Exact:
        b, c = v.b - v.m, v.c - v.n
        root = sqrt(b**2 - 4 * v.a * c)
        return sympy.Interval((-b - root) / (2 * v.a), (-b + root) / (2 * v.a))

    def check(self, v: Values) -> Exact:
        """The rational ends have a denominator that divides 2a: tries all of them."""
        tried = (Fraction(k, 2 * v.a) for k in range(-200 * v.a, 200 * v.a + 1))
        low, high = (x for x in tried if v.a * x**2 + v.b * x + v.c == v.m * x + v.n)
        return sympy.Interval(Rational(low), Rational(high))


class FenceAgainstWall(Abstraction):
    id = "fence-against-wall"
    title = "The largest pen against a wall, with partitions"
    topic = TOPIC
    level = 2
    derivation = "With k fences of length x across and one along, x(L − kx) is greatest at x = L/(2k)."
    original = Values(length=120, partitions=2, wall=500)
    original_answer = "900"
    domains = Domains(length=Whole(20, 800), partitions=Whole(1, 8), wall=Whole(500, 900))
    distractors = ("wall",)
    phrasings = (
        "A farmer has ${length}$ m of fence. With it she makes a rectangular pen along a straight wall that "
        "is ${wall}$ m long (no fence is needed along the wall), and divides the pen by ${partitions}$ "
        "inner {fences} at right angles to the wall. What is the greatest possible area of the whole pen, "
        "in square metres? Give the exact value.",
        "Along a straight river bank, ${wall}$ m long and needing no fence, a rectangular field is fenced "
        "off and split into ${parts}$ parts by {fences} perpendicular to the bank. In all ${length}$ m of "
        "fence are used. Find the exact greatest area of the field in m$^2$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "fences": "fence" if v.partitions == 1 else "fences", "parts": v.partitions + 1}

    def well_posed(self, v: Values) -> bool:
        """The wall is long enough for any pen that can be made."""
        return bool(v.length <= v.wall)

    def solve(self, v: Values) -> Exact:
        return Fraction(v.length**2, 4 * (v.partitions + 2))

    def check(self, v: Values) -> Exact:
        """The value at the point where the derivative vanishes."""
        area = X * (v.length - (v.partitions + 2) * X)
        (best,) = sympy.solve(sympy.diff(area, X), X)
        return area.subs(X, best)


class LeastOfSumAndReciprocal(Abstraction):
    id = "least-of-sum-and-reciprocal"
    title = "The least value of a linear term and a fraction"
    topic = TOPIC
    level = 2
    derivation = (
        "It is a(x + c) + k/(x + c) + e − ac, least where the first two terms are equal: 2√(ak) + e − ac."
    )
    original = Values(a=1, e=-1, k=9, c=1)
    original_answer = "4"
    domains = Domains(a=Whole(1, 12), e=Whole(-20, 20), k=Whole(2, 50), c=Whole(-6, 9))
    phrasings = (
        "Find the exact minimum of ${function}$ over all real $x > {least}$.",
        "For real $x > {least}$, what is the smallest value that ${function}$ takes? Give it exactly.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        whole, denominator = latex(v.a * X + v.e), latex(X + v.c)
        return {"function": f"{whole} + \\frac{{{v.k}}}{{{denominator}}}", "least": -v.c}

    def well_posed(self, v: Values) -> bool:
        return bool(v.e != 0 and v.c != 0)

    def solve(self, v: Values) -> Exact:
        return 2 * sqrt(v.a * v.k) + v.e - v.a * v.c

    def check(self, v: Values) -> Exact:
        """The values m that are taken: (ax + e − m)(x + c) + k = 0 has a double root at the least."""
        m = sympy.Symbol("m")
        equation = sympy.expand((v.a * X + v.e - m) * (X + v.c) + v.k)
        _, p, q = sympy.Poly(sympy.discriminant(equation, X), m).monic().all_coeffs()
        return (-p + sqrt(p**2 - 4 * q)) / 2


class LinearOnEllipse(Abstraction):
    id = "linear-on-ellipse"
    title = "The greatest value of a linear function on an ellipse"
    topic = TOPIC
    level = 3
    derivation = "Cauchy–Schwarz: (ax + by)² ≤ (a²/p + b²/q)(px² + qy²), with equality somewhere."
    original = Values(a=3, b=4, p=1, q=4, r=26)
    original_answer = r"13 \sqrt{2}"
    domains = Domains(a=Whole(1, 12), b=Whole(1, 12), p=Whole(1, 9), q=Whole(1, 9), r=Whole(2, 60))
    phrasings = (
        "Real numbers $x$ and $y$ satisfy ${ellipse} = {r}$. What is the exact maximum of ${linear}$?",
        "Find the largest value of ${linear}$ among all points $(x, y)$ of the curve ${ellipse} = {r}$. "
        "Give it exactly.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        y = sympy.Symbol("y")
        return {"ellipse": latex(v.p * X**2 + v.q * y**2), "linear": latex(v.a * X + v.b * y), "r": v.r}

    def well_posed(self, v: Values) -> bool:
        return bool(gcd(v.a, v.b) == 1 and gcd(v.p, v.q, v.r) == 1)

    def solve(self, v: Values) -> Exact:
        return sqrt(v.r * (Rational(v.a**2, v.p) + Rational(v.b**2, v.q)))

    def check(self, v: Values) -> Exact:
        """The line ax + by = m touches the ellipse: the discriminant in x vanishes."""
        m = sympy.Symbol("m", positive=True)
        touching = sympy.expand((v.p * X**2 - v.r) * v.b**2 + v.q * (m - v.a * X) ** 2)
        (greatest,) = sympy.solve(sympy.discriminant(touching, X), m)
        return greatest


class BestPurchase(Abstraction):
    id = "best-purchase"
    title = "The most valuable load"
    topic = TOPIC
    level = 2
    derivation = "For each number of the first kind take as many of the second as still fit, and compare."
    original = Values(weight_a=5, value_a=9, weight_b=7, value_b=13, capacity=38)
    original_answer = "70"
    domains = Domains(
        weight_a=Whole(3, 15),
        value_a=Whole(4, 40),
        weight_b=Whole(4, 19),
        value_b=Whole(5, 50),
        capacity=Whole(30, 160),
    )
    phrasings = (
        "A van may carry at most ${capacity}$ kg. There are crates A of ${weight_a}$ kg, worth ${value_a}$ "
        "dollars each, and crates B of ${weight_b}$ kg, worth ${value_b}$ dollars each, as many of both as "
        "one likes. What is the greatest total value, in dollars, of a load of whole crates?",
        "Let $x$ and $y$ be non-negative integers with ${weight_a}x + {weight_b}y \\le {capacity}$. Find "
        "the greatest possible value of ${value_a}x + {value_b}y$.",
    )

    def well_posed(self, v: Values) -> bool:
        """Neither kind alone makes a best load."""
        alone = max(v.capacity // v.weight_a * v.value_a, v.capacity // v.weight_b * v.value_b)
        return bool(v.weight_a < v.weight_b and v.value_a < v.value_b and self.solve(v) != alone)

    def solve(self, v: Values) -> Exact:
        return max(
            x * v.value_a + (v.capacity - x * v.weight_a) // v.weight_b * v.value_b
            for x in range(v.capacity // v.weight_a + 1)
        )

    def check(self, v: Values) -> Exact:
        """The best value within each weight, one crate more at a time."""
        best = [0] * (v.capacity + 1)
        for weight in range(1, v.capacity + 1):
            for own, value in ((v.weight_a, v.value_a), (v.weight_b, v.value_b)):
                if own <= weight:
                    best[weight] = max(best[weight], best[weight - own] + value)
        return best[v.capacity]


class IntegersWithSignedProduct(Abstraction):
    id = "integers-with-signed-product"
    title = "How many integers give a product its sign"
    topic = TOPIC
    level = 2
    derivation = (
        "The sign changes at each root: negative below the first and between the others, positive elsewhere."
    )
    original = Values(roots=(-3, 2, 7), low=-20, high=20, sign="negative")
    original_answer = "21"
    domains = Domains(
        roots=Several(Whole(-14, 19), 3, 3, distinct=True),
        low=Whole(-60, -15),
        high=Whole(20, 60),
        sign=OneOf("negative", "positive"),
    )
    phrasings = (
        "How many integers $x$ with ${low} \\le x \\le {high}$ satisfy ${product} {relation} 0$?",
        "Among the integers $x$ from ${low}$ to ${high}$ (both included), for how many is the product "
        "${product}$ {sign}?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        factors = ["x" if root == 0 else f"({latex(X - root)})" for root in v.roots]
        return {**v, "product": "".join(factors), "relation": "<" if v.sign == "negative" else ">"}

    def solve(self, v: Values) -> Exact:
        first, second, third = v.roots
        if v.sign == "negative":
            return int(first - v.low + third - second - 1)
        return int(second - first - 1 + v.high - third)

    def check(self, v: Values) -> Exact:
        p, q, r = v.roots
        sign = -1 if v.sign == "negative" else 1
        return sum(sign * (x - p) * (x - q) * (x - r) > 0 for x in range(v.low, v.high + 1))


ABSTRACTIONS: Final = (
    QuadraticInequality(),
    FenceAgainstWall(),
    LeastOfSumAndReciprocal(),
    LinearOnEllipse(),
    BestPurchase(),
    IntegersWithSignedProduct(),
)
