"""Antiderivatives and closed forms: two expressions must agree at every point that can be looked at."""

from __future__ import annotations

from typing import Final

import sympy

from app.maths import Assumptions, EnclosureError, enclose
from app.maths.assumptions import Point
from app.problems.audit import symbols as choice
from app.problems.audit.errors import IllPosed
from app.problems.audit.forms import settled
from app.problems.audit.judgement import Judgement, Tally
from app.problems.certificates.balls import require_equal
from app.problems.certificates.question import described
from app.problems.errors import Refused, Refuted
from app.problems.tasks import Evaluation, IndefiniteIntegral, Simplification

POINTS: Final = 8
"""Points that are enough."""
NEEDED: Final = 4
"""Points without which nothing is said, where there are symbols to choose."""
STEPS: Final = (sympy.floor, sympy.ceiling, sympy.sign, sympy.Heaviside, sympy.arg)
"""Functions that are constant between jumps on the real line."""


def antiderivative(task: IndefiniteIntegral, answer: sympy.Expr, known: Assumptions, name: str) -> Judgement:
    """The derivative of the answer against the integrand; constants of any name, even complex, fall away."""
    derivative = real_derivative(answer, task.variable)
    names = ("the answer's derivative", "the integrand")
    return _everywhere(derivative, task.integrand, task.variable, names, known, name, "derivative-residual")


def value(task: Evaluation | Simplification, answer: sympy.Expr, known: Assumptions, name: str) -> Judgement:
    """The answer against the expression."""
    names = ("the answer", "the expression")
    variable = sympy.Symbol("x") if sympy.Symbol("x") in task.expression.free_symbols else None
    return _everywhere(answer, task.expression, variable, names, known, name, "enclosures")


def real_derivative(expr: sympy.Expr, variable: sympy.Symbol) -> sympy.Expr:
    """The derivative on the real line, where |u| is sqrt(u²) and steps are constant almost everywhere."""
    smooth = expr.replace(sympy.Abs, lambda u: sympy.sqrt(u**2))
    held = {node: sympy.Dummy() for node in smooth.atoms(*STEPS)}
    return sympy.diff(smooth.xreplace(held), variable).xreplace({name: node for node, name in held.items()})


def _everywhere(
    left: sympy.Expr,
    right: sympy.Expr,
    variable: sympy.Symbol | None,
    names: tuple[str, str],
    known: Assumptions,
    name: str,
    method: str,
) -> Judgement:
    left, right = settled(left), settled(right)
    free = left.free_symbols | right.free_symbols | ({variable} if variable is not None else set())
    tally, positive, cut = Tally(), Tally(), None
    for point in choice.points(known, free, name):
        try:
            require_off_cuts(right, point)
        except IllPosed as ill:
            cut = ill
            continue
        found = _at(left, right, point, variable, names, known)
        _count(tally, found)
        if variable is None or point[variable] > 0:
            _count(positive, found)
        if max(tally.agreed, len(tally.refuted)) >= POINTS:
            break
    if cut is not None and not tally.agreed and not tally.refuted:
        raise cut
    needed = NEEDED if free else 1
    judged = tally.judgement(method, needed)
    if judged.kind == "partly right" and positive.agreed >= 2 and not positive.refuted:
        return positive.judgement(f"{method} where {variable} > 0", 2)
    return judged


def _count(tally: Tally, found: Refused | None) -> None:
    if isinstance(found, Refuted):
        tally.refuted.append(found.witness)
    elif isinstance(found, Refused):
        tally.unknown.append(found.reason)
    else:
        tally.agreed += 1


def _at(
    left: sympy.Expr,
    right: sympy.Expr,
    point: Point,
    variable: sympy.Symbol | None,
    names: tuple[str, str],
    known: Assumptions,
) -> Refused | None:
    """None where both sides agree at the point, or at one of another scale; else what was found."""
    found: Refused = Refused("no point is admissible")
    for there in choice.nearer(point, variable, (left, right), known):
        try:
            if not _is_real(right, there):
                found = Refused(f"{names[1]} is not real{described(there)}")
                continue
            require_equal(left, right, there, names)
            return None
        except Refuted as refuted:
            return refuted
        except Refused as refused:
            found = refused
    return found


def _is_real(expr: sympy.Expr, point: Point) -> bool:
    """Whether a side may be real at a point; where it is not, other branches may be meant."""
    try:
        return bool(enclose(expr, point, 192).imag.contains(0))
    except EnclosureError as error:
        raise Refused(f"the question has no certain value{described(point)}: {error}") from error


def require_off_cuts(expr: sympy.Expr, point: Point) -> None:
    """IllPosed where a hypergeometric function has its argument on the branch cut, or diverges at 1."""
    for node in expr.atoms(sympy.hyper):
        upper, lower, argument = node.args
        if len(upper) != len(lower) + 1:
            continue
        at = argument.xreplace(dict(point))
        terminating = any(
            a.xreplace(dict(point)).is_integer and a.xreplace(dict(point)).is_nonpositive for a in upper
        )
        if at.is_number and at.is_real and at > 1 and not terminating:
            raise IllPosed(
                "branch cut", f"the argument {at} of {node} lies on the branch cut{described(point)}"
            )
