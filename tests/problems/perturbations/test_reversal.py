"""The answer is given and a parameter asked for, where there is just one value that gives it."""

import random

import pytest
import sympy

from app.maths import compare, parse
from app.problems.certificates.reversal import CLOSED_FORM
from app.problems.errors import Refused
from app.problems.perturbations.base import admits, originals, settled_gold
from app.problems.perturbations.reversal import REVERSIBLE, Reversal
from app.problems.problem import Problem, Refusal, Variant
from app.problems.tasks import Equation
from tests.problems.examples import NAMES, of

REVERSAL = Reversal()
REVERSED = ("gaussian", "compound")


def make(problem: Problem, parameter: str, seed: int = 0) -> Variant:
    (slot,) = (slot for slot in REVERSAL.slots(problem) if slot.parameters == (parameter,))
    return REVERSAL.make(problem, slot, random.Random(seed))


@pytest.mark.parametrize("name", REVERSED)
def test_the_value_put_back_gives_the_answer_that_was_given(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    problem = problems[name]
    reversed_ones = of(variants[name], "reversal")
    assert len(reversed_ones) == len(problem.parameters)
    for variant in reversed_ones:
        (value,) = parse(variant.gold)
        asked = variant.change["asks for"]
        forward = settled_gold(problem, originals(problem) | {asked: value})
        assert compare(forward, variant.task.equation.rhs).verdict == "equal"
        assert admits(problem.assumptions, {asked: value})
        assert value != originals(problem)[asked]


@pytest.mark.parametrize("name", REVERSED)
def test_it_is_an_equation_for_the_parameter(variants: dict[str, list[Variant]], name: str) -> None:
    for variant in of(variants[name], "reversal"):
        assert isinstance(variant.task, Equation)
        assert str(variant.task.variable) == variant.change["asks for"]
        assert variant.task.domain == "positive"
        assert variant.answer_kind == "solution_set"
        assert parse(variant.change[CLOSED_FORM]).free_symbols == {variant.task.variable}
        assert variant.task.equation.rhs.free_symbols == set()
        assert (variant.strength, variant.parent) == (1.0, "")


def test_other_seeds_ask_for_other_values(problems: dict[str, Problem]) -> None:
    assert len({make(problems["gaussian"], "a", seed).gold for seed in range(12)}) > 3


@pytest.mark.parametrize("name", NAMES)
def test_only_operations_with_values_for_answers_are_reversed(
    problems: dict[str, Problem], name: str
) -> None:
    slots = REVERSAL.slots(problems[name])
    assert bool(slots) == (problems[name].task.operation in REVERSIBLE)


NOT_MONOTONE = {
    "turns back": r"a^2 + 1",
    "turns back, on the whole line": r"\cos a",
    "stands still": "7 + 0 a",
    "flat at one point": r"a^3",
    "falls on both sides of a pole": r"\frac{1}{a}",
}


@pytest.mark.parametrize("case", sorted(NOT_MONOTONE))
def test_an_answer_that_may_be_taken_twice_is_not_asked_back(problems: dict[str, Problem], case: str) -> None:
    """On all reals; none of these is shown to be monotone there."""
    problem = problems["gaussian"].model_copy(update={"assumptions": (), "gold": parse(NOT_MONOTONE[case])})
    with pytest.raises(Refused, match=r"monotone in a|not a function of a alone"):
        make(problem, "a")


def test_a_rising_and_a_falling_answer_are_asked_back(problems: dict[str, Problem]) -> None:
    for gold in (r"a^2 + 1", r"\frac{1}{a}"):
        make(problems["gaussian"].model_copy(update={"gold": parse(gold)}), "a")


def test_a_parameter_with_a_range_of_its_own_is_refused(made: dict[str, list[Variant | Refusal]]) -> None:
    """0 < r < 1, and n an integer, are no domains in which equations are solved."""
    for name in ("geometric", "gamma-half"):
        (refusal,) = (item for item in made[name] if "/reversal" in getattr(item, "variant", ""))
        assert "neither the reals nor the positive reals" in refusal.reason or "monotone" in refusal.reason


def test_no_usable_value_is_a_refusal(problems: dict[str, Problem]) -> None:
    symbol = sympy.Symbol("a")
    problem = problems["gaussian"].model_copy(
        update={"assumptions": ("a > 0", "b > 0"), "gold": sympy.sqrt(symbol * sympy.Symbol("b"))}
    )
    with pytest.raises(Refused, match="not a function of a alone"):
        make(problem, "a")
