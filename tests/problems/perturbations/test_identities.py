"""The table of identities: each is proved on its domain, and compositions stay true."""

import random

import pytest
import sympy

from app.maths import Assumptions, compare, parse, render
from app.problems.perturbations.identities import (
    ARGUMENTS,
    IDENTITIES,
    Identity,
    Place,
    Q,
    U,
    compose,
    template,
)

DOMAINS = {
    "real": Assumptions.of(()),
    "positive": Assumptions.of(("u > 0", "x > 0")),
    "integer": Assumptions.of((r"u \in \mathbb{Z}",)),
    "counting": Assumptions.of((r"u \in \mathbb{Z}", "u > 0")),
}
x = sympy.Symbol("x")


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.name)
def test_each_identity_holds_on_its_domain(identity: Identity) -> None:
    form = template(identity.form).xreplace({Q: sympy.S.One})
    result = compare(form, sympy.Integer(identity.value), DOMAINS[identity.domain])
    assert result.verdict == "equal", result


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.name)
def test_no_identity_evaluates_itself_away(identity: Identity) -> None:
    form = template(identity.form).xreplace({U: x, Q: sympy.S.One})
    assert form != identity.value
    read_back = parse(render(form))
    assert read_back != identity.value
    assert parse(render(read_back)) == read_back


def test_names_are_unique() -> None:
    names = [identity.name for identity in IDENTITIES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("argument", ARGUMENTS, ids=lambda argument: argument.form)
def test_arguments_are_what_they_say(argument: object) -> None:
    form = template(argument.form)
    for value in (-1000, -3, sympy.Rational(-1, 2), 0, sympy.Rational(1, 3), 2, 1000):
        number = form.xreplace({U: sympy.Integer(value) if isinstance(value, int) else value})
        assert number.is_real
        assert number.is_positive or not argument.positive
        assert abs(number) <= 3 or not argument.bounded


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("value", [0, 1])
@pytest.mark.parametrize("positive", [False, True])
def test_compositions_equal_what_they_say(depth: int, value: int, positive: bool) -> None:
    known = DOMAINS["positive" if positive else "real"]
    for index in range(8):
        source = random.Random(f"{depth}/{value}/{positive}/{index}")
        form = compose(Place(x, positive=positive, taken=frozenset({x})), depth, source, value)
        assert compare(form.expression, sympy.Integer(form.value), known).verdict == "equal", form
        assert form.score >= depth - 1
        assert form.expression.free_symbols <= {x}


def test_dummies_do_not_capture() -> None:
    letters = frozenset(map(sympy.Symbol, "xtskm"))
    place = Place(sympy.Symbol("t"), taken=letters)
    for index in range(60):
        form = compose(place, 2, random.Random(index), 1)
        bound = {
            limits[0] for node in form.expression.atoms(sympy.Sum, sympy.Integral) for limits in node.limits
        }
        assert not bound & letters


def test_what_must_hold_for_complex_values_does() -> None:
    known = Assumptions.of((r"x \in \mathbb{C}",))
    for index in range(20):
        form = compose(Place(x, entire=True, taken=frozenset({x})), 2, random.Random(index), 1)
        assert compare(form.expression, sympy.Integer(1), known).verdict == "equal", form
