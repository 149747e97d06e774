"""Taylor polynomials: every coefficient is computed anew and compared."""

from __future__ import annotations

from functools import reduce
from typing import Final

import sympy
from flint import acb, arb, ctx

from app.maths import EnclosureError, enclose
from app.problems.certificates.balls import DIGITS, PRECISIONS, agree, shown
from app.problems.certificates.circles import coefficients_by_circles
from app.problems.certificates.power_series import NoSeries, coefficients
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Series

POINTS: Final = 6


def check(question: Question[Series]) -> Finding:
    """Each coefficient of the answer agrees with the function's, at every point for the parameters."""
    task = question.task
    answer = _answer_coefficients(question.gold, task)
    found = task.expression.free_symbols | task.point.free_symbols | question.gold.free_symbols
    points = question.points(sorted(found - {task.variable}, key=str), POINTS)
    digits, methods = [], set()
    for point in points:
        method, agreed = _compare(answer, task, point)
        digits.append(agreed)
        methods.add(method)
    method = "power-series" if methods == {"power-series"} else "cauchy-two-radii"
    how = {
        "power-series": "by arithmetic with power series of balls",
        "cauchy-two-radii": "by Cauchy's formula on two circles",
    }[method]
    return Finding(
        method,
        min(digits),
        len(points) * (task.degree + 1),
        (
            f"{task.degree + 1} coefficients, computed {how}, agree to {min(digits)} digits "
            f"at {len(points)} point(s)",
        ),
    )


def _answer_coefficients(gold: sympy.Expr, task: Series) -> list[sympy.Expr]:
    """The coefficients of the answer in powers of variable − point; refused if it is no such polynomial."""
    shift = sympy.Dummy("h")
    moved = gold.xreplace({task.variable: task.point + shift})
    try:
        polynomial = sympy.Poly(moved.expand(), shift)
    except sympy.PolynomialError as error:
        raise Refused(f"the answer is not a polynomial in {task.variable}") from error
    if polynomial.degree() > task.degree:
        raise Refused(f"the answer has degree {polynomial.degree()}, more than {task.degree}")
    coefficients_found = [polynomial.coeff_monomial(shift**k) for k in range(task.degree + 1)]
    if any(coefficient.has(task.variable, shift) for coefficient in coefficients_found):
        raise Refused(f"the answer is not a polynomial in {task.variable}")
    return coefficients_found


def _compare(answer: list[sympy.Expr], task: Series, point: Point) -> tuple[str, int]:
    """The method that gave the function's coefficients, and the digits to which the answer's agree."""
    best = 0
    for precision in PRECISIONS:
        method, computed = _function_coefficients(task, point, precision)
        stated = [_ball(coefficient, point, precision) for coefficient in answer]
        with ctx.workprec(precision):
            digits = _agreement(stated, computed, point)
        best = max(best, digits)
        if best >= DIGITS:
            return method, best
    raise Refused(f"the coefficients are known to agree to {best} digits only{described(point)}")


def _function_coefficients(task: Series, point: Point, precision: int) -> tuple[str, list[acb]]:
    try:
        return "power-series", coefficients(
            task.expression, task.variable, task.point, point, task.degree, precision
        )
    except NoSeries:
        return "cauchy-two-radii", coefficients_by_circles(
            task.expression, task.variable, task.point, point, task.degree, precision
        )


def _agreement(stated: list[acb], computed: list[acb], point: Point) -> int:
    """The worst agreement over all coefficients; one that is zero is measured by the largest."""
    digits = []
    for degree, (one, other) in enumerate(zip(stated, computed, strict=True)):
        scale = one.abs_lower().max(other.abs_lower())
        if not scale > 0 and one.is_zero():
            scale = reduce(arb.max, (ball.abs_lower() for ball in computed))
        agreed = agree(one, other, scale)
        if agreed is None:
            raise Refuted(
                f"the coefficient of degree {degree} is {shown(other)}, "
                f"but the answer's is {shown(one)}{described(point)}"
            )
        digits.append(agreed)
    return min(digits)


def _ball(coefficient: sympy.Expr, point: Point, precision: int) -> acb:
    try:
        return enclose(coefficient, point, precision)
    except EnclosureError as error:
        raise Refused(
            f"a coefficient of the answer has no certain value{described(point)}: {error}"
        ) from error
