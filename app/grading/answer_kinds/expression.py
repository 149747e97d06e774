"""Formulas: equal for all admissible values of their symbols, whatever they are named on the left."""

from __future__ import annotations

import re
from itertools import permutations
from operator import attrgetter

import sympy
from sympy.logic.boolalg import Boolean, Equivalent
from sympy.logic.inference import satisfiable

from app.grading.answer_kinds import number, quantity, reading, restatement
from app.grading.answer_kinds import tuple as ordered
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.answer_kinds.vocabulary import with_steps
from app.grading.errors import AnswerRefused

MAX_PROPOSITIONS = 12
"""Propositions up to which a logical formula is decided by its truth table."""

_APPLIED = re.compile(r"(?<![A-Za-z\\])([fghFu])\s*(?:\\left)?\s*(?='*\()")
_FREE = re.compile(r"[A-DKabckpq]|[A-Za-z]_\d|alpha|beta|gamma|lambda|mu|C_\d+")
_NUMBERED = re.compile(r"[CcKk]_\d")
_MAPPING = re.compile(r"\A\s*[A-Za-z]\s*:\s*(?=.*(?:\\mapsto|↦|\|->))", re.S)


def rule(question: Question) -> Ruling:
    """Compares two formulas under the problem's assumptions."""
    functions = _abstract_functions(question.gold, question.answer)
    gold = reading.value(_formula(question.gold), "gold", functions)
    if (
        isinstance(gold.expr, Boolean)
        and not gold.expr.is_Relational
        and not isinstance(gold.expr, sympy.Symbol)
    ):
        return _logical(gold.expr, reading.read(question.answer, "answer"))
    if not gold.expr.free_symbols:
        return number.rule(question)
    answer = reading.value(_formula(question.answer), "answer", functions)
    target, given = number.single(gold.expr), number.single(answer.expr)
    if is_scalar(given):
        target, given = with_steps(target, given)
        number.consistent(answer, question)
        restatement.check(question.task, target, given)
    elif is_scalar(target) and ordered.components(target):
        return ordered.rule(question)
    compared = ruling(compare_scalars(target, given, question.assumptions))
    renamed = (
        None if compared.correct or not is_scalar(given) else _with_constants_renamed(target, given, question)
    )
    return renamed or compared


def _with_constants_renamed(gold: sympy.Expr, answer: sympy.Expr, question: Question) -> Ruling | None:
    """The ruling when free constants have other names, as in a recurrence's solution; None if none have."""
    own = [
        {s for s in a.free_symbols - b.free_symbols if _FREE.fullmatch(s.name)}
        for a, b in ((gold, answer), (answer, gold))
    ]
    here, there = (sorted(symbols, key=attrgetter("name")) for symbols in own)
    numbered = all(_NUMBERED.fullmatch(symbol.name) for symbol in there)
    if not numbered or not 0 < len(here) == len(there) <= 3:
        return None
    for order in permutations(here):
        other = answer.xreplace(dict(zip(there, order, strict=True)))
        compared = ruling(
            compare_scalars(gold, other, question.assumptions), "is the gold with other constants"
        )
        if compared.correct:
            return compared
    return None


def _formula(text: str) -> str:
    """The text without `f:` in front of a mapping and without a unit."""
    return quantity.read(_MAPPING.sub("", text)).number


def _abstract_functions(gold: str, answer: str) -> tuple[str, ...]:
    """Letters that stand before a bracket wherever they occur in both texts: undefined functions.

    One that is only the name of the value (`f(x) = x^2`) is none.
    """
    sides = [reading.split(reading.tidy(text), reading.EQUALS) for text in (gold, answer)]
    values = [side[-1] for side in sides]
    applied = _APPLIED.findall(values[0])
    return tuple(
        sorted(
            name
            for name in {*applied, *_APPLIED.findall(values[1])}
            if not _stands_alone(name, values[0])
            and (applied.count(name) > 1 or not _stands_alone(name, values[1]))
        )
    )


def _stands_alone(name: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){name}(?![A-Za-z'])(?!\s*(?:\\left)?\s*\()", text) is not None


def _logical(gold: Boolean, answer: sympy.Basic) -> Ruling:
    """Compares two logical formulas by their truth values."""
    if not isinstance(answer, Boolean):
        raise AnswerRefused("form", "the answer is not a logical formula")
    if len(gold.free_symbols | answer.free_symbols) > MAX_PROPOSITIONS:
        raise AnswerRefused("form", "the answer has too many propositions")
    same = satisfiable(~Equivalent(gold, answer)) is False
    said = "is equivalent to the gold formula" if same else "has another truth table than the gold formula"
    return Ruling(same, "logic", f"The answer {said}.")
