"""Ordered lists of values: points, vectors, solutions of a system."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sympy

from app.grading.answer_kinds import number, reading
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.answer_kinds.reading import Side
from app.grading.errors import AnswerRefused
from app.grading.verdict import Step

SEPARATOR = re.compile(
    r"[,;]|\\text(?:rm)?\s*\{\s*,?\s*(?:and|or)\s*\}|\\(?:lor|vee|land|wedge)\b|∨|∧|(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])"
)
_ANGLES = re.compile(r"\A(?:\\left)?\s*(?:\\langle|⟨|<)(.*?)(?:\\right)?\s*(?:\\rangle|⟩|>)\Z", re.S)
_NAME = re.compile(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?'?(?:\s*\([^()]{1,20}\))?")


def rule(question: Question) -> Ruling:
    """Compares two lists entry by entry; values that are given by name may come in any order."""
    gold_names, answer_names = named(question.gold), named(question.answer)
    if gold_names and answer_names and set(gold_names) == set(answer_names):
        gold = [reading.read(gold_names[name], "gold") for name in gold_names]
        answer = [reading.read(answer_names[name], "answer") for name in gold_names]
        return entrywise(gold, answer, question)
    return entrywise(listed(question.gold, "gold"), listed(question.answer, "answer"), question)


def entrywise(gold: Sequence[sympy.Basic], answer: Sequence[sympy.Basic], question: Question) -> Ruling:
    """Compares equally long lists of scalars (or of lists) in their order."""
    if len(gold) != len(answer):
        why = f"The answer has {len(answer)} entries where {len(gold)} are asked for."
        return Ruling(False, "length", why)
    trace: list[Step] = []
    method = "structural"
    for place, (wanted, given) in enumerate(zip(gold, answer, strict=True), start=1):
        part = _entry(wanted, given, question)
        trace += [Step(stage=step.stage, note=f"entry {place}: {step.note}") for step in part.steps]
        method = part.method
        if not part.correct:
            return Ruling(False, method, f"Entry {place} of the answer is wrong.", tuple(trace))
    return Ruling(True, method, f"All {len(gold)} entries equal those of the gold answer.", tuple(trace))


def _entry(gold: sympy.Basic, answer: sympy.Basic, question: Question) -> Ruling:
    if isinstance(gold, (sympy.Tuple, sympy.MatrixBase)):
        if not isinstance(answer, (sympy.Tuple, sympy.MatrixBase)):
            raise AnswerRefused("form", "an entry of the answer is not a list")
        return entrywise(list(gold), list(answer), question)
    return ruling(compare_scalars(gold, answer, question.assumptions))


def listed(text: str, side: Side) -> list[sympy.Basic]:
    """The entries of a list in any notation: `(1, 2)`, `1, 2`, `x = 1, y = 2`, `⟨1, 2⟩`, a vector."""
    text = reading.tidy(text)
    names = named(text)
    if names:
        return [reading.read(part, side) for part in names.values()]
    text = reading.split(text, re.compile(r"(?<![<>])=(?!>)"))[-1]
    angles = _ANGLES.match(text)
    if angles:
        text = angles.group(1)
    parts = [part for part in reading.split(text, SEPARATOR) if part]
    if len(parts) > 1:
        return [reading.value(part, side).expr for part in parts]
    expr = reading.read(text, side)
    if isinstance(expr, (sympy.Tuple, sympy.MatrixBase)):
        return list(expr)
    return [number.single(expr)] if is_scalar(number.single(expr)) else _pieces(expr)


def _pieces(expr: sympy.Basic) -> list[sympy.Basic]:
    if isinstance(expr, sympy.Interval):  # `(1, 2)` may have been read as one
        return [expr.start, expr.end]
    raise AnswerRefused("form", "the answer is not an ordered list")


def named(text: str) -> dict[str, str]:
    """The values by name in `x = 1, y = 2`; empty when an entry has no name or a name comes twice."""
    parts = [part for part in reading.split(reading.tidy(text), SEPARATOR) if part]
    sides = [reading.split(part, reading.EQUALS) for part in parts]
    names = {side[0]: side[1] for side in sides if len(side) == 2 and _NAME.fullmatch(side[0])}
    return names if len(parts) > 1 and len(names) == len(parts) else {}
