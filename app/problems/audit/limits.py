"""Limits: what an expression comes to from each side where it is real, followed over many powers of ten."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Final

import sympy
from flint import acb, arb

from app.maths import Assumptions, EnclosureError, enclose
from app.problems.audit import symbols as choice
from app.problems.audit.answers import INFINITE
from app.problems.audit.errors import IllPosed
from app.problems.audit.forms import settled
from app.problems.audit.judgement import Judgement, Tally
from app.problems.audit.values import at
from app.problems.certificates.balls import digits_of, larger, shown
from app.problems.certificates.limit import check
from app.problems.certificates.question import Question, described
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Limit

ENOUGH: Final = 2
DEPTHS: Final = (24, 48, 72, 96)
"""Powers of ten of the distance from the point, or of its reciprocal."""
FACTORS: Final = (7, 12)
"""Whole multiples of them, so that sequences of integers may be meant."""
BITS: Final = (2048, 6144)
STABLE: Final = 15
"""Decimal digits that must stay from one depth to the next."""
APART: Final = 6
"""Decimal digits at which an answer must differ to be wrong."""
EVEN: Final = 0.9
"""What each step to the next depth must be of the first one where an expression grows as a logarithm."""
HUGE: Final = 10**6
"""Size that a value must pass, growing all the way, for the limit to be infinite."""


def judge(task: Limit, answer: sympy.Expr, known: Assumptions, name: str) -> Judgement:
    """The answer against what the expression comes to; an answer may be infinite."""
    task = _mapped(task, settled)
    free = (task.expression.free_symbols | task.point.free_symbols | answer.free_symbols) - {task.variable}
    tally, ill, method = Tally(), None, "deep-sequences"
    for number, point in enumerate(choice.points(known, free, name)):
        there = _mapped(task, partial(at, point))
        try:
            _at(there, at(point, answer), known, name)
            tally.agreed += 1
        except IllPosed as found:
            ill = IllPosed(found.kind, found.witness + described(point))
        except Refuted as refuted:
            tally.refuted.append(refuted.witness + described(point))
        except Refused as refused:
            tally.unknown.append(refused.reason + described(point))
        if max(tally.agreed, len(tally.refuted)) >= ENOUGH or number + 1 >= 3 * ENOUGH:
            break
    if ill is not None and not tally.agreed and not tally.refuted:
        raise ill
    return tally.judgement(method, ENOUGH if free else 1)


def _mapped(task: Limit, change: Callable[[sympy.Basic], sympy.Basic]) -> Limit:
    mapped = task.map(change)
    assert isinstance(mapped, Limit)  # noqa: S101 (a task keeps its kind)
    return mapped


def _at(task: Limit, answer: sympy.Expr, known: Assumptions, name: str) -> None:
    """Returns where the answer is right; Refuted, Refused or IllPosed otherwise."""
    if answer not in INFINITE:
        try:
            check(Question(name, task, answer, known))
            return
        except Refused as refused:
            if task.expression.has(sympy.Sum, sympy.Product):
                raise refused if len(_sides(task)) == 1 else Refused(refused.reason) from refused
    ends = [end for end in (_end(task, side) for side in _sides(task)) if end is not None]
    if not ends:
        raise Refused("the expression does not settle near the point")
    if len(ends) == 2 and not _same(*ends):
        raise IllPosed("no limit", f"from above it comes to {_told(ends[0])}, from below to {_told(ends[1])}")
    _compare(ends[0], answer)


def _sides(task: Limit) -> tuple[int, ...]:
    if task.point in (sympy.oo, -sympy.oo):
        return (1,)
    return {"+": (1,), "-": (-1,), "+-": (1, -1)}[task.direction]


def _end(task: Limit, side: int) -> acb | int | None:
    """What the expression comes to from a side: a number, +1 or −1 for an infinity, or None."""
    columns: list[list[acb]] = []
    for factor in FACTORS:
        values = [_real(task, side, factor * sympy.Integer(10) ** depth) for depth in DEPTHS]
        known = [ball for ball in values if ball is not None]
        if len(known) < len(values):
            return None
        columns.append(known)
    last = [ball for column in columns for ball in column[-2:]]
    if all(_shrinks(column) for column in columns):
        return acb(0)
    if all(_digits(one, last[0]) >= STABLE for one in last[1:]):
        return last[0]
    if all(_grows(column) for column in columns):
        signs = {1 if ball.real > 0 else -1 for column in columns for ball in column}
        return signs.pop() if len(signs) == 1 else None
    return None


def _grows(column: list[acb]) -> bool:
    """Whether values go on growing as a power of the distance does, or at least as its logarithm."""
    if all(abs(a) * 2 < abs(b) for a, b in pairwise(column)) and abs(column[-1]) > HUGE:
        return True
    first, *others = [abs(b) - abs(a) for a, b in pairwise(column)]
    return bool(first > EVEN) and all(step > first * EVEN for step in others)


def _shrinks(column: list[acb]) -> bool:
    """Whether values go on towards zero as a power of the distance does, or faster."""
    return all(abs(a) > abs(b) * 10 for a, b in pairwise(column)) and abs(column[-1]) < arb(10) ** -STABLE


def _real(task: Limit, side: int, n: sympy.Expr) -> acb | None:
    """The value near the point, where it is certain and may be real."""
    if task.point in (sympy.oo, -sympy.oo):
        where = n if task.point is sympy.oo else -n
    else:
        where = task.point + sympy.Integer(side) / n
    for precision in BITS:
        try:
            ball = enclose(task.expression, {task.variable: where}, precision)
        except EnclosureError:
            continue
        if digits_of(ball.rad() / (arb(10) ** -STABLE).max(ball.abs_lower())) >= 2 * STABLE:
            return ball if ball.imag.contains(0) or abs(ball.imag) < abs(ball.real) * arb(10) ** -60 else None
    return None


def _digits(one: acb, other: acb) -> int:
    """Digits to which two numbers agree; numbers next to zero agree in being so."""
    size = larger(one, other)
    return digits_of((one - other).abs_upper() / size) if size > 0 else 10 * STABLE


def _same(one: acb | int, other: acb | int) -> bool:
    if isinstance(one, int) or isinstance(other, int):
        return isinstance(one, int) and isinstance(other, int) and one == other
    return _digits(one, other) >= STABLE


def _told(end: acb | int) -> str:
    if isinstance(end, int):
        return "infinity" if end > 0 else "minus infinity"
    return shown(end)


def _compare(end: acb | int, answer: sympy.Expr) -> None:
    """Refuted where the answer is clearly another; Refused where it is too near to tell."""
    if answer in INFINITE or isinstance(end, int):
        stated = {sympy.oo: 1, -sympy.oo: -1}.get(answer)
        if stated is not None and end == stated:
            return
        if answer is sympy.zoo and isinstance(end, int):
            return
        raise Refuted(f"the expression comes to {_told(end)}, but the answer is {sympy.N(answer, 12)}")
    try:
        ball = enclose(answer, {}, BITS[0])
    except EnclosureError as error:
        raise Refused(f"the answer has no certain value: {error}") from error
    size = larger(end, ball)
    if not size > 0 or digits_of((end - ball).abs_upper() / size) >= STABLE:
        return
    if abs(end - ball) > size * arb(10) ** -APART:
        raise Refuted(f"the expression comes to {shown(end)}, but the answer is {shown(ball)}")
    raise Refused(f"the expression is known to come to {shown(end)} or near it, which does not tell")
