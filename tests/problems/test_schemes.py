"""Which variants the schemes make: their counts, their kinds, and their being the same in every scheme."""

from collections import Counter

import pytest
import sympy

from app.problems.perturbations import PERTURBATIONS, REWRITINGS
from app.problems.problem import Problem, Refusal, Variant
from app.problems.schemes import COMPOSITIONS, MINI_KINDS, SCHEMES
from tests.problems.examples import NAMES

KINDS = [*PERTURBATIONS, *REWRITINGS, "composition"]


def identity(item: Variant | Refusal) -> str:
    return item.id if isinstance(item, Variant) else item.variant


@pytest.mark.parametrize("name", NAMES)
def test_balanced_fills_every_slot_of_every_kind(
    problems: dict[str, Problem], made: dict[str, list[Variant | Refusal]], name: str
) -> None:
    counts = Counter(item.perturbation for item in made[name])
    slots = {rule: len(PERTURBATIONS[rule].slots(problems[name])) for rule in PERTURBATIONS}
    slots |= {rule: len(REWRITINGS[rule].slots()) for rule in REWRITINGS}
    assert counts == Counter({**slots, "composition": COMPOSITIONS})
    assert len({identity(item) for item in made[name]}) == len(made[name])
    listed = list(dict.fromkeys(item.perturbation for item in made[name]))
    assert listed == [kind for kind in KINDS if counts[kind]]


@pytest.mark.parametrize("name", NAMES)
def test_compositions_use_every_rewriting_and_spread_over_their_parents(
    variants: dict[str, list[Variant]], made: dict[str, list[Variant | Refusal]], name: str
) -> None:
    composed = [identity(item) for item in made[name] if item.perturbation == "composition"]
    for rewriting in REWRITINGS:
        assert sum(f"-{rewriting}-" in label for label in composed) >= COMPOSITIONS / 6
    parents = {variant.parent for variant in variants[name] if variant.perturbation == "composition"}
    candidates = [item for item in made[name] if item.perturbation in ("symbolic", "numeric")]
    assert len(parents) >= min(COMPOSITIONS, len(candidates)) / 2


def test_every_kind_is_there_over_the_examples(variants: dict[str, list[Variant]]) -> None:
    found = Counter(variant.perturbation for name in NAMES for variant in variants[name])
    assert set(found) == set(KINDS)
    assert found["original"] == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("position", range(3))
def test_the_variants_of_mini_are_those_of_balanced(
    problems: dict[str, Problem], made: dict[str, list[Variant | Refusal]], name: str, position: int
) -> None:
    """A refusal for asking what an earlier variant asks is the balanced set's own affair."""
    everything = {identity(item): item for item in made[name]}
    few = list(SCHEMES["mini"](problems[name], position, 0))
    assert few[0] == everything[f"{name}/original"]
    assert len(few) == 1 + MINI_KINDS
    assert len({item.perturbation for item in few}) == len(few)
    for item in few:
        same = everything[identity(item)]
        assert item == same or getattr(same, "reason", "").startswith("it asks what")


@pytest.mark.parametrize("name", ["gaussian", "lines", "corner"])
def test_neighbours_take_other_kinds_until_all_had_their_turn(
    problems: dict[str, Problem], name: str
) -> None:
    kinds = [
        [item.perturbation for item in SCHEMES["mini"](problems[name], position, 0)][1:]
        for position in range(len(KINDS))
    ]
    assert kinds[0] != kinds[1]
    counts = Counter(kind for few in kinds for kind in few)
    lacking = {"lines": {"reversal"}, "corner": {"reversal", "renaming"}}.get(name, set())
    assert set(counts) == set(KINDS) - {"original"} - lacking
    assert max(counts.values()) - min(counts.values()) <= 2 * MINI_KINDS


def test_mini_passes_over_a_kind_that_a_problem_cannot_have(problems: dict[str, Problem]) -> None:
    """`corner` has no letters to rename."""
    for position in range(len(KINDS)):
        made = list(SCHEMES["mini"](problems["corner"], position, 0))
        assert len(made) == 1 + MINI_KINDS
        assert all(isinstance(item, Variant) and item.perturbation != "renaming" for item in made)


def test_a_problem_without_parameters_is_rewritten_all_the_same(problems: dict[str, Problem]) -> None:
    corner = problems["corner"]
    values = {sympy.Symbol("a"): sympy.Integer(3), sympy.Symbol("b"): sympy.Integer(4)}
    task, gold = corner.task.map(lambda one: one.xreplace(values)), corner.gold.xreplace(values)
    bare = corner.model_copy(update={"parameters": (), "task": task, "gold": gold})
    for scheme in SCHEMES.values():
        made = list(scheme(bare, 0, 0))
        assert isinstance(made[0], Variant)
        assert {item.perturbation for item in made} <= {"original", *REWRITINGS}
