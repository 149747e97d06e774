"""Abstractions of sets: surveys, subsets without neighbours, overlaps that cannot be avoided."""

from __future__ import annotations

from itertools import product
from math import comb
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values
from app.problems.functional.domains import Domains, OneOf, Whole

TOPIC: Final = "sets"


class SurveyOfThree(Abstraction):
    id = "survey-of-three"
    title = "A survey about three subjects"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = (
        "Inclusion–exclusion: in any = singles − pairs + all three; exactly one = singles − 2 pairs + 3 all."
    )
    original = Values(asked=100, a=45, b=40, c=35, ab=15, bc=12, ca=10, all=5)
    original_answer = r"\left(12, 61\right)"
    domains = Domains(
        asked=Whole(60, 300),
        a=Whole(15, 140),
        b=Whole(15, 140),
        c=Whole(15, 140),
        ab=Whole(3, 50),
        bc=Whole(3, 50),
        ca=Whole(3, 50),
        all=Whole(1, 25),
    )
    phrasings = (
        "Of ${asked}$ students, ${a}$ learn Arabic, ${b}$ Bengali and ${c}$ Chinese; ${ab}$ learn Arabic "
        "and Bengali, ${bc}$ Bengali and Chinese, ${ca}$ Chinese and Arabic, and ${all}$ all three (who are "
        "also counted in the other numbers). Give the ordered pair (students who learn none of the three, "
        "students who learn exactly one).",
        "Sets $A$, $B$, $C$ lie in a set of ${asked}$ elements, and $|A| = {a}$, $|B| = {b}$, $|C| = {c}$, "
        "$|A \\cap B| = {ab}$, $|B \\cap C| = {bc}$, $|C \\cap A| = {ca}$, $|A \\cap B \\cap C| = {all}$. "
        "Find the pair (number of elements in none of the three, number of elements in exactly one of them).",
    )

    def well_posed(self, v: Values) -> bool:
        """Every region of the diagram has at least one element."""
        return min(_regions(v).values()) >= 1

    def solve(self, v: Values) -> Exact:
        singles, pairs = v.a + v.b + v.c, v.ab + v.bc + v.ca
        return sympy.Tuple(v.asked - singles + pairs - v.all, singles - 2 * pairs + 3 * v.all)

    def check(self, v: Values) -> Exact:
        """Region by region of the diagram."""
        regions = _regions(v)
        exactly_one = sum(size for members, size in regions.items() if sum(members) == 1)
        return sympy.Tuple(regions[False, False, False], exactly_one)


def _regions(v: Values) -> dict[tuple[bool, bool, bool], int]:
    """The size of each region by membership in A, B, C, from the innermost outwards."""
    pairs = {
        (True, True, False): v.ab - v.all,
        (False, True, True): v.bc - v.all,
        (True, False, True): v.ca - v.all,
    }
    regions = {(True, True, True): int(v.all), **pairs}
    for place, size in enumerate((v.a, v.b, v.c)):
        alone = (place == 0, place == 1, place == 2)
        regions[alone] = size - sum(
            n for members, n in regions.items() if members[place] and sum(members) > 1
        )
    regions[False, False, False] = v.asked - sum(regions.values())
    return regions


class UnavoidableOverlap(Abstraction):
    id = "unavoidable-overlap"
    title = "How many must have all three"
    topic = TOPIC
    level = 2
    derivation = "Each person lacks something or has all; at most (n−a) + (n−b) + (n−c) lack something."
    original = Values(people=50, a=40, b=38, c=30)
    original_answer = "8"
    domains = Domains(people=Whole(20, 400), a=Whole(12, 399), b=Whole(12, 399), c=Whole(12, 399))
    phrasings = (
        "Of ${people}$ hikers, ${a}$ have a map, ${b}$ have a compass and ${c}$ have a torch. What is the "
        "smallest possible number of hikers who have all three?",
        "Subsets $A$, $B$, $C$ of a set with ${people}$ elements have ${a}$, ${b}$ and ${c}$ elements. Find "
        "the least possible number of elements of $A \\cap B \\cap C$.",
    )

    def well_posed(self, v: Values) -> bool:
        """The overlap cannot be avoided."""
        return bool(max(v.a, v.b, v.c) < v.people and v.a + v.b + v.c > 2 * v.people)

    def solve(self, v: Values) -> Exact:
        return int(v.a + v.b + v.c - 2 * v.people)

    def check(self, v: Values) -> Exact:
        """The least overlap of a third set with every possible overlap of the first two."""
        of_two = range(v.a + v.b - v.people, min(v.a, v.b) + 1)
        return min(max(0, overlap + v.c - v.people) for overlap in of_two)


class SubsetsWithoutNeighbours(Abstraction):
    id = "subsets-without-neighbours"
    title = "Choices with gaps"
    topic = TOPIC
    level = 2
    derivation = "Take away the g numbers that must follow each chosen one but the last: C(n − g(k − 1), k)."
    original = Values(n=10, k=3, gap=1)
    original_answer = "56"
    domains = Domains(n=Whole(8, 40), k=Whole(3, 7), gap=Whole(1, 4))
    phrasings = (
        "In how many ways can one choose ${k}$ of the numbers $1, 2, \\dots, {n}$ so that any two chosen "
        "numbers differ by more than ${gap}$? (The order of choosing does not matter.)",
        "${n}$ chairs stand in a row. ${k}$ of them are to be marked so that between any two marked chairs "
        "there {are} at least ${gap}$ unmarked {chairs}. How many ways are there?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        one = v.gap == 1
        return {**v, "are": "is" if one else "are", "chairs": "one" if one else "ones"}

    def well_posed(self, v: Values) -> bool:
        return bool(v.n - v.gap * (v.k - 1) > v.k)

    def solve(self, v: Values) -> Exact:
        return comb(v.n - v.gap * (v.k - 1), v.k)

    def check(self, v: Values) -> Exact:
        """ways[k] at each n: the n-th is left, or taken with the g before it left."""
        table = [[1] + [0] * v.k]
        for n in range(1, v.n + 1):
            before = table[max(0, n - 1 - v.gap)]
            table.append([1, *(table[n - 1][k] + before[k - 1] for k in range(1, v.k + 1))])
        return table[v.n][v.k]


class SubsetsWithDivisibleProduct(Abstraction):
    id = "subsets-with-divisible-product"
    title = "Subsets whose product is divisible by 2p"
    topic = TOPIC
    level = 3
    derivation = (
        "Inclusion–exclusion over the subsets without a multiple of 2, those without one of p, and both."
    )
    original = Values(n=6, prime=3, least=1)
    original_answer = "44"
    domains = Domains(n=Whole(6, 60), prime=OneOf(3, 5, 7, 11, 13), least=Whole(1, 5))
    phrasings = (
        "How many subsets of $\\{{{least}, {second}, \\dots, {n}\\}}$ have a product of elements that is "
        "divisible by ${number}$? (The empty set has the product $1$.)",
        "Find the number of subsets $T$ of $\\{{{least}, {second}, \\dots, {n}\\}}$ for which the product "
        "of all elements of $T$ is a multiple of ${number}$; the product over the empty set is $1$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"n": v.n, "number": 2 * v.prime, "least": v.least, "second": v.least + 1}

    def well_posed(self, v: Values) -> bool:
        return bool(2 * v.prime <= v.n)

    def solve(self, v: Values) -> Exact:
        def multiples(divisor: int) -> int:
            return int(v.n // divisor - (v.least - 1) // divisor)

        size, even, of_prime, of_both = map(multiples, (1, 2, v.prime, 2 * v.prime))
        lacking = [even, of_prime, even + of_prime - of_both]
        return 2**size - 2 ** (size - lacking[0]) - 2 ** (size - lacking[1]) + 2 ** (size - lacking[2])

    def check(self, v: Values) -> Exact:
        """Element by element, the number of subsets for each product modulo 2p."""
        modulus = 2 * v.prime
        ways = {1: 1}
        for element in range(v.least, v.n + 1):
            after = dict(ways)
            for residue, count in ways.items():
                reached = residue * element % modulus
                after[reached] = after.get(reached, 0) + count
            ways = after
        return ways[0]


class PairsOfSubsets(Abstraction):
    id = "pairs-of-subsets"
    title = "Pairs of subsets with a given overlap"
    topic = TOPIC
    level = 3
    derivation = "Choose the common and the outer elements; each other one lies in A alone or in B alone."
    original = Values(n=5, k=2, outside=1)
    original_answer = "120"
    domains = Domains(n=Whole(4, 20), k=Whole(1, 9), outside=Whole(1, 8))
    phrasings = (
        "How many ordered pairs $(A, B)$ of subsets of $\\{{1, 2, \\dots, {n}\\}}$ are there such that $A "
        "\\cap B$ has exactly ${k}$ {elements} and exactly ${outside}$ of the ${n}$ numbers {lie} in "
        "neither $A$ nor $B$?",
        "Each of ${n}$ different books is given to Ann's list, to Ben's list, to both lists, or to none. In "
        "how many ways can this be done so that exactly ${k}$ {are} on both lists and exactly ${outside}$ "
        "on none?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        one = v.k == 1
        return {
            **v,
            "elements": "element" if one else "elements",
            "are": "is" if one else "are",
            "lie": "lies" if v.outside == 1 else "lie",
        }

    def well_posed(self, v: Values) -> bool:
        return bool(v.k + v.outside + 2 <= v.n)

    def solve(self, v: Values) -> Exact:
        rest = v.n - v.k - v.outside
        return int(comb(v.n, v.k) * comb(v.n - v.k, v.outside) * 2**rest)

    def check(self, v: Values) -> Exact:
        """Element by element, the number of ways for each pair of counts so far."""
        ways = {(0, 0): 1}
        for _ in range(v.n):
            after: dict[tuple[int, int], int] = {}
            for ((both, none), count), (in_a, in_b) in product(
                ways.items(), product((False, True), repeat=2)
            ):
                reached = (both + (in_a and in_b), none + (not in_a and not in_b))
                after[reached] = after.get(reached, 0) + count
            ways = after
        return ways[v.k, v.outside]


ABSTRACTIONS: Final = (
    SurveyOfThree(),
    UnavoidableOverlap(),
    SubsetsWithoutNeighbours(),
    SubsetsWithDivisibleProduct(),
    PairsOfSubsets(),
)
