"""Building a set: every variant is certified or listed as refused, and the same seeds give the same set."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.problems.build import BATCH, Batch, Outcomes, build, certified, verify
from app.problems.errors import SeedError
from app.problems.formats.native import dump_set
from app.problems.problem import Certificate, ProblemSet, Refusal, Variant
from tests.problems.certifiers import CERTIFICATE, certify_all, certify_originals


@pytest.fixture(scope="module")
def few(seeds_text: str) -> dict[str, str]:
    """A seeds file with two of the problems."""
    header, *blocks = seeds_text.split("[[problem]]")
    kept = [block for block in blocks if "id = 'taylor'" in block or "id = 'gamma-half'" in block]
    return {"seeds.toml": "[[problem]]".join([header, *kept])}


@pytest.fixture(scope="module")
def built(few: dict[str, str]) -> ProblemSet:
    return build("example", few, certify=certify_all)


def shuffled(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    """What workers do that finish in any order: the results still come in that of the items."""
    waiting = list(enumerate(items))
    random.Random(7).shuffle(waiting)
    results = {index: function(item) for index, item in waiting}
    return (results[index] for index in sorted(results))


def test_every_kind_is_there(built: ProblemSet) -> None:
    counts = Counter((variant.problem, variant.perturbation) for variant in built.variants)
    for problem in built.problems:
        assert counts[problem, "original"] == 1
        for kind in ("symbolic", "numeric", "equivalence", "renaming", "restatement", "distractor"):
            assert counts[problem, kind] >= 1
        assert counts[problem, "composition"] >= 18


def test_ids_are_unique_and_named_after_their_problem(built: ProblemSet) -> None:
    ids = [item.id for item in built.variants] + [refusal.variant for refusal in built.refusals]
    assert len(set(ids)) == len(ids)
    assert all(variant.id.startswith(f"{variant.problem}/") for variant in built.variants)


def test_a_set_says_how_it_came_to_be(built: ProblemSet, few: dict[str, str]) -> None:
    assert built.provenance == {
        "scheme": "balanced",
        "seed": "11",
        "generator": built.provenance["generator"],
    }
    other = build("example", few, scheme="mini", seed=12, certify=certify_all)
    assert (other.provenance["scheme"], other.provenance["seed"]) == ("mini", "12")
    assert {variant.seed for variant in other.variants} == {12}


def test_the_order_is_that_of_the_scheme_whatever_is_refused(few: dict[str, str], built: ProblemSet) -> None:
    order = [variant.id for variant in built.variants]
    partly = build("example", few, certify=certify_originals)
    assert [variant.id for variant in partly.variants] == [name for name in order if "/original" in name]
    listed = [refusal.variant for refusal in partly.refusals if refusal.reason != "no evidence"]
    places = [order.index(name) for name in listed if name in order]
    assert places == sorted(places)


def test_workers_that_finish_in_any_order_give_the_same_bytes(built: ProblemSet, few: dict[str, str]) -> None:
    assert dump_set(build("example", few, run=shuffled, certify=certify_all)) == dump_set(built)


def test_another_seed_gives_another_set(few: dict[str, str]) -> None:
    first, second = (build("example", few, scheme="mini", seed=seed, certify=certify_all) for seed in (1, 2))
    assert first.sha256 != second.sha256


def test_bytes_do_not_depend_on_the_order_of_hashes(built: ProblemSet, few: dict[str, str]) -> None:
    """A fresh interpreter with another hash seed makes the same files."""
    script = (
        "import hashlib, json, sys; from app.problems.build import build;"
        "from app.problems.formats.native import dump_set; from tests.problems.certifiers import certify_all;"
        "files = dump_set(build('example', {'seeds.toml': sys.stdin.read()}, certify=certify_all));"
        "print(json.dumps(files))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=few["seeds.toml"],
        env={**os.environ, "PYTHONHASHSEED": "4", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout) == dump_set(built)


def test_what_is_not_certified_is_refused_with_the_reason(few: dict[str, str]) -> None:
    partly = build("example", few, scheme="mini", certify=certify_originals)
    assert {variant.perturbation for variant in partly.variants} == {"original"}
    reasons = Counter(refusal.reason for refusal in partly.refusals)
    assert reasons["no evidence"] >= 4
    assert all(refusal.statement for refusal in partly.refusals if refusal.reason == "no evidence")


class Recorder:
    """Certifies but for the ids it is to refuse, and keeps the batches it was asked about."""

    def __init__(self, refused: Iterable[str] = ()) -> None:
        self.batches: list[Batch] = []
        self._refused = set(refused)

    def __call__(self, batch: Batch) -> Outcomes:
        self.batches.append(batch)
        return ["no evidence" if one.id in self._refused else CERTIFICATE for one in batch.variants]


def test_rewritten_variants_rest_on_parents_that_are_certified(built: ProblemSet) -> None:
    certify = Recorder()
    certified(built.variants, lean=True, certify=certify)
    there = {variant.id for variant in built.variants}
    seen: set[str] = set()
    for batch in certify.batches:
        assert len(batch.variants) <= BATCH
        for variant in batch.variants:
            if batch.parent is None:  # made from the problem, or from a variant that asks what another asks
                assert variant.parent not in there
            else:
                assert variant.parent == batch.parent.id
        if batch.parent is not None:
            assert batch.parent.id in seen
            assert batch.parent.certificate == CERTIFICATE
        seen |= {variant.id for variant in batch.variants}
    assert seen == there


def test_what_rewrites_a_refused_parent_is_refused_and_not_looked_at(built: ProblemSet) -> None:
    certify = Recorder(refused=["taylor/original"])
    outcomes = certified(built.variants, lean=True, certify=certify)
    children = {variant.id for variant in built.variants if variant.parent == "taylor/original"}
    assert len(children) > 50
    assert {outcomes[name] for name in children} == {"taylor/original, which it rewrites, is refused"}
    assert not children & {one.id for batch in certify.batches for one in batch.variants}
    assert isinstance(outcomes["taylor/symbolic-a"], Certificate)


def test_without_spreading_every_variant_is_certified_for_itself(built: ProblemSet) -> None:
    certify = Recorder(refused=["taylor/original"])
    outcomes = certified(built.variants, lean=False, certify=certify)
    assert {batch.parent for batch in certify.batches} == {None}
    assert [name for name, outcome in outcomes.items() if isinstance(outcome, str)] == ["taylor/original"]


def test_small_sets_spread_no_evidence(few: dict[str, str]) -> None:
    """A variant of `mini` may be published without its parent, so it must stand alone."""
    certify = Recorder()
    build("example", few, scheme="mini", certify=certify)
    assert {batch.parent for batch in certify.batches} == {None}


def test_a_batch_that_dies_is_tried_again_one_by_one(built: ProblemSet) -> None:
    """One variant that kills its worker costs nothing but itself."""
    fatal = "taylor/numeric-a-3"

    def dying(function: Callable[[Any], Any], items: Iterable[Batch]) -> Iterator[Any]:
        for batch in items:
            dies = any(variant.id == fatal for variant in batch.variants)
            yield "crashed: killed" if dies else function(batch)

    outcomes = certified(built.variants, lean=True, run=dying, certify=certify_all)
    assert outcomes[fatal] == "the check did not end well: crashed: killed"
    children = {variant.id for variant in built.variants if variant.parent == fatal}
    assert all(outcomes[name] == f"{fatal}, which it rewrites, is refused" for name in children)
    others = [outcome for name, outcome in outcomes.items() if name not in {fatal, *children}]
    assert set(map(type, others)) == {Certificate}


def test_a_problem_whose_variants_cannot_be_made_stops_the_build(few: dict[str, str]) -> None:
    def dying(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return iter(["timeout: it took too long" for _ in items])

    with pytest.raises(SeedError, match="variants of taylor could not be made: timeout"):
        build("example", few, run=dying, certify=certify_all)


def test_progress_counts_up_to_the_end(few: dict[str, str]) -> None:
    told: dict[str, list[tuple[int, int]]] = {}

    def progress(what: str, done: int, total: int) -> None:
        told.setdefault(what, []).append((done, total))

    build("example", few, scheme="mini", certify=certify_all, progress=progress)
    assert told == {"problems": [(1, 2), (2, 2)]}


def test_the_name_must_be_that_of_the_file(few: dict[str, str]) -> None:
    with pytest.raises(SeedError, match="not of 'core'"):
        build("core", few, certify=certify_all)


def test_variants_that_ask_the_same_are_kept_once(made: dict[str, list[Variant | Refusal]]) -> None:
    """A refusal names the first that asks the same."""
    items = made["gamma-half"]
    tasks = [
        (repr(item.task), item.assumptions)
        for item in items
        if isinstance(item, Variant) and not {"style", "facts"} & set(item.change)
    ]
    assert len(set(tasks)) == len(tasks)
    there = {item.id for item in items if isinstance(item, Variant)}
    repeats = [item for item in items if isinstance(item, Refusal) and item.reason.startswith("it asks what")]
    assert repeats
    assert all(item.reason.split()[3] in there for item in repeats)


def test_verify_names_the_variants_whose_certificate_fails(built: ProblemSet) -> None:
    assert verify(built, certify=certify_all) == []
    failures = verify(built, certify=certify_originals)
    assert len(failures) == sum(variant.perturbation != "original" for variant in built.variants)
    assert [failure.variant for failure in failures] == [
        variant.id for variant in built.variants if variant.perturbation != "original"
    ]
