"""Evaluations and simplifications: both sides must have the same value everywhere."""

from __future__ import annotations

from typing import Final

from app.problems.certificates.balls import require_equal
from app.problems.certificates.question import Finding, Question
from app.problems.errors import Refused
from app.problems.tasks import Evaluation, Simplification

POINTS: Final = 8


def check(question: Question[Evaluation | Simplification]) -> Finding:
    """The answer agrees with the expression at every point, and is not the expression itself."""
    task = question.task
    if question.gold == task.expression:
        raise Refused("the answer is the question itself")
    symbols = sorted(task.expression.free_symbols | question.gold.free_symbols, key=str)
    points = question.points(symbols, POINTS)
    digits = min(
        require_equal(question.gold, task.expression, point, ("the answer", "the expression"))
        for point in points
    )
    return Finding(
        "enclosures",
        digits,
        len(points),
        (f"enclosures of both sides overlap at {len(points)} points, to {digits} digits",),
    )
