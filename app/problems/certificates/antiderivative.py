"""Antiderivatives: the derivative of the answer must be the integrand."""

from __future__ import annotations

from typing import Final

import sympy

from app.problems.certificates.balls import PRECISIONS, TooWide, require_equal, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused
from app.problems.tasks import IndefiniteIntegral

POINTS: Final = 8
NEARER: Final = (sympy.Integer(1), sympy.Rational(1, 64), sympy.Rational(1, 4096))
"""Factors for the variable, tried in turn: far out, large parameters leave nothing but what cancels."""
NAMES: Final = ("the answer's derivative", "the integrand")


def check(question: Question[IndefiniteIntegral]) -> Finding:
    """The derivative of the answer agrees with the integrand at every point, and the answer is real there."""
    task = question.task
    derivative = question.gold.diff(task.variable)
    symbols = sorted((task.integrand.free_symbols | question.gold.free_symbols | {task.variable}), key=str)
    points = question.points(symbols, POINTS)
    digits = [_digits(question, derivative, point) for point in points]
    return Finding(
        "derivative-residual",
        min(digits),
        len(points),
        (f"the answer's derivative is the integrand at {len(points)} points, to {min(digits)} digits",),
    )


def _digits(question: Question[IndefiniteIntegral], derivative: sympy.Expr, point: Point) -> int:
    """Digits of the agreement at a point, or at one nearer to zero where balls are too wide."""
    task = question.task
    reason = Refused("no point is admissible")
    for factor in NEARER:
        nearer = {**point, task.variable: point[task.variable] * factor}
        if not question.assumptions.admits(nearer):
            continue
        try:
            digits = require_equal(derivative, task.integrand, nearer, NAMES)
        except TooWide as wide:
            reason = wide
            continue
        _require_real(question.gold, task.integrand, nearer)
        return digits
    raise reason


def _require_real(gold: sympy.Expr, integrand: sympy.Expr, point: Point) -> None:
    """Refuses an answer that leaves the real line where the integrand does not: it took another branch."""
    if not value(integrand, point, "the integrand", PRECISIONS[0]).imag.contains(0):
        return
    if not value(gold, point, "the answer", PRECISIONS[0]).imag.contains(0):
        raise Refused(f"the answer is not real{described(point)}, though the integrand is")
