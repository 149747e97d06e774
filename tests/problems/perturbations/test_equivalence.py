"""Forms equal to 1 or 0 put into a problem: the expression stays equal, and nothing else changes."""

import pytest
import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from app.maths import Assumptions, compare, parse
from app.problems.perturbations.equivalence import FIELDS, LEVELS, PER_LEVEL
from app.problems.perturbations.identities import IDENTITIES
from app.problems.problem import Variant
from app.problems.tasks import expressions
from tests.problems.examples import NAMES, of, original

BY_NAME = {identity.name: identity for identity in IDENTITIES}


@pytest.mark.parametrize("name", NAMES)
def test_one_field_changes_and_answer_bounds_points_and_conditions_do_not(
    variants: dict[str, list[Variant]], name: str
) -> None:
    first = original(variants[name])
    rewritten = of(variants[name], "equivalence")
    assert len(rewritten) >= 2 / 3 * PER_LEVEL * len(LEVELS)
    for variant in rewritten:
        assert (variant.gold, variant.assumptions, variant.parameters) == (
            first.gold,
            first.assumptions,
            first.parameters,
        )
        assert variant.parent == first.id
        field = FIELDS[first.task.operation]
        assert getattr(variant.task, field) != getattr(first.task, field)
        assert variant.task.model_copy(update={field: getattr(first.task, field)}) == first.task


def parts(whole: object) -> list[sympy.Basic]:
    """Equations, sides, entries of a matrix, or the one expression."""
    if isinstance(whole, tuple):
        return [side for equation in whole for side in equation.args]
    if isinstance(whole, sympy.Rel):
        return list(whole.args)
    return list(whole) if isinstance(whole, sympy.MatrixBase) else [whole]


@pytest.mark.parametrize("name", ["quadratic", "lines", "corner", "oscillator", "decay"])
def test_a_form_goes_into_one_side_or_entry(variants: dict[str, list[Variant]], name: str) -> None:
    first = original(variants[name])
    field = FIELDS[first.task.operation]
    before = parts(getattr(first.task, field))
    for variant in of(variants[name], "equivalence"):
        after = parts(getattr(variant.task, field))
        assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_strength_is_the_difficulty_score_within_the_level(
    variants: dict[str, list[Variant]], name: str
) -> None:
    for variant in of(variants[name], "equivalence"):
        (level,) = (level for level in LEVELS if f"-{level.name}-" in variant.id)
        assert level.least <= variant.strength <= level.most
        names = variant.change["identities"].split(", ")
        assert variant.strength >= sum(BY_NAME[name].difficulty for name in names)
        assert {str(BY_NAME[names[0]].value)} == {variant.change["equals"]}


WRITTEN_IN = {
    "gaussian": (),
    "parts": (),
    "taylor": (),
    "tidy": ("x > 0",),
    "geometric": (r"n \in \mathbb{Z}", r"n \ge 1"),
    "compound": ("x > 0",),
    "waiting": ("x > 0",),
    "corner": (),
}


@pytest.mark.parametrize("name", sorted(WRITTEN_IN))
def test_expressions_are_equal_after_the_form_is_in(variants: dict[str, list[Variant]], name: str) -> None:
    known = Assumptions.of(WRITTEN_IN[name])
    first = original(variants[name])
    field = FIELDS[first.task.operation]
    for variant in of(variants[name], "equivalence")[::3]:
        for before, after in zip(
            parts(getattr(first.task, field)), parts(getattr(variant.task, field)), strict=True
        ):
            if before != after:
                assert compare(after, before, known).verdict == "equal", variant.statement


@pytest.mark.parametrize("name", NAMES)
def test_forms_capture_nothing(variants: dict[str, list[Variant]], name: str) -> None:
    """No dummy of a form is a symbol of the task, and a form brings no free symbol of its own."""
    first = original(variants[name])
    there = set().union(*(one.atoms(sympy.Symbol) for one in expressions(first.task)))
    for variant in of(variants[name], "equivalence"):
        form = parse(variant.change["form"])
        bound = {limits[0] for node in form.atoms(ExprWithLimits) for limits in node.limits}
        assert not bound & there
        assert form.free_symbols <= there


def test_what_is_added_in_an_infinite_range_would_diverge_and_is_not(
    variants: dict[str, list[Variant]],
) -> None:
    for name in ("gaussian", "geometric", "waiting", "compound"):
        assert {variant.change["equals"] for variant in of(variants[name], "equivalence")} == {"1"}
    assert {variant.change["equals"] for variant in of(variants["parts"], "equivalence")} == {"0", "1"}
