"""Abstractions of counting: arrangements, paths, selections, colourings, payments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import permutations
from math import comb, factorial, prod
from typing import Final

from app.problems.functional.base import Abstraction, Exact, Values, listed
from app.problems.functional.domains import Domains, OneOf, Several, Whole

TOPIC: Final = "counting"


class ApartLetters(Abstraction):
    id = "apart-letters"
    title = "Arrangements of letters with equal ones kept apart"
    topic = TOPIC
    level = 2
    derivation = (
        "Arrange the other letters (a multinomial), then choose gaps for the A's, at most one in each."
    )
    original = Values(a=3, b=2, c=2, d=0)
    original_answer = "60"
    domains = Domains(a=Whole(2, 7), b=Whole(1, 6), c=Whole(1, 6), d=Whole(0, 4))
    phrasings = (
        "In how many different ways can the letters of ${word}$ be arranged in a row so that no two letters "
        "A are next to each other? (Equal letters cannot be told apart.)",
        "How many distinct words, with or without meaning, can be formed from all the letters of ${word}$ "
        "if no two A's may be adjacent?",
    )

    def shown(self, v: Values) -> dict[str, str]:
        letters = "A" * v.a + "B" * v.b + "C" * v.c + "D" * v.d
        return {"word": f"\\text{{{letters}}}"}

    def well_posed(self, v: Values) -> bool:
        return bool(v.a <= v.b + v.c + v.d + 1)

    def trivial(self, v: Values, answer: object) -> bool:
        return answer in range(10)

    def solve(self, v: Values) -> Exact:
        others = v.b + v.c + v.d
        arranged = factorial(others) // (factorial(v.b) * factorial(v.c) * factorial(v.d))
        return arranged * comb(others + 1, v.a)

    def check(self, v: Values) -> Exact:
        @cache
        def ways(a: int, b: int, c: int, d: int, after_a: bool) -> int:
            if a + b + c + d == 0:
                return 1
            total = ways(a - 1, b, c, d, True) if a and not after_a else 0
            total += ways(a, b - 1, c, d, False) if b else 0
            total += ways(a, b, c - 1, d, False) if c else 0
            return total + (ways(a, b, c, d - 1, False) if d else 0)

        return ways(v.a, v.b, v.c, v.d, False)


class LatticePathsAvoiding(Abstraction):
    id = "lattice-paths-avoiding"
    title = "Lattice paths that miss a point"
    topic = TOPIC
    level = 2
    derivation = "All paths C(m+n, m), less those through the point: the paths to it times the paths from it."
    original = Values(m=5, n=4, p=2, q=2)
    original_answer = "66"
    domains = Domains(m=Whole(3, 12), n=Whole(3, 12), p=Whole(1, 11), q=Whole(1, 11))
    phrasings = (
        "An ant walks on grid lines from $(0, 0)$ to $({m}, {n})$; each step goes one unit to the right or "
        "one unit up. How many such paths do not pass through the point $({p}, {q})$?",
        "How many shortest paths along the streets of a square grid lead from $(0, 0)$ to $({m}, {n})$ if "
        "the crossing $({p}, {q})$ is closed?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.p <= v.m and v.q <= v.n and (v.p, v.q) != (v.m, v.n))

    def solve(self, v: Values) -> Exact:
        through = comb(v.p + v.q, v.p) * comb(v.m - v.p + v.n - v.q, v.m - v.p)
        return comb(v.m + v.n, v.m) - through

    def check(self, v: Values) -> Exact:
        row = [0] * (v.n + 1)
        for x in range(v.m + 1):
            for y in range(v.n + 1):
                below = row[y - 1] if y else (1 if x == 0 else 0)
                row[y] = 0 if (x, y) == (v.p, v.q) else row[y] + below
        return row[v.n]


class CommitteeWithMinimum(Abstraction):
    id = "committee-with-minimum"
    title = "Committees with at least so many women"
    topic = TOPIC
    level = 1
    derivation = "Sum over the number w of women: C(women, w)·C(men, size − w)."
    original = Values(men=6, women=5, size=4, least=2)
    original_answer = "215"
    domains = Domains(men=Whole(4, 14), women=Whole(4, 14), size=Whole(3, 8), least=Whole(1, 7))
    phrasings = (
        "A committee of ${size}$ people is chosen from ${men}$ men and ${women}$ women. How many committees "
        "have at least ${least}$ {women_word}?",
        "From a club of ${men}$ men and ${women}$ women, a team of ${size}$ is picked, of whom no fewer than "
        "${least}$ must be women. In how many ways can the team be picked?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "women_word": "woman" if v.least == 1 else "women"}

    def well_posed(self, v: Values) -> bool:
        return bool(v.least < v.size <= v.men and v.size <= v.women)

    def solve(self, v: Values) -> Exact:
        return sum(comb(v.women, w) * comb(v.men, v.size - w) for w in range(v.least, v.size + 1))

    def check(self, v: Values) -> Exact:
        """People come forward one by one and are taken or not."""
        ways: Counter[tuple[int, int]] = Counter({(0, 0): 1})
        for is_woman in [True] * v.women + [False] * v.men:
            ways += Counter({(size + 1, w + is_woman): count for (size, w), count in ways.items()})
        return sum(count for (size, w), count in ways.items() if size == v.size and w >= v.least)


class BoundedSharing(Abstraction):
    id = "bounded-sharing"
    title = "Equal sweets shared among children with minima"
    topic = TOPIC
    level = 2
    derivation = "Hand out the minima first; the rest is stars and bars, C(rest + k − 1, k − 1)."
    original = Values(total=15, minima=(1, 2, 3))
    original_answer = "55"
    domains = Domains(total=Whole(10, 60), minima=Several(Whole(0, 9), 3, 5))
    phrasings = (
        "In how many ways can ${total}$ identical sweets be given to ${children}$ children, who can be told "
        "apart, if they must get at least ${listing}$ sweets respectively? All sweets are given out.",
        "How many solutions in integers has ${variables} = {total}$ with {bounds}?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        size = len(v.minima)
        return {
            "total": v.total,
            "children": size,
            "listing": listed(v.minima),
            "variables": " + ".join(f"x_{n}" for n in range(1, size + 1)),
            "bounds": ", ".join(f"$x_{n} \\ge {least}$" for n, least in enumerate(v.minima, 1)),
        }

    def well_posed(self, v: Values) -> bool:
        return bool(sum(v.minima) + 2 <= v.total)

    def solve(self, v: Values) -> Exact:
        rest, children = v.total - sum(v.minima), len(v.minima)
        return comb(rest + children - 1, children - 1)

    def check(self, v: Values) -> Exact:
        ways = [1] + [0] * v.total
        for least in v.minima:
            ways = [sum(ways[: given - least + 1]) if given >= least else 0 for given in range(v.total + 1)]
        return ways[v.total]


class PayingWithCoins(Abstraction):
    id = "paying-with-coins"
    title = "The ways to pay an amount with coins"
    topic = TOPIC
    level = 2
    derivation = "Coin by coin: ways(n) with a new coin c is ways(n) without it plus ways(n − c) with it."
    original = Values(amount=50, coins=(1, 5, 10, 25))
    original_answer = "49"
    domains = Domains(amount=Whole(20, 120), coins=Several(Whole(1, 25), 3, 4, distinct=True))
    phrasings = (
        "Coins of {coin_list} cents are available, as many of each as one likes. In how many ways can one "
        "pay exactly ${amount}$ cents? (The order of the coins does not matter.)",
        "In how many ways can an amount of ${amount}$ cents be made up of coins worth {coin_list} cents, if "
        "any number of each kind may be used and order is ignored?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        *others, last = v.coins
        return {"amount": v.amount, "coin_list": f"{', '.join(f'${c}$' for c in others)} and ${last}$"}

    def solve(self, v: Values) -> Exact:
        ways = [1] + [0] * v.amount
        for coin in v.coins:
            for sum_paid in range(coin, v.amount + 1):
                ways[sum_paid] += ways[sum_paid - coin]
        return ways[v.amount]

    def check(self, v: Values) -> Exact:
        """Goes through the numbers of each coin but the smallest, which must then fit."""
        smallest, *others = v.coins

        def left(rest: int, coins: list[int]) -> Iterator[int]:
            if not coins:
                yield rest
                return
            for paid in range(0, rest + 1, coins[0]):
                yield from left(rest - paid, coins[1:])

        return sum(rest % smallest == 0 for rest in left(v.amount, others))


class StairsWithBrokenStep(Abstraction):
    id = "stairs-with-broken-step"
    title = "Climbing stairs without the broken step"
    topic = TOPIC
    level = 2
    derivation = "ways(n) is the sum of ways(n − k) over the allowed strides k, and 0 on the broken step."
    original = Values(steps=10, strides="1 or 2", broken=5)
    original_answer = "25"
    domains = Domains(
        steps=Whole(8, 26), strides=OneOf("1 or 2", "1, 2 or 3", "1 or 3", "2 or 3"), broken=Whole(2, 24)
    )
    phrasings = (
        "A staircase has ${steps}$ steps. With each stride one climbs {strides} steps. Step number "
        "${broken}$ is broken and must not be stepped on. In how many different ways can one climb from the "
        "floor to the top step (number ${steps}$)?",
        "How many sequences of strides, each of {strides} steps, lead from the ground exactly to the top of "
        "a staircase of ${steps}$ steps without ever standing on step ${broken}$?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.broken < v.steps)

    def solve(self, v: Values) -> Exact:
        ways = [1]
        for step in range(1, v.steps + 1):
            reached = sum(ways[step - k] for k in _strides(v.strides) if k <= step)
            ways.append(0 if step == v.broken else reached)
        return ways[v.steps]

    def check(self, v: Values) -> Exact:
        """All ways, less the ways to the broken step times the ways from there, each by counting strides."""
        strides = _strides(v.strides)
        return _compositions(v.steps, strides) - _compositions(v.broken, strides) * _compositions(
            v.steps - v.broken, strides
        )


def _strides(text: str) -> list[int]:
    return [int(word) for word in text.replace(",", " ").split() if word.isdigit()]


def _compositions(total: int, parts: list[int]) -> int:
    """Ordered sums of `parts` that give `total`: over how often each part occurs, a multinomial."""

    def counts(rest: int, remaining: list[int]) -> Iterator[list[int]]:
        if len(remaining) == 1:
            if rest % remaining[0] == 0:
                yield [rest // remaining[0]]
            return
        for n in range(rest // remaining[0] + 1):
            for more in counts(rest - n * remaining[0], remaining[1:]):
                yield [n, *more]

    return sum(factorial(sum(c)) // prod(map(factorial, c)) for c in counts(total, parts))


class ColouredRingWithTail(Abstraction):
    id = "coloured-ring-with-tail"
    title = "Colourings of a ring of huts with a road"
    topic = TOPIC
    level = 3
    derivation = "A cycle has (q−1)ⁿ + (−1)ⁿ(q−1) colourings; each hut of the tail multiplies by q − 1."
    original = Values(ring=5, tail=2, colours=3)
    original_answer = "120"
    domains = Domains(ring=Whole(3, 14), tail=Whole(1, 9), colours=Whole(3, 10))
    phrasings = (
        "${ring}$ huts stand in a closed ring, each next to two others. From one hut of the ring a road "
        "leads outwards with ${tail}$ more {huts} along it, one after the other. Each hut is painted in one "
        "of ${colours}$ colours so that neighbouring huts (also along the road) differ. All huts can be "
        "told apart. How many ways of painting are there?",
        "A graph consists of a cycle with ${ring}$ vertices and a path of ${tail}$ further {vertices} "
        "attached at one vertex of the cycle. In how many ways can its labelled vertices be coloured with "
        "${colours}$ colours so that adjacent vertices have different colours? (Not every colour has to be "
        "used.)",
    )

    def shown(self, v: Values) -> dict[str, object]:
        one = v.tail == 1
        return {**v, "huts": "hut" if one else "huts", "vertices": "vertex" if one else "vertices"}

    def solve(self, v: Values) -> Exact:
        other = v.colours - 1
        return int((other**v.ring + (-1) ** v.ring * other) * other**v.tail)

    def check(self, v: Values) -> Exact:
        """Walks round the ring with its first hut painted in one colour, then along the road."""
        like_first, unlike = 1, 0
        for _ in range(v.ring - 1):
            like_first, unlike = unlike, like_first * (v.colours - 1) + unlike * (v.colours - 2)
        ways = v.colours * unlike
        for _ in range(v.tail):
            ways *= len([colour for colour in range(v.colours) if colour != 0])
        return int(ways)


class EvenNumbersFromDigits(Abstraction):
    id = "even-numbers-from-digits"
    title = "Even numbers with different digits from a given set"
    topic = TOPIC
    level = 2
    derivation = "Count by the last digit: 0, or another even digit with the first digit not 0."
    original = Values(digits=(0, 1, 2, 3, 4), length=3)
    original_answer = "30"
    domains = Domains(digits=Several(Whole(0, 9), 5, 8, distinct=True), length=Whole(3, 5))
    phrasings = (
        "How many even ${length}$-digit numbers with pairwise different digits can be formed from the digits "
        "${listing}$? (A number does not begin with $0$.)",
        "Using each of the digits ${listing}$ at most once, how many even numbers with exactly ${length}$ "
        "digits can be written? Leading zeros are not allowed.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"length": v.length, "listing": listed(v.digits)}

    def well_posed(self, v: Values) -> bool:
        return any(d % 2 == 0 for d in v.digits) and any(d % 2 for d in v.digits)

    def solve(self, v: Values) -> Exact:
        size, evens = len(v.digits), sum(d % 2 == 0 for d in v.digits)
        zero = 0 in v.digits

        def rows(choices: int, places: int) -> int:
            return factorial(choices) // factorial(choices - places)

        if not zero:
            return evens * rows(size - 1, v.length - 1)
        return rows(size - 1, v.length - 1) + (evens - 1) * (size - 2) * rows(size - 2, v.length - 2)

    def check(self, v: Values) -> Exact:
        rows = permutations(v.digits, v.length)
        return sum(row[0] != 0 and row[-1] % 2 == 0 for row in rows)


ABSTRACTIONS: Final = (
    ApartLetters(),
    LatticePathsAvoiding(),
    CommitteeWithMinimum(),
    BoundedSharing(),
    PayingWithCoins(),
    StairsWithBrokenStep(),
    ColouredRingWithTail(),
    EvenNumbersFromDigits(),
)
