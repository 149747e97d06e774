"""The shipped set `core`: large enough, certified throughout, unchanged since hashed, truly described."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from app.problems.certificates import certify
from app.problems.formats.native import load_set
from app.problems.formats.seeds import read_problems
from app.problems.perturbations import REGISTRY
from app.problems.problem import ProblemSet, Variant

FOLDER = Path(__file__).parents[2] / "benchmarks" / "core"
LEAST_SEEDS, LEAST_TOPICS, LEAST_IN_TOPIC = 40, 8, 4


def _load() -> ProblemSet:
    return load_set(
        {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.is_file()}
    )


@pytest.fixture(scope="module")
def core() -> ProblemSet:
    """The set as it is shipped; loading it checks every hash."""
    return _load()


def _sample() -> list[Variant]:
    """One variant of every seed, the perturbations taking turns."""
    by_problem: dict[str, list[Variant]] = {}
    for variant in _load().variants:
        by_problem.setdefault(variant.problem, []).append(variant)
    kinds = list(REGISTRY)
    sample = []
    for turn, own in enumerate(by_problem.values()):
        wanted = [variant for variant in own if variant.perturbation == kinds[turn % len(kinds)]] or own
        sample.append(wanted[turn % len(wanted)])
    return sample


def test_it_is_large_and_varied(core: ProblemSet) -> None:
    topics = Counter(problem["topic"] for problem in core.problems.values())
    assert len(core.problems) >= LEAST_SEEDS
    assert len(topics) >= LEAST_TOPICS
    assert min(topics.values()) >= LEAST_IN_TOPIC
    assert {problem["level"] for problem in core.problems.values()} == {1, 2, 3}


def test_its_problems_are_those_of_the_seeds_file(core: ProblemSet) -> None:
    seeds = read_problems((FOLDER / "seeds.toml").read_text(encoding="utf-8"))
    assert list(core.problems) == [problem.id for problem in seeds]


def test_every_seed_is_published_with_every_perturbation(core: ProblemSet) -> None:
    found = {(variant.problem, variant.perturbation) for variant in core.variants}
    assert {(problem, kind) for problem in core.problems for kind in REGISTRY} - found == set()


def test_every_variant_has_a_certificate(core: ProblemSet) -> None:
    assert [variant.id for variant in core.variants if variant.certificate is None] == []


def test_every_refusal_says_why(core: ProblemSet) -> None:
    assert [refusal.variant for refusal in core.refusals if not refusal.reason] == []


@pytest.mark.parametrize("variant", _sample(), ids=lambda variant: variant.id)
def test_a_certificate_made_again_is_the_one_that_was_published(variant: Variant) -> None:
    published = variant.certificate
    assert published is not None
    again = certify(variant.model_copy(update={"certificate": None}))
    assert (again.method, again.points) == (published.method, published.points)
    # The last digits that a ball reaches hang on the order of its roundings, which may change.
    assert abs(again.digits - published.digits) <= 2


def counts_table(core: ProblemSet) -> str:
    """The table of counts that the card must contain."""
    kinds = list(REGISTRY)
    counts = Counter((variant.topic, variant.perturbation) for variant in core.variants)
    seeds = Counter(problem["topic"] for problem in core.problems.values())
    rows = [f"| topic | seeds | {' | '.join(kinds)} | all |", "|---|--:|" + "--:|" * (len(kinds) + 1)]
    for topic, number in seeds.items():
        own = [counts[topic, kind] for kind in kinds]
        rows.append(f"| {topic} | {number} | {' | '.join(map(str, own))} | {sum(own)} |")
    every = [sum(counts[topic, kind] for topic in seeds) for kind in kinds]
    rows.append(f"| **all** | {len(core.problems)} | {' | '.join(map(str, every))} | {sum(every)} |")
    return "\n".join(rows)


def methods_table(core: ProblemSet) -> str:
    """The table of certificates by method that the card must contain."""
    methods = Counter(variant.certificate.method for variant in core.variants if variant.certificate)
    rows = ["| method | certificates |", "|---|--:|"]
    rows += [f"| `{method}` | {number} |" for method, number in sorted(methods.items())]
    return "\n".join(rows)


def test_the_card_counts_what_is_there(core: ProblemSet) -> None:
    for table in (counts_table(core), methods_table(core)):
        assert table in core.card, f"benchmarks/core/README.md should contain\n\n{table}"
    refused = re.search(r"(\d+) candidates were refused", core.card)
    assert refused is not None
    assert int(refused[1]) == len(core.refusals)
