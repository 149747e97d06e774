"""Classes of equal answers: what is the same mathematics, without a gold answer and without an order."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.grading import Judges
from app.grading.classes import Query, classes, finals, grouped
from app.problems import tasks
from app.problems.problem import AnswerKind

TABLE: list[tuple[AnswerKind | None, list[str], list[int | None]]] = [
    ("number", [r"\boxed{1/2}", "So the answer is 0.5.", r"\boxed{\frac{2}{4}}", r"\boxed{2}"], [0, 0, 0, 1]),
    ("number", [r"\boxed{\pi}", r"\boxed{3.14}", r"\boxed{3.14159}", r"\boxed{\pi}"], [0, 1, 2, 0]),
    ("expression", ["(x-1)(x+1)", "x^2 - 1", r"\boxed{x^2+1}", ""], [0, 0, 1, None]),
    ("expression", [r"\boxed{12}", r"\boxed{\int_0^{12} 1\,dx}"], [0, 1]),
    ("antiderivative", [r"\boxed{\sin^2 x}", r"-\cos^2 x + C", r"\frac{1-\cos 2x}{2} + K"], [0, 0, 0]),
    ("solution_set", [r"x = 1 \text{ or } x = 2", r"\{2, 1\}", "x = 2"], [0, 0, 1]),
    ("interval", ["x > 3", r"(3, \infty)", r"[3, \infty)"], [0, 0, 1]),
    ("choice", ["The answer is (B).", "**B**", "I choose option C."], [0, 0, 1]),
    ("function", ["```python\ndef f(n):\n    return n * n\n```", "lambda k: k**2", "n**3"], [0, 0, 1]),
    (None, ["", "I do not know.", r"\boxed{4"], [None, 0, None]),
]


@pytest.mark.parametrize(("kind", "answers", "expected"), TABLE)
def test_equal_answers_share_a_class(
    kind: AnswerKind | None, answers: list[str], expected: list[int | None]
) -> None:
    """Answers are grouped by their mathematics, by the rule of their kind; what is no answer has no class."""
    assert classes(Query(tuple(answers), kind)) == expected


def test_wrong_answers_are_compared_and_not_checked() -> None:
    """A solution is not put into its equation: two right ones and two wrong ones make a class each."""
    task = tasks.DifferentialEquation.model_validate(
        {"equation": "y'(x) = k y(x)", "function": "y", "variable": "x"}
    )
    answers = (r"C e^{kx}", r"y(x) = A e^{kx}", r"C e^{2kx}", r"y = e^{2 k x} C_1")
    assert classes(Query(answers, "ode_solution", (), task)) == [0, 0, 1, 1]


def test_a_parameter_of_the_equation_is_no_constant_of_integration() -> None:
    """Two particular solutions that differ in a given number are not the same family of curves."""
    task = tasks.DifferentialEquation.model_validate(
        {"equation": "y'(x) = k y(x)", "function": "y", "variable": "x", "conditions": ["y(0) = 1"]}
    )
    assert classes(Query((r"e^{kx}", r"e^{2kx}", r"y = \exp(k x)"), "ode_solution", (), task)) == [0, 1, 0]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_answers_makes_no_difference(order: tuple[int, ...]) -> None:
    """Whatever the order, the same answers stand together."""
    answers = (r"\boxed{\sqrt{2}}", r"\boxed{2^{1/2}}", r"\boxed{1.414}", r"\boxed{1.4}")
    straight = classes(Query(answers, "number"))
    shuffled = classes(Query(tuple(answers[i] for i in order), "number"))
    for a, i in enumerate(order):
        for b, j in enumerate(order):
            assert (shuffled[a] == shuffled[b]) == (straight[i] == straight[j])


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(0, 3), st.randoms())
@settings(deadline=None, max_examples=60)
def test_a_relation_that_is_not_transitive_still_makes_classes(
    numbers: list[int], width: int, source: random.Random
) -> None:
    """For `differs by at most width`: all members of a class equal its head, and shuffling keeps classes."""
    answers = [rf"\boxed{{{number}}}" for number in numbers]

    def partition(texts: list[str]) -> set[frozenset[str]]:
        found = grouped(
            finals(Query(tuple(texts))),
            lambda one, other: abs(int(one.text) - int(other.text)) <= width,
        )
        return {
            frozenset(text for text, number in zip(texts, found, strict=True) if number == wanted)
            for wanted in set(found)
        }

    before = partition(answers)
    source.shuffle(answers)
    assert partition(answers) == before
    for group in before:
        values = [int(text.removeprefix(r"\boxed{").removesuffix("}")) for text in group]
        assert any(all(abs(value - head) <= width for value in values) for head in values)


def test_workers_make_the_same_classes() -> None:
    """The pool gives what the plain call gives."""
    query = Query((r"\boxed{1/2}", r"\boxed{0.5}", "", r"\boxed{3}"), "number")
    with Judges(workers=1, deadline=20, memory_mb=512) as judges:
        assert judges.classes(query) == classes(query) == [0, 0, None, 1]


def test_what_does_not_end_in_time_is_different() -> None:
    """Programs that cannot be compared in the deadline stand apart; the same program is the same without."""
    slow = "def f(n):\n  t = 0\n  for i in range(200):\n    for j in range({}):\n      t += i*j*n\n  return t"
    query = Query((slow.format(200), slow.format(201), slow.format(200), ""), "function")
    with Judges(workers=1, deadline=0.5, memory_mb=512) as judges:
        assert judges.classes(query) == [0, 1, 0, None]
