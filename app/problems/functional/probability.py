"""Abstractions of probability: urns, dice, tests, walks, waiting, and chances that are areas."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values
from app.problems.functional.domains import Domains, Whole

TOPIC: Final = "probability"


class UrnWithoutReplacement(Abstraction):
    id = "urn-without-replacement"
    title = "Balls drawn from an urn without replacement"
    topic = TOPIC
    level = 1
    derivation = "Hypergeometric: C(r, j)·C(rest, k − j)/C(all, k)."
    original = Values(red=4, blue=6, drawn=3, wanted=2)
    original_answer = r"\frac{3}{10}"
    domains = Domains(red=Whole(3, 20), blue=Whole(3, 20), drawn=Whole(2, 7), wanted=Whole(1, 6))
    phrasings = (
        "An urn holds ${red}$ red and ${blue}$ blue balls. ${drawn}$ balls are drawn at random without "
        "replacement. What is the probability that exactly ${wanted}$ of them {are} red? Answer with a "
        "fraction in lowest terms.",
        "From a bag with ${red}$ red and ${blue}$ blue marbles, ${drawn}$ are taken at once, all selections "
        "being equally likely. Find the exact probability of taking exactly ${wanted}$ red {marbles}.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        one = v.wanted == 1
        return {**v, "are": "is" if one else "are", "marbles": "marble" if one else "marbles"}

    def well_posed(self, v: Values) -> bool:
        return bool(v.wanted <= min(v.drawn, v.red) and v.drawn <= min(v.red, v.blue))

    def solve(self, v: Values) -> Exact:
        ways = comb(v.red, v.wanted) * comb(v.blue, v.drawn - v.wanted)
        return Fraction(ways, comb(v.red + v.blue, v.drawn))

    def check(self, v: Values) -> Exact:
        """Ball after ball, the chance of each number of red ones so far."""
        chance = {0: Fraction(1)}
        for taken in range(v.drawn):
            after: dict[int, Fraction] = {}
            for red, p in chance.items():
                is_red = Fraction(v.red - red, v.red + v.blue - taken)
                after[red + 1] = after.get(red + 1, Fraction(0)) + p * is_red
                after[red] = after.get(red, Fraction(0)) + p * (1 - is_red)
            chance = after
        return chance[v.wanted]


class SumOfDice(Abstraction):
    id = "sum-of-dice"
    title = "The sum of several dice"
    topic = TOPIC
    level = 2
    derivation = "Inclusion–exclusion over the dice that exceed s: Σ(−1)ⁱC(n, i)C(t − si − 1, n − 1)/sⁿ."
    original = Values(dice=3, sides=6, total=10)
    original_answer = r"\frac{1}{8}"
    domains = Domains(dice=Whole(2, 5), sides=Whole(4, 20), total=Whole(5, 70))
    phrasings = (
        "${dice}$ fair dice, each with ${sides}$ sides numbered $1$ to ${sides}$, are rolled. What is the "
        "probability that the numbers rolled add up to ${total}$? Answer with a fraction in lowest terms.",
        "A fair ${sides}$-sided die (faces $1, 2, \\dots, {sides}$) is thrown ${dice}$ times. Find the exact "
        "probability that the sum of the results is ${total}$.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.dice + 1 < v.total < v.dice * v.sides)

    def solve(self, v: Values) -> Exact:
        ways = 0
        for i in range((v.total - v.dice) // v.sides + 1):
            ways += (-1) ** i * comb(v.dice, i) * comb(v.total - v.sides * i - 1, v.dice - 1)
        return Fraction(ways, v.sides**v.dice)

    def check(self, v: Values) -> Exact:
        ways = Counter({0: 1})
        for _ in range(v.dice):
            after: Counter[int] = Counter()
            for rolled, count in ways.items():
                for face in range(1, v.sides + 1):
                    after[rolled + face] += count
            ways = after
        return Fraction(ways[v.total], v.sides**v.dice)


class MedicalTest(Abstraction):
    id = "medical-test"
    title = "How likely illness is after a positive test"
    topic = TOPIC
    level = 2
    derivation = "Bayes: P(ill | +) = P(ill)·s/(P(ill)·s + P(well)·f)."
    original = Values(ill=2, sensitivity=90, false_alarm=5)
    original_answer = r"\frac{18}{67}"
    domains = Domains(ill=Whole(1, 30), sensitivity=Whole(70, 99), false_alarm=Whole(1, 20))
    phrasings = (
        "${ill}\\%$ of a population have a disease. A test is positive for ${sensitivity}\\%$ of those who "
        "have it, and for ${false_alarm}\\%$ of those who do not. A person chosen at random tests positive. "
        "What is the probability that this person has the disease? Answer with a fraction in lowest terms.",
        "Of the parts a machine makes, ${ill}\\%$ are faulty. An inspection rejects ${sensitivity}\\%$ of "
        "the faulty parts, but also ${false_alarm}\\%$ of the good ones. Find the exact probability that a "
        "rejected part is faulty, as a fraction in lowest terms.",
    )

    def solve(self, v: Values) -> Exact:
        ill, positive = Fraction(v.ill, 100), Fraction(v.sensitivity, 100)
        return ill * positive / (ill * positive + (1 - ill) * Fraction(v.false_alarm, 100))

    def check(self, v: Values) -> Exact:
        """Counts heads in a population of ten thousand."""
        ill = 100 * v.ill
        well = 10_000 - ill
        true, false = ill * v.sensitivity // 100, well * v.false_alarm // 100
        return Fraction(true, true + false)


class GamblersRuin(Abstraction):
    id = "gamblers-ruin"
    title = "A walk that ends at one of two walls"
    topic = TOPIC
    level = 3
    derivation = "With r = q/p the chance h(i) = (1 − rⁱ)/(1 − rᴺ) solves h(i) = p·h(i+1) + q·h(i−1)."
    original = Values(start=2, goal=5, win=2, lose=1)
    original_answer = r"\frac{24}{31}"
    domains = Domains(start=Whole(1, 8), goal=Whole(3, 10), win=Whole(1, 7), lose=Whole(1, 7))
    phrasings = (
        "A player starts with ${start}$ {chips}. In each round, independently, she wins a chip with "
        "probability ${win_chance}$ and otherwise loses one. She stops when she has ${goal}$ chips or none. "
        "What is the probability that she ends with ${goal}$ chips? Answer with a fraction in lowest terms.",
        "A particle is at position ${start}$. Each step is $+1$ with probability ${win_chance}$ and $-1$ "
        "with probability ${lose_chance}$, independently of the others. Find the exact probability that it "
        "reaches ${goal}$ before it reaches $0$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        both = v.win + v.lose
        return {
            "start": v.start,
            "goal": v.goal,
            "chips": "chip" if v.start == 1 else "chips",
            "win_chance": f"\\frac{{{v.win}}}{{{both}}}",
            "lose_chance": f"\\frac{{{v.lose}}}{{{both}}}",
        }

    def well_posed(self, v: Values) -> bool:
        return bool(v.start < v.goal and v.win != v.lose and sympy.gcd(v.win, v.lose) == 1)

    def solve(self, v: Values) -> Exact:
        ratio = Fraction(v.lose, v.win)
        return (1 - ratio**v.start) / (1 - ratio**v.goal)

    def check(self, v: Values) -> Exact:
        """Shoots from h(0) = 0, h(1) = 1 by the recurrence, and scales to h(goal) = 1."""
        up, down = Fraction(v.win, v.win + v.lose), Fraction(v.lose, v.win + v.lose)
        heights = [Fraction(0), Fraction(1)]
        while len(heights) <= v.goal:
            heights.append((heights[-1] - down * heights[-2]) / up)
        return heights[v.start] / heights[v.goal]


class WaitingForMarkedCards(Abstraction):
    id = "waiting-for-marked-cards"
    title = "How long until the k-th special card"
    topic = TOPIC
    level = 3
    derivation = (
        "The s special cards cut the others into s + 1 gaps of equal mean, so the k-th is at k(n+1)/(s+1)."
    )
    original = Values(cards=52, special=4, which=2)
    original_answer = r"\frac{106}{5}"
    domains = Domains(cards=Whole(10, 80), special=Whole(2, 9), which=Whole(2, 8))
    phrasings = (
        "A well shuffled pack has ${cards}$ cards, of which ${special}$ are marked. Cards are turned over "
        "one by one from the top. What is the expected number of cards turned over until the {which_th} "
        "marked card appears, that card included? Give the exact value.",
        "${special}$ of ${cards}$ keys open a door. The keys are tried one after another in random order, "
        "and none is tried twice. Find the exact expected number of trials up to and including the "
        "{which_th} key that fits.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        names = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
        return {**v, "which_th": names[v.which - 2]}

    def well_posed(self, v: Values) -> bool:
        return bool(v.which <= v.special and 2 * v.special <= v.cards)

    def solve(self, v: Values) -> Exact:
        return Fraction(v.which * (v.cards + 1), v.special + 1)

    def check(self, v: Values) -> Exact:
        """The mean of the place over all choices of places for the marked cards."""
        total = sum(
            place * comb(place - 1, v.which - 1) * comb(v.cards - place, v.special - v.which)
            for place in range(1, v.cards + 1)
        )
        return Fraction(total, comb(v.cards, v.special))


class DistinctFaces(Abstraction):
    id = "distinct-faces"
    title = "How many different faces are seen"
    topic = TOPIC
    level = 3
    derivation = "Each face is seen with chance 1 − (1 − 1/s)ⁿ; expectations add."
    original = Values(sides=6, rolls=3)
    original_answer = r"\frac{91}{36}"
    domains = Domains(sides=Whole(4, 80), rolls=Whole(3, 8))
    phrasings = (
        "A fair die with ${sides}$ sides is rolled ${rolls}$ times. What is the expected number of "
        "different faces that come up? Answer with a fraction in lowest terms.",
        "Each of ${rolls}$ children independently picks one of ${sides}$ books, all choices being equally "
        "likely. Find the exact expected number of books that are picked by at least one child.",
    )

    def solve(self, v: Values) -> Exact:
        return v.sides * (1 - Fraction(v.sides - 1, v.sides) ** int(v.rolls))

    def check(self, v: Values) -> Exact:
        """Roll after roll, the chance of each number of faces seen so far."""
        chance = [Fraction(1)] + [Fraction(0)] * v.rolls
        for _ in range(v.rolls):
            seen_again = [p * Fraction(seen, v.sides) for seen, p in enumerate(chance)]
            new = [p * (1 - Fraction(seen, v.sides)) for seen, p in enumerate(chance)]
            chance = [again + fresh for again, fresh in zip(seen_again, [Fraction(0), *new], strict=False)]
        return sum((seen * p for seen, p in enumerate(chance)), Fraction(0))


class MeetingInTheSquare(Abstraction):
    id = "meeting-in-the-square"
    title = "Two people who wait for each other"
    topic = TOPIC
    level = 3
    derivation = "In the T×T square the meeting fails in two triangles of legs T − a and T − b."
    original = Values(span=60, first=20, second=10)
    original_answer = r"\frac{31}{72}"
    domains = Domains(span=Whole(20, 120), first=Whole(3, 60), second=Whole(3, 60))
    phrasings = (
        "Ada and Ben each come to a café at a time chosen uniformly at random, and independently, within "
        "the same ${span}$ minutes. Ada waits ${first}$ minutes for Ben, Ben waits ${second}$ minutes for "
        "Ada (even beyond the end of the ${span}$ minutes), and then leaves. What is the probability that "
        "they meet? Answer with a fraction in lowest terms.",
        "Numbers $x$ and $y$ are chosen independently and uniformly from the interval $[0, {span}]$. Find "
        "the exact probability that $-{second} \\le y - x \\le {first}$.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.first < v.span and v.second < v.span)

    def solve(self, v: Values) -> Exact:
        missed = Fraction((v.span - v.first) ** 2 + (v.span - v.second) ** 2, 2)
        return 1 - missed / v.span**2

    def check(self, v: Values) -> Exact:
        """Integrates over x the length of the y that meet it; between its corners that is linear in x."""
        corners = sorted({0, v.span, v.span - v.first, v.second})
        lengths = [min(x + v.first, v.span) - max(x - v.second, 0) for x in corners]
        area = sum(
            Fraction((right - left) * (one + other), 2)
            for left, right, one, other in zip(corners, corners[1:], lengths, lengths[1:], strict=False)
        )
        return Fraction(area) / v.span**2


class BestOfSeries(Abstraction):
    id = "best-of-series"
    title = "Who wins a series that is under way"
    topic = TOPIC
    level = 2
    derivation = "Imagine all remaining games played: the leader needs at least as many wins as are missing."
    original = Values(to_win=4, ours=2, theirs=1, p=1, q=2)
    original_answer = r"\frac{11}{16}"
    domains = Domains(to_win=Whole(3, 6), ours=Whole(0, 5), theirs=Whole(0, 5), p=Whole(1, 6), q=Whole(2, 7))
    phrasings = (
        "Two teams play until one of them has won ${to_win}$ games. Team A wins each game with probability "
        "$\\frac{{{p}}}{{{q}}}$, independently of the others; there are no draws. At the moment A has won "
        "${ours}$ and B has won ${theirs}$. What is the probability that A wins the series? Answer with a "
        "fraction in lowest terms.",
        "In a match that goes to the first player with ${to_win}$ won sets, Ann has won ${ours}$ and Bea "
        "${theirs}$ so far. Ann wins every further set with probability $\\frac{{{p}}}{{{q}}}$, "
        "independently. Find the exact probability that Ann wins the match.",
    )

    def well_posed(self, v: Values) -> bool:
        under_way = v.ours < v.to_win and v.theirs < v.to_win
        last_game = v.ours == v.theirs == v.to_win - 1
        return bool(under_way and not last_game and v.p < v.q and sympy.gcd(v.p, v.q) == 1)

    def solve(self, v: Values) -> Exact:
        chance = Fraction(v.p, v.q)
        missing, allowed = v.to_win - v.ours, v.to_win - v.theirs - 1
        games = missing + allowed
        return sum(
            (comb(games, w) * chance**w * (1 - chance) ** (games - w) for w in range(missing, games + 1)),
            Fraction(0),
        )

    def check(self, v: Values) -> Exact:
        """Backwards from the ends: the chance at a score is the mean of the chances at the next two."""
        chance = Fraction(v.p, v.q)
        table: dict[tuple[int, int], Fraction] = {}
        for ours, theirs in product(range(v.to_win, -1, -1), repeat=2):
            if ours == v.to_win:
                table[ours, theirs] = Fraction(1)
            elif theirs == v.to_win:
                table[ours, theirs] = Fraction(0)
            else:
                won, lost = table[ours + 1, theirs], table[ours, theirs + 1]
                table[ours, theirs] = chance * won + (1 - chance) * lost
        return table[v.ours, v.theirs]


ABSTRACTIONS: Final = (
    UrnWithoutReplacement(),
    SumOfDice(),
    MedicalTest(),
    GamblersRuin(),
    WaitingForMarkedCards(),
    DistinctFaces(),
    MeetingInTheSquare(),
    BestOfSeries(),
)
