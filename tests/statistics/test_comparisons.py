"""Paired comparisons: reference values, symmetries, and what simulation says of coverage and size."""

import json
from math import isclose
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics import MissingCluster, StatisticsError, macro
from app.statistics.comparisons import compare, difference, holm, mcnemar, recovery, sign_flip

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())["clustered"]
A, B = REFERENCE["clusters"]["A"], REFERENCE["clusters"]["B"]
PAIRS = {name: list(zip(B[name], A[name], strict=True)) for name in A}
EXACT = {"abs": 1e-9, "rel": 1e-9}

bits = st.tuples(st.integers(0, 1).map(float), st.integers(0, 1).map(float))
some_pairs = st.dictionaries(
    st.text(min_size=1, max_size=3), st.lists(bits, min_size=1, max_size=5), min_size=2, max_size=9
)


def test_the_difference_has_its_reference_value():
    """Mean over problems, its SE and its t-interval, as the reference has them for A less B."""
    expected, found = REFERENCE["expected"]["diff"], difference(PAIRS)
    assert (found.mean, found.se) == pytest.approx((expected["macro_mean"], expected["macro_se"]), **EXACT)
    assert (found.low, found.high) == pytest.approx(tuple(expected["macro_t"]), **EXACT)
    assert (found.pairs, found.problems) == (expected["n"], expected["clusters"])


def test_changes_are_counted_in_both_directions():
    """Of A against B four answers went right and one went wrong; McNemar's test is not for variants."""
    found = compare(PAIRS)
    assert (found.gained, found.lost, found.mcnemar) == (4, 1, None)
    assert found.p == 10 / 32
    assert mcnemar(4, 1) == 0.375


def test_mcnemar_stands_where_each_problem_has_one_sample():
    """With independent samples both tests are told."""
    single = {f"p{number}": [(1.0, float(number % 3 > 0))] for number in range(9)}
    assert compare(single).mcnemar == mcnemar(3, 0) == compare(single).p == 0.25


@pytest.mark.parametrize(
    ("counts", "p"),
    [("m1 m2", 1024), ("m1 m3", 8), ("m1 m4", 2), ("m2 m3", 8), ("m2 m4", 2), ("m3 m4", 2)],
)
def test_the_exact_sign_flip_has_its_reference_values(counts, p):
    """All 4,096 flips of twelve problems, for six pairs of models."""
    correct = {
        "m1": [4, 4, 4, 4, 4, 4, 4, 3, 4, 4, 4, 3],
        "m2": [4, 4, 3, 4, 4, 4, 3, 3, 4, 4, 4, 2],
        "m3": [3, 2, 2, 4, 3, 3, 1, 2, 4, 3, 2, 1],
        "m4": [1, 0, 1, 2, 2, 1, 0, 0, 3, 1, 1, 0],
    }
    first, second = (correct[name] for name in counts.split())
    assert sign_flip([(a - b) / 4 for a, b in zip(first, second, strict=True)]) == p / 4096


def test_random_flips_come_near_the_exact_test_and_follow_the_seed():
    """The same seed gives the same p; zeros change nothing; many problems agree with the normal limit."""
    values = [0.25, -0.25, 0.5] * 10
    assert sign_flip(values, seed=3) == sign_flip([*values, 0.0, 0.0], seed=3)
    assert sign_flip(values, seed=3) == pytest.approx(sign_flip(values, seed=4), abs=0.03)
    assert sign_flip([1.0] * 40) == 1 / 10_001
    assert sign_flip([]) == sign_flip([0.0] * 40) == 1.0


@given(some_pairs)
def test_turning_the_models_round_turns_the_difference_round(pairs):
    """Difference and interval change sign, lost and gained change places, the p stays."""
    turned = {name: [(after, before) for before, after in samples] for name, samples in pairs.items()}
    there, back = compare(pairs), compare(turned)
    assert (there.lost, there.gained) == (back.gained, back.lost)
    assert isclose(there.p, back.p)
    assert there.difference.mean == pytest.approx(-back.difference.mean)
    assert there.difference.low == pytest.approx(-back.difference.high)


@given(some_pairs)
def test_the_difference_is_that_of_the_macro_accuracies_and_lies_in_its_interval(pairs):
    """What stands beside the two accuracies is their difference, and the recovery is their ratio."""
    before, after = (
        macro({name: [pair[which] for pair in samples] for name, samples in pairs.items()})
        for which in (0, 1)
    )
    found = difference(pairs)
    assert found.mean == pytest.approx(after.mean - before.mean)
    assert -1 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= 1
    ratio = recovery(pairs)
    assert (ratio is None) == (before.mean == 0)
    if ratio is not None:
        assert ratio.value == pytest.approx(after.mean / before.mean)


def test_where_nothing_changed_the_interval_is_no_point():
    """Ten problems without a change do not prove that there is none: Clopper and Pearson's 0 of 10."""
    found = difference({f"p{number}": [(1.0, 1.0)] for number in range(10)})
    assert (found.mean, found.low, found.high) == pytest.approx((0.0, -0.30849711, 0.30849711))


def test_one_problem_has_no_interval_and_none_is_an_error():
    """Nothing is known of a spread between problems that are not there."""
    alone = compare({"p": [(1.0, 0.0), (1.0, 1.0)]})
    assert (alone.difference.se, alone.difference.low, alone.recovery.low) == (None, None, None)
    with pytest.raises(MissingCluster):
        compare({})
    with pytest.raises(StatisticsError, match="scores lie in"):
        compare({"p": [(0.0, 2.0)], "q": [(0.0, 1.0)]})


def test_holm_has_its_reference_values():
    """Adjusted p-values stand in the order of the given ones."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def _simulated(draws: np.random.Generator, problems: int, items: int, shift: float) -> dict:
    """Two models whose samples agree within a problem; the second is right less often by `shift`."""
    chance = draws.beta(2.0, 1.0, problems) * (1 - shift)
    before = draws.random((problems, items)) < (chance + shift)[:, None]
    after = draws.random((problems, items)) < chance[:, None]
    kept = draws.random((problems, items)) < 0.5
    after = np.where(kept & (shift == 0), before, after)
    return {str(row): list(zip(before[row] * 1.0, after[row] * 1.0, strict=True)) for row in range(problems)}


def test_the_interval_covers_the_true_difference_as_often_as_it_says():
    """600 simulated pairs of runs: 95 % intervals for 12 and for 40 problems hold the truth in 92 to 98 %."""
    draws = np.random.default_rng(6)
    for problems in (12, 40):
        intervals = [difference(_simulated(draws, problems, 4, 0.1)) for _ in range(600)]
        assert 0.92 < np.mean([each.low <= -0.1 <= each.high for each in intervals]) < 0.98


def test_the_test_does_not_reject_too_often_when_nothing_differs():
    """Equally good models: p ≤ 5 % in about 5 % of 600 comparisons, of few problems and of many."""
    draws = np.random.default_rng(7)
    for problems in (8, 30):
        found = []
        for _ in range(600):
            pairs = _simulated(draws, problems, 4, 0.0)
            values = [np.mean([after - before for before, after in samples]) for samples in pairs.values()]
            found.append(sign_flip(values, seed=1, flips=199))
        assert np.mean([p <= 0.05 for p in found]) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 600)
