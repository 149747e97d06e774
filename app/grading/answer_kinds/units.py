"""Units of measure at the end of a quantity: what they measure, and how large they are.

A unit is a product of powers of base units with a factor. Words that no table knows (`apples`) are kept as
they are: they can be the same, or not, but are never converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Unit:
    """`factor` base units of `dimension`; `words` are those that no table knows, in singular."""

    factor: Fraction = Fraction(1)
    powers: Mapping[str, int] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    @property
    def dimension(self) -> Dimension:
        """The base units with their powers, in one order."""
        return tuple(sorted((base, power) for base, power in self.powers.items() if power))

    @property
    def is_count(self) -> bool:
        """Whether it only multiplies, as a dozen does."""
        return not self.words and not self.dimension

    def times(self, other: Unit, power: int) -> Unit:
        """This unit times a power of another."""
        powers = dict(self.powers)
        for base, exponent in other.powers.items():
            powers[base] = powers.get(base, 0) + exponent * power
        return Unit(self.factor * other.factor**power, powers, self.words | other.words)

    def ratio(self, other: Unit) -> Fraction | None:
        """How many of the other unit this one is; None when they do not measure the same thing."""
        if self.words and other.words and not self.words & other.words:
            return None
        if bool(self.words) != bool(other.words) and (self.dimension or other.dimension):
            return None
        return self.factor / other.factor if self.dimension == other.dimension else None


def _unit(factor: str | int, **powers: int) -> Unit:
    return Unit(Fraction(factor), powers)


_NAMED: dict[str, Unit] = {
    name: unit
    for names, unit in {
        "m meter metre": _unit(1, m=1),
        "inch in": _unit("0.0254", m=1),
        "foot feet ft": _unit("0.3048", m=1),
        "yard yd": _unit("0.9144", m=1),
        "mile mi": _unit("1609.344", m=1),
        "micron": _unit("1/1000000", m=1),
        "g gram gramme": _unit(1, g=1),
        "ton tonne t": _unit(1_000_000, g=1),
        "pound lb": _unit("453.59237", g=1),
        "ounce oz": _unit("28.349523125", g=1),
        "s sec second": _unit(1, s=1),
        "min minute": _unit(60, s=1),
        "h hr hour": _unit(3600, s=1),
        "day": _unit(86400, s=1),
        "week": _unit(604800, s=1),
        "month": _unit(1, month=1),
        "year yr": _unit(12, month=1),
        "decade": _unit(120, month=1),
        "century centurie": _unit(1200, month=1),
        "mph": _unit("0.44704", m=1, s=-1),
        "kph kmh": _unit("5/18", m=1, s=-1),
        "rpm": _unit("1/60", turn=1, s=-1),
        "l liter litre": _unit("1/1000", m=3),
        "gallon gal": _unit("0.003785411784", m=3),
        "quart": _unit("0.000946352946", m=3),
        "pint": _unit("0.000473176473", m=3),
        "cup": _unit("0.0002365882365", m=3),
        "acre": _unit("4046.8564224", m=2),
        "hectare ha": _unit(10_000, m=2),
        "cc": _unit("1/1000000", m=3),
        "n newton": _unit(1000, g=1, m=1, s=-2),
        "j joule": _unit(1000, g=1, m=2, s=-2),
        "cal calorie": _unit(4184, g=1, m=2, s=-2),
        "w watt": _unit(1000, g=1, m=2, s=-3),
        "pa pascal": _unit(1000, g=1, m=-1, s=-2),
        "hz hertz": _unit(1, s=-1),
        "a amp ampere": _unit(1, A=1),
        "c coulomb": _unit(1, A=1, s=1),
        "v volt": _unit(1000, g=1, m=2, s=-3, A=-1),
        "ohm ω omega": _unit(1000, g=1, m=2, s=-3, A=-2),
        "f farad": _unit("1/1000", g=-1, m=-2, s=4, A=2),
        "tesla": _unit(1000, g=1, s=-2, A=-1),
        "k kelvin": _unit(1, K=1),
        "kwh": _unit(3_600_000_000, g=1, m=2, s=-2),
        "nm": _unit(1000, g=1, m=2, s=-2),
        "person people": _unit(1, person=1),
        "bus": _unit(1, bus=1),
        "ev": _unit("1.602176634e-16", g=1, m=2, s=-2),
        "mol mole": _unit(1, mol=1),
        "°c celsius centigrade": _unit(1, celsius=1),
        "°f fahrenheit": _unit(1, fahrenheit=1),
        "dollar usd buck": _unit(1, usd=1),
        "cent penny penni ¢": _unit("1/100", usd=1),
        "euro eur": _unit(1, eur=1),
        "gbp": _unit(1, gbp=1),
        "yen": _unit(1, yen=1),
        "rupee": _unit(1, inr=1),
        "yuan": _unit(1, cny=1),
        "dozen": _unit(12),
        "unit": _unit(1, unit=1),
        "bit": _unit(1, bit=1),
        "byte": _unit(8, bit=1),
    }.items()
    for name in names.split()
}
_PREFIXES = {
    "kilo": "1000", "centi": "1/100", "milli": "1/1000", "micro": "1/1000000", "nano": "1/1000000000",
    "mega": "1000000", "giga": "1000000000", "deci": "1/10",
    "k": "1000", "c": "1/100", "m": "1/1000", "μ": "1/1000000", "µ": "1/1000000", "n": "1/1000000000",
    "d": "1/10",
}  # fmt: skip
_BIG = {"M": "1000000", "G": "1000000000"}
_SHORT = {
    "g",
    "m",
    "l",
    "s",
    "n",
    "j",
    "w",
    "v",
    "a",
    "pa",
    "hz",
    "ohm",
    "ω",
    "c",
    "f",
    "ev",
    "mol",
    "cal",
    "k",
}
_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_AFTER = {"squared": 2, "cubed": 3}
_FILLERS = frozenset(["of", "the", "a", "an", "each", "long", "tall", "wide", "old", "away", "only", "and"])

_WORD = re.compile(r"[A-Za-z°µμωΩ¢]+")
_POWER = re.compile(r"\s*(?:\^\s*\{?\s*(-?\d)\s*\}?|([²³]))")
_SCALE = re.compile(r"\s*(?:C|F|K|cels|fahr|kelv)", re.I)
_CURRENCY = {"$": "dollar", "€": "euro", "£": "gbp", "¥": "yen", "¢": "cent", "₹": "rupee"}


def currency(sign: str) -> Unit:
    """The unit of a currency's sign."""
    return _NAMED[_CURRENCY[sign]]


CURRENCY_SIGNS = "".join(_CURRENCY)


def read(text: str) -> Unit | None:
    """The unit that plain words write (`square metres`, `km/h`, `meters per second`); None for no words."""
    total, sign, pending, last = Unit(), 1, 1, None
    place, met = 0, False
    while place < len(text):
        word = _WORD.match(text, place)
        if word is None:
            if text[place] == "/":
                sign = -1
            elif text[place] not in " .·*-,()^{}⋅\\":
                return None
            place += 1
            continue
        place = word.end()
        name = word.group()
        lower = name.casefold()
        if lower == "per":
            sign = -1
        elif lower in _POWERS:
            pending = _POWERS[lower]
        elif lower in _AFTER and last is not None:
            total = total.times(last, sign * (_AFTER[lower] - 1))
        elif singular(lower) == "degree" and _SCALE.search(text, place):
            continue
        elif lower not in _FILLERS or (name == "A" and not met):
            raised = _POWER.match(text, place)
            power = pending
            if raised is not None:
                place = raised.end()
                power = int(raised.group(1) or "²³".index(raised.group(2)) + 2)
            last = _named(name)
            total, pending, met = total.times(last, sign * power), 1, True
    return total if met else None


def is_unit(text: str) -> bool:
    """Whether words are units, or an angle's or a ratio's measure, and nothing else."""
    unit = read(text)
    return unit is not None and (not unit.words or unit.words <= _MEASURES)


_MEASURES = frozenset({"degree", "radian", "percent", "deg", "rad"})


def _named(name: str) -> Unit:
    """The unit of one word, prefixes and plurals understood; an unknown word stands for itself."""
    for form in _forms(name):
        if form in _NAMED:
            return _NAMED[form]
    if name[:1] in _BIG and name[1:].casefold() in _SHORT:
        return Unit(Fraction(_BIG[name[0]])).times(_NAMED[name[1:].casefold()], 1)
    for form in _forms(name):
        for prefix, factor in _PREFIXES.items():
            rest = form.removeprefix(prefix)
            if rest != form and rest in _NAMED and (len(prefix) > 1) == (rest not in _SHORT):
                return Unit(Fraction(factor)).times(_NAMED[rest], 1)
    return Unit(words=frozenset({singular(name.casefold())}))


def _forms(name: str) -> Iterator[str]:
    lower = name.casefold()
    yield lower
    yield singular(lower)


def singular(word: str) -> str:
    """An English word without its plural ending, roughly: the same word always gives the same."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "uses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 2 else word
