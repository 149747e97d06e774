"""Facts beside the point: they are true, in letters of their own, and the task is untouched."""

import random
import re

import pytest
import sympy

from app.maths import parse, render
from app.problems.perturbations.distractor import OPENINGS, Distractor
from app.problems.perturbations.identities import IDENTITIES, Q, U, template
from app.problems.problem import Variant
from app.problems.tasks import DifferentialEquation, letters
from tests.problems.examples import NAMES, of, original

DISTRACTOR = Distractor()
BY_NAME = {identity.name: identity for identity in IDENTITIES}
EQUATION = re.compile(r"\$(.+?) = ([01])\$(?: for every [a-z ]+ \$([a-z])\$)?")


def facts(variant: Variant, parent: Variant) -> list[tuple[sympy.Expr, int, str]]:
    """The equations that stand beside the parent's statement: left side, right side, and letter."""
    beside = variant.statement.replace(parent.statement, "", 1).strip()
    return [(parse(left), int(right), letter) for left, right, letter in EQUATION.findall(beside)]


@pytest.mark.parametrize("name", NAMES)
def test_the_statement_of_the_parent_stands_beside_proven_facts(
    variants: dict[str, list[Variant]], name: str
) -> None:
    """Each fact is one of the identities, all of which the table's own tests prove."""
    first = original(variants[name])
    for variant in of(variants[name], "distractor"):
        assert variant.statement.startswith(first.statement) or variant.statement.endswith(first.statement)
        told = facts(variant, first)
        identities = [BY_NAME[identity] for identity in variant.change["facts"].split(", ")]
        assert len(told) == len(identities) == variant.strength
        for (left, right, letter), identity in zip(told, identities, strict=True):
            form = template(identity.form).xreplace({Q: sympy.S.One})
            assert right == identity.value
            assert bool(letter) == form.has(U)
            written = form.xreplace({U: sympy.Symbol(letter)}) if letter else form
            assert _anonymous(left) == _anonymous(written)


def _anonymous(expression: sympy.Expr) -> sympy.Expr:
    """The expression as a file has it, all its dummies named k."""
    bound = expression.atoms(sympy.Symbol) - expression.free_symbols
    return parse(render(expression.xreplace(dict.fromkeys(bound, sympy.Symbol("k")))))


@pytest.mark.parametrize("name", NAMES)
def test_facts_use_no_letter_of_the_task_and_each_its_own(
    variants: dict[str, list[Variant]], name: str
) -> None:
    first = original(variants[name])
    for variant in of(variants[name], "distractor"):
        told = facts(variant, first)
        used = {str(symbol) for left, _, _ in told for symbol in left.atoms(sympy.Symbol)}
        assert not used & set(map(str, letters(first.task))), variant.statement
        own = [letter for _, _, letter in told if letter]
        assert len(set(own)) == len(own)


def test_the_name_of_a_function_is_no_letter_for_facts(variants: dict[str, list[Variant]]) -> None:
    task = DifferentialEquation.model_validate({"equation": "z' = w", "function": "z", "variable": "v"})
    parent = original(variants["decay"]).model_copy(update={"task": task, "statement": "Solve."})
    for seed in range(20):
        variant = DISTRACTOR.rewrite(parent, DISTRACTOR.slots()[-1], random.Random(seed))
        used = {str(symbol) for left, _, _ in facts(variant, parent) for symbol in left.atoms(sympy.Symbol)}
        assert not used & {"z", "w", "v"}


@pytest.mark.parametrize("name", NAMES)
def test_task_answer_and_assumptions_are_untouched(variants: dict[str, list[Variant]], name: str) -> None:
    first = original(variants[name])
    for variant in of(variants[name], "distractor"):
        assert (variant.task, variant.gold, variant.assumptions) == (
            first.task,
            first.gold,
            first.assumptions,
        )
        assert variant.parent == first.id


def test_openings_are_whole_sentences() -> None:
    assert all(opening.endswith("{facts}.") for opening in OPENINGS)
