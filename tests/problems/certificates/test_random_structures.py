"""Certificates on random matrices and congruences: the true value gets one, its neighbours do not."""

from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.maths import render
from app.problems.certificates import certify
from app.problems.errors import Refused
from tests.problems.certificates.cases import Case, variant

ENTRIES = st.one_of(st.integers(-3, 3), st.integers(-(10**12), 10**12), st.fractions(max_denominator=50))
MATRICES = st.integers(1, 4).flatmap(
    lambda size: st.lists(st.lists(ENTRIES, min_size=size, max_size=size), min_size=size, max_size=size)
)
EXAMPLES = settings(max_examples=40, deadline=None)


def _matrix(rows: list[list[Any]]) -> sympy.ImmutableMatrix:
    return sympy.ImmutableMatrix([[sympy.Rational(entry) for entry in row] for row in rows])


def _case(operation: str, matrix: sympy.MatrixBase, **fields: Any) -> Case:
    return Case("", {"operation": operation, "matrix": render(matrix), **fields}, "")


def _is_certified(case: Case, gold: sympy.Basic) -> bool:
    try:
        certify(variant(case, render(gold)))
    except Refused:
        return False
    return True


@EXAMPLES
@given(MATRICES)
def test_only_the_determinant_is_certified(rows: list[list[Any]]) -> None:
    matrix = _matrix(rows)
    value = matrix.det()
    case = _case("determinant", matrix)
    assert _is_certified(case, value)
    assert not _is_certified(case, value + sympy.Rational(1, 10**6) * (1 + abs(value)))


@EXAMPLES
@given(MATRICES, st.integers(0, 15), st.integers(-3, 3))
def test_only_the_inverse_is_certified(rows: list[list[Any]], place: int, error: int) -> None:
    matrix = _matrix(rows)
    assume(matrix.det() != 0 and error != 0)
    inverse = matrix.inv()
    wrong = inverse.as_mutable()
    entry = wrong[place % len(wrong)]
    wrong[place % len(wrong)] += sympy.Rational(error, 10**9) * (1 + abs(entry))
    case = _case("inverse", matrix)
    assert _is_certified(case, inverse)
    assert not _is_certified(case, wrong.as_immutable())


@EXAMPLES
@given(MATRICES)
def test_only_the_rank_is_certified(rows: list[list[Any]]) -> None:
    matrix = _matrix(rows)
    rank = matrix.rank()
    certified = [
        n for n in range(-1, matrix.rows + 2) if _is_certified(_case("matrix_rank", matrix), sympy.Integer(n))
    ]
    assert certified == [rank]


@EXAMPLES
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=4), st.integers(-3, 3))
def test_eigenvalues_are_certified_whatever_their_multiplicities(diagonal: list[int], shear: int) -> None:
    size = len(diagonal)
    change = sympy.Matrix(size, size, lambda i, j: int(i == j) + shear * int(j == i + 1))
    matrix = sympy.ImmutableMatrix(change * sympy.diag(*diagonal) * change.inv())
    case = _case("eigenvalues", matrix)
    assert _is_certified(case, sympy.FiniteSet(*diagonal))
    assert not _is_certified(case, sympy.FiniteSet(*diagonal, 5))
    if len(set(diagonal)) > 1:
        assert not _is_certified(case, sympy.FiniteSet(*set(diagonal) - {diagonal[0]}))


@EXAMPLES
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 12)), min_size=1, max_size=3), st.integers(0, 40)
)
def test_only_the_least_solution_of_congruences_is_certified(
    rows: list[tuple[int, int]], solution: int
) -> None:
    fields = {
        "coefficients": [str(a) for a, _ in rows],
        "residues": [str(a * solution % m) for a, m in rows],
        "moduli": [str(m) for _, m in rows],
    }
    least = next(x for x in range(solution + 1) if all((a * (x - solution)) % m == 0 for a, m in rows))
    case = Case("", {"operation": "congruences", "variable": "x", **fields}, "")
    certified = [x for x in range(-2, 60) if _is_certified(case, sympy.Integer(x))]
    assert certified == [least]


def test_a_matrix_of_floats_is_no_obstacle() -> None:
    case = _case("determinant", sympy.ImmutableMatrix([[sympy.Float("0.5"), 1], [1, 4]]))
    assert _is_certified(case, sympy.S.One)
    with pytest.raises(Refused):
        certify(variant(case, "2"))
