"""Greatest common divisors and least common multiples of letters and of integers."""

import math

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from app.maths import Assumptions, EnclosureError, compare, enclose, parse, render
from app.maths.divisibility import gcd, lcm

INTEGERS = Assumptions.of(["a > 0", "b > 0", r"a \in \mathbb{Z}", r"b \in \mathbb{Z}"])


@pytest.mark.parametrize(
    "text",
    [r"\gcd(a, b)", r"2^{\gcd(a, b)} - 1", r"\operatorname{lcm}(a, b)^2", r"\gcd(4, a, b)", "gcd(a, b)"],
)
def test_letters_stay_and_are_read_back(text: str) -> None:
    read = parse(text)
    assert read.has(gcd, lcm)
    assert parse(render(read)) == read


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_integers_have_the_values_of_arithmetic(a: int, b: int) -> None:
    assert parse(rf"\gcd({a}, {b})") == math.gcd(a, b)
    assert parse(rf"\operatorname{{lcm}}({a}, {b})") == math.lcm(a, b)


def test_the_order_of_arguments_does_not_matter() -> None:
    assert parse(r"\gcd(b, a)") == parse(r"\gcd(a, b)")


def test_the_product_of_both_is_that_of_the_numbers() -> None:
    product = parse(r"\gcd(a, b) \operatorname{lcm}(a, b)")
    assert compare(product, parse("a b"), INTEGERS).verdict == "equal"
    assert compare(parse(r"\gcd(a, b)"), sympy.S.One, INTEGERS).verdict == "different"


def test_a_fraction_has_no_value() -> None:
    a, b = sympy.symbols("a b")
    with pytest.raises(EnclosureError):
        enclose(gcd(a, b), {a: sympy.Rational(1, 2), b: sympy.Integer(3)})
