"""Bounds of tails: they lie above the function they bound, and below where they are lower bounds."""

import pytest
import sympy
from flint import arb, ctx

from app.maths import enclose, parse
from app.maths.enclosures import Evaluation
from app.maths.growth import NoBound, Tail

u = sympy.Symbol("u")
START = 64
PLACES = tuple(sympy.Rational(START) * factor for factor in (1, sympy.Rational(9, 8), 3, 40, 1000))

FAR = (
    r"\frac{1}{u^2 + 4}",
    r"u^3 e^{-2 u}",
    r"e^{-u^2 + 5 u}",
    r"\frac{u^3}{e^{2 u} - 1}",
    r"\frac{\ln(3 u)}{u^2 + 4}",
    r"e^{-u} \sin(3 u) + e^{-2 u}",
    r"\frac{e^{-2 u - 3/u}}{\sqrt{u}}",
    r"\frac{\arctan u}{u^2}",
    r"\frac{1}{\cosh u}",
    r"2^{-u} u",
    r"\ln(1 + 2^{-u})",
    r"\frac{1}{u} \sin(3/u)",
    r"\frac{u}{(2 u)!}",
    r"e^{-u} J_0(u)",
)
NEAR = (
    r"\frac{e^{-2 u} - e^{-5 u}}{u}",
    r"\frac{\sin(3 u)}{u}",
    r"\frac{u^3}{e^{2 u} - 1}",
    r"u^2 \ln(u)^3",
    r"\frac{1}{\sqrt{u}} e^{-3/u}",
    r"\frac{\ln(1 + u)}{u}",
    r"\frac{1 - \cos u}{u^{5/2}}",
)
CASES = [(text, True) for text in FAR] + [(text, False) for text in NEAR]


def _tail(far: bool = True) -> Tail:
    return Tail(Evaluation.at({}), u, arb(START), far=far)


@pytest.mark.parametrize(("text", "far"), CASES)
def test_an_upper_bound_lies_above_the_function(text: str, far: bool) -> None:
    expression = parse(text)
    with ctx.workprec(160):
        bound = _tail(far).upper(expression)
        for y in PLACES:
            size = enclose(expression, {u: y if far else 1 / y}, 4096).abs_lower()
            assert size <= bound.at(enclose(y, {}).real).upper()


@pytest.mark.parametrize("text", [r"u^2 - 3 u + 1", r"e^{2 u} - u", r"\sinh u", r"u!", r"u^3 (1 - e^{-u})"])
def test_a_lower_bound_lies_below_the_function(text: str) -> None:
    expression = parse(text)
    with ctx.workprec(160):
        bound = _tail().lower(expression)
        for y in PLACES:
            assert enclose(expression, {u: y}, 4096).abs_upper() >= bound.at(enclose(y, {}).real).lower()


@pytest.mark.parametrize(("text", "far"), CASES)
def test_the_bound_of_a_tail_covers_its_beginning(text: str, far: bool) -> None:
    """The part up to three times (or a third of) where the tail starts, by rigorous quadrature."""
    expression = parse(text)
    with ctx.workprec(160):
        bound = _tail(far).integral(expression)
        ends = (START, 3 * START) if far else (sympy.Rational(1, 3 * START), sympy.Rational(1, START))
        part = enclose(sympy.Integral(expression, (u, *ends)), {}, 160)
        assert part.abs_lower() <= bound


@pytest.mark.parametrize("text", [r"\frac{1}{u}", r"\sin u", "e^u", r"\frac{u}{u^2 + 1}", "1"])
def test_a_tail_that_is_not_integrable_has_no_bound(text: str) -> None:
    with ctx.workprec(160), pytest.raises(NoBound):
        _tail().integral(parse(text))
