"""Lines, planes, spans, points and vectors: equal when they fill the same space, or entry by entry."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.grading import grade
from app.grading.answer_kinds import parametric
from app.grading.answer_kinds.base import Question
from app.grading.answer_kinds.tuple import entries, named

numbers = st.integers(-4, 4)
vectors = st.lists(numbers, min_size=3, max_size=3)


def matrix(rows: list[list[int]]) -> sympy.Matrix:
    return sympy.Matrix(rows).T


def bracketed(column: list[int] | sympy.Matrix) -> str:
    return f"({', '.join(map(str, column))})"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(vectors, vectors, vectors, st.lists(numbers, min_size=4, max_size=4), st.tuples(numbers, numbers))
def test_an_invertible_change_of_basis_keeps_a_plane(
    point: list[int], one: list[int], two: list[int], change: list[int], along: tuple[int, int]
) -> None:
    """The point may move in the plane, but not off it, and a direction fewer is another space."""
    directions, turn = matrix([one, two]), sympy.Matrix(2, 2, change)
    assume(directions.rank() == 2 and turn.det() != 0)
    start = sympy.Matrix(point)
    moved = start + directions * sympy.Matrix(along)
    normal = directions.col(0).cross(directions.col(1))
    assert parametric.same((start, directions), (moved, directions * turn)).correct
    assert not parametric.same((start, directions), (moved + normal, directions * turn)).correct
    assert not parametric.same((start, directions), (start, directions.col(0))).correct
    assert not parametric.same((start, directions), (start, directions.col(0).row_join(normal))).correct


@settings(max_examples=25, deadline=None, derandomize=True)
@given(vectors, vectors, st.lists(numbers, min_size=4, max_size=4))
def test_a_span_is_that_of_any_of_its_bases(one: list[int], two: list[int], change: list[int]) -> None:
    """As texts: the columns of an invertible combination span the same, those of a singular one do not."""
    directions, turn = matrix([one, two]), sympy.Matrix(2, 2, change)
    assume(directions.rank() == 2 and any(change))
    turned = directions * turn
    gold = rf"\operatorname{{span}}\{{{bracketed(one)}, {bracketed(two)}\}}"
    answer = rf"\text{{span}}\left\{{{bracketed(turned.col(0))}, {bracketed(turned.col(1))}\right\}}"
    assert grade(gold, answer, "tuple").outcome == ("correct" if turn.det() != 0 else "incorrect")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(vectors, vectors, numbers, numbers.filter(bool))
def test_a_line_may_begin_anywhere_on_it(point: list[int], way: list[int], turn: int, factor: int) -> None:
    """Another point and another multiple of the direction, but no point beside the line."""
    assume(any(way))
    beside = [0, 0, 0]
    beside[next(place for place in range(3) if any(way[:place] + way[place + 1 :]))] = 1
    gold = "(" + ", ".join(f"{p} + ({w})t" for p, w in zip(point, way, strict=True)) + ")"

    def line(offset: list[int]) -> str:
        rows = zip(point, way, offset, strict=True)
        return "(" + ", ".join(f"{p + turn * w + o} + ({factor * w})s" for p, w, o in rows) + ")"

    assert grade(gold, line([0, 0, 0]), "tuple").outcome == "correct"
    assert grade(gold, line(beside), "tuple").outcome == "incorrect"


SPACES = [
    ("(1 + t, 2t)", "(1 - s, -2s)", True),
    ("(1 + t, 2t)", "(t, 2t - 2)", True),
    ("(1 + t, 2t)", "(t, 2t)", False),
    ("(1 + t, 2t)", "(1, 2)", False),
    (r"(1 + t, 2t), t \in \mathbb{R}", r"(1 + c, 2c), c \in \mathbb{R}", True),
    (r"(1, 0, 2) + t(0, 1, 1)", r"(1, t, 2 + t)", True),
    (r"\begin{pmatrix} 1 \\ 0 \end{pmatrix} + t\begin{pmatrix} 1 \\ 2 \end{pmatrix}", "(1 + t, 2t)", True),
    ("x = 1 + t, y = 2t", "y = 2s, x = 1 + s", True),
    ("x = 1 + t, y = 2t", "x = 2t, y = 1 + t", False),
    ("(s, t, s + t)", "(t, s, s + t)", True),
    ("(s, t, s + t)", "(s, s, 2s)", False),
    ("(s, t, s + t)", "(s + t, s - t, 2s)", True),
    (r"\operatorname{span}\{(1,1)\}", r"\operatorname{span}\{(2,2)\}", True),
    (r"\operatorname{span}\{(1,1)\}", r"\operatorname{span}\{(1,2)\}", False),
    (r"\operatorname{span}\{(1,1)\}", "(1,1)", False),
    (r"\operatorname{span}\{(1,0),(0,1)\}", r"\operatorname{span}\{(1,1)\}", False),
    (r"\operatorname{span}\{(1,0),(0,1)\}", r"\operatorname{span}\{(1,1),(1,-1),(2,3)\}", True),
    ("(a, 2a)", "(b, 2b)", False),
    ("(a, 2a)", "(a, a + a)", True),
]
POINTS = [
    ("(1, 2)", "(1, 2)", True),
    ("(1, 2)", "x = 1, y = 2", True),
    ("x = 1, y = 2", "(x, y) = (1, 2)", True),
    ("x = 1, y = 2", "y = 2, x = 1", True),
    ("x = 1, y = 2", "(x, y) = (2, 1)", False),
    ("x = 1, y = 2", "a = 1, b = 2", False),
    ("(1, 2, 3)", r"\langle 1, 2, 3 \rangle", True),
    ("(1, 2, 3)", r"\begin{pmatrix} 1 \\ 2 \\ 3 \end{pmatrix}", True),
    ("(1, 2, 3)", r"\begin{bmatrix} 1 & 2 & 3 \end{bmatrix}^T", True),
    ("(1, 2, 3)", "1; 2; 3", True),
    ("(1, 2, 3)", "(1, 2)", False),
    ("(1, 2)", "(2, 1)", False),
    (r"3\mathbf{i} - 2\mathbf{j}", "(3, -2)", True),
    (r"3\mathbf{i} - 2\mathbf{j}", r"\langle 3, -2, 0 \rangle", True),
    (r"3\mathbf{i} - 2\mathbf{j}", "3i - 2j", True),
    (r"3\hat{i} - 2\hat{j} + \hat{k}", "(3, -2, 1)", True),
    (r"3\hat{i} - 2\hat{j} + \hat{k}", "(3, -2)", False),
    (r"3\hat{i} - 2\hat{j} + \hat{k}", r"3\hat{i} + 2\hat{j} + \hat{k}", False),
    ("((1, 2), (3, 4))", "((1, 2), (3, 4))", True),
    ("((1, 2), (3, 4))", "((1, 2), (4, 3))", False),
    (r"(\frac{1}{2}, \sqrt{8})", r"(0.5, 2\sqrt{2})", True),
    (r"(\frac{1}{3}, 1)", "(0.333, 1)", False),
]


@pytest.mark.parametrize(("gold", "answer", "right"), [*SPACES, *POINTS])
def test_tuples_are_judged_by_what_they_are(gold: str, answer: str, right: bool) -> None:
    """Spaces as spaces, points by their entries, named values by their names."""
    verdict = grade(gold, answer, "tuple")
    assert verdict.outcome == ("correct" if right else "incorrect"), (verdict.method, verdict.reason)


def test_a_vector_without_parameters_is_no_space() -> None:
    """Nor is one in which the parameter is squared."""
    t = sympy.Symbol("t")
    question = Question("", "")
    assert parametric.rule(question, [sympy.S.One, sympy.S.Zero], [t, t]) is None
    assert parametric.rule(question, [t, t**2], [t, t**2]) is None


ENTRIES = [
    ("(1, 2)", [1, 2], ()),
    ("1, 2", [1, 2], ()),
    ("x = 1, y = 2", [1, 2], ("x", "y")),
    ("(x, y) = (1, 2)", [1, 2], ("x", "y")),
    ("x = 1 and y = 2", [1, 2], ("x", "y")),
    (r"x = 1 \text{ and } y = 2", [1, 2], ("x", "y")),
    (r"\vec{v} = (1, 2)", [1, 2], ()),
    ("2i + 3k", [2, 0, 3], ()),
    ("5", [5], ()),
]


@pytest.mark.parametrize(("text", "values", "names"), ENTRIES)
def test_entries_are_read_with_their_names(text: str, values: list[int], names: tuple[str, ...]) -> None:
    """A label for the whole is no name of an entry."""
    found = entries(text, "answer")
    assert (found.values, found.names) == (values, names)


@pytest.mark.parametrize("text", ["x = 1, x = 2", "x = 1, 2", "x = 1", "(1, 2)", "x = y = 1, z = 2"])
def test_values_have_names_only_when_each_has_its_own(text: str) -> None:
    """Two values of one name are solutions, not coordinates."""
    assert named(text) == {}
