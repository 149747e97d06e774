"""Matrices and vectors: the same shape and equal entries; a vector may be written as a list."""

from __future__ import annotations

import sympy

from app.grading.answer_kinds import reading
from app.grading.answer_kinds.base import Question, Ruling
from app.grading.answer_kinds.tuple import entrywise, listed
from app.grading.errors import AnswerRefused, GoldUnreadable


def rule(question: Question) -> Ruling:
    """Compares two matrices entry by entry."""
    gold = reading.value(question.gold, "gold").expr
    if not isinstance(gold, sympy.MatrixBase):
        raise GoldUnreadable("the gold answer is not a matrix")
    answer = reading.value(question.answer, "answer").expr
    if isinstance(answer, sympy.MatrixBase):
        if answer.shape != gold.shape:
            return Ruling(False, "shape", f"The answer is a {_shape(answer)} matrix of the wrong shape.")
        return entrywise(list(gold), list(answer), question)
    if 1 in gold.shape:
        return entrywise(list(gold), listed(question.answer, "answer"), question)
    raise AnswerRefused("form", "the answer is not a matrix")


def _shape(matrix: sympy.MatrixBase) -> str:
    return f"{matrix.rows}×{matrix.cols}"
