"""Abstractions of sequences: arithmetic, geometric, periodic, recurrent, or given by first terms."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values, latex
from app.problems.functional.domains import Domains, OneOf, Several, Whole

TOPIC: Final = "sequences"


class ArithmeticFromTwoTerms(Abstraction):
    id = "arithmetic-from-two-terms"
    title = "A sum of an arithmetic sequence known by two terms"
    topic = TOPIC
    level = 1
    derivation = (
        "The difference is (y − x)/(j − i); the first n terms sum to n times the mean of first and last."
    )
    original = Values(i=3, x=11, j=8, y=31, count=20)
    original_answer = "820"
    domains = Domains(i=Whole(2, 9), x=Whole(-30, 60), j=Whole(6, 20), y=Whole(-60, 200), count=Whole(10, 80))
    phrasings = (
        "In an arithmetic sequence the {i_th} term is ${x}$ and the {j_th} term is ${y}$. Find the sum of "
        "the first ${count}$ terms.",
        "An arithmetic sequence $a_1, a_2, a_3, \\dots$ has $a_{{{i}}} = {x}$ and $a_{{{j}}} = {y}$. Compute "
        "$a_1 + a_2 + \\dots + a_{{{count}}}$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "i_th": ordinal(v.i), "j_th": ordinal(v.j)}

    def well_posed(self, v: Values) -> bool:
        return bool(v.i < v.j and v.x != v.y and (v.y - v.x) % (v.j - v.i) == 0)

    def solve(self, v: Values) -> Exact:
        step = (v.y - v.x) // (v.j - v.i)
        first = v.x - (v.i - 1) * step
        return int(v.count * (2 * first + (v.count - 1) * step) // 2)

    def check(self, v: Values) -> Exact:
        """Each term by interpolation between the two that are given."""
        terms = (v.x + Fraction((v.y - v.x) * (n - v.i), v.j - v.i) for n in range(1, v.count + 1))
        return sum(terms, Fraction(0))


class BouncingBall(Abstraction):
    id = "bouncing-ball"
    title = "How far a ball travels in all"
    topic = TOPIC
    level = 2
    derivation = "Down h, then up and down h·r, h·r², …: h + 2hr/(1 − r)."
    original = Values(height=10, p=3, q=5)
    original_answer = "40"
    domains = Domains(height=Whole(2, 120), p=Whole(1, 11), q=Whole(2, 12))
    phrasings = (
        "A ball is dropped from a height of ${height}$ m. After each bounce it rises to "
        "$\\frac{{{p}}}{{{q}}}$ of the height from which it last fell. If it bounces for ever, what total "
        "distance does it travel, in metres? Give the exact value.",
        "Dropped from ${height}$ m, a ball always rebounds to $\\frac{{{p}}}{{{q}}}$ of its previous "
        "height. Find the exact total length of its path (down and up, infinitely many bounces) in metres.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.p < v.q and sympy.gcd(v.p, v.q) == 1)

    def solve(self, v: Values) -> Exact:
        ratio = Fraction(v.p, v.q)
        return v.height + 2 * v.height * ratio / (1 - ratio)

    def check(self, v: Values) -> Exact:
        """The path D(h) is proportional to h, and D(h) = h + rh + D(rh)."""
        d = sympy.Symbol("d")
        ratio = sympy.Rational(v.p, v.q)
        (per_metre,) = sympy.solve(sympy.Eq(d, 1 + ratio + ratio * d), d)
        return per_metre * v.height


class LinearRecurrenceRemainder(Abstraction):
    id = "linear-recurrence-remainder"
    title = "The remainder of a far term of a recurrence"
    topic = TOPIC
    level = 3
    derivation = "aₙ = pⁿ⁻¹a₁ + q(pⁿ⁻¹ − 1)/(p − 1); find the power modulo m(p − 1) by repeated squaring."
    domains = Domains(
        first=Whole(1, 9),
        factor=Whole(2, 9),
        shift=Whole(1, 9),
        place=Whole(50, 2000),
        modulus=Whole(11, 101),
    )
    original = Values(first=1, factor=3, shift=2, place=101, modulus=13)
    original_answer = "5"
    phrasings = (
        "A sequence is defined by $a_1 = {first}$ and $a_{{n+1}} = {factor}a_n + {shift}$ for $n \\ge 1$. "
        "What is the remainder when $a_{{{place}}}$ is divided by ${modulus}$?",
        "Let $a_1 = {first}$, and let each further term be ${factor}$ times the term before it plus "
        "${shift}$. Find the remainder of $a_{{{place}}}$ on division by ${modulus}$.",
    )

    def solve(self, v: Values) -> Exact:
        power = pow(v.factor, v.place - 1, v.modulus * (v.factor - 1))
        return int((power * v.first + v.shift * ((power - 1) // (v.factor - 1))) % v.modulus)

    def check(self, v: Values) -> Exact:
        term = v.first
        for _ in range(v.place - 1):
            term = (v.factor * term + v.shift) % v.modulus
        return int(term)


class PeriodicMap(Abstraction):
    id = "periodic-map"
    title = "A sequence that comes back after three steps"
    topic = TOPIC
    level = 2
    derivation = "x ↦ 1/(1 − x) has period 3, so only the remainder of the number of terms by 3 matters."
    original = Values(p=3, q=1, count=100)
    original_answer = r"\frac{215}{2}"
    domains = Domains(p=Whole(-15, 15), q=Whole(1, 12), count=Whole(20, 3000))
    phrasings = (
        "A sequence has $x_1 = {start}$ and $x_{{n+1}} = \\frac{{1}}{{1 - x_n}}$ for $n \\ge 1$. Find the "
        "exact value of $x_1 + x_2 + \\dots + x_{{{count}}}$.",
        "Starting from $x_1 = {start}$, each term of a sequence is followed by $\\frac{{1}}{{1 - x}}$, "
        "where $x$ is that term. What is the sum of the first ${count}$ terms? Give the exact value.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"start": latex(sympy.Rational(v.p, v.q)), "count": v.count}

    def well_posed(self, v: Values) -> bool:
        """The start is in lowest terms, and neither 0 nor 1 ever occurs."""
        return bool(v.p != 0 and v.p != v.q and sympy.gcd(v.p, v.q) == 1)

    def solve(self, v: Values) -> Exact:
        x = Fraction(v.p, v.q)
        cycle = [x, 1 / (1 - x), 1 - 1 / x]
        rounds, rest = divmod(v.count, 3)
        return rounds * sum(cycle) + sum(cycle[:rest])

    def check(self, v: Values) -> Exact:
        x, total = Fraction(v.p, v.q), Fraction(0)
        for _ in range(v.count):
            total += x
            x = 1 / (1 - x)
        return total


class ConstantSecondDifferences(Abstraction):
    id = "constant-second-differences"
    title = "A later term of a quadratic sequence"
    topic = TOPIC
    level = 2
    derivation = "Newton's forward formula: a₁ + C(n−1, 1)·Δ + C(n−1, 2)·Δ²."
    original = Values(a=2, b=5, c=10, place=30)
    original_answer = "901"
    domains = Domains(a=Whole(-20, 30), b=Whole(-20, 50), c=Whole(-30, 90), place=Whole(10, 120))
    phrasings = (
        "A sequence begins ${a}, {b}, {c}, \\dots$, and the differences between neighbouring terms "
        "themselves form an arithmetic sequence. What is the {place_th} term?",
        "The $n$-th term of a sequence is a polynomial in $n$ of degree at most $2$. Its first three terms "
        "are ${a}$, ${b}$ and ${c}$. Find its {place_th} term.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "place_th": ordinal(v.place)}

    def well_posed(self, v: Values) -> bool:
        return bool(v.a - 2 * v.b + v.c != 0)

    def solve(self, v: Values) -> Exact:
        n = v.place - 1
        return int(v.a + n * (v.b - v.a) + n * (n - 1) // 2 * (v.a - 2 * v.b + v.c))

    def check(self, v: Values) -> Exact:
        term, difference = v.a, v.b - v.a
        for _ in range(v.place - 1):
            term, difference = term + difference, difference + v.a - 2 * v.b + v.c
        return int(term)


class FibonacciLikeSum(Abstraction):
    id = "fibonacci-like-sum"
    title = "The sum of a sequence that adds its last two terms"
    topic = TOPIC
    level = 2
    derivation = (
        "Summing aₖ = aₖ₊₂ − aₖ₊₁ telescopes: a₁ + … + aₙ = aₙ₊₂ − a₂, with aₙ from Fibonacci's numbers."
    )
    original = Values(first=1, second=3, count=10)
    original_answer = "319"
    domains = Domains(first=Whole(1, 40), second=Whole(1, 40), count=Whole(8, 30))
    phrasings = (
        "The first two terms of a sequence are ${first}$ and ${second}$; every later term is the sum of the "
        "two terms before it. Find the sum of the first ${count}$ terms.",
        "Let $a_1 = {first}$, $a_2 = {second}$ and $a_n = a_{{n-1}} + a_{{n-2}}$ for $n \\ge 3$. Compute "
        "$a_1 + a_2 + \\dots + a_{{{count}}}$.",
    )

    def solve(self, v: Values) -> Exact:
        n = v.count
        last = v.first * int(sympy.fibonacci(n)) + v.second * int(sympy.fibonacci(n + 1))
        return int(last - v.second)

    def check(self, v: Values) -> Exact:
        terms = [v.first, v.second]
        while len(terms) < v.count:
            terms.append(terms[-1] + terms[-2])
        return int(sum(terms))


class GeometricFromTwoSums(Abstraction):
    id = "geometric-from-two-sums"
    title = "A geometric series from its sum and the sum of its squares"
    topic = TOPIC
    level = 3
    answer_kind = "tuple"
    derivation = "S = a/(1−r) and Q = a²/(1−r²) give Q/S² = (1−r)/(1+r), a linear equation for r."
    original = Values(total=3, squares=3)
    original_answer = r"\left(\frac{3}{2}, \frac{1}{2}\right)"
    domains = Domains(total=Whole(2, 60), squares=Whole(2, 600))
    phrasings = (
        "An infinite geometric series with first term $a$ and common ratio $r$, $|r| < 1$, has the sum "
        "${total}$. The squares of its terms have the sum ${squares}$. Find the ordered pair $(a, r)$.",
        "For a real geometric series $a + ar + ar^2 + \\dots = {total}$ with $|r| < 1$ one knows that "
        "$a^2 + a^2r^2 + a^2r^4 + \\dots = {squares}$. Determine $(a, r)$.",
    )

    def well_posed(self, v: Values) -> bool:
        """The ratio is not 0, and has a small denominator."""
        ratio = Fraction(v.total**2 - v.squares, v.total**2 + v.squares)
        return bool(ratio != 0 and ratio.denominator <= 20)

    def solve(self, v: Values) -> Exact:
        ratio = sympy.Rational(v.total**2 - v.squares, v.total**2 + v.squares)
        return sympy.Tuple(v.total * (1 - ratio), ratio)

    def check(self, v: Values) -> Exact:
        a, r = sympy.symbols("a r")
        first = a - v.total * (1 - r)
        second = sympy.expand((a**2 - v.squares * (1 - r**2)).subs(a, v.total * (1 - r)))
        found = [root for root in sympy.roots(sympy.Poly(second, r)) if abs(root) < 1]
        (ratio,) = found
        return sympy.Tuple(sympy.solve(first.subs(r, ratio), a)[0], ratio)


class AlternatingBlockSum(Abstraction):
    id = "alternating-block-sum"
    title = "Signs that repeat in a pattern"
    topic = TOPIC
    level = 2
    derivation = (
        "The blocks of one period have sums in arithmetic progression; add the blocks and what is left over."
    )
    original = Values(signs="++-", count=30)
    original_answer = "135"
    domains = Domains(
        signs=OneOf("++-", "+--", "+-+", "++--", "+++-", "+--+", "++-+-", "+-+--", "+++--", "++---"),
        count=Whole(20, 500),
    )
    phrasings = (
        "The integers $1, 2, 3, \\dots, {count}$ are written in order, and each gets a sign; the signs "
        "follow the pattern ${pattern}$, repeated for ever (so the sum begins ${opening}$). What is the "
        "value of the sum?",
        "Find the value of ${opening} \\dots$, a sum of the integers from $1$ to ${count}$ in which the "
        "signs ${pattern}$ repeat with period ${period}$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        period = len(v.signs)
        terms = [f"{v.signs[n % period]} {n + 1}" for n in range(2 * period)]
        opening = " ".join(terms).removeprefix("+ ")
        return {"pattern": ", ".join(v.signs), "opening": opening, "count": v.count, "period": period}

    def solve(self, v: Values) -> Exact:
        period = len(v.signs)
        weights = [1 if sign == "+" else -1 for sign in v.signs]
        blocks, rest = divmod(v.count, period)
        at_first = sum(weight * (place + 1) for place, weight in enumerate(weights))
        whole = blocks * at_first + period * sum(weights) * blocks * (blocks - 1) // 2
        return whole + sum(
            weight * (blocks * period + place + 1) for place, weight in enumerate(weights[:rest])
        )

    def check(self, v: Values) -> Exact:
        return sum(n if v.signs[(n - 1) % len(v.signs)] == "+" else -n for n in range(1, v.count + 1))


class SumOfAllDifferences(Abstraction):
    id = "sum-of-all-differences"
    title = "The sum of all differences within a list"
    topic = TOPIC
    level = 2
    derivation = "In ascending order the k-th of n numbers is added k − 1 times and subtracted n − k times."
    original = Values(numbers=(1, 4, 6, 9))
    original_answer = "26"
    domains = Domains(numbers=Several(Whole(1, 99), 4, 8, distinct=True))
    phrasings = (
        "For every pair of different numbers from the list ${listing}$ take the difference, larger minus "
        "smaller. What is the sum of all these differences?",
        "Let $S = \\{{{listing}\\}}$. Compute the sum of $|x - y|$ over all two-element subsets $\\{{x, "
        "y\\}}$ of $S$.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"listing": ", ".join(map(str, v.numbers))}

    def solve(self, v: Values) -> Exact:
        size = len(v.numbers)
        return sum((2 * place - size + 1) * number for place, number in enumerate(v.numbers))

    def check(self, v: Values) -> Exact:
        return sum(abs(x - y) for x in v.numbers for y in v.numbers) // 2


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


ABSTRACTIONS: Final = (
    ArithmeticFromTwoTerms(),
    BouncingBall(),
    LinearRecurrenceRemainder(),
    PeriodicMap(),
    ConstantSecondDifferences(),
    FibonacciLikeSum(),
    GeometricFromTwoSums(),
    AlternatingBlockSum(),
    SumOfAllDifferences(),
)
