"""Equations: the same up to sides, and a factor that is a constant or cannot be zero.

A system is the same when each equation of one side is one of the other's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

import sympy
from sympy.core.function import AppliedUndef

from app.grading.answer_kinds import expression, reading
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling
from app.grading.answer_kinds.reading import Side
from app.grading.errors import AnswerRefused, GoldUnreadable, GradingError, Undecidable
from app.maths import AssumptionError

POINTS = 12
"""Points tried in search of one at which the gold's two sides differ."""

_TOGETHER = re.compile(
    r"[,;]|\\text(?:rm)?\s*\{\s*,?\s*(?:and|or)\s*\}|(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])"
)


def rule(question: Question) -> Ruling:
    """Compares both as `left − right = 0`; a bare formula is compared with the gold's right side."""
    gold = read_all(question.gold, "gold")
    if not gold:
        return expression.rule(question)
    answer = read_all(question.answer, "answer")
    if not answer:
        given = reading.value(question.answer, "answer").expr
        if len(gold) == 1 and is_scalar(given) and is_scalar(gold[0].rhs):
            return ruling(compare_scalars(gold[0].rhs, given, question.assumptions))
        raise AnswerRefused("form", "the answer is not an equation")
    if len(gold) != len(answer):
        return Ruling(False, "length", f"The answer has {len(answer)} equations where {len(gold)} are right.")
    return same(gold, answer, question)


def same(gold: Sequence[sympy.Eq], answer: Sequence[sympy.Eq], question: Question) -> Ruling:
    """Whether the equations of the answer are those of the gold, in any order."""
    ruled = Ruling(False, "form", "The answer has no equation.")
    for given in answer:
        for wanted in gold:
            ruled = _same(wanted, given, question)
            if ruled.correct:
                break
        else:
            return ruled
    return ruled


def is_equation(text: str) -> bool:
    """Whether a text is an equation whose left side is no name: `2x − y = 3`, not `y = 2x`."""
    sides = reading.split(reading.tidy(text), reading.EQUALS)
    return len(sides) == 2 and all(sides) and not reading.is_name(sides[0])


def rearranges(gold: str, answer: str) -> bool:
    """Whether the answer is an equation where the gold gives a name's value: `2x − y = 3` for `y = 2x − 3`.

    Where the value is a number, the name must stand alone in the answer, as in `y + 4 = 0`.
    """
    sides = reading.split(reading.tidy(gold), reading.EQUALS)
    if len(sides) != 2 or not reading.is_name(sides[0]) or not is_equation(answer):
        return False
    try:
        found = read_all(answer, "answer")
        constant = not reading.read(sides[1], "gold").free_symbols
        name = reading.read(sides[0], "gold")
    except GradingError:
        return False
    if len(found) != 1 or name not in found[0].free_symbols:
        return False
    return not constant or sympy.Abs((found[0].lhs - found[0].rhs).coeff(name)) == 1


def read_all(text: str, side: Side) -> list[sympy.Eq]:
    """The equations that a text lists; empty when it has anything else."""
    shown = reading.without_conditions(reading.tidy(text))
    parts = [part for part in reading.split(shown, _TOGETHER) if part]
    found = [reading.read(part, side) for part in (parts if all("=" in part for part in parts) else [shown])]
    if not all(isinstance(equation, sympy.Eq) for equation in found):
        return []
    spread = [single for equation in found for single in _signs(equation)]
    if not all(is_scalar(part) for equation in spread for part in equation.args):
        if side == "gold":
            raise GoldUnreadable("only equations between formulas can be compared")
        raise AnswerRefused("form", "the answer is not an equation between formulas")
    return spread


def _signs(equation: sympy.Eq) -> list[sympy.Eq]:
    """`y = \\pm x` as two equations."""
    if isinstance(equation.rhs, sympy.FiniteSet):
        return [sympy.Eq(equation.lhs, value, evaluate=False) for value in equation.rhs.args]
    return [equation]


def _same(gold: sympy.Eq, answer: sympy.Eq, question: Question) -> Ruling:
    left, right = (_with_symbols(side.lhs - side.rhs) for side in (gold, answer))
    shared = _variables(left) & _variables(right)
    return _proportional(left, right, question, shared)


def _with_symbols(expr: sympy.Expr) -> sympy.Expr:
    """The expression with each undefined function and derivative as a symbol."""
    nodes = sorted(expr.atoms(sympy.Derivative), key=sympy.default_sort_key)
    expr = expr.xreplace({node: sympy.Symbol(f"unknown {node}") for node in nodes})
    return expr.xreplace({node: sympy.Symbol(f"unknown {node}") for node in expr.atoms(AppliedUndef)})


def _variables(expr: sympy.Expr) -> set[sympy.Symbol]:
    """The symbols that stand for an undefined function, by which a factor may not depend on anything else."""
    return {symbol for symbol in expr.free_symbols if symbol.name.startswith("unknown ")}


def _proportional(
    gold: sympy.Expr, answer: sympy.Expr, question: Question, unknowns: set[sympy.Symbol]
) -> Ruling:
    """Whether gold = k · answer with k ≠ 0 constant, or for a differential equation free of the unknown.

    The factor is given by the values at one point.
    """
    symbols = sorted(gold.free_symbols | answer.free_symbols, key=attrgetter("name"))
    try:
        points = question.assumptions.points(symbols, POINTS, seed=0)
    except AssumptionError as error:
        raise Undecidable(str(error)) from error
    for point in points:
        fixed = {s: value for s, value in point.items() if s in unknowns} if unknowns else point
        at_gold, at_answer = gold.subs(fixed), answer.subs(fixed)
        if at_gold.is_zero or at_gold.has(sympy.zoo, sympy.nan) or at_answer.has(sympy.zoo, sympy.nan):
            continue
        if at_answer.is_zero:
            return Ruling(False, "refuted", "The answer holds at a point where the gold equation does not.")
        scaled = compare_scalars(gold * at_answer, answer * at_gold, question.assumptions)
        return ruling(scaled, "is the gold equation up to a factor that is not zero")
    raise Undecidable("no point was found at which both equations have a value")
