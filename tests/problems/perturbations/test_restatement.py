"""Other words and other notation: the formulas of a statement stay what they are."""

import random
import re

import pytest

from app.problems.errors import Refused
from app.problems.perturbations.base import PHRASINGS_DRAWN
from app.problems.perturbations.restatement import STYLES, Restatement
from app.problems.problem import Variant
from app.problems.statements import statement
from tests.problems.examples import NAMES, of, original

RESTATEMENT = Restatement()
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.S)


def formulas(text: str) -> list[str]:
    """The formulas of a statement in order, whatever marks them, and however large their fractions are."""
    found = ["".join(groups) for groups in FORMULA.findall(text)]
    return [re.sub(r"[.,]$", "", formula.strip()).replace(r"\dfrac", r"\frac") for formula in found]


def words(text: str) -> str:
    """What a statement says around its formulas."""
    return " ".join(re.sub(r"[\s.,]+", " ", FORMULA.sub(" … ", text)).split())


def phrasings(variant: Variant) -> list[str]:
    texts = (statement(variant.task, variant.assumptions, number) for number in range(PHRASINGS_DRAWN))
    return list(dict.fromkeys(texts))


@pytest.mark.parametrize("name", NAMES)
def test_a_restatement_has_the_formulas_and_the_words_of_a_phrasing(
    variants: dict[str, list[Variant]], name: str
) -> None:
    first = original(variants[name])
    plain = phrasings(first)
    restated = of(variants[name], "restatement")
    assert len(restated) >= 6
    for variant in restated:
        assert any(
            formulas(variant.statement) == formulas(text) and words(text) in words(variant.statement)
            for text in plain
        ), variant.statement


@pytest.mark.parametrize("name", NAMES)
def test_task_answer_and_assumptions_stay(variants: dict[str, list[Variant]], name: str) -> None:
    first = original(variants[name])
    for variant in of(variants[name], "restatement"):
        assert (variant.task, variant.gold, variant.assumptions) == (
            first.task,
            first.gold,
            first.assumptions,
        )
        assert variant.parent == first.id
        assert variant.statement != first.statement


def test_strength_is_the_number_of_styles(variants: dict[str, list[Variant]]) -> None:
    for variant in of(variants["gaussian"], "restatement"):
        chosen = variant.change["style"].split(", ")
        assert len(chosen) == variant.strength
        assert set(chosen) <= set(STYLES)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_changes_some_statement_and_no_formula(
    variants: dict[str, list[Variant]], style: str
) -> None:
    texts = [variant.statement for name in NAMES for variant in of(variants[name], "symbolic")]
    changed = [STYLES[style](text) for text in texts]
    assert changed != texts
    assert [formulas(text) for text in changed] == [formulas(text) for text in texts]


def test_what_reads_as_its_parent_does_is_refused(variants: dict[str, list[Variant]]) -> None:
    """A fraction in a formula without fractions is as large as before."""
    (slot,) = (slot for slot in RESTATEMENT.slots() if slot.number == 2)
    first = original(variants["corner"])
    outcomes = set()
    for seed in range(8):
        try:
            outcomes.add(RESTATEMENT.rewrite(first, slot, random.Random(seed)).statement)
        except Refused as refused:
            outcomes.add(refused.reason)
    assert "it reads as the original does" in outcomes
    assert first.statement not in outcomes
