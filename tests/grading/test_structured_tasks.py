"""Answers to problems on matrices, random variables and integers are judged by the kinds they may have."""

import pytest

from app.grading import grade
from app.problems.problem import KINDS, AnswerKind
from tests.problems.certificates.cases import Case, variant
from tests.problems.certificates.structure_cases import STRUCTURES

ROWS = [
    pytest.param(case, wrong, kind, id=f"{name}: {kind}")
    for name, (case, wrong) in STRUCTURES.items()
    for kind in KINDS[case.task["operation"]]
]


@pytest.mark.parametrize(("case", "wrong", "kind"), ROWS)
def test_the_right_answer_is_correct_and_wrong_ones_are_not(
    case: Case, wrong: tuple[str, ...], kind: AnswerKind
) -> None:
    def outcome(answer: str) -> str:
        boxed = f"The answer is $\\boxed{{{answer}}}$."
        verdict = grade(case.gold, boxed, kind, assumptions=case.assumptions, task=variant(case).task)
        return verdict.outcome.value

    assert outcome(case.gold) == "correct"
    assert {outcome(answer) for answer in wrong} == {"incorrect"}
