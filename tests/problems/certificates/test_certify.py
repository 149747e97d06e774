"""Certificates: right answers get one, wrong answers do not, whatever the method."""

from collections.abc import Iterator

import pytest
import sympy

from app.maths import parse, render
from app.problems.certificates import CHECKS, certify
from app.problems.errors import Refused, Refuted
from app.problems.tasks import DefiniteIntegral
from tests.problems.certificates.cases import CASES, Case, variant
from tests.problems.certificates.structure_cases import STRUCTURES
from tests.problems.certificates.system_cases import SYSTEMS


def corrupted(gold: sympy.Basic) -> Iterator[tuple[str, sympy.Basic]]:
    """Wrong answers that are made of a right one by the mistakes that benchmarks are known to contain."""
    if isinstance(gold, sympy.FiniteSet):
        first, *others = gold.args
        yield "a solution missing", sympy.FiniteSet(*others) if others else sympy.FiniteSet(first + 1)
        yield "a solution too many", sympy.FiniteSet(*gold.args, sympy.Rational(22, 7))
        yield (
            "nearly",
            sympy.FiniteSet(first * (1 + sympy.Rational(1, 10**12)) + sympy.Rational(1, 10**12), *others),
        )
        return
    yield "lost sign", -gold
    yield "twice", 2 * gold
    yield "nearly", gold * (1 + sympy.Rational(1, 10**12))
    terms = sympy.Add.make_args(gold)
    if len(terms) > 1:
        yield "dropped term", sympy.Add(*terms[1:])
        yield "sign of a term", sympy.Add(*terms[1:]) - terms[0]


WRONG = [
    pytest.param(case, render(wrong), id=f"{name}: {what}")
    for name, case in CASES.items()
    for what, wrong in corrupted(parse(case.gold))
]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_right_answer_is_certified_by_its_method(case: Case) -> None:
    certificate = certify(variant(case))
    assert certificate.method == case.method
    assert certificate.digits is not None
    assert certificate.digits >= 13
    assert certificate.points >= 1
    assert certificate.evidence
    assert set(certificate.versions) == {"sympy", "python-flint"}


@pytest.mark.parametrize(("case", "gold"), WRONG)
def test_a_wrong_answer_is_refused(case: Case, gold: str) -> None:
    with pytest.raises(Refused):
        certify(variant(case, gold))


STRUCTURED = [*STRUCTURES.items(), *SYSTEMS.items()]
"""Names and cases, which come with their wrong answers."""


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, (case, _) in STRUCTURED])
def test_a_right_structure_is_certified_by_its_method(case: Case) -> None:
    certificate = certify(variant(case))
    assert certificate.method == case.method
    assert certificate.digits is None or certificate.digits >= 13
    assert certificate.points >= 1
    assert certificate.evidence


@pytest.mark.parametrize(
    ("case", "gold"),
    [
        pytest.param(case, wrong, id=f"{name}: {wrong}")
        for name, (case, answers) in STRUCTURED
        for wrong in answers
    ],
)
def test_a_wrong_structure_is_refused(case: Case, gold: str) -> None:
    with pytest.raises(Refused):
        certify(variant(case, gold))


def test_every_operation_has_a_check_and_a_case() -> None:
    cases = [*CASES.values(), *(case for _, (case, _) in STRUCTURED)]
    assert {case.task["operation"] for case in cases} == set(CHECKS) - {"instance"}  # see functional/


def test_the_same_variant_always_gets_the_same_certificate() -> None:
    case = CASES["integral, infinite"]
    assert certify(variant(case)) == certify(variant(case))


def test_an_antiderivative_may_carry_any_constant() -> None:
    case = CASES["antiderivative"]
    assert certify(variant(case, case.gold + " + 7"))


def _with(name: str, **changes: object) -> Case:
    case = CASES[name]
    return case._replace(task={**case.task, **changes})


WRONG_TASKS = {
    "wrong upper bound": _with("integral, finite", upper="2 a"),
    "wrong lower bound": _with("integral, infinite", lower="1"),
    "wrong point": _with("series about a point", point="2 a"),
    "wrong range": _with("finite sum", upper="n + 1"),
    "wrong first term": _with("geometric sum", lower="2"),
    "wrong condition": _with("differential equation", conditions=["y(0) = 2", "y'(0) = 0"]),
    "one condition short": _with("differential equation", conditions=["y(0) = 2"]),
    "a condition twice": _with("differential equation", conditions=["y(0) = 2", "y(0) = 2"]),
    "degree too low for the answer": _with("series", degree=1),
    "solutions outside the domain": _with("rewritten equation", domain="positive"),
}


@pytest.mark.parametrize("case", WRONG_TASKS.values(), ids=WRONG_TASKS)
def test_an_answer_to_another_task_is_refused(case: Case) -> None:
    with pytest.raises(Refused):
        certify(variant(case))


def _integral(integrand: str, lower: str, upper: str, gold: str) -> Case:
    task = {"operation": "definite_integral", "integrand": integrand, "variable": "x"}
    return Case("", {**task, "lower": lower, "upper": upper}, gold)


ILL_POSED = {
    "integral diverges at infinity": _integral(r"\frac{1}{x}", "1", r"\infty", "7"),
    "integral diverges at its end": _integral(r"\frac{1}{x}", "0", "1", "7"),
    "integral never settles": _integral(r"\cos x", "0", r"\infty", "1"),
    "pole inside, principal value": _integral(r"\frac{1}{x}", "-1", "2", r"\ln 2"),
    "pole inside, symmetric range": _integral(r"\frac{1}{x}", "-1", "1", "1"),
    "pole inside, by the antiderivative": _integral(r"\frac{1}{x^2}", "-1", "1", "-2"),
    "answer mentions the bound variable": _integral("x", "0", "1", r"\frac{x^2}{2}"),
    "answer mentions an unknown symbol": _integral("x", "0", "1", r"\frac{1}{2} + c"),
    "answer restates the question": _integral("x", "0", "1", r"\int_0^1 x \, dx"),
    "answer is infinite": _integral("x", "0", "1", r"\infty"),
    "answer cannot be read": _integral("x", "0", "1", r"\frac{1}{"),
    "contradictory assumptions": CASES["antiderivative"]._replace(assumptions=("a > 2", "a < 1")),
    "answer on another branch": Case(
        "",
        {"operation": "indefinite_integral", "integrand": r"\frac{1}{x}", "variable": "x"},
        r"\ln(-x)",
        ("x > 0",),
    ),
    "limit differs by side": Case(
        "",
        {"operation": "limit", "expression": r"\frac{1}{1 + e^{1/x}}", "variable": "x", "point": "0"},
        "0",
    ),
    "limit oscillates": Case(
        "", {"operation": "limit", "expression": r"\sin\frac{1}{x}", "variable": "x", "point": "0"}, "0"
    ),
    "sum diverges": Case(
        "",
        {"operation": "sum", "term": r"\frac{1}{k}", "index": "k", "lower": "1", "upper": r"\infty"},
        "15",
    ),
    "evaluation repeats the question": Case(
        "", {"operation": "evaluation", "expression": r"J_0(a)"}, "J_0(a)"
    ),
    "function on its pole": Case("", {"operation": "evaluation", "expression": r"\Gamma(a - 5)"}, "1"),
    "equation with countless solutions": Case(
        "", {"operation": "equation", "equation": r"\sin x = 0", "variable": "x"}, r"\{0, \pi\}"
    ),
    "answer is no set": Case("", {"operation": "equation", "equation": "x = 1", "variable": "x"}, "1"),
}


@pytest.mark.parametrize("case", ILL_POSED.values(), ids=ILL_POSED)
def test_an_ill_posed_variant_is_refused_with_a_reason(case: Case) -> None:
    with pytest.raises(Refused) as refusal:
        certify(variant(case))
    assert refusal.value.reason


@pytest.mark.parametrize(
    ("bounds", "gold"),
    [
        ((r"\infty", r"-\infty"), r"-\sqrt{\pi}"),
        ((r"\infty", "0"), r"-\frac{\sqrt{\pi}}{2}"),
        (("0", r"-\infty"), r"-\frac{\sqrt{\pi}}{2}"),
    ],
)
def test_an_integral_taken_backwards_has_the_other_sign(bounds: tuple[str, str], gold: str) -> None:
    lower, upper = bounds
    task = DefiniteIntegral.model_validate(
        {"integrand": "e^{-x^2}", "variable": "x", "lower": lower, "upper": upper}
    )
    case = next(iter(CASES.values()))
    backwards = variant(case).model_copy(update={"task": task, "gold": gold, "assumptions": ()})
    assert certify(backwards).method == "arb-quadrature"
    with pytest.raises(Refuted):
        certify(backwards.model_copy(update={"gold": render(-parse(gold))}))
