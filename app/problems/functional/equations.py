"""Abstractions of equations and systems: symmetric functions of roots, ages, tickets, logarithms."""

from __future__ import annotations

from itertools import product
from math import gcd, isqrt
from typing import Final

import sympy
from sympy import Rational, sqrt

from app.problems.functional.base import Abstraction, Exact, Values, latex, only, squarefree_part
from app.problems.functional.domains import Domains, Whole

TOPIC: Final = "equations"
X: Final = sympy.Symbol("x")


class RootPowers(Abstraction):
    id = "root-powers"
    title = "A symmetric function of the roots of a quadratic"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = "With s = r₁ + r₂ and p = r₁r₂: r₁³ + r₂³ = s³ − 3sp, and 1/r₁ + 1/r₂ = s/p."
    original = Values(a=1, b=-5, c=3)
    original_answer = r"\left(80, \frac{5}{3}\right)"
    domains = Domains(a=Whole(1, 6), b=Whole(-15, 15), c=Whole(-12, 12))
    phrasings = (
        "Let $r_1$ and $r_2$ be the (possibly complex) roots of ${polynomial} = 0$. Find the ordered pair "
        "$\\left(r_1^3 + r_2^3, \\frac{{1}}{{r_1}} + \\frac{{1}}{{r_2}}\\right)$ exactly.",
        "The equation ${polynomial} = 0$ has the roots $p$ and $q$ (complex numbers are allowed). Give the "
        "exact pair (sum of the cubes of the roots, sum of the reciprocals of the roots).",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"polynomial": latex(v.a * X**2 + v.b * X + v.c)}

    def well_posed(self, v: Values) -> bool:
        return bool(v.b != 0 and v.c != 0 and gcd(v.a, v.b, v.c) == 1 and v.b**2 != 4 * v.a * v.c)

    def solve(self, v: Values) -> Exact:
        s, p = Rational(-v.b, v.a), Rational(v.c, v.a)
        return sympy.Tuple(s**3 - 3 * s * p, s / p)

    def check(self, v: Values) -> Exact:
        """Traces of powers of the companion matrix."""
        companion = sympy.Matrix([[0, Rational(-v.c, v.a)], [1, Rational(-v.b, v.a)]])
        return sympy.Tuple((companion**3).trace(), companion.inv().trace())


class TicketSales(Abstraction):
    id = "ticket-sales"
    title = "Tickets at three prices"
    topic = TOPIC
    level = 1
    answer_kind = "tuple"
    derivation = (
        "Three linear equations for adults, children and pensioners; the relation of two removes one unknown."
    )
    original = Values(adult=12, child=7, senior=9, people=55, takings=530, ratio=2)
    original_answer = r"\left(25, 20, 10\right)"
    domains = Domains(
        adult=Whole(9, 25),
        child=Whole(3, 8),
        senior=Whole(5, 14),
        people=Whole(30, 300),
        takings=Whole(200, 5000),
        ratio=Whole(2, 4),
    )
    phrasings = (
        "Tickets cost ${adult}$ dollars for adults, ${child}$ dollars for children and ${senior}$ dollars "
        "for pensioners. ${people}$ tickets were sold for ${takings}$ dollars in all, and there were "
        "${ratio}$ times as many children as pensioners. Give the ordered triple (adults, children, "
        "pensioners).",
        "A theatre sold ${people}$ tickets and took ${takings}$ dollars. Adults paid ${adult}$, children "
        "${child}$ and pensioners ${senior}$ dollars each; the number of children was ${ratio}$ times the "
        "number of pensioners. How many of each came? Answer with the triple (adults, children, pensioners).",
    )

    def well_posed(self, v: Values) -> bool:
        """The pensioners come out as a whole positive number, and adults are left."""
        if not v.child < v.senior < v.adult:
            return False
        saved = v.adult * v.people - v.takings
        each = v.ratio * (v.adult - v.child) + v.adult - v.senior
        return bool(saved > 0 and saved % each == 0 and (v.ratio + 1) * (saved // each) < v.people)

    def solve(self, v: Values) -> Exact:
        saved = v.adult * v.people - v.takings
        seniors = saved // (v.ratio * (v.adult - v.child) + v.adult - v.senior)
        return sympy.Tuple(v.people - (v.ratio + 1) * seniors, v.ratio * seniors, seniors)

    def check(self, v: Values) -> Exact:
        def paid(seniors: int) -> int:
            children = v.ratio * seniors
            adults = v.people - children - seniors
            return int(v.adult * adults + v.child * children + v.senior * seniors)

        seniors = only(n for n in range(v.people // (v.ratio + 1) + 1) if paid(n) == v.takings)
        return sympy.Tuple(v.people - (v.ratio + 1) * seniors, v.ratio * seniors, seniors)


class AbsoluteValueEquation(Abstraction):
    id = "absolute-value-equation"
    title = "Distances to two points"
    topic = TOPIC
    level = 2
    answer_kind = "solution_set"
    derivation = (
        "Beyond both points the weighted sum of distances is linear; solve on each of the three pieces."
    )
    original = Values(left=1, right=5, weight=2, total=11)
    original_answer = r"\left\{0, \frac{22}{3}\right\}"
    domains = Domains(left=Whole(-12, 12), right=Whole(-11, 20), weight=Whole(2, 5), total=Whole(3, 60))
    phrasings = (
        "Find all real solutions of ${equation}$. Give the set of all solutions.",
        "For which real numbers $x$ is ${equation}$? Answer with the set of all such $x$.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"equation": f"{_distance(v.left)} + {v.weight}{_distance(v.right)} = {v.total}"}

    def well_posed(self, v: Values) -> bool:
        """There are two solutions: the total exceeds the least value, which is at the heavier point."""
        return bool(v.left < v.right and v.total > v.right - v.left)

    def trivial(self, v: Values, answer: sympy.Basic) -> bool:
        return False

    def solve(self, v: Values) -> Exact:
        a, b, w, total = v.left, v.right, v.weight, v.total
        left = Rational(a + w * b - total, 1 + w)
        between = Rational(w * b - a - total, w - 1)
        right = Rational(a + w * b + total, 1 + w)
        places = ((left, left <= a), (between, a < between < b), (right, right >= b))
        return sympy.FiniteSet(*(x for x, fits in places if fits))

    def check(self, v: Values) -> Exact:
        """Every choice of signs gives a candidate, which is put into the equation."""
        found = set()
        for one, other in product((1, -1), repeat=2):
            slope = one + v.weight * other
            x = Rational(v.total + one * v.left + v.weight * other * v.right, slope)
            if abs(x - v.left) + v.weight * abs(x - v.right) == v.total:
                found.add(x)
        return sympy.FiniteSet(*found)


def _distance(point: int) -> str:
    if point == 0:
        return "|x|"
    return f"|x {'-' if point > 0 else '+'} {abs(point)}|"


class RadicalEquation(Abstraction):
    id = "radical-equation"
    title = "A root equation with a false solution"
    topic = TOPIC
    level = 2
    derivation = (
        "Squaring gives x² − (2b + k)x + b² − a = 0; only a root with x ≥ b solves the equation itself."
    )
    original = Values(k=1, a=7, b=5)
    original_answer = "9"
    domains = Domains(k=Whole(1, 9), a=Whole(-40, 90), b=Whole(-12, 20))
    phrasings = (
        "Find the real number $x$ that satisfies $\\sqrt{{{inside}}} = {outside}$.",
        "Solve $\\sqrt{{{inside}}} = {outside}$ over the real numbers; there is exactly one solution.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"inside": latex(v.k * X + v.a), "outside": latex(X - v.b)}

    def well_posed(self, v: Values) -> bool:
        """One root of the squared equation is false; both are integers, and x is not alone on its side."""
        square = (2 * v.b + v.k) ** 2 - 4 * (v.b**2 - v.a)
        if v.a == 0 or v.b == 0 or square <= 0 or isqrt(square) ** 2 != square:
            return False
        low, high = 2 * v.b + v.k - isqrt(square), 2 * v.b + v.k + isqrt(square)
        return bool(low < 2 * v.b <= high and low % 2 == 0)

    def solve(self, v: Values) -> Exact:
        square = (2 * v.b + v.k) ** 2 - 4 * (v.b**2 - v.a)
        return Rational(2 * v.b + v.k + isqrt(square), 2)

    def check(self, v: Values) -> Exact:
        """With t for the root, t ≥ 0: x = t + b and t² = k(t + b) + a; tries every whole t."""
        t = only(t for t in range(1000) if t * t == v.k * (t + v.b) + v.a)
        return int(t + v.b)


class CubicInProgression(Abstraction):
    id = "cubic-in-progression"
    title = "A cubic whose roots are in arithmetic progression"
    topic = TOPIC
    level = 3
    derivation = "The middle root is a third of the sum, p/3; putting it in gives the constant term."
    original = Values(p=9, q=23)
    original_answer = "15"
    domains = Domains(p=Whole(-45, 45, 3), q=Whole(-80, 200))
    phrasings = (
        "The three roots of ${polynomial} = k$ are real and form an arithmetic progression. Find $k$.",
        "For one real number $k$ the equation ${polynomial} - k = 0$ has three real roots in arithmetic "
        "progression. Which $k$ is it?",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"polynomial": latex(X**3 - v.p * X**2 + v.q * X)}

    def well_posed(self, v: Values) -> bool:
        """The squared difference of the progression is positive."""
        return bool(v.p != 0 and v.q != 0 and v.p**2 > 3 * v.q)

    def solve(self, v: Values) -> Exact:
        middle = v.p // 3
        return int(middle**3 - v.p * middle**2 + v.q * middle)

    def check(self, v: Values) -> Exact:
        """From roots m − d, m, m + d: the sum of products in pairs gives d², and k is the product."""
        m, d, k = sympy.symbols("m d k")
        roots = (m - d, m, m + d)
        (middle,) = sympy.solve(sum(roots) - v.p, m)
        pairs = roots[0] * roots[1] + roots[1] * roots[2] + roots[2] * roots[0]
        (square,) = sympy.solve((sympy.expand(pairs).subs(m, middle) - v.q).subs(d**2, k), k)
        return sympy.expand(roots[0] * roots[1] * roots[2]).subs(d**2, square).subs(m, middle)


class LogarithmSum(Abstraction):
    id = "logarithm-sum"
    title = "Two logarithms with a given sum"
    topic = TOPIC
    level = 2
    derivation = "The sum is the logarithm of the product: x(x + a) = bᶜ, of which the positive root counts."
    original = Values(base=2, a=-4, c=5)
    original_answer = "8"
    domains = Domains(base=Whole(2, 7), a=Whole(-30, 30), c=Whole(2, 6))
    phrasings = (
        "Find the exact real solution $x$ of $\\log_{{{base}}} x + \\log_{{{base}}} ({sum}) = {c}$.",
        "For which real number $x$ do the logarithms of $x$ and of ${sum}$ to base ${base}$ have the sum "
        "${c}$? Give the exact value.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "sum": latex(X + v.a)}

    def well_posed(self, v: Values) -> bool:
        """The root is rational, or the root of a number of at most two digits."""
        return bool(v.a != 0 and squarefree_part(v.a**2 + 4 * v.base**v.c) < 100)

    def solve(self, v: Values) -> Exact:
        return (-v.a + sqrt(v.a**2 + 4 * v.base**v.c)) / 2

    def check(self, v: Values) -> Exact:
        """The one root of the equation without logarithms at which both logarithms exist."""
        roots = sympy.roots(sympy.Poly(X * (X + v.a) - v.base**v.c, X))
        return only(x for x in roots if x.is_positive and (x + v.a).is_positive)


class SumAndSumOfSquares(Abstraction):
    id = "sum-and-sum-of-squares"
    title = "Two numbers from their sum and sum of squares"
    topic = TOPIC
    level = 2
    answer_kind = "solution_set"
    derivation = "xy = (s² − q)/2, so x and y are the roots of t² − st + xy = 0, in either order."
    original = Values(s=4, q=10)
    original_answer = r"\left\{\left(1, 3\right), \left(3, 1\right)\right\}"
    domains = Domains(s=Whole(-20, 40), q=Whole(2, 900))
    phrasings = (
        "Find all ordered pairs $(x, y)$ of real numbers with $x + y = {s}$ and $x^2 + y^2 = {q}$. Give the "
        "set of all such pairs.",
        "Solve the system $x + y = {s}$, $x^2 + y^2 = {q}$ over the real numbers; answer with the set of "
        "all solutions $(x, y)$.",
    )

    def well_posed(self, v: Values) -> bool:
        """Two different real numbers, rational or with a root of a small number."""
        square = 2 * v.q - v.s**2
        return bool(square > 0 and squarefree_part(square) < 40)

    def solve(self, v: Values) -> Exact:
        root = sqrt(2 * v.q - v.s**2)
        x, y = (v.s + root) / 2, (v.s - root) / 2
        return sympy.FiniteSet(sympy.Tuple(x, y), sympy.Tuple(y, x))

    def check(self, v: Values) -> Exact:
        x = sympy.Symbol("x")
        roots = sympy.roots(sympy.Poly(x**2 + (v.s - x) ** 2 - v.q, x))
        return sympy.FiniteSet(*(sympy.Tuple(root, sympy.expand(v.s - root)) for root in roots))


class Ages(Abstraction):
    id = "ages"
    title = "Ages then and now"
    topic = TOPIC
    level = 1
    answer_kind = "tuple"
    derivation = "Two linear equations: a − p = k(b − p) and a + f = m(b + f)."
    original = Values(past=4, then=6, future=8, later=3)
    original_answer = r"\left(52, 12\right)"
    domains = Domains(past=Whole(1, 60), then=Whole(3, 12), future=Whole(1, 90), later=Whole(2, 8))
    phrasings = (
        "{past_years} ago an oak was ${then}$ times as old as a lime tree. In {future_years} it will be "
        "${later}$ times as old as the lime tree. Give the ordered pair (age of the oak now, age of the "
        "lime tree now) in years.",
        "House A was ${then}$ times as old as house B {past_years} ago, and it will be ${later}$ times as "
        "old as house B in {future_years}. Find the pair (present age of A, present age of B), in years.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        def years(number: int) -> str:
            return f"${number}$ year" + ("s" if number > 1 else "")

        return {**v, "past_years": years(v.past), "future_years": years(v.future)}

    def well_posed(self, v: Values) -> bool:
        """Both ages are whole numbers, none above six hundred years."""
        if v.later >= v.then or (v.later - 1) * (v.past + v.future) % (v.then - v.later):
            return False
        younger = (v.later - 1) * (v.past + v.future) // (v.then - v.later)
        return bool(v.then * younger + v.past <= 600)

    def solve(self, v: Values) -> Exact:
        younger = (v.later - 1) * (v.past + v.future) // (v.then - v.later)
        return sympy.Tuple(v.past + v.then * younger, v.past + younger)

    def check(self, v: Values) -> Exact:
        younger = only(
            b
            for b in range(v.past + 1, 601)
            if v.past + v.then * (b - v.past) == v.later * (b + v.future) - v.future
        )
        return sympy.Tuple(v.past + v.then * (younger - v.past), younger)


ABSTRACTIONS: Final = (
    RootPowers(),
    TicketSales(),
    AbsoluteValueEquation(),
    RadicalEquation(),
    CubicInProgression(),
    LogarithmSum(),
    SumAndSumOfSquares(),
    Ages(),
)
