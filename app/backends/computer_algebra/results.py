"""What the results of programs mean, and which one to state: equations, tuples, sets and unions of intervals.

Programs give solutions as lists of equations, `[x = 1, x = 2]`, or of values, `[1, 2]`, of systems as lists
of those, `[[x = 1, y = 2]]`, and where an inequality holds as `[[1 < x, x < 2], …]`, or with conjunctions.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from app.backends.computer_algebra.answers import NOT_SIMPLER, Unsolved
from app.backends.computer_algebra.attempts import finished, restates, size
from app.backends.computer_algebra.branches import holds
from app.backends.computer_algebra.sympy_equations import DOMAINS, meets_conditions
from app.backends.computer_algebra.sympy_systems import chosen, meets
from app.backends.computer_algebra.writing import algebraic
from app.maths import Assumptions
from app.problems import tasks


def chosen_answer(task: tasks.Task, known: Assumptions, results: Sequence[sympy.Basic]) -> sympy.Basic | None:
    """The result to state among all that a program gave, or None; `Unsolved` for the question again."""
    if isinstance(task, tasks.DifferentialEquation):
        return _solution(task, results)
    if isinstance(task, tasks.Equation):
        return next((s for s in (_solution_set(task, known, r) for r in results) if s is not None), None)
    if isinstance(task, tasks.DifferentialSystem):
        return _functions(task, results)
    if isinstance(task, tasks.EquationSystem):
        return _solutions(task, known, results)
    if isinstance(task, tasks.Inequality):
        return _pieces(task, known, results)
    values = [result for result in results if finished(result)]
    if isinstance(task, tasks.Eigenvalues):
        values = [sympy.FiniteSet(*value) for value in values if isinstance(value, sympy.Tuple)]
    if isinstance(task, tasks.Evaluation):
        values = [value for value in values if not restates(value, task.expression)]
    shortest = min(values, key=size) if values else None
    if isinstance(task, tasks.Simplification) and shortest == task.expression:
        raise Unsolved(NOT_SIMPLER)
    return shortest


def _solution(task: tasks.DifferentialEquation, results: Sequence[sympy.Basic]) -> sympy.Eq | None:
    """The first explicit solution that meets the conditions, as `y(x) = …`."""
    y, bare = sympy.Function(task.function)(task.variable), sympy.Symbol(task.function)
    equations = [item for r in results for item in (r if isinstance(r, sympy.Tuple) else (r,))]
    values = [
        equation.rhs if isinstance(equation, sympy.Eq) and equation.lhs in (y, bare) else equation
        for equation in equations
    ]
    solutions = [
        sympy.Eq(y, value, evaluate=False)
        for value in values
        if isinstance(value, sympy.Expr) and not value.has(bare, y.func)
    ]
    fitting = [s for s in solutions if finished(s.rhs) and meets_conditions(s, task.conditions)]
    return min(fitting, key=size) if fitting else None


def _solution_set(task: tasks.Equation, known: Assumptions, result: sympy.Basic) -> sympy.Set | None:
    """The solutions in the domain, from a list such as `[x = 1, x = 2]`; None when it is no such list."""
    if not isinstance(result, sympy.Tuple):
        return None
    kept: list[sympy.Expr] = []
    for equation in result:
        value = equation
        if isinstance(equation, sympy.Eq) and equation.lhs == task.variable:
            value = equation.rhs
        if not isinstance(value, sympy.Expr) or value.has(task.variable) or not finished(value):
            return None
        inside = _inside(value, task.domain, known)
        if inside is None:
            return None
        if inside:
            kept.append(value)
    return sympy.FiniteSet(*kept)


def _inside(value: sympy.Expr, domain: str, known: Assumptions) -> bool | None:
    """Whether a value lies in the domain; None where the assumptions do not settle it."""
    try:
        return holds(DOMAINS[domain].contains(known.apply(value)), known)
    except TypeError:  # SymPy compares no number with a bound that it finds not to be real
        return False if value.is_number else None


def _functions(task: tasks.DifferentialSystem, results: Sequence[sympy.Basic]) -> sympy.Tuple | None:
    """The shortest `[x(t) = …, y(t) = …]` that is explicit and meets the conditions."""
    unknowns = [sympy.Function(name)(task.variable) for name in task.functions]
    fitting = []
    for result in results:
        row = _values(result, unknowns)
        if row is not None and finished(row) and meets(row, unknowns, task.conditions):
            fitting.append(row)
    return min(fitting, key=size) if fitting else None


def _solutions(
    task: tasks.EquationSystem, known: Assumptions, results: Sequence[sympy.Basic]
) -> sympy.Basic | None:
    """The rows of `[[x = 1, y = 2], …]` that lie in the domain; None when no result is such a list.

    A program may also give an empty list where it knows no way to solve a system that is no polynomial one.
    """
    polynomial = algebraic(task.equations, task.variables)
    for result in results:
        if not isinstance(result, sympy.Tuple) or not (result or polynomial):
            continue
        rows = [_values(row, task.variables) for row in result]
        if all(row is not None and finished(row) for row in rows):
            try:
                return chosen([known.apply(row) for row in rows if row is not None], task.domain, known)
            except ArithmeticError:
                continue
    return None


def _values(row: sympy.Basic, unknowns: Sequence[sympy.Basic]) -> sympy.Tuple | None:
    """What a list of equations, or of values, gives for each unknown, free of them all; None without one."""
    if not isinstance(row, sympy.Tuple):
        return None
    if all(isinstance(item, sympy.Eq) for item in row):
        given = {item.lhs: item.rhs for item in row}
        values = [given.get(unknown) for unknown in unknowns]
    elif len(row) == len(unknowns) and all(isinstance(item, sympy.Expr) for item in row):
        values = list(row)
    else:
        return None
    if any(value is None or value.has(*unknowns) for value in values):
        return None
    return sympy.Tuple(*values)


def _pieces(task: tasks.Inequality, known: Assumptions, results: Sequence[sympy.Basic]) -> sympy.Set | None:
    """The set that `[[1 < x, x < 2], …]` describes: any of the lists holds where all its relations do."""
    for result in results:
        rows = [_relations(row) for row in result] if isinstance(result, sympy.Tuple) else [None]
        if None not in rows:
            parts = [_interval(row, task.variable, known) for row in rows if row is not None]
            if None not in parts:
                return sympy.Union(*parts)
    return None


def _relations(row: sympy.Basic) -> sympy.Tuple | None:
    """The relations that hold together; None for what is no list or conjunction of them."""
    if isinstance(row, sympy.And):
        return sympy.Tuple(*row.args)
    if isinstance(row, sympy.core.relational.Relational):
        return sympy.Tuple(row)
    return row if isinstance(row, sympy.Tuple) else None


def _interval(row: sympy.Tuple, x: sympy.Symbol, known: Assumptions) -> sympy.Set | None:
    """Where all relations hold, each a bound on `x`, its value, or settled by the assumptions."""
    part: sympy.Set = sympy.S.Reals
    for relation in row:
        if not relation.has(x):
            truth = holds(known.apply(relation), known)
            if truth is None:
                return None
            bound: sympy.Set | None = sympy.S.Reals if truth else sympy.S.EmptySet
        elif isinstance(relation, sympy.Eq) and relation.lhs == x and not relation.rhs.has(x):
            bound = sympy.FiniteSet(relation.rhs)
        else:
            bound = _bound(relation, x)
        if bound is None:
            return None
        part = _common(part, bound)
    return None if part.has(sympy.Intersection) else part


def _bound(relation: sympy.Basic, x: sympy.Symbol) -> sympy.Set | None:
    """The half-line that a relation with `x` alone on one side describes; None for any other."""
    if not isinstance(relation, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
        return None
    strict = isinstance(relation, sympy.StrictGreaterThan | sympy.StrictLessThan)
    if relation.gts == x and not relation.lts.has(x):
        return sympy.Interval(relation.lts, sympy.oo, strict, True)
    if relation.lts == x and not relation.gts.has(x):
        return sympy.Interval(-sympy.oo, relation.gts, True, strict)
    return None


def _common(part: sympy.Set, bound: sympy.Set) -> sympy.Set:
    """The intersection; of a lower and an upper bound, also where symbols keep SymPy from comparing them."""
    both = (part, bound)
    if all(isinstance(side, sympy.Interval) for side in both):
        for below, above in (both, both[::-1]):
            if (
                below.end is sympy.oo
                and above.start is -sympy.oo
                and below.start.free_symbols | above.end.free_symbols
            ):
                return sympy.Interval(below.start, above.end, below.left_open, above.right_open)
    return sympy.Intersection(*both)
