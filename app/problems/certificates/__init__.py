"""Certificates: evidence, made without regard to how an answer was found, that it is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import flint
import sympy
from flint import ctx
from sympy.core.function import AppliedUndef

from app.maths import Assumptions, MathsError, parse
from app.problems.certificates import (
    antiderivative,
    definite_integral,
    differential_equation,
    differential_system,
    equality,
    equation,
    equation_system,
    inequality,
    instance,
    integers,
    limit,
    matrices,
    products,
    random_variables,
    reversal,
    rewriting,
    series,
    sums,
)
from app.problems.certificates.closed_sums import with_closed_sums
from app.problems.certificates.question import Finding, Question
from app.problems.errors import Refused
from app.problems.problem import Certificate, Variant
from app.problems.tasks import Inequality, functions, symbols, unknowns

CHECKS: Final[dict[str, Callable[[Question[Any]], Finding]]] = {
    "indefinite_integral": antiderivative.check,
    "definite_integral": definite_integral.check,
    "limit": limit.check,
    "series": series.check,
    "sum": sums.check,
    "product": products.check,
    "differential_equation": differential_equation.check,
    "differential_system": differential_system.check,
    "evaluation": equality.check,
    "simplification": equality.check,
    "equation": equation.check,
    "instance": instance.check,
    "equation_system": equation_system.check,
    "inequality": inequality.check,
    "determinant": matrices.determinant,
    "inverse": matrices.inverse,
    "eigenvalues": matrices.eigenvalues,
    "characteristic_polynomial": matrices.characteristic_polynomial,
    "matrix_exponential": matrices.exponential,
    "matrix_power": matrices.power,
    "matrix_rank": matrices.rank,
    "linear_system": matrices.linear_system,
    "expectation": random_variables.check,
    "probability": random_variables.check,
    "congruences": integers.congruences,
    "arithmetic_function": integers.arithmetic_function,
}
PRECISION: Final = 9600
"""Bits of the little arithmetic with which balls are compared; more than any ball is computed with."""
UNFINISHED: Final = (
    sympy.Integral,
    sympy.Sum,
    sympy.Product,
    sympy.Limit,
    sympy.Derivative,
    sympy.Subs,
    AppliedUndef,
)
"""What an answer may not contain: it would restate a question instead of answering one."""


def certify(variant: Variant, parent: Variant | None = None) -> Certificate:
    """The evidence that the variant's gold answer is right; raises Refused, with the reason, without it.

    The answer is taken as it is published: its LaTeX is read back. Nothing here looks at how it was made, and
    the same variant always gets the same certificate. A variant that rewrites a certified `parent` may rest
    on the parent's certificate: then what is checked is that both ask the same and have the same answer.
    """
    try:
        with ctx.workprec(PRECISION):
            finding = _finding(variant, parent)
    except MathsError as error:
        raise Refused(f"the check could not be carried out: {error}") from error
    return Certificate(
        method=finding.method,
        digits=finding.digits,
        points=finding.points,
        evidence=finding.evidence,
        versions={"sympy": sympy.__version__, "python-flint": flint.__version__},
    )


def _finding(variant: Variant, parent: Variant | None) -> Finding:
    if variant.task is None:
        raise Refused("a variant without a typed task cannot be certified")
    if variant.perturbation == reversal.PERTURBATION:
        question = reversal.forwards(variant)
        return reversal.check(variant, CHECKS[question.task.operation](question))
    question = Question(variant.id, variant.task.map(with_closed_sums), _gold(variant), _assumptions(variant))
    _require_answer(question)
    if parent is not None:
        return rewriting.check(question, variant, parent)
    return CHECKS[variant.task.operation](question)


def _gold(variant: Variant) -> sympy.Basic:
    try:
        return parse(variant.gold, functions=() if variant.task is None else functions(variant.task))
    except MathsError as error:
        raise Refused(f"the gold answer cannot be read: {error}") from error


def _assumptions(variant: Variant) -> Assumptions:
    try:
        return Assumptions.of(variant.assumptions)
    except MathsError as error:
        raise Refused(f"the assumptions cannot be read: {error}") from error


def _require_answer(question: Question) -> None:
    """Refuses an answer that is infinite or undefined, restates a question, or brings symbols of its own."""
    gold = question.gold
    infinite = () if isinstance(question.task, Inequality) else (sympy.oo, -sympy.oo)
    if gold.has(sympy.nan, sympy.zoo, *infinite):
        raise Refused("the answer is infinite or undefined")
    unfinished = [type(node).__name__ for node in gold.atoms(*UNFINISHED)]
    if unfinished:
        raise Refused(f"the answer still contains {unfinished[0]}")
    foreign = gold.free_symbols - (symbols(question.task) - set(unknowns(question.task)))
    if foreign:
        raise Refused(
            f"the answer mentions {', '.join(sorted(map(str, foreign)))}, which the problem does not have"
        )
