"""Solutions of equations: each must satisfy its equation, and there must be no others."""

from __future__ import annotations

from typing import Final

import sympy

from app.maths import Assumptions, MathsError
from app.problems.audit import symbols as choice
from app.problems.audit.errors import Unreadable
from app.problems.audit.judgement import Judgement, Tally
from app.problems.audit.statement import Reading
from app.problems.certificates.equation import check
from app.problems.certificates.question import Question, described
from app.problems.certificates.roots import Uncounted, count_roots
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Equation

ENOUGH: Final = 3


def solutions(answer: sympy.Basic, unknown: sympy.Symbol) -> sympy.Set:
    """The set of solutions that an answer lists, as values or as equations `x = …`."""
    if answer == sympy.EmptySet:
        return answer
    parts = answer.args if isinstance(answer, sympy.FiniteSet | sympy.Tuple | sympy.Or) else (answer,)
    values: list[sympy.Expr] = []
    for part in parts:
        value = part.rhs if isinstance(part, sympy.Eq) and part.lhs == unknown else part
        values += value.args if isinstance(value, sympy.FiniteSet) else (value,)
    if not all(isinstance(value, sympy.Expr) and not value.has(unknown) for value in values):
        raise Unreadable("answer", "the stored answer is no finite set of solutions")
    return sympy.FiniteSet(*values)


def judge(reading: Reading, task: Equation, answer: sympy.Basic, known: Assumptions, name: str) -> Judgement:
    """Right where the answer is all solutions in one of the domains that may be meant, wrong if in none."""
    stated = solutions(answer, task.variable)
    free = (task.equation.free_symbols | stated.free_symbols) - {task.variable}
    tally = Tally()
    for point in choice.points(known, free, name):
        found = [_checked(task, domain, stated, point, known, name) for domain in reading.domains]
        if any(one is None for one in found):
            tally.agreed += 1
        elif all(isinstance(one, Refuted) for one in found):
            tally.refuted.append(f"{found[0]}{described(point)}")
        else:
            tally.unknown.append(str(next(one for one in found if not isinstance(one, Refuted))))
        if max(tally.agreed, len(tally.refuted)) >= ENOUGH:
            break
    return tally.judgement("roots", ENOUGH if free else 1)


def _none_missing(task: Equation) -> Refused | None:
    """None where the equation has no solution; Refuted where it has, though none is stated."""
    try:
        _, count = count_roots(task.equation.lhs - task.equation.rhs, task.variable, task.domain)
    except Uncounted as error:
        return Refused(f"the number of solutions is not certain: {error}")
    return Refuted(f"the equation has {count} solution(s), but the answer has none") if count else None


def _checked(
    task: Equation,
    domain: str,
    stated: sympy.Set,
    point: dict[sympy.Symbol, sympy.Expr],
    known: Assumptions,
    name: str,
) -> Refused | None:
    equation = task.equation.xreplace(point)
    if not isinstance(equation, sympy.Eq):
        return Refused("the equation holds always or never")
    there = task.model_copy(update={"equation": equation, "domain": domain})
    try:
        if stated == sympy.EmptySet:
            return _none_missing(there)
        check(Question(name, there, stated.xreplace(point), known))
    except Refused as refused:
        return refused
    except MathsError as error:
        return Refused(f"the check could not be carried out: {error}")
    return None
