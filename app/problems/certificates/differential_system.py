"""Systems of differential equations: the answer must satisfy every equation and every condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sympy
from sympy.core.function import AppliedUndef

from app.problems.certificates.balls import PRECISIONS, require_zero, shown, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused
from app.problems.tasks import DifferentialSystem

POINTS: Final = 8


def check(question: Question[DifferentialSystem]) -> Finding:
    """All residuals vanish at every point, all conditions hold, and they determine one solution.

    They do where the equations can be solved for the highest derivatives (Picard and Lindelöf) and give each
    function with its lower derivatives at one point.
    """
    task, gold = question.task, question.gold
    unknowns = [sympy.Function(name)(task.variable) for name in task.functions]
    if not isinstance(gold, sympy.Tuple) or len(gold) != len(unknowns):
        raise Refused(f"the answer is no tuple of {len(unknowns)} functions")
    answer = dict(zip(unknowns, gold, strict=True))
    orders = [_order(task, unknown) for unknown in unknowns]
    _require_conditions(task, unknowns, orders)
    residuals = [_substituted(equation.lhs - equation.rhs, answer) for equation in task.equations]
    misses = [_substituted(condition.lhs - condition.rhs, answer) for condition in task.conditions]
    determinant = _substituted(_determinant(task, unknowns, orders), answer)
    parts = [*residuals, *misses, determinant]
    symbols = set().union(*(part.free_symbols for part in parts)) | {task.variable}
    points = question.points(sorted(symbols, key=str), POINTS)
    digits = []
    for point in points:
        digits += [require_zero(part, point, "the residual of an equation") for part in residuals]
        digits += [require_zero(part, point, "the answer's miss of a condition") for part in misses]
        _require_solvable(determinant, point)
    return Finding(
        "system-residual",
        min(digits),
        len(points),
        (
            f"the residuals of {len(residuals)} equations vanish at {len(points)} points, "
            f"to {min(digits)} digits",
            f"{len(misses)} conditions hold, for equations of order {sum(orders)} in all, "
            "which determine the highest derivatives",
        ),
    )


def _substituted(expression: sympy.Expr, answer: dict[AppliedUndef, sympy.Expr]) -> sympy.Expr:
    """The expression with the answer's functions for the unknown ones, and all derivatives carried out.

    SymPy takes `Subs` of other bound symbols for equal, and may give back one for another: what is bound is
    not looked at, only which function is derived, how often, and where.
    """
    formulas = {unknown.func: (unknown.args[0], formula) for unknown, formula in answer.items()}

    def derived(function: AppliedUndef, times: int, place: sympy.Expr) -> sympy.Expr:
        variable, formula = formulas[function.func]
        return formula.diff(variable, times).xreplace({variable: place})

    places = {
        node: derived(node.expr.expr, int(node.expr.derivative_count), node.point[0])
        for node in expression.atoms(sympy.Subs)
    }
    derivatives = {
        node: derived(node.expr, int(node.derivative_count), node.expr.args[0])
        for node in expression.xreplace(places).atoms(sympy.Derivative)
    }
    outside = expression.xreplace(places).xreplace(derivatives)
    return outside.xreplace({call: derived(call, 0, call.args[0]) for call in outside.atoms(AppliedUndef)})


def _order(task: DifferentialSystem, unknown: AppliedUndef) -> int:
    """The order of the system in one function; refused where no equation has a derivative of it."""
    found = set().union(*(equation.atoms(sympy.Derivative) for equation in task.equations))
    orders = [int(node.derivative_count) for node in found if node.expr == unknown]
    if not orders:
        raise Refused(f"no equation has a derivative of {unknown}")
    return max(orders)


def _require_conditions(
    task: DifferentialSystem, unknowns: Sequence[AppliedUndef], orders: Sequence[int]
) -> None:
    """Refuses unless each function has its value and its lower derivatives given, once, all at one point."""
    kinds = [_condition(condition, task) for condition in task.conditions]
    wanted = {
        (unknown.func.__name__, number)
        for unknown, order in zip(unknowns, orders, strict=True)
        for number in range(order)
    }
    if len(kinds) != len(wanted) or {(name, number) for name, number, _ in kinds} != wanted:
        raise Refused(f"the conditions must give {len(wanted)} values, of each function up to its order")
    if len({at for _, _, at in kinds}) != 1:
        raise Refused("the conditions are at different points")


def _condition(condition: sympy.Basic, task: DifferentialSystem) -> tuple[str, int, sympy.Expr]:
    """The function that a condition is about, which derivative of it, and at which point."""
    left = condition.lhs
    if isinstance(left, AppliedUndef) and left.func.__name__ in task.functions:
        return left.func.__name__, 0, left.args[0]
    if isinstance(left, sympy.Subs) and isinstance(left.expr, sympy.Derivative) and len(left.point) == 1:
        return left.expr.expr.func.__name__, int(left.expr.derivative_count), left.point[0]
    raise Refused(f"the condition {condition} is not about a value of one of the functions")


def _determinant(
    task: DifferentialSystem, unknowns: Sequence[AppliedUndef], orders: Sequence[int]
) -> sympy.Expr:
    """Of the equations' derivatives in the highest derivatives of the functions."""
    highest = [unknown.diff(task.variable, order) for unknown, order in zip(unknowns, orders, strict=True)]
    held = {node: sympy.Dummy() for node in highest}
    sides = [(equation.lhs - equation.rhs).xreplace(held) for equation in task.equations]
    matrix = sympy.Matrix([[side.diff(symbol) for symbol in held.values()] for side in sides])
    return matrix.det(method="berkowitz").xreplace({symbol: node for node, symbol in held.items()})


def _require_solvable(determinant: sympy.Expr, point: Point) -> None:
    ball = value(determinant, point, "the determinant of the highest derivatives", PRECISIONS[0])
    if ball.contains(0):
        raise Refused(
            "the equations do not determine the highest derivatives: their determinant is "
            f"{shown(ball)}{described(point)}"
        )
