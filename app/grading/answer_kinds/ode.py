"""Solutions of differential equations: equal to the gold, or shown to solve the equation themselves.

A particular solution that differs from the gold is put into the equation and its conditions, so that another
right solution is right. A general solution is right when it solves the equation for all values of its
constants and has as many independent ones as the gold, however they are named or combined. Without
the equation, general solutions are compared as families that are linear in their constants.
"""

from __future__ import annotations

import re
from itertools import combinations

import sympy

from app.grading.answer_kinds import antiderivative, number, reading, restatement
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, equal, is_scalar, ruling, steps
from app.grading.errors import AnswerRefused, Undecidable
from app.grading.verdict import Step
from app.problems.tasks import DifferentialEquation

_CONSTANT = re.compile(r"[A-DKMNa-dkmn](?:_?\d+)?|[Cc]onst|alpha|beta")


def rule(question: Question) -> Ruling:
    """Compares two solutions, by value or by what they must satisfy."""
    task = question.task if isinstance(question.task, DifferentialEquation) else None
    function = task.function if task else "y"
    gold = reading.value(question.gold, "gold").expr
    answer = _explicit(question, function)
    restatement.check(task, gold, answer)
    variable = task.variable if task else _variable(gold, answer)
    known = _known_symbols(question, task, variable)
    constants = sorted(_constants(gold, known), key=str)
    if constants:
        return _general(question, task, gold, answer, variable, constants, known)
    return _particular(question, task, gold, answer)


def _explicit(question: Question, function: str) -> sympy.Basic:
    derivative = (
        rf"{function}\s*(?:'|\^\{{?\s*\\prime|\^\{{\()|\\frac\s*\{{\s*(?:d|\\mathrm\{{d\}})\W*{function}\b"
    )
    if re.search(derivative, question.answer):
        raise AnswerRefused("restatement", f"the answer still contains a derivative of {function}")
    answer = reading.value(question.answer, "answer")
    if sympy.Symbol(function) in set().union(*(c.free_symbols for c in (answer.expr, *answer.claims))):
        raise Undecidable(f"the answer does not give {function} explicitly")
    if not is_scalar(answer.expr):
        raise AnswerRefused("form", "the answer is not a function")
    number.consistent(answer, question)
    return answer.expr


def _variable(gold: sympy.Basic, answer: sympy.Basic) -> sympy.Symbol:
    names = {symbol.name for symbol in gold.free_symbols | answer.free_symbols}
    return sympy.Symbol(next((name for name in antiderivative.VARIABLES if name in names), "x"))


def _known_symbols(
    question: Question, task: DifferentialEquation | None, variable: sympy.Symbol
) -> set[sympy.Basic]:
    known = {variable, *question.assumptions.symbols}
    if task is not None:
        known = known.union(task.equation.free_symbols, *(c.free_symbols for c in task.conditions))
    return known


def _constants(expr: sympy.Basic, known: set[sympy.Basic]) -> set[sympy.Symbol]:
    return {s for s in expr.free_symbols - known if _CONSTANT.fullmatch(s.name)}


# Particular solutions


def _particular(
    question: Question, task: DifferentialEquation | None, gold: sympy.Basic, answer: sympy.Basic
) -> Ruling:
    comparison = compare_scalars(gold, answer, question.assumptions)
    if comparison.verdict == "equal" or task is None:
        return ruling(comparison)
    if not _solves(question, task, answer):
        why = "The answer does not satisfy the differential equation."
        return Ruling(False, "residual", why, steps(comparison))
    missed = _missed_condition(question, task, answer)
    if missed is not None:
        why = f"The answer solves the equation but not condition {missed + 1}."
        return Ruling(False, "residual", why, steps(comparison))
    step = Step(stage="residual", note="the equation and all conditions hold for the answer")
    return Ruling(True, "residual", "The answer solves the equation and meets its conditions.", (step,))


def _solves(question: Question, task: DifferentialEquation, answer: sympy.Basic) -> bool:
    """Whether the equation holds identically with the answer for its function."""
    carried = question.assumptions.apply
    unknown = sympy.Function(task.function)
    law = sympy.Lambda(carried(task.variable), carried(answer))
    sides = [carried(side).replace(unknown, law).doit() for side in (task.equation.lhs, task.equation.rhs)]
    left, right = (question.assumptions.strip(side) for side in sides)
    return equal(left, right, question.assumptions)


def _missed_condition(question: Question, task: DifferentialEquation, answer: sympy.Basic) -> int | None:
    """The place of the first condition that the answer misses."""
    law = sympy.Lambda(task.variable, answer)
    for place, condition in enumerate(task.conditions):
        value = condition.lhs.replace(sympy.Function(task.function), law).doit()
        if not equal(condition.rhs, value, question.assumptions):
            return place
    return None


# General solutions


def _general(
    question: Question,
    task: DifferentialEquation | None,
    gold: sympy.Basic,
    answer: sympy.Basic,
    variable: sympy.Symbol,
    constants: list[sympy.Symbol],
    known: set[sympy.Basic],
) -> Ruling:
    given = sorted(answer.free_symbols - known, key=str)
    directions = [sympy.diff(answer, constant) for constant in given]
    if not _independent(question, directions, len(constants), variable):
        why = f"The answer has fewer than {len(constants)} independent constants."
        return Ruling(False, "constants", why)
    if task is not None:
        solves = _solves(question, task, answer) and _missed_condition(question, task, answer) is None
    else:
        solves = _same_family(question, gold, constants, answer, given, variable)
    verb = "solves" if solves else "does not solve"
    note = f"{len(constants)} independent constants; the answer {verb} the equation for all their values"
    reason = f"The answer {verb} the equation for all values of its constants."
    return Ruling(solves, "residual" if task else "family", reason, (Step(stage="constants", note=note),))


def _independent(question: Question, functions: list[sympy.Expr], count: int, variable: sympy.Symbol) -> bool:
    """Whether some `count` of the functions of `variable` are linearly independent (by their Wronskian)."""
    return any(
        not equal(sympy.S.Zero, _wronskian(list(chosen), variable), question.assumptions)
        for chosen in combinations(functions, count)
    )


def _wronskian(functions: list[sympy.Expr], variable: sympy.Symbol) -> sympy.Expr:
    order = len(functions)
    return sympy.Matrix(order, order, lambda i, j: sympy.diff(functions[j], variable, i)).det(
        method="berkowitz"
    )


def _same_family(
    question: Question,
    gold: sympy.Basic,
    constants: list[sympy.Symbol],
    answer: sympy.Basic,
    given: list[sympy.Symbol],
    variable: sympy.Symbol,
) -> bool:
    """Whether two families, linear in their constants, have the same functions."""
    basis = [sympy.diff(gold, constant) for constant in constants]
    if any(direction.has(*constants) for direction in basis):
        renamed = dict(zip(given, constants, strict=False))
        if len(given) == len(constants) and equal(gold, answer.xreplace(renamed), question.assumptions):
            return True
        raise Undecidable("the solutions are not linear in their constants, and no equation is given")
    fixed_gold = gold.xreplace(dict.fromkeys(constants, sympy.S.Zero))
    directions = [sympy.diff(answer, constant) for constant in given]
    fixed_answer = answer.subs(dict.fromkeys(given, sympy.S.Zero))
    return all(
        equal(sympy.S.Zero, _wronskian([*basis, function], variable), question.assumptions)
        for function in (*directions, fixed_answer - fixed_gold)
    )
