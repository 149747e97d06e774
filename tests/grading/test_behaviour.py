"""Values of answers that are functions, and the counting of where they agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grading.behaviour import plan, scores, values
from app.grading.classes import Query
from app.problems import tasks
from app.problems.problem import AnswerKind


def agreement(kind: AnswerKind, answers: list[str], inputs: int = 8, **about: object) -> list[int] | None:
    """The score of each answer; None where they have no inputs."""
    planned = plan(Query(tuple(answers), kind, **about), inputs, seed=1)  # type: ignore[arg-type]
    if planned is None:
        return None
    nowhere = (None,) * len(planned.points)
    return scores([nowhere if text is None else values(text, planned) for text in planned.texts])


@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        ("expression", ["(x-1)(x+1)", r"\boxed{x^2 - 1}", "x^2 + 1", ""], [16, 16, 8, 0]),
        ("expression", [r"\frac{\sin x}{\cos x}", r"\tan x", r"\tan(x) + 10^{-30}"], [24, 24, 24]),
        ("expression", ["x^2", "x^2 + c", "x x"], [16, 8, 16]),
        ("antiderivative", [r"\sin^2 x", r"C - \cos^2 x", r"\cos x"], [16, 16, 8]),
        ("function", ["lambda n: n*(n+1)//2", "def f(k):\n    return sum(range(k+1))", "n(n+1)/2"], [24] * 3),
        ("number", ["1", "1"], None),
        ("expression", ["3", "4"], None),
        ("solution_set", [r"\{x\}"], None),
    ],
)
def test_agreement(kind: AnswerKind, answers: list[str], expected: list[int] | None) -> None:
    """Equal functions have equal values at every input, whatever they are called and however written."""
    assert agreement(kind, answers) == expected


def test_a_pole_everywhere_has_no_value() -> None:
    """An answer without values scores nothing, not even with itself."""
    assert agreement("expression", [r"\frac{x}{0}", r"\frac{x}{0}", "x"]) in ([0, 0, 8], None)


def test_inputs_obey_the_assumptions_and_follow_from_the_seed() -> None:
    """Points are admissible, distinct, and the same for the same seed."""
    query = Query((r"\sqrt{x}", "x"), "expression", ("x > 0", "prose is passed over"))
    first, again, other = (plan(query, 12, seed) for seed in (1, 1, 2))
    assert first is not None and first == again and first != other  # noqa: PT018
    found = [next(iter(point.values())) for point in first.points]
    assert len(set(found)) == 12
    assert all(value > 0 for value in found)


def test_the_task_names_the_variable_of_an_antiderivative() -> None:
    """Two parameters apart, only the derivative in the variable of the task counts."""
    task = tasks.IndefiniteIntegral.model_validate({"integrand": "a", "variable": "a"})
    assert agreement("antiderivative", ["a^2/2 + x", "a^2/2"], task=task) == [16, 16]


@given(st.lists(st.lists(st.sampled_from(["1", "2", None]), min_size=3, max_size=3), min_size=1, max_size=6))
def test_scores_are_the_sum_of_agreements(rows: list[list[str | None]]) -> None:
    """The counting equals the definition, written out."""
    for row, score in zip(rows, scores(rows), strict=True):
        pairs = [pair for other in rows for pair in zip(row, other, strict=True)]
        assert score == sum(f == g for f, g in pairs if f is not None)
