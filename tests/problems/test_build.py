"""Building a set: every variant is certified or listed as refused, and the same seeds give the same set."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.problems.build import build, perturb, verify
from app.problems.errors import SeedError
from app.problems.formats.native import dump_set
from app.problems.problem import Certificate, Problem, ProblemSet, Variant

CERTIFICATE = Certificate(method="by hand", digits=None, points=1)


def certify_all(variants: Sequence[Variant]) -> list[Certificate | str]:
    return [CERTIFICATE for _ in variants]


def certify_originals(variants: Sequence[Variant]) -> list[Certificate | str]:
    return [CERTIFICATE if v.perturbation == "original" else "no evidence" for v in variants]


@pytest.fixture(scope="module")
def few(seeds_text: str) -> str:
    """The seeds file with its first three problems only."""
    return "[[problem]]".join(seeds_text.split("[[problem]]")[:4])


@pytest.fixture(scope="module")
def built(few: str) -> ProblemSet:
    return build("example", few, None, certify_all)


def test_every_perturbation_is_there_in_balance(built: ProblemSet) -> None:
    counts = Counter(variant.perturbation for variant in built.variants)
    seeds = len(built.problems)
    assert counts["original"] == seeds
    assert counts["equivalence"] == 4 * seeds
    assert seeds <= counts["symbolic"] <= 4 * seeds
    assert 3 * seeds <= counts["numeric"] <= 4 * seeds


def test_ids_are_unique_and_named_after_their_problem(built: ProblemSet) -> None:
    ids = [variant.id for variant in built.variants]
    assert len(set(ids)) == len(ids)
    assert all(variant.id.startswith(f"{variant.problem}/") for variant in built.variants)


def test_the_same_seeds_give_the_same_bytes(built: ProblemSet, few: str) -> None:
    again = build("example", few, None, certify_all)
    assert dump_set(again) == dump_set(built)
    assert build("example", few, 12, certify_all).sha256 != built.sha256


def test_bytes_do_not_depend_on_the_order_of_hashes(built: ProblemSet) -> None:
    """A fresh interpreter with another hash seed makes the same variants."""
    script = (
        "import sys; from app.problems.build import build; from app.problems.problem import Certificate;"
        "one = Certificate(method='by hand', digits=None, points=1);"
        "print(build('example', sys.stdin.read(), None, lambda vs: [one for _ in vs]).sha256)"
    )
    few = "[[problem]]".join((Path(__file__).parent / "example.toml").read_text().split("[[problem]]")[:4])
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=few,
        env={**os.environ, "PYTHONHASHSEED": "4", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == built.sha256


def test_what_is_not_certified_is_refused_with_the_reason(built: ProblemSet, few: str) -> None:
    partly = build("example", few, None, certify_originals)
    assert {variant.perturbation for variant in partly.variants} == {"original"}
    reasons = Counter(refusal.reason for refusal in partly.refusals)
    assert reasons["no evidence"] == len(built.variants) - len(partly.variants)
    assert all(refusal.statement for refusal in partly.refusals if refusal.reason == "no evidence")


def test_progress_counts_up_to_the_end(built: ProblemSet) -> None:
    told: list[tuple[int, int]] = []
    verify(built, certify_all, lambda done, total: told.append((done, total)))
    assert told == [(number + 1, len(built.variants)) for number in range(len(built.variants))]


def test_the_name_must_be_that_of_the_file(seeds_text: str) -> None:
    with pytest.raises(SeedError, match="not of 'core'"):
        build("core", seeds_text, None, certify_all)


def test_variants_that_ask_the_same_are_kept_once(problems: dict[str, Problem]) -> None:
    problem = problems["gaussian"]
    twin = problem.parameters[0].model_copy(update={"name": "h"})
    both = problem.model_copy(update={"parameters": (problem.parameters[0], twin)})
    same = list(perturb(both, 0))
    tasks = [item.task for item in same if isinstance(item, Variant)]
    assert len({repr(task) for task in tasks}) == len(tasks)


def test_verify_names_the_variants_whose_certificate_fails(built: ProblemSet) -> None:
    assert verify(built, certify_all) == []
    failures = verify(built, certify_originals)
    assert len(failures) == sum(variant.perturbation != "original" for variant in built.variants)
