"""Quantities: the number in a text, and the unit, currency, per cent or degree sign that goes with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.grading.answer_kinds import number_words, reading, units
from app.grading.answer_kinds.units import Unit

_SIGNS = re.escape(units.CURRENCY_SIGNS)
_MONEY = re.compile(
    rf"\A([+-]?)\s*(?:\\?([{_SIGNS}])|\\(?:text|mathrm)\s*\{{\s*\\?([{_SIGNS}])\s*\}})\s*(?=[\d.(\\+-])"
)
_MONEY_AFTER = re.compile(
    rf"(?<=[\d\s}})])\s*(?:\\?([{_SIGNS}])|\\(?:text|mathrm)\s*\{{\s*\\?([{_SIGNS}])\s*\}})\s*\Z"
)
_FACES = r"\\(?:text|mathrm|mbox|textrm|rm|textit|mathit|operatorname|textbf|mathbf)"
_EXPONENT = r"(?:\s*\^\s*(?:\{\s*-?\d\s*\}|-?\d)|\s*[²³])"
_SPACING = r"(?:\\[,;: !]|~|\s|\\q?quad)*"
_FACED_UNIT = re.compile(
    rf"{_SPACING}((?:(?:{_FACES}\s*\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}|(?:\^\s*\{{?\s*)?\\(?:degree|circ)(?![a-z])\s*\}}?"
    rf"|°){_EXPONENT}?(?:\s|\\[,;: !]|\\cdot(?![a-z])|/|·)*)+)\.?\Z"
)
_PLAIN_UNIT = re.compile(
    r"(?:(?<=[\d)}⁰¹²³⁴⁵⁶⁷⁸⁹½¼¾])|(?<=pi)|(?<=π))(\s*)((?:[A-Za-zµμ°]+|/\s*[A-Za-z]+)(?:\s*\^\s*\{?-?\d\}?|[²³])?"
    r"(?:(?:\s*/\s*|\s+|\s*[·*]\s*|-)[A-Za-zµμ]+(?:\s*\^\s*\{?-?\d\}?|[²³])?)*)\.?\Z"
)
_FACE = re.compile(rf"{_FACES}\s*\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}")
_NOT_UNITS = re.compile(
    r"\b(?:or|and|if|for|when|where|to|with|not|is|are|e|i|x|y|z|pi|sqrt|ln|log|sin|cos|tan|mod|oo|otherwise|solutions?)\b"
)
_PERCENT = re.compile(
    rf"\s*(?:\\?%|{_FACES}?\s*\{{?\s*per\s?cent(?:age points?)?\s*\}}?"
    rf"|(?<=[\s\d])percent(?:age points?)?)\s*\Z",
    re.I,
)
_DEGREES = re.compile(
    rf"\s*(?:°|\^\s*\{{?\s*(?:\\circ|o|°)\s*\}}?|\\degree|{_FACES}\s*\{{\s*(?:degrees?|deg)\s*\}}|(?<=[\s\d])(?:degrees?|deg))\s*\Z"
)
_RADIANS = re.compile(rf"\s*(?:{_FACES}\s*\{{\s*(?:radians?|rad)\s*\}}|(?<=[\s\di}}])(?:radians?|rad))\s*\Z")
_CALCULATED = re.compile(r"'|\\?(?:sin|cos|tan|cot|sec|csc)(?![a-z])")
_RATIO = re.compile(
    r"\s*(?:(?<![:<>=]):(?![:=])|\\colon(?![a-z])|∶)\s*|(?<=\d)\s*(?:\\text\s*\{\s*)?\bto\b(?:\s*\})?\s*(?=\d)"
)
_COMPOUND = re.compile(r"(?:\d+(?:\.\d+)?\s*(?:\\text\s*\{)?\s*[A-Za-z]+\s*\}?[\s,]*(?:and\s+)?){2,4}")
_COMPOUND_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(?:\\text\s*\{)?\s*([A-Za-z]+)")
_PLAIN_NUMBER = re.compile(
    r"[-+]?[\d.,/ ]*\d"
    r"(?:\s*(?:\\times|\\cdot|[×*·])\s*10\s*(?:\^\s*\{?\s*-?\d+\s*\}?|[⁻⁰¹²³⁴-⁹]+)|e[+-]?\d+)?",
    re.I,
)
_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?")
_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*:\s*(\d{2})(?::(\d{2}))?)?\s*(?:\\text\s*\{\s*|\\?\s)*([ap])\s*\.?\s*m\b\.?\s*\}?|(\d{1,2}):(\d{2})(?::(\d{2}))?|(noon|midnight)",
    re.I,
)
_ORDINAL = re.compile(r"(\d+)(?:\s*\^?\s*\{?\s*(?:\\text\s*\{\s*)?(?:st|nd|rd|th)\b\s*\}{0,2})(?=\s|\Z)")
_LETTERS = frozenset("msghLlNJWVAKCF")
"""Letters that alone are units after a number and a space."""
_GLUED = frozenset(
    [
        "cm",
        "mm",
        "km",
        "dm",
        "kg",
        "mg",
        "ml",
        "mL",
        "ft",
        "hr",
        "hrs",
        "h",
        "min",
        "sec",
        "mph",
        "kmh",
        "lb",
        "lbs",
        "oz",
        "Hz",
        "kHz",
        "MHz",
        "kW",
        "inches",
        "in",
    ]
)
_ABOUT = re.compile(
    r"\A\s*(?:\\(?:text|mathrm)\s*\{\s*)?(?:about|approximately|approx\.?|roughly|around|nearly|exactly"
    r"|only|a total of)(?:\s*\})?\s+(?=\S)",
    re.I,
)


@dataclass(frozen=True)
class Quantity:
    """The text of a number, its unit if it has one, and what a sign after it multiplies it by.

    `scale` is `/100` after per cent and `\\cdot\\frac{\\pi}{180}` after degrees: what is meant may be the
    number before the sign or the value with it. `radians` says that the angle's unit is written.
    """

    number: str
    unit: Unit | None = None
    scale: str = ""
    radians: bool = False


def read(text: str) -> Quantity:
    """The number that `text` writes, in digits or words, and its unit."""
    if _DIGITS.fullmatch(text):
        return Quantity(text)
    shown = number_words.in_digits(_ABOUT.sub("", reading.tidy(text)))
    shown = _ORDINAL.sub(r"\1", shown)
    whole = _compound(shown)
    if whole is not None:
        return whole
    for scale, sign in (("/100", _PERCENT), (r"\cdot\frac{\pi}{180}", _DEGREES)):
        found = sign.search(shown)
        if found is not None and found.start() > 0 and not _CALCULATED.search(shown, 0, found.start()):
            return Quantity(shown[: found.start()].strip(), scale=scale)
    found = _RADIANS.search(shown)
    if found is not None and found.start() > 0:
        return Quantity(shown[: found.start()].strip(), radians=True)
    money = _MONEY.match(shown)
    if money is not None:
        amount = read(number_words.in_digits(shown[money.end() :]))
        price = units.currency(money.group(2) or money.group(3))
        if amount.unit is not None and amount.unit.dimension != price.dimension:
            price = price.times(amount.unit, -1 if "/" in shown or "per" in shown else 1)
        return Quantity(money.group(1) + amount.number, price)
    money = _MONEY_AFTER.search(shown)
    if money is not None and money.start() > 0:
        return Quantity(shown[: money.start()].strip(), units.currency(money.group(1) or money.group(2)))
    found = _FACED_UNIT.search(shown) or _plain_unit(shown)
    if found is not None and found.start() > 0:
        words = _words(found[found.lastindex or 1])
        unit = None if _NOT_UNITS.search(words) else units.read(words)
        if unit is not None and min(map(len, unit.words), default=3) < 3:
            unit = None
        number = shown[: found.start()].strip()
        if unit is not None and unit.is_count:
            return Quantity(f"({number})\\cdot {unit.factor}")
        if unit is not None:
            return Quantity(number, unit)
    ratio = [part.strip() for part in _RATIO.split(shown)]
    if len(ratio) == 2 and all(ratio):
        return Quantity(f"({ratio[0]})/({ratio[1]})")
    return Quantity(shown)


def clock(text: str) -> tuple[int, bool] | None:
    """The time of day in seconds, and whether the text says which half of the day; None if it is no time."""
    found = _CLOCK.fullmatch(_FACE.sub(r" \1", reading.tidy(text)).strip())
    if found is None:
        return None
    if found[8]:
        return (43200 if found[8].casefold() == "noon" else 0), True
    hours, minutes, seconds = (
        int(part or 0) for part in (found.group(1, 2, 3) if found[1] else found.group(5, 6, 7))
    )
    if hours > 24 or minutes > 59 or seconds > 59:
        return None
    if found[4]:
        hours = hours % 12 + (12 if found[4].casefold() == "p" else 0)
    return hours * 3600 + minutes * 60 + seconds, found[4] is not None or hours > 12


def ratio_parts(text: str) -> list[str]:
    """The terms of a ratio of three or more, `2 : 3 : 5`; empty when it is none."""
    parts = [part.strip() for part in _RATIO.split(reading.tidy(text))]
    return parts if len(parts) > 2 and all(parts) and not set("<>={}|") & set(text) else []


def _plain_unit(shown: str) -> re.Match[str] | None:
    """A unit in plain letters: right after the number only some are, since letters there are factors."""
    found = _PLAIN_UNIT.search(shown)
    if found is None:
        return None
    before, words = shown[: found.start()], re.findall(r"[A-Za-zµμ°]+", found[2])
    if not found[1]:
        glued = words[0] in _GLUED or words[0].startswith("°")
        return found if glued and not before.endswith(("}", ")")) else None
    lone = any(len(word) == 1 for word in words) or "^" in found[2]
    if any(len(word) == 1 and word not in _LETTERS for word in words):
        return None
    plain = _PLAIN_NUMBER.fullmatch(before.strip()) is not None
    return found if plain or not lone else None


def _compound(shown: str) -> Quantity | None:
    """`3 hours 20 minutes`, `5 ft 3 in`: one quantity in several units of the same thing."""
    if _COMPOUND.fullmatch(shown) is None:
        return None
    parts = [(number, units.read(name)) for number, name in _COMPOUND_PART.findall(shown)]
    known = [(number, unit) for number, unit in parts if unit is not None and not unit.words]
    if len(known) < len(parts) or len({unit.dimension for _, unit in known}) > 1:
        return None
    total = "+".join(f"{number}*{unit.factor}" for number, unit in known)
    return Quantity(f"({total})", units.Unit(powers=known[0][1].powers))


def _words(text: str) -> str:
    """The words of a unit without type faces and spacing commands."""
    plain = _FACE.sub(r" \1 ", text)
    plain = re.sub(r"\^?\s*\{?\s*\\(?:circ|degree)\s*\}?\s*", "°", plain)
    return re.sub(r"\\(?:[,;: !]|q?quad|cdot)|~", " ", plain).replace("° ", "°").strip()
