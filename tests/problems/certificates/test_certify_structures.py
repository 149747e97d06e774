"""Certificates on matrices, random variables and integers: right answers get one, wrong ones do not."""

import math

import pytest

from app.problems.certificates import certify
from app.problems.certificates.integers import VALUES
from app.problems.errors import Refused
from app.problems.tasks import ARGUMENTS
from tests.problems.certificates.cases import Case, variant
from tests.problems.certificates.structure_cases import STRUCTURES


def _changed(name: str, **changes: object) -> Case:
    case, _ = STRUCTURES[name]
    return case._replace(task={**case.task, **changes})


ILL_POSED = {
    "law of another mass": (_changed("expectation, density", law=r"2 a e^{-a x}"), r"\frac{4}{a^2}"),
    "law that is negative": (
        _changed("expectation, density", law=r"a e^{-a x} (2 - a x)"),
        r"-\frac{2}{a^2}",
    ),
    "system without one solution": (
        _changed("linear system", matrix=r"\begin{pmatrix} 1 & 1 \\ b & b \end{pmatrix}"),
        r"\left(0, 1\right)",
    ),
    "matrix without inverse": (
        _changed("inverse", matrix=r"\begin{pmatrix} a & b \\ a & b \end{pmatrix}"),
        r"\begin{pmatrix} a & b \\ a & b \end{pmatrix}",
    ),
    "power that is not whole": (
        _changed("matrix power", exponent=r"\frac{1}{2}"),
        STRUCTURES["matrix power"][0].gold,
    ),
    "order of what is not coprime": (_changed("multiplicative order", arguments=["2", "2 a"]), "1"),
    "no prime": (_changed("valuation", arguments=["6", "36"]), "2"),
}


@pytest.mark.parametrize(("case", "gold"), ILL_POSED.values(), ids=ILL_POSED)
def test_an_ill_posed_problem_is_refused(case: Case, gold: str) -> None:
    with pytest.raises(Refused):
        certify(variant(case, gold))


def test_every_arithmetic_function_has_a_value() -> None:
    assert set(VALUES) == set(ARGUMENTS)


@pytest.mark.parametrize("name", ["totient", "divisor_count", "divisor_sum"])
def test_the_definition_and_the_factorisation_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = range(1, 200)
    by_definition = [VALUES[name](n) for n in numbers]
    monkeypatch.setattr("app.problems.certificates.integers.COUNTED", 0)
    assert [VALUES[name](n) for n in numbers] == by_definition


@pytest.mark.parametrize("modulus", range(2, 60))
def test_the_order_is_the_first_power_that_is_one(modulus: int) -> None:
    for base in (base for base in range(1, modulus) if math.gcd(base, modulus) == 1):
        first = next(e for e in range(1, modulus + 1) if pow(base, e, modulus) == 1 % modulus)
        assert VALUES["multiplicative_order"](base, modulus) == first
