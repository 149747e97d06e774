"""Abstractions of arithmetic: sums that telescope, fractions within fractions, decimals that repeat."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import prod
from typing import Final

from app.problems.functional.base import Abstraction, Exact, Values
from app.problems.functional.domains import Domains, Several, Whole

TOPIC: Final = "arithmetic"


class TelescopingUnitFractions(Abstraction):
    id = "telescoping-unit-fractions"
    title = "A sum of fractions that telescopes"
    topic = TOPIC
    level = 2
    derivation = (
        "1/(k(k+d)) = (1/k − 1/(k+d))/d, so with n terms the sum is (1/a − 1/(a+nd))/d = n/(a(a+nd))."
    )
    original = Values(first=2, step=3, terms=10)
    original_answer = r"\frac{5}{32}"
    domains = Domains(first=Whole(1, 20), step=Whole(2, 12), terms=Whole(6, 60))
    phrasings = (
        "Compute the sum of {terms} fractions\n\n"
        "$$\\frac{{1}}{{{p0} \\cdot {p1}}} + \\frac{{1}}{{{p1} \\cdot {p2}}} + \\dots"
        " + \\frac{{1}}{{{py} \\cdot {pz}}},$$\n\n"
        "where each denominator is the product of two neighbouring terms of the arithmetic sequence "
        "${p0}, {p1}, {p2}, \\dots, {pz}$. Give a fraction in lowest terms.",
        "The numbers ${p0}, {p1}, {p2}, \\dots, {py}, {pz}$ form an arithmetic sequence of ${count}$ terms. "
        "For each pair of neighbouring terms, take the reciprocal of their product. What is the sum of "
        "these ${terms}$ reciprocals, as a fraction in lowest terms?",
    )

    def shown(self, v: Values) -> dict[str, int]:
        ends = {"p0": 0, "p1": 1, "p2": 2, "py": v.terms - 1, "pz": v.terms}
        terms = {name: v.first + place * v.step for name, place in ends.items()}
        return {**terms, "terms": v.terms, "count": v.terms + 1}

    def solve(self, v: Values) -> Exact:
        return Fraction(v.terms, v.first * (v.first + v.terms * v.step))

    def check(self, v: Values) -> Exact:
        sequence = [v.first + place * v.step for place in range(v.terms + 1)]
        return sum((Fraction(1, a * b) for a, b in pairwise(sequence)), Fraction(0))


class NestedFraction(Abstraction):
    id = "nested-fraction"
    title = "A fraction within fractions"
    topic = TOPIC
    level = 1
    derivation = "Work from the innermost fraction outwards; every step is a sum and a reciprocal."
    original = Values(parts=(2, 3, 1, 4))
    original_answer = r"\frac{43}{19}"
    domains = Domains(parts=Several(Whole(1, 12), 4, 6))
    phrasings = (
        "Write as a single fraction in lowest terms:\n\n$${display}$$",
        "What is the value of\n\n$${display}\\,?$$\n\nAnswer with a fraction in lowest terms.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        *outer, innermost = v.parts
        nest = str(innermost)
        for part in reversed(outer):
            nest = f"{part} + \\cfrac{{1}}{{{nest}}}"
        return {"display": nest}

    def well_posed(self, v: Values) -> bool:
        return bool(v.parts[-1] > 1)

    def solve(self, v: Values) -> Exact:
        return reduce(lambda inner, part: part + 1 / inner, reversed(v.parts[:-1]), Fraction(v.parts[-1]))

    def check(self, v: Values) -> Exact:
        """The recurrence of the convergents: pₙ = aₙpₙ₋₁ + pₙ₋₂, and the same for qₙ."""
        p, before, q, q_before = v.parts[0], 1, 1, 0
        for part in v.parts[1:]:
            p, before = part * p + before, p
            q, q_before = part * q + q_before, q
        return Fraction(p, q)


class RepeatingDecimal(Abstraction):
    id = "repeating-decimal"
    title = "A repeating decimal as a fraction"
    topic = TOPIC
    level = 1
    derivation = "With m digits before the period of k digits, x·10^m·(10^k − 1) is an integer: divide by it."
    original = Values(whole=0, start=(1,), period=(3, 6))
    original_answer = r"\frac{3}{22}"
    domains = Domains(whole=Whole(0, 9), start=Several(Whole(0, 9), 1, 2), period=Several(Whole(0, 9), 2, 4))
    phrasings = (
        "Write the repeating decimal ${whole}.{start}\\overline{{{period}}}$ as a fraction in lowest terms.",
        "The digits under the bar repeat for ever: $x = {whole}.{start}\\overline{{{period}}}$. Which "
        "fraction in lowest terms is $x$?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"whole": v.whole, "start": _joined(v.start), "period": _joined(v.period)}

    def well_posed(self, v: Values) -> bool:
        """The period is one that a book would write: not made of a shorter one, nor begun earlier."""
        size = len(v.period)
        shorter = any(v.period == v.period[:k] * (size // k) for k in range(1, size) if size % k == 0)
        return bool(not shorter and v.start[-1] != v.period[-1])

    def solve(self, v: Values) -> Exact:
        start, period = _joined(v.start), _joined(v.period)
        repeated = int(start + period) - int(start)
        return v.whole + Fraction(repeated, 10 ** len(start) * (10 ** len(period) - 1))

    def check(self, v: Values) -> Exact:
        """The simplest fraction within the first sixty digits."""
        digits = (_joined(v.start) + _joined(v.period) * 30)[:60]
        return Fraction(f"{v.whole}.{digits}").limit_denominator(10**7)


class CustomOperation(Abstraction):
    id = "custom-operation"
    title = "An operation defined for the occasion"
    topic = TOPIC
    level = 2
    derivation = (
        "x ∘ y = (x+k)(y+k) − k is associative, so a chain of them is the product of all (x+k), less k."
    )
    original = Values(shift=2, numbers=(1, 3, 4, 6))
    original_answer = "718"
    domains = Domains(shift=Whole(2, 9), numbers=Several(Whole(1, 15), 3, 5))
    phrasings = (
        "For real numbers define $x \\circ y = xy + {shift}x + {shift}y + {constant}$. Operations are "
        "carried out from left to right. Compute ${chain}$.",
        "An operation is given by $x \\circ y = xy + {shift}(x + y) + {constant}$. Evaluate ${chain}$, "
        "working from left to right.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        chain = " \\circ ".join(map(str, v.numbers))
        return {"shift": v.shift, "constant": v.shift**2 - v.shift, "chain": chain}

    def solve(self, v: Values) -> Exact:
        return int(prod(number + v.shift for number in v.numbers) - v.shift)

    def check(self, v: Values) -> Exact:
        constant = v.shift**2 - v.shift
        return int(reduce(lambda x, y: x * y + v.shift * (x + y) + constant, v.numbers))


class SumOfMultiplesInRange(Abstraction):
    id = "sum-of-multiples"
    title = "The sum of the multiples in a range"
    topic = TOPIC
    level = 1
    derivation = "The multiples form an arithmetic sequence: half of (first + last) times their number."
    original = Values(low=50, high=200, divisor=7)
    original_answer = "2646"
    domains = Domains(low=Whole(10, 400), high=Whole(100, 3000), divisor=Whole(3, 40))
    phrasings = (
        "Find the sum of all multiples of ${divisor}$ between ${low}$ and ${high}$, both included if they "
        "are multiples themselves.",
        "What is the sum of all integers $n$ with ${low} \\le n \\le {high}$ that are divisible by "
        "${divisor}$?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.high - v.low >= 3 * v.divisor)

    def solve(self, v: Values) -> Exact:
        first, last = -(-v.low // v.divisor), v.high // v.divisor
        return int(v.divisor * (first + last) * (last - first + 1) // 2)

    def check(self, v: Values) -> Exact:
        return sum(n for n in range(v.low, v.high + 1) if n % v.divisor == 0)


def _joined(digits: tuple[int, ...]) -> str:
    return "".join(map(str, digits))


ABSTRACTIONS: Final = (
    TelescopingUnitFractions(),
    NestedFraction(),
    RepeatingDecimal(),
    CustomOperation(),
    SumOfMultiplesInRange(),
)
