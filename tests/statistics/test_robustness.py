"""Drops and the other measures of robustness, on one worked example and at their edges."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics import Family, StatisticsError, drop, drops
from app.statistics import robustness as measure

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())["robustness"]
FAMILIES = {name: Family(**family) for name, family in REFERENCE["families"].items()}
EXPECTED = REFERENCE["expected"]
EXACT = {"abs": 1e-9, "rel": 1e-9}

binary = st.sampled_from([0.0, 1.0])
families = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.builds(
        Family,
        original=binary,
        variants=st.dictionaries(st.sampled_from(["sym", "num"]), st.lists(binary, max_size=4)),
    ),
    max_size=8,
)

CASES = [
    ("original accuracy", measure.original_accuracy(FAMILIES), EXPECTED["orig"]),
    ("pooled accuracy", measure.pooled_accuracy(FAMILIES), EXPECTED["pooled"]["acc"]),
    ("pooled drop rate", measure.pooled_drop_rate(FAMILIES), EXPECTED["pooled"]["pdr"]),
    ("macro drop rate", measure.macro_drop_rate(FAMILIES), EXPECTED["macro"]["pdr"]),
    ("both right", measure.both_right(FAMILIES), EXPECTED["asp"]),
    ("break rate", measure.break_rate(FAMILIES), EXPECTED["break_rate"]),
    ("fix rate", measure.fix_rate(FAMILIES), EXPECTED["fix_rate"]),
    ("worst of all", measure.worst_case(FAMILIES), EXPECTED["helm_worst_all"]),
    ("worst of sym", measure.worst_case(FAMILIES, ["sym"]), EXPECTED["helm_worst"]["sym"]),
    ("worst of num", measure.worst_case(FAMILIES, ["num"]), EXPECTED["helm_worst"]["num"]),
    ("worst of eq", measure.worst_case(FAMILIES, ["eq"]), EXPECTED["helm_worst"]["eq"]),
]


@pytest.mark.parametrize(("name", "found", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_measure_has_its_reference_value(name, found, expected):
    """The worked example gives the published value."""
    assert found == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("category", ["sym", "num", "eq"])
def test_category_accuracy_and_drop_have_their_reference_values(category):
    """Accuracy of the category, drop in percentage points, and relative drop."""
    expected, found = EXPECTED["by_category"][category], drops(FAMILIES)[category]
    assert measure.category_accuracy(FAMILIES, category) == pytest.approx(expected["acc"], **EXACT)
    assert (found.perturbed, found.points) == pytest.approx((expected["acc"], expected["drop_pp"]), **EXACT)
    assert found.relative == pytest.approx(expected["pdr"], **EXACT)
    assert found.problems == 5


def test_the_paired_drop_has_its_reference_standard_error_and_test():
    """Mean, SE, t and p of the per-problem differences; points are hundredfold."""
    expected, found = EXPECTED["paired_drop_num"], drop(FAMILIES, "num")
    assert found.points == pytest.approx(100 * expected["mean"], **EXACT)
    assert found.se == pytest.approx(100 * expected["se"], **EXACT)
    assert (found.t, found.p) == pytest.approx((expected["t"], expected["p"]), **EXACT)
    assert found.low < found.points < found.high


def test_consistency_has_its_reference_values():
    """UGMathBench's average, effective accuracy, gap, reasoning efficiency and any-right."""
    expected, found = EXPECTED["ugmath_num"], measure.consistency(FAMILIES, "num")
    assert vars(found) == pytest.approx(
        {
            "average": expected["AAcc"],
            "effective": expected["EAcc"],
            "gap": expected["Delta"],
            "reasoning_efficiency": expected["RE"],
            "any_right": expected["CAcc"],
        },
        **EXACT,
    )


def test_functional_accuracy_has_its_reference_values():
    """Right in the original and every variant; the gap in percent of the static accuracy."""
    expected, found = EXPECTED["functional_num"], measure.functional(FAMILIES, "num")
    assert (found.accuracy, found.gap) == pytest.approx((expected["func_acc"], expected["gap_pct"]), **EXACT)


def test_random_variables_have_their_reference_values():
    """RV-Bench's four, over numeric and equivalence variants together."""
    expected, found = EXPECTED["rv_bench_num_eq"], measure.random_variables(FAMILIES, ["num", "eq"])
    assert list(vars(found).values()) == pytest.approx(list(expected.values()), **EXACT)


def test_snapshots_have_their_reference_values():
    """GSM-Symbolic: three sets of numeric variants, their mean, sd and drop."""
    expected, found = EXPECTED["gsm_symbolic_num"], measure.snapshots(FAMILIES, "num")
    assert found.accuracies == pytest.approx(expected["set_acc"], **EXACT)
    assert (found.mean, found.sd) == pytest.approx((expected["mean"], expected["sd"]), **EXACT)
    assert found.points == pytest.approx(expected["drop_pp"], **EXACT)


def test_the_intraclass_correlation_has_its_reference_value():
    """Mean squares, ICC(1) and design effect of the numeric variants."""
    found = measure.correlation(FAMILIES, "num")
    assert list(vars(found).values()) == pytest.approx(list(EXPECTED["icc_num"].values()), **EXACT)


def test_a_drop_is_measured_only_on_problems_that_have_the_perturbation():
    """A problem without variants of the kind has no say, however easy its original was."""
    some = {
        "has": Family(1, {"sym": [0, 1]}),
        "has too": Family(1, {"sym": [1]}),
        "has not": Family(0, {"num": [1]}),
    }
    found = drop(some, "sym")
    assert (found.original, found.perturbed, found.problems) == (1, 0.75, 2)
    assert found.points == pytest.approx(25)


def test_what_is_undefined_is_none():
    """No number is made up where a denominator is zero or there is nothing to compare."""
    never_right = {"a": Family(0, {"num": [0, 0]}), "b": Family(0, {"num": [0, 0]})}
    assert drop(never_right, "num").relative is None
    assert measure.break_rate(never_right) is None
    assert measure.functional(never_right, "num").gap is None
    assert measure.consistency(never_right, "num").reasoning_efficiency is None
    assert measure.correlation(never_right, "num") is None
    assert measure.macro_drop_rate(never_right) is None
    for measured in (
        drop({}, "num"),
        measure.original_accuracy({}),
        measure.pooled_drop_rate({}),
        measure.worst_case({}),
        measure.consistency(never_right, "eq"),
        measure.functional(never_right, "eq"),
        measure.snapshots(never_right, "eq"),
        measure.random_variables(never_right, ["eq"]),
        measure.correlation({"a": never_right["a"]}, "num"),
        measure.snapshots({"a": Family(1, {"num": [1]})}, "num").sd,
    ):
        assert measured is None


@pytest.mark.parametrize(
    "some", [{"a": Family(1, {"num": [0]})}, {"a": Family(1, {"num": [1]}), "b": Family(0, {"num": [0]})}]
)
def test_a_drop_that_does_not_vary_has_no_interval(some):
    """One problem, or differences all alike, say nothing about the spread: no interval of width zero."""
    found = drop(some, "num")
    assert (found.low, found.high, found.t, found.p) == (None, None, None, None)


def test_a_score_outside_the_unit_interval_is_an_error():
    """A drop is made of scores between 0 and 1."""
    with pytest.raises(StatisticsError, match="outside"):
        drop({"a": Family(1, {"num": [2]})}, "num")


@given(families)
def test_measures_stay_in_their_range(some):
    """Shares lie in [0, 1], drops in [−100, 100] points, and the interval holds the drop."""
    for share in (
        measure.original_accuracy(some),
        measure.pooled_accuracy(some),
        measure.both_right(some),
        measure.break_rate(some),
        measure.fix_rate(some),
        measure.worst_case(some),
    ):
        assert share is None or 0 <= share <= 1
    for cost in drops(some).values():
        assert -100 <= cost.points <= 100
        assert cost.low is None or cost.low <= cost.points <= cost.high
        assert cost.p is None or 0 <= cost.p <= 1


@given(families, st.randoms(use_true_random=False))
def test_the_order_of_problems_does_not_matter(some, random):
    """The same problems in another order give the same drops."""
    names = list(some)
    random.shuffle(names)
    assert drops({name: some[name] for name in names}) == drops(some)


@given(families)
def test_the_worst_case_is_no_better_than_the_original(some):
    """Adding variants can only lower the worst case of the problems that have them."""
    having = {name: family for name, family in some.items() if any(family.variants.values())}
    if having:
        assert measure.worst_case(having) <= measure.original_accuracy(having)
