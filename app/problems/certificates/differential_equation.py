"""Differential equations: the answer must satisfy the equation and every condition."""

from __future__ import annotations

from typing import Final

import sympy
from sympy.core.function import AppliedUndef

from app.problems.certificates.balls import require_equal, require_zero
from app.problems.certificates.question import Finding, Question
from app.problems.errors import Refused
from app.problems.tasks import DifferentialEquation

POINTS: Final = 8


def check(question: Question[DifferentialEquation]) -> Finding:
    """The residual vanishes at every point, the conditions hold, and there are as many as the order."""
    task = question.task
    unknown = sympy.Function(task.function)(task.variable)
    order = _order(task.equation, unknown)
    _require_conditions(task, order)
    residual = substituted(task.equation.lhs - task.equation.rhs, unknown, question.gold)
    symbols = sorted(residual.free_symbols | question.gold.free_symbols | {task.variable}, key=str)
    points = question.points(symbols, POINTS)
    digits = [require_zero(residual, point, "the residual of the equation") for point in points]
    for condition in task.conditions:
        digits.append(_require_condition(question, condition))
    return Finding(
        "ode-residual",
        min(digits),
        len(points),
        (
            f"the residual of the equation vanishes at {len(points)} points, to {min(digits)} digits",
            f"{len(task.conditions)} condition(s) hold, for an equation of order {order}",
        ),
    )


def substituted(expression: sympy.Expr, unknown: AppliedUndef, gold: sympy.Expr) -> sympy.Expr:
    """The expression with the answer put for the unknown function, and every derivative carried out."""
    return expression.xreplace(
        {
            node: gold.diff(*node.variables) if isinstance(node, sympy.Derivative) else gold
            for node in expression.atoms(sympy.Derivative, AppliedUndef)
            if node == unknown or (isinstance(node, sympy.Derivative) and node.expr == unknown)
        }
    )


def _order(equation: sympy.Basic, unknown: AppliedUndef) -> int:
    """The order of the equation in the unknown function; refused where it has no derivative of it."""
    orders = [node.derivative_count for node in equation.atoms(sympy.Derivative) if node.expr == unknown]
    if not orders:
        raise Refused(f"the equation has no derivative of {unknown}")
    return int(max(orders))


def _require_conditions(task: DifferentialEquation, order: int) -> None:
    """Refuses unless the conditions give y, y', … up to the order, once each, at one point."""
    kinds = [_condition(condition, task) for condition in task.conditions]
    if len(kinds) != order:
        raise Refused(f"an equation of order {order} needs {order} conditions, not {len(kinds)}")
    if (
        sorted(derivative for derivative, _ in kinds) != list(range(order))
        or len({at for _, at in kinds}) != 1
    ):
        raise Refused("the conditions do not give the function and its derivatives at one point, once each")


def _condition(condition: sympy.Basic, task: DifferentialEquation) -> tuple[int, sympy.Expr]:
    """Which derivative a condition is about, and at which point."""
    left = condition.lhs
    if isinstance(left, AppliedUndef) and left.func.__name__ == task.function:
        return 0, left.args[0]
    if isinstance(left, sympy.Subs) and isinstance(left.expr, sympy.Derivative) and len(left.point) == 1:
        return int(left.expr.derivative_count), left.point[0]
    raise Refused(f"the condition {condition} is not about a value of {task.function} or its derivatives")


def _require_condition(question: Question[DifferentialEquation], condition: sympy.Basic) -> int:
    """Digits to which the answer meets the condition, at points for the parameters."""
    task = question.task
    derivative, at = _condition(condition, task)
    left = question.gold.diff(task.variable, derivative) if derivative else question.gold
    symbols = sorted(
        (left.free_symbols | condition.rhs.free_symbols | at.free_symbols) - {task.variable}, key=str
    )
    digits = []
    for point in question.points(symbols, POINTS):
        placed = {**point, task.variable: at.xreplace(dict(point))}
        difference = left - condition.rhs
        digits.append(
            require_zero(difference, placed, "the answer's miss of a condition")
            if condition.rhs == 0
            else require_equal(left, condition.rhs, placed, ("the answer at the condition", "the condition"))
        )
    return min(digits)
