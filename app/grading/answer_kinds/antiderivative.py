"""Antiderivatives: right when the derivative is, with or without a constant, whatever its name."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sympy

from app.grading.answer_kinds import number, reading, restatement
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.problems.tasks import IndefiniteIntegral

VARIABLES = ("x", "t", "u", "y", "z", "s", "w", "v", "r", "theta", "phi", "p", "q", "n")
"""Names that are taken for the variable, in this order, when no task tells it."""

CONSTANT = re.compile(r"[CcKk](?:_?\d+)?|const|constant")
_POTENTIAL = re.compile(r"\s*\\?[A-Za-z]+\s*(?:\\left)?\(\s*([a-z](?:\s*,\s*[a-z])+)\s*(?:\\right)?\)\s*=")
_PRIMED = re.compile(r"(?<![A-Za-z\\])([CcKk])(?:'+|\^\{?\\prime\}?)(?!\s*\()")
_WORD = re.compile(
    r"\\(?:text|mathrm|textrm|operatorname)\s*\{\s*(?:const|constant)\.?\s*\}|\bconst(?:ant)?\b\.?"
)


def rule(question: Question) -> Ruling:
    """Compares derivatives in the variable of integration."""
    gold, answer = (_PRIMED.sub(r"\1", _WORD.sub("C", text)) for text in (question.gold, question.answer))
    return _compare(reading.value(gold, "gold"), reading.value(answer, "answer"), question)


def _compare(gold: reading.Value, answer: reading.Value, question: Question) -> Ruling:
    ruled = Ruling(False, "form", "The answer has no variable.")
    for variable in _variables(question, gold.expr, answer.expr):
        if is_scalar(answer.expr):
            number.consistent(answer, question, variable)
            restatement.check(question.task, gold.expr, answer.expr)
        comparison = compare_scalars(gold.expr, answer.expr, question.assumptions, variable)
        ruled = ruling(comparison, f"has the gold answer's derivative in {variable}")
        if not ruled.correct:
            return ruled
    return ruled


def _variables(question: Question, gold: sympy.Basic, answer: sympy.Basic) -> list[sympy.Symbol]:
    """The variables of integration: of the task, of a potential `\\phi(x, y, z)`, else the likeliest."""
    if isinstance(question.task, IndefiniteIntegral):
        return [question.task.variable]
    label = _POTENTIAL.match(question.gold)
    if label is not None:
        return [sympy.Symbol(name.strip()) for name in label[1].split(",")]
    found = (likeliest(expr.free_symbols) for expr in (gold, answer))
    return [next((symbol for symbol in found if symbol is not None), sympy.Symbol("x"))]


def likeliest(symbols: Iterable[sympy.Symbol]) -> sympy.Symbol | None:
    """The symbol that is most probably the variable of integration; None where all are constants."""
    order = {name: place for place, name in enumerate(VARIABLES)}
    names = (symbol for symbol in symbols if CONSTANT.fullmatch(symbol.name) is None)
    return min(names, key=lambda s: (order.get(s.name, len(order)), s.name), default=None)
