"""The set `core`: large enough, truly described, and, where it is built here, what was published.

To build all of it takes minutes; here a few of its problems are built, each in full.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from app.main import read_texts
from app.problems.build import Job, work
from app.problems.formats.native import CARD, HASHED, HASHES, VARIANTS, load_set
from app.problems.formats.seeds import Seeds, read_seeds
from app.problems.identity import digest
from app.problems.perturbations import PERTURBATIONS, REWRITINGS
from app.problems.perturbations.composition import NAME as COMPOSITION
from app.problems.problem import Refusal, Variant

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LEAST_SEEDS, LEAST_TOPICS, LEAST_IN_TOPIC, LEAST_VARIANTS = 120, 10, 4, 20_000
KINDS = (*PERTURBATIONS, *REWRITINGS, COMPOSITION)
BUILT = ("int-frullani", "lim-power-mean", "la-determinant-four", "nt-linear-congruence")
"""Problems that are built here."""


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The files as they are here."""
    return read_texts(BENCHMARKS / "core")


@pytest.fixture(scope="module")
def seeds(texts: dict[str, str]) -> Seeds:
    """Its seeds."""
    return read_seeds(texts)


def test_it_is_large_and_varied(seeds: Seeds) -> None:
    topics = Counter(problem.topic for problem in seeds.problems)
    assert len(seeds.problems) >= LEAST_SEEDS
    assert len(topics) >= LEAST_TOPICS
    assert min(topics.values()) >= LEAST_IN_TOPIC
    assert {problem.level for problem in seeds.problems} == {1, 2, 3}


def test_its_card_counts_the_seeds_and_more_variants_than_promised(
    texts: dict[str, str], seeds: Seeds
) -> None:
    table = counts_in(texts[CARD])
    topics = Counter(problem.topic for problem in seeds.problems)
    *each, everything = table.items()
    assert {topic: row[0] for topic, row in each} == topics
    for column in range(len(KINDS) + 2):
        assert sum(row[column] for _, row in each) == everything[1][column]
    assert all(sum(row[1:-1]) == row[-1] for row in table.values())
    assert everything[1][-1] >= LEAST_VARIANTS


def counts_in(card: str) -> dict[str, list[int]]:
    """The rows of the card's table of counts: topic → seeds, variants of each kind, all."""
    heading = f"| topic | seeds | {' | '.join(KINDS)} | all |"
    assert heading in card
    rows = card.split(heading)[1].strip().split("\n\n")[0].splitlines()[1:]
    cells = [[cell.strip(" *") for cell in row.strip("|").split("|")] for row in rows]
    return {topic: [int(number.replace(",", "")) for number in numbers] for topic, *numbers in cells}


@pytest.mark.parametrize("name", BUILT)
def test_a_problem_built_here_is_certified_and_gives_core_mini_its_variants(seeds: Seeds, name: str) -> None:
    position = [problem.id for problem in seeds.problems].index(name)
    job = Job(seeds.problems[position], position, seeds.header.seed, seeds.header.scheme)
    items = work(job)
    variants = {item.id: item for item in items if isinstance(item, Variant)}
    refusals = {item.variant: item.reason for item in items if isinstance(item, Refusal)}
    assert len(variants) >= 4 / 5 * len(items) - len(REWRITINGS["equivalence"].slots())
    assert all(variant.certificate is not None for variant in variants.values())
    assert all(refusals.values())
    unsuited = {"reversal", "renaming", "equivalence"}
    assert set(KINDS) - unsuited <= {variant.perturbation for variant in variants.values()}
    for few in load_set(read_texts(BENCHMARKS / "core-mini")).variants:
        if few.problem == name:
            assert few.id in refusals or few.content == variants[few.id].content


def test_what_is_built_here_is_what_was_published(texts: dict[str, str]) -> None:
    hashes = dict(reversed(line.split("  ")) for line in texts[HASHES].splitlines())
    assert set(hashes) == set(HASHED)
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes.values())
    if VARIANTS in texts:
        assert {name: digest(texts[name]) for name in HASHED} == hashes
