"""The original, and parameters that stay symbols."""

import random
from itertools import combinations

import pytest
import sympy

from app.maths import compare, parse
from app.problems.errors import Refused
from app.problems.perturbations import Slot
from app.problems.perturbations.base import at, originals, settled
from app.problems.perturbations.symbolic import Symbolic
from app.problems.problem import Parameter, Problem, Variant
from tests.problems.examples import NAMES, of, original

SYMBOLIC = Symbolic()


def test_the_original_has_every_parameter_at_its_value(variants: dict[str, list[Variant]]) -> None:
    variant = original(variants["gaussian"])
    x = sympy.Symbol("x")
    assert variant.id == "gaussian/original"
    assert variant.task.integrand == sympy.exp(-(x**2))
    assert parse(variant.gold) == sympy.sqrt(sympy.pi)
    assert variant.parameters == {"a": "1"}
    assert variant.assumptions == ()
    assert (variant.parent, variant.strength) == ("", 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_every_subset_of_the_parameters_becomes_symbolic(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    parameters = [parameter.name for parameter in problems[name].parameters]
    subsets = [subset for size in range(1, len(parameters) + 1) for subset in combinations(parameters, size)]
    assert len(subsets) == 2 ** len(parameters) - 1
    assert [(variant.id, variant.strength) for variant in of(variants[name], "symbolic")] == [
        (f"{name}/symbolic-{'-'.join(subset)}", float(len(subset))) for subset in subsets
    ]


@pytest.mark.parametrize("name", NAMES)
def test_symbolic_variants_are_the_original_at_the_original_values(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    values = {sympy.Symbol(parameter): value for parameter, value in originals(problems[name]).items()}
    first = original(variants[name])
    for variant in of(variants[name], "symbolic"):
        assert settled(at(variant.task, originals(problems[name]))) == first.task
        gold = parse(variant.gold).xreplace(values)
        assert gold == parse(first.gold) or compare(parse(first.gold), gold).verdict == "equal"


@pytest.mark.parametrize("name", NAMES)
def test_symbolic_variants_say_what_is_assumed_of_their_symbols(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    (*_, everything) = of(variants[name], "symbolic")
    assert set(map(parse, everything.assumptions)) == set(map(parse, problems[name].assumptions))


def _with(problem: Problem, name: str, value: str, **changes: object) -> Problem:
    parameter = Parameter(name=name, original=value, role="coefficient")
    return problem.model_copy(update={"parameters": (*problem.parameters, parameter), **changes})


def test_an_inert_parameter_is_refused_alone_and_left_out_of_the_rest(problems: dict[str, Problem]) -> None:
    problem = _with(problems["compound"], "h", "1")
    slots = SYMBOLIC.slots(problem)
    assert [slot.parameters for slot in slots] == [("a",), ("b",), ("h",), ("a", "b")]
    with pytest.raises(Refused, match="h is inert"):
        SYMBOLIC.make(problem, slots[2], random.Random(0))


def test_a_parameter_that_does_nothing_while_the_others_keep_their_values_is_refused(
    problems: dict[str, Problem],
) -> None:
    """h (a - 1) x is no term at the original a = 1, whatever h is."""
    task = problems["gaussian"].task
    integrand = parse("e^{-a x^2} + h (a - 1) x")
    problem = _with(problems["gaussian"], "h", "3", task=task.model_copy(update={"integrand": integrand}))
    with pytest.raises(Refused, match="is that of the original"):
        SYMBOLIC.make(problem, Slot("symbolic-h", 1.0, ("h",)), random.Random(0))
    assert SYMBOLIC.make(problem, Slot("symbolic-a-h", 2.0, ("a", "h")), random.Random(0)).task
