"""The shipped set `core-mini`: the same bytes on every machine, certified, and a fair part of `core`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.main import read_texts
from app.problems.certificates import certify
from app.problems.errors import Refused
from app.problems.formats.native import CERTIFICATES, HASHED, dump_set, load_set
from app.problems.formats.seeds import SEEDS, read_seeds
from app.problems.problem import ORIGINAL, ProblemSet
from app.problems.schemes import MINI_KINDS

ROOT = Path(__file__).parents[2]
CORE, MINI = ROOT / "benchmarks" / "core", ROOT / "benchmarks" / "core-mini"
PART = 10
"""One variant in so many has its certificate made again here; `plumbline problems verify` makes them all."""

BUILD = """
import json, sys
from pathlib import Path
from app.main import read_texts
from app.problems.build import build
from app.problems.formats.native import dump_set, load_set

core, mini = (read_texts(Path(folder)) for folder in sys.argv[1:])
published = load_set(mini)
evidence = {one.id: one.certificate for one in published.variants}
refused = {one.variant: one.reason for one in published.refusals}

def as_published(batch):
    return [evidence.get(one.id) or refused[one.id] for one in batch.variants]

texts = {**core, "seeds.toml": mini["seeds.toml"]}
built = build("core-mini", texts, certify=as_published, card=published.card)
json.dump({"files": dump_set(built), "sha256": built.sha256}, sys.stdout)
"""
"""Makes every variant anew in a fresh interpreter; evidence, which takes longer, is taken as published."""


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The files as they are shipped."""
    return read_texts(MINI)


@pytest.fixture(scope="module")
def mini(texts: dict[str, str]) -> ProblemSet:
    """The set as it is shipped; loading it checks every hash."""
    return load_set(texts)


def test_two_builds_are_the_same_bytes_and_those_that_are_shipped(
    texts: dict[str, str], mini: ProblemSet
) -> None:
    """Under two orders of hashes: nothing may depend on that of a set."""
    builds = [
        subprocess.Popen(
            [sys.executable, "-c", BUILD, str(CORE), str(MINI)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    first, second = (json.loads(build.communicate()[0]) for build in builds)
    assert first == second
    assert first["sha256"] == mini.sha256
    for name in (*HASHED, CERTIFICATES):
        assert first["files"][name] == texts[name], f"{name} is another one: build core-mini again"


def test_certificates_made_again_hold(mini: ProblemSet) -> None:
    """For a part of the variants in which every topic and kind has its share."""
    ordered = sorted(mini.variants, key=lambda one: (one.topic, one.perturbation, one.id))
    failed = {}
    for variant in ordered[::PART]:
        published = variant.certificate
        assert published is not None
        try:
            again = certify(variant.model_copy(update={"certificate": None}))
        except Refused as refused:
            failed[variant.id] = refused.reason
        else:
            assert (again.method, again.points) == (published.method, published.points), variant.id
    assert failed == {}


def test_files_are_what_the_set_is_written_to(texts: dict[str, str], mini: ProblemSet) -> None:
    written = dump_set(mini)
    assert {name: texts[name] for name in written} == written


def test_every_variant_is_certified_and_every_refusal_says_why(mini: ProblemSet) -> None:
    assert [variant.id for variant in mini.variants if variant.certificate is None] == []
    assert [refusal.variant for refusal in mini.refusals if not refusal.reason] == []


def test_its_problems_are_those_of_core(mini: ProblemSet) -> None:
    seeds = read_seeds({**read_texts(CORE), SEEDS: (MINI / SEEDS).read_text(encoding="utf-8")})
    assert list(mini.problems) == [problem.id for problem in seeds.problems]
    assert mini.provenance["scheme"] == "mini"


def test_every_problem_has_its_original_and_a_few_variants_of_different_kinds(mini: ProblemSet) -> None:
    kinds: dict[str, list[str]] = {problem: [] for problem in mini.problems}
    for variant in mini.variants:
        kinds[variant.problem].append(variant.perturbation)
    for problem, own in kinds.items():
        assert own[0] == ORIGINAL, problem
        assert len(set(own)) == len(own) <= 1 + MINI_KINDS, problem
    assert 500 <= len(mini.variants) <= 800


def test_every_kind_has_its_share(mini: ProblemSet) -> None:
    """Neighbouring problems take turns; reversal alone is rarer, for it suits fewer problems."""
    counts = Counter(variant.perturbation for variant in mini.variants)
    counts.pop(ORIGINAL)
    fewest = min(number for kind, number in counts.items() if kind != "reversal")
    assert counts["reversal"] >= 10
    assert fewest >= max(counts.values()) / 3
