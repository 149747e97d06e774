"""Abstractions of percentages, mixtures, work and motion."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values, only
from app.problems.functional.domains import Domains, OneOf, Whole

TOPIC: Final = "percentages and rates"


class SuccessivePercentChanges(Abstraction):
    id = "successive-percent-changes"
    title = "A rise and a reduction, one after the other"
    topic = TOPIC
    level = 1
    derivation = "Each change multiplies the price; the factors are (1 + p/100) and (1 − q/100)."
    original = Values(price=400, rise=25, cut=10, colour="red")
    original_answer = "450"
    domains = Domains(
        price=Whole(100, 5000, 100),
        rise=Whole(5, 60),
        cut=Whole(5, 60),
        colour=OneOf("red", "blue", "green", "grey", "yellow", "white"),
    )
    distractors = ("colour",)
    phrasings = (
        "A {colour} bicycle costs ${price}$ dollars. The shop raises the price by ${rise}\\%$ and later "
        "reduces the new price by ${cut}\\%$. What does the bicycle cost then, in dollars? Give the exact "
        "amount.",
        "The price of a {colour} sofa was ${price}$ dollars. It went up by ${rise}\\%$, and then this higher "
        "price was cut by ${cut}\\%$. Find the exact final price in dollars.",
    )

    def solve(self, v: Values) -> Exact:
        return v.price * Fraction(100 + v.rise, 100) * Fraction(100 - v.cut, 100)

    def check(self, v: Values) -> Exact:
        raised = v.price + Fraction(v.price * v.rise, 100)
        return raised - raised * v.cut / 100


class ReversePercentage(Abstraction):
    id = "reverse-percentage"
    title = "The price before tax and discount"
    topic = TOPIC
    level = 2
    derivation = "Divide what was paid by both factors, (1 − d/100) and (1 + t/100)."
    original = Values(paid=216, discount=25, tax=20)
    original_answer = "240"
    domains = Domains(paid=Whole(30, 3000), discount=Whole(5, 50, 5), tax=Whole(4, 25))
    phrasings = (
        "A shop takes ${discount}\\%$ off the listed price of a lamp and then adds ${tax}\\%$ tax to the "
        "reduced price. A customer pays ${paid}$ dollars in all. What was the listed price, in dollars?",
        "After a discount of ${discount}\\%$ on the listed price, a tax of ${tax}\\%$ on the discounted "
        "price is added, and a buyer pays ${paid}$ dollars. Find the listed price in dollars.",
    )

    def well_posed(self, v: Values) -> bool:
        """The listed price is a whole number of dollars."""
        return bool(v.paid * 10_000 % ((100 - v.discount) * (100 + v.tax)) == 0)

    def solve(self, v: Values) -> Exact:
        return v.paid / (Fraction(100 - v.discount, 100) * Fraction(100 + v.tax, 100))

    def check(self, v: Values) -> Exact:
        """Tries every whole price that is not more than the sum paid would be without tax."""
        most = v.paid * 100 // (100 - v.discount)
        factor = (100 - v.discount) * (100 + v.tax)
        return only(price for price in range(1, most + 1) if price * factor == v.paid * 10_000)


class DilutionByWater(Abstraction):
    id = "dilution-by-water"
    title = "Water added to a sugar solution"
    topic = TOPIC
    level = 1
    derivation = "The sugar stays: V·p = (V + x)·q, so x = V(p − q)/q."
    original = Values(volume=12, strong=25, weak=15)
    original_answer = "8"
    domains = Domains(volume=Whole(2, 90), strong=Whole(8, 80), weak=Whole(3, 60))
    phrasings = (
        "How many litres of pure water must be added to ${volume}$ litres of a ${strong}\\%$ sugar solution "
        "to make a ${weak}\\%$ solution? (Volumes add up; percentages are grams of sugar per $100$ ml.) "
        "Give the exact number.",
        "A tank holds ${volume}$ litres of syrup with ${strong}$ grams of sugar in every $100$ ml. Pure "
        "water is poured in until there are ${weak}$ grams of sugar in every $100$ ml. If volumes add up, "
        "exactly how many litres of water were poured in?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.weak < v.strong)

    def solve(self, v: Values) -> Exact:
        return Fraction(v.volume * (v.strong - v.weak), v.weak)

    def check(self, v: Values) -> Exact:
        """Each litre that holds 10·weak grams takes its share of the sugar; what is over is water."""
        sugar = 10 * v.strong * v.volume
        return Fraction(sugar, 10 * v.weak) - v.volume


class AlloyOfTwo(Abstraction):
    id = "alloy-of-two"
    title = "Two alloys melted together"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = "By the lever rule the masses are as the distances of the contents from the mixture's."
    original = Values(first=30, second=70, mixture=45, mass=40)
    original_answer = r"\left(25, 15\right)"
    domains = Domains(first=Whole(5, 50), second=Whole(30, 95), mixture=Whole(10, 90), mass=Whole(5, 300))
    phrasings = (
        "Alloy A is ${first}\\%$ copper by mass and alloy B is ${second}\\%$ copper by mass. They are "
        "melted together to make ${mass}$ kg of an alloy that is ${mixture}\\%$ copper. How many kilograms "
        "of A and of B are needed? Answer with the ordered pair (mass of A, mass of B).",
        "A smith has two alloys: A with ${first}\\%$ copper and B with ${second}\\%$ copper (by mass). She "
        "wants ${mass}$ kg of metal with ${mixture}\\%$ copper. Give the pair $(a, b)$, where $a$ and $b$ "
        "are the kilograms of A and of B that she must take.",
    )

    def well_posed(self, v: Values) -> bool:
        """The mixture lies between, and the masses are whole numbers."""
        if not v.first < v.mixture < v.second:
            return False
        return bool(v.mass * (v.second - v.mixture) % (v.second - v.first) == 0)

    def solve(self, v: Values) -> Exact:
        a = Fraction(v.mass * (v.second - v.mixture), v.second - v.first)
        return sympy.Tuple(sympy.Rational(a), sympy.Rational(v.mass - a))

    def check(self, v: Values) -> Exact:
        copper = v.mixture * v.mass
        a = only(a for a in range(v.mass + 1) if v.first * a + v.second * (v.mass - a) == copper)
        return sympy.Tuple(a, v.mass - a)


class RepeatedReplacement(Abstraction):
    id = "repeated-replacement"
    title = "A barrel refilled with water again and again"
    topic = TOPIC
    level = 2
    derivation = (
        "Each turn leaves the part 1 − k/V of the juice, so after n turns V(1 − k/V)ⁿ litres are left."
    )
    original = Values(volume=10, drawn=2, turns=3)
    original_answer = r"\frac{128}{25}"
    domains = Domains(volume=Whole(5, 60), drawn=Whole(1, 30), turns=Whole(2, 5))
    phrasings = (
        "A barrel holds ${volume}$ litres of juice. ${drawn}$ litres are drawn off and replaced by water, "
        "and the contents are mixed well. This is done ${turns}$ times in all. Exactly how many litres of "
        "juice are left in the barrel?",
        "From a full cask of ${volume}$ litres of juice one takes ${drawn}$ litres, fills the cask up with "
        "water, and stirs. After doing this ${turns}$ times, how many litres of juice does the cask still "
        "contain? Give the exact value.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(2 * v.drawn <= v.volume)

    def solve(self, v: Values) -> Exact:
        return v.volume * (1 - Fraction(v.drawn, v.volume)) ** int(v.turns)

    def check(self, v: Values) -> Exact:
        juice = Fraction(v.volume)
        for _ in range(v.turns):
            juice -= juice / v.volume * v.drawn
        return juice


class PipesAndDrain(Abstraction):
    id = "pipes-and-drain"
    title = "Two pipes fill a tank that leaks"
    topic = TOPIC
    level = 2
    derivation = "Rates add: 1/t = 1/a + 1/b − 1/c."
    original = Values(first=4, second=6, drain=12)
    original_answer = "3"
    domains = Domains(first=Whole(2, 40), second=Whole(2, 40), drain=Whole(3, 60))
    phrasings = (
        "One pipe alone fills an empty tank in ${first}$ hours, another alone in ${second}$ hours. An open "
        "drain empties the full tank in ${drain}$ hours. With both pipes and the drain open, exactly how "
        "many hours does it take to fill the empty tank?",
        "Pipes P and Q fill a pool in ${first}$ and ${second}$ hours respectively, and a leak would empty "
        "the full pool in ${drain}$ hours, all at constant rates. The pool is empty, both pipes run, and it "
        "leaks. After exactly how many hours is it full?",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(
            v.first != v.second and Fraction(1, v.first) + Fraction(1, v.second) > Fraction(1, v.drain)
        )

    def solve(self, v: Values) -> Exact:
        return 1 / (Fraction(1, v.first) + Fraction(1, v.second) - Fraction(1, v.drain))

    def check(self, v: Values) -> Exact:
        """In a·b·c hours P fills b·c tanks, Q a·c, and a·b run out: so many tanks in so many hours."""
        hours = v.first * v.second * v.drain
        tanks = v.second * v.drain + v.first * v.drain - v.first * v.second
        return Fraction(hours, tanks)


class TrainsMeet(Abstraction):
    id = "trains-meet"
    title = "Two trains towards each other"
    topic = TOPIC
    level = 2
    derivation = "When the second train leaves, D − u·h km are left; they close at u + v km/h."
    original = Values(distance=400, fast=80, slow=60, head_start=1, wagons=9)
    original_answer = r"\frac{1840}{7}"
    domains = Domains(
        distance=Whole(200, 900, 10),
        fast=Whole(50, 160, 5),
        slow=Whole(40, 150, 5),
        head_start=Whole(1, 3),
        wagons=Whole(5, 14),
    )
    distractors = ("wagons",)
    phrasings = (
        "Towns A and B are ${distance}$ km apart. A train with {wagons} wagons leaves A for B at ${fast}$ "
        "km/h; ${head_start}$ h later another train leaves B for A on the parallel track at ${slow}$ km/h. "
        "How many kilometres from A do they meet? Give the exact value.",
        "A train of {wagons} wagons sets out from A towards B, ${distance}$ km away, at a constant ${fast}$ "
        "km/h. A second train starts from B towards A ${head_start}$ h after the first, at a constant "
        "${slow}$ km/h. Find the exact distance from A, in kilometres, of the point where they pass each "
        "other.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.fast * v.head_start < v.distance)

    def solve(self, v: Values) -> Exact:
        left = v.distance - v.fast * v.head_start
        return v.fast * (v.head_start + Fraction(left, v.fast + v.slow))

    def check(self, v: Values) -> Exact:
        """Seen from B: what the second train covers until then, taken from the whole."""
        at_once = v.distance + v.slow * v.head_start  # the gap as it were at the start, and an hour later
        an_hour_later = at_once - v.fast - v.slow
        moment = Fraction(at_once, at_once - an_hour_later)
        return v.distance - v.slow * (moment - v.head_start)


class ThreeLegAverageSpeed(Abstraction):
    id = "three-leg-average-speed"
    title = "The average speed of a trip with three legs"
    topic = TOPIC
    level = 1
    derivation = "Average speed is the whole distance over the whole time, not a mean of speeds."
    original = Values(km=2, up=12, down=30, flat=20)
    original_answer = r"\frac{240}{13}"
    domains = Domains(km=Whole(1, 9), up=Whole(4, 24), down=Whole(12, 60), flat=Whole(10, 50))
    phrasings = (
        "A cyclist rides $1$ km uphill at ${up}$ km/h, then $1$ km downhill at ${down}$ km/h, then ${km}$ "
        "km on the flat at ${flat}$ km/h. What is her average speed over the whole ride, in km/h? Give the "
        "exact value.",
        "A ride consists of one kilometre uphill, one kilometre downhill and ${km}$ km on level road, ridden "
        "at ${up}$, ${down}$ and ${flat}$ km/h respectively. Find the exact average speed (total distance "
        "divided by total time) in km/h.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.up < v.flat < v.down)

    def solve(self, v: Values) -> Exact:
        return (2 + v.km) / (Fraction(1, v.up) + Fraction(1, v.down) + Fraction(v.km, v.flat))

    def check(self, v: Values) -> Exact:
        """The distance covered while the ride is repeated until it has lasted whole hours."""
        hours = v.up * v.down * v.flat
        minutes_of_one = v.down * v.flat + v.up * v.flat + v.km * v.up * v.down
        return Fraction(hours * (v.km + 2), minutes_of_one)


class BoatAndCurrent(Abstraction):
    id = "boat-and-current"
    title = "A boat with and against the current"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = "Downstream speed is b + c, upstream b − c: half their sum and half their difference."
    original = Values(distance=24, down=2, up=3)
    original_answer = r"\left(10, 2\right)"
    domains = Domains(distance=Whole(6, 240), down=Whole(1, 9), up=Whole(2, 16))
    phrasings = (
        "A motor boat covers ${distance}$ km downstream in ${down}$ h and the same way back upstream in "
        "${up}$ h. The boat's speed in still water and the current's speed are constant. Give the exact "
        "ordered pair (speed of the boat in still water, speed of the current), both in km/h.",
        "Going with the current, a ferry needs ${down}$ h for ${distance}$ km; going against it, ${up}$ h. "
        "Find the pair $(b, c)$, where $b$ is the ferry's speed in still water and $c$ the speed of the "
        "current, in km/h, as exact numbers.",
    )

    def well_posed(self, v: Values) -> bool:
        return bool(v.down < v.up)

    def solve(self, v: Values) -> Exact:
        with_it, against = sympy.Rational(v.distance, v.down), sympy.Rational(v.distance, v.up)
        return sympy.Tuple((with_it + against) / 2, (with_it - against) / 2)

    def check(self, v: Values) -> Exact:
        b, c = sympy.symbols("b c")
        (pair,) = sympy.linsolve([v.down * (b + c) - v.distance, v.up * (b - c) - v.distance], b, c)
        return pair


ABSTRACTIONS: Final = (
    SuccessivePercentChanges(),
    ReversePercentage(),
    DilutionByWater(),
    AlloyOfTwo(),
    RepeatedReplacement(),
    PipesAndDrain(),
    TrainsMeet(),
    ThreeLegAverageSpeed(),
    BoatAndCurrent(),
)
