"""Two perturbations at once: a variant with other values, rewritten."""

import random

import pytest

from app.maths import parse
from app.problems.errors import Refused
from app.problems.perturbations import REWRITINGS
from app.problems.perturbations.composition import compose
from app.problems.problem import Variant
from tests.problems.examples import NAMES, of, original


def test_every_composition_names_its_parent_its_strength_and_what_was_done(
    variants: dict[str, list[Variant]],
) -> None:
    name = "quadratic"
    by_id = {variant.id: variant for variant in variants[name]}
    for variant in of(variants[name], "composition"):
        parent = by_id[variant.parent]
        first, second = variant.change["of"].split(", ")
        assert first == parent.perturbation in ("symbolic", "numeric")
        assert second in REWRITINGS
        assert variant.id == f"{name}/composition-{parent.id.partition('/')[2]}-{_slot(variant, parent)}"
        assert variant.strength > parent.strength


def _slot(variant: Variant, parent: Variant) -> str:
    return variant.id.partition(f"/composition-{parent.id.partition('/')[2]}-")[2]


@pytest.mark.parametrize("name", NAMES)
def test_a_composition_keeps_the_answer_of_its_parent(variants: dict[str, list[Variant]], name: str) -> None:
    by_id = {variant.id: variant for variant in variants[name]}
    for variant in of(variants[name], "composition"):
        parent = by_id.get(variant.parent)
        if parent is None:
            continue
        if "names" not in variant.change:
            assert (variant.gold, variant.assumptions) == (parent.gold, parent.assumptions)
        assert variant.answer_kind == parent.answer_kind
        first = original(variants[name])
        assert (variant.task, variant.statement) != (first.task, first.statement)


@pytest.mark.parametrize("rewriting", sorted(REWRITINGS))
def test_a_composition_is_the_rewriting_under_another_name(
    variants: dict[str, list[Variant]], rewriting: str
) -> None:
    rule = REWRITINGS[rewriting]
    (parent,) = (variant for variant in variants["tidy"] if variant.id == "tidy/symbolic-a")
    slot = rule.slots()[1]
    composed = compose(parent, rule, slot, random.Random(5))
    plain = rule.rewrite(parent, slot, random.Random(5))
    assert composed.perturbation == "composition"
    assert composed.parent == plain.parent == parent.id
    assert composed.strength == parent.strength + plain.strength
    assert composed.change == {"of": f"symbolic, {rewriting}", **plain.change}
    assert (composed.task, composed.statement, parse(composed.gold)) == (
        plain.task,
        plain.statement,
        parse(plain.gold),
    )


def test_a_composition_is_refused_as_its_rewriting_is(variants: dict[str, list[Variant]]) -> None:
    rule = REWRITINGS["renaming"]
    (parent,) = (variant for variant in variants["corner"] if variant.id == "corner/numeric-a-1")
    with pytest.raises(Refused, match="no letters"):
        compose(parent, rule, rule.slots()[0], random.Random(0))
