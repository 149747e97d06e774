"""Letters that multiply before a bracket where either side uses them by themselves."""

from __future__ import annotations

import pytest

from app.grading import grade
from app.grading.answer_kinds.vocabulary import with_products

PRODUCTS = [
    ("K(1+t)", "K + Kt", r"K \cdot (1+t)", "K + Kt"),
    ("K + Kt", "K(1+t)", "K + Kt", r"K \cdot (1+t)"),
    ("P_0(1+r)", "P_0 + P_0 r", r"P_0 \cdot (1+r)", "P_0 + P_0 r"),
    (r"A\left(1+t\right)", "A + At", r"A \cdot \left(1+t\right)", "A + At"),
    ("H(x)", "H(x)", "H(x)", "H(x)"),
    ("P_2(x)", "1", "P_2(x)", "1"),
    ("f(x)", "f", "f(x)", "f"),
    ("J_0(x) + J_1(x)", "J_0(x)", "J_0(x) + J_1(x)", "J_0(x)"),
    ("x + 1", "1 + x", "x + 1", "1 + x"),
]


@pytest.mark.parametrize(("gold", "answer", "gold_read", "answer_read"), PRODUCTS)
def test_a_letter_alone_multiplies_before_a_bracket(
    gold: str, answer: str, gold_read: str, answer_read: str
) -> None:
    """Where no side uses the letter by itself, it is a function."""
    shown = with_products(gold, answer)
    assert tuple(map(_squeezed, shown)) == (_squeezed(gold_read), _squeezed(answer_read))


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.parametrize(("answer", "right"), [("K + Kt", True), ("K + t", False)])
def test_such_answers_are_judged_as_products(answer: str, right: bool) -> None:
    """Through the front door."""
    assert grade("K(1+t)", answer, "expression").outcome == ("correct" if right else "incorrect")
