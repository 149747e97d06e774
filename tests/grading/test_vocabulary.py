"""Letters that mean a number on one side only: read as it where the other side writes it another way."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import E, GoldenRatio, I, S, Symbol, bernoulli, exp, fibonacci

from app.grading import grade
from app.grading.answer_kinds.vocabulary import CONSTANTS, reconciled, with_steps
from app.maths import parse

x, n = sympy.symbols("x n")
G, K, phi = sympy.symbols("G K phi")

MEANT = [
    # gold, answer, gold as it is read
    (2 * G, 2 * S.Catalan, 2 * S.Catalan),
    (phi**2, (3 + sympy.sqrt(5)) / 2, GoldenRatio**2),
    (Symbol("E") ** x, exp(x), E**x),
    (Symbol("I") * x, I * x, I * x),
    (Symbol("j") * x, I * x, I * x),
    (Symbol("E") * x, 2 * x, Symbol("E") * x),
    (Symbol("j") * x, 2 * x, Symbol("j") * x),
    (G * x, G * x, G * x),
    (G + K, K + 1, S.Catalan + K),
    (Symbol("a"), S.Catalan, Symbol("a")),
]


@pytest.mark.parametrize(("gold", "answer", "read"), MEANT)
def test_a_letter_of_one_side_may_be_a_constant(
    gold: sympy.Expr, answer: sympy.Expr, read: sympy.Expr
) -> None:
    """E, I and j only where the other side has the number; either side may be the one with the letter."""
    assert reconciled(gold, answer)[0] == read
    assert reconciled(answer, gold)[1] == read


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(CONSTANTS)), st.integers(-3, 3), st.integers(1, 3))
def test_a_letter_that_both_sides_have_is_a_letter(name: str, shift: int, power: int) -> None:
    """Nothing is read into a symbol that the gold itself uses."""
    letter = Symbol(name)
    sides = (letter**power + shift + x, letter * x - shift)
    assert reconciled(*sides) == sides
    assert reconciled(*sides[::-1]) == sides[::-1]


SEQUENCES = [
    (Symbol("B_2n"), bernoulli(2 * n)),
    (Symbol("F_n+2"), fibonacci(n + 2)),
    (Symbol("F_n"), fibonacci(n)),
    (Symbol("B_4"), S(-1) / 30),
]


@pytest.mark.parametrize(("term", "value"), SEQUENCES)
def test_a_term_of_one_side_may_be_that_of_a_sequence(term: sympy.Symbol, value: sympy.Expr) -> None:
    """Bernoulli's and Fibonacci's numbers, by their index."""
    gold, answer = reconciled(term + 0 * n, value + 0)
    assert sympy.simplify(gold - answer) == 0
    assert reconciled(term + x, term - x) == (term + x, term - x)


def test_u_is_a_step_only_beside_a_step() -> None:
    """`u(t − 1)` against Heaviside's step; alone it stays a function."""
    t = Symbol("t")
    u = sympy.Function("u")
    step = sympy.Heaviside(t - 1)
    assert with_steps(step, u(t - 1)) == (step, step)
    assert with_steps(u(t), step) == (sympy.Heaviside(t), step)
    assert with_steps(u(t), u(t - 1)) == (u(t), u(t - 1))


GRADED = [
    ("G", r"\mathrm{Catalan}", True),
    (r"\frac{\pi}{2}\ln 2 - G", r"\frac{\pi}{2}\ln 2 + G", False),
    (r"\frac{\pi}{2}\ln 2 - G", r"\frac{\pi}{2}\ln 2 - a", False),
    (r"\varphi^2", r"\frac{3+\sqrt5}{2}", True),
    (r"\varphi^2", r"\frac{3-\sqrt5}{2}", False),
    ("e^{jx}", "e^{ix}", True),
    ("2E", "2", False),
    ("E^x", "e^x", True),
]


@pytest.mark.parametrize(("gold", "answer", "right"), GRADED)
def test_answers_with_such_letters_are_judged(gold: str, answer: str, right: bool) -> None:
    """Through the front door."""
    verdict = grade(gold, answer, "expression")
    assert verdict.outcome == ("correct" if right else "incorrect"), (verdict.method, verdict.reason)


def test_constants_are_read_by_the_grammar_as_plain_symbols() -> None:
    """What the vocabulary gives a meaning, the grammar leaves open."""
    assert parse("G") == G
    assert parse("K") == K
