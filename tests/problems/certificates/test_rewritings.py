"""Certificates of rewritten variants: they rest on the parent's, if both ask the same, or are refused."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import parse, render
from app.problems.certificates import certify
from app.problems.errors import Refused
from app.problems.perturbations.equivalence import FIELDS
from app.problems.problem import Variant
from app.problems.tasks import DifferentialSystem
from tests.problems.certificates.cases import CASES, variant
from tests.problems.certificates.system_cases import SYSTEMS
from tests.problems.examples import NAMES, of, original

CERTIFIABLE = [name for name in NAMES if name != "decay"]  # a general solution, with constants of its own
REWRITINGS = ("equivalence", "renaming", "restatement", "distractor")
Variants = dict[str, list[Variant]]


def certified(parent: Variant) -> Variant:
    """The parent with its own certificate."""
    return parent.model_copy(update={"certificate": certify(parent)})


@pytest.mark.parametrize("name", CERTIFIABLE)
def test_every_rewriting_of_the_original_is_certified(variants: Variants, name: str) -> None:
    parent = certified(original(variants[name]))
    for kind in REWRITINGS:
        for rewritten in of(variants[name], kind):
            certificate = certify(rewritten, parent)
            assert certificate.method.endswith(parent.certificate.method)
            assert parent.id in certificate.evidence[0]
            # A series of known value is put in before anything is compared, and may be all that changed.
            compared = "digits" in certificate.evidence[0]
            assert certificate.method.startswith("rewritten-") == compared
            assert not compared or kind == "equivalence"
            assert certificate.digits is None or certificate.digits >= 13


@pytest.mark.parametrize("name", [name for name in CERTIFIABLE if name != "gamma-half"])
def test_compositions_rest_on_what_they_rewrite(variants: Variants, name: str) -> None:
    by_id = {one.id: one for one in variants[name]}
    there = [one for one in of(variants[name], "composition")[::7] if one.parent in by_id]
    assert there
    for composed in there:
        assert certify(composed, certified(by_id[composed.parent])).points >= 1


@pytest.mark.parametrize("name", ["gaussian", "parts", "taylor", "corner", "waiting"])
def test_resting_and_standing_alone_agree(variants: Variants, name: str) -> None:
    """Where a check of its own is not too hard, it finds the same."""
    parent = certified(original(variants[name]))
    (easy,) = (one for one in of(variants[name], "equivalence") if one.id.endswith("easy-1"))
    assert certify(easy, parent)
    assert certify(easy)


def changed(one: Variant, **fields: object) -> Variant:
    return one.model_copy(update={"task": one.task.model_copy(update=fields)})


def nearly(whole: sympy.Basic, factor: sympy.Expr) -> sympy.Basic:
    """The expression, one side of it, or one entry, times the factor."""
    if isinstance(whole, tuple):
        return (nearly(whole[0], factor), *whole[1:])
    if isinstance(whole, sympy.Rel):
        return whole.func(whole.lhs * factor, whole.rhs, evaluate=False)
    if isinstance(whole, sympy.MatrixBase):
        entries = whole.as_mutable()
        entries[0, 0] *= factor
        return entries.as_immutable()
    return whole * factor


TINY = sympy.Rational(1, 10**25)
FACTORS = {"nearly 1": lambda x: 1 + TINY * x, "minus 1": lambda x: -1, "2": lambda x: 2}


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("name", CERTIFIABLE)
def test_a_form_that_is_not_1_is_refused(variants: Variants, name: str, factor: str) -> None:
    """Even one that differs from 1 in the 25th digit only, beside forms that do equal 1."""
    parent = certified(original(variants[name]))
    field = FIELDS[parent.task.operation]
    for rewritten in (parent, of(variants[name], "equivalence")[0]):
        whole = getattr(rewritten.task, field)
        free = {str(symbol): symbol for one in (whole if isinstance(whole, tuple) else (whole,))
                for symbol in one.free_symbols}  # fmt: skip
        x = free.get("x", free.get("n", sympy.S.One))
        broken = changed(rewritten, **{field: nearly(whole, FACTORS[factor](x))})
        with pytest.raises(Refused):
            certify(broken.model_copy(update={"parent": parent.id}), parent)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), exponent=st.integers(1, 28), sign=st.sampled_from([1, -1]))
def test_a_term_that_is_not_0_is_refused_however_small(
    variants: Variants, seed: int, exponent: int, sign: int
) -> None:
    parent = certified(original(variants["taylor"]))
    rewritten = of(variants["taylor"], "equivalence")
    chosen = rewritten[seed % len(rewritten)]
    broken = changed(
        chosen, expression=chosen.task.expression + sign * sympy.Rational(1, 10**exponent) * sympy.Symbol("x")
    )
    with pytest.raises(Refused):
        certify(broken, parent)


X, A, Y = sympy.symbols("x a y")
CHANGED_TASKS = {
    "upper bound": ("gaussian", {"upper": sympy.Integer(7)}),
    "lower bound": ("gaussian", {"lower": sympy.S.Zero}),
    "variable": ("gaussian", {"variable": A}),
    "point of a limit": ("compound", {"point": sympy.S.Zero}),
    "direction of a limit": ("compound", {"direction": "+"}),
    "upper bound of a sum": ("geometric", {"upper": sympy.Integer(1000)}),
    "point of a series": ("taylor", {"point": sympy.Integer(2)}),
    "degree of a series": ("taylor", {"degree": 3}),
    "condition": ("oscillator", {"conditions": (sympy.Eq(sympy.Function("y")(0), 1),) * 2}),
    "condition lost": ("oscillator", {"conditions": (sympy.Eq(sympy.Function("y")(0), 1),)}),
    "domain of an equation": ("quadratic", {"domain": "positive"}),
    "domain of a system": ("lines", {"domain": "integers"}),
    "order of unknowns": ("lines", {"variables": (Y, X)}),
    "equation lost": ("lines", {"equations": (sympy.Eq(X + Y, 5), sympy.Eq(X + Y, 5))}),
    "inequality for equation": ("quadratic", {"equation": sympy.Ge(X**2 - 5 * X + 6, 0)}),
    "matrix of another shape": ("corner", {"matrix": sympy.ImmutableMatrix([[10]])}),
    "law of a random variable": ("waiting", {"law": 3 * sympy.exp(-3 * X)}),
    "kind of a random variable": ("waiting", {"kind": "mass"}),
    "range of a random variable": ("waiting", {"lower": sympy.S.One}),
}


@pytest.mark.parametrize("case", CHANGED_TASKS)
def test_what_asks_for_something_else_is_refused(variants: Variants, case: str) -> None:
    name, fields = CHANGED_TASKS[case]
    parent = certified(original(variants[name]))
    with pytest.raises(Refused):
        certify(changed(parent, **fields), parent)
    form = of(variants[name], "equivalence")[0]
    with pytest.raises(Refused):
        certify(changed(form, **fields), parent)


def test_another_operation_is_refused(variants: Variants) -> None:
    parent = certified(original(variants["gaussian"]))
    task = original(variants["parts"]).task
    with pytest.raises(Refused, match="does not ask for what its parent asks"):
        certify(parent.model_copy(update={"task": task}), parent)


def test_one_unknown_function_is_not_another() -> None:
    """x' = y and x' = x are different questions, though both right sides are functions nobody knows."""
    case, _ = SYSTEMS["differential system"]
    parent = certified(variant(case))
    assert isinstance(parent.task, DifferentialSystem)
    x, y = (function for function in map(sympy.Function, parent.task.functions))
    t = parent.task.variable
    first, *others = parent.task.equations
    swapped = first.xreplace({y(t): x(t)}) if first.rhs.has(y) else first.xreplace({x(t): y(t)})
    right_only = first.func(first.lhs, swapped.rhs, evaluate=False)
    assert right_only != first
    with pytest.raises(Refused):
        certify(changed(parent, equations=(right_only, *others)), parent)


ANSWERS = {
    "lost sign": lambda gold: -gold,
    "factor": lambda gold: 2 * gold,
    "nearly": lambda gold: gold * (1 + sympy.Rational(1, 10**12)),
}


@pytest.mark.parametrize("what", ANSWERS)
@pytest.mark.parametrize("name", ["gaussian", "parts", "compound", "taylor", "oscillator", "tidy", "waiting"])
def test_an_answer_other_than_the_parents_is_refused(variants: Variants, name: str, what: str) -> None:
    parent = certified(original(variants[name]))
    for kind in REWRITINGS:
        rewritten = of(variants[name], kind)[0]
        wrong = render(ANSWERS[what](parse(rewritten.gold)))
        with pytest.raises(Refused):
            certify(rewritten.model_copy(update={"gold": wrong}), parent)


def test_other_assumptions_are_refused(variants: Variants) -> None:
    (symbolic,) = (one for one in variants["gaussian"] if one.id == "gaussian/symbolic-a")
    parent = certified(symbolic)
    rewritten = parent.model_copy(update={"certificate": None, "parent": parent.id})
    assert certify(rewritten, parent)
    for assumptions in ((), ("a > 1",), ("a > 0", "a < 5")):
        with pytest.raises(Refused, match="assumptions"):
            certify(rewritten.model_copy(update={"assumptions": assumptions}), parent)


def test_a_parent_without_a_certificate_is_no_evidence(variants: Variants) -> None:
    with pytest.raises(Refused, match="has no certificate"):
        certify(of(variants["gaussian"], "distractor")[0], original(variants["gaussian"]))


WRONG_NAMES = {
    "two letters become one": r"x → t, a → t",
    "a letter becomes one that is there": r"x → a",
    "letters that are others": r"x → u, a → q",
    "a letter that is kept": r"a → q",
    "no names": "nothing",
}


@pytest.mark.parametrize("case", WRONG_NAMES)
def test_a_renaming_that_loses_letters_is_refused(variants: Variants, case: str) -> None:
    """The variant is what the names make of the parent, or what right names made of it: either is refused."""
    (symbolic,) = (one for one in variants["parts"] if one.id == "parts/symbolic-a")
    parent = certified(symbolic)
    right = {X: sympy.Symbol("t"), A: sympy.Symbol("p")}
    told = [right]
    if case.startswith(("two", "a letter becomes")):
        pairs = (pair.split(" → ") for pair in WRONG_NAMES[case].split(", "))
        told.append({parse(old): parse(new) for old, new in pairs})
    for names in told:
        renamed = parent.model_copy(
            update={
                "certificate": None,
                "change": {"names": WRONG_NAMES[case]},
                "task": parent.task.map(lambda one, names=names: one.xreplace(names), variables=True),
                "gold": render(parse(parent.gold).xreplace(names)),
                "assumptions": (f"{render(names.get(A, A))} > 0",),
            }
        )
        with pytest.raises(Refused):
            certify(renamed, parent)


def test_cases_of_other_operations_may_be_rewritten() -> None:
    """Products, systems and inequalities as well: what changed by a factor 1 is seen to be the same."""
    one = parse(r"\sin^2 7 + \cos^2 7")
    for case in (CASES["limit"], CASES["smooth sum"], SYSTEMS["finite product"][0]):
        parent = certified(variant(case))
        field = FIELDS[parent.task.operation]
        assert certify(changed(parent, **{field: getattr(parent.task, field) * one}), parent)
