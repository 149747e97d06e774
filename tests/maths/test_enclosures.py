"""Every enclosure contains the value that an independent library computes, and poles are errors."""

import math
import random

import mpmath
import pytest
import sympy
from flint import acb, arb, ctx
from sympy import I, Rational, S, symbols

from app.maths import EnclosureError, enclose, enclose_to
from app.maths.divisibility import gcd, lcm
from app.maths.functions import CONSTANTS, DEFINITIONS, SIMPLE
from app.maths.special import legendre_q, tricomi_u

x, y, n, s = symbols("x y n s")

ORACLE = {
    sympy.sin: (mpmath.sin, "c"),
    sympy.cos: (mpmath.cos, "c"),
    sympy.tan: (mpmath.tan, "c"),
    sympy.cot: (mpmath.cot, "c"),
    sympy.sec: (mpmath.sec, "c"),
    sympy.csc: (mpmath.csc, "c"),
    sympy.exp: (mpmath.exp, "c"),
    sympy.sinh: (mpmath.sinh, "c"),
    sympy.cosh: (mpmath.cosh, "c"),
    sympy.tanh: (mpmath.tanh, "c"),
    sympy.coth: (mpmath.coth, "c"),
    sympy.sech: (mpmath.sech, "c"),
    sympy.csch: (mpmath.csch, "c"),
    sympy.sinc: (mpmath.sinc, "c"),
    sympy.log: (mpmath.log, "c"),
    sympy.asin: (mpmath.asin, "c"),
    sympy.acos: (mpmath.acos, "c"),
    sympy.atan: (mpmath.atan, "c"),
    sympy.acot: (mpmath.acot, "c"),
    sympy.asec: (mpmath.asec, "c"),
    sympy.acsc: (mpmath.acsc, "c"),
    sympy.asinh: (mpmath.asinh, "c"),
    sympy.acosh: (mpmath.acosh, "c"),
    sympy.atanh: (mpmath.atanh, "c"),
    sympy.acoth: (mpmath.acoth, "c"),
    sympy.asech: (mpmath.asech, "c"),
    sympy.acsch: (mpmath.acsch, "c"),
    sympy.gamma: (mpmath.gamma, "c"),
    sympy.loggamma: (mpmath.loggamma, "c"),
    sympy.digamma: (mpmath.digamma, "c"),
    sympy.polygamma: (mpmath.psi, "nc"),
    sympy.beta: (mpmath.beta, "cc"),
    sympy.factorial: (mpmath.factorial, "c"),
    sympy.factorial2: (mpmath.fac2, "n"),
    sympy.binomial: (mpmath.binomial, "cr"),
    sympy.RisingFactorial: (mpmath.rf, "cr"),
    sympy.FallingFactorial: (mpmath.ff, "cr"),
    sympy.harmonic: (mpmath.harmonic, "r"),
    sympy.catalan: (lambda z: mpmath.binomial(2 * z, z) / (z + 1), "r"),
    sympy.erf: (mpmath.erf, "c"),
    sympy.erfc: (mpmath.erfc, "c"),
    sympy.erfi: (mpmath.erfi, "c"),
    sympy.erf2: (lambda a, b: mpmath.erf(b) - mpmath.erf(a), "cc"),
    sympy.fresnels: (mpmath.fresnels, "c"),
    sympy.fresnelc: (mpmath.fresnelc, "c"),
    sympy.Ei: (mpmath.ei, "c"),
    sympy.expint: (mpmath.expint, "rc"),
    sympy.li: (mpmath.li, "c"),
    sympy.Li: (lambda z: mpmath.li(z, offset=True), "c"),
    sympy.Si: (mpmath.si, "c"),
    sympy.Ci: (mpmath.ci, "c"),
    sympy.Shi: (mpmath.shi, "c"),
    sympy.Chi: (mpmath.chi, "c"),
    sympy.uppergamma: (mpmath.gammainc, "rc"),
    sympy.lowergamma: (lambda a, z: mpmath.gammainc(a, 0, z), "rc"),
    sympy.besselj: (mpmath.besselj, "rc"),
    sympy.bessely: (mpmath.bessely, "rc"),
    sympy.besseli: (mpmath.besseli, "rc"),
    sympy.besselk: (mpmath.besselk, "rc"),
    sympy.hankel1: (mpmath.hankel1, "rc"),
    sympy.hankel2: (mpmath.hankel2, "rc"),
    sympy.jn: (lambda v, z: mpmath.sqrt(mpmath.pi / (2 * z)) * mpmath.besselj(v + 0.5, z), "nc"),
    sympy.yn: (lambda v, z: mpmath.sqrt(mpmath.pi / (2 * z)) * mpmath.bessely(v + 0.5, z), "nc"),
    sympy.airyai: (mpmath.airyai, "c"),
    sympy.airybi: (mpmath.airybi, "c"),
    sympy.airyaiprime: (lambda z: mpmath.airyai(z, derivative=1), "c"),
    sympy.airybiprime: (lambda z: mpmath.airybi(z, derivative=1), "c"),
    sympy.legendre: (mpmath.legendre, "ru"),
    sympy.assoc_legendre: (mpmath.legenp, "nnu"),
    sympy.betainc: (mpmath.betainc, "rruu"),
    sympy.betainc_regularized: (lambda *v: mpmath.betainc(*v, regularized=True), "rruu"),
    sympy.fibonacci: (mpmath.fibonacci, "r"),
    gcd: (lambda a, b: mpmath.mpf(math.gcd(int(a), int(b))), "nn"),
    lcm: (lambda a, b: mpmath.mpf(math.lcm(int(a), int(b))), "nn"),
    sympy.lucas: (lambda v: mpmath.fibonacci(v - 1) + mpmath.fibonacci(v + 1), "n"),
    sympy.bernoulli: (lambda v: mpmath.bernoulli(v) * (-1 if v == 1 else 1), "n"),
    sympy.euler: (lambda v: mpmath.eulernum(int(v)), "n"),
    sympy.bell: (mpmath.bell, "n"),
    sympy.subfactorial: (lambda v: mpmath.nint(mpmath.factorial(v) / mpmath.e), "n"),
    sympy.erfinv: (mpmath.erfinv, "u"),
    sympy.erf2inv: (lambda v, w: mpmath.erfinv(mpmath.erf(v) + w), "su"),
    legendre_q: (lambda k, z: mpmath.legenq(k, 0, z), "nu"),
    tricomi_u: (mpmath.hyperu, "rrc"),
    sympy.hermite: (mpmath.hermite, "nc"),
    sympy.laguerre: (lambda k, z: mpmath.laguerre(k, 0, z), "nc"),
    sympy.assoc_laguerre: (mpmath.laguerre, "nrc"),
    sympy.chebyshevt: (mpmath.chebyt, "nc"),
    sympy.chebyshevu: (mpmath.chebyu, "nc"),
    sympy.gegenbauer: (mpmath.gegenbauer, "nrc"),
    sympy.jacobi: (mpmath.jacobi, "nrrc"),
    sympy.elliptic_k: (mpmath.ellipk, "c"),
    sympy.elliptic_e: (mpmath.ellipe, "uu"),
    sympy.elliptic_f: (mpmath.ellipf, "uu"),
    sympy.elliptic_pi: (mpmath.ellippi, "uu"),
    sympy.LambertW: (mpmath.lambertw, "c"),
    sympy.zeta: (mpmath.zeta, "rr"),
    sympy.dirichlet_eta: (mpmath.altzeta, "c"),
    sympy.polylog: (mpmath.polylog, "ru"),
    sympy.lerchphi: (mpmath.lerchphi, "urr"),
    sympy.stieltjes: (mpmath.stieltjes, "n"),
    sympy.sign: (mpmath.sign, "r"),
    sympy.Abs: (abs, "c"),
    sympy.re: (mpmath.re, "c"),
    sympy.im: (mpmath.im, "c"),
    sympy.conjugate: (mpmath.conj, "c"),
    sympy.arg: (mpmath.arg, "c"),
    sympy.Heaviside: (lambda v: mpmath.mpf(1 if v > 0 else 0), "r"),
    sympy.ceiling: (mpmath.ceil, "r"),
    sympy.frac: (mpmath.frac, "r"),
    sympy.Mod: (mpmath.fmod, "rr"),
    sympy.atan2: (mpmath.atan2, "rr"),
}
"""SymPy function → the oracle and the kinds of its arguments: complex, real, unit, small, natural."""


def _draw(kind: str, source: random.Random) -> sympy.Expr:
    def generic(low: float, high: float) -> Rational:
        return Rational(round(source.uniform(low, high) * 1009), 1009)

    return {
        "c": lambda: generic(-2, 3) + I * generic(-2, 2),
        "r": lambda: generic(1.05, 4),
        "u": lambda: generic(0.05, 0.95),
        "s": lambda: generic(0.01, 0.04),
        "n": lambda: sympy.Integer(source.randint(1, 5)),
    }[kind]()


def _mpmath(number: sympy.Expr) -> mpmath.mpc:
    real, imag = number.as_real_imag()
    real = mpmath.mpf(int(real.p)) / int(real.q)
    return real if imag == 0 else mpmath.mpc(real, mpmath.mpf(int(imag.p)) / int(imag.q))


def _near(ball: acb, value: mpmath.mpc) -> bool:
    """Whether the oracle's value lies within 1e-25 (relative) of the ball."""
    with ctx.workprec(160):
        value = mpmath.mpc(value)
        other = acb(arb(mpmath.nstr(value.real, 40)), arb(mpmath.nstr(value.imag, 40)))
        size = abs(other).max(arb(1)) * arb("1e-25")
        return bool((ball - other + acb(arb(0, size), arb(0, size))).contains(0)) and ball.rad() < arb(
            "1e-20"
        )


@pytest.mark.parametrize("function", ORACLE, ids=lambda function: function.__name__)
def test_function_agrees_with_oracle(function: type) -> None:
    """At random arguments the ball of each function holds mpmath's value: the conventions are the same."""
    oracle, kinds = ORACLE[function]
    source = random.Random(function.__name__)
    names = symbols(f"a0:{len(kinds)}")
    for _ in range(3):
        arguments = [_draw(kind, source) for kind in kinds]
        options = {} if function is sympy.betainc_regularized else {"evaluate": False}
        node = function(*names, **options)
        ball = enclose(node, dict(zip(names, arguments, strict=True)))
        with mpmath.workdps(40):
            assert _near(ball, oracle(*map(_mpmath, arguments))), arguments


def test_every_rule_has_an_oracle() -> None:
    """No function is in the tables without being compared with the oracle."""
    unchecked = {sympy.KroneckerDelta, sympy.erfcinv, sympy.meijerg}
    assert (set(SIMPLE) | set(DEFINITIONS)) - set(ORACLE) <= unchecked


HYPERGEOMETRIC = [
    ([], [Rational(3, 2)], Rational(-7, 5)),
    ([Rational(1, 3)], [Rational(4, 3)], Rational(-9, 4)),
    ([Rational(1, 2), Rational(1, 3)], [Rational(5, 4)], Rational(2, 7)),
    ([1, 1], [2], Rational(-5, 2)),
    ([Rational(1, 2), 1, 1], [2, 2], Rational(3, 7)),
    ([1, 1], [2, 3], Rational(11, 3)),
    ([-3, Rational(5, 2)], [Rational(1, 2)], Rational(13, 4)),
]


@pytest.mark.parametrize(("upper", "lower", "z"), HYPERGEOMETRIC)
def test_hypergeometric_functions_agree_with_oracle(upper: list, lower: list, z: Rational) -> None:
    """pFq takes SymPy's lists of parameters in SymPy's order."""
    ball = enclose(sympy.hyper(upper, lower, x), {x: z})
    with mpmath.workdps(40):
        value = mpmath.hyper([_mpmath(S(a)) for a in upper], [_mpmath(S(b)) for b in lower], _mpmath(z))
        assert _near(ball, value)


@pytest.mark.parametrize("constant", CONSTANTS, ids=str)
def test_constants(constant: sympy.Expr) -> None:
    """Named numbers have their values."""
    with mpmath.workdps(40):
        value = mpmath.mpc(*[mpmath.mpf(str(part)) for part in sympy.N(constant, 40).as_real_imag()])
        assert _near(enclose(constant, {}), value)


BRANCHES = [
    (sympy.meijerg([[], []], [[0], []], x), 3, sympy.exp(-3)),
    (sympy.meijerg([[1, 1], []], [[1], [0]], x), Rational(1, 2), sympy.log(Rational(3, 2))),
    (sympy.bernoulli(4, x), Rational(1, 3), sympy.bernoulli(4, Rational(1, 3))),
    (sympy.fibonacci(x), 50, 12586269025),
    (sympy.bell(x), 10, 115975),
    (x ** Rational(1, 3), -8, 1 + sympy.sqrt(3) * I),
    (sympy.sqrt(x), -4, 2 * I),
    (x ** Rational(-1, 2), -4, -I / 2),
    (x ** Rational(3, 2), -4, -8 * I),
    (sympy.log(x), -1, I * sympy.pi),
    (x**x, 0, 1),
    (x ** Rational(5, 2), 0, 0),
    (sympy.atan2(x, 1 + x, evaluate=False), 1, sympy.atan(Rational(1, 2))),
    (sympy.Piecewise((1, x < 2), (5, True)), 3, 5),
    (sympy.Piecewise((1, sympy.And(x > 0, x <= 3)), (5, True)), 3, 1),
    (sympy.floor(x), Rational(-7, 2), -4),
    (sympy.Max(x, 2), 3, 3),
    (sympy.Min(x, 2), 3, 2),
    (sympy.Heaviside(x), 0, Rational(1, 2)),
    (sympy.binomial(x, 3), 7, 35),
    (sympy.Derivative(x**3, x), 2, 12),
    (sympy.factorial(x), 6, 720),
    (sympy.Abs(x), -3, 3),
    (sympy.LambertW(x, -1), Rational(-1, 4), sympy.LambertW(Rational(-1, 4), -1)),
    (x + sympy.Float(0.1), 0, Rational(3602879701896397, 2**55)),
]


@pytest.mark.parametrize(("expr", "at", "value"), BRANCHES, ids=str)
def test_branches_and_special_values(expr: sympy.Expr, at: sympy.Expr, value: sympy.Expr) -> None:
    """Principal branches, jumps and exact floats are as SymPy defines them."""
    assert enclose(expr - value, {x: S(at)}).contains(0)


UNDEFINED = [
    (1 / x, {x: 0}),
    (sympy.gamma(x), {x: -2}),
    (sympy.log(x), {x: 0}),
    (sympy.zeta(x), {x: 1}),
    (sympy.tan(sympy.pi * x), {x: Rational(1, 2)}),
    (S.Infinity + x, {x: 1}),
    (S.NaN, {}),
    (sympy.Function("f")(x), {x: 1}),
    (x + y, {x: 1}),
    (sympy.Piecewise((1, x < 0)), {x: 1}),
    (sympy.Derivative(sympy.Function("f")(x), x), {x: 1}),
    (x ** sympy.Integer(10**7), {x: 2}),
]


@pytest.mark.parametrize(("expr", "point"), UNDEFINED, ids=str)
def test_what_has_no_finite_ball_is_an_error(expr: sympy.Expr, point: dict) -> None:
    """Poles, infinities, unknown functions and missing values are errors and never balls."""
    with pytest.raises(EnclosureError):
        enclose(expr, {symbol: S(value) for symbol, value in point.items()})


def test_enclose_to_raises_precision_until_cancellation_is_resolved() -> None:
    """The ball is as small as asked for even where low precision loses every digit."""
    ball = enclose_to(sympy.exp(x) - sympy.exp(-x + 200), {x: S(100)}, 40)
    assert ball.contains(0)
    assert ball.rad() < arb("1e-40")
