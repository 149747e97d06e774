"""Single computations: each operation is read, computed and written, and what is missing is said."""

from __future__ import annotations

from functools import partial

import pytest
from pydantic import ValidationError

from app.backends.computer_algebra.calls import Computation, compute
from app.grading import grade
from app.isolation import Isolated, Success
from app.maths import parse
from app.problems.problem import AnswerKind

SECONDS = 10.0

RIGHT: list[tuple[dict[str, object], str, AnswerKind]] = [
    ({"operation": "integrate", "expression": r"x e^{a x}", "variable": "x", "assumptions": ("a > 0",)},
     r"\frac{(a x - 1) e^{a x}}{a^2}", "antiderivative"),
    ({"operation": "integrate", "expression": "e^{-x^2}", "lower": r"-\infty", "upper": r"\infty"},
     r"\sqrt{\pi}", "expression"),
    ({"operation": "differentiate", "expression": r"x \sin x"}, r"\sin x + x \cos x", "expression"),
    ({"operation": "differentiate", "expression": "x^3", "point": "2"}, "12", "number"),
    ({"operation": "limit", "expression": r"\frac{\sin x}{x}", "point": "0"}, "1", "number"),
    ({"operation": "limit", "expression": r"\frac{|x|}{x}", "point": "0^{-}"}, "-1", "number"),
    ({"operation": "solve", "expression": "x^2 = 4"}, r"\{-2, 2\}", "solution_set"),
    ({"operation": "solve", "expression": "x^2 + 1", "domain": "complexes"}, r"\{-i, i\}", "solution_set"),
    ({"operation": "solve", "expression": "x^2 < 4"}, "(-2, 2)", "interval"),
    ({"operation": "solve", "expression": "x + y = 3, x - y = 1", "variable": "x, y"}, "(2, 1)", "tuple"),
    ({"operation": "solve", "expression": "y' = y, y(0) = 2"}, "y = 2 e^x", "ode_solution"),
    ({"operation": "sum", "expression": r"\frac{1}{k^2}", "variable": "k", "lower": "1", "upper": r"\infty"},
     r"\frac{\pi^2}{6}", "expression"),
    ({"operation": "simplify", "expression": r"\sin^2 x + \cos^2 x"}, "1", "number"),
    ({"operation": "factor", "expression": "x^2 - 1"}, "(x-1)(x+1)", "expression"),
    ({"operation": "expand", "expression": "(x+1)^2"}, "x^2 + 2x + 1", "expression"),
    ({"operation": "evaluate", "expression": r"\binom{10}{3}"}, "120", "number"),
    ({"operation": "evaluate", "expression": "x^2 + 1", "point": "3"}, "10", "number"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "gold", "kind"), RIGHT, ids=[str(f["expression"]) for f, _, _ in RIGHT])
def test_each_operation_computes(fields: dict[str, object], gold: str, kind: AnswerKind) -> None:
    """The result is LaTeX that our grammar reads and our grader finds right."""
    computation = Computation.model_validate(fields)
    answer = compute(computation, SECONDS)
    assert answer.status == "stop", answer.text
    parse(answer.text, functions=("y",))
    task = None if fields["operation"] in {"factor", "expand"} else computation.to_task()
    verdict = grade(gold, f"$\\boxed{{{answer.text}}}$", kind, task=task)
    assert verdict.outcome == "correct", (answer.text, verdict.reason)


def test_factors_and_terms_are_kept() -> None:
    """To factor and to expand give that form, not only that value."""
    assert "(" in compute(Computation(operation="factor", expression="x^2-1"), SECONDS).text
    assert "(" not in compute(Computation(operation="expand", expression="(x+1)(x-1)"), SECONDS).text


UNCLEAR = [
    ({"operation": "integrate", "expression": "a x"}, "give the variable"),
    ({"operation": "integrate", "expression": "x", "lower": "0"}, "give upper"),
    ({"operation": "limit", "expression": "x"}, "give point"),
    ({"operation": "sum", "expression": "k"}, "give lower"),
    ({"operation": "integrate", "expression": "x", "variable": "2"}, "no symbol"),
    ({"operation": "simplify", "expression": "x = 1"}, "one expression"),
    ({"operation": "evaluate", "expression": r"\frac{1}{"}, "cannot read"),
    ({"operation": "evaluate", "expression": "__import__('os').system('true')"}, "cannot"),
    ({"operation": "simplify", "expression": "x", "assumptions": ("nonsense >",)}, "cannot be computed"),
    ({"operation": "solve", "expression": "x' = y, y' = x"}, "one differential equation"),
]


@pytest.mark.parametrize(("fields", "reason"), UNCLEAR, ids=[reason for _, reason in UNCLEAR])
def test_what_is_missing_or_unreadable_is_said(fields: dict[str, object], reason: str) -> None:
    """An unclear computation is answered with what to mend, and is never evaluated as code."""
    answer = compute(Computation.model_validate(fields), SECONDS)
    assert answer.status == "unsolved"
    assert reason in answer.text


def test_what_has_no_closed_form_is_said() -> None:
    """An unevaluated integral is no result."""
    asked = Computation(operation="integrate", expression=r"\frac{1}{\ln(\ln x)}")
    assert compute(asked, 3.0).status in {"unsolved", "timeout"}


@pytest.mark.parametrize(
    "fields",
    [
        {"operation": "destroy", "expression": "x"},
        {"operation": "expand", "expression": "x" * 10_000},
        {"operation": "expand", "expression": "x", "colour": "red"},
    ],
    ids=["unknown operation", "too long", "unknown field"],
)
def test_a_record_of_another_shape_is_refused(fields: dict[str, object]) -> None:
    """Operations, fields and lengths are checked before anything is read."""
    with pytest.raises(ValidationError):
        Computation.model_validate(fields)


def test_it_runs_in_a_worker() -> None:
    """The record and its answer travel to an isolated process and back."""
    with Isolated(1, 1024, preload=("app.backends.computer_algebra.calls",)) as isolated:
        asked = Computation(operation="factor", expression="x^2 - 4")
        done = isolated.submit(partial(compute, seconds=3.0), asked, 30.0).result()
    assert isinstance(done, Success), done
    assert grade("(x-2)(x+2)", f"$\\boxed{{{done.value.text}}}$", "expression").outcome == "correct"
