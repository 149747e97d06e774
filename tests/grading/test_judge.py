"""The judge's front page: which method decides, and what is said about it."""

from __future__ import annotations

import pytest

from app.grading import Case, grade
from app.grading.inference import kind_of
from app.grading.judge import judge

METHODS = [
    # gold, answer, kind, outcome, method
    ("12", "12", None, "correct", "structural"),
    (r"\frac{1}{x+1}", r"\frac{x-1}{x^2-1}", None, "correct", "exact"),
    (r"\sin 2x", r"2\sin x\cos x", None, "correct", "exact"),
    (r"\sin 2x", r"\sin x", None, "incorrect", "refuted"),
    ("12", "", None, "incorrect", "extraction"),
    ("12", r"\boxed{1", None, "incorrect", "extraction"),
    ("12", "perhaps 12", None, "incorrect", "hedged"),
    ("12", "them twelve", None, "incorrect", "unreadable"),
    ("12", r"\mystery{12}", None, "ungradable", "unreadable"),
    (r"\mystery{12}", "12", "number", "ungradable", "gold"),
    (r"\frac{\pi^2}{6}", r"\sum_{n=1}^\infty \frac{1}{n^2}", None, "incorrect", "restatement"),
    (r"\frac{1}{3}", "0.33", None, "incorrect", "rounded"),
    ("3.14", r"\pi", None, "correct", "decimal"),
    ("12", r"\frac{1}{0}", None, "incorrect", "undefined"),
    ("12", r"\{12, 13\}", None, "incorrect", "form"),
]


@pytest.mark.parametrize(("gold", "answer", "kind", "outcome", "method"), METHODS)
def test_the_method_that_decided_is_named(
    gold: str, answer: str, kind: str | None, outcome: str, method: str
) -> None:
    """A verdict tells by which rule or stage it came about."""
    verdict = judge(Case.model_validate({"gold": gold, "answer": answer, "kind": kind}))
    assert (verdict.outcome, verdict.method) == (outcome, method), verdict.reason


def test_assumptions_in_prose_are_passed_over_and_told() -> None:
    """What is said of symbols without being a relation changes no verdict, and the trace says so."""
    verdict = grade("x", "x+1", assumptions=["x is nice", "x > 0"])
    assert verdict.outcome == "incorrect"
    assert any(step.stage == "assumptions" and "nice" in step.note for step in verdict.trace)


def test_rival_answers_must_all_be_right() -> None:
    """A completion that gives two answers is right only if both are."""
    assert grade("2", r"It is \boxed{2}. Or \boxed{\frac{4}{2}}.").outcome == "correct"
    wrong = grade("2", r"It is \boxed{1}. Or \boxed{2}.")
    assert wrong.outcome == "incorrect"
    assert "several final answers" in wrong.reason


def test_what_is_extracted_is_shown() -> None:
    """The verdict carries the answer as it was found, and nothing when there is none."""
    assert grade("2", r"So \boxed{ 1+1 }.").extracted == "1+1"
    assert grade("2", "").extracted is None


KINDS = [
    ("12", "number"),
    (r"\sqrt{2}", "number"),
    ("x^2", "expression"),
    ("x", "expression"),
    (r"\pi r^2", "expression"),
    ("f(x) = x^2", "expression"),
    ("x = 3", "number"),
    ("x^2 + C", "antiderivative"),
    ("x^2+y^2=1", "equation"),
    ("2x+3y=6", "equation"),
    (r"\{1,2\}", "solution_set"),
    ("1, 2", "solution_set"),
    (r"x=1 \text{ or } x=2", "solution_set"),
    (r"\pm 2", "solution_set"),
    (r"\emptyset", "solution_set"),
    ("no solution", "solution_set"),
    ("(1,2)", "tuple"),
    ("x=1, y=2", "tuple"),
    ("[1,2]", "interval"),
    ("(1,2]", "interval"),
    ("x>3", "interval"),
    (r"(-\infty, 2)", "interval"),
    (r"\mathbb{R}", "interval"),
    ("1+x+O(x^2)", "series"),
    (r"1+x+x^2+\cdots", "series"),
    (r"\begin{pmatrix}1&2\end{pmatrix}", "matrix"),
    ("B", "choice"),
    ("(C)", "choice"),
    ("yes", "text"),
    ("True", "text"),
    ("does not exist", "text"),
    ("parallelogram", "text"),
    (r"\infty", "number"),
]


@pytest.mark.parametrize(("gold", "kind"), KINDS)
def test_the_kind_is_inferred_from_the_gold(gold: str, kind: str) -> None:
    """Nobody has to say the kind of an ordinary gold answer."""
    assert kind_of(gold) == kind
