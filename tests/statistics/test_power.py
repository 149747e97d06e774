"""What a comparison can see: reference values, monotony, and what simulation says of the power."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics import StatisticsError
from app.statistics.comparisons import difference
from app.statistics.power import (
    detectable_difference,
    detectable_from_se,
    half_width,
    items_needed,
    problems_needed,
)

ONE_THIRD, ONE_SIXTH = 1 / 9, 1 / 6


@pytest.mark.parametrize(
    ("within", "draws", "needed"), [(0, 1, 969), (ONE_SIXTH, 1, 3876), (ONE_SIXTH, 4, 1696)]
)
def test_problems_needed_have_their_reference_values(within, draws, needed):
    """Miller's example: 3 points, a variance of 1/9 between problems, and what draws add to it."""
    assert problems_needed(0.03, ONE_THIRD, ((within, draws), (within, draws))) == needed


@pytest.mark.parametrize(
    ("difference", "needed"),
    [
        (0.01, [1568, 3923, 7847, 15696]),
        (0.02, [391, 979, 1960, 3923]),
        (0.05, [None, 155, 312, 626]),
    ],
)
def test_the_table_of_the_documentation_holds(difference, needed):
    """Items for 1, 2 and 5 points where 2, 5, 10 and 20 % of the verdicts change."""
    assert [items_needed(difference, share) for share in (0.02, 0.05, 0.1, 0.2)] == needed


def test_one_point_at_five_percent_discordance_takes_some_four_thousand_items():
    """3,923 independent items, and so many of them see one point again."""
    assert items_needed(0.01, 0.05) == 3923
    assert detectable_difference(3923, 3923, discordance=0.05) == pytest.approx(0.01, rel=1e-3)


@given(st.integers(2, 400), st.integers(1, 40), st.floats(0.01, 1.0), st.floats(0.0, 1.0))
def test_more_items_see_smaller_differences_and_correlation_hides_them(
    problems, each, discordance, correlation
):
    """More problems of the same size help; correlation within problems never does; no δ exceeds ψ."""

    def seen(count: int, rho: float) -> float:
        found = detectable_difference(count * each, count, discordance=discordance, correlation=rho)
        assert found is None or 0 < found <= discordance
        return 2.0 if found is None else found

    assert seen(2 * problems, correlation) <= seen(problems, correlation)
    assert seen(problems, 0.0) <= seen(problems, correlation) + 1e-12


@given(st.integers(3, 3000), st.floats(0.02, 0.5))
def test_what_is_detectable_takes_about_the_items_there_are(items, discordance):
    """Planning items for the difference that so many items can see gives them back, t or z apart."""
    found = detectable_difference(items, items, discordance=discordance)
    if found is not None and items > 200:
        assert items_needed(found, discordance) == pytest.approx(items, rel=0.03, abs=2)


def test_what_cannot_be_seen_is_none():
    """Ten items that disagree once in twenty show nothing; nor does one problem; nor more than ψ."""
    assert detectable_difference(10, 10, discordance=0.05) is None
    assert detectable_difference(50, 1) is None
    assert half_width(50, 1) is None
    assert items_needed(0.1, 0.05) is None


def test_a_single_run_has_the_half_width_of_its_interval():
    """400 independent items at one half: ±4.9 points; in 40 problems it is more."""
    assert half_width(400, 400) == pytest.approx(0.04915, abs=1e-4)
    assert half_width(400, 40) > half_width(400, 40, correlation=0.0) > half_width(400, 400)


@pytest.mark.parametrize(
    "wrong", [(1, 2, 0.5, 0.0), (4, 0, 0.5, 0.0), (4, 2, 1.5, 0.0), (4, 2, 0.5, -0.1)], ids=str
)
def test_nonsense_is_refused(wrong):
    """More problems than items, shares outside [0, 1]."""
    items, problems, discordance, correlation = wrong
    with pytest.raises(StatisticsError):
        detectable_difference(items, problems, discordance=discordance, correlation=correlation)
    with pytest.raises(StatisticsError):
        items_needed(0.0, 0.5)
    with pytest.raises(StatisticsError):
        problems_needed(0.03, -1.0)


def test_the_detectable_difference_is_noticed_four_times_in_five():
    """Simulated: a true difference of the size that is called detectable, by plan and by the SE seen."""
    draws, items, discordance = np.random.default_rng(8), 120, 0.2
    truth = detectable_difference(items, items, discordance=discordance)
    noticed, planned = [], []
    for _ in range(800):
        draw = draws.random(items)
        lost = draw < (discordance + truth) / 2
        gained = (draw >= (discordance + truth) / 2) & (draw < discordance)
        pairs = {
            str(number): [(float(not gained[number]), float(not lost[number]))] for number in range(items)
        }
        found = difference(pairs)
        noticed.append(found.high < 0)
        planned.append(detectable_from_se(found.se, items))
    assert 0.75 < np.mean(noticed) < 0.86
    assert np.mean(planned) == pytest.approx(truth, rel=0.1)
