"""The shipped set `core`: large enough, certified throughout, unchanged since hashed, truly described."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from app.main import read_texts
from app.problems.certificates import certify
from app.problems.errors import Refused
from app.problems.formats.native import VARIANTS, load_set, load_variants
from app.problems.formats.seeds import read_seeds
from app.problems.perturbations import PERTURBATIONS, REWRITINGS
from app.problems.perturbations.composition import NAME as COMPOSITION
from app.problems.problem import ProblemSet, Variant

FOLDER = Path(__file__).parents[2] / "benchmarks" / "core"
LEAST_SEEDS, LEAST_TOPICS, LEAST_IN_TOPIC, LEAST_VARIANTS = 120, 10, 4, 20_000
KINDS = (*PERTURBATIONS, *REWRITINGS, COMPOSITION)
SAMPLED = 90
"""Variants whose certificates are made again here; `plumbline problems verify core` makes them all."""


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The files as they are shipped."""
    return read_texts(FOLDER)


@pytest.fixture(scope="module")
def core(texts: dict[str, str]) -> ProblemSet:
    """The set as it is shipped; loading it checks every hash. Tasks, which take longer, are left unread."""
    return load_set(texts, tasks=False)


def test_it_is_large_and_varied(core: ProblemSet) -> None:
    topics = Counter(problem["topic"] for problem in core.problems.values())
    assert len(core.problems) >= LEAST_SEEDS
    assert len(topics) >= LEAST_TOPICS
    assert min(topics.values()) >= LEAST_IN_TOPIC
    assert {problem["level"] for problem in core.problems.values()} == {1, 2, 3}
    assert len(core.variants) >= LEAST_VARIANTS


def test_its_problems_are_those_of_the_seeds_files(core: ProblemSet, texts: dict[str, str]) -> None:
    assert list(core.problems) == [problem.id for problem in read_seeds(texts).problems]


def test_every_seed_is_published_with_every_kind_that_suits_it(core: ProblemSet) -> None:
    """Reversal needs a value for an answer, renaming a letter, and a form an expression to stand in."""
    found = {(variant.problem, variant.perturbation) for variant in core.variants}
    rare = {"reversal", "renaming", "equivalence"}
    always = [kind for kind in KINDS if kind not in rare]
    assert {(problem, kind) for problem in core.problems for kind in always} - found == set()
    for kind, least in (("renaming", 2 / 3), ("equivalence", 3 / 4), ("reversal", 1 / 8)):
        assert sum((problem, kind) in found for problem in core.problems) >= least * len(core.problems)


def test_every_variant_has_a_certificate(core: ProblemSet) -> None:
    assert [variant.id for variant in core.variants if variant.certificate is None] == []


def test_every_refusal_says_why(core: ProblemSet) -> None:
    assert [refusal.variant for refusal in core.refusals if not refusal.reason] == []


def test_certificates_made_again_are_those_that_were_published(
    core: ProblemSet, texts: dict[str, str]
) -> None:
    """For a sample in which all kinds and problems take turns; a rewriting rests on its parent's again."""
    lines = dict(zip((one.id for one in core.variants), texts[VARIANTS].split("\n"), strict=False))
    published = {one.id: one.certificate for one in core.variants}

    def read(name: str) -> Variant:
        (variant,) = load_variants([lines[name]])
        return variant.model_copy(update={"certificate": published[name]})

    failed = {}
    for name in _sample(core):
        variant = read(name)
        parent = read(variant.parent) if variant.parent in published else None
        before = published[name]
        try:
            again = certify(variant.model_copy(update={"certificate": None}), parent)
        except Refused as refused:
            failed[name] = refused.reason
            continue
        assert (again.method, again.points) == (before.method, before.points), name
        # The last digits that a ball reaches hang on the order of its roundings, which may change.
        assert again.digits == before.digits or abs(again.digits - before.digits) <= 2, name
    assert failed == {}


def _sample(core: ProblemSet) -> list[str]:
    by_kind: dict[str, list[str]] = {}
    for variant in core.variants:
        by_kind.setdefault(variant.perturbation, []).append(variant.id)
    each = SAMPLED // len(by_kind)
    return [names[turn * len(names) // each] for names in by_kind.values() for turn in range(each)]


def counts_table(core: ProblemSet) -> str:
    """The table of counts that the card must contain."""
    counts = Counter((variant.topic, variant.perturbation) for variant in core.variants)
    seeds = Counter(problem["topic"] for problem in core.problems.values())
    rows = [f"| topic | seeds | {' | '.join(KINDS)} | all |", "|---|--:|" + "--:|" * (len(KINDS) + 1)]
    for topic, number in seeds.items():
        own = [counts[topic, kind] for kind in KINDS]
        rows.append(f"| {topic} | {number} | {' | '.join(map(str, own))} | {sum(own)} |")
    every = [sum(counts[topic, kind] for topic in seeds) for kind in KINDS]
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
    refused = re.search(r"([\d,]+) candidates were refused", core.card)
    assert refused is not None
    assert int(refused[1].replace(",", "")) == len(core.refusals)
