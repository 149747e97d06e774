"""Abstractions of digits: bases, reversals, check digits, digit sums, and numbers on pages."""

from __future__ import annotations

import random
from math import comb, isqrt
from typing import Final

import sympy

from app.problems.functional.base import Abstraction, Exact, Values, only
from app.problems.functional.domains import Domains, OneOf, Several, Value, Whole

TOPIC: Final = "digits"


class UnknownBase(Abstraction):
    id = "unknown-base"
    title = "The base in which a number is written"
    topic = TOPIC
    level = 2
    derivation = "The value of the digits grows with the base, so at most one base fits: halve the interval."
    original = Values(digits=(2, 3, 1), number=91)
    original_answer = "6"
    domains = Domains(digits=Several(Whole(0, 9), 3, 4), number=Whole(30, 160_000))
    phrasings = (
        "In which base $b$ is the number that we write ${number}$ (in base ten) written $({text})_b$?",
        "The numeral $({text})_b$ in base $b$ stands for the number ${number}$ (written in base ten). Find "
        "$b$.",
    )

    def draw(self, source: random.Random) -> Values:
        digits = tuple(source.randrange(10) for _ in range(source.randint(3, 4)))
        return Values(digits=digits, number=_value(digits, source.randint(4, 25)))

    def redraw(self, v: Values, name: str, source: random.Random) -> Value:
        base = source.randint(4, 25)
        return _value(v.digits, base) if name == "number" else _written(v.number, base)

    def shown(self, v: Values) -> dict[str, object]:
        return {"number": v.number, "text": "".join(map(str, v.digits))}

    def well_posed(self, v: Values) -> bool:
        """There is such a base, larger than every digit and not ten."""
        base = self._base(v)
        return bool(v.digits[0] != 0 and _value(v.digits, base) == v.number and base > max(v.digits))

    def trivial(self, v: Values, answer: sympy.Basic) -> bool:
        return bool(answer == 10)

    def solve(self, v: Values) -> Exact:
        return self._base(v)

    def _base(self, v: Values) -> int:
        """The least base in which the digits are worth the number or more."""
        low, high = 2, int(v.number)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _value(v.digits, middle) >= v.number else (middle + 1, high)
        return low

    def check(self, v: Values) -> Exact:
        """Writes the number, by division, in every base in which it has three digits or more."""
        return only(base for base in range(2, isqrt(v.number) + 1) if _written(v.number, base) == v.digits)


class ReversedDigits(Abstraction):
    id = "reversed-digits"
    title = "A number and its reversal"
    topic = TOPIC
    level = 1
    derivation = "N − reversal = 99(a − c) and a + b + c = s with b given: two linear equations for a and c."
    original = Values(total=15, middle=4, difference=297)
    original_answer = "744"
    domains = Domains(total=Whole(4, 26), middle=Whole(0, 9), difference=Whole(-792, 792, 99))
    phrasings = (
        "A three-digit number has the digit sum ${total}$ and the middle digit ${middle}$. {relation} What "
        "is the number?",
        "Find the three-digit number whose digits add up to ${total}$ and whose tens digit is ${middle}$. "
        "{relation}",
    )

    def shown(self, v: Values) -> dict[str, object]:
        more = "more" if v.difference > 0 else "less"
        size = abs(v.difference)
        relation = f"The number is ${size}$ {more} than the number with the same digits in reverse order."
        return {**v, "relation": relation}

    def well_posed(self, v: Values) -> bool:
        """The two outer digits are digits, neither of them 0, and differ."""
        both, apart = v.total - v.middle, v.difference // 99
        a, c = both + apart, both - apart
        return bool(apart != 0 and both % 2 == apart % 2 and 2 <= a <= 18 and 2 <= c <= 18)

    def solve(self, v: Values) -> Exact:
        both, apart = v.total - v.middle, v.difference // 99
        return int(100 * ((both + apart) // 2) + 10 * v.middle + (both - apart) // 2)

    def check(self, v: Values) -> Exact:
        def fits(number: int) -> bool:
            text = str(number)
            turned = number - int(text[::-1]) == v.difference
            return turned and sum(map(int, text)) == v.total and text[1] == str(v.middle)

        return only(number for number in range(100, 1000) if fits(number))


class PagesFromDigits(Abstraction):
    id = "pages-from-digits"
    title = "How many pages so many digits number"
    topic = TOPIC
    level = 1
    derivation = "Take off 9 digits for pages 1–9, 180 for 10–99, 2700 for 100–999, and divide what is left."
    original = Values(first=1, used=1317)
    original_answer = "475"
    domains = Domains(first=Whole(1, 9), used=Whole(60, 9000))
    phrasings = (
        "The pages of a book are numbered consecutively, beginning with page ${first}$. In all, ${used}$ "
        "digits are used. What is the number of the last page?",
        "A printer numbers pages ${first}, {second}, {third}, \\dots$ and has set ${used}$ digits in all "
        "when the last page is numbered. Which number does the last page have?",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "second": v.first + 1, "third": v.first + 2}

    def well_posed(self, v: Values) -> bool:
        """The digits end with a page."""
        page, _ = _last_page(v.first, v.used)
        return page is not None

    def solve(self, v: Values) -> Exact:
        page, _ = _last_page(v.first, v.used)
        return page or 0

    def check(self, v: Values) -> Exact:
        page, used = v.first - 1, 0
        while used < v.used:
            page += 1
            used += len(str(page))
        return int(page)


def _last_page(first: int, used: int) -> tuple[int | None, int]:
    """The page on which the digits end, and how many are over (then there is no such page)."""
    left, page = used + first - 1, 0
    for size in range(1, 10):
        block = 9 * 10 ** (size - 1) * size
        if left <= block:
            page += left // size
            return (page, 0) if left % size == 0 else (None, left % size)
        left, page = left - block, page + 9 * 10 ** (size - 1)
    return None, left


class MissingDigits(Abstraction):
    id = "missing-digits"
    title = "Two missing digits of a multiple of 99"
    topic = TOPIC
    level = 2
    answer_kind = "tuple"
    derivation = (
        "Divisibility by 9 gives x + y modulo 9 and by 11 x − y modulo 11; together one pair is left."
    )
    original = Values(first=6, second=2, third=4, fourth=7)
    original_answer = r"\left(8, 0\right)"
    domains = Domains(first=Whole(1, 9), second=Whole(0, 9), third=Whole(0, 9), fourth=Whole(0, 9))
    phrasings = (
        "The six-digit number $\\overline{{{first}x{second}{third}y{fourth}}}$, with digits $x$ and $y$, is "
        "divisible by $99$. Find the ordered pair $(x, y)$.",
        "Two digits of a six-digit multiple of $99$ are illegible: "
        "${first}\\,x\\,{second}\\,{third}\\,y\\,{fourth}$. Which pair $(x, y)$ of digits makes it right?",
    )

    def well_posed(self, v: Values) -> bool:
        return len(_pairs(v)) == 1

    def solve(self, v: Values) -> Exact:
        """Splits the number into blocks of two digits, since 100 ≡ 1 modulo 99."""
        blocks = 10 * v.first + 10 * v.second + v.third + v.fourth
        missing = -blocks % 99
        x, y = missing % 10, missing // 10
        return sympy.Tuple(x, y)

    def check(self, v: Values) -> Exact:
        return sympy.Tuple(*only(_pairs(v)))


def _pairs(v: Values) -> list[tuple[int, int]]:
    known = 100_000 * v.first + 1000 * v.second + 100 * v.third + v.fourth
    pairs = ((x, y) for x in range(10) for y in range(10))
    return [(x, y) for x, y in pairs if (known + 10_000 * x + 10 * y) % 99 == 0]


class CheckDigit(Abstraction):
    id = "check-digit"
    title = "The digit that a code has lost"
    topic = TOPIC
    level = 2
    derivation = "The weight of the lost place is invertible modulo 11, so the congruence has one solution."
    original = Values(code=(3, 1, 0, 1, 4, 2, 9, 8), lost=3, rest=5)
    original_answer = "8"
    domains = Domains(code=Several(Whole(0, 9), 7, 9), lost=Whole(2, 7), rest=Whole(1, 9))
    phrasings = (
        "A code of ${size}$ digits $d_1 d_2 \\dots d_{{{size}}}$ is valid if $1 \\cdot d_1 + 2 \\cdot d_2 + "
        "\\dots + {size} \\cdot d_{{{size}}}$ leaves remainder ${rest}$ on division by $11$. In the valid "
        "code ${shown_code}$ one digit, shown as $x$, is illegible. What is $x$?",
        "The digits of a ${size}$-digit number are multiplied by $1, 2, \\dots, {size}$ from left to right "
        "and the products are added; the sum has remainder ${rest}$ modulo $11$. The number is "
        "${shown_code}$ with an unknown digit $x$. Find $x$.",
    )

    def draw(self, source: random.Random) -> Values:
        """The lost digit stands as 0: it is not part of the question."""
        v = super().draw(source)
        code = tuple(0 if place == v.lost else digit for place, digit in enumerate(v.code, 1))
        return Values({**v, "code": code})

    def shown(self, v: Values) -> dict[str, object]:
        digits = ["x" if place == v.lost else str(digit) for place, digit in enumerate(v.code, 1)]
        return {"size": len(v.code), "rest": v.rest, "shown_code": "\\,".join(digits)}

    def well_posed(self, v: Values) -> bool:
        return bool(v.code[v.lost - 1] == 0 and v.code[0] != 0 and _lost(v) < 10)

    def trivial(self, v: Values, answer: sympy.Basic) -> bool:
        return False

    def solve(self, v: Values) -> Exact:
        return _lost(v)

    def check(self, v: Values) -> Exact:
        def valid(x: int) -> bool:
            code = [x if place == v.lost else digit for place, digit in enumerate(v.code, 1)]
            return bool(sum(place * digit for place, digit in enumerate(code, 1)) % 11 == v.rest)

        return only(x for x in range(10) if valid(x))


def _lost(v: Values) -> int:
    known = sum(place * digit for place, digit in enumerate(v.code, 1) if place != v.lost)
    return int((v.rest - known) * pow(v.lost, -1, 11) % 11)


class DigitSumCount(Abstraction):
    id = "digit-sum-count"
    title = "How many numbers have a given digit sum"
    topic = TOPIC
    level = 3
    derivation = (
        "Stars and bars with each digit at most 9: Σ(−1)ⁱC(k, i)C(s − 10i + k − 1, k − 1), odd ends apart."
    )
    original = Values(places=4, total=10, ending=1)
    original_answer = "55"
    domains = Domains(places=Whole(3, 9), total=Whole(6, 60), ending=OneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
    phrasings = (
        "How many integers from $0$ to ${last}$ have the digit sum ${total}$ and end in the digit "
        "${ending}$?",
        "Count the integers $n$ with $0 \\le n \\le {last}$ whose last digit is ${ending}$ and whose digits "
        "add up to ${total}$.",
    )

    def shown(self, v: Values) -> dict[str, object]:
        return {**v, "last": 10**v.places - 1}

    def well_posed(self, v: Values) -> bool:
        return bool(v.ending + 2 <= v.total <= v.ending + 9 * (v.places - 1) - 2)

    def solve(self, v: Values) -> Exact:
        k, rest = v.places - 1, v.total - v.ending
        terms = range(min(k, rest // 10) + 1)
        return sum((-1) ** i * comb(k, i) * comb(rest - 10 * i + k - 1, k - 1) for i in terms)

    def check(self, v: Values) -> Exact:
        ways = [1] + [0] * v.total
        for _ in range(v.places - 1):
            ways = [sum(ways[max(0, s - 9) : s + 1]) for s in range(v.total + 1)]
        return ways[v.total - v.ending]


def _value(digits: tuple[int, ...], base: int) -> int:
    value = 0
    for digit in digits:
        value = value * base + digit
    return value


def _written(number: int, base: int) -> tuple[int, ...]:
    digits: list[int] = []
    while number:
        number, digit = divmod(number, base)
        digits.append(digit)
    return tuple(reversed(digits))


ABSTRACTIONS: Final = (
    UnknownBase(),
    ReversedDigits(),
    PagesFromDigits(),
    MissingDigits(),
    CheckDigit(),
    DigitSumCount(),
)
