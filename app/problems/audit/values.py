"""Integrals, sums and products over a range: the certificate's own check, at points of the parameters."""

from __future__ import annotations

from functools import partial
from typing import Final

import sympy

from app.maths import Assumptions, MathsError
from app.problems.audit import posed
from app.problems.audit import symbols as choice
from app.problems.audit.errors import IllPosed
from app.problems.audit.forms import settled
from app.problems.audit.judgement import Judgement, Tally
from app.problems.certificates import CHECKS
from app.problems.certificates.question import Point, Question, described
from app.problems.errors import Refused, Refuted
from app.problems.tasks import DefiniteIntegral, Task, expressions, variable

ENOUGH: Final = 2
"""Points for the parameters that decide."""
TRIES: Final = 6
"""Points for the parameters that are tried; at some the question may have no answer."""


def judge(task: Task, answer: sympy.Expr, known: Assumptions, name: str) -> Judgement:
    """The answer against what is computed; IllPosed where nothing converges at any point that was tried."""
    task = task.map(settled)
    answer = settled(answer)
    free = set().union(*(e.free_symbols for e in expressions(task)), answer.free_symbols) - {variable(task)}
    tally, ill, method = Tally(), None, ""
    for number, point in enumerate(choice.points(known, free, name)):
        placed = _oriented(task.map(partial(at, point)))
        there = Question(name, placed, at(point, answer), known)
        try:
            method = _checked(there)
            tally.agreed += 1
        except Refused as refused:
            try:
                posed.require(there.task)
                _count(tally, refused, point)
            except IllPosed as found:
                ill = IllPosed(found.kind, f"{found.witness}{described(point)}")
        if max(tally.agreed, len(tally.refuted)) >= ENOUGH or number + 1 >= TRIES:
            break
    if ill is not None and not tally.agreed and not tally.refuted:
        raise ill
    return tally.judgement(method, ENOUGH if free else 1)


def at(point: Point, expr: sympy.Basic) -> sympy.Basic:
    """The expression with the values of a point put in."""
    return expr.xreplace(dict(point))


def _oriented(task: Task) -> Task:
    """An integral from its lesser to its greater end."""
    if not isinstance(task, DefiniteIntegral) or not (task.upper - task.lower).is_extended_negative:
        return task
    swapped = {"integrand": -task.integrand, "lower": task.upper, "upper": task.lower}
    return task.model_copy(update=swapped)


def _checked(question: Question[Task]) -> str:
    """The method by which the answer was found right; Refused or Refuted otherwise."""
    try:
        return CHECKS[question.task.operation](question).method
    except MathsError as error:
        raise Refused(f"the check could not be carried out: {error}") from error


def _count(tally: Tally, refused: Refused, point: Point) -> None:
    where = described(point)
    if isinstance(refused, Refuted):
        tally.refuted.append(refused.witness + where)
    else:
        tally.unknown.append(refused.reason + where)
