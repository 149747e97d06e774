"""Abstractions of logic and games: leagues, circles of players, piles, lamps, drawers, and sums of pairs."""

from __future__ import annotations

from itertools import combinations, product
from math import isqrt
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values, listed, only
from app.problems.functional.domains import Domains, Several, Whole

TOPIC: Final = "logic and games"


class LeagueDraws(Abstraction):
    id = "league-draws"
    title = "How many matches of a league were drawn"
    topic = TOPIC
    level = 2
    derivation = (
        "A decided match gives w points in all and a draw 2, so draws = (w·matches − points)/(w − 2)."
    )
    original = Values(teams=8, win=3, points=75)
    original_answer = "9"
    domains = Domains(teams=Whole(5, 24), win=Whole(3, 5), points=Whole(20, 1400))
    phrasings = (
        "In a league of ${teams}$ teams every team played every other team exactly once. A win gave ${win}$ "
        "points, a draw $1$ point to each side, and a defeat nothing. At the end all teams together had "
        "${points}$ points. How many matches were drawn?",
        "${teams}$ chess players each play one game against each of the others. The winner of a game gets "
        "${win}$ points and the loser none; in a draw both get $1$ point. All scores together add up to "
        "${points}$. Find the number of drawn games.",
    )

    def well_posed(self, v: Values) -> bool:
        matches = v.teams * (v.teams - 1) // 2
        missing = v.win * matches - v.points
        return bool(missing % (v.win - 2) == 0 and 0 < missing // (v.win - 2) < matches)

    def solve(self, v: Values) -> Exact:
        return int((v.win * v.teams * (v.teams - 1) // 2 - v.points) // (v.win - 2))

    def check(self, v: Values) -> Exact:
        matches = len(list(combinations(range(v.teams), 2)))
        return only(d for d in range(matches + 1) if 2 * d + v.win * (matches - d) == v.points)


class JosephusCircle(Abstraction):
    id = "josephus-circle"
    title = "The last one in the circle"
    topic = TOPIC
    level = 3
    derivation = "Josephus: with places counted from 0, J(1) = 0 and J(n) = (J(n − 1) + k) mod n."
    original = Values(people=10, step=3)
    original_answer = "4"
    domains = Domains(people=Whole(8, 120), step=Whole(3, 12))
    phrasings = (
        "${people}$ children, numbered $1$ to ${people}$, stand in a circle. Starting with child $1$ and "
        "counting round the circle, every {step_th} child leaves (the first to leave is child ${step}$); "
        "the counting always goes on with the next child still there. Which number has the child that is "
        "left at the end?",
        "The numbers $1, 2, \\dots, {people}$ are written around a circle. Beginning the count at $1$, "
        "every {step_th} remaining number is crossed out, again and again around the circle, so that "
        "${step}$ goes first, until one number is left. Which one?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        names = (
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        )
        return {**v, "step_th": names[v.step - 3]}

    def well_posed(self, v: Values) -> bool:
        return bool(v.step < v.people)

    def solve(self, v: Values) -> Exact:
        place = 0
        for size in range(2, v.people + 1):
            place = (place + v.step) % size
        return place + 1

    def check(self, v: Values) -> Exact:
        circle = list(range(1, v.people + 1))
        while len(circle) > 1:
            for _ in range(v.step - 1):
                circle.append(circle.pop(0))
            circle.pop(0)
        return circle[0]


class SubtractionGame(Abstraction):
    id = "subtraction-game"
    title = "The winning first moves on two piles"
    topic = TOPIC
    level = 3
    answer_kind = "tuple"
    derivation = (
        "A pile is worth its size modulo k + 1 (Sprague–Grundy); a move that makes both worths equal wins."
    )
    original = Values(first=17, second=30, most=4)
    original_answer = r"\left(2, 3\right)"
    domains = Domains(first=Whole(10, 34), second=Whole(10, 36), most=Whole(3, 9))
    phrasings = (
        "Two piles A and B have ${first}$ and ${second}$ stones. Two players move in turn; a move takes "
        "from $1$ to ${most}$ stones from one of the piles, and whoever takes the very last stone wins. The "
        "first player has exactly one winning first move on each pile. Give the ordered pair (stones it "
        "takes from A, stones it takes from B).",
        "A game is played with heaps of ${first}$ and ${second}$ counters. In turn, each of two players "
        "removes at least $1$ and at most ${most}$ counters from a single heap; a player who cannot move "
        "loses. The opening move wins if it removes exactly $x$ counters from the first heap, or exactly "
        "$y$ from the second, and in no other way. Find $(x, y)$.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.first % (v.most + 1) != v.second % (v.most + 1))

    def solve(self, v: Values) -> Exact:
        apart = v.first - v.second
        return sympy.Tuple(apart % (v.most + 1), -apart % (v.most + 1))

    def check(self, v: Values) -> Exact:
        """Works out who wins from every position below."""
        lost: dict[tuple[int, int], bool] = {}
        strides = range(1, v.most + 1)
        for a, b in product(range(v.first + 1), range(v.second + 1)):
            beside = [(a - n, b) for n in strides if n <= a] + [(a, b - n) for n in strides if n <= b]
            lost[a, b] = not any(lost[position] for position in beside)
        on_first = only(n for n in strides if lost[v.first - n, v.second])
        return sympy.Tuple(on_first, only(n for n in strides if lost[v.first, v.second - n]))


class LampsLeftOn(Abstraction):
    id = "lamps-left-on"
    title = "The lamps that are on after all switches"
    topic = TOPIC
    level = 2
    derivation = "A lamp is switched once for each divisor; that is an odd number exactly for squares."
    original = Values(low=50, high=200)
    original_answer = "7"
    domains = Domains(low=Whole(10, 900), high=Whole(100, 3000))
    phrasings = (
        "Lamps numbered $1$ to ${high}$ are off. For each $k = 1, 2, 3, \\dots, {high}$ in turn, the switch "
        "of every lamp whose number is a multiple of $k$ is pressed, which changes it from off to on or "
        "from on to off. At the end, how many of the lamps with numbers from ${low}$ to ${high}$ are on?",
        "How many integers from ${low}$ to ${high}$, both included, have an odd number of positive divisors?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.low + 50 <= v.high)

    def solve(self, v: Values) -> Exact:
        return isqrt(v.high) - isqrt(v.low - 1)

    def check(self, v: Values) -> Exact:
        lamps = [False] * (v.high + 1)
        for k in range(1, v.high + 1):
            for lamp in range(k, v.high + 1, k):
                lamps[lamp] = not lamps[lamp]
        return sum(lamps[v.low :])


class SocksInTheDark(Abstraction):
    id = "socks-in-the-dark"
    title = "How many socks make sure of enough of a colour"
    topic = TOPIC
    level = 1
    derivation = (
        "In the worst case one takes all of the scarce colours and one too few of each other: then one more."
    )
    original = Values(socks=(3, 8, 10, 12), wanted=5)
    original_answer = "16"
    domains = Domains(socks=Several(Whole(2, 30), 3, 5, distinct=True), wanted=Whole(3, 12))
    phrasings = (
        "A drawer holds socks of ${colours}$ colours: ${listing}$ of them respectively. In the dark, how "
        "many socks must one take out at least to be sure of having ${wanted}$ of the same colour?",
        "An urn contains balls of ${colours}$ different colours, in the numbers ${listing}$. What is the "
        "least number of balls that must be drawn, unseen, to be certain that ${wanted}$ of those drawn "
        "have one colour?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {"colours": len(v.socks), "listing": listed(v.socks), "wanted": v.wanted}

    def well_posed(self, v: Values) -> bool:
        """Some colours are scarce, and at least two are not."""
        return bool(v.socks[0] < v.wanted <= v.socks[-2])

    def solve(self, v: Values) -> Exact:
        return sum(min(number, v.wanted - 1) for number in v.socks) + 1

    def check(self, v: Values) -> Exact:
        """The least number that no choice without enough of a colour reaches."""
        reachable = {0}
        for number in v.socks:
            taken = range(min(number, v.wanted - 1) + 1)
            reachable = {before + more for before in reachable for more in taken}
        return next(n for n in range(sum(v.socks) + 2) if n not in reachable)


class SumsOfPairs(Abstraction):
    id = "sums-of-pairs"
    title = "Four numbers from their sums in pairs"
    topic = TOPIC
    level = 3
    answer_kind = "tuple"
    derivation = (
        "a + b and a + c are the least sums; the parity of a + b + c tells which of the middle sums is b + c."
    )
    original = Values(sums=(4, 5, 7, 10, 12, 13))
    original_answer = r"\left(1, 3, 4, 9\right)"
    domains = Domains(sums=Several(Whole(3, 160), 6, 6, distinct=True))
    phrasings = (
        "Four integers $a < b < c < d$ are added in pairs, and the six sums, in ascending order, are "
        "${listing}$. Find $(a, b, c, d)$.",
        "The six sums of two of the four integers $a < b < c < d$ are ${listing}$. Give the ordered "
        "quadruple $(a, b, c, d)$.",
    )

    def draw(self, source: object) -> Values:
        numbers = Several(Whole(1, 80), 4, 4, distinct=True).draw(source)  # type: ignore[arg-type]
        return Values(sums=tuple(sorted(x + y for x, y in combinations(numbers, 2))))

    def shown(self, v: Values) -> dict[str, str]:
        return {"listing": listed(v.sums)}

    def well_posed(self, v: Values) -> bool:
        return len(_quadruples(v.sums)) == 1

    def solve(self, v: Values) -> Exact:
        return sympy.Tuple(*_quadruples(v.sums)[0])

    def check(self, v: Values) -> Exact:
        """Tries every least number."""
        least, second, *_, largest = v.sums
        found = []
        for a in range(-v.sums[-1], v.sums[-1]):
            b, c = least - a, second - a
            d = largest - c
            if a < b < c < d and sorted(x + y for x, y in combinations((a, b, c, d), 2)) == list(v.sums):
                found.append((a, b, c, d))
        return sympy.Tuple(*only(found))


def _quadruples(sums: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The quadruples with these sums: either of the middle ones can be b + c."""
    found: list[tuple[int, ...]] = []
    for place in (2, 3):
        total = sums[0] + sums[1] + sums[place]
        if total % 2 == 0:
            half = total // 2
            a, b, c = half - sums[place], half - sums[1], half - sums[0]
            quadruple = (a, b, c, sums[5] - c)
            if tuple(sorted(x + y for x, y in combinations(quadruple, 2))) == sums:
                found.append(quadruple)
    return found


ABSTRACTIONS: Final = (
    LeagueDraws(),
    JosephusCircle(),
    SubtractionGame(),
    LampsLeftOn(),
    SocksInTheDark(),
    SumsOfPairs(),
)
