"""Systems of equations: every stated solution must satisfy them all, and there must be no others."""

from __future__ import annotations

from typing import Final

import sympy
from flint import acb

from app.problems.certificates.balls import DIGITS, PRECISIONS, require_zero, shown, value
from app.problems.certificates.domains import require_within
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.certificates.roots import Uncounted
from app.problems.certificates.system_roots import count_solutions
from app.problems.errors import Refused, Refuted
from app.problems.tasks import EquationSystem

POINTS: Final = 3
"""Points for the parameters."""


def check(question: Question[EquationSystem]) -> Finding:
    """The stated solutions are distinct, in the domain, satisfy all equations, and no others do."""
    task, gold = question.task, question.gold
    solutions = list(gold.args) if isinstance(gold, sympy.FiniteSet) else [gold]
    if gold is sympy.S.EmptySet:
        solutions = []
    if not all(isinstance(one, sympy.Tuple) and len(one) == len(task.variables) for one in solutions):
        raise Refused(
            f"the answer is neither a tuple of {len(task.variables)} values nor a set of such tuples"
        )
    symbols = gold.free_symbols.union(*(equation.free_symbols for equation in task.equations))
    points = question.points(sorted(symbols - set(task.variables), key=str), POINTS)
    results = [_at(solutions, task, point) for point in points]
    return Finding(
        " and ".join(sorted({method for method, _, _ in results})),
        min(digits for _, digits, _ in results),
        len(points),
        tuple(line for _, _, line in results),
    )


def _at(gold: list[sympy.Tuple], task: EquationSystem, point: Point) -> tuple[str, int, str]:
    """Method, digits and evidence at one point for the parameters."""
    solutions = [solution.xreplace(dict(point)) for solution in gold]
    _require_distinct(solutions, task, point)
    differences = [(equation.lhs - equation.rhs).xreplace(dict(point)) for equation in task.equations]
    digits = [
        require_zero(
            difference,
            dict(zip(task.variables, solution, strict=True)),
            f"the difference of an equation's sides{described(point)}",
        )
        for solution in solutions
        for difference in differences
    ]
    try:
        method, count = count_solutions(differences, task.variables, task.domain)
    except Uncounted as error:
        raise Refused(f"the number of solutions is not certain{described(point)}: {error}") from error
    if count != len(solutions):
        raise Refuted(
            f"the system has {count} solution(s), but the answer has {len(solutions)}{described(point)}"
        )
    line = f"{count} solution(s) satisfy the system, and there are no others ({method}){described(point)}"
    return method, min(digits, default=DIGITS), line


def _require_distinct(solutions: list[sympy.Tuple], task: EquationSystem, point: Point) -> None:
    """Refuses solutions that coincide or lie outside the domain."""
    rows: list[list[acb]] = []
    for solution in solutions:
        row = [value(entry, {}, "a solution", PRECISIONS[0]) for entry in solution]
        for entry, ball in zip(solution, row, strict=True):
            require_within(entry, ball, task.domain, "the value", point)
        if any(all(a.overlaps(b) for a, b in zip(row, other, strict=True)) for other in rows):
            raise Refused(f"two solutions coincide at {', '.join(map(shown, row))}{described(point)}")
        rows.append(row)
