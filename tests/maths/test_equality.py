"""Equal answers are found equal, near misses are refuted, and the stage that decided is named."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import E, I, Rational, oo, pi, sqrt, zoo

from app.maths import Assumptions, compare, parse

x = sympy.Symbol("x")

EQUAL = [
    # rational functions and polynomials
    (r"x^2 - 1", r"(x-1)(x+1)", ()),
    (r"\frac{1}{x} + \frac{1}{y}", r"\frac{x+y}{xy}", ()),
    (r"(a+b)^3", r"a^3 + 3a^2 b + 3 a b^2 + b^3", ()),
    (r"\frac{x^3-1}{x-1}", r"x^2+x+1", ()),
    (r"0.25", r"\frac14", ()),
    (r"\frac{n(n+1)}{2}", r"\frac{n^2}{2} + \frac{n}{2}", (r"n \in \mathbb{Z}",)),
    # elementary functions
    (r"\sin^2 x", r"1 - \cos^2 x", ()),
    (r"\sin^2 x", r"\frac{1-\cos 2x}{2}", ()),
    (r"\tan x", r"\frac{\sin x}{\cos x}", ()),
    (r"\sec^2 x", r"1+\tan^2 x", ()),
    (r"\sin 3x", r"3\sin x - 4 \sin^3 x", ()),
    (r"\cos(x+y)", r"\cos x\cos y - \sin x \sin y", ()),
    (r"\cosh^2 x - \sinh^2 x", r"1", ()),
    (r"\sinh x", r"\frac{e^x-e^{-x}}{2}", ()),
    (r"\tanh x", r"1 - \frac{2}{e^{2x}+1}", ()),
    (r"e^{x+y}", r"e^x e^y", ()),
    (r"e^{ix}", r"\cos x + i \sin x", ()),
    (r"\operatorname{arsinh} x", r"\ln(x+\sqrt{x^2+1})", ()),
    (r"\arcsin x", r"\frac{\pi}{2} - \arccos x", (r"0 < x < 1",)),
    (r"\arctan x + \arctan\frac1x", r"\frac{\pi}{2}", (r"x > 0",)),
    (r"\ln(ab)", r"\ln a + \ln b", (r"a > 0", r"b > 0")),
    (r"\ln x", r"\frac12 \ln x^2", ()),
    (r"2\ln 2", r"\ln 4", ()),
    (r"\log_2 x", r"\frac{\ln x}{\ln 2}", (r"x > 0",)),
    (r"\sqrt{x^2}", r"|x|", ()),
    (r"\sqrt{ab}", r"\sqrt a\sqrt b", (r"a > 0", r"b > 0")),
    (r"\frac{1}{\sqrt{x}+1}", r"\frac{\sqrt x-1}{x-1}", (r"x > 1",)),
    (r"\frac{x}{\sqrt{1-x^2}}", r"\frac{x\sqrt{1-x^2}}{1-x^2}", (r"0 < x < 1",)),
    (r"x^{2/3}", r"\sqrt[3]{x^2}", ()),
    (r"a^{n+1}", r"a \cdot a^n", (r"a > 0", r"n \in \mathbb{Z}")),
    (r"(-1)^n", r"\cos(\pi n)", (r"n \in \mathbb{Z}",)),
    (r"\cos(n\pi)\sin(n\pi)", r"0", (r"n \in \mathbb{Z}",)),
    # numbers
    (r"\sqrt{5+2\sqrt6}", r"\sqrt2+\sqrt3", ()),
    (r"\sqrt[3]{2+\sqrt5} + \sqrt[3]{2-\sqrt5}", r"\sqrt[3]{2+\sqrt5} + \sqrt[3]{2-\sqrt5} + 0", ()),
    (r"\frac{1}{\sqrt2}", r"\frac{\sqrt2}{2}", ()),
    (r"\cos\frac{\pi}{5}", r"\frac{1+\sqrt5}{4}", ()),
    (r"\frac{\pi}{4}", r"4\arctan\frac15 - \arctan\frac1{239}", ()),
    (r"\zeta(2)", r"\frac{\pi^2}{6}", ()),
    (r"e^{i\pi}", r"-1", ()),
    # special functions
    (r"\Gamma(x+1)", r"x\Gamma(x)", ()),
    (r"\Gamma\left(\frac12\right)", r"\sqrt\pi", ()),
    (r"\Gamma(x)\Gamma(1-x)", r"\frac{\pi}{\sin \pi x}", ()),
    (r"\binom{n}{2}", r"\frac{n(n-1)}{2}", (r"n \in \mathbb{Z}", r"n \ge 2")),
    (r"n!", r"\Gamma(n+1)", (r"n \in \mathbb{Z}", r"n \ge 0")),
    (r"1 - \operatorname{erf} x", r"\operatorname{erfc} x", ()),
]

DIFFERENT = [
    (r"x^2", r"x^2 + 1", ()),
    (r"x^2 - 1", r"(x-1)^2", ()),
    (r"\sin x", r"-\sin x", ()),
    (r"\sin x", r"\cos x", ()),
    (r"\frac12\sin^2 x", r"\sin^2 x", ()),
    (r"\frac{x}{2}+\frac{\sin 2x}{4}", r"\frac{x}{2}-\frac{\sin 2x}{4}", ()),
    (r"x\ln x - x", r"x \ln x", ()),
    (r"\frac{1}{a}\arctan\frac{x}{a}", r"\arctan\frac{x}{a}", (r"a > 0",)),
    (r"\sqrt{\frac{\pi}{a}}", r"\frac{\sqrt{\pi}}{a}", (r"a > 0",)),
    (r"|x|", r"x", ()),
    (r"\ln|x|", r"\ln x", ()),
    (r"\arctan x + \arctan\frac1x", r"\frac{\pi}{2}", ()),
    (r"\sqrt{x^2}", r"-x", (r"x > 0",)),
    (r"\sqrt{x}", r"-\sqrt{x}", ()),
    (r"x", r"x + 10^{-12}", ()),
    (r"\sin x", r"\sin(x) + 10^{-12}\cos x", ()),
    (r"e^{-x}", r"e^{-x}(1+10^{-12})", ()),
    (r"\pi", r"3.14159265358979", ()),
    (r"\pi", r"\frac{355}{113}", ()),
    (r"\frac13", r"0.333333333333", ()),
    (r"\exp(\pi\sqrt{163})", r"262537412640768744", ()),
    (r"\sqrt2+\sqrt3", r"\sqrt{5+2\sqrt6} + 10^{-90}", ()),
    (r"(-8)^{1/3}", r"-2", ()),
    (r"\cos(\pi n)", r"1", (r"n \in \mathbb{Z}",)),
    (r"\frac{a}{a^2+b^2}", r"\frac{b}{a^2+b^2}", (r"a > 0",)),
    (r"x", r"x + c", ()),
    (r"\Gamma(x+1)", r"\Gamma(x)", ()),
    (r"\frac{1}{n}", r"\frac{1}{n+1}", (r"n \in \mathbb{Z}", r"n \ge 1")),
    (r"J_0(x)", r"J_1(x)", ()),
    (r"\zeta(3)", r"\frac{\pi^3}{26}", ()),
    (r"\frac{\sqrt\pi}{2}\operatorname{erf}(1)", r"\int_0^1 e^{-x^2} dx", ()),
    (r"\frac{\pi^2}{6}", r"\sum_{k=1}^{\infty} \frac{1}{k^2}", ()),
    (r"1", r"\lim_{x\to 0}\frac{\sin x}{x}", ()),
    (r"2x", r"\frac{d}{dx} x^2", ()),
    (r"\infty", r"-\infty", ()),
    (r"5", r"\infty", ()),
]


@pytest.mark.parametrize(("gold", "answer", "assumptions"), EQUAL)
def test_equal_forms_are_equal(gold: str, answer: str, assumptions: tuple[str, ...]) -> None:
    """Textbook forms of one thing are equal, in either order."""
    known = Assumptions.of(assumptions)
    found = compare(parse(gold), parse(answer), known)
    assert found.verdict == "equal", found
    assert found.stage in {"structural", "exact", "agree", "proved"}


@pytest.mark.parametrize(("gold", "answer", "assumptions"), DIFFERENT)
def test_near_misses_are_different(gold: str, answer: str, assumptions: tuple[str, ...]) -> None:
    """Sign errors, lost terms, wrong branches, tiny perturbations and restatements are refuted."""
    found = compare(parse(gold), parse(answer), Assumptions.of(assumptions))
    assert found.verdict == "different", found
    assert found.stage in {"structural", "exact", "refuted"}


STAGES = [
    (x, x, "structural"),
    (oo, oo, "structural"),
    ((x + 1) ** 2, x**2 + 2 * x + 1, "exact"),
    (sympy.sin(2 * x), 2 * sympy.sin(x) * sympy.cos(x), "exact"),
    (sqrt(2) + sqrt(3), sqrt(5 + 2 * sqrt(6)), "exact"),
    (sympy.sin(x), sympy.sin(x) + sympy.exp(x) / 10**12, "refuted"),
    (sympy.asinh(x), sympy.log(x + sqrt(x**2 + 1)), "proved"),
    (sympy.atan(x), 2 * sympy.atan(x / (1 + sqrt(1 + x**2))), "agree"),
    (sympy.gamma(x + 1), x * sympy.gamma(x), "proved"),
]


@pytest.mark.parametrize(("gold", "answer", "stage"), STAGES)
def test_the_cheapest_stage_that_can_decides(gold: sympy.Expr, answer: sympy.Expr, stage: str) -> None:
    """Each stage decides what it is made for, and the trace ends with it."""
    found = compare(gold, answer)
    assert found.stage == stage
    assert found.trace[-1][0] == stage


def test_agreement_records_points_and_digits() -> None:
    """Agreement rests on at least six points and thirty digits, and says so."""
    found = compare(sympy.atan(x), 2 * sympy.atan(x / (1 + sqrt(1 + x**2))))
    assert found.points >= 6
    assert found.digits >= 30


@pytest.mark.parametrize("strange", [sympy.nan, zoo, oo, -oo, sympy.Function("f")(x)])
def test_what_is_not_finite_never_equals_what_is(strange: sympy.Expr) -> None:
    """NaN, infinities and unknown functions agree with nothing finite, whichever side they stand on."""
    assert compare(x, strange).verdict == "different"
    assert compare(strange, x).verdict == "different" or strange.has(sympy.core.function.AppliedUndef)
    assert compare(sympy.nan, sympy.nan).verdict == "different"


def test_an_answer_without_a_value_where_gold_has_one_is_different() -> None:
    """A piecewise answer that covers only part of the domain does not agree by silence."""
    assert compare(x, sympy.Piecewise((x, x > 0))).verdict == "different"


def test_an_answer_that_is_nowhere_defined_is_not_equal() -> None:
    """A quotient of hidden zeros is formally 1/2 but has no value."""
    zero = sympy.sin(x) ** 2 + sympy.cos(x) ** 2 - 1
    assert compare(Rational(1, 2), zero / sympy.expand(2 * zero)).verdict == "undecided"


ANTIDERIVATIVES = [
    (r"\frac{x^2}{2}", r"\frac{x^2}{2} + C", "equal"),
    (r"\ln|x|", r"\ln x", "equal"),
    (r"\ln x", r"\ln|x| + 7", "equal"),
    (r"\ln(2x)", r"\ln|x| + C", "equal"),
    (r"\frac{\sin^2 x}{2}", r"-\frac{\cos 2x}{4}", "equal"),
    (r"\arctan x", r"-\arctan\frac1x", "equal"),
    (r"\ln|\sec x + \tan x|", r"-\ln|\sec x - \tan x| + C", "equal"),
    (r"\arcsin\frac{x}{a}", r"\arctan\frac{x}{\sqrt{a^2-x^2}}", "equal"),
    (r"x\lfloor x \rfloor", r"x\lfloor x \rfloor + \lfloor x \rfloor", "equal"),
    (r"\ln|\ln x|", r"\ln(\ln x)", "equal"),
    (r"\frac{x|x|}{2}", r"\frac{x^2 \operatorname{sgn}(x)}{2}", "equal"),
    (r"\frac{x|x|}{2}", r"\frac{x^2}{2}", "different"),
    (r"\frac{x^2}{2}", r"x^2 + C", "different"),
    (r"-\cos x", r"\cos x + C", "different"),
    (r"\frac{e^{2x}}{2}", r"e^{2x}", "different"),
    (r"\frac{x^3}{3}", r"\int x^2 dx", "different"),
    (r"\frac{x^2}{2}", r"\frac{x^2}{2} + x \cdot 10^{-15}", "different"),
]


@pytest.mark.parametrize(("gold", "answer", "verdict"), ANTIDERIVATIVES)
def test_antiderivatives_are_equal_up_to_a_constant(gold: str, answer: str, verdict: str) -> None:
    """Derivatives decide, on the real line."""
    assert (
        compare(parse(gold), parse(answer), Assumptions.of(["a > 0"]), modulo_constant=x).verdict == verdict
    )


@pytest.mark.parametrize("other", [sympy.Eq(x, 1), sympy.Tuple(1, 2), sympy.FiniteSet(1), sympy.true])
def test_what_is_no_expression_is_left_to_others(other: sympy.Basic) -> None:
    """Relations, tuples and sets are undecided here unless they are the same."""
    assert compare(x, other).verdict == "undecided"
    assert compare(other, other).verdict == "equal"


def test_the_seed_fixes_the_result() -> None:
    """The same seed gives the same comparison, point for point."""
    first, second = (compare(sympy.sin(x), sympy.cos(x), seed=7) for _ in range(2))
    assert first == second


def test_undecided_says_why() -> None:
    """Where no point can be compared, the reason names the obstacle."""
    strange = sympy.mathieus(1, 2, x)
    found = compare(strange, strange + sympy.exp(x) - x)
    assert found.verdict == "undecided"
    assert "mathieus" in found.trace[-1][1]


def test_a_difference_between_undefined_functions_is_refuted() -> None:
    """An identity must hold whatever the functions are."""
    f = sympy.Function("f")
    assert compare(f(x + 1) - f(x), f(1)).verdict == "different"
    assert compare((f(x) + 1) ** 2, f(x) ** 2 + 2 * f(x) + 1).verdict == "equal"


# ---------------------------------------------------------------- properties

_ATOMS = st.sampled_from([x, sympy.Symbol("a"), sympy.Integer(2), Rational(3, 5), pi, E, sqrt(2)])


def _grow(children: st.SearchStrategy) -> st.SearchStrategy:
    unary = st.sampled_from([sympy.sin, sympy.cos, sympy.exp, sympy.atan, sympy.sinh, lambda u: u**2])
    return st.one_of(
        st.builds(lambda f, u: f(u), unary, children),
        st.builds(sympy.Add, children, children),
        st.builds(sympy.Mul, children, children),
    )


EXPRESSIONS = st.recursive(_ATOMS, _grow, max_leaves=5)

REWRITES = [
    sympy.expand,
    sympy.factor_terms,
    lambda e: sympy.expand(e, trig=True),
    lambda e: e.rewrite(sympy.exp),
    lambda e: e.replace(sympy.cos, lambda u: 1 - 2 * sympy.sin(u / 2) ** 2),
    lambda e: e.replace(sympy.sin, lambda u: sympy.cos(u - pi / 2, evaluate=False)),
    lambda e: sympy.Add(e, e, -e, evaluate=False),
    lambda e: e * (sympy.sin(x) ** 2 + sympy.cos(x) ** 2),
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(EXPRESSIONS, st.sampled_from(REWRITES))
def test_rewriting_by_an_identity_is_never_refuted(expr: sympy.Expr, rewrite: object) -> None:
    """What an identity turns an expression into is equal to it."""
    assert compare(expr, rewrite(expr)).verdict == "equal"


PERTURBATIONS = [Rational(1, 10**12), x / 10**9, sympy.sin(x), -sympy.exp(x) / 10**6, I / 10**6]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(EXPRESSIONS, st.sampled_from(REWRITES), st.sampled_from(PERTURBATIONS))
def test_adding_something_nonzero_is_refuted(expr: sympy.Expr, rewrite: object, extra: sympy.Expr) -> None:
    """A rewritten expression plus a small nonzero one is different."""
    assert compare(expr, rewrite(expr) + extra).verdict != "equal"
