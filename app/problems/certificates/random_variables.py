"""Random variables: a law of total mass 1 that is nowhere negative, and the integral or sum that is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import sympy

from app.problems.certificates import definite_integral, sums
from app.problems.certificates.balls import PRECISIONS, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused
from app.problems.tasks import DefiniteIntegral, Expectation, Probability, Sum, total

POINTS: Final = 4
"""Points for the parameters at which the sign of the law is looked at."""
PLACES: Final = tuple(sympy.Rational(numerator, 17) for numerator in (1, 5, 9, 13, 16))
"""Places, as shares of a finite range, or of s/(1 - s) on an infinite one, at which it is looked at."""


def check(question: Question[Expectation | Probability]) -> Finding:
    """The law is one, and the value that is asked is that of a quadrature or of a summation."""
    task = question.task
    _require_no_negative(question)
    fields = {"kind": task.kind, "law": task.law, "variable": task.variable}
    whole = Probability(**fields, lower=task.lower, upper=task.upper, least=task.lower, most=task.upper)
    mass = _found(question, total(whole), sympy.S.One)
    found = _found(question, total(task), question.gold)
    known = f"the law has total mass 1, to {mass.digits} digits ({mass.method})"
    return replace(found, evidence=(known, *found.evidence))


def _found(
    question: Question[Expectation | Probability], asked: DefiniteIntegral | Sum, gold: sympy.Expr
) -> Finding:
    """The finding that an integral or a sum has this value."""
    check = definite_integral.check if isinstance(asked, DefiniteIntegral) else sums.check
    return check(replace(question, task=asked, gold=gold))  # type: ignore[arg-type]


def _require_no_negative(question: Question[Expectation | Probability]) -> None:
    """Refuses a law that is negative, or not real, at some place."""
    task = question.task
    found = task.law.free_symbols | task.lower.free_symbols | task.upper.free_symbols
    for point in question.points(sorted(found - {task.variable}, key=str), POINTS):
        for place in _places(task, point):
            ball = value(task.law, {**point, task.variable: place}, "the law", PRECISIONS[0])
            if ball.real < 0 or not ball.imag.contains(0):
                raise Refused(f"the law is no probability at {task.variable} = {place}{described(point)}")


def _places(task: Expectation | Probability, point: Point) -> list[sympy.Expr]:
    """Values of the random variable at which its law is looked at."""
    lower, upper = task.lower.xreplace(dict(point)), task.upper.xreplace(dict(point))
    if task.kind == "mass":
        last = lower + len(PLACES) if upper == sympy.oo else upper
        return [lower + sympy.floor(share * (last - lower)) for share in PLACES]
    if lower.is_finite and upper.is_finite:
        return [lower + share * (upper - lower) for share in PLACES]
    distances = [share / (1 - share) for share in PLACES]
    start = lower if lower.is_finite else upper if upper.is_finite else sympy.S.Zero
    right = [start + distance for distance in distances] if upper == sympy.oo else []
    left = [start - distance for distance in distances] if lower == -sympy.oo else []
    return left + right
