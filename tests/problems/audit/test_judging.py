"""Right answers are never called wrong, wrong ones are found, and questions without an answer are told."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import render
from app.maths.parse import parse
from app.problems.audit import Judgement, audit
from app.problems.problem import Variant

ROWS = Path(__file__).parent / "broken_rows.jsonl"
CORE = Path(__file__).parents[3] / "benchmarks" / "core-mini" / "problems.jsonl"
SLOW = {"extra-534", "extra-521", "extra-522", "extra-573"}
"""Rows over which the quadrature takes its time."""
EACH = 7
"""Every seventh row is judged here; all are by `plumbline problems import generic` and `audit`."""


def judged(statement: str, answer: str, *assumptions: str) -> Judgement:
    return audit(
        Variant(
            id="row/original",
            problem="row",
            topic="any",
            level=1,
            perturbation="original",
            statement=statement,
            answer_kind="expression",
            gold=answer,
            assumptions=assumptions,
        )
    )


@cache
def rows() -> list[tuple[dict[str, str], Judgement]]:
    read = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in read[::EACH] if row["id"] not in SLOW]
    return [(row, judged(row["statement"], row["answer"])) for row in chosen]


def test_no_right_answer_is_called_wrong() -> None:
    for row, judgement in rows():
        if row["truth"] in ("right", "unclear"):
            assert judgement.outcome not in ("wrong", "ill-posed"), (row["id"], judgement.reason)


def test_wrong_answers_are_found_with_a_witness() -> None:
    found = Counter(judgement.outcome for row, judgement in rows() if row["truth"] == "wrong")
    assert found["right"] == 0
    assert found["wrong"] >= 0.8 * found.total()
    assert all(judgement.reason for _, judgement in rows())


def test_most_right_answers_are_confirmed_and_no_defect_is() -> None:
    right = Counter(judgement.outcome for row, judgement in rows() if row["truth"] == "right")
    assert right["right"] >= 0.9 * right.total()
    for row, judgement in rows():
        if row["truth"] == "defect":
            assert judgement.outcome in ("ill-posed", "not checkable"), row["id"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (r"Evaluate ${}_2F_1(1,1;2;3)$.", "branch cut"),
        (r"Compute $\int_0^2 \frac{1}{x-1} dx$.", "pole"),
        (r"Find the sum of the series $\sum_{n=1}^{\infty} \frac{7}{n}$.", "divergence"),
        (r"Compute $\int_0^\infty \frac{1}{1+x} dx$.", "divergence"),
        (r"Compute the limit $\lim_{x\to 0} \frac{|x|}{x}$.", "no limit"),
    ],
)
def test_questions_without_an_answer(statement: str, kind: str) -> None:
    judgement = judged(statement, "1")
    assert (judgement.outcome, judgement.kind) == ("ill-posed", kind)


@pytest.mark.parametrize(
    "answer", ["log(x-3)", "log(3-x)", r"\ln|x-3|+K", "log(2*x-6) + I*pi", "log(Abs(x-3))"]
)
def test_constants_and_branches_of_antiderivatives_are_right(answer: str) -> None:
    assert judged(r"Compute $\int \frac{1}{x-3} dx$.", answer).outcome == "right"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"C_1\cos 3x+C_2\sin 3x", "right"),
        (r"y=A\cos(3x+B)", "right"),
        (r"Eq(y(x), c1*exp(3*I*x)+c2*exp(-3*I*x))", "right"),
        (r"C\cos 3x", "not checkable"),
        (r"C_1e^{3x}+C_2e^{-3x}", "wrong"),
    ],
)
def test_general_solutions_in_any_form(answer: str, outcome: str) -> None:
    assert judged(r"Find the general solution of $y''+9y=0$.", answer).outcome == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("2, 3", "right"),
        ("x=2, x=3", "right"),
        ("[2, 3]", "right"),
        ("{2}", "wrong"),
        (r"\emptyset", "wrong"),
    ],
)
def test_solutions_of_an_equation(answer: str, outcome: str) -> None:
    assert judged("Solve for $x$: $x^2-5x+6=0$.", answer).outcome == outcome


def test_an_answer_for_part_of_the_domain_is_not_judged() -> None:
    statement = r"Evaluate $\int_0^1 x \sqrt{A^2} dx$, where $A$ is real."
    assert judged(statement, r"\frac{A}{2}").kind == "partly right"
    assert judged(statement, r"\frac{|A|}{2}").outcome == "right"
    assert judged(statement, r"2|A|").outcome == "wrong"


def test_a_symbol_that_only_the_answer_has_may_be_a_constant_by_its_name() -> None:
    statement = r"Evaluate $\int_0^1 \frac{\arctan x}{x}dx$."
    assert judged(statement, "G").kind == "foreign symbol"
    assert judged(statement + " Assume $A, G$ are positive.", "G").outcome == "wrong"


@given(
    coefficients=st.lists(st.integers(-9, 9), min_size=2, max_size=5).filter(any),
    factor=st.sampled_from([-2, -1, 2, 3]),
)
@settings(max_examples=12, deadline=None)
def test_antiderivatives_of_polynomials(coefficients: list[int], factor: int) -> None:
    """The antiderivative is right whatever constant is added, and a multiple of it is wrong."""
    x = parse("x")
    integrand = sum(c * x**k for k, c in enumerate(coefficients))
    primitive = sum(c * x ** (k + 1) / (k + 1) for k, c in enumerate(coefficients))
    statement = f"Compute $\\int \\left({render(integrand)}\\right) dx$."
    assert judged(statement, f"{render(primitive)} + 7").outcome == "right"
    assert judged(statement, f"{factor} \\left({render(primitive)}\\right)").outcome == "wrong"


def test_the_golds_of_core_are_never_wrong() -> None:
    """The statements of our own problems are read back, without their tasks, and their golds confirmed."""
    found: Counter[str] = Counter()
    for line in CORE.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        if row["perturbation"] == "original" and row["task"]["operation"] in READ:
            found[judged(row["statement"], row["gold"]).outcome] += 1
    assert found["wrong"] == found["ill-posed"] == 0
    assert found["right"] >= 0.9 * found.total()


READ = (
    "indefinite_integral",
    "definite_integral",
    "limit",
    "series",
    "sum",
    "differential_equation",
    "evaluation",
)
