"""Certificates of reversed questions: the closed form holds, has the value given, and is monotone."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import parse, render
from app.problems.certificates import certify
from app.problems.certificates.reversal import CLOSED_FORM, require_monotone
from app.problems.errors import Refused
from app.problems.problem import Variant
from app.problems.tasks import Equation
from tests.problems.examples import of

A = sympy.Symbol("a")
Variants = dict[str, list[Variant]]


def reversals(variants: Variants) -> list[Variant]:
    return [one for name in ("gaussian", "compound") for one in of(variants[name], "reversal")]


def gaussian(variants: Variants) -> Variant:
    (found,) = of(variants["gaussian"], "reversal")
    return found


def changed(variant: Variant, *, closed: str | None = None, **fields: object) -> Variant:
    """The reversal with another closed form, or other fields of its equation."""
    change = variant.change if closed is None else {**variant.change, CLOSED_FORM: closed}
    return variant.model_copy(update={"change": change, "task": variant.task.model_copy(update=fields)})


def test_right_reversals_are_certified(variants: Variants) -> None:
    for variant in reversals(variants):
        certificate = certify(variant)
        assert certificate.method.startswith("monotone-")
        assert certificate.digits >= 13
        assert "monotone" in certificate.evidence[0]


WRONG_VALUES = {
    "another value": lambda value: value + 1,
    "lost sign": lambda value: -value,
    "factor 2": lambda value: 2 * value,
    "nearly": lambda value: value * (1 + sympy.Rational(1, 10**12)),
}


@pytest.mark.parametrize("what", WRONG_VALUES)
def test_a_wrong_value_is_refused(variants: Variants, what: str) -> None:
    for variant in reversals(variants):
        (value,) = parse(variant.gold)
        wrong = render(sympy.FiniteSet(WRONG_VALUES[what](value)))
        with pytest.raises(Refused):
            certify(variant.model_copy(update={"gold": wrong}))


@pytest.mark.parametrize("gold", ["3", r"\{2, 3\}", r"\{a\}", r"\varnothing", r"\{\frac{1}{\}"])
def test_what_is_not_one_value_is_refused(variants: Variants, gold: str) -> None:
    with pytest.raises(Refused):
        certify(gaussian(variants).model_copy(update={"gold": gold}))


@pytest.mark.parametrize("factor", [2, -1, 1 + sympy.Rational(1, 10**12)])
def test_a_wrong_closed_form_is_refused_even_if_the_value_given_fits_it(
    variants: Variants, factor: sympy.Expr
) -> None:
    """It is certified forwards, for every value of the parameter, against the integral itself."""
    for variant in reversals(variants):
        wrong = parse(variant.change[CLOSED_FORM]) * factor
        (value,) = parse(variant.gold)
        given_value = wrong.xreplace({variant.task.variable: value})
        equation = sympy.Eq(variant.task.equation.lhs, given_value, evaluate=False)
        with pytest.raises(Refused):
            certify(changed(variant, closed=render(wrong), equation=equation))
        with pytest.raises(Refused):
            certify(changed(variant, closed=render(wrong)))


def test_another_value_given_is_refused(variants: Variants) -> None:
    for variant in reversals(variants):
        equation = variant.task.equation
        with pytest.raises(Refused):
            certify(changed(variant, equation=sympy.Eq(equation.lhs, 2 * equation.rhs, evaluate=False)))


def test_a_closed_form_that_is_not_monotone_is_refused(variants: Variants) -> None:
    """The integral of 3 x^2 from 0 to a^2 - 4 a is (a^2 - 4 a)^3: right, and taken twice."""
    task = Equation(equation=parse(r"\int_{0}^{a^2 - 4 a} 3 x^2 \, dx = -27"), variable=A, domain="positive")
    closed = r"\left(a^2 - 4 a\right)^3"
    variant = gaussian(variants).model_copy(
        update={"task": task, "gold": r"\{1\}", "change": {"asks for": "a", CLOSED_FORM: closed}}
    )
    with pytest.raises(Refused, match="monotone"):
        certify(variant)


def test_the_value_must_lie_where_it_is_looked_for(variants: Variants) -> None:
    """a^2 has the value 9 at -3 too, which is not positive."""
    task = Equation(equation=parse(r"\int_{0}^{a} 2 x \, dx = 9"), variable=A, domain="positive")
    fields = {"task": task, "change": {"asks for": "a", CLOSED_FORM: "a^2"}}
    right = gaussian(variants).model_copy(update={**fields, "gold": r"\{3\}"})
    assert certify(right)
    with pytest.raises(Refused):
        certify(right.model_copy(update={"gold": r"\{-3\}"}))


def test_what_is_no_equation_is_refused(variants: Variants) -> None:
    (original, *_) = variants["gaussian"]
    with pytest.raises(Refused, match="no equation"):
        certify(gaussian(variants).model_copy(update={"task": original.task}))


MONOTONE = {
    "positive": (r"a^2", r"\frac{1}{a}", r"\sqrt{a}", r"\ln a", r"e^{-3 a}", r"a^3 + a"),
    "reals": ("2 a", "e^{a}"),
}
NOT_SHOWN = {"positive": (r"\sin a", "a^2 - a", "7"), "reals": ("a^2", "a^3", r"\frac{1}{a}", r"\cosh a")}


@pytest.mark.parametrize(
    ("domain", "text"), [(domain, text) for domain in MONOTONE for text in MONOTONE[domain]]
)
def test_what_is_monotone_is_seen_to_be(domain: str, text: str) -> None:
    require_monotone(parse(text), A, domain)
    require_monotone(-parse(text), A, domain)


@pytest.mark.parametrize(
    ("domain", "text"), [(domain, text) for domain in NOT_SHOWN for text in NOT_SHOWN[domain]]
)
def test_what_is_not_shown_to_be_monotone_is_refused(domain: str, text: str) -> None:
    with pytest.raises(Refused, match="not shown to be monotone in a"):
        require_monotone(parse(text), A, domain)


@settings(max_examples=40, deadline=None)
@given(coefficients=st.lists(st.integers(-4, 4), min_size=2, max_size=5))
def test_a_polynomial_that_is_called_monotone_takes_no_value_twice(coefficients: list[int]) -> None:
    polynomial = sum((c * A**power for power, c in enumerate(coefficients)), sympy.S.Zero)
    try:
        require_monotone(polynomial, A, "reals")
    except Refused:
        return
    values = [polynomial.xreplace({A: sympy.Rational(number, 3)}) for number in range(-30, 31)]
    assert values in (sorted(set(values)), sorted(set(values), reverse=True))
