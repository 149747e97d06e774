"""Solutions of differential equations: equal to the gold, or shown to solve the equation themselves.

A particular solution that differs from the gold is put into the equation and its conditions, so that another
right solution is right. A general solution is right when it solves the equation for all values of its
constants and has as many independent ones as the gold, however they are named or combined. Without
the equation, general solutions are compared as families of curves (`solution_families`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter

import sympy
from sympy.core.function import AppliedUndef

from app.grading.answer_kinds import antiderivative, equation, parameters, reading, restatement
from app.grading.answer_kinds import solution_families as families
from app.grading.answer_kinds import tuple as ordered
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, equal, is_scalar, ruling, steps
from app.grading.answer_kinds.reading import Side
from app.grading.errors import AnswerRefused, GoldUnreadable, Undecidable
from app.grading.verdict import Step
from app.problems.tasks import DifferentialEquation

_CONSTANTS = tuple(
    re.compile(pattern)
    for pattern in (r"[CcKk]_?\d+", r"C|[Cc]onst", r"c|K", r"[A-DMNa-dkmn](?:_?\d+)?|alpha|beta")
)
"""Names of constants of integration: the first pattern that fits a symbol of the gold says which are."""
_LABEL = re.compile(r"\\?(?:mathbf|vec|bm)?\s*\{?\s*\\?([A-Za-z]+)\s*\}?\s*(?:\(\s*([A-Za-z])\s*\))?")
_FUNCTIONS = ("y", "u", "w", "v", "z", "r", "p", "x", "theta")
"""Letters of the unknown function, likeliest first."""


@dataclass(frozen=True)
class _Names:
    """The unknown function and its variable."""

    function: sympy.Symbol
    variable: sympy.Symbol


def rule(question: Question) -> Ruling:
    """Compares two solutions, by value or by what they must satisfy."""
    task = question.task if isinstance(question.task, DifferentialEquation) else None
    names = _names(question, task)
    _refuse_derivatives(question.answer, names.function.name)
    if _is_system(question.gold):
        return _system(question, names)
    gold = _read(question.gold, "gold", names)
    answer = _read(question.answer, "answer", names)
    known = _known_symbols(question, task, names)
    constants = _constants(gold.free_symbols - known)
    explicit = names.function not in gold.free_symbols | answer.free_symbols
    if explicit:
        restatement.check(task, gold, answer)
    if constants:
        known |= gold.free_symbols - set(constants)
        given = sorted(answer.free_symbols - known, key=attrgetter("name"))
        return _general(question, task, gold, answer, names, constants, given)
    if explicit:
        return _particular(question, task, gold, answer)
    sides = [
        side if names.function in side.free_symbols else names.function - side for side in (gold, answer)
    ]
    zero = sympy.S.Zero
    pair = [sympy.Eq(side, zero, evaluate=False) for side in sides]
    return equation.same(pair[:1], pair[1:], question)


# Reading


def _names(question: Question, task: DifferentialEquation | None) -> _Names:
    """What the task says, else the label of the gold (`x(t) = …`), else the likeliest letters."""
    if task is not None:
        return _Names(sympy.Symbol(task.function), task.variable)
    sides = reading.split(reading.tidy(question.gold), reading.EQUALS)
    label = _LABEL.fullmatch(sides[0]) if len(sides) > 1 and reading.is_name(sides[0]) else None
    symbols = {symbol.name for side in sides for symbol in _symbols(side)}
    if label is None:
        function = next((name for name in _FUNCTIONS if len(sides) > 1 and name in symbols), "y")
        return _Names(sympy.Symbol(function), _variable(symbols - {function}))
    variable = sympy.Symbol(label[2]) if label[2] else _variable(symbols - {label[1]})
    return _Names(sympy.Symbol(label[1]), variable)


def _symbols(text: str) -> set[sympy.Symbol]:
    try:
        return set(reading.read(text, "gold").free_symbols)
    except GoldUnreadable:
        return set()


def _variable(names: set[str]) -> sympy.Symbol:
    return sympy.Symbol(next((name for name in antiderivative.VARIABLES if name in names), "x"))


def _read(text: str, side: Side, names: _Names) -> sympy.Expr:
    """The explicit solution, or an expression in the unknown function that is zero on the solutions."""
    shown = parameters.take(reading.tidy(text)).text
    sides = reading.split(shown, reading.EQUALS)
    if len(sides) > 1 and reading.is_name(sides[0]):
        value = reading.value(shown, side)
        branches = value.expr.args if isinstance(value.expr, sympy.FiniteSet) else (value.expr,)
        if all(is_scalar(branch) and names.function not in branch.free_symbols for branch in branches):
            if len(branches) == 1:
                return value.expr
            return sympy.Mul(*(names.function - branch for branch in branches))
    expr = reading.read(reading.without_conditions(shown), side)
    if isinstance(expr, sympy.Eq) and all(map(is_scalar, expr.args)):
        left, right = (_with_function(part, names) for part in expr.args)
        if left == names.function and names.function not in right.free_symbols:
            return right
        expr = left - right
    if not is_scalar(expr):
        raise AnswerRefused("form", "the answer is not a function")
    return expr


def _with_function(expr: sympy.Basic, names: _Names) -> sympy.Basic:
    """The expression with the symbol of the unknown function in place of `y(x)`."""
    return expr.replace(
        lambda node: isinstance(node, AppliedUndef) and node.func.__name__ == names.function.name,
        lambda node: names.function,
    )


def _refuse_derivatives(text: str, function: str) -> None:
    derivative = (
        rf"{function}\s*(?:'|\^\{{?\s*\\prime|\^\{{\()|\\frac\s*\{{\s*(?:d|\\mathrm\{{d\}})\W*{function}\b"
    )
    if re.search(derivative, text):
        raise AnswerRefused("restatement", f"the answer still contains a derivative of {function}")


def _known_symbols(question: Question, task: DifferentialEquation | None, names: _Names) -> set[sympy.Basic]:
    known: set[sympy.Basic] = {names.variable, names.function, *question.assumptions.symbols}
    if task is not None:
        known = known.union(task.equation.free_symbols, *(c.free_symbols for c in task.conditions))
    return known


def _constants(symbols: set[sympy.Symbol]) -> list[sympy.Symbol]:
    """The constants of integration among the symbols of a gold answer; the others are parameters."""
    for pattern in _CONSTANTS:
        found = [symbol for symbol in symbols if pattern.fullmatch(symbol.name)]
        if found:
            return sorted(found, key=attrgetter("name"))
    return []


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
    gold: sympy.Expr,
    answer: sympy.Expr,
    names: _Names,
    constants: list[sympy.Symbol],
    given: list[sympy.Symbol],
) -> Ruling:
    explicit = names.function not in gold.free_symbols | answer.free_symbols
    linear = explicit and not any(sympy.diff(gold, constant).has(*constants) for constant in constants)
    if explicit and (linear or task is not None):
        directions = [sympy.diff(answer, constant) for constant in given]
        if not _independent(question, directions, len(constants), names.variable):
            return Ruling(
                False, "constants", f"The answer has fewer than {len(constants)} independent constants."
            )
        if task is not None:
            solves = _solves(question, task, answer) and _missed_condition(question, task, answer) is None
        else:
            solves = _in_linear_family(question, gold, constants, answer, names.variable)
        verb = "solves" if solves else "does not solve"
        note = f"{len(constants)} independent constants; the answer {verb} the equation for all their values"
        reason = f"The answer {verb} the equation for all values of its constants."
        return Ruling(solves, "residual" if task else "family", reason, (Step(stage="constants", note=note),))
    if len(constants) > 1:
        renamed = dict(zip(given, constants, strict=False))
        if len(given) == len(constants) and equal(gold, answer.xreplace(renamed), question.assumptions):
            return Ruling(
                True, "family", "The answer is the gold solution with other names for its constants."
            )
        raise Undecidable("the solutions are not linear in their constants, and no equation is given")
    if len(given) != 1:
        return Ruling(False, "constants", f"The answer has {len(given)} constants where 1 is right.")
    sides = [
        side if names.function in side.free_symbols else names.function - side for side in (gold, answer)
    ]
    same = families.same_slopes(sides, (constants[0], given[0]), names.variable, names.function)
    said = "the same curves as" if same else "other curves than"
    step = Step(stage="slopes", note=f"compared at {families.POINTS} points, to {families.DIGITS} digits")
    return Ruling(same, "family", f"The answer describes {said} the gold.", (step,))


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


def _in_linear_family(
    question: Question,
    gold: sympy.Expr,
    constants: list[sympy.Symbol],
    answer: sympy.Expr,
    variable: sympy.Symbol,
) -> bool:
    """Whether the answer, for all values of its constants, is the gold for some values of its own."""
    basis = [sympy.diff(gold, constant) for constant in constants]
    fixed = gold.xreplace(dict.fromkeys(constants, sympy.S.Zero))
    return equal(sympy.S.Zero, _wronskian([*basis, answer - fixed], variable), question.assumptions)


# Systems


def _is_system(text: str) -> bool:
    """Whether a solution is a vector or gives several functions by name."""
    shown = parameters.take(reading.tidy(text)).text
    if ordered.named(shown):
        return True
    try:
        return isinstance(reading.value(shown, "gold").expr, (sympy.Tuple, sympy.MatrixBase))
    except GoldUnreadable:
        return False


def _system(question: Question, names: _Names) -> Ruling:
    """Compares vectors of functions that are linear in their constants."""
    gold, answer = ordered.entries(question.gold, "gold"), ordered.entries(question.answer, "answer")
    values = answer.values
    if gold.names and set(gold.names) == set(answer.names):
        values = [answer.values[answer.names.index(name)] for name in gold.names]
    if len(values) != len(gold.values) or not all(map(is_scalar, (*values, *gold.values))):
        return Ruling(False, "length", f"The answer is not a vector of {len(gold.values)} functions.")
    known = {names.variable, *question.assumptions.symbols}
    free = [
        sorted(set().union(*(e.free_symbols for e in side)) - known, key=attrgetter("name"))
        for side in (gold.values, values)
    ]
    if not free[0]:
        return ordered.entrywise(gold.values, values, question)
    same = families.same_linear_vectors(gold.values, free[0], values, free[1], names.variable)
    said = "the same" if same else "another"
    return Ruling(same, "family", f"The answer is {said} family of vectors.")
