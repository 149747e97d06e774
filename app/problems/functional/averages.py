"""Abstractions of averages, medians, spread, and sums of consecutive numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values, listed, only
from app.problems.functional.domains import Domains, Several, Whole

TOPIC: Final = "averages"


class RemovedNumber(Abstraction):
    id = "removed-number"
    title = "The number whose removal moves the mean"
    topic = TOPIC
    level = 1
    derivation = "The removed number is the difference of the two sums, n·m − (n−1)·m'."
    original = Values(size=8, mean=15, new_mean=14, median=13)
    original_answer = "22"
    domains = Domains(size=Whole(5, 40), mean=Whole(12, 90), new_mean=Whole(10, 92), median=Whole(9, 95))
    distractors = ("median",)
    phrasings = (
        "The mean of ${size}$ numbers is ${mean}$, and their median is ${median}$. When one of the numbers "
        "is removed, the mean of the others is ${new_mean}$. Which number was removed?",
        "A list has ${size}$ numbers with mean ${mean}$ and median ${median}$. After one number is struck "
        "out, the mean of the remaining numbers is ${new_mean}$. Find the number that was struck out.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.mean != v.new_mean and abs(v.mean - v.median) <= 5 and abs(v.mean - v.new_mean) <= 4)

    def solve(self, v: Values) -> Exact:
        return int(v.size * v.mean - (v.size - 1) * v.new_mean)

    def check(self, v: Values) -> Exact:
        """The deviations from the new mean sum to zero, so the removed number carries all of the shift."""
        return int(v.new_mean + v.size * (v.mean - v.new_mean))


class CombinedMean(Abstraction):
    id = "combined-mean"
    title = "How many there are in the other class"
    topic = TOPIC
    level = 2
    derivation = "The deviations from the common mean balance: n₁(m − m₁) = n₂(m₂ − m)."
    original = Values(first=18, first_mean=70, second_mean=85, common=76)
    original_answer = "12"
    domains = Domains(
        first=Whole(8, 60), first_mean=Whole(50, 75), second_mean=Whole(70, 98), common=Whole(52, 95)
    )
    phrasings = (
        "In a test the ${first}$ pupils of one class had a mean of ${first_mean}$ points, and the pupils of "
        "another class a mean of ${second_mean}$ points. All of them together had a mean of ${common}$ "
        "points. How many pupils are in the other class?",
        "Group A has ${first}$ members with an average score of ${first_mean}$; group B has an average "
        "score of ${second_mean}$. The average score of all members of both groups is ${common}$. Find the "
        "number of members of group B.",
    )

    def well_posed(self, v: Values) -> bool:
        """The other class has a whole number of pupils, as many as a class can have."""
        if not v.first_mean < v.common < v.second_mean:
            return False
        size, rest = divmod(v.first * (v.common - v.first_mean), v.second_mean - v.common)
        return bool(rest == 0 and 4 <= size <= 60)

    def solve(self, v: Values) -> Exact:
        return Fraction(v.first * (v.common - v.first_mean), v.second_mean - v.common)

    def check(self, v: Values) -> Exact:
        return only(
            n
            for n in range(1, 1000)
            if v.first * v.first_mean + n * v.second_mean == v.common * (v.first + n)
        )


class MeanEqualsMedian(Abstraction):
    id = "mean-equals-median"
    title = "An unknown that makes mean and median equal"
    topic = TOPIC
    level = 3
    answer_kind = "solution_set"
    derivation = "With four numbers a ≤ b ≤ c ≤ d the median is b, x or c as x lies below, between or above."
    original = Values(numbers=(2, 6, 7, 13))
    original_answer = r"\left\{2, 7\right\}"
    domains = Domains(numbers=Several(Whole(1, 60), 4, 4, distinct=True))
    phrasings = (
        "Find all real numbers $x$ for which the mean of the five numbers ${listing}, x$ equals their "
        "median. Give the set of all such $x$.",
        "The five numbers ${listing}$ and $x$ (a real number) have the same mean as median. Determine the "
        "set of all possible values of $x$.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"listing": listed(v.numbers)}

    def well_posed(self, v: Values) -> bool:
        """At least two values of x do it."""
        return len(_balanced(v.numbers)) > 1

    def trivial(self, v: Values, answer: sympy.Basic) -> bool:
        return False

    def solve(self, v: Values) -> Exact:
        return sympy.FiniteSet(*map(sympy.Rational, _balanced(v.numbers)))

    def check(self, v: Values) -> Exact:
        """Tries every quarter; mean = median forces x to be 5m − sum, or sum/4."""
        found = []
        for x in range(-4 * 200, 4 * 300 + 1):
            ordered = sorted([*(4 * number for number in v.numbers), x])
            if sum(ordered) == 5 * ordered[2]:
                found.append(sympy.Rational(x, 4))
        return sympy.FiniteSet(*found)


def _balanced(numbers: tuple[int, ...]) -> list[Fraction]:
    """Every x with which mean and median are equal, from the three places that x can have."""
    _, b, c, _ = numbers
    total = sum(numbers)
    low, middle, high = Fraction(5 * b - total), Fraction(total, 4), Fraction(5 * c - total)
    places = ((low, low <= b), (middle, b < middle < c), (high, high >= c))
    return [x for x, fits in places if fits]


class ExactVariance(Abstraction):
    id = "exact-variance"
    title = "The variance of a short list"
    topic = TOPIC
    level = 1
    derivation = "The variance is the mean of the squares less the square of the mean."
    original = Values(numbers=(3, 5, 8, 12))
    original_answer = r"\frac{23}{2}"
    domains = Domains(numbers=Several(Whole(1, 40), 4, 7, distinct=True))
    phrasings = (
        "Compute the population variance of the numbers ${listing}$ (the mean of the squared deviations from "
        "their mean) as an exact number.",
        "A population consists of the values ${listing}$. What is its variance, that is, the average of the "
        "squared distances from the average? Give the exact value.",
    )

    def shown(self, v: Values) -> dict[str, str]:
        return {"listing": listed(v.numbers)}

    def solve(self, v: Values) -> Exact:
        size = len(v.numbers)
        return Fraction(sum(x * x for x in v.numbers), size) - Fraction(sum(v.numbers), size) ** 2

    def check(self, v: Values) -> Exact:
        """The sum of squared differences of all pairs, over n²."""
        squares = sum((x - y) ** 2 for x, y in combinations(v.numbers, 2))
        return Fraction(squares, len(v.numbers) ** 2)


class ConsecutiveSum(Abstraction):
    id = "consecutive-sum"
    title = "The largest of evenly spaced numbers with a given sum"
    topic = TOPIC
    level = 1
    derivation = "The mean is the sum over n; the largest lies (n − 1)/2 steps above it."
    original = Values(count=7, step=2, total=273)
    original_answer = "45"
    domains = Domains(count=Whole(3, 25), step=Whole(1, 9), total=Whole(100, 9999))
    phrasings = (
        "${count}$ integers, written in ascending order, each exceed the one before by ${step}$. Their sum "
        "is ${total}$. What is the largest of them?",
        "The sum of ${count}$ integers in arithmetic progression with common difference ${step}$ is "
        "${total}$. Find the greatest of these integers.",
    )

    def well_posed(self, v: Values) -> bool:
        """The smallest of them is an integer."""
        return bool((v.total - v.step * v.count * (v.count - 1) // 2) % v.count == 0)

    def solve(self, v: Values) -> Exact:
        return Fraction(v.total, v.count) + Fraction(v.step * (v.count - 1), 2)

    def check(self, v: Values) -> Exact:
        """Tries every integer from the mean upwards."""
        mean = v.total // v.count
        return only(
            last
            for last in range(mean, mean + v.step * v.count + 1)
            if sum(range(last, last - v.step * v.count, -v.step)) == v.total
        )


ABSTRACTIONS: Final = (
    RemovedNumber(),
    CombinedMean(),
    MeanEqualsMedian(),
    ExactVariance(),
    ConsecutiveSum(),
)
