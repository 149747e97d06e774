"""Limits: the expression is followed towards the point along two sequences, and must come to the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sympy
from flint import acb, arb

from app.maths import EnclosureError, enclose
from app.problems.certificates import extrapolation
from app.problems.certificates.balls import digits_of, larger, shown, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Limit

POINTS: Final = 3
"""Points for the parameters."""
DIGITS: Final = 20
"""Decimal digits to which the far end of both sequences must agree with the answer."""
DEPTHS: Final = (24, 48, 72, 96)
"""Decimal orders of the distance from the point, or of its reciprocal towards infinity."""
FACTORS: Final = (sympy.Rational(3, 7), sympy.Rational(11, 5))
"""The two sequences: these factors times powers of ten."""
DEEP_BITS: Final = (2048, 6144)
"""Precision on the sequences: what cancels at a distance of 10^-96 must leave enough."""
EXTRAPOLATION_BITS: Final = 1024
"""Precision of the values that are extrapolated, which cancels away in part."""


def check(question: Question[Limit]) -> Finding:
    """The values come to the answer from each side that is asked for, at every point for the parameters."""
    task = question.task
    if not question.gold.is_finite and question.gold.is_infinite:
        raise Refused("an infinite limit has no certificate")
    found = task.expression.free_symbols | task.point.free_symbols | question.gold.free_symbols
    points = question.points(sorted(found - {task.variable}, key=str), POINTS)
    results = [_at(question, task, point) for point in points]
    methods = {method for method, _, _ in results}
    method = methods.pop() if len(methods) == 1 else "two-extrapolations"
    lines = tuple(line for _, _, line in results)
    return Finding(method, min(digits for _, digits, _ in results), len(points), lines)


def _at(question: Question[Limit], task: Limit, point: Point) -> tuple[str, int, str]:
    """Method, digits and evidence at one point for the parameters."""
    answer = value(question.gold, point, "the answer", DEEP_BITS[0])
    discrete = bool(task.expression.atoms(sympy.Sum, sympy.Product))
    digits = []
    method = "two-extrapolations" if discrete else "two-deep-sequences"
    for side in _sides(task):
        along = _path(task, point, side)
        reached = None if discrete else _deep(along, answer, point)
        if reached is None:
            method, reached = "two-extrapolations", _extrapolated(along, answer, point)
        digits.append(reached)
    return (
        method,
        min(digits),
        f"{method} come to {shown(answer)} within {min(digits)} digits{described(point)}",
    )


def _sides(task: Limit) -> tuple[int, ...]:
    """+1 to come from above, −1 from below; an infinite point has one side."""
    if task.point in (sympy.oo, -sympy.oo):
        return (1,)
    return {"+": (1,), "-": (-1,), "+-": (1, -1)}[task.direction]


Path = Callable[[sympy.Expr, int], acb]


def _path(task: Limit, point: Point, side: int) -> Path:
    """The value of the expression so near the point: at point ± 1/n, or at ±n towards infinity."""

    def along(n: sympy.Expr, precision: int) -> acb:
        if task.point in (sympy.oo, -sympy.oo):
            where = n if task.point is sympy.oo else -n
        else:
            where = task.point.xreplace(dict(point)) + sympy.Integer(side) / n
        return enclose(task.expression, {**point, task.variable: where}, precision)

    return along


def _deep(along: Path, answer: acb, point: Point) -> int | None:
    """Digits that the ends of two deep sequences share with the answer; None where balls are too wide."""
    ends = []
    for factor in FACTORS:
        errors: list[int] = []
        for depth in DEPTHS:
            ball = _narrow(along, factor * sympy.Integer(10) ** depth)
            if ball is None:
                return None
            errors.append(_miss(ball, answer))
        if errors[-1] < DIGITS:
            if errors[-1] <= errors[0]:  # no nearer: it comes to something else, or oscillates
                found = f"the expression comes to {shown(ball)}"
                raise Refused(f"{found}, but the answer is {shown(answer)}{described(point)}")
            return None
        ends.append(errors[-1])
    return min(ends)


def _narrow(along: Path, n: sympy.Expr) -> acb | None:
    """The value at n with a radius that allows a judgement, or None."""
    for precision in DEEP_BITS:
        try:
            ball = along(n, precision)
        except EnclosureError:
            continue
        if digits_of(ball.rad() / (1 + ball.abs_lower())) >= 2 * DIGITS:
            return ball
    return None


def _miss(ball: acb, answer: acb) -> int:
    """Digits to which a value near the end coincides with the answer, relative to it (absolute for zero)."""
    size = larger(answer, answer)
    return digits_of((ball - answer).abs_upper() / (size if size > 0 else arb(1)))


def _extrapolated(along: Path, answer: acb, point: Point) -> int:
    """Digits of two Richardson extrapolations in powers of 1/n; refused where they miss the answer."""
    try:
        first, second = (
            extrapolation.limit(
                [along(sympy.Integer(n), EXTRAPOLATION_BITS) for n in extrapolation.places(start)]
            )
            for start in extrapolation.STARTS
        )
    except EnclosureError as error:
        raise Refused(
            f"the expression has no certain values near the point{described(point)}: {error}"
        ) from error
    if _miss(first, second) < extrapolation.DIGITS:
        raise Refused(f"two extrapolations differ: {shown(first)} and {shown(second)}{described(point)}")
    digits = min(_miss(first, answer), _miss(second, answer))
    if digits < extrapolation.DIGITS:
        raise (Refuted if digits < extrapolation.APART else Refused)(
            f"the expression comes to {shown(first)}, but the answer is {shown(answer)}{described(point)}"
        )
    return digits
