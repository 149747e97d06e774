"""Solves systems of equations, of differential equations, and inequalities, with SymPy."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy.core.function import AppliedUndef

from app.backends.computer_algebra.attempts import POLISH, Attempts, finished
from app.backends.computer_algebra.branches import holds, resolved
from app.backends.computer_algebra.sympy_equations import DOMAINS
from app.maths import Assumptions
from app.problems import tasks


def solve_equation_system(task: tasks.EquationSystem, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """The tuple that solves the system, or the set of those that do."""
    unknowns = [
        sympy.Dummy(symbol.name, **({} if task.domain == "complexes" else {"real": True}))
        for symbol in task.variables
    ]
    carried = dict(zip(task.variables, unknowns, strict=True))
    equations = [known.apply(equation.xreplace(carried)) for equation in task.equations]
    return attempts.first(
        [
            ("solve", lambda: _members(sympy.solve(equations, unknowns, dict=True), unknowns, task, known)),
            ("solve_poly_system", lambda: _by_groebner(equations, unknowns, task, known)),
            (
                "nonlinsolve",
                lambda: chosen(list(sympy.nonlinsolve(equations, unknowns)), task.domain, known),
            ),
        ],
        finished,
    )


def _members(
    found: Sequence[dict[sympy.Symbol, sympy.Expr]],
    unknowns: Sequence[sympy.Symbol],
    task: tasks.EquationSystem,
    known: Assumptions,
) -> sympy.Basic:
    rows = [sympy.Tuple(*(solution[unknown] for unknown in unknowns)) for solution in found]
    return chosen(rows, task.domain, known)


def _by_groebner(
    equations: Sequence[sympy.Eq],
    unknowns: Sequence[sympy.Symbol],
    task: tasks.EquationSystem,
    known: Assumptions,
) -> sympy.Basic:
    differences = [equation.lhs - equation.rhs for equation in equations]
    rows = sympy.solve_poly_system(differences, *unknowns) or []
    return chosen([sympy.Tuple(*row) for row in rows], task.domain, known)


def chosen(rows: Sequence[sympy.Tuple], domain: str, known: Assumptions) -> sympy.Basic:
    """The one row that lies in the domain, or the set of those that do; which do must be settled."""
    kept = []
    for row in rows:
        inside = [holds(DOMAINS[domain].contains(value), known) for value in row]
        if False not in inside:
            if None in inside:
                raise ArithmeticError("it is not settled which solutions lie in the domain")
            kept.append(sympy.Tuple(*map(sympy.simplify, row)))
    return kept[0] if len(kept) == 1 else sympy.FiniteSet(*kept)


def solve_inequality(task: tasks.Inequality, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """The set of real numbers for which the relation holds."""
    x = sympy.Dummy("x", real=True)
    relation = known.apply(task.relation.xreplace({task.variable: x}))
    return attempts.first(
        [
            (
                "solve_univariate_inequality",
                lambda: sympy.solve_univariate_inequality(relation, x, relational=False),
            ),
            ("solveset", lambda: sympy.solveset(relation, x, sympy.S.Reals)),
            (
                "reduce_inequalities",
                lambda: sympy.reduce_inequalities(relation, [x]).as_set(),
            ),
        ],
        lambda result: isinstance(result, sympy.Set) and finished(result) and not result.has(_OPEN),
    )


_OPEN = (sympy.Complement, sympy.Intersection, sympy.ConditionSet, sympy.ImageSet)


def solve_differential_system(
    task: tasks.DifferentialSystem, known: Assumptions, attempts: Attempts
) -> sympy.Basic:
    """The functions that meet the conditions, in the task's order; the variable stays without assumptions."""
    t, held = task.variable, sympy.Dummy()

    def carry(expr: sympy.Basic) -> sympy.Basic:
        return known.apply(expr.xreplace({t: held})).xreplace({held: t})

    unknowns = [sympy.Function(name)(t) for name in task.functions]
    equations = [carry(equation) for equation in task.equations]
    conditions = [carry(condition) for condition in task.conditions]
    given = {condition.lhs: condition.rhs for condition in conditions}

    def solved() -> sympy.Basic:
        return resolved(_functions(sympy.dsolve(equations, unknowns, ics=given), unknowns), known)

    result = attempts.first(
        [("dsolve with conditions", solved)],
        lambda result: finished(result) and meets(result, unknowns, conditions),
    )
    simpler = [("simplify", lambda: sympy.Tuple(*map(sympy.simplify, result)))]
    return attempts.simplest(result, simpler, POLISH)


def _functions(found: Sequence[sympy.Eq], unknowns: Sequence[AppliedUndef]) -> sympy.Tuple:
    values = {equation.lhs: equation.rhs for equation in found}
    return sympy.Tuple(*(values[unknown] for unknown in unknowns))


def meets(functions: sympy.Tuple, unknowns: Sequence[AppliedUndef], conditions: Sequence[sympy.Eq]) -> bool:
    """Whether the functions satisfy every condition, as far as simplification can tell."""
    for condition in conditions:
        miss = condition.lhs - condition.rhs
        for unknown, function in zip(unknowns, functions, strict=True):
            miss = miss.subs(unknown.func, sympy.Lambda(unknown.args[0], function))
        if sympy.simplify(miss.doit()) != 0:
            return False
    return True
