"""Taylor polynomials that statements ask for in words that leave the last term open."""

from __future__ import annotations

import sympy

from app.maths import Assumptions, MathsError
from app.problems.audit.errors import Unreadable
from app.problems.audit.forms import settled
from app.problems.audit.judgement import Judgement
from app.problems.audit.statement import Reading
from app.problems.audit.taylor import MOST
from app.problems.certificates.question import Question
from app.problems.certificates.series import check
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Series


def judge(reading: Reading, task: Series, answer: sympy.Expr, known: Assumptions, name: str) -> Judgement:
    """The coefficients against the function's, up to the answer's own degree where that is a possible one."""
    task = task.model_copy(update={"expression": settled(task.expression)})
    if answer.has(sympy.Order) and task.point == 0:
        answer = answer.removeO()
    if answer.has(sympy.Order):
        raise Unreadable("answer", "the stored answer has an order term among its others")
    shift = sympy.Dummy("h")
    stated = answer.xreplace({task.variable: task.point + shift})
    try:
        polynomial = sympy.Poly(sympy.expand(stated), shift)
    except (sympy.PolynomialError, ValueError) as error:
        raise Unreadable("answer", "the stored answer is not a polynomial in the variable") from error
    if polynomial.has(task.variable) or polynomial.degree() > MOST:
        raise Unreadable("answer", "the stored answer is not a polynomial of moderate degree in the variable")
    degree = 0 if polynomial.is_zero else int(polynomial.degree())
    least, most = reading.degrees if reading.terms is None else (degree, degree)
    back = polynomial.as_expr().subs(shift, task.variable - task.point)
    found = _checked(task, back, max(degree, least), known, name)
    if isinstance(found, Refuted) and degree > most:
        kept = sum(polynomial.coeff_monomial(shift**k) * shift**k for k in range(most + 1))
        found = _checked(task, sympy.sympify(kept).subs(shift, task.variable - task.point), most, known, name)
    if isinstance(found, Refuted):
        return Judgement(outcome="wrong", reason=found.witness, kind="refuted", method="power-series")
    if isinstance(found, Refused):
        return Judgement(
            outcome="not checkable", reason=found.reason, kind="undecided", method="power-series"
        )
    counted = reading.terms is None or reading.terms in (degree + 1, len(polynomial.terms()))
    if degree > most or not counted:
        reason = f"its coefficients are right, but it has other terms than asked for ({polynomial.as_expr()})"
        return Judgement(outcome="not checkable", reason=reason, kind="length", method="power-series")
    return Judgement(
        outcome="right", reason=f"all coefficients up to degree {max(degree, least)} agree", method=found
    )


def _checked(task: Series, answer: sympy.Expr, degree: int, known: Assumptions, name: str) -> str | Refused:
    there = task.model_copy(update={"degree": degree})
    try:
        return check(Question(name, there, answer, known)).method
    except Refused as refused:
        return refused
    except MathsError as error:
        return Refused(f"the check could not be carried out: {error}")
