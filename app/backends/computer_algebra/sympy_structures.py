"""Problems on matrices, random variables and integers, as SymPy solves them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import gcd, lcm
from typing import Any

import sympy
from sympy.ntheory.modular import crt

from app.backends.computer_algebra.answers import Unsolved
from app.backends.computer_algebra.attempts import POLISH, Attempts, Way, finished
from app.maths import Assumptions
from app.problems import tasks

Work = Callable[[Any], sympy.Basic]

FOR_NUMBERS_ONLY = "It computes such functions of integers for numbers only."


def solve_matrix(name: str, work: Work, task: Any, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """What `work` makes of the task in symbols that carry the assumptions, with its entries simplified."""
    carried = task.map(known.apply)
    ways: list[Way] = [
        (name, lambda: work(carried)),
        (f"{name} after simplify", lambda: work(carried.map(sympy.simplify))),
    ]
    result = attempts.first(ways, finished)
    return attempts.simplest(result, [("simplify", lambda: _simplified(result))], POLISH)


def _simplified(result: sympy.Basic) -> sympy.Basic:
    if isinstance(result, sympy.MatrixBase):
        return result.applyfunc(sympy.simplify)
    if isinstance(result, sympy.Tuple | sympy.FiniteSet):
        return result.func(*map(sympy.simplify, result.args))
    return sympy.factor(result)


def _eigenvalues(task: tasks.Eigenvalues) -> sympy.Basic:
    return sympy.FiniteSet(*task.matrix.eigenvals(multiple=False))


def _power(task: tasks.MatrixPower) -> sympy.Basic:
    power = task.matrix**task.exponent
    return power.as_explicit() if isinstance(power, sympy.MatrixExpr) else power


def _system(task: tasks.LinearSystem) -> sympy.Basic:
    return sympy.Tuple(*task.matrix.LUsolve(task.right_side))


def solve_congruences(task: tasks.Congruences, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """The least solution, from those of the single congruences; for numbers only."""
    residues, moduli = [], []
    for row in zip(task.coefficients, task.residues, task.moduli, strict=True):
        coefficient, residue, modulus = map(_number, row)
        common = gcd(coefficient, modulus)
        if residue % common:
            raise Unsolved("It says that there is no solution.")
        modulus //= common
        residues.append(residue // common * int(sympy.mod_inverse(coefficient // common, modulus)) % modulus)
        moduli.append(modulus)
    solution = crt(moduli, residues)
    if solution is None:
        raise Unsolved("It says that there is no solution.")
    return sympy.Integer(solution[0])


def solve_arithmetic(task: tasks.ArithmeticFunction, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """The value of the function, for numbers only."""
    function, arguments = ARITHMETIC[task.function], list(map(_number, task.arguments))
    return attempts.first(
        [(task.function, lambda: sympy.sympify(function(*arguments), strict=True))], finished
    )


def _number(expression: sympy.Expr) -> int:
    value = sympy.simplify(expression.doit())
    if not value.is_Integer:
        raise Unsolved(FOR_NUMBERS_ONLY)
    return int(value)


def _coprime_count(n: int, modulus: int) -> int:
    return sum(sympy.mobius(d) * (n // d) for d in sympy.divisors(modulus))


MATRICES: dict[str, Callable[[Any, Assumptions, Attempts], sympy.Basic]] = {
    operation: partial(solve_matrix, name, work)
    for operation, name, work in (
        ("determinant", "det", lambda task: task.matrix.det()),
        ("inverse", "inv", lambda task: task.matrix.inv()),
        ("eigenvalues", "eigenvals", _eigenvalues),
        ("characteristic_polynomial", "charpoly", lambda task: task.matrix.charpoly(task.variable).as_expr()),
        ("matrix_exponential", "exp", lambda task: (task.variable * task.matrix).exp()),
        ("matrix_power", "power", _power),
        ("matrix_rank", "rank", lambda task: sympy.Integer(task.matrix.rank())),
        ("linear_system", "LUsolve", _system),
    )
}

ARITHMETIC: dict[str, Callable[..., Any]] = {
    "greatest_common_divisor": gcd,
    "least_common_multiple": lcm,
    "totient": sympy.totient,
    "divisor_count": sympy.divisor_count,
    "divisor_sum": sympy.divisor_sigma,
    "power_residue": pow,
    "valuation": sympy.multiplicity,
    "multiplicative_order": sympy.n_order,
    "coprime_count": _coprime_count,
}
