"""Products: finite ones are multiplied out, infinite ones up to where a bound of the rest takes over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import mul
from typing import Final

import sympy
from flint import acb, arb, ctx, fmpq, fmpq_poly

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.maths.growth import NoBound, Tail
from app.problems.certificates import extrapolation
from app.problems.certificates.balls import DIGITS, PRECISIONS, agree, shown, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.certificates.roots import without_constants
from app.problems.certificates.sums import closeness, whole
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Product

POINTS: Final = 4
"""Points for the parameters."""
MOST_FACTORS: Final = 20_000
"""Factors that are multiplied at the most."""
STARTS: Final = (16, 32, 64, 128, 256, 512, 1024)
"""Factors after which a bound of the rest is tried."""
REST: Final = arb(10) ** -(DIGITS + 2)
"""What the logarithm of the rest must stay below."""
EXTRAPOLATION_BITS: Final = 1024
"""Precision of partial products that are extrapolated, which cancels away in part."""
DEEP: Final = (112, 224)
"""Factors of two partial products, which are all but equal where the factors tend to 1 fast."""
STRENGTH: Final = (
    "finite-product",
    "geometric-bound",
    "gamma-quotient",
    "geometric-bound-of-reduced-form",
    "gamma-quotient-of-reduced-form",
    "two-deep-products",
    "two-extrapolations",
)
"""The methods, those that prove before those that do not; points with several are named by the last."""


def check(question: Question[Product]) -> Finding:
    """The answer agrees with the product at every point for the parameters."""
    task = question.task
    found = set().union(*(part.free_symbols for part in (task.factor, task.lower, task.upper, question.gold)))
    points = question.points(sorted(found - {task.index}, key=str), POINTS)
    results = [_at(question, task, point) for point in points]
    return Finding(
        max((method for method, _, _ in results), key=STRENGTH.index),
        min(digits for _, digits, _ in results),
        len(points),
        tuple(line for _, _, line in results),
    )


def _at(question: Question[Product], task: Product, point: Point) -> tuple[str, int, str]:
    """Method, digits and evidence at one point for the parameters."""
    first = whole(task.lower, point)
    for method, product in _ways(task, point, first):
        for precision in PRECISIONS:
            ball = product(precision)
            if ball is None:
                break
            answer = value(question.gold, point, "the answer", precision)
            digits = agree(answer, ball)
            if digits is None:
                raise Refuted(
                    f"the product is {shown(ball)}, but the answer is {shown(answer)}{described(point)}"
                )
            if digits >= DIGITS:
                return method, digits, f"the product is {shown(ball)} ({method}){described(point)}"
    if task.upper is not sympy.oo:
        raise Refused(f"the product is not known to {DIGITS} digits{described(point)}")
    answer = value(question.gold, point, "the answer", PRECISIONS[0])
    return _deep(answer, task, point, first) or _extrapolated(answer, task, point, first)


def _ways(task: Product, point: Point, first: int) -> list[tuple[str, Callable[[int], acb | None]]]:
    """Names of ways to enclose the product, and functions of the bits to compute with."""
    if task.upper is not sympy.oo:
        last = whole(task.upper, point)
        if last - first >= MOST_FACTORS:
            raise Refused(f"{last - first + 1} factors are too many to multiply{described(point)}")
        return [("finite-product", partial(_partial, task, point, first, last))]
    placed = task.factor.xreplace(dict(point))
    ways: list[tuple[str, Callable[[int], acb | None]]] = [
        ("geometric-bound", partial(_bounded, task, placed, point, first)),
        ("gamma-quotient", partial(_gamma_quotient, placed, task.index, first)),
    ]
    reduced = without_constants(placed, task.index)
    if reduced != placed:
        ways += [
            ("geometric-bound-of-reduced-form", partial(_bounded, task, reduced, point, first)),
            ("gamma-quotient-of-reduced-form", partial(_gamma_quotient, reduced, task.index, first)),
        ]
    return ways


def _partial(task: Product, point: Point, first: int, last: int, precision: int) -> acb:
    """The factors from `first` to `last`, multiplied."""
    with ctx.workprec(precision):
        start = Evaluation.at(point)
        total = acb(1)
        try:
            for k in range(first, last + 1):
                total *= start.within({task.index: acb(k)}, analytic=False).value(task.factor)
        except EnclosureError as error:
            raise Refused(f"a factor has no certain value{described(point)}: {error}") from error
    return total


def _bounded(task: Product, placed: sympy.Expr, point: Point, first: int, precision: int) -> acb | None:
    """The first factors f^p, times e^r with |r| ≤ 2·|p|·Σ|f(k) − 1| over the rest.

    That bounds Σ|p·log f(k)|, since |log(1 + v)| ≤ 2|v| for |v| ≤ 1/2. None where the rest has no geometric
    bound.
    """
    base, exponent = placed.as_base_exp()
    if exponent.has(task.index):
        base, exponent = placed, sympy.S.One
    excess = sympy.expand(_with_small_parts(base) - 1)
    with ctx.workprec(precision):
        for start in [start for start in STARTS if start >= first]:
            walk = Evaluation.at({})
            try:
                rest = 2 * walk.size(exponent) * Tail(walk, task.index, arb(start)).sum(excess)
            except (NoBound, EnclosureError):
                continue
            if rest < REST:
                spread = arb(0, rest.upper())
                return _partial(task, point, first, start - 1, precision) * acb(spread, spread).exp()
    return None


def _with_small_parts(expression: sympy.Expr) -> sympy.Expr:
    """The expression with cosines as 1 ∓ 2·sin², which shows how near they are to 1."""
    circular = expression.replace(sympy.cos, lambda z: 1 - 2 * sympy.sin(z / 2) ** 2)
    return circular.replace(sympy.cosh, lambda z: 1 + 2 * sympy.sinh(z / 2) ** 2)


def _gamma_quotient(factor: sympy.Expr, index: sympy.Symbol, first: int, precision: int) -> acb | None:
    """∏ (k − r)/(k − s) from `first` on is ∏ Γ(first − s)/Γ(first − r), if Σr = Σs and as many of each.

    That is how Weierstrass' product for Γ reads; any other rational factor makes the product diverge. The
    roots r and poles s are enclosed. None for a factor that is no rational function over the rationals.
    """
    if not factor.is_rational_function(index):
        return None
    numerator, denominator = sympy.fraction(sympy.cancel(factor))
    above, below = (_polynomial(part, index) for part in (numerator, denominator))
    if above is None or below is None:
        return None
    degree = above.degree()
    if below.degree() != degree or any(above[k] != below[k] for k in (degree, degree - 1)):
        raise Refused("the product diverges, or is 0 in the limit")
    with ctx.workprec(precision):
        zeros, poles = (
            [first - acb(root) for root, times in part.complex_roots() for _ in range(times)]
            for part in (above, below)
        )
        reciprocals = reduce(mul, (root.rgamma() for root in zeros), acb(1))
        return reduce(mul, (root.gamma() for root in poles), acb(1)) * reciprocals


def _polynomial(expression: sympy.Expr, index: sympy.Symbol) -> fmpq_poly | None:
    if not expression.is_polynomial(index):
        return None
    coefficients = sympy.Poly(expression, index).all_coeffs()[::-1]
    if not all(c.is_Rational for c in coefficients):
        return None
    return fmpq_poly([fmpq(c.p, c.q) for c in coefficients])


def _deep(answer: acb, task: Product, point: Point, first: int) -> tuple[str, int, str] | None:
    """Two long partial products; None where they still differ from each other."""
    few, many = DEEP
    one = _partial(task, point, first, first + few - 1, PRECISIONS[1])
    other = one * _partial(task, point, first + few, first + many - 1, PRECISIONS[1])
    if closeness(one, other) < DIGITS:
        return None
    return "two-deep-products", *_close(answer, (one, other), DIGITS, point)


def _extrapolated(answer: acb, task: Product, point: Point, first: int) -> tuple[str, int, str]:
    """Two extrapolations of partial products, where the rest has no proven bound."""
    found = []
    for start in extrapolation.STARTS:
        products, total, done = [], acb(1), 0
        for place in extrapolation.places(start):
            total *= _partial(task, point, first + done, first + place - 1, EXTRAPOLATION_BITS)
            products.append(total)
            done = place
        found.append(extrapolation.limit(products))
    if closeness(*found) < extrapolation.DIGITS:
        raise Refused(f"the product is not certain{described(point)}")
    return "two-extrapolations", *_close(answer, found, extrapolation.DIGITS, point)


def _close(answer: acb, found: Sequence[acb], wanted: int, point: Point) -> tuple[int, str]:
    """Digits to which the answer is near to what was found, and the evidence; refused where they are few."""
    digits = min(closeness(one, answer) for one in found)
    if digits < wanted:
        raise Refused(
            f"the product is {shown(found[0])}, but the answer is {shown(answer)}{described(point)}"
        )
    return digits, f"partial products come to {shown(found[0])}{described(point)}"
