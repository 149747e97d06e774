"""Every abstraction is a sound program of problems, and the grader agrees with its answers."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
import sympy

from app.grading import grade
from app.maths import render
from app.problems.certificates import certify
from app.problems.errors import Refused
from app.problems.functional import REGISTRY, Abstraction
from app.problems.functional.validity import examine
from app.problems.perturbations.parametric import variants
from app.problems.problem import KINDS, Variant

SEED = 20261124
EVERY = pytest.mark.parametrize("abstraction", REGISTRY.values(), ids=REGISTRY.keys())


def test_there_are_many_and_their_ids_and_originals_are_their_own() -> None:
    assert len(REGISTRY) >= 66
    assert len({abstraction.title for abstraction in REGISTRY.values()}) == len(REGISTRY)
    topics = Counter(abstraction.topic for abstraction in REGISTRY.values())
    assert len(topics) >= 12
    assert min(topics.values()) >= 5


@EVERY
def test_passes_every_test_of_validity(abstraction: Abstraction) -> None:
    failed = [finding for finding in examine(abstraction, seed=SEED, draws=12) if not finding.passed]
    assert failed == []


@EVERY
def test_its_answers_are_certified_and_no_others(abstraction: Abstraction) -> None:
    original, fresh = variants(abstraction, SEED, 1)
    assert certify(original).method == "second-method"
    with pytest.raises(Refused, match=r"the answer is .*, not"):
        certify(fresh.model_copy(update={"gold": render(_spoiled(abstraction.answer(_values(fresh))))}))


@EVERY
def test_its_answers_are_right_when_a_model_gives_them(abstraction: Abstraction) -> None:
    _, fresh = variants(abstraction, SEED, 1)
    kind = abstraction.answer_kind
    assert kind in KINDS["instance"]
    for written in (fresh.gold, _otherwise(fresh.gold)):
        answer = f"So the answer is $\\boxed{{{written}}}$."
        assert grade(fresh.gold, answer, kind, task=fresh.task).outcome == "correct"
    wrong = render(_spoiled(abstraction.answer(_values(fresh))))
    assert grade(fresh.gold, f"$\\boxed{{{wrong}}}$", kind, task=fresh.task).outcome == "incorrect"


@EVERY
def test_statements_are_whole_texts(abstraction: Abstraction) -> None:
    values = abstraction.sample(random.Random(SEED))
    for phrasing in range(len(abstraction.phrasings)):
        text = abstraction.render(values, phrasing)
        assert text.replace("$$", "").count("$") % 2 == 0
        assert "+ -" not in text
        assert "  " not in text
        assert text[0].isupper() or text[0] in "$0123456789"
        assert text.rstrip()[-1] in ".?)$"


def _values(variant: Variant) -> dict[str, object]:
    assert variant.task is not None
    return variant.task.values  # type: ignore[union-attr]


def _otherwise(gold: str) -> str:
    """The answer with plain brackets and slashes, as models write it too."""
    plain = gold.replace(r"\left", "").replace(r"\right", "")
    return re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", plain)


def _spoiled(answer: sympy.Basic) -> sympy.Basic:
    """The answer with its first number one too large."""
    if isinstance(answer, sympy.Expr):
        return answer + 1
    if isinstance(answer, sympy.Interval):
        return sympy.Interval(answer.start, answer.end + 1)
    if isinstance(answer, sympy.FiniteSet):
        first, *others = answer.args
        return sympy.FiniteSet(_spoiled(first), *others)
    first, *others = answer.args
    return sympy.Tuple(first + 1, *others)
