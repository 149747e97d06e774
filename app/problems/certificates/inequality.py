"""Inequalities: the stated intervals must be exactly where the relation is defined and holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import sympy
from flint import acb
from sympy.core.relational import Relational

from app.maths import EnclosureError, enclose
from app.problems.certificates import sign_chart
from app.problems.certificates.balls import DIGITS, PRECISIONS, TooWide, agree, shown, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.certificates.roots import Uncounted, without_constants
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Inequality

POINTS: Final = 3
"""Points for the parameters."""
CHART_PRECISIONS: Final = (192, 512, 1536)
"""Bits that are tried to isolate roots and tell signs."""
STEPS: Final = tuple(sympy.Rational(2) ** k for k in range(-24, 6, 3))
"""Distances from the ends of the pieces at which an inequality without a sign chart is looked at."""
SAMPLED_PRECISIONS: Final = PRECISIONS[:3]
"""Bits that are tried to tell whether the relation holds at such a place."""
NEAR_ZERO: Final = 1e-60
"""Size below which a difference at an end counts as zero there."""


class Stated(NamedTuple):
    """A connected part of the answer: its ends, and whether they are left out."""

    low: sympy.Expr
    high: sympy.Expr
    open_low: bool
    open_high: bool


def check(question: Question[Inequality]) -> Finding:
    """The stated pieces are those of a sign chart, or, for want of one, are right at many sampled places."""
    task, gold = question.task, question.gold
    if isinstance(gold, sympy.Tuple) and len(gold) == 2:
        gold = sympy.Interval(*gold, left_open=True, right_open=True)  # what `(a, b)` is read as
    if not isinstance(gold, sympy.Set):
        raise Refused("the answer is no interval and no union of intervals")
    symbols = (task.relation.free_symbols | gold.free_symbols) - {task.variable}
    points = question.points(sorted(symbols, key=str), POINTS)
    results = [_at(gold.xreplace(dict(point)), task, point) for point in points]
    return Finding(
        " and ".join(sorted({method for method, _, _ in results})),
        min(digits for _, digits, _ in results),
        len(points),
        tuple(line for _, _, line in results),
    )


def _at(gold: sympy.Set, task: Inequality, point: Point) -> tuple[str, int, str]:
    """Method, digits and evidence at one point for the parameters."""
    stated = _pieces(gold)
    relation = task.relation.xreplace(dict(point))
    for method, form in _forms(relation, task.variable):
        for precision in CHART_PRECISIONS:
            try:
                found = sign_chart.solution(form, task.variable, precision)
            except sign_chart.TooClose:
                continue
            except Uncounted:
                break
            digits = _compare(stated, found, point, precision)
            if digits >= DIGITS:
                line = f"the relation holds on {len(found)} piece(s), with these ends{described(point)}"
                return method, digits, line
    return _sampled(stated, relation, task.variable, point)


def _forms(relation: Relational, x: sympy.Symbol) -> Iterator[tuple[str, Relational]]:
    """The relation, and a form without parts that vary in writing only, with what their charts are called."""
    yield "sign-chart", relation
    reduced = relation.func(*(without_constants(side, x) for side in relation.args))
    if reduced != relation:
        yield "sign-chart-of-reduced-form", reduced


def _pieces(gold: sympy.Set) -> list[Stated]:
    """The connected parts, from left to right; single points as pieces without length."""
    parts: list[Stated] = []
    for part in gold.args if isinstance(gold, sympy.Union) else (gold,):
        if part is sympy.S.Reals:
            parts.append(Stated(-sympy.oo, sympy.oo, True, True))
        elif isinstance(part, sympy.FiniteSet):
            parts += [Stated(place, place, False, False) for place in part]
        elif isinstance(part, sympy.Interval):
            parts.append(Stated(part.start, part.end, bool(part.left_open), bool(part.right_open)))
        elif part is not sympy.S.EmptySet:
            raise Refused(f"the answer has a part that is no interval: {part}")
    return sorted(parts, key=lambda part: float(part.low))


def _compare(stated: list[Stated], found: list[sign_chart.Piece], point: Point, precision: int) -> int:
    """Digits to which the ends agree; refuted where pieces or what belongs to them differ."""
    if len(stated) != len(found):
        raise Refuted(
            f"the relation holds on {len(found)} piece(s), but the answer has {len(stated)}{described(point)}"
        )
    digits = 10 * DIGITS
    for wanted, piece in zip(stated, found, strict=True):
        for end, ball, open_here, is_open in (
            (wanted.low, piece.low, wanted.open_low, piece.open_low),
            (wanted.high, piece.high, wanted.open_high, piece.open_high),
        ):
            if (ball is None) != (not end.is_finite):
                raise Refuted(f"an end of the answer is {end}, where another is right{described(point)}")
            if open_here != is_open:
                kind = "does not belong" if is_open else "belongs"
                raise Refuted(f"the end {end} {kind} to the solution{described(point)}")
            if ball is not None:
                answer = value(end, {}, "an end of the answer", precision)
                agreed = agree(answer, acb(ball))
                if agreed is None:
                    raise Refuted(
                        f"an end is {shown(acb(ball))}, but the answer has {shown(answer)}{described(point)}"
                    )
                digits = min(digits, agreed)
    return digits


def _sampled(
    stated: list[Stated], relation: Relational, x: sympy.Symbol, point: Point
) -> tuple[str, int, str]:
    """Truth at many places near and far from the stated ends, and at the ends: evidence, not a proof."""
    ends = [end for piece in stated for end in (piece.low, piece.high) if end.is_finite]
    for end in ends:
        belongs = any(
            (piece.low == end and not piece.open_low) or (piece.high == end and not piece.open_high)
            for piece in stated
        )
        _require_truth(belongs, relation, {x: end}, point)
    places = list(_places(ends))
    for place in places:
        inside = any(sympy.true == sympy.And(piece.low < place, place < piece.high) for piece in stated)
        _require_truth(inside, relation, {x: place}, point)
    line = f"the relation has the stated truth at {len(places)} places and all ends{described(point)}"
    return "sampled-signs", DIGITS, line


def _places(ends: list[sympy.Expr]) -> Iterator[sympy.Expr]:
    for end in ends or [sympy.S.Zero]:
        near = sympy.Rational(str(sympy.N(end, 40)))
        for step in STEPS:
            yield near - step
            yield near + step


def _require_truth(inside: bool, relation: Relational, place: Point, point: Point) -> None:
    """Refuses unless the relation holds at a place of the answer, or fails at one outside."""
    difference = relation.gts - relation.lts
    where = f"{described(place)}{described(point)}"
    for precision in SAMPLED_PRECISIONS:
        try:
            ball = enclose(difference, place, precision)
        except EnclosureError as error:
            if inside:
                raise Refused(f"the relation has no certain value{where}: {error}") from error
            return  # not defined, so that it does not hold
        if not ball.imag.contains(0):
            holds = False
        elif not ball.real.contains(0):
            holds = bool(ball.real > 0)
        elif ball.real.abs_upper() < NEAR_ZERO:
            holds = isinstance(relation, sympy.GreaterThan | sympy.LessThan)
        else:
            continue
        if holds != inside:
            raise Refuted(f"the relation {'holds' if holds else 'fails'}{where}, against the answer")
        return
    raise TooWide(f"whether the relation holds is too close to call{where}")
