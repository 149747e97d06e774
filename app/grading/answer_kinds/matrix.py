"""Matrices and vectors: the same shape and equal entries; a vector may be written as a list."""

from __future__ import annotations

import sympy

from app.grading.answer_kinds import parameters, parametric, reading
from app.grading.answer_kinds import tuple as ordered
from app.grading.answer_kinds.base import Question, Ruling, is_scalar
from app.grading.errors import AnswerRefused, GoldUnreadable


def rule(question: Question) -> Ruling:
    """Compares two matrices entry by entry; vectors with free parameters as the spaces they fill."""
    if parametric.is_span(question.gold):
        return ordered.rule(question)
    gold = reading.value(parameters.take(question.gold).text, "gold").expr
    if not isinstance(gold, sympy.MatrixBase):
        raise GoldUnreadable("the gold answer is not a matrix")
    if 1 in gold.shape and not _is_matrix(question.answer):
        return ordered.rule(question)
    answer = reading.value(parameters.take(question.answer).text, "answer").expr
    if isinstance(answer, sympy.MatrixBase):
        if answer.shape != gold.shape:
            return Ruling(False, "shape", f"The answer is a {_shape(answer)} matrix of the wrong shape.")
        affine = parametric.rule(question, list(gold), list(answer)) if all(map(is_scalar, gold)) else None
        if affine is not None:
            return affine
        return ordered.entrywise(list(gold), list(answer), question)
    raise AnswerRefused("form", "the answer is not a matrix")


def _is_matrix(text: str) -> bool:
    return isinstance(reading.value(parameters.take(text).text, "answer").expr, sympy.MatrixBase)


def _shape(matrix: sympy.MatrixBase) -> str:
    return f"{matrix.rows}×{matrix.cols}"
