"""Small problems of calculus made from (seed, index), for a tiny model to learn and to be asked.

Only integers and our own words: answers are exact, and a problem can be made again alone. A statement belongs
to the held-out part by its own hash, so that what the model is asked was never in its training, whatever the
seed.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

HELD_OUT = 8
"""One statement in so many is kept from training."""

Terms = Mapping[int, int]
"""A polynomial: exponent → coefficient, none of them 0."""


@dataclass(frozen=True)
class Problem:
    """A statement with `$…$`, its answer in LaTeX without them, and the kind of problem it is."""

    kind: str
    statement: str
    answer: str


def problem(seed: int, index: int) -> Problem:
    """The problem with this number; the kinds take turns."""
    names = tuple(KINDS)
    name = names[index % len(names)]
    statement, answer = KINDS[name](random.Random(f"{seed} {index}"))
    return Problem(name, statement, answer)


def training(seed: int, count: int) -> list[Problem]:
    """`count` problems to learn from, none of them held out."""
    return [made for made, _ in zip(_stream(seed, held_out=False), range(count), strict=False)]


def held_out(seed: int, each: int) -> list[Problem]:
    """`each` different problems of every kind that no training ever sees, kind by kind; at most 25."""
    found: dict[str, dict[str, Problem]] = {name: {} for name in KINDS}
    for made in _stream(seed, held_out=True):
        kept = found[made.kind]
        if len(kept) < each:
            kept.setdefault(made.statement, made)
        if all(len(kept) == each for kept in found.values()):
            break
    return [made for kept in found.values() for made in kept.values()]


def _stream(seed: int, *, held_out: bool) -> Iterator[Problem]:
    index = 0
    while True:
        made = problem(seed, index)
        if _is_held_out(made.statement) == held_out:
            yield made
        index += 1


def _is_held_out(statement: str) -> bool:
    return hashlib.sha256(statement.encode()).digest()[0] % HELD_OUT == 0


def _derivative(draw: random.Random) -> tuple[str, str]:
    terms = _polynomial(draw, degree=4, largest=9)
    return f"Differentiate ${_written(terms)}$ with respect to $x$.", _written(_differentiated(terms))


def _second_derivative(draw: random.Random) -> tuple[str, str]:
    terms = _polynomial(draw, degree=4, largest=5)
    answer = _written(_differentiated(_differentiated(terms)))
    return f"Find the second derivative of ${_written(terms)}$ with respect to $x$.", answer


def _antiderivative(draw: random.Random) -> tuple[str, str]:
    answer = {
        exponent: value for exponent, value in _polynomial(draw, degree=4, largest=9).items() if exponent
    }
    asked = _written(_differentiated(answer))
    return f"Find the antiderivative of ${asked}$ that is $0$ at $x = 0$.", _written(answer)


def _wave(draw: random.Random) -> tuple[str, str]:
    scale, rate = draw.randint(2, 12), draw.randint(2, 12)
    given, found, sign = draw.choice((("sin", "cos", ""), ("cos", "sin", "-")))
    asked = f"{scale} \\{given}({rate} x)"
    return f"Differentiate ${asked}$ with respect to $x$.", f"{sign}{scale * rate} \\{found}({rate} x)"


def _expansion(draw: random.Random) -> tuple[str, str]:
    first, second = (draw.choice((-1, 1)) * draw.randint(1, 9) for _ in range(2))
    product = {2: 1, 1: first + second, 0: first * second}
    asked = "".join(f"({_written({1: 1, 0: root})})" for root in (first, second))
    return f"Expand ${asked}$.", _written({exponent: value for exponent, value in product.items() if value})


def _limit(draw: random.Random) -> tuple[str, str]:
    slope, constant, point = draw.randint(2, 9), draw.randint(1, 9), draw.randint(1, 9)
    asked = _written({1: slope, 0: constant})
    return f"Find the limit of ${asked}$ as $x$ tends to ${point}$.", str(slope * point + constant)


KINDS: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "derivative": _derivative,
    "second derivative": _second_derivative,
    "antiderivative": _antiderivative,
    "wave": _wave,
    "expansion": _expansion,
    "limit": _limit,
}


def _polynomial(draw: random.Random, degree: int, largest: int) -> Terms:
    """Two or three terms, the leading one of degree 2 at least, so that no derivative asked for is 0."""
    leading = draw.randint(2, degree)
    others = draw.sample(range(leading), draw.randint(1, min(2, leading)))
    return {
        exponent: draw.choice((-1, 1)) * draw.randint(1, largest)
        for exponent in sorted((leading, *others), reverse=True)
    }


def _differentiated(terms: Terms) -> Terms:
    return {exponent - 1: exponent * value for exponent, value in terms.items() if exponent}


def _written(terms: Terms) -> str:
    """The polynomial in LaTeX, highest power first."""
    parts = []
    for exponent in sorted(terms, reverse=True):
        value = terms[exponent]
        sign = ("-" if value < 0 else "") if not parts else (" - " if value < 0 else " + ")
        size = str(abs(value)) if abs(value) > 1 or not exponent else ""
        power = {0: "", 1: "x"}.get(exponent, f"x^{exponent}")
        parts.append(f"{sign}{size} {power}" if size and power else f"{sign}{size}{power}")
    return "".join(parts)
