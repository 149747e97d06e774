"""Parameters that become numbers: their sizes, what they respect, and what is refused."""

import random

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import Assumptions, parse
from app.problems.errors import Refused
from app.problems.perturbations.base import at, originals, settled
from app.problems.perturbations.numeric import DIGITS, LARGEST_EXPONENT, REPEATS, Numeric, draw
from app.problems.problem import Problem, Variant
from tests.problems.examples import NAMES, of, original

NUMERIC = Numeric()
SEEDS = st.integers(0, 2**32)


def digits(value: sympy.Rational) -> int:
    return len(str(abs(value.p if value.is_Integer else value.q)))


@pytest.mark.parametrize("name", NAMES)
def test_numeric_variants_are_the_problem_at_admissible_values(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    first = original(variants[name])
    for variant in of(variants[name], "numeric"):
        values = {parameter: parse(text) for parameter, text in variant.parameters.items()}
        assert all(value.is_Rational for value in values.values())
        assert variant.task == settled(at(problems[name].task, values))
        assert variant.task != first.task
        assert variant.gold != first.gold
        point = {sympy.Symbol(parameter): value for parameter, value in values.items()}
        assert Assumptions.of(problems[name].assumptions).admits(point)
        assert variant.assumptions == () or name == "tidy"  # whose x is no parameter


@pytest.mark.parametrize("name", NAMES)
def test_digits_grow_with_strength_from_one_to_ten(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    """As far as a parameter's role has numbers of that size, and the answer can be written."""
    roles = {parameter.name: parameter.role for parameter in problems[name].parameters}
    strengths = set()
    for variant in of(variants[name], "numeric"):
        strengths.add(variant.strength)
        for parameter, value in originals(problems[name]).items():
            new = parse(variant.parameters[parameter])
            if new != value and roles[parameter] != "exponent":
                assert digits(new) == variant.strength
    # n! has a small n, and e^{a b} a small exponent.
    largest = {"gamma-half": 2, "compound": 6}.get(name, max(DIGITS))
    assert strengths == set(map(float, range(1, largest + 1)))


def test_parameters_take_turns_and_the_others_keep_their_values(variants: dict[str, list[Variant]]) -> None:
    ones = [variant for variant in of(variants["oscillator"], "numeric") if "-all-" not in variant.id]
    changed = [
        [name for name, value in variant.parameters.items() if value != {"a": "2", "b": "1", "c": "3"}[name]]
        for variant in ones
        if "repeat" not in variant.id
    ]
    assert changed == [[name] for name in "abcabcabca"]


@pytest.mark.parametrize("name", ["gaussian", "oscillator", "quadratic"])
def test_repeats_are_of_one_size_and_differ(variants: dict[str, list[Variant]], name: str) -> None:
    repeats = [variant for variant in of(variants[name], "numeric") if "-repeat-" in variant.id]
    assert {variant.strength for variant in repeats} == {2.0}
    assert len({tuple(variant.parameters.values()) for variant in repeats}) == len(repeats)
    assert REPEATS - 4 <= len(repeats) <= REPEATS  # a draw that repeats another is refused


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, number=st.integers(0, 100))
def test_relations_integrality_and_ranges_are_respected(
    problems: dict[str, Problem], seed: int, number: int
) -> None:
    def values(name: str) -> dict[str, sympy.Expr]:
        slots = NUMERIC.slots(problems[name])
        drawn = draw(problems[name], slots[number % len(slots)], random.Random(seed))
        assert drawn is not None
        return drawn

    assert 0 < values("geometric")["r"] < 1
    n = values("gamma-half")["n"]
    assert n.is_Integer
    assert 0 <= n <= LARGEST_EXPONENT
    pair = values("quadratic")
    assert pair["a"] != pair["b"]
    assert values("compound")["a"] > 0


def test_shifts_and_coefficients_are_sometimes_negative(variants: dict[str, list[Variant]]) -> None:
    drawn = [parse(variant.parameters["a"]) for variant in of(variants["quadratic"], "numeric")]
    assert any(value < 0 for value in drawn)
    assert any(value > 0 for value in drawn)


def test_other_seeds_give_other_numbers(problems: dict[str, Problem]) -> None:
    slot = NUMERIC.slots(problems["gaussian"])[4]
    first, second = (NUMERIC.make(problems["gaussian"], slot, random.Random(seed)).gold for seed in (1, 2))
    assert first != second


def test_a_size_that_the_assumptions_do_not_admit_is_refused(problems: dict[str, Problem]) -> None:
    narrow = problems["gaussian"].model_copy(update={"assumptions": (r"0 < a < \frac{1}{1000}",)})
    slot = NUMERIC.slots(problems["gaussian"])[0]
    with pytest.raises(Refused, match="admitted by the assumptions"):
        NUMERIC.make(narrow, slot, random.Random(0))


@pytest.mark.parametrize("gold", ["a!", r"2^{a}", r"H_{a}", r"\psi(a)", r"2^{2^{a}}"])
def test_large_numbers_where_they_would_be_multiplied_out_are_refused(
    problems: dict[str, Problem], gold: str
) -> None:
    """Were a factorial of ten digits evaluated, this test would not end."""
    problem = problems["gaussian"].model_copy(update={"gold": parse(gold)})
    slot = next(slot for slot in NUMERIC.slots(problem) if slot.strength == 10)
    with pytest.raises(Refused, match="too large"):
        NUMERIC.make(problem, slot, random.Random(0))
