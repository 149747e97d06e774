"""Truncated power series: the same coefficients up to the degree asked for, with or without an O-term."""

from __future__ import annotations

import re
from operator import attrgetter

import sympy

from app.grading.answer_kinds import number, reading
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.answer_kinds.reading import Side
from app.grading.errors import AnswerRefused
from app.problems.tasks import Series

_REMAINDER = re.compile(
    r"\s*[+-]\s*(?:\\(?:mathcal|mathrm|operatorname)\s*\{?\s*[Oo]\s*\}?|[Oo]|\\(?:cdots|ldots|dots)|…|⋯|\.{3})"
    r"\s*(?:\\left|\\[bB]ig+l?)?\s*(?:\((.*)\))?\s*\Z",
    re.S,
)
_DOTS = re.compile(r"\s*[+-]\s*(?:\\(?:cdots|ldots|dots)|…|⋯|\.{3,})\s*")


def rule(question: Question) -> Ruling:
    """Compares two truncated series; an answer that goes on beyond the gold must say that it is one."""
    gold, _ = _polynomial(question.gold, "gold")
    answer, open_ended = _polynomial(question.answer, "answer")
    target, given = number.single(gold), number.single(answer)
    if not is_scalar(given):
        raise AnswerRefused("form", "the answer is not a series")
    task = question.task if isinstance(question.task, Series) else None
    if open_ended:
        given = _truncated(given, target, task)
    return ruling(compare_scalars(target, given, question.assumptions))


def is_open_ended(text: str) -> bool:
    """Whether a text ends in an O-term or in dots."""
    return _REMAINDER.search(reading.tidy(text)) is not None


def _polynomial(text: str, side: Side) -> tuple[sympy.Basic, bool]:
    """The series without its remainder, and whether it had one."""
    shown = re.sub(r"\\(?:approx|sim|simeq)\b|≈", "=", reading.tidy(text))
    without = _REMAINDER.sub("", shown)
    without = _DOTS.sub(" + ", without)
    return reading.value(without, side).expr, without != shown


def _truncated(answer: sympy.Basic, gold: sympy.Basic, task: Series | None) -> sympy.Basic:
    """The answer without terms beyond the degree asked for; as it is when it is no polynomial there."""
    variable = (
        task.variable if task else min(gold.free_symbols, key=attrgetter("name"), default=sympy.Symbol("x"))
    )
    point = task.point if task else sympy.S.Zero
    shift = sympy.Dummy("h")
    try:
        wanted = sympy.Poly(gold.xreplace({variable: point + shift}), shift)
        poly = sympy.Poly(answer.xreplace({variable: point + shift}), shift)
    except sympy.PolynomialError:
        return answer
    degree = task.degree if task else wanted.degree()
    kept = sympy.Add(*(c * shift**n for (n,), c in poly.terms() if n <= degree))
    return kept.xreplace({shift: variable - point})
