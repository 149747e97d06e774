"""Systems and inequalities as models answer them: by name, in any order, as sets, lists or bounds."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from app.grading import grade
from app.problems.problem import AnswerKind
from app.problems.tasks import Task


def task(operation: str, **fields: Any) -> Any:
    return TypeAdapter(Task).validate_python({"operation": operation, **fields})


ROTATION = task(
    "differential_system",
    equations=["x' = -a y", "y' = a x"],
    functions=["x", "y"],
    variable="t",
    conditions=["x(0) = b", "y(0) = 1"],
)
TURNED = r"\left(b \cos(a t) - \sin(a t), b \sin(a t) + \cos(a t)\right)"
DRIFT = task(
    "differential_system",
    equations=["x' = y", "y' = 0"],
    functions=["x", "y"],
    variable="t",
    conditions=["x(0) = 0", "y(0) = 1"],
)
PAIR = task("equation_system", equations=["x + y = 5", "x y = 6"], variables=["x", "y"])
LINES = task("equation_system", equations=["x + y = 5", "x - y = 1"], variables=["x", "y"])
QUOTIENT = task("inequality", relation=r"\frac{x - a}{x - b} \ge 0", variable="x")
BOTH, OUTSIDE = r"\{(2, 3), (3, 2)\}", r"\left(-\infty, a\right] \cup \left(b, \infty\right)"

ANSWERS: list[tuple[Any, AnswerKind, str, str, bool]] = [
    (ROTATION, "tuple", TURNED, r"x(t) = b\cos(at) - \sin(at), \quad y(t) = b\sin(at) + \cos(at)", True),
    (ROTATION, "tuple", TURNED, r"y(t) = b\sin(at) + \cos(at), \quad x(t) = b\cos(at) - \sin(at)", True),
    (ROTATION, "tuple", TURNED, r"(x, y) = (b\cos(at) - \sin(at), b\sin(at) + \cos(at))", True),
    (ROTATION, "tuple", TURNED, r"(b\cos(at) + \sin(at), b\sin(at) + \cos(at))", False),
    (ROTATION, "tuple", TURNED, r"x(t) = b\sin(at) + \cos(at), \quad y(t) = b\cos(at) - \sin(at)", False),
    (DRIFT, "tuple", "(t, 1)", "(t, 1)", True),
    (DRIFT, "tuple", "(t, 1)", "(2 t, 1)", False),  # the same line, at another speed
    (PAIR, "solution_set", BOTH, "(2,3), (3,2)", True),
    (PAIR, "solution_set", BOTH, r"(x, y) \in \{(3,2), (2,3)\}", True),
    (PAIR, "solution_set", BOTH, r"x=2, y=3 \text{ or } x=3, y=2", True),
    (PAIR, "solution_set", BOTH, "(2,3)", False),
    (PAIR, "solution_set", BOTH, r"\{(2,3), (3,2), (1,1)\}", False),
    (LINES, "tuple", "(3, 2)", r"\{(3,2)\}", True),
    (LINES, "tuple", "(3, 2)", "y = 2, x = 3", True),
    (LINES, "tuple", "(3, 2)", "x = 2, y = 3", False),
    (LINES, "solution_set", r"\{(3, 2)\}", "y = 2, x = 3", True),
    (LINES, "solution_set", r"\{(3, 2)\}", "(2, 3)", False),
    (QUOTIENT, "interval", OUTSIDE, r"x \le a \text{ or } x > b", True),
    (QUOTIENT, "interval", OUTSIDE, r"\mathbb{R} \setminus (a, b]", True),
    (QUOTIENT, "interval", OUTSIDE, r"x < a \text{ or } x > b", False),
]


@pytest.mark.parametrize(("asked", "kind", "gold", "answer", "right"), ANSWERS)
def test_an_answer_is_judged_by_what_it_says(
    asked: Any, kind: AnswerKind, gold: str, answer: str, right: bool
) -> None:
    verdict = grade(gold, rf"$\boxed{{{answer}}}$", kind, assumptions=("a < b",), task=asked)
    assert verdict.outcome == ("correct" if right else "incorrect"), verdict.reason
