"""Abstractions of number theory: divisors, primes in factorials, and equations in integers."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, count, product
from math import gcd, isqrt, lcm, prod
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values
from app.problems.functional.domains import Domains, OneOf, Whole

TOPIC: Final = "number theory"


class TrailingZerosInBase(Abstraction):
    id = "trailing-zeros-in-base"
    title = "Zeros at the end of a factorial in another base"
    topic = TOPIC
    level = 2
    derivation = "Legendre: the exponent of p in n! is Σ⌊n/pⁱ⌋; the scarcest prime power of the base decides."
    original = Values(n=100, base=12)
    original_answer = "48"
    domains = Domains(n=Whole(20, 400), base=OneOf(6, 8, 9, 10, 12, 14, 15, 16, 18, 20, 24, 36, 45, 60))
    phrasings = (
        "With how many zeros does ${n}!$ end when it is written in base ${base}$?",
        "What is the largest integer $k$ such that ${base}^k$ divides ${n}!$?",
    )

    def solve(self, v: Values) -> Exact:
        exponents = []
        for prime, needed in sympy.factorint(v.base).items():
            exponent, power = 0, int(prime)
            while power <= v.n:
                exponent += v.n // power
                power *= int(prime)
            exponents.append(exponent // needed)
        return int(min(exponents))

    def check(self, v: Values) -> Exact:
        factorial, zeros = prod(range(2, v.n + 1)), 0
        while factorial % v.base == 0:
            factorial //= v.base
            zeros += 1
        return zeros


class DivisorsThatAreMultiples(Abstraction):
    id = "divisors-that-are-multiples"
    title = "Divisors that are multiples of one number and not of another"
    topic = TOPIC
    level = 2
    derivation = "2 has a − d + 1 exponents; of the (b+1)(c+1) pairs for 3 and 5, (b−e+1)c are forbidden."
    original = Values(a=5, b=4, c=2, d=1, e=3)
    original_answer = "55"
    domains = Domains(a=Whole(2, 9), b=Whole(2, 9), c=Whole(2, 9), d=Whole(1, 5), e=Whole(1, 6))
    phrasings = (
        "How many positive divisors of $n = 2^{{{a}}} \\cdot 3^{{{b}}} \\cdot 5^{{{c}}}$ are multiples of "
        "${multiple}$ but not multiples of ${forbidden}$?",
        "Let $n = 2^{{{a}}} \\cdot 3^{{{b}}} \\cdot 5^{{{c}}}$. Count the positive divisors of $n$ that are "
        "divisible by ${multiple}$ and not divisible by ${forbidden}$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "multiple": 2**v.d, "forbidden": 3**v.e * 5}

    def well_posed(self, v: Values) -> bool:
        return bool(v.d < v.a and v.e <= v.b)

    def solve(self, v: Values) -> Exact:
        return int((v.a - v.d + 1) * ((v.b + 1) * (v.c + 1) - (v.b - v.e + 1) * v.c))

    def check(self, v: Values) -> Exact:
        exponents = product(range(v.a + 1), range(v.b + 1), range(v.c + 1))
        divisors = (2**i * 3**j * 5**k for i, j, k in exponents)
        return sum(d % 2**v.d == 0 and d % (3**v.e * 5) != 0 for d in divisors)


class LeastSumGcdLcm(Abstraction):
    id = "least-sum-gcd-lcm"
    title = "The least sum with given gcd and lcm"
    topic = TOPIC
    level = 3
    derivation = "a = gx, b = gy with coprime x, y and xy = l/g: give each prime power of l/g to x or to y."
    original = Values(g=6, ratio=60)
    original_answer = "102"
    domains = Domains(
        g=Whole(2, 60), ratio=OneOf(12, 18, 20, 24, 28, 30, 36, 40, 42, 45, 60, 63, 66, 70, 72, 84, 90, 210)
    )
    phrasings = (
        "Two positive integers have greatest common divisor ${g}$ and least common multiple ${l}$. What is "
        "the smallest possible value of their sum?",
        "Among all pairs of positive integers $a, b$ with $\\gcd(a, b) = {g}$ and $\\operatorname{{lcm}}(a, "
        "b) = {l}$, find the least value of $a + b$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"g": v.g, "l": v.g * v.ratio}

    def solve(self, v: Values) -> Exact:
        powers = [int(p) ** e for p, e in sympy.factorint(v.ratio).items()]
        sums = []
        for chosen in product((False, True), repeat=len(powers)):
            x = prod(power for power, mine in zip(powers, chosen, strict=True) if mine)
            sums.append(v.g * (x + v.ratio // x))
        return min(sums)

    def check(self, v: Values) -> Exact:
        """Tries all pairs of divisors of the least common multiple."""
        wanted = v.g * v.ratio
        divisors = [int(d) for d in sympy.divisors(wanted)]
        pairs = ((a, b) for a, b in combinations(divisors, 2) if gcd(a, b) == v.g and lcm(a, b) == wanted)
        return min(a + b for a, b in pairs)


class TwoStamps(Abstraction):
    id = "two-stamps"
    title = "How many postages two stamps cannot make"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = "Sylvester: for coprime a, b the largest gap is ab − a − b, and there are (a−1)(b−1)/2 gaps."
    original = Values(a=5, b=8)
    original_answer = r"\left(27, 14\right)"
    domains = Domains(a=Whole(4, 40), b=Whole(5, 60))
    phrasings = (
        "There are stamps of ${a}$ cents and of ${b}$ cents, as many as one likes. Let $M$ be the largest "
        "whole number of cents that cannot be made up exactly, and $N$ the number of positive whole amounts "
        "that cannot. Give the ordered pair $(M, N)$.",
        "A positive integer is called good if it equals ${a}x + {b}y$ for some integers $x, y \\ge 0$, and "
        "bad otherwise. Give the ordered pair (largest bad integer, number of bad integers).",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.a < v.b and gcd(v.a, v.b) == 1)

    def solve(self, v: Values) -> Exact:
        return sympy.Tuple(v.a * v.b - v.a - v.b, (v.a - 1) * (v.b - 1) // 2)

    def check(self, v: Values) -> Exact:
        """Below ab every amount is tried; from there on a run of a good ones makes all that follow."""
        good = [False] * (v.a * v.b + v.a)
        good[0] = True
        for amount in range(1, len(good)):
            good[amount] = any(coin <= amount and good[amount - coin] for coin in (v.a, v.b))
        bad = [amount for amount, made in enumerate(good) if not made]
        return sympy.Tuple(bad[-1], len(bad))


class LinearDiophantineCount(Abstraction):
    id = "linear-diophantine-count"
    title = "The ways to spend a sum on two articles"
    topic = TOPIC
    level = 2
    derivation = (
        "One solution by the inverse modulo b; the others follow in steps of b, as long as y stays positive."
    )
    original = Values(a=7, b=11, total=500)
    original_answer = "6"
    domains = Domains(a=Whole(3, 30), b=Whole(4, 35), total=Whole(200, 3000))
    phrasings = (
        "Pens cost ${a}$ dollars and books cost ${b}$ dollars each. In how many ways can one spend exactly "
        "${total}$ dollars on pens and books if at least one of each is bought?",
        "How many pairs $(x, y)$ of positive integers satisfy ${a}x + {b}y = {total}$?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.a < v.b and gcd(v.a, v.b) == 1)

    def solve(self, v: Values) -> Exact:
        least = v.total * pow(v.a, -1, v.b) % v.b or v.b
        rest = v.total - v.a * least - v.b
        return int(rest // (v.a * v.b) + 1 if rest >= 0 else 0)

    def check(self, v: Values) -> Exact:
        costs = range(v.a, v.total, v.a)
        return sum((v.total - cost) % v.b == 0 for cost in costs)


class FactorialDivisibleBy(Abstraction):
    id = "factorial-divisible-by"
    title = "The least factorial that a number divides"
    topic = TOPIC
    level = 2
    derivation = (
        "Each prime power pᵉ needs the least n with Legendre's sum at least e; the largest of these n wins."
    )
    original = Values(two=7, three=4, five=2)
    original_answer = "10"
    domains = Domains(two=Whole(2, 44), three=Whole(2, 22), five=Whole(2, 10))
    phrasings = (
        "What is the smallest positive integer $n$ for which $n!$ is divisible by $2^{{{two}}} \\cdot "
        "3^{{{three}}} \\cdot 5^{{{five}}}$?",
        "Find the least positive integer $n$ such that $2^{{{two}}} \\cdot 3^{{{three}}} \\cdot "
        "5^{{{five}}}$ divides $n!$.",
    )

    def solve(self, v: Values) -> Exact:
        return max(_least_factorial(p, e) for p, e in ((2, v.two), (3, v.three), (5, v.five)))

    def check(self, v: Values) -> Exact:
        wanted, factorial = 2**v.two * 3**v.three * 5**v.five, 1
        for n in count(1):
            factorial *= n
            if factorial % wanted == 0:
                return n
        raise AssertionError("some factorial is divisible by any number")


def _least_factorial(prime: int, exponent: int) -> int:
    n = found = 0
    while found < exponent:
        n += prime
        found += int(sympy.multiplicity(prime, n))
    return n


class CoprimeCount(Abstraction):
    id = "coprime-count"
    title = "Numbers that share no factor with a given one"
    topic = TOPIC
    level = 2
    derivation = "Inclusion–exclusion over the primes of m: Σ μ(d)⌊n/d⌋ over its squarefree divisors."
    original = Values(n=100, m=12)
    original_answer = "33"
    domains = Domains(
        n=Whole(50, 2000), m=OneOf(6, 10, 12, 14, 15, 18, 21, 22, 24, 30, 42, 60, 66, 70, 84, 90)
    )
    phrasings = (
        "How many of the integers $1, 2, \\dots, {n}$ have no common factor greater than $1$ with ${m}$?",
        "Count the positive integers up to and including ${n}$ that are coprime to ${m}$.",
    )

    def solve(self, v: Values) -> Exact:
        primes = list(map(int, sympy.primefactors(v.m)))
        total = 0
        for size in range(len(primes) + 1):
            total += (-1) ** size * sum(v.n // prod(chosen) for chosen in combinations(primes, size))
        return total

    def check(self, v: Values) -> Exact:
        return sum(gcd(k, v.m) == 1 for k in range(1, v.n + 1))


class DifferenceOfSquares(Abstraction):
    id = "difference-of-squares"
    title = "Two squares with a given difference"
    topic = TOPIC
    level = 2
    answer_kind = "solution_set"
    derivation = "x² − y² = (x − y)(x + y): every factorisation into two different factors of equal parity."
    original = Values(n=45)
    original_answer = r"\left\{\left(7, 2\right), \left(9, 6\right), \left(23, 22\right)\right\}"
    domains = Domains(n=Whole(15, 1200))
    phrasings = (
        "Find all ordered pairs $(x, y)$ of positive integers with $x^2 - y^2 = {n}$. Give the set of all "
        "such pairs.",
        "Determine the set of all pairs $(x, y)$ of positive integers for which the square of $x$ exceeds "
        "the square of $y$ by ${n}$.",
    )

    def well_posed(self, v: Values) -> bool:
        return len(_square_pairs(v.n)) >= 2

    def solve(self, v: Values) -> Exact:
        return sympy.FiniteSet(*(sympy.Tuple(x, y) for x, y in _square_pairs(v.n)))

    def check(self, v: Values) -> Exact:
        """Tries every y: neighbouring squares differ by 2y + 1, so y is less than n/2."""
        found = ((isqrt(v.n + y * y), y) for y in range(1, v.n // 2 + 1))
        return sympy.FiniteSet(*(sympy.Tuple(x, y) for x, y in found if x * x == v.n + y * y))


def _square_pairs(n: int) -> list[tuple[int, int]]:
    factors = ((d, n // d) for d in range(1, isqrt(n) + 1) if n % d == 0)
    return [((d + e) // 2, (e - d) // 2) for d, e in factors if d < e and (d + e) % 2 == 0]


class DivisorReciprocals(Abstraction):
    id = "divisor-reciprocals"
    title = "The sum of the reciprocals of all divisors"
    topic = TOPIC
    level = 2
    derivation = "Σ 1/d = σ(n)/n, and σ is multiplicative with σ(pᵉ) = (pᵉ⁺¹ − 1)/(p − 1)."
    original = Values(n=360)
    original_answer = r"\frac{13}{4}"
    domains = Domains(n=Whole(24, 3000))
    phrasings = (
        "Find the sum of the reciprocals of all positive divisors of ${n}$, as a fraction in lowest terms.",
        "Compute $\\sum_{{d \\mid {n}}} \\frac{{1}}{{d}}$, where $d$ runs through the positive divisors of "
        "${n}$. Give an exact fraction.",
    )

    def well_posed(self, v: Values) -> bool:
        """The number has at least six divisors."""
        return bool(sympy.divisor_count(v.n) >= 6)

    def solve(self, v: Values) -> Exact:
        factors = sympy.factorint(v.n).items()
        sigma = prod((int(p) ** (e + 1) - 1) // (int(p) - 1) for p, e in factors)
        return Fraction(sigma, v.n)

    def check(self, v: Values) -> Exact:
        return sum((Fraction(1, d) for d in range(1, v.n + 1) if v.n % d == 0), Fraction(0))


ABSTRACTIONS: Final = (
    TrailingZerosInBase(),
    DivisorsThatAreMultiples(),
    LeastSumGcdLcm(),
    TwoStamps(),
    LinearDiophantineCount(),
    FactorialDivisibleBy(),
    CoprimeCount(),
    DifferenceOfSquares(),
    DivisorReciprocals(),
)
