"""Values of parameters: what is refused at them before it costs time, and what remains of the assumptions."""

import pytest
import sympy

from app.maths import parse, render
from app.problems.errors import Refused
from app.problems.perturbations.base import (
    LARGEST_ARGUMENT,
    LONGEST_GOLD,
    admits,
    settled_gold,
    special,
    specialise,
)
from app.problems.problem import Problem
from app.problems.tasks import Evaluation

n, k, x = sympy.symbols("n k x")
EXPLODING = (
    r"7^{n}",
    r"7^{7^n}",
    r"(n!)!",
    r"n!!",
    r"\Gamma(n + 1)",
    r"\Gamma(n, x)",
    r"\gamma(n, x)",
    r"\psi(n)",
    r"\psi^{(n)}(1)",
    r"\binom{n}{k}",
    r"(x)_n",
    r"H_n",
    r"\zeta(-n)",
    r"\zeta(2, n)",
    r"P_n(x)",
    r"T_n(x)",
    r"C_n^{(a)}(x)",
    r"L_n^{(a)}(x)",
    r"\operatorname{fibonacci}(n)",
    r"\operatorname{catalan}(n)",
)


@pytest.mark.parametrize("text", EXPLODING)
def test_what_would_be_multiplied_out_for_ever_is_refused(text: str) -> None:
    """Were it evaluated, this test would not end."""
    with pytest.raises(Refused, match="too large to be written out"):
        special(parse(text), {"n": sympy.Integer(10**9 + 7)}, "the problem")


@pytest.mark.parametrize("text", EXPLODING)
def test_a_small_value_is_put_in_as_it_is(text: str) -> None:
    expression = parse(text)
    assert special(expression, {"n": sympy.Integer(2)}, "") == expression.xreplace({n: sympy.Integer(2)})


def test_a_large_value_may_stand_where_nothing_is_multiplied_out() -> None:
    big = sympy.Integer(10**9 + 7)
    for text in (r"n^7", r"e^{n x}", r"\sin(n x)", r"\sum_{k=1}^{n} k^2", "P_3(n)", r"\sqrt{n}"):
        expression = parse(text)
        assert special(expression, {"n": big}, "") == expression.xreplace({n: big})


def problem(gold: str, original: str) -> Problem:
    fields = {
        **dict.fromkeys(("title", "topic", "source", "derivation"), ""),
        "id": "power",
        "level": 1,
        "answer_kind": "expression",
        "task": Evaluation(expression=parse(gold)),
        "gold": gold,
        "parameters": [{"name": "n", "original": original, "role": "exponent"}],
    }
    return Problem.model_validate(fields)


GOLDS = {
    "undefined": (r"\frac{1}{n - 1}", "1", "undefined"),
    "a power too large": (r"7^{n}", str(LARGEST_ARGUMENT + 1), "too large"),
    "a number too large": (r"(7^{7})^{n}", str(LARGEST_ARGUMENT), "too large"),
    "too long": (" + ".join(rf"\sin({number} n)" for number in range(2, 60)), "1", f"at most {LONGEST_GOLD}"),
}


@pytest.mark.parametrize("case", sorted(GOLDS))
def test_an_answer_that_cannot_be_asked_for_is_refused(case: str) -> None:
    gold, original, said = GOLDS[case]
    with pytest.raises(Refused, match=said):
        settled_gold(problem(gold, original), {"n": sympy.Integer(original)})


def test_an_answer_is_what_its_file_says() -> None:
    gold = settled_gold(problem(r"\frac{x^n + n}{n}", "1"), {"n": sympy.Integer(3)})
    assert parse(render(gold)) == gold


SPECIALISED = [
    (("a > 0",), {"a": "2"}, ()),
    (("a > 0", "b > a"), {"a": "2"}, ("b > 2",)),
    ((r"a \ne b",), {"a": "1"}, (r"b \neq 1",)),
    (("a > 0", "c > 0"), {"b": "1"}, ("a > 0",)),
    (("a < b < 3",), {"b": "2"}, ("a < 2",)),
]


@pytest.mark.parametrize(("texts", "values", "remaining"), SPECIALISED)
def test_assumptions_become_what_is_left_of_them(
    texts: tuple[str, ...], values: dict[str, str], remaining: tuple[str, ...]
) -> None:
    """Those that hold go, and so do those on symbols that do not occur (here: other than a and b)."""
    at = {name: parse(value) for name, value in values.items()}
    left = specialise(texts, at, set(sympy.symbols("a b")))
    assert list(map(parse, left)) == list(map(parse, remaining))


def test_values_against_an_assumption_are_refused() -> None:
    with pytest.raises(Refused, match="contradict a < b"):
        specialise(("a < b",), {"a": sympy.Integer(2), "b": sympy.Integer(1)}, set())
    assert not admits(("a < b",), {"a": sympy.Integer(2), "b": sympy.Integer(1)})
    assert not admits((r"n \in \mathbb{Z}",), {"n": sympy.Rational(1, 2)})
    assert admits(("a < b",), {"a": sympy.Integer(2)})
