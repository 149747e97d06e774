"""Solves differential equations with conditions, and equations over a domain, with SymPy."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from app.backends.computer_algebra.attempts import Attempts, finished
from app.backends.computer_algebra.branches import holds, resolved
from app.maths import Assumptions
from app.problems import tasks

DOMAINS = {
    "reals": sympy.S.Reals,
    "complexes": sympy.S.Complexes,
    "integers": sympy.S.Integers,
    "positive": sympy.Interval.open(0, sympy.oo),
}


def solve_differential_equation(
    task: tasks.DifferentialEquation, known: Assumptions, attempts: Attempts
) -> sympy.Basic:
    """The solution that meets the conditions, as `y(x) = …`; the variable stays without assumptions."""
    x, held = task.variable, sympy.Dummy()

    def carry(expr: sympy.Basic) -> sympy.Basic:
        return known.apply(expr.xreplace({x: held})).xreplace({held: x})

    y = sympy.Function(task.function)(x)
    equation = carry(task.equation)
    conditions = [carry(condition) for condition in task.conditions]
    given = {condition.lhs: condition.rhs for condition in conditions}

    def acceptable(result: sympy.Basic) -> bool:
        return isinstance(result, sympy.Eq) and not result.rhs.has(*_UNFINISHED, y.func)

    return attempts.first(
        [
            (
                "dsolve with conditions",
                lambda: _chosen(sympy.dsolve(equation, y, ics=given or None), y, conditions, known),
            ),
            ("dsolve, then constants", lambda: _fitted(sympy.dsolve(equation, y), y, conditions, known)),
            ("dsolve by each method", lambda: _by_methods(equation, y, conditions, known)),
            (
                "dsolve after simplify",
                lambda: _fitted(sympy.dsolve(equation.simplify(), y), y, conditions, known),
            ),
        ],
        acceptable,
    )


_UNFINISHED = (sympy.Integral, sympy.Subs, sympy.Derivative, sympy.Order, sympy.nan, sympy.zoo)


def _chosen(
    found: sympy.Eq | Sequence[sympy.Eq], y: sympy.Expr, conditions: Sequence[sympy.Eq], known: Assumptions
) -> sympy.Eq:
    """The solution among `found`, made explicit, that meets every condition."""
    for solution in _explicit(found, y):
        solution = resolved(solution, known)
        if meets_conditions(solution, conditions):
            return solution
    raise ArithmeticError("no solution meets the conditions")


def _fitted(
    found: sympy.Eq | Sequence[sympy.Eq], y: sympy.Expr, conditions: Sequence[sympy.Eq], known: Assumptions
) -> sympy.Eq:
    """General solutions with their constants determined here, for equations whose `ics` SymPy cannot use."""
    fitted = []
    for solution in _explicit(found, y):
        constants = sorted(solution.free_symbols - y.free_symbols - _parameters(conditions), key=str)
        constants = [c for c in constants if c.name.startswith("C")]
        system = [_residual(condition, solution) for condition in conditions]
        for values in sympy.solve(system, constants, dict=True) if system else [{}]:
            fitted.append(solution.subs(values))
    return _chosen(fitted, y, conditions, known)


def _by_methods(
    equation: sympy.Eq, y: sympy.Expr, conditions: Sequence[sympy.Eq], known: Assumptions
) -> sympy.Eq:
    """The solution of a first-order equation, its constant determined before it is solved for `y`.

    SymPy spends its time on solving general solutions for `y`; with the constant known that is easy.
    """
    [condition] = conditions
    [place] = condition.lhs.args
    for method in sympy.classify_ode(equation, y)[:METHODS]:
        implicit = sympy.dsolve(equation, y, hint=method, simplify=False)
        if not isinstance(implicit, sympy.Eq):
            continue
        implicit = implicit.doit()
        there = implicit.subs({y.args[0]: place}).subs({y.func(place): condition.rhs})
        for constant in sympy.solve(there, sympy.Symbol("C1")):
            return _chosen(implicit.subs(sympy.Symbol("C1"), constant), y, conditions, known)
    raise ArithmeticError("no method gives a solution that meets the condition")


METHODS = 4
"""How many of SymPy's methods for one equation are tried by name."""


def _parameters(conditions: Sequence[sympy.Eq]) -> set[sympy.Symbol]:
    return set().union(*(condition.free_symbols for condition in conditions))


def _explicit(found: sympy.Eq | Sequence[sympy.Eq], y: sympy.Expr) -> list[sympy.Eq]:
    equations = [found] if isinstance(found, sympy.Eq) else list(found)
    explicit: list[sympy.Eq] = []
    for equation in equations:
        if equation.lhs == y and not equation.rhs.has(y):
            explicit.append(equation)
        else:
            explicit.extend(sympy.Eq(y, value) for value in sympy.solve(equation, y))
    return explicit


def _residual(condition: sympy.Eq, solution: sympy.Eq) -> sympy.Expr:
    return (
        (condition.lhs - condition.rhs)
        .subs(solution.lhs.func, sympy.Lambda(solution.lhs.args[0], solution.rhs))
        .doit()
    )


def meets_conditions(solution: sympy.Eq, conditions: Sequence[sympy.Eq]) -> bool:
    """Whether `y(x) = …` satisfies every condition, as far as simplification can tell."""
    return all(_met(condition, solution) for condition in conditions)


def _met(condition: sympy.Eq, solution: sympy.Eq) -> bool:
    return bool(sympy.simplify(_residual(condition, solution)) == 0)


def solve_equation(task: tasks.Equation, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """The set of solutions in the domain."""
    domain = DOMAINS[task.domain]
    x = sympy.Dummy("x", real=True) if task.domain != "complexes" else sympy.Dummy("x")
    equation = known.apply(task.equation.xreplace({task.variable: x}))
    return attempts.first(
        [
            ("solveset", lambda: _tidy(sympy.solveset(equation, x, domain))),
            ("solve", lambda: _members(sympy.solve(equation, x), domain, known)),
            (
                "solve after simplify",
                lambda: _members(sympy.solve(sympy.simplify(equation), x), domain, known),
            ),
        ],
        lambda result: finished(result) and not result.has(sympy.Complement, sympy.Intersection),
    )


def _tidy(solutions: sympy.Set) -> sympy.Set:
    if isinstance(solutions, sympy.FiniteSet):
        return sympy.FiniteSet(*(sympy.simplify(value) for value in solutions))
    return solutions


def _members(values: Sequence[sympy.Expr], domain: sympy.Set, known: Assumptions) -> sympy.Set:
    """Those of `values` that lie in the domain; whether one does must be settled by the assumptions."""
    kept = []
    for value in values:
        inside = holds(domain.contains(value), known)
        if inside is None:
            raise ArithmeticError("it is not settled which solutions lie in the domain")
        if inside:
            kept.append(sympy.simplify(value))
    return sympy.FiniteSet(*kept)
