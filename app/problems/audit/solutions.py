"""Solutions of differential equations: the residual, the conditions, and the number of free constants."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import sympy

from app.maths import Assumptions
from app.maths.assumptions import Point
from app.problems.audit import symbols as choice
from app.problems.audit.errors import Unreadable
from app.problems.audit.forms import settled
from app.problems.audit.identities import real_derivative
from app.problems.audit.judgement import Judgement, Tally
from app.problems.audit.statement import Reading
from app.problems.certificates.balls import require_equal, require_zero
from app.problems.certificates.differential_equation import substituted
from app.problems.errors import Refused, Refuted
from app.problems.tasks import DifferentialEquation

POINTS: Final = 6
NEEDED: Final = 4
NEAR: Final = 64
"""Part of a usual distance that is close to a condition."""
METHOD: Final = "ode-residual"


def judge(
    reading: Reading, task: DifferentialEquation, answer: sympy.Expr, known: Assumptions, name: str
) -> Judgement:
    """An explicit solution: right where the residual and every miss of a condition vanish.

    Symbols that only the answer has are its constants. A general solution must have as many independent
    ones as the order; a particular one of an equation without conditions may have any number.
    """
    unknown = sympy.Function(task.function)(task.variable)
    equation = settled(task.equation.lhs - task.equation.rhs)
    parameters = equation.free_symbols.union(*(condition.free_symbols for condition in task.conditions))
    constants = answer.free_symbols - parameters - {task.variable}
    smooth = answer.replace(sympy.Abs, lambda u: sympy.sqrt(u**2))
    residual = substituted(equation, unknown, smooth)
    found = _vanishes(residual, parameters | constants | {task.variable}, task.variable, known, name)
    if found.kind == "partly right" and task.conditions:
        found = _vanishes_near(task, residual, known, name) or found
    if found.outcome != "right":
        return found
    for condition in task.conditions:
        met = _meets(task, condition, smooth, known, name)
        if met.outcome != "right":
            return met
    order = _order(task)
    if constants and task.conditions and len(task.conditions) >= order:
        reason = f"it has a free constant {sorted(constants, key=str)[0]}, though every condition holds"
        return found.model_copy(update={"outcome": "not checkable", "kind": "constants", "reason": reason})
    if reading.general and not _independent(
        smooth, sorted(constants, key=str), order, task.variable, known, name
    ):
        reason = f"it solves the equation, but has fewer than {order} independent constants"
        return found.model_copy(update={"outcome": "not checkable", "kind": "constants", "reason": reason})
    return found


def implicit(task: DifferentialEquation, curve: sympy.Eq, known: Assumptions, name: str) -> Judgement:
    """A family of curves F(x, y) = C of an equation of order one: -F_x / F_y must be its slope everywhere."""
    unknown, y = sympy.Function(task.function)(task.variable), sympy.Symbol(task.function)
    relation = (curve.lhs - curve.rhs).xreplace({unknown: y}).replace(sympy.Abs, lambda u: sympy.sqrt(u**2))
    parameters = task.equation.free_symbols | {task.variable, y}
    constants = relation.free_symbols - parameters
    affine = len(constants) == 1 and sympy.diff(relation, *constants).is_number
    if _order(task) != 1 or task.conditions or not affine or not relation.has(y):
        raise Unreadable("answer", "the stored solution is implicit, and no family of curves F(x, y) = C")
    slope = -sympy.diff(relation, task.variable) / sympy.diff(relation, y)
    equation = settled(task.equation.lhs - task.equation.rhs)
    residual = equation.xreplace({unknown.diff(task.variable): slope, unknown: y})
    return _vanishes(residual, residual.free_symbols | {task.variable}, task.variable, known, name)


def _order(task: DifferentialEquation) -> int:
    return max(int(node.derivative_count) for node in task.equation.atoms(sympy.Derivative))


def _vanishes(
    residual: sympy.Expr, symbols: set[sympy.Symbol], x: sympy.Symbol, known: Assumptions, name: str
) -> Judgement:
    tally, positive = Tally(), Tally()
    for point in choice.points(known, symbols, name):
        found = _zero_near(residual, point, x, known)
        _count(tally, found)
        if point[x] > 0:
            _count(positive, found)
        if max(tally.agreed, len(tally.refuted)) >= POINTS:
            break
    judged = tally.judgement(METHOD, NEEDED)
    if judged.kind == "partly right" and positive.agreed >= 2 and not positive.refuted:
        return positive.judgement(f"{METHOD} where {x} > 0", 2)
    return judged


def _vanishes_near(
    task: DifferentialEquation, residual: sympy.Expr, known: Assumptions, name: str
) -> Judgement | None:
    """Right where the residual vanishes close to where the conditions are, on one side of it at least."""
    place = _place(task.conditions[0])
    symbols = residual.free_symbols | {task.variable}
    for side in (1, -1):
        tally = Tally()
        for point in choice.points(known, symbols, name):
            near = place.xreplace(dict(point)) + side * abs(point[task.variable]) / NEAR
            _count(tally, _vanishing(residual, {**point, task.variable: near}))
            if tally.agreed >= POINTS or tally.refuted:
                break
        if tally.agreed >= NEEDED and not tally.refuted:
            return tally.judgement(f"{METHOD} near the conditions", NEEDED)
    return None


def _place(condition: sympy.Basic) -> sympy.Expr:
    left = condition.lhs
    return left.point[0] if isinstance(left, sympy.Subs) else left.args[0]


def _vanishing(residual: sympy.Expr, point: Point) -> Refused | None:
    try:
        require_zero(residual, point, "the residual of the equation")
    except Refused as refused:
        return refused
    return None


def _zero_near(residual: sympy.Expr, point: Point, x: sympy.Symbol, known: Assumptions) -> Refused | None:
    """None where the residual vanishes at the point or at one of another scale; else what was found."""
    found: Refused = Refused("no point is admissible")
    for there in choice.nearer(point, x, (residual,), known):
        result = _vanishing(residual, there)
        if result is None or isinstance(result, Refuted):
            return result
        found = result
    return found


def _count(tally: Tally, found: Refused | None) -> None:
    if isinstance(found, Refuted):
        tally.refuted.append(found.witness)
    elif found is not None:
        tally.unknown.append(found.reason)
    else:
        tally.agreed += 1


def _meets(
    task: DifferentialEquation, condition: sympy.Basic, answer: sympy.Expr, known: Assumptions, name: str
) -> Judgement:
    """Whether the answer, or its derivative, has the value that a condition says."""
    place, value = _place(condition), answer
    if isinstance(condition.lhs, sympy.Subs):
        for _ in range(int(condition.lhs.expr.derivative_count)):
            value = real_derivative(value, task.variable)
    symbols = (value.free_symbols | condition.rhs.free_symbols | place.free_symbols) - {task.variable}
    tally = Tally()
    for point in choice.points(known, symbols, name):
        there = {**point, task.variable: place.xreplace(dict(point))}
        try:
            if condition.rhs == 0:
                require_zero(sympy.expand(value), there, "the answer at the condition")
            else:
                require_equal(value, condition.rhs, there, ("the answer at the condition", "the condition"))
            tally.agreed += 1
        except Refused as refused:
            _count(tally, refused)
        if max(tally.agreed, len(tally.refuted)) >= POINTS:
            break
    return tally.judgement("ode-condition", NEEDED if symbols else 1)


def _independent(
    answer: sympy.Expr,
    constants: Sequence[sympy.Symbol],
    order: int,
    x: sympy.Symbol,
    known: Assumptions,
    name: str,
) -> bool:
    """Whether some `order` of the answer's derivatives in its constants have a Wronskian that is not zero."""
    directions = [sympy.diff(answer, constant) for constant in constants]
    return any(_nonzero_wronskian(chosen, x, known, name) for chosen in combinations(directions, order))


def _nonzero_wronskian(
    functions: Sequence[sympy.Expr], x: sympy.Symbol, known: Assumptions, name: str
) -> bool:
    rows = len(functions)
    wronskian = sympy.Matrix(rows, rows, lambda i, j: sympy.diff(functions[j], x, i)).det(method="berkowitz")
    for number, point in enumerate(choice.points(known, wronskian.free_symbols, name)):
        try:
            require_zero(wronskian, point, "the Wronskian")
        except Refuted:
            return True
        except Refused:
            pass
        if number + 1 >= POINTS:
            break
    return False
