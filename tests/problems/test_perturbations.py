"""Perturbations: what each makes of a problem, and what it refuses."""

import json
import re

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import Assumptions, compare, parse
from app.problems.formats.native import dump_variants
from app.problems.perturbations import REGISTRY
from app.problems.perturbations.base import at, originals, settled
from app.problems.perturbations.numeric import LARGEST_EXPONENT
from app.problems.perturbations.symbolic import Symbolic
from app.problems.problem import Problem, Refusal, Variant
from app.problems.statements import statement
from app.problems.tasks import Evaluation

NAMES = (
    "gaussian", "parts", "compound", "geometric", "taylor",
    "oscillator", "decay", "gamma-half", "tidy", "quadratic",
)  # fmt: skip
FIXED = ("lower", "upper", "point", "conditions", "variable", "index", "degree")


def of(variants: list[Variant], perturbation: str) -> list[Variant]:
    return [variant for variant in variants if variant.perturbation == perturbation]


def made(problem: Problem, perturbation: str, seed: int) -> list[Variant]:
    items = REGISTRY[perturbation].variants(problem, seed)
    return [item for item in items if isinstance(item, Variant)]


def test_the_original_has_every_parameter_at_its_value(variants: dict[str, list[Variant]]) -> None:
    (variant,) = of(variants["gaussian"], "original")
    x = sympy.Symbol("x")
    assert variant.id == "gaussian/original"
    assert variant.task.integrand == sympy.exp(-(x**2))
    assert parse(variant.gold) == sympy.sqrt(sympy.pi)
    assert variant.parameters == {"a": "1"}
    assert variant.assumptions == ()


def test_symbolic_takes_each_parameter_and_all_of_them(variants: dict[str, list[Variant]]) -> None:
    assert {variant.id: variant.strength for variant in of(variants["oscillator"], "symbolic")} == {
        "oscillator/symbolic-a": 1.0,
        "oscillator/symbolic-b": 1.0,
        "oscillator/symbolic-c": 1.0,
        "oscillator/symbolic-a-b-c": 3.0,
    }


def test_symbolic_can_take_every_subset(problems: dict[str, Problem]) -> None:
    assert len(list(Symbolic(exhaustive=True).variants(problems["oscillator"], 0))) == 7


@pytest.mark.parametrize("name", NAMES)
def test_symbolic_variants_are_the_original_at_the_original_values(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    values = {sympy.Symbol(parameter): value for parameter, value in originals(problems[name]).items()}
    (original,) = of(variants[name], "original")
    for variant in of(variants[name], "symbolic"):
        assert settled(at(variant.task, originals(problems[name]))) == original.task
        assert compare(parse(original.gold), parse(variant.gold).xreplace(values)).verdict == "equal"


@pytest.mark.parametrize("name", NAMES)
def test_numeric_variants_are_the_problem_at_admissible_values(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], name: str
) -> None:
    (original,) = of(variants[name], "original")
    for variant in of(variants[name], "numeric"):
        values = {parameter: parse(text) for parameter, text in variant.parameters.items()}
        assert all(value.is_Rational for value in values.values())
        assert variant.task == settled(at(problems[name].task, values))
        assert variant.task != original.task
        point = {sympy.Symbol(parameter): value for parameter, value in values.items()}
        assert Assumptions.of(problems[name].assumptions).admits(point)


def test_numeric_respects_relations_integrality_ranges_and_size(problems: dict[str, Problem]) -> None:
    def values(name: str, parameter: str) -> list[sympy.Expr]:
        return [parse(v.parameters[parameter]) for s in range(3) for v in made(problems[name], "numeric", s)]

    assert all(0 < r < 1 for r in values("geometric", "r"))
    assert all(n.is_Integer and 0 <= n <= LARGEST_EXPONENT for n in values("gamma-half", "n"))
    assert all(a != b for a, b in zip(values("quadratic", "a"), values("quadratic", "b"), strict=True))
    assert any(a < 0 for a in values("quadratic", "a"))


def test_numeric_digits_grow_with_strength(variants: dict[str, list[Variant]]) -> None:
    digits = [
        (len(variant.parameters["a"]), variant.strength) for variant in of(variants["gaussian"], "numeric")
    ]
    assert digits == [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0)]


@pytest.mark.parametrize("name", NAMES)
def test_equivalence_changes_the_task_and_keeps_answer_bounds_and_conditions(
    variants: dict[str, list[Variant]], name: str
) -> None:
    (original,) = of(variants[name], "original")
    rewritten = of(variants[name], "equivalence")
    assert len(rewritten) == 4
    for variant in rewritten:
        assert variant.gold == original.gold
        assert variant.task != original.task
        assert all(
            getattr(variant.task, field, None) == getattr(original.task, field, None) for field in FIXED
        )


@pytest.mark.parametrize("name", NAMES)
def test_equivalence_is_harder_where_it_says_so(variants: dict[str, list[Variant]], name: str) -> None:
    rewritten = of(variants[name], "equivalence")
    easy = [variant.strength for variant in rewritten if "easy" in variant.id]
    hard = [variant.strength for variant in rewritten if "hard" in variant.id]
    assert max(easy) < min(hard)


EXPRESSIONS = {
    "gaussian": ("integrand", ()),
    "parts": ("integrand", ()),
    "taylor": ("expression", ()),
    "tidy": ("expression", ("x > 0",)),
    "geometric": ("term", (r"n \in \mathbb{Z}", r"n \ge 1")),
    "compound": ("expression", ("x > 0",)),
}


@pytest.mark.parametrize("name", sorted(EXPRESSIONS))
def test_expressions_are_equal_after_the_form_is_in(variants: dict[str, list[Variant]], name: str) -> None:
    field, assumptions = EXPRESSIONS[name]
    (original,) = of(variants[name], "original")
    for variant in of(variants[name], "equivalence"):
        before, after = getattr(original.task, field), getattr(variant.task, field)
        assert compare(after, before, Assumptions.of(assumptions)).verdict == "equal", variant.change


def test_an_inert_parameter_is_refused_with_the_reason(problems: dict[str, Problem]) -> None:
    problem = problems["gaussian"]
    inert = problem.parameters[0].model_copy(update={"name": "h"})
    padded = problem.model_copy(update={"parameters": (*problem.parameters, inert)})
    refused = [item for item in REGISTRY["symbolic"].variants(padded, 0) if isinstance(item, Refusal)]
    assert [item.variant for item in refused] == ["gaussian/symbolic-h"]
    assert "inert" in refused[0].reason


def test_an_undefined_answer_is_refused(problems: dict[str, Problem]) -> None:
    broken = problems["gaussian"].model_copy(update={"gold": parse(r"\frac{1}{a - 1}")})
    (item,) = REGISTRY["original"].variants(broken, 0)
    assert isinstance(item, Refusal)
    assert "undefined" in item.reason


def test_an_endless_answer_is_refused() -> None:
    fields = {
        **dict.fromkeys(("title", "topic", "source", "derivation"), ""),
        "id": "power",
        "level": 1,
        "answer_kind": "expression",
        "task": Evaluation(expression=parse("7^{n} + a")),
        "gold": "7^{n} + a",
        "parameters": [
            {"name": "n", "original": "2000", "role": "exponent"},
            {"name": "a", "original": "1", "role": "shift"},
        ],
    }
    problem = Problem.model_validate(fields)
    (item,) = REGISTRY["original"].variants(problem, 0)
    assert isinstance(item, Refusal)
    assert "too large" in item.reason


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_bytes(problems: dict[str, Problem], seed: int) -> None:
    for perturbation in REGISTRY.values():
        first, again = (list(perturbation.variants(problems["taylor"], seed)) for _ in range(2))
        assert first == again
        lines = [list(dump_variants(v for v in run if isinstance(v, Variant))) for run in (first, again)]
        assert lines[0] == lines[1]


def test_other_seeds_give_other_variants(problems: dict[str, Problem]) -> None:
    first, second = ([v.gold for v in made(problems["gaussian"], "numeric", seed)] for seed in (1, 2))
    assert first != second


def test_any_variant_can_be_made_again_alone(
    problems: dict[str, Problem], variants: dict[str, list[Variant]]
) -> None:
    numeric = REGISTRY["numeric"]
    slot = numeric.slots(problems["taylor"])[2]
    alone = numeric.make(problems["taylor"], slot, numeric.source(problems["taylor"], 0, 2))
    assert alone == of(variants["taylor"], "numeric")[2]


@pytest.mark.parametrize("name", NAMES)
def test_no_variant_has_junk_in_it_and_each_survives_its_file(
    variants: dict[str, list[Variant]], name: str
) -> None:
    junk = re.compile(r"Piecewise|zoo|nan|None|Symbol|\*\*|\boo\b|Dummy|\{\{|True|False|\\wedge")
    for variant in variants[name]:
        assert not junk.search(variant.statement), variant.statement
        assert variant.statement.count("$") % 2 == 0
        (line,) = dump_variants([variant])
        fields = json.loads(line)
        fields.pop("sha256")
        assert Variant.model_validate(fields) == variant
        phrasings = {statement(variant.task, variant.assumptions, number) for number in range(6)}
        assert variant.statement in phrasings
