"""Equations: the same up to sides and a constant factor that is not zero."""

from __future__ import annotations

import sympy

from app.grading.answer_kinds import expression, reading
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.errors import AnswerRefused, GoldUnreadable, Undecidable
from app.maths import AssumptionError

POINTS = 12
"""Points tried in search of one at which the gold's two sides differ."""


def rule(question: Question) -> Ruling:
    """Compares both as `left − right = 0`; a bare formula is compared with the gold's right side."""
    gold = reading.read(question.gold, "gold")
    if not isinstance(gold, sympy.Eq):
        return expression.rule(question)
    answer = reading.read(reading.without_conditions(reading.tidy(question.answer)), "answer")
    if not isinstance(answer, sympy.Eq):
        if is_scalar(answer) and is_scalar(gold.rhs):
            return ruling(compare_scalars(gold.rhs, answer, question.assumptions))
        raise AnswerRefused("form", "the answer is not an equation")
    if not all(is_scalar(side) for side in (*gold.args, *answer.args)):
        raise GoldUnreadable("only equations between formulas can be compared")
    return _proportional(gold.lhs - gold.rhs, answer.lhs - answer.rhs, question)


def _proportional(gold: sympy.Expr, answer: sympy.Expr, question: Question) -> Ruling:
    """Whether gold = k · answer with a constant k ≠ 0, which its values at one point give."""
    symbols = sorted(gold.free_symbols | answer.free_symbols, key=str)
    try:
        points = question.assumptions.points(symbols, POINTS, seed=0)
    except AssumptionError as error:
        raise Undecidable(str(error)) from error
    for point in points:
        at_gold, at_answer = gold.subs(point), answer.subs(point)
        if not (at_gold.is_finite and at_answer.is_finite) or at_gold.is_zero:
            continue
        if at_answer.is_zero:
            return Ruling(False, "refuted", "The answer holds at a point where the gold equation does not.")
        scaled = compare_scalars(gold * at_answer, answer * at_gold, question.assumptions)
        return ruling(scaled, "is the gold equation up to a constant factor")
    raise Undecidable("no point was found at which both equations have a value")
