"""Antiderivatives: right when the derivative is, with or without a constant, whatever its name."""

from __future__ import annotations

import re

import sympy

from app.grading.answer_kinds import number, reading, restatement
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.problems.tasks import IndefiniteIntegral

VARIABLES = ("x", "t", "u", "y", "z", "s", "w", "v", "r", "theta", "phi", "p", "q", "n")
"""Names that are taken for the variable, in this order, when no task tells it."""

CONSTANT = re.compile(r"[CcKk](?:_?\d+)?|const|constant")
_PRIMED = re.compile(r"(?<![A-Za-z\\])([CcKk])(?:'+|\^\{?\\prime\}?)(?!\s*\()")
_WORD = re.compile(
    r"\\(?:text|mathrm|textrm|operatorname)\s*\{\s*(?:const|constant)\.?\s*\}|\bconst(?:ant)?\b\.?"
)


def rule(question: Question) -> Ruling:
    """Compares derivatives in the variable of integration."""
    gold, answer = (_PRIMED.sub(r"\1", _WORD.sub("C", text)) for text in (question.gold, question.answer))
    return _compare(reading.value(gold, "gold"), reading.value(answer, "answer"), question)


def _compare(gold: reading.Value, answer: reading.Value, question: Question) -> Ruling:
    variable = _variable(question, gold.expr, answer.expr)
    if is_scalar(answer.expr):
        number.consistent(answer, question, variable)
        restatement.check(question.task, gold.expr, answer.expr)
    comparison = compare_scalars(gold.expr, answer.expr, question.assumptions, variable)
    return ruling(comparison, f"has the gold answer's derivative in {variable}")


def _variable(question: Question, gold: sympy.Basic, answer: sympy.Basic) -> sympy.Symbol:
    """The variable of integration: the task's, else the likeliest symbol of the gold (or of the answer)."""
    if isinstance(question.task, IndefiniteIntegral):
        return question.task.variable
    for expr in (gold, answer):
        symbols = {s for s in expr.free_symbols if CONSTANT.fullmatch(s.name) is None}
        free = symbols - question.assumptions.symbols or symbols
        if free:
            order = {name: place for place, name in enumerate(VARIABLES)}
            return min(free, key=lambda symbol: (order.get(symbol.name, len(order)), symbol.name))
    return sympy.Symbol("x")
