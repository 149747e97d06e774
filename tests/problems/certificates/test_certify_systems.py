"""Certificates of products, systems and inequalities: right answers get one, wrong ones do not."""

from itertools import pairwise

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from app.maths import render
from app.problems.certificates import certify
from app.problems.errors import Refused
from tests.problems.certificates.cases import Case, variant
from tests.problems.certificates.system_cases import SYSTEMS


def _changed(name: str, **changes: object) -> Case:
    case, _ = SYSTEMS[name]
    return case._replace(task={**case.task, **changes})


ILL_POSED = {
    "product that diverges": _changed("product of a rational function", factor=r"1 + \frac{a^2}{k}"),
    "product that tends to 0": _changed("product of a rational function", factor=r"\frac{k}{k + 1}"),
    "product up to no integer": _changed("finite product", upper=r"n + \frac{1}{2}"),
    "system with infinitely many solutions": _changed(
        "linear system", equations=["a x + y = 1", "2 a x + 2 y = 2"]
    ),
    "equations that say the same": _changed(
        "differential system", equations=["x' + y' = a x - a y", "2 x' + 2 y' = 2 a x - 2 a y"]
    ),
    "a condition missing": _changed("differential system", conditions=["x(0) = b"]),
    "a condition twice": _changed("differential system", conditions=["x(0) = b", "x(0) = b"]),
    "conditions at two points": _changed(
        "differential system", conditions=["x(0) = b", r"y\left(\frac{2 \pi}{a}\right) = 1"]
    ),
}


@pytest.mark.parametrize("case", ILL_POSED.values(), ids=ILL_POSED)
def test_an_ill_posed_problem_is_refused(case: Case) -> None:
    with pytest.raises(Refused):
        certify(variant(case))


ROOTS = st.lists(st.integers(-9, 9), min_size=1, max_size=5, unique=True)


@given(ROOTS, st.booleans())
def test_the_sign_chart_of_a_polynomial_is_that_of_its_roots(roots: list[int], strict: bool) -> None:
    x = sympy.Symbol("x")
    polynomial = sympy.expand(sympy.Mul(*(x - root for root in roots)))
    places = [-sympy.oo, *sorted(roots), sympy.oo]
    positive = [
        sympy.Interval(low, high, strict, strict)
        for index, (low, high) in enumerate(pairwise(places))
        if (len(roots) - index) % 2 == 0
    ]
    relation = polynomial > 0 if strict else polynomial >= 0
    task = {"operation": "inequality", "relation": render(relation), "variable": "x"}
    certificate = certify(variant(Case("sign-chart", task, render(sympy.Union(*positive)))))
    assert certificate.method == "sign-chart"


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=3, unique=True), st.integers(1, 5))
def test_the_trace_form_counts_the_points_that_a_system_was_made_of(first: list[int], second: int) -> None:
    x = sympy.Symbol("x")
    gold = sympy.FiniteSet(*(sympy.Tuple(a, b) for a in first for b in (second, -second)))
    lines = sympy.expand(sympy.Mul(*(x - a for a in first)))
    task = {
        "operation": "equation_system",
        "equations": [f"{render(lines)} = 0", f"y^2 + x y - {second**2} = x y"],
        "variables": ["x", "y"],
    }
    assert certify(variant(Case("trace-form", task, render(gold)))).method == "trace-form"
    fewer = sympy.FiniteSet(*gold.args[1:])
    with pytest.raises(Refused):
        certify(variant(Case("trace-form", task, render(fewer))))
