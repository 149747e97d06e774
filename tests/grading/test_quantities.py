"""Quantities: numbers in words, units and their ratios, currencies, compounds, times of day, and ratios."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.grading import grade
from app.grading.answer_kinds import quantity, units
from app.grading.answer_kinds.number_words import in_digits

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def below_hundred(number: int, hyphen: str) -> str:
    if number < 20:
        return ONES[number]
    return TENS[number // 10 - 2] + (f"{hyphen}{ONES[number % 10]}" if number % 10 else "")


def spelt(number: int, hyphen: str = "-", joint: str = " and ") -> str:
    """A number below a million in English words."""
    if number < 100:
        return below_hundred(number, hyphen)
    if number < 1000:
        rest = number % 100
        return f"{ONES[number // 100]} hundred" + (f"{joint}{below_hundred(rest, hyphen)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    words = f"{spelt(thousands, hyphen, joint)} thousand"
    return words + (joint if rest < 100 else " ") + spelt(rest, hyphen, joint) if rest else words


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 999_999), st.sampled_from("- "), st.sampled_from([" ", " and "]), st.booleans())
def test_words_for_a_number_are_its_digits(number: int, hyphen: str, joint: str, capital: bool) -> None:
    """American and British spelling, with and without hyphens; a word after the number stays."""
    words = spelt(number, hyphen, joint)
    words = words.capitalize() if capital else words
    assert in_digits(words) == str(number)
    assert in_digits(f"minus {words.lower()}") == f"-{number}"
    assert in_digits(f"{words} apples") == f"{number} apples"


WORDS = [
    ("one half", "1/2"),
    ("half", "1/2"),
    ("a half", "1/2"),
    ("two thirds", "2/3"),
    ("two-thirds", "2/3"),
    ("three quarters", "3/4"),
    ("a quarter", "1/4"),
    ("five eighths", "5/8"),
    ("one and a half", "(1+1/2)"),
    ("two and three quarters", "(2+3/4)"),
    ("negative five", "-5"),
    ("third", "3"),
    ("first", "1"),
    ("two million", "2000000"),
    ("one million two hundred thousand", "1200000"),
    ("2.5 million", "2.5*1000000"),
    ("1,200 thousand", "1200*1000"),
    (r"3 \text{ million}", "3*1000000"),
]
NOT_JOINED = [
    ("one two", "1 two"),
    ("twenty thirty", "20 thirty"),
    ("ten five", "10 five"),
    ("five twenty", "5 twenty"),
    ("two hundred hundred", "200 hundred"),
    ("five and", "5 and"),
    ("five, six", "5, six"),
]
NO_NUMBER = ["and five", "apples", "x", "someone", "often", "tenant", "12", "", "- x"]


@pytest.mark.parametrize(("text", "digits"), WORDS)
def test_fractions_and_scales_in_words(text: str, digits: str) -> None:
    """Parts, ordinals, signs, and digits before a scale."""
    assert in_digits(text) == digits


@pytest.mark.parametrize(("text", "shown"), NOT_JOINED)
def test_words_that_make_no_number_together_are_not_joined(text: str, shown: str) -> None:
    """Only the number that they begin with is taken, and the next word is left."""
    assert in_digits(text) == shown


@pytest.mark.parametrize("text", NO_NUMBER)
def test_other_words_are_left_alone(text: str) -> None:
    """A number is a whole word, and stands at the beginning."""
    assert in_digits(text) == text


RATIOS = [
    ("km", "m", 1000),
    ("kilometers", "metres", 1000),
    ("cm", "mm", 10),
    ("hours", "minutes", 60),
    ("days", "h", 24),
    ("week", "days", 7),
    ("years", "months", 12),
    ("century", "years", 100),
    ("feet", "inches", 12),
    ("yd", "ft", 3),
    ("mile", "feet", 5280),
    ("pound", "ounces", 16),
    ("kg", "g", 1000),
    ("tonne", "kg", 1000),
    ("gallon", "quarts", 4),
    ("liter", "ml", 1000),
    ("cubic meter", "liters", 1000),
    ("cc", "ml", 1),
    ("square feet", "square inches", 144),
    ("m^2", "cm^2", 10_000),
    ("m²", "square metres", 1),
    ("meters squared", "m^2", 1),
    ("sq ft", "square feet", 1),
    ("cubic yards", "cubic feet", 27),
    ("km/h", "kilometers per hour", 1),
    ("m/s", "km/h", Fraction(18, 5)),
    ("mph", "miles per hour", 1),
    ("m/s^2", "meters per second squared", 1),
    ("kJ", "J", 1000),
    ("N", "kg·m/s^2", 1),
    ("J", "newton meters", 1),
    ("W", "J/s", 1),
    ("dollars", "cents", 100),
    ("byte", "bits", 8),
    ("apples", "apple", 1),
    ("boxes", "box", 1),
    ("berries", "berry", 1),
]
UNLIKE = [
    ("m", "s"),
    ("m", "m^2"),
    ("km/h", "km"),
    ("dollars", "euros"),
    ("apples", "oranges"),
    ("kg", "N"),
    ("°C", "°F"),
    ("years", "days"),
]


@pytest.mark.parametrize(("one", "other", "ratio"), RATIOS)
def test_units_have_ratios(one: str, other: str, ratio: int | Fraction) -> None:
    """A unit is so many of another, and back."""
    first, second = units.read(one), units.read(other)
    assert first is not None
    assert second is not None
    assert first.ratio(second) == ratio
    assert second.ratio(first) == 1 / Fraction(ratio)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_units_of_other_things_have_none(one: str, other: str) -> None:
    """Neither a conversion nor a guess."""
    first, second = units.read(one), units.read(other)
    assert first is not None
    assert second is not None
    assert first.ratio(second) is None


KNOWN = [(name, power) for name in ("m", "kg", "hour", "mile", "N", "J", "gallon") for power in (1, 2, 3)]


@pytest.mark.parametrize(("name", "power"), KNOWN)
def test_powers_are_products(name: str, power: int) -> None:
    """A power of a unit is the unit times itself, and over itself it only counts."""
    unit = units.read(name)
    raised = units.read(f"{name}^{power}")
    assert unit is not None
    assert raised is not None
    assert raised.ratio(units.Unit().times(unit, power)) == 1
    assert raised.times(unit, -power).is_count


SAME = [
    # gold, answer
    ("12 cm", "0.12 m"),
    ("12 cm", "12 centimeters"),
    ("12 cm", "12"),
    ("12", r"12 \text{ cm}"),
    (r"12\,\mathrm{m/s}", "43.2 km/h"),
    (r"5\text{ m}^2", "5 square meters"),
    (r"5\text{ m}^2", r"50000\ \text{cm}^2"),
    ("3 hours 20 minutes", "200 minutes"),
    ("200 min", "3 h 20 min"),
    ("5 ft 3 in", "63 inches"),
    ("2 hours and 30 minutes", "2.5 hours"),
    ("1 dozen", "12"),
    ("$5", r"\$5.00"),
    (r"\$5", "500 cents"),
    (r"\$5", "5 dollars"),
    ("€5", "5 euros"),
    ("£3.50", "3.5"),
    (r"\$2.5 million", r"\$2{,}500{,}000"),
    (r"\text{\$}12", "12"),
    ("12\\$", r"\$12"),
    ("25 apples", "twenty-five apples"),
    ("25", "twenty-five"),
    ("two thirds", r"\frac{2}{3}"),
    (r"50\%", "0.5"),
    (r"50\%", "50 percent"),
    ("50", r"50\%"),
    (r"60^\circ", r"\frac{\pi}{3}"),
    (r"60^\circ", "60 degrees"),
    (r"\frac{\pi}{3}", r"60^\circ"),
    (r"\frac{\pi}{3}", r"\frac{\pi}{3} \text{ radians}"),
    ("about 12 cm", "12 cm"),
    ("3:4", "6:8"),
    ("3:4", r"\frac{3}{4}"),
    ("3 to 4", "3:4"),
    ("2:3:5", "4:6:10"),
    ("3:30 p.m.", "3:30 PM"),
    ("3:30 PM", "15:30"),
    ("3:30 PM", "3:30"),
    ("noon", "12:00 PM"),
    ("12:05 AM", "00:05"),
]
OTHER = [
    ("12 cm", "12 m"),
    ("12 cm", "12 kg"),
    ("12 cm", r"12 \text{ cm}^2"),
    ("12 m/s", "12 km/h"),
    (r"\$5", "5 cents"),
    (r"\$5", "€5"),
    ("3 hours 20 minutes", "3.2 hours"),
    ("5 ft 3 in", "5.3 ft"),
    ("25", "twenty-four"),
    ("25 apples", "25 oranges"),
    (r"60^\circ", "60 radians"),
    (r"50\%", "5"),
    ("3:4", "4:3"),
    ("2:3:5", "2:3:6"),
    ("2:3:5", "2:3"),
    ("3:30 PM", "3:30 AM"),
    ("3:30 PM", "3:45 PM"),
    ("noon", "midnight"),
]


@pytest.mark.parametrize(("gold", "answer"), SAME)
def test_the_same_quantity_is_right(gold: str, answer: str) -> None:
    """In another unit, spelling or notation, or without its unit."""
    verdict = grade(gold, answer, "number")
    assert verdict.outcome == "correct", (verdict.method, verdict.reason)


@pytest.mark.parametrize(("gold", "answer"), OTHER)
def test_another_quantity_is_wrong(gold: str, answer: str) -> None:
    """A unit may be left out or converted, but not exchanged."""
    verdict = grade(gold, answer, "number")
    assert verdict.outcome == "incorrect", (verdict.method, verdict.reason)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_of_day_is_the_same_on_both_clocks(hours: int, minutes: int) -> None:
    """Of twelve hours and of twenty-four."""
    half = "PM" if hours >= 12 else "AM"
    spoken = quantity.clock(f"{hours % 12 or 12}:{minutes:02} {half}")
    assert spoken == (hours * 3600 + minutes * 60, True)
    written = quantity.clock(f"{hours:02}:{minutes:02}")
    assert written is not None
    assert written[0] == spoken[0]


@pytest.mark.parametrize("text", ["12", "25:00", "3:75", "3:4", "x", "3 pm or 4 pm", "3:30 x", "m"])
def test_what_is_no_time_of_day(text: str) -> None:
    """Numbers, ratios, and minutes that no clock shows."""
    assert quantity.clock(text) is None


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(2, 9))
def test_ratios_may_be_multiplied_through(a: int, b: int, c: int, factor: int) -> None:
    """All terms of a ratio times one number are the same ratio; one term alone is not."""
    gold, scaled = f"{a}:{b}:{c}", f"{a * factor}:{b * factor}:{c * factor}"
    assert grade(gold, scaled, "number").outcome == "correct"
    assert grade(gold, f"{a}:{b}:{c * factor}", "number").outcome == "incorrect"
