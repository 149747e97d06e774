"""Solves a typed task with SymPy, by operation, in symbols that carry the problem's assumptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy.integrals.manualintegrate import manualintegrate

from app.backends.computer_algebra.answers import (
    NOT_SIMPLER,
    Answer,
    OutOfTime,
    Question,
    Unsolved,
    given_up,
    stated,
)
from app.backends.computer_algebra.attempts import POLISH, Attempts, Way, finished, restates
from app.backends.computer_algebra.branches import resolved
from app.backends.computer_algebra.budget import Budget
from app.backends.computer_algebra.sympy_equations import solve_differential_equation, solve_equation
from app.backends.computer_algebra.sympy_structures import MATRICES, solve_arithmetic, solve_congruences
from app.backends.computer_algebra.sympy_systems import (
    solve_differential_system,
    solve_equation_system,
    solve_inequality,
)
from app.maths import Assumptions
from app.problems import tasks

PART_FOR_SOLVING = 0.9
"""The part of the deadline after which the solver gives up by itself, with whatever it has."""


def solve_with_sympy(question: Question) -> Answer:
    """SymPy's answer to the question; runs in a worker that is killed at the deadline."""
    attempts = Attempts(Budget(question.seconds * PART_FOR_SOLVING))
    known = Assumptions.of(question.assumptions)
    try:
        result = solve(question.task, known, attempts)
        return stated(question.task, known.strip(result))
    except Unsolved as reason:
        return given_up("SymPy", str(reason))
    except OutOfTime:
        return Answer("", "timeout")


def solve(task: tasks.Task, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """The result of the operation the task asks for; raises `Unsolved` or `OutOfTime`."""
    return OPERATIONS[task.operation](task, known, attempts)


def _indefinite_integral(
    task: tasks.IndefiniteIntegral, known: Assumptions, attempts: Attempts
) -> sympy.Basic:
    plain = _with_plain(task.variable, known)
    real, x = known.apply(task.integrand), known.apply(task.variable)
    loose, t = plain(task.integrand), task.variable
    result = attempts.first(
        [
            # By the rules of a textbook first: quick where it applies, and its results are shorter.
            ("manualintegrate", lambda: resolved(manualintegrate(real, x), known)),
            ("integrate", lambda: resolved(sympy.integrate(real, x).doit(), known)),
            ("integrate over any variable", lambda: resolved(sympy.integrate(loose, t).doit(), known)),
            ("integrate after simplify", lambda: resolved(sympy.integrate(sympy.simplify(real), x), known)),
            ("integrate after rewriting", lambda: sympy.integrate(real.rewrite(sympy.exp), x).doit()),
        ],
        finished,
    )
    return attempts.simplest(result, [("ratsimp", lambda: sympy.ratsimp(result))], POLISH)


def _definite_integral(task: tasks.DefiniteIntegral, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    lower, upper = known.apply(task.lower), known.apply(task.upper)
    positive = lower.is_extended_nonnegative and not upper.is_extended_negative
    x = sympy.Dummy("x", positive=True) if positive else sympy.Dummy("x", real=True)
    real = known.apply(task.integrand.xreplace({task.variable: x}))
    any_x = sympy.Dummy("x")
    loose = known.apply(task.integrand.xreplace({task.variable: any_x}))
    result = attempts.first(
        [
            ("integrate", lambda: resolved(sympy.integrate(real, (x, lower, upper)), known)),
            (
                "integrate over any variable",
                lambda: resolved(sympy.integrate(loose, (any_x, lower, upper)), known),
            ),
            (
                "integrate after simplify",
                lambda: resolved(sympy.integrate(sympy.simplify(real), (x, lower, upper)), known),
            ),
            ("meijerg", lambda: resolved(sympy.integrate(real, (x, lower, upper), meijerg=True), known)),
        ],
        finished,
    )
    return _polished(result, attempts)


def _limit(task: tasks.Limit, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    point = known.apply(task.point)
    direction = "+" if point.is_infinite else task.direction
    x, any_x = sympy.Dummy("x", real=True), sympy.Dummy("x")
    real = known.apply(task.expression.xreplace({task.variable: x}))
    loose = known.apply(task.expression.xreplace({task.variable: any_x}))
    result = attempts.first(
        [
            ("limit", lambda: resolved(sympy.limit(real, x, point, direction), known)),
            ("limit in any variable", lambda: resolved(sympy.limit(loose, any_x, point, direction), known)),
            ("limit after simplify", lambda: sympy.limit(sympy.simplify(real), x, point, direction)),
        ],
        finished,
    )
    return _polished(result, attempts)


def _series(task: tasks.Series, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    x, point = sympy.Dummy("x"), known.apply(task.point)
    expression = known.apply(task.expression.xreplace({task.variable: x}))
    result = attempts.first(
        [
            ("series", lambda: _truncated_series(expression, x, point, task.degree)),
            ("derivatives", lambda: _taylor(expression, x, point, task.degree)),
        ],
        finished,
    )
    return result.xreplace({x: known.apply(task.variable)})


def _truncated_series(expression: sympy.Expr, x: sympy.Symbol, point: sympy.Expr, degree: int) -> sympy.Expr:
    """The terms up to `degree`, asking for as many as that takes (SymPy's `n` may count otherwise)."""
    shifted = expression.subs(x, x + point)
    for terms in range(degree + 1, 2 * degree + 12):
        series = shifted.series(x, 0, terms)
        order = series.getO()
        if order is None or sympy.degree(order.expr, x) > degree:
            polynomial = sympy.collect(sympy.expand(series.removeO()), x, evaluate=False)
            kept = {power: sympy.simplify(c) for power, c in polynomial.items() if _power(power, x) <= degree}
            return sympy.Add(*(c * power.subs(x, x - point) for power, c in kept.items()))
    raise ArithmeticError("the series never reaches the degree")


def _power(monomial: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    return sympy.S.Zero if monomial == 1 else monomial.as_base_exp()[1]


def _taylor(expression: sympy.Expr, x: sympy.Symbol, point: sympy.Expr, degree: int) -> sympy.Expr:
    terms, derivative = [], expression
    for k in range(degree + 1):
        terms.append(sympy.limit(derivative, x, point) / sympy.factorial(k) * (x - point) ** k)
        derivative = sympy.diff(derivative, x)
    return sympy.Add(*terms)


def _sum(task: tasks.Sum, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    lower, upper = known.apply(task.lower), known.apply(task.upper)
    positive = (
        {"positive": True} if lower.is_positive else {"nonnegative": True} if lower.is_nonnegative else {}
    )
    k, any_k = sympy.Dummy("k", integer=True, **positive), sympy.Dummy("k")
    integral = known.apply(task.term.xreplace({task.index: k}))
    loose = known.apply(task.term.xreplace({task.index: any_k}))
    result = attempts.first(
        [
            ("summation", lambda: resolved(sympy.summation(integral, (k, lower, upper)), known)),
            (
                "summation over any index",
                lambda: resolved(sympy.summation(loose, (any_k, lower, upper)), known),
            ),
            ("summation after apart", lambda: _by_parts(sympy.apart(integral, k), (k, lower, upper), known)),
            ("summation after expand", lambda: _by_parts(sympy.expand(integral), (k, lower, upper), known)),
            (
                "summation after simplify",
                lambda: sympy.summation(sympy.simplify(integral), (k, lower, upper)),
            ),
        ],
        finished,
    )
    return _polished(result, attempts)


def _by_parts(term: sympy.Expr, limits: tuple[sympy.Expr, ...], known: Assumptions) -> sympy.Expr:
    return sympy.Add(*(resolved(sympy.summation(part, limits), known) for part in sympy.Add.make_args(term)))


def _random_variable(
    task: tasks.Expectation | tasks.Probability, known: Assumptions, attempts: Attempts
) -> sympy.Basic:
    """The integral, or the sum, that an expected value or a probability is."""
    total = tasks.total(task)
    if isinstance(total, tasks.DefiniteIntegral):
        return _definite_integral(total, known, attempts)
    return _sum(total, known, attempts)


def _product(task: tasks.Product, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    lower, upper = known.apply(task.lower), known.apply(task.upper)
    k = sympy.Dummy("k", integer=True, **({"positive": True} if lower.is_positive else {}))
    factor, last = known.apply(task.factor.xreplace({task.index: k})), sympy.Dummy("n", integer=True)

    def limit_of_products() -> sympy.Basic:
        first = sympy.product(sympy.factor(factor), (k, lower, last))
        return first if first.has(sympy.Product) else sympy.limit(first, last, upper)

    result = attempts.first(
        [
            ("product", lambda: resolved(sympy.product(factor, (k, lower, upper)), known)),
            (
                "product after factor",
                lambda: resolved(sympy.product(sympy.factor(factor), (k, lower, upper)), known),
            ),
            ("limit of products", limit_of_products),
            (
                "sum of logarithms",
                lambda: sympy.exp(
                    sympy.summation(sympy.expand_log(sympy.log(factor), force=True), (k, lower, upper))
                ),
            ),
        ],
        finished,
    )
    return _polished(result, attempts)


def _evaluation(task: tasks.Evaluation, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    expression = known.apply(task.expression)
    value = _evaluated(expression, known, attempts)
    result = attempts.simplest(
        value,
        [
            ("expand_func", lambda: sympy.expand_func(value)),
            ("spherical Bessel functions", lambda: sympy.expand_func(value.rewrite(sympy.jn))),
            ("hyperexpand", lambda: resolved(sympy.hyperexpand(value), known)),
            ("hyperexpand, simplified", lambda: sympy.simplify(resolved(sympy.hyperexpand(value), known))),
            *_simplifications(value),
            ("rewriting by gamma", lambda: sympy.simplify(value.rewrite(sympy.gamma))),
        ],
    )
    if restates(known.strip(result), task.expression):
        raise attempts.defeat()
    return result


def _evaluated(expression: sympy.Expr, known: Assumptions, attempts: Attempts) -> sympy.Expr:
    value = attempts.run("doit", lambda: resolved(expression.doit(), known))
    return expression if value is None else value


def _simplification(task: tasks.Simplification, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    expression = known.apply(task.expression)
    value = _evaluated(expression, known, attempts)
    result = attempts.simplest(value, _simplifications(value))
    if known.strip(result) == task.expression:
        raise Unsolved(NOT_SIMPLER)
    return result


def _simplifications(value: sympy.Expr) -> list[Way]:
    """SymPy's simplifiers, the cheap ones first: what is found before the time is over counts."""
    functions: tuple[Callable[[Any], Any], ...] = (
        sympy.expand_func,
        sympy.gammasimp,
        sympy.combsimp,
        sympy.powsimp,
        sympy.radsimp,
        sympy.sqrtdenest,
        sympy.cancel,
        sympy.factor,
        sympy.expand,
        sympy.logcombine,
        sympy.trigsimp,
        sympy.simplify,
    )
    ways: list[Way] = [(f.__name__, lambda f=f: f(value)) for f in functions]  # type: ignore[misc]
    return [
        *ways,
        ("simplify, expanded", lambda: sympy.simplify(sympy.expand(value, complex=False, trig=True))),
        ("simplify by exponentials", lambda: sympy.simplify(value.rewrite(sympy.exp))),
        ("simplify, denested", lambda: sympy.sqrtdenest(sympy.radsimp(sympy.simplify(value)))),
    ]


def _polished(result: sympy.Expr, attempts: Attempts) -> sympy.Expr:
    if not result.args:
        return result
    return attempts.simplest(
        result,
        [
            ("expand_func", lambda: sympy.expand_func(result)),
            ("hyperexpand", lambda: sympy.hyperexpand(result)),
            ("simplify", lambda: sympy.simplify(result)),
        ],
        POLISH,
    )


def _with_plain(variable: sympy.Symbol, known: Assumptions) -> Callable[[sympy.Expr], sympy.Expr]:
    """`apply` for all symbols except `variable`, which stays without assumptions."""
    held = sympy.Dummy()
    return lambda expr: known.apply(expr.xreplace({variable: held})).xreplace({held: variable})


OPERATIONS: dict[str, Callable[[Any, Assumptions, Attempts], sympy.Basic]] = {
    "indefinite_integral": _indefinite_integral,
    "definite_integral": _definite_integral,
    "limit": _limit,
    "series": _series,
    "sum": _sum,
    "product": _product,
    "differential_equation": solve_differential_equation,
    "evaluation": _evaluation,
    "simplification": _simplification,
    "equation": solve_equation,
    "equation_system": solve_equation_system,
    "inequality": solve_inequality,
    "differential_system": solve_differential_system,
    **MATRICES,
    "expectation": _random_variable,
    "probability": _random_variable,
    "congruences": solve_congruences,
    "arithmetic_function": solve_arithmetic,
}
