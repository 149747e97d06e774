"""The variations of ASyMOB: their names, and how many a family with k symbols has of each."""

import re
from collections import Counter
from math import perm

import pytest

from app.problems.asymob import FIXED, FORM_OF, FORMS, asymob
from app.problems.perturbations.identities import IDENTITIES
from app.problems.problem import Problem, Refusal, Variant
from app.problems.tasks import expressions

BY_SYMBOLS = {1: "taylor", 2: "corner", 3: "oscillator"}
PATTERNS = {
    "Original": r"original",
    "Symbolic": r"symbolic(-\d+)?",
    "Numeric-One": r"numeric-one-\d+-[a-z]",
    "Numeric-All": r"numeric-all-\d+",
    "Numeric-All-2-S": r"numeric-all-2-s-\d+",
    "Equivalence-One-Easy": r"equivalence-one-easy-\d+",
    "Equivalence-One-Hard": r"equivalence-one-hard-\d+",
    "Equivalence-All-Easy": r"equivalence-all-easy-\d+",
    "Equivalence-All-Hard": r"equivalence-all-hard-\d+",
}


def counts_of(symbols: int) -> dict[str, int]:
    """The table of the paper."""
    return {
        "Original": 1,
        "Symbolic": 2**symbols - 1,
        "Numeric-One": 10 * symbols,
        "Numeric-All": 10,
        "Numeric-All-2-S": 50,
        "Equivalence-One-Easy": 5 * symbols,
        "Equivalence-One-Hard": 5 * symbols,
        "Equivalence-All-Easy": perm(5, symbols),
        "Equivalence-All-Hard": perm(5, symbols),
    }


@pytest.fixture(scope="module", params=sorted(BY_SYMBOLS))
def family(request: pytest.FixtureRequest, problems: dict[str, Problem]) -> tuple[int, list]:
    """The number of symbols of a problem, and what the scheme makes of it."""
    return request.param, list(asymob(problems[BY_SYMBOLS[request.param]], 0, 0))


def kind(label: str) -> str:
    (found,) = (name for name, pattern in PATTERNS.items() if re.fullmatch(pattern, label))
    return found


def test_a_family_has_as_many_of_each_variation_as_in_the_paper(family: tuple[int, list]) -> None:
    symbols, made = family
    labels = [(item.id if isinstance(item, Variant) else item.variant).partition("/")[2] for item in made]
    assert len(set(labels)) == len(labels)
    assert Counter(map(kind, labels)) == Counter(counts_of(symbols))


def test_variants_are_named_as_in_the_paper(family: tuple[int, list]) -> None:
    _, made = family
    for item in made:
        if isinstance(item, Refusal):
            assert item.reason
            continue
        variation = item.change["variation"]
        assert kind(item.id.partition("/")[2]) == re.sub(r"-\d+$", "", variation)
        assert item.perturbation == variation.partition("-")[0].lower()


def test_numbers_have_the_digits_that_the_name_says(family: tuple[int, list]) -> None:
    _, made = family
    for item in made:
        if isinstance(item, Variant) and item.perturbation == "numeric":
            digits = int(re.findall(r"\d+", item.change["variation"])[0])
            assert digits == item.strength
            assert any(len(text.lstrip("-")) == digits for text in item.parameters.values())


def test_a_form_with_the_variable_stands_in_no_bound_point_or_condition(family: tuple[int, list]) -> None:
    _, made = family
    original = made[0]
    letters = set().union(*(one.free_symbols for one in expressions(original.task)))
    for item in made:
        if isinstance(item, Variant) and item.perturbation == "equivalence":
            assert item.gold == original.gold
            assert item.parent == original.id
            for field in FIXED:
                held = getattr(item.task, field, ())
                before = getattr(original.task, field, ())
                pairs = zip(held, before, strict=True) if isinstance(held, tuple) else [(held, before)]
                assert all(new.free_symbols == old.free_symbols for new, old in pairs)
            assert set().union(*(one.free_symbols for one in expressions(item.task))) <= letters


def test_all_forms_of_a_variant_differ(family: tuple[int, list]) -> None:
    _, made = family
    for item in made:
        if isinstance(item, Variant) and item.perturbation == "equivalence":
            used = item.change["identities"].split(", ")
            assert len(set(used)) == len(used) == item.strength


def test_forms_equal_1_on_the_whole_real_line() -> None:
    known = {identity.name: identity for identity in IDENTITIES}
    for forms in FORMS.values():
        assert len(forms) == 5
        for name in forms:
            assert (known[name].value, known[name].domain, FORM_OF[name]) == (1, "real", known[name].form)


def test_a_variant_does_not_depend_on_the_others(problems: dict[str, Problem]) -> None:
    first, again = (list(asymob(problems["taylor"], position, 3)) for position in (0, 9))
    assert first == again
    assert first != list(asymob(problems["taylor"], 0, 4))
