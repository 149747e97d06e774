"""Matrices: what is asked is computed again with balls, or the equation that defines it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any, Final, NamedTuple

import sympy
from flint import acb, acb_mat, acb_poly, arb, ctx

from app.problems.certificates.balls import DIGITS, PRECISIONS, TooWide, agree, larger, shown, value
from app.problems.certificates.question import Finding, Point, Question, described
from app.problems.errors import Refused
from app.problems.tasks import (
    CharacteristicPolynomial,
    Determinant,
    Eigenvalues,
    Inverse,
    LinearSystem,
    MatrixExponential,
    MatrixPower,
    MatrixRank,
)

POINTS: Final = 4
"""Points for the parameters."""
LARGEST_EXPONENT: Final = 10_000
"""Exponent up to which powers are multiplied out."""


class Sides(NamedTuple):
    """Numbers that must be equal in pairs, and the size of what they were computed from."""

    left: Sequence[acb]
    right: Sequence[acb]
    scale: arb


def determinant(question: Question[Determinant]) -> Finding:
    """The answer is what elimination in balls gives."""

    def sides(point: Point, bits: int) -> Sides:
        matrix = _balls(question.task.matrix, point, "the matrix", bits)
        answer = value(question.gold, point, "the answer", bits)
        return Sides([matrix.det()], [answer], _size(matrix) ** matrix.nrows())

    return _finding(question, "ball-elimination", sides, "elimination gives the answer")


def characteristic_polynomial(question: Question[CharacteristicPolynomial]) -> Finding:
    """The answer is det(x I - A), by elimination in balls, at points for x and the parameters."""
    task = question.task
    matrix = task.variable * sympy.eye(task.matrix.rows) - task.matrix
    if not question.gold.is_polynomial(task.variable):
        raise Refused("the answer is no polynomial")

    def sides(point: Point, bits: int) -> Sides:
        balls = _balls(matrix, point, "the matrix", bits)
        answer = value(question.gold, point, "the answer", bits)
        return Sides([balls.det()], [answer], _size(balls) ** balls.nrows())

    return _finding(
        question, "ball-elimination", sides, "elimination gives the answer", frozenset({task.variable})
    )


def inverse(question: Question[Inverse]) -> Finding:
    """The product of the matrix and the answer is the identity."""
    matrix = question.task.matrix
    _require_shape(question, matrix.shape)

    def sides(point: Point, bits: int) -> Sides:
        balls = _balls(matrix, point, "the matrix", bits)
        product = balls * _balls(question.gold, point, "the answer", bits)
        return Sides(product.entries(), _identity(matrix.rows), arb(1))

    return _finding(question, "product-with-inverse", sides, "matrix times answer is the identity")


def eigenvalues(question: Question[Eigenvalues]) -> Finding:
    """With some multiplicities, at least 1, the answers are the zeros of the characteristic polynomial."""
    gold = question.gold
    if not isinstance(gold, sympy.FiniteSet):
        raise Refused("the answer is not a finite set")
    rows = question.task.matrix.rows
    if len(gold) > rows:
        raise Refused(f"the answer has {len(gold)} values, more than the {rows} rows of the matrix")

    def sides(point: Point, bits: int) -> Sides:
        balls = _balls(question.task.matrix, point, "the matrix", bits)
        wanted = list(balls.charpoly())
        values = [value(element, point, "an eigenvalue", bits) for element in gold.args]
        scale = max(arb(1), _size(balls)) ** rows
        products = [list(_with_zeros(values, powers)) for powers in _compositions(rows, len(values))]
        fitting = (product for product in products if _overlap(product, wanted))
        return Sides(next(fitting, products[0]), wanted, scale)

    return _finding(
        question, "characteristic-polynomial", sides, "the answers are the zeros of the polynomial"
    )


def exponential(question: Question[MatrixExponential]) -> Finding:
    """The answer is Arb's enclosure of the matrix exponential."""
    task = question.task
    _require_shape(question, task.matrix.shape)
    matrix = task.variable * task.matrix

    def sides(point: Point, bits: int) -> Sides:
        computed = _balls(matrix, point, "the matrix", bits).exp()
        return Sides(computed.entries(), _entries(question.gold, point, "the answer", bits), _size(computed))

    return _finding(question, "matrix-exponential", sides, "Arb gives the answer", frozenset({task.variable}))


def power(question: Question[MatrixPower]) -> Finding:
    """The answer is the power multiplied out and, where n is a symbol, A times it is the answer for n + 1."""
    task = question.task
    _require_shape(question, task.matrix.shape)
    n = task.exponent if task.exponent.is_Symbol else None

    def sides(point: Point, bits: int) -> Sides:
        matrix = _balls(task.matrix, point, "the matrix", bits)
        answer = _balls(question.gold, point, "the answer", bits)
        computed = matrix ** _exponent(task, point)
        left, right = computed.entries(), answer.entries()
        if n is not None:
            left += (matrix * answer).entries()
            right += _entries(question.gold, {**point, n: point[n] + 1}, "the answer", bits)
        return Sides(left, right, _size(computed) * max(arb(1), _size(matrix)))

    claim = "the answer is the power multiplied out" + ("" if n is None else ", and goes on as it must")
    return _finding(question, "repeated-multiplication", sides, claim)


def rank(question: Question[MatrixRank]) -> Finding:
    """A minor of as many rows as the answer says does not vanish, and all larger ones do."""
    gold, matrix = question.gold, question.task.matrix
    if not gold.is_Integer or not 0 <= gold <= min(matrix.shape):
        raise Refused(f"the answer {gold} is no rank of a {matrix.rows}×{matrix.cols} matrix")

    def sides(point: Point, bits: int) -> Sides:
        balls = _balls(matrix, point, "the matrix", bits)
        if gold > 0 and all(minor.contains(0) for minor in _minors(balls, int(gold))):
            raise Refused(f"no minor of {gold} rows is certain not to vanish{described(point)}")
        larger_ones = list(_minors(balls, int(gold) + 1))
        return Sides(larger_ones, [acb(0)] * len(larger_ones), _size(balls) ** (int(gold) + 1))

    return _finding(question, "minors", sides, f"a minor of {gold} rows does not vanish, and all larger do")


def linear_system(question: Question[LinearSystem]) -> Finding:
    """The matrix times the answer is the right side, and the determinant is certain not to vanish."""
    task = question.task
    gold = question.gold
    count = len(gold) if isinstance(gold, sympy.Tuple | sympy.MatrixBase) else None
    if count != task.matrix.rows:
        raise Refused(f"the answer is no vector of {task.matrix.rows} entries")

    def sides(point: Point, bits: int) -> Sides:
        matrix = _balls(task.matrix, point, "the matrix", bits)
        if matrix.det().contains(0):
            raise TooWide(f"the determinant is not certain to differ from 0{described(point)}")
        vector = acb_mat(matrix.nrows(), 1, _entries(gold, point, "the answer", bits))
        right = _entries(task.right_side, point, "the right side", bits)
        return Sides((matrix * vector).entries(), right, _size(matrix) * _size(vector))

    return _finding(question, "substitution", sides, "the answer satisfies the system, which has no other")


# Points and precisions


def _finding(
    question: Question[Any],
    method: str,
    sides: Callable[[Point, int], Sides],
    claim: str,
    variables: frozenset[sympy.Symbol] = frozenset(),
) -> Finding:
    """The finding that both sides agree at every point for the symbols of the question."""
    task = question.task
    found = task.matrix.free_symbols | question.gold.free_symbols | variables
    for extra in ("exponent", "right_side"):
        found |= getattr(task, extra, sympy.S.Zero).free_symbols
    points = question.points(sorted(found, key=str), POINTS)
    digits = min(_digits(sides, point) for point in points)
    return Finding(method, digits, len(points), (f"{claim} at {len(points)} point(s), to {digits} digits",))


def _digits(sides: Callable[[Point, int], Sides], point: Point) -> int:
    """Digits to which all pairs agree at a point, at least `DIGITS`; refused where they do not."""
    best, reason = 0, ""
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            try:
                left, right, scale = sides(point, bits)
            except TooWide as wide:
                reason = f": {wide.reason}"
                continue
        pairs = zip(left, right, strict=True)
        best = min((_agreement(one, other, scale, point) for one, other in pairs), default=10 * DIGITS)
        if best >= DIGITS:
            return best
    raise TooWide(f"the answer is confirmed to {best} digits only{described(point)}{reason}")


def _agreement(one: acb, other: acb, scale: arb, point: Point) -> int:
    """Digits to which a pair agrees, relative to itself, or to `scale` where it may be 0."""
    size = larger(one, other)
    digits = agree(one, other, size if size > 0 else scale.abs_lower())
    if digits is None:
        raise Refused(f"{shown(one)} and {shown(other)} should be equal, but differ{described(point)}")
    return digits


# Balls


def _entries(matrix: sympy.MatrixBase | sympy.Tuple, point: Point, name: str, bits: int) -> list[acb]:
    return [value(entry, point, name, bits) for entry in matrix]


def _balls(matrix: sympy.MatrixBase, point: Point, name: str, bits: int) -> acb_mat:
    return acb_mat(matrix.rows, matrix.cols, _entries(matrix, point, name, bits))


def _size(matrix: acb_mat) -> arb:
    """The largest absolute value of an entry."""
    size = arb(0)
    for entry in matrix.entries():
        size = size.max(abs(entry))
    return size


def _identity(rows: int) -> list[acb]:
    return [acb(int(i == j)) for i in range(rows) for j in range(rows)]


def _minors(matrix: acb_mat, size: int) -> Iterator[acb]:
    """The determinants of all square parts of that size; none where there are no such parts."""
    table = matrix.table()
    for rows in combinations(range(matrix.nrows()), size):
        for columns in combinations(range(matrix.ncols()), size):
            yield acb_mat([[table[i][j] for j in columns] for i in rows]).det()


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write `total` as a sum of so many positive numbers."""
    for cuts in combinations(range(1, total), parts - 1):
        ends = (0, *cuts, total)
        yield tuple(end - start for start, end in pairwise(ends))


def _with_zeros(values: Sequence[acb], powers: Sequence[int]) -> acb_poly:
    """The monic polynomial with these zeros and multiplicities."""
    product = acb_poly([1])
    for zero, times in zip(values, powers, strict=True):
        product *= acb_poly([-zero, 1]) ** times
    return product


def _overlap(one: Sequence[acb], other: Sequence[acb]) -> bool:
    return all(left.overlaps(right) for left, right in zip(one, other, strict=True))


def _exponent(task: MatrixPower, point: Point) -> int:
    exponent = task.exponent.xreplace(dict(point))
    if not exponent.is_Integer or not 0 <= exponent <= LARGEST_EXPONENT:
        raise Refused(f"the exponent {exponent} is no integer from 0 to {LARGEST_EXPONENT}{described(point)}")
    return int(exponent)


def _require_shape(question: Question[Any], shape: tuple[int, int]) -> None:
    if getattr(question.gold, "shape", None) != shape:
        raise Refused(f"the answer is no {shape[0]}×{shape[1]} matrix")
