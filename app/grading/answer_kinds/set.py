"""Solution sets: every element of one equals one of the other; order and repetition do not matter.

Infinite families (`x = \\frac{\\pi}{2} + 2\\pi n`) are compared by their members in a window.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import sympy

from app.grading.answer_kinds import interval, reading, text
from app.grading.answer_kinds.base import Question, Ruling, equal, is_scalar
from app.grading.answer_kinds.reading import Side
from app.grading.answer_kinds.tuple import SEPARATOR
from app.grading.errors import AnswerRefused, GoldUnreadable
from app.grading.verdict import Step

MEMBERS = 24
"""Members of a family are made for its parameter from −MEMBERS to MEMBERS."""
MAX_ELEMENTS = 60

_HEDGES = re.compile(r"(?<![\\A-Za-z])(?:maybe|perhaps|possibly|either|both)(?![A-Za-z])", re.I)
_MEMBERSHIP = re.compile(r"\A\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*(?:\\in\b|∈)\s*")
_PARAMETER = re.compile(
    r"([nkmNKM])\s*(?:\\in\b|∈)\s*(?:\\mathbb\s?\{?\s?Z\s?\}?|\\mathbf\{Z\}|\\Z\b|Z\b|ℤ)"
    r"|\b([nkm])\s+(?:is\s+)?(?:an\s+|any\s+)?integer|\bintegers?[\s}$]+([nkm])\b"
)
_BEFORE_PARAMETER = re.compile(
    r"(?:[\s,;:|(]|\\q?quad|\\[,;: ]|\\text\s?\{|\\mid|\b(?:for|where|with|any|all|an|some|every)\b)*\Z"
)
_LEAD = 60


def rule(question: Question) -> Ruling:
    """Compares two sets of values, or two unions of intervals when the gold is one."""
    if interval.is_interval(question.gold):
        return interval.rule(question)
    gold, gold_parameter = _elements(question.gold, "gold")
    if _HEDGES.search(question.answer) and len(gold) < 2:
        return Ruling(False, "hedged", "The answer names several possibilities where one is right.")
    answer, answer_parameter = _elements(question.answer, "answer")
    _check_elements(gold, answer)
    if gold_parameter or answer_parameter:
        if not (gold_parameter and answer_parameter):
            return Ruling(False, "set", "One of the two sets is infinite and the other is not.")
        return _same_families(gold, gold_parameter, answer, answer_parameter, question)
    return _same_elements(gold, answer, question)


def _check_elements(gold: Sequence[sympy.Basic], answer: Sequence[sympy.Basic]) -> None:
    if not all(is_scalar(element) or isinstance(element, sympy.Tuple) for element in gold):
        raise GoldUnreadable("the gold answer is not a set of values")
    if not all(is_scalar(element) or isinstance(element, sympy.Tuple) for element in answer):
        raise AnswerRefused("form", "the answer is not a set of values")
    if len(answer) > MAX_ELEMENTS:
        raise AnswerRefused("form", f"the answer lists more than {MAX_ELEMENTS} values")


def _same_elements(gold: Sequence[sympy.Basic], answer: Sequence[sympy.Basic], question: Question) -> Ruling:
    if not gold or not answer:
        same = not gold and not answer
        said = "the empty set, and so is the gold" if same else "empty where the gold is not, or the reverse"
        return Ruling(same, "set", f"The answer is {said}.")
    for place, element in enumerate(answer, start=1):
        if not any(_same(wanted, element, question) for wanted in gold):
            return Ruling(False, "set", f"Value {place} of the answer is not a solution.")
    missing = [wanted for wanted in gold if not any(_same(wanted, element, question) for element in answer)]
    if missing:
        return Ruling(False, "set", f"The answer lacks {len(missing)} of the {len(gold)} solutions.")
    note = f"each of {len(answer)} values is one of the {len(gold)} gold values, and none is missing"
    return Ruling(True, "set", "The answer has exactly the gold's values.", (Step(stage="set", note=note),))


def _same(gold: sympy.Basic, answer: sympy.Basic, question: Question) -> bool:
    if isinstance(gold, sympy.Tuple) or isinstance(answer, sympy.Tuple):
        pair = isinstance(gold, sympy.Tuple) and isinstance(answer, sympy.Tuple) and len(gold) == len(answer)
        return pair and all(_same(a, b, question) for a, b in zip(gold, answer, strict=True))
    return equal(gold, answer, question.assumptions)


# Reading


def _elements(source: str, side: Side) -> tuple[list[sympy.Basic], sympy.Symbol | None]:
    """The elements that a text lists, and the integer parameter that they may have."""
    shown = reading.tidy(_HEDGES.sub(" ", source))
    if text.means_none(shown):
        return [], None
    shown, parameter = _without_parameter(shown)
    shown = _MEMBERSHIP.sub("", shown)
    elements: list[sympy.Basic] = []
    for part in reading.split(shown, SEPARATOR):
        if part:
            elements += _flattened(reading.value(part, side).expr)
    if parameter is not None and not any(parameter in element.free_symbols for element in elements):
        parameter = None
    return elements, parameter


def _without_parameter(shown: str) -> tuple[str, sympy.Symbol | None]:
    found = _PARAMETER.search(shown)
    if found is None:
        return shown, None
    before, after = shown[: found.start()], shown[found.end() :].strip(" ,;)")
    cut = _BEFORE_PARAMETER.search(before, max(0, len(before) - _LEAD))
    before = before[: cut.start()] if cut else before
    closing = after if before.lstrip().startswith(("\\{", "\\left")) else after.strip("}")
    return _without_braces(before + closing), sympy.Symbol(next(filter(None, found.groups())))


def _without_braces(shown: str) -> str:
    found = re.fullmatch(r"(?:\\left)?\s*\\\{(.*?)(?:\\mid|\||:)?\s*(?:\\right)?\s*\\\}", shown.strip(), re.S)
    return found.group(1) if found else shown


def _flattened(expr: sympy.Basic) -> list[sympy.Basic]:
    if isinstance(expr, sympy.FiniteSet):
        return [inner for element in expr.args for inner in _flattened(element)]
    if isinstance(expr, sympy.Union):
        return [inner for part in expr.args for inner in _flattened(part)]
    if expr is sympy.S.EmptySet:
        return []
    return [expr]


# Families


def _same_families(
    gold: Sequence[sympy.Basic],
    gold_parameter: sympy.Symbol,
    answer: Sequence[sympy.Basic],
    answer_parameter: sympy.Symbol,
    question: Question,
) -> Ruling:
    """Compares the members inside the window that the members of both sides certainly cover."""
    wanted, given = _members(gold, gold_parameter), _members(answer, answer_parameter)
    window = min(max(abs(sympy.N(m)) for m in wanted), max(abs(sympy.N(m)) for m in given)) / 4
    wanted, given = ([m for m in side if abs(sympy.N(m)) <= window] for side in (wanted, given))
    return _same_elements(wanted, given, question)


def _members(elements: Sequence[sympy.Basic], parameter: sympy.Symbol) -> list[sympy.Basic]:
    members: set[sympy.Basic] = set()
    for element in elements:
        for number in range(-MEMBERS, MEMBERS + 1):
            member = element.xreplace({parameter: sympy.Integer(number)})
            if member.free_symbols or not member.is_extended_real:
                raise AnswerRefused("form", "the members of an infinite set are not numbers")
            members.add(member)
    return sorted(members, key=sympy.default_sort_key)
