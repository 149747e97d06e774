"""What holds for the variants of all perturbations."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.problems.build import Job, perturb
from app.problems.formats.native import dump_variants
from app.problems.perturbations.base import PHRASINGS_DRAWN
from app.problems.problem import Problem, Refusal, Variant
from app.problems.statements import statement
from tests.problems.examples import NAMES

JUNK = re.compile(r"Piecewise|zoo|\bnan\b|None|Symbol|\*\*|\boo\b|Dummy|\{\{|True|False|\\wedge")


@pytest.mark.parametrize("name", NAMES)
def test_no_variant_has_junk_in_it_and_each_survives_its_file(
    variants: dict[str, list[Variant]], name: str
) -> None:
    for variant in variants[name]:
        assert not JUNK.search(variant.statement.replace("**Exercise.**", "")), variant.statement
        assert variant.statement.count("$") % 2 == 0
        (line,) = dump_variants([variant])
        fields = json.loads(line)
        fields.pop("sha256")
        assert Variant.model_validate(fields) == variant


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_is_that_of_the_task_unless_its_words_were_changed(
    variants: dict[str, list[Variant]], name: str
) -> None:
    for variant in variants[name]:
        if not {"style", "facts"} & set(variant.change):
            texts = (statement(variant.task, variant.assumptions, n) for n in range(PHRASINGS_DRAWN // 10))
            assert variant.statement in set(texts)


@pytest.mark.parametrize("name", NAMES)
def test_every_refusal_says_why(made: dict[str, list[Variant | Refusal]], name: str) -> None:
    refused = [item for item in made[name] if isinstance(item, Refusal)]
    assert all(item.reason and item.variant.startswith(f"{name}/") for item in refused)
    assert len(refused) < len(made[name]) / 4


@pytest.mark.parametrize("name", NAMES)
def test_every_phrasing_is_drawn_now_and_then(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    """Variants of one task open with different words."""
    openings = {re.split(r"\$|\n", variant.statement)[0] for variant in variants[name]}
    assert len(openings) > 3


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), name=st.sampled_from(NAMES), position=st.integers(0, 20))
def test_the_same_seed_gives_the_same_bytes(
    problems: dict[str, Problem], seed: int, name: str, position: int
) -> None:
    first, again = (perturb(Job(problems[name], position, seed, "mini")) for _ in range(2))
    assert first == again
    lines = [list(dump_variants(one for one in run if isinstance(one, Variant))) for run in (first, again)]
    assert lines[0] == lines[1]
