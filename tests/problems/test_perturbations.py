"""Perturbations: what each makes of a problem, and what it refuses."""

import json
import re
from collections.abc import Iterator

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import Assumptions, compare, parse
from app.problems.formats.native import dump_variants
from app.problems.perturbations import REGISTRY
from app.problems.perturbations.base import at, originals
from app.problems.perturbations.numeric import LARGEST_EXPONENT
from app.problems.perturbations.symbolic import Symbolic
from app.problems.problem import Problem, Refusal, Variant
from app.problems.statements import statement
from app.problems.tasks import Evaluation

SEEDS = (0, 11)


def made(problem: Problem, perturbation: str, seed: int = 0) -> list[Variant]:
    items = REGISTRY[perturbation].variants(problem, seed)
    return [item for item in items if isinstance(item, Variant)]


def everything(problems: dict[str, Problem], seed: int = 0) -> Iterator[tuple[Problem, Variant]]:
    for problem in problems.values():
        for name in REGISTRY:
            for variant in made(problem, name, seed):
                yield problem, variant


def test_the_original_has_every_parameter_at_its_value(problems: dict[str, Problem]) -> None:
    (variant,) = made(problems["gaussian"], "original")
    x = sympy.Symbol("x")
    assert variant.id == "gaussian/original"
    assert variant.task.integrand == sympy.exp(-(x**2))
    assert parse(variant.gold) == sympy.sqrt(sympy.pi)
    assert variant.parameters == {"a": "1"}
    assert variant.assumptions == ()


def test_symbolic_takes_each_parameter_and_all_of_them(problems: dict[str, Problem]) -> None:
    labels = {variant.id: variant.strength for variant in made(problems["oscillator"], "symbolic")}
    assert labels == {
        "oscillator/symbolic-a": 1.0,
        "oscillator/symbolic-b": 1.0,
        "oscillator/symbolic-c": 1.0,
        "oscillator/symbolic-a-b-c": 3.0,
    }


def test_symbolic_can_take_every_subset(problems: dict[str, Problem]) -> None:
    assert len(list(Symbolic(exhaustive=True).variants(problems["oscillator"], 0))) == 7


@pytest.mark.parametrize("seed", SEEDS)
def test_symbolic_variants_are_the_original_at_the_original_values(
    problems: dict[str, Problem], seed: int
) -> None:
    for problem in problems.values():
        (original,) = made(problem, "original", seed)
        for variant in made(problem, "symbolic", seed):
            assert at(variant.task, originals(problem)) == original.task
            values = {sympy.Symbol(name): value for name, value in originals(problem).items()}
            assert compare(parse(original.gold), parse(variant.gold).xreplace(values)).verdict == "equal"


@pytest.mark.parametrize("seed", SEEDS)
def test_numeric_variants_are_the_problem_at_their_values(problems: dict[str, Problem], seed: int) -> None:
    for problem in problems.values():
        for variant in made(problem, "numeric", seed):
            values = {name: parse(text) for name, text in variant.parameters.items()}
            assert all(value.is_Rational for value in values.values())
            assert variant.task == at(problem.task, values)
            assert variant.task != at(problem.task, originals(problem))
            assert Assumptions.of(problem.assumptions).admits(
                {sympy.Symbol(name): value for name, value in values.items()}
            )


def test_numeric_respects_relations_integrality_ranges_and_size(problems: dict[str, Problem]) -> None:
    def values(name: str, parameter: str) -> list[sympy.Expr]:
        return [parse(v.parameters[parameter]) for s in range(6) for v in made(problems[name], "numeric", s)]

    assert all(0 < r < 1 for r in values("geometric", "r"))
    assert all(n.is_Integer and 0 <= n <= LARGEST_EXPONENT for n in values("gamma-half", "n"))
    assert all(a != b for a, b in zip(values("quadratic", "a"), values("quadratic", "b"), strict=True))
    assert any(a < 0 for a in values("quadratic", "a"))


def test_numeric_digits_grow_with_strength(problems: dict[str, Problem]) -> None:
    for variant in made(problems["gaussian"], "numeric"):
        assert len(variant.parameters["a"]) == variant.strength


def test_equivalence_keeps_the_answer_and_changes_the_task(problems: dict[str, Problem]) -> None:
    for problem in problems.values():
        (original,) = made(problem, "original")
        variants = made(problem, "equivalence")
        assert len(variants) == 4
        for variant in variants:
            assert variant.gold == original.gold
            assert variant.task != original.task
            bounds = ("lower", "upper", "point", "conditions", "variable", "index", "degree")
            assert all(getattr(variant.task, name, 0) == getattr(original.task, name, 0) for name in bounds)


def test_equivalence_is_harder_where_it_says_so(problems: dict[str, Problem]) -> None:
    for problem in problems.values():
        strengths = [(variant.strength, "hard" in variant.id) for variant in made(problem, "equivalence")]
        assert max(score for score, hard in strengths if not hard) < min(
            score for score, hard in strengths if hard
        )


def test_equal_expressions_are_equal_after_the_form_is_in(problems: dict[str, Problem]) -> None:
    fields = {"gaussian": "integrand", "parts": "integrand", "taylor": "expression", "geometric": "term"}
    for name, field in fields.items():
        (original,) = made(problems[name], "original")
        known = (r"n \in \mathbb{Z}", r"n \ge 1") if name == "geometric" else ()
        for variant in made(problems[name], "equivalence"):
            result = compare(
                getattr(original.task, field), getattr(variant.task, field), Assumptions.of(known)
            )
            assert result.verdict == "equal", (variant.change, result)


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
    for name in ("gaussian", "quadratic", "decay"):
        for perturbation in REGISTRY.values():
            first, again = (list(perturbation.variants(problems[name], seed)) for _ in range(2))
            assert first == again
            lines = [list(dump_variants(v for v in run if isinstance(v, Variant))) for run in (first, again)]
            assert lines[0] == lines[1]


def test_other_seeds_give_other_variants(problems: dict[str, Problem]) -> None:
    first, second = ([v.gold for v in made(problems["gaussian"], "numeric", seed)] for seed in (1, 2))
    assert first != second


@pytest.mark.parametrize("seed", SEEDS)
def test_no_variant_has_junk_in_it_and_each_survives_its_file(
    problems: dict[str, Problem], seed: int
) -> None:
    junk = re.compile(r"Piecewise|zoo|nan|None|Symbol|\*\*|oo\b|Dummy|\{\{|True|False")
    for _, variant in everything(problems, seed):
        assert not junk.search(variant.statement), variant.statement
        assert variant.statement.count("$") % 2 == 0
        (line,) = dump_variants([variant])
        fields = json.loads(line)
        fields.pop("sha256")
        assert Variant.model_validate(fields) == variant
        phrasings = {statement(variant.task, variant.assumptions, number) for number in range(6)}
        assert variant.statement in phrasings
