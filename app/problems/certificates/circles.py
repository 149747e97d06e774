"""Taylor coefficients by Cauchy's formula: means over a circle, and again over a smaller one."""

from __future__ import annotations

from functools import reduce
from typing import Final

import sympy
from flint import acb, arb, ctx

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.problems.certificates.balls import DIGITS
from app.problems.certificates.question import Point, described
from app.problems.errors import Refused

NODES: Final = 96
"""Points on a circle."""
RADII: Final = tuple(8.0**-k for k in range(1, 8))
"""First radii that are tried; the second is half of it, so that a singularity between them would show."""


def coefficients_by_circles(
    expression: sympy.Expr, variable: sympy.Symbol, at: sympy.Expr, point: Point, degree: int, precision: int
) -> list[acb]:
    """The coefficients of degrees 0 … `degree`, on which two circles agree; refused where none do."""
    with ctx.workprec(precision + 64):
        for radius in RADII:
            try:
                wide = _means(expression, variable, at, point, degree, radius)
                narrow = _means(expression, variable, at, point, degree, radius / 2)
            except EnclosureError:
                continue
            if _same(wide, narrow):
                return [one.union(other) for one, other in zip(wide, narrow, strict=True)]
    raise Refused(f"Cauchy's formula gives no certain coefficients{described(point)}")


def _means(
    expression: sympy.Expr, variable: sympy.Symbol, at: sympy.Expr, point: Point, degree: int, radius: float
) -> list[acb]:
    walk = Evaluation.at(point)
    centre = walk.value(at)
    roots = [acb.exp_pi_i(acb(2 * k) / NODES) for k in range(NODES)]
    values = [
        walk.within({variable: centre + radius * root}, analytic=False).value(expression) for root in roots
    ]
    return [_mean(values, roots, k) / acb(radius) ** k for k in range(degree + 1)]


def _mean(values: list[acb], roots: list[acb], degree: int) -> acb:
    total = acb(0)
    for index, value in enumerate(values):
        total += value * roots[(-index * degree) % NODES]
    return total / NODES


def _same(wide: list[acb], narrow: list[acb]) -> bool:
    """Whether all coefficients agree, up to what a circle of finitely many points misses."""
    scale = reduce(arb.max, (ball.abs_upper() for ball in wide))
    return all(
        (one - other).abs_upper() < scale * arb(10) ** -(DIGITS + 2)
        for one, other in zip(wide, narrow, strict=True)
    )
