"""Intervals of a proportion agree with published values, contain the proportion, and stay in [0, 1]."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics import StatisticsError, clopper_pearson, jeffreys, t_interval, wilson
from app.statistics.intervals import critical

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())
EXACT = {"abs": 1e-9, "rel": 1e-9}

trials = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("row", REFERENCE["proportions"], ids=lambda row: f"{row['successes']} of {row['n']}")
def test_each_interval_has_its_reference_value(row):
    """Wilson, Clopper–Pearson and Jeffreys give the tabulated ends."""
    successes, n = row["successes"], row["n"]
    for name, found in (
        ("wilson", wilson(successes / n, n)),
        ("clopper_pearson", clopper_pearson(successes, n)),
        ("jeffreys", jeffreys(successes, n)),
    ):
        assert (found.low, found.high) == pytest.approx(tuple(row[name]), **EXACT), name


@given(trials)
def test_every_interval_contains_the_proportion_and_stays_in_the_unit_interval(counts):
    """0 ≤ low ≤ k/n ≤ high ≤ 1, whatever was counted."""
    successes, n = counts
    for found in (wilson(successes / n, n), clopper_pearson(successes, n), jeffreys(successes, n)):
        assert 0 <= found.low <= successes / n <= found.high <= 1


@given(trials, st.integers(1, 200))
def test_students_t_widens_wilson(counts, df):
    """Few problems make the interval wider than the normal would."""
    successes, n = counts
    narrow, wide = wilson(successes / n, n), wilson(successes / n, n, df=df)
    assert wide.low <= narrow.low + 1e-12
    assert wide.high >= narrow.high - 1e-12


@given(trials)
def test_failures_mirror_successes(counts):
    """The interval of the failures is that of the successes turned round."""
    successes, n = counts
    for interval in (clopper_pearson, jeffreys, lambda k, n: wilson(k / n, n)):
        there, back = interval(successes, n), interval(n - successes, n)
        assert (there.low, there.high) == pytest.approx((1 - back.high, 1 - back.low), abs=1e-9)


def test_the_t_interval_is_the_mean_plus_and_minus_t_standard_errors():
    """With four degrees of freedom t is 2.776…"""
    assert critical(df=4) == pytest.approx(REFERENCE["clustered"]["expected"]["A"]["t_critical"], **EXACT)
    found = t_interval(0.5, 0.1, 4)
    assert (found.low, found.high) == pytest.approx((0.2223554895, 0.7776445105), abs=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(-1, 10), (11, 10), (0, 0)])
def test_impossible_counts_are_refused(successes, n):
    """More successes than trials, fewer than none, and no trials at all are errors."""
    for interval in (clopper_pearson, jeffreys):
        with pytest.raises(StatisticsError, match="no proportion"):
            interval(successes, n)
    with pytest.raises(StatisticsError, match="no proportion"):
        wilson(successes / 10, n - 10)
