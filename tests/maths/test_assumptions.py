"""Assumptions give admissible points, the same for the same seed, and symbols that carry them."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Contains, Symbol, symbols

from app.maths import NONE, AssumptionError, Assumptions

a, b, n, x, z = symbols("a b n x z")

RELATIONS = [
    ("a > 0",),
    ("0 < x < 1",),
    (r"a \ne b",),
    ("a > 0", "b > a"),
    ("a < b < c",),
    ("b > a", "a > 50"),
    ("0 < a < b < c < 1",),
    (r"n \in \mathbb{N}", r"m \in \mathbb{N}", r"m > n"),
    (r"n \in \mathbb{Z}", r"n \ge 1"),
    (r"n \in \mathbb{N}",),
    (r"n \in \mathbb{Z}", "n < -2"),
    (r"n \in \mathbb{Z}", r"1 \le n \le 3"),
    ("|x| < 1",),
    (r"x \in (2, 3]",),
    ("x < \\pi", "x > 3"),
    ("a^2 > b",),
    ("a = 2b", "b > 0"),
    (r"z \in \mathbb{C}",),
    ("x < 0",),
    (r"x \in \{1, 2, 5, 7\}",),
    (r"a > 0", r"a \ne 1"),
]


@pytest.mark.parametrize("relations", RELATIONS)
def test_points_are_admissible_and_repeatable(relations: tuple[str, ...]) -> None:
    """Every point satisfies every relation, and the seed decides them."""
    known = Assumptions.of(relations)
    names = sorted(known.symbols, key=str)
    points = known.points(names, 8, seed=3)
    assert len(points) == 8
    assert all(known.admits(point) for point in points)
    assert points == known.points(names, 8, seed=3)
    assert points != known.points(names, 8, seed=5)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_real_points_avoid_special_values(seed: int) -> None:
    """Draws for unmentioned symbols are moderate rationals, never whole, and take both signs."""
    points = NONE.points([x, a], 12, seed)
    values = [value for point in points for value in point.values()]
    assert all(value.is_Rational and not value.is_Integer and 0.05 < abs(value) < 5 for value in values)
    assert any(value > 0 for value in values)
    assert any(value < 0 for value in values)


def test_integers_are_drawn_where_they_are_integral() -> None:
    """A symbol in the integers gets integers within its bounds."""
    known = Assumptions.of([r"n \in \mathbb{Z}", r"n \ge 2"])
    values = {point[n] for point in known.points([n], 40, seed=0)}
    assert all(value.is_Integer and value >= 2 for value in values)
    assert len(values) > 5


def test_points_hold_only_the_symbols_asked_for() -> None:
    """Symbols tied by relations are drawn with them, and left out again."""
    known = Assumptions.of(["b > a", "a > 3"])
    assert all(set(point) == {b} and point[b] > 3 for point in known.points([b], 5, seed=0))


@pytest.mark.parametrize("relations", [("x > 1", "x < 0"), ("x^2 < 0",), ("0 < x < 1", r"x \in \mathbb{Z}")])
def test_contradictions_are_errors_that_name_the_relations(relations: tuple[str, ...]) -> None:
    """When no admissible point is found, the message says for what."""
    with pytest.raises(AssumptionError, match="no admissible point for x"):
        Assumptions.of(relations).points([x], 1, seed=0)


@pytest.mark.parametrize("text", ["x + 1", "1 < 2", "x"])
def test_what_is_no_relation_is_an_error(text: str) -> None:
    """Assumptions are relations about symbols."""
    with pytest.raises(AssumptionError, match="not an assumption"):
        Assumptions.of([text])


CARRIED = [
    (("a > 0",), a, {"positive": True}),
    ((r"a \ge 0",), a, {"nonnegative": True, "positive": None}),
    (("a < 0",), a, {"negative": True}),
    ((r"a \le -1",), a, {"negative": True}),
    (("a > 2",), a, {"positive": True}),
    ((r"a \ne 0",), a, {"zero": False, "real": True}),
    ((r"a \ge 0", r"a \ne 0"), a, {"positive": True}),
    ((r"n \in \mathbb{Z}", r"n \ge 1"), n, {"integer": True, "positive": True}),
    ((r"n \in \mathbb{N}",), n, {"integer": True}),
    ((r"z \in \mathbb{C}",), z, {"real": None, "complex": True}),
    ((), x, {"real": True, "positive": None}),
]


@pytest.mark.parametrize(("relations", "symbol", "expected"), CARRIED)
def test_apply_makes_symbols_that_carry_assumptions(
    relations: tuple[str, ...], symbol: Symbol, expected: dict[str, bool | None]
) -> None:
    """SymPy's own deduction sees what the relations say, and no more."""
    carried = Assumptions.of(relations).apply(symbol)
    assert {name: getattr(carried, f"is_{name}") for name in expected} == expected


def test_strip_undoes_apply() -> None:
    """Plain symbols come back."""
    known = Assumptions.of(["a > 0", r"n \in \mathbb{Z}"])
    expr = sympy.sin(a * x) ** n + b
    assert known.apply(expr) != expr
    assert known.strip(known.apply(expr)) == expr


def test_assumptions_are_values() -> None:
    """Equal relations make equal, hashable assumptions, and fields cannot be set."""
    first, second = Assumptions((a > 0,)), Assumptions.of(["a > 0"])
    assert first == second
    assert hash(first) == hash(second)
    with pytest.raises(AttributeError):
        first.relations = ()  # type: ignore[misc]


def test_generic_is_false_where_few_points_are_admissible() -> None:
    """A rational function may vanish on finitely many integers or on a surface without being zero."""
    assert Assumptions.of(["a > 0", "x < 1"]).generic
    assert not Assumptions.of(["a = 2b"]).generic
    assert not Assumptions.of([r"x \in \{1, 2\}"]).generic
    assert not Assumptions((Contains(n, sympy.S.Integers), n >= 1, n <= 3)).generic
