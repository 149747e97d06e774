"""Forms that equal 1 are put as 1 before balls, or removable singularities, lose them."""

from __future__ import annotations

import pytest
import sympy

from app.maths import parse
from app.problems.audit.forms import settled


@pytest.mark.parametrize(
    "form",
    [
        r"\sin^2(-Qx)+\cos^2(Qx)",
        r"\cosh^2(Qx)-\sinh^2(Qx)",
        r"\frac{\ln x \log_x Q}{\ln Q}",
        r"\frac{Q}{x}\sum_{N=1}^{\infty}\frac{x}{Q\cdot 2^N}",
        r"\frac{e^{iQx}-e^{-iQx}}{2i\sin(Qx)}",
        r"\frac{\sinh\left(\ln\left(Qx+\sqrt{Q^2x^2+1}\right)\right)}{Qx}",
        r"\frac{\log_Q\left(\frac{x}{e}\right)+\log_Q(e)}{\log_Q(x)}",
        r"\frac{Q}{x}\sum_{N=1}^{\infty}\frac{6x}{\pi^2N^2Q}",
    ],
)
def test_forms_equal_to_one(form: str) -> None:
    assert settled(parse(form)) == 1


@pytest.mark.parametrize(
    "expression",
    [
        r"\sin^2 x+\cos^2 y",
        r"\cosh^2 x+\sinh^2 x",
        r"e^{x}-e^{-x}",
        r"\sum_{n=1}^{\infty} 2^n",
        r"\ln(x/3)",
    ],
)
def test_what_only_looks_alike_stays(expression: str) -> None:
    parsed = parse(expression)
    assert settled(parsed) == parsed
    assert isinstance(parsed, sympy.Expr)
