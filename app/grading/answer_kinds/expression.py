"""Formulas: equal for all admissible values of their symbols, whatever they are named on the left."""

from __future__ import annotations

from app.grading.answer_kinds import number, reading, restatement
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling


def rule(question: Question) -> Ruling:
    """Compares two formulas under the problem's assumptions."""
    gold = reading.value(question.gold, "gold")
    if not gold.expr.free_symbols:
        return number.rule(question)
    answer = reading.value(question.answer, "answer")
    target, given = number.single(gold.expr), number.single(answer.expr)
    if is_scalar(given):
        number.consistent(answer, question)
        restatement.check(question.task, target, given)
    return ruling(compare_scalars(target, given, question.assumptions))
