"""Writing: what is rendered reads back as the same object, and looks as a mathematician would write it."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Derivative, Eq, Integral, Limit, Product, Rational, Subs, Sum, Symbol, oo, pi

from app.maths import parse, render

a, b, c, k, m, n, t, x, y, z = SYMBOLS = sp.symbols("a b c k m n t x y z")
Y = sp.Function("y")
F = sp.Function("f")

LOOKS = [
    (x / 2, r"\frac{x}{2}"),
    (1 / x, r"\frac{1}{x}"),
    (sp.exp(-(x**2)), "e^{- x^{2}}"),
    (sp.sqrt(x), r"\sqrt{x}"),
    (sp.log(x) ** 2, r"\ln^{2}\left(x\right)"),
    (sp.asin(x), r"\arcsin\left(x\right)"),
    (1 / sp.sin(x), r"\frac{1}{\sin\left(x\right)}"),
    (sp.gamma(x), r"\Gamma\left(x\right)"),
    (sp.hyper((a, b), (c,), x), r"{}_{2}F_{1}\left(a, b; c; x\right)"),
    (sp.erf(x), r"\operatorname{erf}\left(x\right)"),
    (Y(x).diff(x, 2), r"y''{\left(x\right)}"),
    (Subs(Y(x).diff(x), x, 0), r"y'{\left(0\right)}"),
    (Integral(sp.sin(x) / x, (x, 0, oo)), r"\int_{0}^{\infty} \frac{\sin\left(x\right)}{x} \, dx"),
    (Sum(1 / n**2, (n, 1, oo)), r"\sum_{n=1}^{\infty} \frac{1}{n^{2}}"),
    (Symbol("C1"), "C_{1}"),
    (Symbol("alpha_1"), r"\alpha_{1}"),
    (sp.Interval.open(0, 1), r"\left]0, 1\right["),
]


@pytest.mark.parametrize(("expression", "latex"), LOOKS, ids=[latex for _, latex in LOOKS])
def test_it_is_written_as_a_mathematician_writes(expression: sp.Basic, latex: str) -> None:
    assert render(expression) == latex


_FUNCTIONS_OF_ONE = [
    sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch,
    sp.asin, sp.acos, sp.atan, sp.acot, sp.asec, sp.acsc, sp.asinh, sp.acosh, sp.atanh, sp.acoth, sp.asech,
    sp.acsch, sp.exp, sp.log, sp.sqrt, sp.Abs, sp.gamma, sp.loggamma, sp.digamma, sp.erf, sp.erfc, sp.erfi,
    sp.Ei, sp.Si, sp.Ci, sp.Shi, sp.Chi, sp.li, sp.Li, sp.fresnels, sp.fresnelc, sp.airyai, sp.airybi,
    sp.airyaiprime, sp.airybiprime, sp.elliptic_k, sp.elliptic_e, sp.LambertW, sp.zeta, sp.dirichlet_eta,
    sp.Heaviside, sp.DiracDelta, sp.factorial, sp.factorial2, sp.harmonic, sp.sign, sp.floor, sp.ceiling,
    sp.re, sp.im, sp.arg, sp.conjugate, sp.erfinv, sp.subfactorial, sp.bernoulli, sp.fibonacci,
]  # fmt: skip
_FUNCTIONS_OF_TWO = [
    sp.uppergamma, sp.lowergamma, sp.polygamma, sp.beta, sp.expint, sp.besselj, sp.bessely, sp.besseli,
    sp.besselk, sp.hankel1, sp.hankel2, sp.jn, sp.yn, sp.legendre, sp.hermite, sp.laguerre, sp.chebyshevt,
    sp.chebyshevu, sp.elliptic_e, sp.elliptic_f, sp.elliptic_pi, sp.zeta, sp.polylog, sp.binomial, sp.rf,
    sp.ff, sp.Max, sp.Min, sp.atan2, sp.harmonic, sp.KroneckerDelta, sp.Mod,
]  # fmt: skip
_FUNCTIONS_OF_MORE = [
    (sp.lerchphi, 3), (sp.assoc_legendre, 3), (sp.assoc_laguerre, 3), (sp.gegenbauer, 3), (sp.jacobi, 4),
    (sp.elliptic_pi, 3), (sp.betainc, 4),
]  # fmt: skip
_MANY = [
    *(build(x) for build in _FUNCTIONS_OF_ONE),
    *(build(n, x) for build in _FUNCTIONS_OF_TWO),
    *(build(*(a, b, c, x)[-count:]) for build, count in _FUNCTIONS_OF_MORE),
    sp.LambertW(x, -1),
    sp.DiracDelta(x, 2),
    sp.Heaviside(x, 0),
    sp.log(x, 10),
    sp.KroneckerDelta(n, Rational(1, 2)),
    sp.hyper((), (), x),
    sp.hyper((1, a), (Rational(3, 2), 2), -(x**2)),
    sp.hyper((), (a,), x) ** 2,
    sp.meijerg(((a,), ()), ((0, 1), (b,)), x),
    sp.stieltjes(1),
    Derivative(sp.zeta(x), x),
    Subs(Derivative(sp.zeta(x), x), x, 2),
    sp.EulerGamma,
    sp.Catalan,
    sp.GoldenRatio,
    sp.I,
    oo,
    -oo,
    sp.zoo,
    sp.nan,
    Integral(x * y, (x, 0, 1), (y, 0, 2)),
    Integral(x + 1, x) + Symbol("C_1"),
    Integral(1, x),
    x * Integral(x, (x, 0, 1)) * Integral(y, (y, 0, 1)),
    Sum(k * n, (n, 1, k), (k, 1, 3)),
    x * Sum(n + 1, (n, 1, k)) ** 2,
    Product(1 + 1 / k**2, (k, 1, oo)),
    Sum(Symbol("i") ** 2, (Symbol("i"), 1, n)),
    Limit(sp.sin(x) / x, x, 0, "+-"),
    Limit(x + 1, x, 0, "-") * 2,
    Limit(x, x, oo),
    Derivative(F(x, y), x, y),
    Derivative(Y(t), (t, 4)),
    Y(x) ** 2,
    Y(2 * x),
    Derivative(sp.sin(x) * y, x),
    Subs(Derivative(Y(x), (x, 2)), x, 1),
    Subs(a * x**2, x, 1),
    Eq(Y(x).diff(x, 2) + Y(x), sp.sin(x)),
    Eq(1, 2, evaluate=False),
    sp.Ne(x, y),
    sp.And(x > 0, x < 1),
    sp.Or(x < 0, x >= 1),
    sp.Not(sp.Contains(x, sp.S.Integers)),
    sp.Contains(x, sp.Interval.open(0, 1)),
    sp.true,
    sp.false,
    sp.FiniteSet(x, y + 1),
    sp.EmptySet,
    sp.Interval.Lopen(0, 1),
    sp.Interval.open(0, 1),
    sp.Interval(1, oo),
    sp.Interval.open(-oo, 0),
    sp.Interval(-oo, 0) + sp.Interval.open(1, 2) + sp.FiniteSet(3),
    sp.S.Reals,
    sp.Complement(sp.S.Integers, sp.FiniteSet(0)),
    sp.Intersection(sp.S.Integers, sp.Interval(0, x)),
    sp.ConditionSet(x, Eq(sp.sin(x), x), sp.S.Reals),
    sp.ImageSet(sp.Lambda(n, 2 * pi * n), sp.S.Integers),
    sp.Tuple(),
    sp.Tuple(x),
    sp.Tuple(1, 2),
    sp.Tuple(Eq(x, 1), 2),
    sp.ImmutableMatrix([[1, x], [y, 4]]),
    sp.ImmutableMatrix([1, 2]),
    sp.Piecewise((1, x < 1), (2, sp.And(x >= 1, x < 2)), (0, True)) * 3,
    x + sp.Order(x**3),
    sp.Order((x - 1) ** 2, (x, 1)),
    Symbol("x_max"),
    Symbol("omega_alpha"),
    Symbol("lambda"),
    Symbol("velocity"),
    -(x + 1) * sp.exp(-x),
    -(x + 1) / y,
    1 / (2 * (y + 1)),
    2 * (x + 1) / (3 * y),
    x * sp.beta(n, x + y) ** 2,
    2 * a + a * Limit(a, x, 0, "+") * Limit(Symbol("C_1"), x, 0, "+"),
]


@pytest.mark.parametrize("expression", _MANY, ids=str)
def test_each_kind_of_object_reads_back_as_itself(expression: sp.Basic) -> None:
    assert parse(render(expression)) == expression


def _composites(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    exponents = st.sampled_from(
        [*map(sp.Integer, (-3, -2, -1, 2, 3, 7)), Rational(1, 2), Rational(-2, 3), n, -x]
    )
    return st.one_of(
        st.builds(sp.Add, inner, inner, inner),
        st.builds(sp.Mul, inner, inner, st.sampled_from([*SYMBOLS, pi, sp.E, sp.I])),
        st.builds(lambda p, q: p / q, inner, st.sampled_from([x, y + 1, sp.Integer(7), sp.sqrt(2)])),
        st.builds(
            lambda base, exponent: base**exponent,
            st.sampled_from([x, sp.Integer(2), a + b, sp.E]) | inner,
            exponents,
        ),
        st.builds(
            lambda build, argument: build(argument + x), st.sampled_from(_FUNCTIONS_OF_ONE[:-8]), inner
        ),
        st.builds(
            lambda build, argument: build(n, argument + x), st.sampled_from(_FUNCTIONS_OF_TWO[:19]), inner
        ),
        st.builds(lambda body: Integral(body, (x, 0, a)), inner),
        st.builds(lambda body: Integral(body, x), inner),
        st.builds(lambda body: Sum(body, (k, 1, n)), inner),
        st.builds(lambda body: Limit(body, x, 0, "+"), inner),
        st.builds(lambda body: Derivative(body * F(x), x), inner),
    )


_LEAVES = st.one_of(
    st.sampled_from([*SYMBOLS, Symbol("theta"), Symbol("C_1"), pi, sp.E, sp.I, sp.EulerGamma, Y(x)]),
    st.integers(-40, 40).map(sp.Integer),
    st.builds(Rational, st.integers(-9, 9), st.integers(1, 9)),
)
_EXPRESSIONS = st.recursive(_LEAVES, _composites, max_leaves=6)


def _settled(expression: sp.Basic) -> sp.Basic:
    """The expression as SymPy builds it from its parts (unevaluated leftovers of its own are put right)."""
    return expression.func(*map(_settled, expression.args)) if expression.args else expression


@settings(max_examples=150, deadline=None)
@given(_EXPRESSIONS)
def test_expressions_read_back_as_themselves(expression: sp.Expr) -> None:
    assert _settled(parse(render(expression))) == _settled(expression)


@settings(max_examples=50, deadline=None)
@given(_EXPRESSIONS, _EXPRESSIONS, st.sampled_from([sp.Eq, sp.Ne, sp.Lt, sp.Ge]))
def test_relations_read_back_as_themselves(left: sp.Expr, right: sp.Expr, build: type) -> None:
    relation = build(_settled(left), _settled(right), evaluate=False)
    again = parse(render(relation))
    assert again.func is relation.func
    assert [_settled(side) for side in again.args] == [_settled(side) for side in relation.args]
