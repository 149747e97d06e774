"""Solutions of differential equations: the residual, the conditions, and the number of free constants."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import sympy

from app.maths import Assumptions
from app.maths.assumptions import Point
from app.problems.audit import symbols as choice
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


def _zero_near(residual: sympy.Expr, point: Point, x: sympy.Symbol, known: Assumptions) -> Refused | None:
    """None where the residual vanishes at the point or at one of another scale; else what was found."""
    found: Refused = Refused("no point is admissible")
    for there in choice.nearer(point, x, (residual,), known):
        try:
            require_zero(residual, there, "the residual of the equation")
            return None
        except Refuted as refuted:
            return refuted
        except Refused as refused:
            found = refused
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
    left = condition.lhs
    if isinstance(left, sympy.Subs):
        place, value = (
            left.point[0],
            real_derivative_of_order(answer, task.variable, int(left.expr.derivative_count)),
        )
    else:
        place, value = left.args[0], answer
    symbols = (value.free_symbols | condition.rhs.free_symbols | place.free_symbols) - {task.variable}
    tally = Tally()
    for point in choice.points(known, symbols, name):
        there = {**point, task.variable: place.xreplace(dict(point))}
        try:
            if condition.rhs == 0:
                require_zero(value, there, "the answer at the condition")
            else:
                require_equal(value, condition.rhs, there, ("the answer at the condition", "the condition"))
            tally.agreed += 1
        except Refused as refused:
            _count(tally, refused)
        if max(tally.agreed, len(tally.refuted)) >= POINTS:
            break
    return tally.judgement("ode-condition", NEEDED if symbols else 1)


def real_derivative_of_order(expr: sympy.Expr, x: sympy.Symbol, order: int) -> sympy.Expr:
    """The derivative of that order on the real line."""
    for _ in range(order):
        expr = real_derivative(expr, x)
    return expr


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
