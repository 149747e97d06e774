"""How numbers are written: separators, recurring digits, bases, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import E, Rational, Symbol, expand

from app.maths import parse
from app.maths.numerals import read, read_based

x = Symbol("x")

SEPARATORS = [",", "{,}", r"\,", r"\!", r"\ ", r"\;", ",\\!", " ", "~", "_"]


def digits(text: str, *, listed: bool = False) -> str | None:
    """The digits of the number that the whole text writes; None when it stops before the end."""
    found = read(text, 0, listed=listed)
    return found.digits if found is not None and found.end == len(text) else None


@pytest.mark.parametrize("separator", SEPARATORS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(1000, 10**15), st.sampled_from(["", ".5", ".125"]))
def test_thousands_may_be_separated(separator: str, whole: int, decimals: str) -> None:
    """Groups of three digits are one number, and so are the decimals after them."""
    grouped = f"{whole:,}".replace(",", separator)
    assert digits(grouped + decimals) == f"{whole}{decimals}"


NOT_GROUPED = [
    # text, where the first number ends
    ("12,34", "12"),
    ("1,2345", "1"),
    ("1234,567", "1234"),
    ("0,123", "0"),
    ("1,234,56", "1"),
    ("1 2345", "1"),
    ("1,,234", "1"),
]


@pytest.mark.parametrize(("text", "first"), NOT_GROUPED)
def test_digits_that_are_not_in_threes_are_several_numbers(text: str, first: str) -> None:
    """A comma that does not separate thousands separates numbers."""
    found = read(text, 0, listed=False)
    assert found is not None
    assert found.digits == first


LISTED = [
    ("(1,234)", (1, 234)),
    (r"\{100,200,300\}", {100, 200, 300}),
    ("(1{,}234, 5)", (1234, 5)),
    (r"(1\,234, 5)", (1234, 5)),
    ("(1,000, 2)", (1000, 2)),
    ("(1,2,3)", (1, 2, 3)),
]


@pytest.mark.parametrize(("text", "members"), LISTED)
def test_in_a_list_a_bare_comma_separates_members(text: str, members: tuple[int, ...] | set[int]) -> None:
    """Only separators that are spelt out, and a group that begins with a zero, make thousands there."""
    assert type(members)(parse(text)) == members


RECURRING = [
    (r"0.\overline{3}", Rational(1, 3)),
    (r"0.\bar{3}", Rational(1, 3)),
    (r"0.\bar 3", Rational(1, 3)),
    (r"0.\overline3", Rational(1, 3)),
    ("0.(3)", Rational(1, 3)),
    (r"0.\dot{3}", Rational(1, 3)),
    (r"0.\dot3", Rational(1, 3)),
    (r".\overline{3}", Rational(1, 3)),
    (r"0.1\overline{6}", Rational(1, 6)),
    ("0.1(6)", Rational(1, 6)),
    (r"0.1\dot{6}", Rational(1, 6)),
    (r"0.\overline{142857}", Rational(1, 7)),
    (r"0.\dot{1}4285\dot{7}", Rational(1, 7)),
    (r"0.\dot{1}\dot{8}", Rational(2, 11)),
    (r"3.\overline{142857}", Rational(22, 7)),
    (r"0.\overline{9}", 1),
    ("12.3(45)", Rational(12345 - 123, 990)),
]


@pytest.mark.parametrize(("text", "value"), RECURRING)
def test_recurring_digits_make_a_fraction(text: str, value: Rational) -> None:
    """A bar, brackets and dots mean the same."""
    assert parse(text) == value


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 99), st.from_regex(r"\A[0-9]{0,4}\Z"), st.from_regex(r"\A[0-9]{1,5}\Z"))
def test_every_notation_of_recurring_digits_has_its_value(whole: int, fixed: str, period: str) -> None:
    """The value is that of the geometric series."""
    tail = Rational(int(period), 10 ** len(fixed) * (10 ** len(period) - 1))
    value = whole + Rational(int(fixed or "0"), 10 ** len(fixed)) + tail
    lead = f"{whole}.{fixed}"
    dotted = rf"\dot{{{period[0]}}}" + (rf"{period[1:-1]}\dot{{{period[-1]}}}" if len(period) > 1 else "")
    for written in (rf"\overline{{{period}}}", rf"\bar{{{period}}}", f"({period})", dotted):
        assert parse(lead + written) == value


BASED = [
    ("101_2", 5),
    ("101_{2}", 5),
    ("101_{(2)}", 5),
    (r"101_{\text{two}}", 5),
    ("(101)_2", 5),
    ("101 base 2", 5),
    ("101 (base 2)", 5),
    ("77_8", 63),
    (r"77_{\text{oct}}", 63),
    ("1A_{16}", 26),
    ("1f_{16}", 31),
    ("FF_{16}", 255),
    (r"1210_{\text{three}}", 48),
    ("BA_{12}", 142),
    ("0x1F", 31),
    ("0XfF", 255),
    ("0b101", 5),
    ("0o17", 15),
    ("101_2 + 11_2", 8),
    ("2 \\cdot 101_2", 10),
]


@pytest.mark.parametrize(("text", "value"), BASED)
def test_a_number_may_name_its_base(text: str, value: int) -> None:
    """As a subscript, in words, or by the prefix that programs use."""
    assert parse(text) == value


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(2, 16))
def test_any_number_in_any_base_is_read_back(value: int, base: int) -> None:
    """A spelling in base b, with a digit to show that it is a number, is the number."""
    rest, spelt = value, ""
    while rest or not spelt:
        rest, digit = divmod(rest, base)
        spelt = "0123456789ABCDEF"[digit] + spelt
    found = read_based(f"0{spelt}_{{{base}}}", 0)
    assert found is not None
    assert found.digits == str(value)


NOT_BASED = [
    "A_1",
    "a_{16}",
    "FF_{10}",
    "ab_2",
    "12_2",
    "89_8",
    "G1_{16}",
    "101_1",
    "101_{17}",
    "(x)_2",
    "(5)_3",
]


@pytest.mark.parametrize("text", NOT_BASED)
def test_what_is_no_number_with_a_base(text: str) -> None:
    """Names with an index, digits too large for the base, and Pochhammer's symbol."""
    assert read_based(text, 0) is None


PLAIN = [
    ("12", "12"), ("0.5", "0.5"), (".5", ".5"), ("1e3", "1e3"), ("1.5e-3", "1.5e-3"), ("1E+6", "1E+6"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical"), PLAIN)
def test_plain_digits_are_kept(text: str, canonical: str) -> None:
    """Neither in a list nor outside is anything changed."""
    assert digits(text) == digits(text, listed=True) == canonical


@pytest.mark.parametrize("text", ["", "x", ".", ",5", "-1", "e5", r"\overline{3}", "_2"])
def test_what_does_not_begin_with_a_digit_is_no_number(text: str) -> None:
    """Signs and letters are read by others."""
    assert read(text, 0, listed=False) is None


PRODUCTS = [
    ("2e", 2 * E),
    ("3x", 3 * x),
    ("0.5(x+1)", x / 2 + Rational(1, 2)),
    ("0x", 0),
    ("0b", 0),
    ("101_2 x", 5 * x),
    ("0.(3)(x)", x / 3),
]


@pytest.mark.parametrize(("text", "meaning"), PRODUCTS)
def test_letters_and_brackets_after_digits_are_factors(text: str, meaning: object) -> None:
    """What only resembles an exponent, a prefix or a period is a product."""
    assert expand(parse(text)) == meaning
