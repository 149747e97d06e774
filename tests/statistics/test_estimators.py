"""Macro and micro accuracy with errors clustered by problem."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics import MissingCluster, StatisticsError, clustered_se, macro, micro, spread_se, t_interval
from app.statistics.intervals import wilson

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())["clustered"]
A, B = REFERENCE["clusters"]["A"], REFERENCE["clusters"]["B"]
DIFFERENCE = {name: [a - b for a, b in zip(A[name], B[name], strict=True)] for name in A}
GIVEN = {"A": A, "B": B, "diff": DIFFERENCE}
EXACT = {"abs": 1e-9, "rel": 1e-9}

scores = st.lists(st.integers(0, 4).map(lambda quarter: quarter / 4), min_size=1, max_size=6)
some_clusters = st.dictionaries(st.text(min_size=1, max_size=3), scores, min_size=2, max_size=8)


@pytest.mark.parametrize("name", GIVEN)
def test_standard_errors_have_their_reference_values(name):
    """Means, CR0, CR1 and the spread of problem means, for two models and their difference."""
    clusters, expected = GIVEN[name], REFERENCE["expected"][name]
    values = [value for scores in clusters.values() for value in scores]
    means = [sum(scores) / len(scores) for scores in clusters.values()]
    found = {
        "micro_mean": sum(values) / len(values),
        "cr0": clustered_se(clusters, corrected=False),
        "cr1": clustered_se(clusters),
        "macro_mean": sum(means) / len(means),
        "macro_se": spread_se(means),
    }
    assert found == pytest.approx({key: expected[key] for key in found}, **EXACT)
    for kind, se in (("micro", found["cr1"]), ("macro", found["macro_se"])):
        interval = t_interval(found[f"{kind}_mean"], se, len(clusters) - 1)
        assert (interval.low, interval.high) == pytest.approx(tuple(expected[f"{kind}_t"]), **EXACT)


@pytest.mark.parametrize("name", ["A", "B"])
def test_the_headline_has_its_reference_value(name):
    """Macro accuracy: mean, SE, effective number (capped for B at its 15 scores), Wilson with t."""
    expected, found = REFERENCE["expected"][name], macro(GIVEN[name])
    assert (found.mean, found.se) == pytest.approx((expected["macro_mean"], expected["macro_se"]), **EXACT)
    assert (found.n, found.clusters) == (expected["n"], expected["clusters"])
    assert found.n_eff == pytest.approx(expected["macro_n_eff"], **EXACT)
    assert (found.low, found.high) == pytest.approx(tuple(expected["macro_wilson_t"]), **EXACT)


def test_micro_accuracy_has_its_reference_value():
    """Micro accuracy: CR1 by problem, Wilson on n_eff with t and with z."""
    expected, found = REFERENCE["expected"]["A"], micro(A)
    assert (found.mean, found.se) == pytest.approx((expected["micro_mean"], expected["cr1"]), **EXACT)
    assert found.n_eff == pytest.approx(expected["micro_n_eff"], **EXACT)
    assert (found.low, found.high) == pytest.approx(tuple(expected["micro_wilson_t"]), **EXACT)
    normal = wilson(found.mean, found.n_eff)
    assert (normal.low, normal.high) == pytest.approx(tuple(expected["micro_wilson_z"]), **EXACT)


@pytest.mark.parametrize("estimator", [macro, micro])
def test_one_problem_has_no_interval(estimator):
    """With one problem nothing is known about the spread, so there is no interval, and no zero either."""
    found = estimator({"only": [1, 0, 1]})
    assert found.mean == pytest.approx(2 / 3)
    assert (found.se, found.low, found.high, found.n_eff) == (None, None, None, None)


@pytest.mark.parametrize("estimator", [macro, micro])
@pytest.mark.parametrize("score", [0.0, 1.0, 0.5])
def test_scores_that_are_all_the_same_count_as_one_a_problem(estimator, score):
    """All right is not certainty: the effective number is the number of problems."""
    found = estimator({"a": [score] * 4, "b": [score] * 4, "c": [score] * 4})
    expected = wilson(score, 3, df=2)
    assert found.n_eff == 3
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), **EXACT)


@pytest.mark.parametrize("clusters", [{}, {"a": [1], "": [0]}, {"a": [1], "b": []}])
@pytest.mark.parametrize("estimator", [macro, micro, clustered_se])
def test_a_missing_problem_is_an_error(estimator, clusters):
    """No problems, a nameless problem, and a problem without scores are refused."""
    with pytest.raises(MissingCluster):
        estimator(clusters)


@pytest.mark.parametrize("score", [-0.1, 1.5, float("nan"), float("inf")])
def test_a_score_outside_the_unit_interval_is_an_error(score):
    """An accuracy is made of scores between 0 and 1."""
    with pytest.raises(StatisticsError, match="scores lie in"):
        macro({"a": [1, score], "b": [0]})


@given(some_clusters)
def test_the_interval_contains_the_mean_and_stays_in_the_unit_interval(clusters):
    """0 ≤ low ≤ mean ≤ high ≤ 1, and no more effective scores than scores."""
    for found in (macro(clusters), micro(clusters)):
        assert 0 <= found.low <= found.mean <= found.high <= 1
        assert 0 < found.n_eff <= found.n


@given(some_clusters, st.randoms(use_true_random=False))
def test_the_order_of_problems_does_not_matter(clusters, random):
    """The same problems in another order, their scores shuffled, give the very same estimate."""
    names = list(clusters)
    random.shuffle(names)
    shuffled = {name: random.sample(clusters[name], len(clusters[name])) for name in names}
    assert macro(shuffled) == macro(clusters)
    assert micro(shuffled) == micro(clusters)


@given(some_clusters, st.integers(2, 4))
def test_copying_every_score_teaches_nothing(clusters, times):
    """More copies of the same scores on the same problems leave mean and standard error as they were."""
    copied = {name: scores * times for name, scores in clusters.items()}
    for estimator in (macro, micro):
        before, after = estimator(clusters), estimator(copied)
        assert (after.mean, after.se) == pytest.approx((before.mean, before.se), abs=1e-12)


@given(some_clusters)
def test_copying_every_problem_shrinks_the_error(clusters):
    """Twice as many problems that behave alike divide the variance by (2G − 1)/(G − 1)."""
    doubled = clusters | {name + " again": scores for name, scores in clusters.items()}
    if len(doubled) == 2 * len(clusters):
        count = len(clusters)
        before, after = macro(clusters), macro(doubled)
        assert after.se == pytest.approx(before.se * ((count - 1) / (2 * count - 1)) ** 0.5, abs=1e-12)


@given(
    st.dictionaries(
        st.text(min_size=1), st.lists(st.sampled_from([0, 1]), min_size=3, max_size=3), min_size=2
    )
)
def test_macro_and_micro_agree_when_problems_have_equally_many_scores(clusters):
    """The two differ only by the weight of a problem."""
    one, other = macro(clusters), micro(clusters)
    assert (one.mean, one.se) == pytest.approx((other.mean, other.se), abs=1e-12)
