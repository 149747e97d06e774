"""Definite integrals: a quadrature that has never seen the answer must give its value."""

from __future__ import annotations

from typing import Final

import sympy
from flint import acb, ctx

from app.maths import EnclosureError, quadrature
from app.maths.enclosures import Evaluation
from app.maths.growth import NoBound
from app.maths.proven_integrals import enclosed
from app.problems.certificates.balls import PRECISIONS, agree, digits_of, shown, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused, Refuted
from app.problems.tasks import DefiniteIntegral

POINTS: Final = 2
"""Points for the parameters; a quadrature is dear."""
DIGITS: Final = 20
"""Decimal digits to which the answer must agree with a quadrature."""
PRECISION: Final = 160
"""Bits of the balls."""
UNPROVEN_PRECISION: Final = 224
"""Bits where nothing is proven: forms that cancel lose many of them far out."""
GOAL: Final = 90
"""Bits, relative to the answer, to which an integral is wanted."""


def check(question: Question[DefiniteIntegral]) -> Finding:
    """The answer agrees with a quadrature at every point for the parameters."""
    task = question.task
    found = task.integrand.free_symbols | question.gold.free_symbols
    found |= task.lower.free_symbols | task.upper.free_symbols
    points = question.points(sorted(found - {task.variable}, key=str), POINTS)
    results = [_compare(question, task, point) for point in points]
    method = "arb-quadrature" if all(how == "arb-quadrature" for how, _, _ in results) else "two-quadratures"
    return Finding(
        method, min(digits for _, digits, _ in results), len(points), tuple(line for _, _, line in results)
    )


def _compare(
    question: Question[DefiniteIntegral], task: DefiniteIntegral, point: Point
) -> tuple[str, int, str]:
    """Method, digits and evidence at one point; refused where the answer is another number."""
    lower, upper = task.lower.xreplace(dict(point)), task.upper.xreplace(dict(point))
    integrand = task.integrand.xreplace(dict(point))
    answer = value(question.gold, point, "the answer", PRECISIONS[1])
    method, computed = _quadrature(integrand, task.variable, lower, upper, answer)
    digits = agree(answer, computed)
    if digits is None:
        raise Refuted(
            f"{method} gives {shown(computed)}, but the answer is {shown(answer)}{described(point)}"
        )
    if digits < DIGITS:
        raise Refused(f"the integral is known to {digits} digits only ({method}){described(point)}")
    return method, digits, f"{method} gives {shown(computed)}{described(point)}, as the answer does"


def _quadrature(
    integrand: sympy.Expr, x: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr, answer: acb
) -> tuple[str, acb]:
    """A ball of the integral by the best method that works; two rules that differ refuse the variant."""
    try:
        with ctx.workprec(PRECISION):
            size, ends = answer.abs_upper(), (lower, upper)
            return "arb-quadrature", enclosed(Evaluation.at({}), integrand, x, ends, size, GOAL)
    except NoBound as unproven:
        try:
            with ctx.workprec(UNPROVEN_PRECISION):
                ball = quadrature.computed(Evaluation.at({}), integrand, x, lower, upper)
        except EnclosureError as failed:
            raise Refused(f"no quadrature converges: {unproven}; {failed}") from failed
    if not ball.abs_lower() > 0 or digits_of(ball.rad() / ball.abs_lower()) < DIGITS:
        raise Refused(f"two quadratures agree too little to tell more than {shown(ball)}")
    return "two-quadratures", ball
