"""Building a set: every variant is certified or listed as refused, and the same seeds give the same set."""

from collections import Counter
from collections.abc import Sequence

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
def built(seeds_text: str) -> ProblemSet:
    return build("example", seeds_text, None, certify_all)


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


def test_the_same_seeds_give_the_same_bytes(built: ProblemSet, seeds_text: str) -> None:
    again = build("example", seeds_text, None, certify_all)
    assert dump_set(again) == dump_set(built)
    assert build("example", seeds_text, 12, certify_all).sha256 != built.sha256


def test_what_is_not_certified_is_refused_with_the_reason(built: ProblemSet, seeds_text: str) -> None:
    partly = build("example", seeds_text, None, certify_originals)
    assert {variant.perturbation for variant in partly.variants} == {"original"}
    reasons = Counter(refusal.reason for refusal in partly.refusals)
    assert reasons["no evidence"] == len(built.variants) - len(partly.variants)
    assert all(refusal.statement for refusal in partly.refusals if refusal.reason == "no evidence")


def test_progress_counts_up_to_the_end(seeds_text: str) -> None:
    told: list[tuple[int, int]] = []
    some = "[[problem]]".join(seeds_text.split("[[problem]]")[:2])
    build("example", some, None, certify_all, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == len(told)


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
