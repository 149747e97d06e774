"""Sums: finite ones are added up, infinite ones up to where a proven bound, or extrapolation, takes over."""

from __future__ import annotations

from typing import Final

import sympy
from flint import acb, ctx

from app.maths import EnclosureError, enclose
from app.maths.enclosures import Evaluation
from app.problems.certificates import extrapolation
from app.problems.certificates.balls import DIGITS, PRECISIONS, agree, digits_of, larger, shown, value
from app.problems.certificates.euler_maclaurin import NoRest, beyond
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Sum

POINTS: Final = 4
"""Points for the parameters."""
MOST_TERMS: Final = 20_000
"""Terms that are added up at the most."""
EXTRAPOLATION_BITS: Final = 1024
"""Precision of partial sums that are extrapolated, which cancels away in part."""
INFINITE_DIGITS: Final = 25
"""Decimal digits to which an infinite sum must agree."""

STRENGTH: Final = ("finite-summation", "geometric-bound", "euler-maclaurin-bound", "two-extrapolations")
"""The methods, those that prove before the one that does not; points with several are named by the last."""


def check(question: Question[Sum]) -> Finding:
    """The answer agrees with the sum at every point for the parameters."""
    task = question.task
    found = (
        task.term.free_symbols
        | task.lower.free_symbols
        | task.upper.free_symbols
        | question.gold.free_symbols
    )
    points = question.points(sorted(found - {task.index}, key=str), POINTS)
    finite = task.upper is not sympy.oo
    results = [(_finite if finite else _infinite)(question, task, point) for point in points]
    methods = {method for method, _, _ in results}
    return Finding(
        max(methods, key=STRENGTH.index),
        min(digits for _, digits, _ in results),
        len(points),
        tuple(line for _, _, line in results),
    )


def _finite(question: Question[Sum], task: Sum, point: Point) -> tuple[str, int, str]:
    """All terms are added up, with balls."""
    first, last = whole(task.lower, point), whole(task.upper, point)
    if last - first >= MOST_TERMS:
        raise Refused(f"{last - first + 1} terms are too many to add up{described(point)}")
    for precision in PRECISIONS:
        total = _partial(task, point, first, last, precision)
        digits = _agreement(question, point, total, precision)
        if digits >= DIGITS:
            return (
                "finite-summation",
                digits,
                f"{last - first + 1} terms add up to {shown(total)}{described(point)}",
            )
    raise Refused(f"the sum is known to {digits} digits only{described(point)}")


def _infinite(question: Question[Sum], task: Sum, point: Point) -> tuple[str, int, str]:
    """A partial sum, and a bound of the rest: geometric where terms decay so, Euler–Maclaurin where not."""
    first = whole(task.lower, point)
    answer = value(question.gold, point, "the answer", PRECISIONS[0])
    try:
        method, last, rest = beyond(task.term, task.index, point, first, answer.abs_upper())
    except NoRest as error:
        return _extrapolated(task, point, first, answer, error)
    total = _partial(task, point, first, last, PRECISIONS[1]) + rest
    digits = _agreement(question, point, total, PRECISIONS[1])
    if digits < INFINITE_DIGITS:
        raise Refused(f"the sum is known to {digits} digits only{described(point)}")
    return (
        method,
        digits,
        f"{last - first + 1} terms and a bound of the rest give {shown(total)}{described(point)}",
    )


def _extrapolated(task: Sum, point: Point, first: int, answer: acb, unproven: NoRest) -> tuple[str, int, str]:
    """Two extrapolations of partial sums, where the rest has no proven bound."""
    found = [
        extrapolation.limit(_partial_sums(task, point, first, extrapolation.places(start)))
        for start in extrapolation.STARTS
    ]
    if closeness(*found) < extrapolation.DIGITS:
        raise Refused(f"the sum is not certain{described(point)}: {unproven}")
    digits = min(closeness(one, answer) for one in found)
    if digits < extrapolation.DIGITS:
        kind = Refuted if digits < extrapolation.APART else Refused
        raise kind(f"the sum is {shown(found[0])}, but the answer is {shown(answer)}{described(point)}")
    return "two-extrapolations", digits, f"partial sums come to {shown(found[0])}{described(point)}"


def _partial_sums(task: Sum, point: Point, first: int, places: list[int]) -> list[acb]:
    """The sums of the first n terms, for each n; each goes on from the one before."""
    sums, total, done = [], acb(0), 0
    for place in places:
        total = total + _partial(task, point, first + done, first + place - 1, EXTRAPOLATION_BITS)
        sums.append(total)
        done = place
    return sums


def closeness(one: acb, other: acb) -> int:
    """Digits to which two values coincide that are no enclosures."""
    size = larger(one, other)
    return digits_of((one - other).abs_upper() / size) if size > 0 else 0


def _partial(task: Sum, point: Point, first: int, last: int, precision: int) -> acb:
    with ctx.workprec(precision):
        start = Evaluation.at(point)
        total = acb(0)
        try:
            for k in range(first, last + 1):
                total += start.within({task.index: acb(k)}, analytic=False).value(task.term)
        except EnclosureError as error:
            raise Refused(f"a term has no certain value{described(point)}: {error}") from error
    return total


def _agreement(question: Question[Sum], point: Point, total: acb, precision: int) -> int:
    answer = value(question.gold, point, "the answer", precision)
    digits = agree(answer, total)
    if digits is None:
        raise Refuted(f"the sum is {shown(total)}, but the answer is {shown(answer)}{described(point)}")
    return digits


def whole(bound: sympy.Expr, point: Point) -> int:
    """An integral bound of the range; refused where it is none."""
    try:
        number = enclose(bound, point).unique_fmpz()
    except EnclosureError as error:
        raise Refused(f"a bound of the sum is no number{described(point)}: {error}") from error
    if number is None:
        raise Refused(f"the bound {bound} of the sum is no integer{described(point)}")
    return int(number)
