"""Antiderivatives: the derivative of the answer must be the integrand."""

from __future__ import annotations

from typing import Final

import sympy

from app.problems.certificates.balls import PRECISIONS, require_equal, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused
from app.problems.tasks import IndefiniteIntegral

POINTS: Final = 8


def check(question: Question[IndefiniteIntegral]) -> Finding:
    """The derivative of the answer agrees with the integrand at every point, and the answer is real there."""
    task = question.task
    derivative = question.gold.diff(task.variable)
    symbols = sorted((task.integrand.free_symbols | question.gold.free_symbols | {task.variable}), key=str)
    points = question.points(symbols, POINTS)
    digits = []
    for point in points:
        digits.append(require_equal(derivative, task.integrand, point, ("the answer's derivative", "the integrand")))
        _require_real(question.gold, task.integrand, point)
    return Finding(
        "derivative-residual",
        min(digits),
        len(points),
        (f"the derivative of the answer equals the integrand at {len(points)} points, to {min(digits)} digits",),
    )


def _require_real(gold: sympy.Expr, integrand: sympy.Expr, point: Point) -> None:
    """Refuses an answer that leaves the real line where the integrand does not: it took another branch."""
    if not value(integrand, point, "the integrand", PRECISIONS[0]).imag.contains(0):
        return
    if not value(gold, point, "the answer", PRECISIONS[0]).imag.contains(0):
        raise Refused(f"the answer is not real{described(point)}, though the integrand is")
