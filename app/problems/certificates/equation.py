"""Equations: every stated solution must satisfy the equation, and there must be no others."""

from __future__ import annotations

from typing import Final

import sympy

from app.problems.certificates.balls import DIGITS, PRECISIONS, require_zero, shown, value
from app.problems.certificates.domains import require_within
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.certificates.roots import Uncounted, count_roots
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Equation

POINTS: Final = 4
"""Points for the parameters."""


def check(question: Question[Equation]) -> Finding:
    """The stated solutions are distinct, in the domain, satisfy the equation, and are as many as it has."""
    task = question.task
    if not isinstance(question.gold, sympy.FiniteSet):
        raise Refused("the answer is not a finite set")
    symbols = sorted((task.equation.free_symbols | question.gold.free_symbols) - {task.variable}, key=str)
    points = question.points(symbols, POINTS)
    results = [_at(question.gold, task, point) for point in points]
    methods = sorted({method for method, _, _ in results})
    lines = tuple(line for _, _, line in results)
    return Finding(" and ".join(methods), min(digits for _, digits, _ in results), len(points), lines)


def _at(gold: sympy.FiniteSet, task: Equation, point: Point) -> tuple[str, int, str]:
    """Method, digits and evidence at one point for the parameters."""
    solutions = [element.xreplace(dict(point)) for element in gold.args]
    _require_distinct(solutions, task, point)
    equation = task.equation.xreplace(dict(point))
    difference = equation.lhs - equation.rhs
    digits = [
        require_zero(difference, {task.variable: solution}, f"the equation's difference{described(point)}")
        for solution in solutions
    ]
    try:
        method, count = count_roots(difference, task.variable, task.domain)
    except Uncounted as error:
        raise Refused(f"the number of solutions is not certain{described(point)}: {error}") from error
    if count != len(solutions):
        raise Refuted(
            f"the equation has {count} solution(s), but the answer has {len(solutions)}{described(point)}"
        )
    line = f"{count} solution(s) satisfy the equation, and there are no others ({method}){described(point)}"
    return method, min(digits, default=DIGITS), line


def _require_distinct(solutions: list[sympy.Expr], task: Equation, point: Point) -> None:
    """Refuses solutions that coincide or lie outside the domain."""
    balls = [value(solution, {}, "a solution", PRECISIONS[0]) for solution in solutions]
    for index, ball in enumerate(balls):
        require_within(solutions[index], ball, task.domain, "the solution", point)
        if any(ball.overlaps(other) for other in balls[:index]):
            raise Refused(f"two solutions coincide at {shown(ball)}{described(point)}")
