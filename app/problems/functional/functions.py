"""Abstractions of functions and polynomials: remainders, coefficients, inverses, iterates."""

from __future__ import annotations

from fractions import Fraction
from math import comb, gcd
from typing import Final

import sympy
from sympy import Rational, sqrt

from app.problems.functional.base import Abstraction, Exact, Values, latex
from app.problems.functional.domains import Domains, Whole

TOPIC: Final = "functions and polynomials"
X: Final = sympy.Symbol("x")


class RemainderByProduct(Abstraction):
    id = "remainder-by-product"
    title = "The remainder by a product of linear factors"
    topic = TOPIC
    level = 2
    answer_kind = "expression"
    variables = ("x",)
    derivation = "The remainder is linear and takes the given values at a and b: the line through two points."
    original = Values(a=1, r=3, b=3, s=7)
    original_answer = "2 x + 1"
    domains = Domains(a=Whole(-12, 12), r=Whole(-40, 40), b=Whole(-11, 15), s=Whole(-40, 60))
    phrasings = (
        "When a polynomial $P(x)$ is divided by ${first}$, the remainder is ${r}$; when it is divided by "
        "${second}$, the remainder is ${s}$. Find the remainder of $P(x)$ on division by "
        "$({first})({second})$, as an expression in $x$.",
        "A polynomial $P$ satisfies $P({a}) = {r}$ and $P({b}) = {s}$. Which polynomial in $x$ is the "
        "remainder when $P(x)$ is divided by $({first})({second})$?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "first": latex(X - v.a), "second": latex(X - v.b)}

    def well_posed(self, v: Values) -> bool:
        return bool(v.a < v.b and v.a != 0 and v.b != 0 and v.r != v.s)

    def solve(self, v: Values) -> Exact:
        slope = Rational(v.s - v.r, v.b - v.a)
        return sympy.expand(slope * (X - v.a) + v.r)

    def check(self, v: Values) -> Exact:
        """Divides one polynomial of degree four that has these values."""
        c0, c1 = sympy.symbols("c0 c1")
        some = X**4 - 3 * X**3 + c1 * X + c0
        values = sympy.solve([some.subs(X, v.a) - v.r, some.subs(X, v.b) - v.s], [c0, c1])
        return sympy.rem(some.subs(values), sympy.expand((X - v.a) * (X - v.b)), X)


class MoebiusInverse(Abstraction):
    id = "moebius-inverse"
    title = "The inverse of a fraction of linear functions"
    topic = TOPIC
    level = 1
    derivation = "From y = (ax + b)/(cx + d): x = (dy − b)/(a − cy)."
    original = Values(a=2, b=3, c=1, d=-4, y=5)
    original_answer = r"\frac{23}{3}"
    domains = Domains(a=Whole(-9, 9), b=Whole(-12, 12), c=Whole(1, 9), d=Whole(-12, 12), y=Whole(-12, 12))
    phrasings = (
        "Let $f(x) = {function}$. Find the exact value of $f^{{-1}}({y})$.",
        "The function $f(x) = {function}$ is one-to-one on its domain. For which $x$ is $f(x) = {y}$?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"function": f"\\frac{{{latex(v.a * X + v.b)}}}{{{latex(v.c * X + v.d)}}}", "y": v.y}

    def well_posed(self, v: Values) -> bool:
        """Not constant, no common factor, and the value is taken."""
        together = gcd(v.a, v.b, v.c, v.d) == 1
        return bool(together and v.a * v.b * v.d != 0 and v.a * v.d != v.b * v.c and v.a != v.c * v.y)

    def solve(self, v: Values) -> Exact:
        return Fraction(v.d * v.y - v.b, v.a - v.c * v.y)

    def check(self, v: Values) -> Exact:
        return sympy.FiniteSet(*sympy.solve((v.a * X + v.b) / (v.c * X + v.d) - v.y, X)).args[0]


class IteratedLinear(Abstraction):
    id = "iterated-linear"
    title = "A linear function applied many times"
    topic = TOPIC
    level = 2
    answer_kind = "expression"
    variables = ("x",)
    derivation = "About the fixed point p = b/(1 − a) it is multiplication by a, so fⁿ(x) = aⁿ(x − p) + p."
    original = Values(a=2, b=3, times=5)
    original_answer = "32 x + 93"
    domains = Domains(a=Whole(-5, 6), b=Whole(-12, 12), times=Whole(3, 7))
    phrasings = (
        "Let $f(x) = {function}$. Write $f(f(\\dots f(x) \\dots))$, where $f$ is applied ${times}$ times in "
        "all, in the form $mx + n$.",
        "For $f(x) = {function}$ define $f_1 = f$ and $f_{{n+1}}(x) = f(f_n(x))$. Find $f_{{{times}}}(x)$ "
        "as an expanded expression in $x$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"function": latex(v.a * X + v.b), "times": v.times}

    def well_posed(self, v: Values) -> bool:
        return bool(v.a not in (-1, 0, 1) and v.b != 0)

    def solve(self, v: Values) -> Exact:
        fixed = Rational(v.b, 1 - v.a)
        return sympy.expand(v.a**v.times * (X - fixed) + fixed)

    def check(self, v: Values) -> Exact:
        value = X
        for _ in range(v.times):
            value = sympy.expand(v.a * value + v.b)
        return value


class ReflectedFunctionalEquation(Abstraction):
    id = "reflected-functional-equation"
    title = "A functional equation with a reflection"
    topic = TOPIC
    level = 3
    derivation = "Put x and s − x: two linear equations for f(x) and f(s − x)."
    original = Values(p=2, q=1, s=1, m=3, at=4)
    original_answer = r"\frac{56}{3}"
    domains = Domains(p=Whole(2, 9), q=Whole(1, 8), s=Whole(1, 9), m=Whole(1, 9), at=Whole(-9, 12))
    phrasings = (
        "A function $f$ satisfies ${p_f}f(x) + {q_f}f({s} - x) = {right}$ for all real $x$. Find the exact "
        "value of $f({at})$.",
        "For every real number $x$, ${p_f}f(x) + {q_f}f({s} - x) = {right}$. What is $f({at})$ exactly?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {
            "p_f": v.p,
            "q_f": "" if v.q == 1 else v.q,
            "s": v.s,
            "right": latex(X**2 + v.m * X),
            "at": v.at,
        }

    def well_posed(self, v: Values) -> bool:
        return bool(v.p != v.q and 2 * v.at != v.s)

    def solve(self, v: Values) -> Exact:
        here, there = v.at**2 + v.m * v.at, (v.s - v.at) ** 2 + v.m * (v.s - v.at)
        return Fraction(v.p * here - v.q * there, v.p**2 - v.q**2)

    def check(self, v: Values) -> Exact:
        """A quadratic polynomial with three unknown coefficients, compared in x."""
        coefficients = sympy.symbols("c0 c1 c2")

        def f(x: sympy.Expr) -> sympy.Expr:
            return sum(c * x**k for k, c in enumerate(coefficients))

        difference = sympy.expand(v.p * f(X) + v.q * f(v.s - X) - X**2 - v.m * X)
        found = sympy.solve(sympy.Poly(difference, X).coeffs(), coefficients)
        return f(sympy.Integer(v.at)).subs(found)


class CoefficientOfProduct(Abstraction):
    id = "coefficient-of-product"
    title = "A coefficient in a product of powers"
    topic = TOPIC
    level = 2
    derivation = "Binomial theorem for both factors; sum over the ways to split the exponent."
    original = Values(a=2, m=5, b=-1, n=4, k=3)
    original_answer = "-24"
    domains = Domains(a=Whole(-5, 6), m=Whole(3, 12), b=Whole(-5, 6), n=Whole(2, 10), k=Whole(2, 9))
    phrasings = (
        "Find the coefficient of $x^{{{k}}}$ in the expansion of $({first})^{{{m}}}({second})^{{{n}}}$.",
        "When $({first})^{{{m}}} \\cdot ({second})^{{{n}}}$ is multiplied out and like terms are collected, "
        "what is the coefficient of $x^{{{k}}}$?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"first": _one_plus(v.a), "second": _one_plus(v.b), "m": v.m, "n": v.n, "k": v.k}

    def well_posed(self, v: Values) -> bool:
        return bool(v.a * v.b != 0 and v.a != v.b and v.k < v.m + v.n)

    def solve(self, v: Values) -> Exact:
        terms = range(max(0, v.k - v.n), min(v.k, v.m) + 1)
        return sum(comb(v.m, i) * v.a**i * comb(v.n, v.k - i) * v.b ** (v.k - i) for i in terms)

    def check(self, v: Values) -> Exact:
        product = [1] + [0] * v.k
        for factor in [v.a] * v.m + [v.b] * v.n:
            product = [product[i] + (factor * product[i - 1] if i else 0) for i in range(v.k + 1)]
        return product[v.k]


def _one_plus(factor: int) -> str:
    size = "" if abs(factor) == 1 else abs(factor)
    return f"1 {'+' if factor > 0 else '-'} {size}x"


class EvenCoefficients(Abstraction):
    id = "even-coefficients"
    title = "The sum of the coefficients of even powers"
    topic = TOPIC
    level = 3
    derivation = "P(1) is the sum of all coefficients and P(−1) that with odd ones negative: half their sum."
    original = Values(a=1, b=2, c=3, n=4)
    original_answer = "656"
    domains = Domains(a=Whole(1, 6), b=Whole(-7, 7), c=Whole(-6, 6), n=Whole(3, 10))
    phrasings = (
        "The polynomial $({inner})^{{{n}}}$ is expanded and like terms are collected. What is the sum of "
        "the coefficients of all even powers of $x$, the constant term included?",
        "Let $({inner})^{{{n}}} = a_0 + a_1x + a_2x^2 + \\dots + a_{{{degree}}}x^{{{degree}}}$. Compute "
        "$a_0 + a_2 + a_4 + \\dots + a_{{{degree}}}$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"inner": latex(v.a * X**2 + v.b * X + v.c), "n": v.n, "degree": 2 * v.n}

    def well_posed(self, v: Values) -> bool:
        return bool(v.b * v.c != 0)

    def solve(self, v: Values) -> Exact:
        return int(((v.a + v.b + v.c) ** v.n + (v.a - v.b + v.c) ** v.n) // 2)

    def check(self, v: Values) -> Exact:
        expanded = sympy.Poly(v.a * X**2 + v.b * X + v.c, X) ** int(v.n)
        return sum((c for (power,), c in expanded.terms() if power % 2 == 0), sympy.S.Zero)


class ParabolaChord(Abstraction):
    id = "parabola-chord"
    title = "The chord that a line cuts from a parabola"
    topic = TOPIC
    level = 2
    derivation = (
        "The abscissae differ by √(discriminant)/a, and along a line of slope m lengths grow by √(1 + m²)."
    )
    original = Values(a=1, b=0, m=1, n=6)
    original_answer = r"5 \sqrt{2}"
    domains = Domains(a=Whole(1, 4), b=Whole(-9, 9), m=Whole(-6, 6), n=Whole(-12, 40))
    phrasings = (
        "The line $y = {line}$ meets the parabola $y = {parabola}$ in two points. Find the exact distance "
        "between them.",
        "What is the exact length of the chord that the line $y = {line}$ cuts off from the curve $y = "
        "{parabola}$?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"line": latex(v.m * X + v.n), "parabola": latex(v.a * X**2 + v.b * X)}

    def well_posed(self, v: Values) -> bool:
        return bool((v.m - v.b) ** 2 + 4 * v.a * v.n > 0 and v.m != 0 and v.n != 0)

    def solve(self, v: Values) -> Exact:
        return sqrt(((v.m - v.b) ** 2 + 4 * v.a * v.n) * (1 + v.m**2)) / v.a

    def check(self, v: Values) -> Exact:
        """The distance of the two points themselves."""
        one, other = sympy.roots(sympy.Poly(v.a * X**2 + (v.b - v.m) * X - v.n, X))
        across = sympy.expand((one - other) ** 2)
        up = sympy.expand((v.m * one - v.m * other) ** 2)
        return sqrt(across + up)


ABSTRACTIONS: Final = (
    RemainderByProduct(),
    MoebiusInverse(),
    IteratedLinear(),
    ReflectedFunctionalEquation(),
    CoefficientOfProduct(),
    EvenCoefficients(),
    ParabolaChord(),
)
