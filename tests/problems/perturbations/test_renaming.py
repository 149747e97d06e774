"""Other letters: each becomes another one, and the way back leads to the parent."""

import random

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import parse, render
from app.problems.errors import Refused
from app.problems.perturbations.base import relations, settled
from app.problems.perturbations.renaming import UNUSUAL, USUAL, Renaming
from app.problems.problem import Variant
from app.problems.tasks import expressions
from tests.problems.examples import NAMES, of, original

RENAMING = Renaming()


def names(variant: Variant) -> dict[sympy.Symbol, sympy.Symbol]:
    """Old letter → new letter, as the variant says."""
    pairs = (pair.split(" → ") for pair in variant.change["names"].split(", "))
    return {parse(old): parse(new) for old, new in pairs}


def letters(variant: Variant) -> set[sympy.Symbol]:
    return set().union(*(one.atoms(sympy.Symbol) for one in expressions(variant.task)))


def require_renamed(variant: Variant, parent: Variant) -> None:
    there = names(variant)
    back = {new: old for old, new in there.items()}
    assert len(back) == len(there)
    assert set(there) == letters(parent)
    assert set(back) == letters(variant)
    assert not set(there) & set(back)
    assert settled(variant.task.map(lambda one: one.xreplace(back), variables=True)) == parent.task
    assert parse(render(parse(variant.gold).xreplace(back))) == parse(parent.gold)
    assert [relation.xreplace(back) for relation in relations(variant.assumptions)] == list(
        relations(parent.assumptions)
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name != "corner"])
def test_renaming_back_gives_the_parent(variants: dict[str, list[Variant]], name: str) -> None:
    first = original(variants[name])
    renamed = of(variants[name], "renaming")
    assert len(renamed) >= 6
    for variant in renamed:
        require_renamed(variant, first)
        assert variant.parent == first.id


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), number=st.integers(0, 1000))
def test_every_kind_of_variant_can_be_renamed(
    variants: dict[str, list[Variant]], seed: int, number: int
) -> None:
    parents, slots = variants["oscillator"] + variants["tidy"], RENAMING.slots()
    parent = parents[number % len(parents)]
    try:
        variant = RENAMING.rewrite(parent, slots[number % len(slots)], random.Random(seed))
    except Refused as refused:
        assert "not enough letters" in refused.reason  # noqa: PT017
        return
    require_renamed(variant, parent)


def test_parameters_are_renamed_where_their_values_are_named(variants: dict[str, list[Variant]]) -> None:
    (parent,) = (one for one in variants["oscillator"] if one.id == "oscillator/symbolic-a-b")
    variant = RENAMING.rewrite(parent, RENAMING.slots()[0], random.Random(3))
    new = {str(old): str(name) for old, name in names(variant).items()}
    assert variant.parameters == {new["a"]: new["a"], new["b"]: new["b"], "c": "3"}


def test_unusual_letters_are_those_that_a_reader_does_not_expect(variants: dict[str, list[Variant]]) -> None:
    for variant in of(variants["parts"], "renaming"):
        usual = "usual-" in variant.id and "unusual" not in variant.id
        table = USUAL if usual else UNUSUAL
        assert variant.strength == (1.0 if usual else 2.0)
        assert {str(name) for name in names(variant).values()} <= {
            letter for group in table.values() for letter in group
        }


def test_an_integer_keeps_a_letter_of_integers(variants: dict[str, list[Variant]]) -> None:
    n = sympy.Symbol("n")
    for variant in of(variants["geometric"], "renaming"):
        assert str(names(variant)[n]) in (*USUAL["integer"], *UNUSUAL["integer"])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_letter_takes_the_name_of_a_function(variants: dict[str, list[Variant]], seed: int) -> None:
    """u(t) does not become u(u)."""
    slots = RENAMING.slots()
    variant = RENAMING.rewrite(original(variants["decay"]), slots[seed % len(slots)], random.Random(seed))
    assert variant.task.function == "u"
    assert sympy.Symbol("u") not in letters(variant)


def test_a_task_without_letters_is_refused(variants: dict[str, list[Variant]]) -> None:
    with pytest.raises(Refused, match="no letters"):
        RENAMING.rewrite(original(variants["corner"]), RENAMING.slots()[0], random.Random(0))
