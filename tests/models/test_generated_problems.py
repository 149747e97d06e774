"""The problems that the tiny model learns and is asked: right, different, and kept apart."""

from __future__ import annotations

import re

import pytest
import sympy

from app.maths import parse
from tests.models import generated
from tests.models.generated import KINDS, Problem

X = sympy.Symbol("x")
ASKED_EACH = 25

SOLVED = {
    "derivative": lambda asked: sympy.diff(asked[0], X),
    "second derivative": lambda asked: sympy.diff(asked[0], X, 2),
    "antiderivative": lambda asked: sympy.integrate(asked[0], X),
    "wave": lambda asked: sympy.diff(asked[0], X),
    "expansion": lambda asked: sympy.expand(asked[0]),
    "limit": lambda asked: asked[0].subs(X, asked[2]),
}
"""The answer by SymPy, from the formulas of the statement."""


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_right(kind: str) -> None:
    """As SymPy finds them, from the statement alone."""
    for made in generated.held_out(1, ASKED_EACH):
        if made.kind == kind:
            asked = [parse(formula) for formula in re.findall(r"\$([^$]+)\$", made.statement)]
            difference = SOLVED[kind](asked) - parse(made.answer)
            assert sympy.expand(difference) == 0, made


def test_held_out_problems_are_in_no_training() -> None:
    """Whatever the seed: what is asked was never learnt, and nothing is asked twice."""
    asked = {made.statement for made in generated.held_out(1, ASKED_EACH)}
    assert len(asked) == ASKED_EACH * len(KINDS)
    for seed in (1, 2):
        assert not asked & {made.statement for made in generated.training(seed, 2000)}


def test_a_problem_is_made_again_alone() -> None:
    """By its seed and number, and another seed gives others."""
    assert [generated.problem(3, index) for index in (5, 17)] == [
        generated.problem(3, index) for index in range(18)
    ][5::12]
    assert isinstance(generated.problem(3, 5), Problem)
    assert generated.problem(3, 5) != generated.problem(4, 5)
