"""Assumptions in words say what the same assumptions in signs say."""

from __future__ import annotations

import pytest

from app.maths import AssumptionError, Assumptions, MathsError

SAID = [
    ("n is a positive integer", (r"n > 0", r"n \in \mathbb{Z}")),
    ("n is an integer", (r"n \in \mathbb{Z}",)),
    ("n integer", (r"n \in \mathbb{Z}",)),
    ("n is a natural number", (r"n \in \mathbb{N}",)),
    ("n is a nonnegative integer", (r"n \ge 0", r"n \in \mathbb{Z}")),
    ("n is a non-negative integer", (r"n \ge 0", r"n \in \mathbb{Z}")),
    ("a is positive", ("a > 0",)),
    ("a positive", ("a > 0",)),
    ("a is strictly positive", ("a > 0",)),
    ("a is negative", ("a < 0",)),
    ("a is nonzero", (r"a \ne 0",)),
    ("a is non-zero", (r"a \ne 0",)),
    ("a is a positive real number", ("a > 0", r"a \in \mathbb{R}")),
    ("a is a positive constant", ("a > 0",)),
    ("a is a real parameter", (r"a \in \mathbb{R}",)),
    ("z is a complex number", (r"z \in \mathbb{C}",)),
    ("a, b positive", ("a > 0", "b > 0")),
    ("a, b are positive", ("a > 0", "b > 0")),
    ("a and b are positive", ("a > 0", "b > 0")),
    ("a, b, and c are positive", ("a > 0", "b > 0", "c > 0")),
    ("a and b are both positive", ("a > 0", "b > 0")),
    ("a, b are nonzero real numbers", (r"a \ne 0", r"a \in \mathbb{R}", r"b \ne 0", r"b \in \mathbb{R}")),
    ("m, n are positive integers", ("m > 0", r"m \in \mathbb{Z}", "n > 0", r"n \in \mathbb{Z}")),
    (r"\alpha is positive", (r"\alpha > 0",)),
    ("x_1 is positive", ("x_1 > 0",)),
    (" $a > 0$ ", ("a > 0",)),
    ("a > 0", ("a > 0",)),
    (r"n \in \mathbb{Z}", (r"n \in \mathbb{Z}",)),
]


@pytest.mark.parametrize(("words", "signs"), SAID)
def test_words_and_signs_say_the_same(words: str, signs: tuple[str, ...]) -> None:
    """The relations are those of the signs, in any order."""
    assert set(Assumptions.of([words]).relations) == set(Assumptions.of(signs).relations)


def test_words_and_signs_may_stand_together() -> None:
    """Each text is read by itself, and points satisfy them all."""
    known = Assumptions.of(["n is a positive integer", "n < 4", "a, b positive", "a < b"])
    points = known.points(sorted(known.symbols, key=str), 6, seed=1)
    assert all(known.admits(point) for point in points)
    assert {str(symbol) for symbol in known.symbols} == {"a", "b", "n"}


UNSAID = [
    "x is nice",
    "H_n is a harmonic number",
    "f is continuous",
    "a is a number",
    "n is not positive",
    "n is an even integer",
    "positive",
    "the sum",
    "a is",
    "",
]


@pytest.mark.parametrize("text", UNSAID)
def test_prose_that_says_nothing_of_a_sign_is_refused(text: str) -> None:
    """Whoever asks learns that the text was no assumption."""
    with pytest.raises(MathsError):
        Assumptions.of([text])


def test_the_message_names_the_text() -> None:
    """A word that is a product of letters is no relation either."""
    with pytest.raises(AssumptionError, match="not an assumption about a symbol"):
        Assumptions.of(["ab"])
