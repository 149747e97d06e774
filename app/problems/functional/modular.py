"""Abstractions of remainders: powers and towers, congruences one and several, numbers of equal digits."""

from __future__ import annotations

from math import gcd, lcm
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values, only
from app.problems.functional.domains import Domains, Several, Whole

TOPIC: Final = "modular arithmetic"


class PowerTowerRemainder(Abstraction):
    id = "power-tower-remainder"
    title = "The remainder of a power of a power"
    topic = TOPIC
    level = 3
    derivation = "Where base and modulus are coprime, exponents count modulo φ(m) only (Euler)."
    original = Values(base=7, middle=5, top=3, modulus=13)
    original_answer = "11"
    domains = Domains(base=Whole(2, 60), middle=Whole(2, 15), top=Whole(2, 6), modulus=Whole(7, 101))
    phrasings = (
        "What is the remainder when ${base}^{{{middle}^{{{top}}}}}$ is divided by ${modulus}$? (The tower "
        "is read from the top: ${base}$ is raised to the power ${middle}^{{{top}}}$.)",
        "Let $N = {middle}^{{{top}}}$. Find the remainder of ${base}^N$ on division by ${modulus}$.",
    )

    def well_posed(self, v: Values) -> bool:
        return gcd(v.base, v.modulus) == 1

    def solve(self, v: Values) -> Exact:
        exponent = pow(v.middle, v.top, int(sympy.totient(v.modulus)))
        return pow(v.base, exponent, v.modulus)

    def check(self, v: Values) -> Exact:
        """Raises to the middle power as often as the top says."""
        residue = v.base % v.modulus
        for _ in range(v.top):
            start, residue = residue, 1
            for _ in range(v.middle):
                residue = residue * start % v.modulus
        return int(residue)


class ThreeCongruences(Abstraction):
    id = "three-congruences"
    title = "A number known by three remainders"
    topic = TOPIC
    level = 2
    derivation = "Chinese remainders: join two congruences into one modulo the product, twice."
    original = Values(moduli=(3, 5, 7), a=2, b=3, c=2)
    original_answer = "23"
    domains = Domains(
        moduli=Several(Whole(3, 23), 3, 3, distinct=True), a=Whole(0, 22), b=Whole(0, 22), c=Whole(0, 22)
    )
    phrasings = (
        "Find the smallest positive integer that leaves remainder ${a}$ when divided by ${m1}$, remainder "
        "${b}$ when divided by ${m2}$, and remainder ${c}$ when divided by ${m3}$.",
        "Eggs in a basket: taken ${m1}$ at a time, ${a}$ are left over; ${m2}$ at a time, ${b}$; ${m3}$ at "
        "a time, ${c}$. What is the least positive number of eggs there can be?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "m1": v.moduli[0], "m2": v.moduli[1], "m3": v.moduli[2]}

    def well_posed(self, v: Values) -> bool:
        m1, m2, m3 = v.moduli
        coprime = gcd(m1, m2) == gcd(m1, m3) == gcd(m2, m3) == 1
        return coprime and bool(v.a < m1 and v.b < m2 and v.c < m3)

    def solve(self, v: Values) -> Exact:
        number, step = 0, 1
        for modulus, remainder in zip(v.moduli, (v.a, v.b, v.c), strict=True):
            number += step * ((remainder - number) * pow(step, -1, modulus) % modulus)
            step *= modulus
        return number or step

    def check(self, v: Values) -> Exact:
        wanted = list(zip(v.moduli, (v.a, v.b, v.c), strict=True))
        period = lcm(*v.moduli)
        return only(n for n in range(1, period + 1) if all(n % m == r for m, r in wanted))


class LinearCongruence(Abstraction):
    id = "linear-congruence"
    title = "A linear congruence with several solutions"
    topic = TOPIC
    level = 2
    answer_kind = "solution_set"
    derivation = (
        "With g = gcd(a, m) dividing b, divide by g, invert a/g modulo m/g, and add multiples of m/g."
    )
    original = Values(a=6, b=9, m=15)
    original_answer = r"\left\{4, 9, 14\right\}"
    domains = Domains(a=Whole(4, 60), b=Whole(1, 60), m=Whole(12, 90))
    phrasings = (
        "Find all integers $x$ with $0 \\le x < {m}$ that satisfy ${a}x \\equiv {b} \\pmod{{{m}}}$. Give "
        "the set of all such $x$.",
        "Solve the congruence ${a}x \\equiv {b}$ modulo ${m}$: give the set of all solutions among $0, 1, "
        "\\dots, {last}$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "last": v.m - 1}

    def well_posed(self, v: Values) -> bool:
        divisor = gcd(v.a, v.m)
        return bool(v.a < v.m and v.b < v.m and 2 <= divisor <= 6 and v.b % divisor == 0 and v.a % v.m != v.b)

    def solve(self, v: Values) -> Exact:
        divisor = gcd(v.a, v.m)
        small = v.m // divisor
        first = v.b // divisor * pow(v.a // divisor, -1, small) % small
        return sympy.FiniteSet(*range(first, v.m, small))

    def check(self, v: Values) -> Exact:
        return sympy.FiniteSet(*(x for x in range(v.m) if (v.a * x - v.b) % v.m == 0))


class RepdigitRemainder(Abstraction):
    id = "repdigit-remainder"
    title = "The remainder of a number of equal blocks"
    topic = TOPIC
    level = 2
    derivation = (
        "The number is block·(1 + 10ᵏ + … ); add up the powers of 10ᵏ modulo m over one period of them."
    )
    original = Values(block=37, times=20, modulus=11)
    original_answer = "3"
    domains = Domains(block=Whole(10, 99), times=Whole(15, 120), modulus=Whole(7, 59))
    phrasings = (
        "The number ${block}{block}{block}\\dots{block}$ is formed by writing ${block}$ exactly ${times}$ "
        "times in a row. What is its remainder on division by ${modulus}$?",
        "Write the two-digit number ${block}$ side by side ${times}$ times, which gives a number with "
        "${digits}$ digits. Find the remainder of that number when it is divided by ${modulus}$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "digits": 2 * v.times}

    def solve(self, v: Values) -> Exact:
        powers = [1 % v.modulus]
        while (following := powers[-1] * 100 % v.modulus) not in powers:
            powers.append(following)
        start = powers.index(following)
        tail, cycle = powers[:start], powers[start:]
        rounds, rest = divmod(v.times - len(tail), len(cycle))
        return int(v.block * (sum(tail) + rounds * sum(cycle) + sum(cycle[:rest])) % v.modulus)

    def check(self, v: Values) -> Exact:
        return int(str(v.block) * v.times) % int(v.modulus)


class LastDigitsOfSum(Abstraction):
    id = "last-digits-of-sum"
    title = "The last two digits of a sum of powers"
    topic = TOPIC
    level = 2
    derivation = "Powers modulo 100 become periodic (period 20 for bases prime to 10); reduce each exponent."
    original = Values(a=3, m=50, b=7, n=51)
    original_answer = "92"
    domains = Domains(a=Whole(3, 49), m=Whole(30, 2000), b=Whole(3, 49), n=Whole(30, 2000))
    phrasings = (
        "What is the remainder when ${a}^{{{m}}} + {b}^{{{n}}}$ is divided by $100$?",
        "Find the number formed by the last two digits of ${a}^{{{m}}} + {b}^{{{n}}}$, that is, its "
        "remainder modulo $100$.",
    )

    def well_posed(self, v: Values) -> bool:
        return v.a != v.b and gcd(v.a, 10) == 1 and gcd(v.b, 10) == 1

    def solve(self, v: Values) -> Exact:
        return int((v.a ** (v.m % 20) + v.b ** (v.n % 20)) % 100)

    def check(self, v: Values) -> Exact:
        return int((pow(v.a, v.m) + pow(v.b, v.n)) % 100)


ABSTRACTIONS: Final = (
    PowerTowerRemainder(),
    ThreeCongruences(),
    LinearCongruence(),
    RepdigitRemainder(),
    LastDigitsOfSum(),
)
