"""Reversed questions: the closed form is certified forwards, takes the value given, and none twice."""

from __future__ import annotations

from typing import Any, Final

import sympy

from app.maths import Assumptions, parse
from app.problems.certificates.balls import require_equal
from app.problems.certificates.closed_sums import with_closed_sums
from app.problems.certificates.question import Finding, Question
from app.problems.errors import Refused
from app.problems.problem import Variant
from app.problems.statements import posed
from app.problems.tasks import Equation

PERTURBATION: Final = "reversal"
CLOSED_FORM: Final = "closed form"
"""Where a variant's `change` keeps the answer as a function of the parameter that is asked for."""


def forwards(variant: Variant) -> Question[Any]:
    """The question whose answer was given: for every value of the parameter, its gold the closed form."""
    task = variant.task
    if not isinstance(task, Equation) or not isinstance(task.equation, sympy.Eq):
        raise Refused("it is no equation for a parameter")
    assumptions = Assumptions.of((f"{task.variable} > 0",) if task.domain == "positive" else ())
    asked = posed(task.equation.lhs).map(with_closed_sums)
    return Question(variant.id, asked, parse(variant.change[CLOSED_FORM]), assumptions)


def check(variant: Variant, forwards: Finding) -> Finding:
    """The finding for the closed form, once it is known to take the value given, and to be monotone."""
    task, closed = variant.task, parse(variant.change[CLOSED_FORM])
    answer = parse(variant.gold)
    if not isinstance(task, Equation) or not isinstance(answer, sympy.FiniteSet) or len(answer) != 1:
        raise Refused("the answer is not one value of the parameter")
    (value,) = answer
    if not (value.is_positive if task.domain == "positive" else value.is_real):
        raise Refused(f"the answer {value} is none of the values that the question is about")
    names = ("the closed form at the answer", "the value that is given")
    digits = require_equal(closed.xreplace({task.variable: value}), task.equation.rhs, {}, names)
    require_monotone(closed, task.variable, task.domain)
    line = f"the closed form {variant.change[CLOSED_FORM]} is monotone, and has the value given at {value}"
    agreed = digits if forwards.digits is None else min(digits, forwards.digits)
    return Finding(f"monotone-{forwards.method}", agreed, forwards.points, (line, *forwards.evidence))


def require_monotone(closed: sympy.Expr, unknown: sympy.Symbol, domain: str) -> None:
    """Refuses a closed form whose derivative is not shown to have one sign on the domain."""
    signs = {"positive": True} if domain == "positive" else {"real": True}
    known = sympy.Symbol(unknown.name, **signs)
    slope = sympy.factor(sympy.together(closed.xreplace({unknown: known}).diff(known)))
    if not (slope.is_positive or slope.is_negative):
        raise Refused(f"the answer is not shown to be monotone in {unknown}")
