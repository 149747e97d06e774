"""Tables that give each SymPy function its rigorous evaluation in ball arithmetic, and its branch cuts."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

import sympy
from flint import acb, arb
from sympy import S

from app.maths.balls import EnclosureError, rational
from app.maths.divisibility import gcd, lcm
from app.maths.special import legendre_q, tricomi_u

MAX_ORDER: Final = 2_000
"""Index up to which sequences are computed that have no formula."""


class Cut(Enum):
    """Where a function is not analytic in its last argument, poles aside (those give non-finite balls)."""

    NONE = "nowhere"
    NEGATIVE = "(-oo, 0]"
    BELOW_ONE = "(-oo, 1]"
    ABOVE_ONE = "[1, oo)"
    OUTSIDE = "(-oo, -1] and [1, oo)"
    IMAGINARY = "i times (-oo, -1] and [1, oo)"
    BRANCH_POINT = "(-oo, -1/e]"
    UNKNOWN = "not known, so never used where analyticity must be certain"


class Rule(NamedTuple):
    """How to enclose a function of balls, its cut, and whether it loses that for a whole first argument."""

    evaluate: Callable[..., acb]
    cut: Cut
    entire_at_whole: bool = False

    def analytic(self, *balls: acb) -> bool:
        """Whether the function is certainly analytic around its last argument (poles aside)."""
        order = balls[0]
        if self.entire_at_whole and order.is_exact() and order.unique_fmpz() is not None:
            return True
        return not touches(balls[-1], self.cut)


def touches(z: acb, cut: Cut) -> bool:
    """Whether the ball `z` may meet the cut."""
    if cut is Cut.NONE:
        return False
    if cut is Cut.IMAGINARY:
        z = acb(z.imag, z.real)
        cut = Cut.OUTSIDE
    if not z.imag.contains(0):
        return False
    x = z.real
    return {
        Cut.NEGATIVE: not x > 0,
        Cut.BELOW_ONE: not x > 1,
        Cut.ABOVE_ONE: not x < 1,
        Cut.OUTSIDE: not (x > -1 and x < 1),
        Cut.BRANCH_POINT: not x > -(arb(-1).exp()),
    }.get(cut, True)


def _beta(x: acb, y: acb) -> acb:
    return x.gamma() * y.gamma() * (x + y).rgamma()


def _factorial(z: acb) -> acb:
    return (z + 1).gamma()


def _double_factorial(z: acb) -> acb:
    n = z.unique_fmpz()
    if n is None or not z.is_exact() or n < -1 or n > 10_000:
        return acb("nan")
    product = acb(1)
    for k in range(int(n), 1, -2):
        product *= k
    return product


def _binomial(n: acb, k: acb) -> acb:
    """Γ(n+1) / (Γ(k+1) Γ(n-k+1)), by a finite product where k is a small natural number."""
    whole = k.unique_fmpz() if k.is_exact() else None
    if whole is not None and 0 <= whole <= 1000:
        return (n - whole + 1).rising(acb(whole)) / acb(whole + 1).gamma()
    if whole is not None and whole < 0:
        return acb(0)
    return (n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma()


def _falling(x: acb, k: acb) -> acb:
    return (x - k + 1).rising(k)


def _polygamma(order: acb, z: acb) -> acb:
    return z.digamma() if order.is_zero() else z.polygamma(order)


def _harmonic(n: acb) -> acb:
    return (n + 1).digamma() + arb.const_euler()


def _generalised_harmonic(n: acb, m: acb) -> acb:
    return m.zeta() - m.zeta(n + 1)


def _stieltjes(n: acb, a: acb | None = None) -> acb:
    order = n.unique_fmpz()
    return acb("nan") if order is None else acb.stieltjes(order, 1 if a is None else a)


def _lambertw(z: acb, branch: acb | None = None) -> acb:
    if branch is None:
        return z.lambertw()
    k = branch.unique_fmpz()
    return acb("nan") if k is None else z.lambertw(k)


def _abs(z: acb) -> acb:
    return acb(abs(z))


def _step(z: acb, at_zero: acb | None = None) -> acb:
    """Heaviside's step; at zero SymPy's second argument counts, which is 1/2 unless given."""
    x = z.real
    if x > 0:
        return acb(1)
    if x < 0:
        return acb(0)
    if z.is_zero():
        return acb(0.5) if at_zero is None else at_zero
    return acb(arb(0.5, 0.5))


def _bessel(method: Callable[[acb, acb], acb]) -> Callable[[acb, acb], acb]:
    return lambda order, z: method(z, order)


def _spherical(method: Callable[[acb, acb], acb]) -> Callable[[acb, acb], acb]:
    return lambda order, z: (acb.pi() / (2 * z)).sqrt() * method(z, order + acb(0.5))


def _hankel(sign: int) -> Callable[[acb, acb], acb]:
    return lambda order, z: z.bessel_j(order) + acb(0, sign) * z.bessel_y(order)


def _elliptic_e(*args: acb) -> acb:
    return args[0].elliptic_e() if len(args) == 1 else acb.elliptic_e_inc(*args)


def _elliptic_pi(*args: acb) -> acb:
    return acb.elliptic_pi(*args) if len(args) == 2 else acb.elliptic_pi_inc(*args)


def _assoc_legendre(n: acb, m: acb, z: acb) -> acb:
    return z.legendre_p(n, m)


def _betainc(a: acb, b: acb, start: acb, end: acb) -> acb:
    return end.beta_lower(a, b) - start.beta_lower(a, b)


def _betainc_regularized(a: acb, b: acb, start: acb, end: acb) -> acb:
    return end.beta_lower(a, b, regularized=True) - start.beta_lower(a, b, regularized=True)


def _erfinv(z: acb) -> acb:
    return acb(z.real.erfinv()) if z.imag.is_zero() else acb("nan")


def _golden_powers(sign: int) -> Callable[[acb], acb]:
    """φ^n ± cos(πn) φ^(-n), for Lucas and, over √5, Fibonacci numbers, also between the integers."""

    def value(n: acb) -> acb:
        golden = (1 + acb(5).sqrt()) / 2
        return golden.pow(n) + sign * n.cos_pi() * golden.pow(-n)

    return value


def _at_integers(function: Callable[..., sympy.Expr]) -> Callable[..., acb]:
    """A sequence of rational numbers of SymPy, which has no values elsewhere."""

    def value(*arguments: acb) -> acb:
        whole = [int(n) for ball in arguments if ball.is_exact() and (n := ball.unique_fmpz()) is not None]
        if len(whole) < len(arguments) or not all(0 <= n <= MAX_ORDER for n in whole):
            return acb("nan")
        number = function(*whole)
        return rational(number) if number.is_Rational else acb("nan")

    return value


def _of_whole(function: Callable[..., int]) -> Callable[..., acb]:
    """A function that integers of any size have, and no other numbers."""

    def value(*arguments: acb) -> acb:
        whole = [int(n) for ball in arguments if ball.is_exact() and (n := ball.unique_fmpz()) is not None]
        return acb(function(*whole)) if len(whole) == len(arguments) else acb("nan")

    return value


def _bernoulli(n: acb, x: acb | None = None) -> acb:
    if x is None:
        return _at_integers(sympy.bernoulli)(n)
    order = n.unique_fmpz()
    return acb("nan") if order is None or not 0 <= order <= MAX_ORDER else x.bernoulli_poly(int(order))


@lru_cache(maxsize=256)
def _expanded(*parameters: sympy.Basic) -> tuple[sympy.Expr, sympy.Dummy]:
    """Meijer's function with these lists of parameters in known functions of the symbol that is given too."""
    z = sympy.Dummy("z")
    expanded = sympy.hyperexpand(sympy.meijerg(*parameters, z))
    if expanded.has(sympy.meijerg):
        raise EnclosureError("this Meijer function is none of the known functions")
    return expanded, z


def _meijer(*arguments: sympy.Basic) -> sympy.Expr:
    *parameters, argument = arguments
    expanded, z = _expanded(*parameters)
    return expanded.xreplace({z: argument})


def _legendre_q(n: acb, z: acb) -> acb:
    ferrers = z.imag.is_zero() and z.real > -1 and z.real < 1
    return z.legendre_q(n, type=2 if ferrers else 3)


def _zeta(s: acb, a: acb | None = None) -> acb:
    return s.zeta() if a is None else s.zeta(a)


SIMPLE: dict[type, Rule] = {
    sympy.exp: Rule(acb.exp, Cut.NONE),
    sympy.sin: Rule(acb.sin, Cut.NONE),
    sympy.cos: Rule(acb.cos, Cut.NONE),
    sympy.tan: Rule(acb.tan, Cut.NONE),
    sympy.cot: Rule(acb.cot, Cut.NONE),
    sympy.sec: Rule(acb.sec, Cut.NONE),
    sympy.csc: Rule(acb.csc, Cut.NONE),
    sympy.sinh: Rule(acb.sinh, Cut.NONE),
    sympy.cosh: Rule(acb.cosh, Cut.NONE),
    sympy.tanh: Rule(acb.tanh, Cut.NONE),
    sympy.coth: Rule(acb.coth, Cut.NONE),
    sympy.sech: Rule(acb.sech, Cut.NONE),
    sympy.csch: Rule(acb.csch, Cut.NONE),
    sympy.sinc: Rule(acb.sinc, Cut.NONE),
    sympy.log: Rule(acb.log, Cut.NEGATIVE),
    sympy.asin: Rule(acb.asin, Cut.OUTSIDE),
    sympy.acos: Rule(acb.acos, Cut.OUTSIDE),
    sympy.atan: Rule(acb.atan, Cut.IMAGINARY),
    sympy.asinh: Rule(acb.asinh, Cut.IMAGINARY),
    sympy.acosh: Rule(acb.acosh, Cut.BELOW_ONE),
    sympy.atanh: Rule(acb.atanh, Cut.OUTSIDE),
    sympy.gamma: Rule(acb.gamma, Cut.NONE),
    sympy.loggamma: Rule(acb.lgamma, Cut.NEGATIVE),
    sympy.digamma: Rule(acb.digamma, Cut.NONE),
    sympy.polygamma: Rule(_polygamma, Cut.NONE),
    sympy.beta: Rule(_beta, Cut.NONE),
    sympy.factorial: Rule(_factorial, Cut.NONE),
    sympy.binomial: Rule(_binomial, Cut.NONE),
    sympy.betainc: Rule(_betainc, Cut.UNKNOWN),
    sympy.betainc_regularized: Rule(_betainc_regularized, Cut.UNKNOWN),
    sympy.fibonacci: Rule(lambda n: _golden_powers(-1)(n) / acb(5).sqrt(), Cut.NONE),
    sympy.lucas: Rule(_golden_powers(1), Cut.NONE),
    sympy.bernoulli: Rule(_bernoulli, Cut.UNKNOWN),
    sympy.euler: Rule(_at_integers(sympy.euler), Cut.UNKNOWN),
    sympy.bell: Rule(_at_integers(sympy.bell), Cut.UNKNOWN),
    sympy.subfactorial: Rule(_at_integers(sympy.subfactorial), Cut.UNKNOWN),
    gcd: Rule(_of_whole(math.gcd), Cut.UNKNOWN),
    lcm: Rule(_of_whole(math.lcm), Cut.UNKNOWN),
    sympy.RisingFactorial: Rule(lambda x, k: x.rising(k), Cut.NONE),
    sympy.FallingFactorial: Rule(_falling, Cut.NONE),
    sympy.factorial2: Rule(_double_factorial, Cut.UNKNOWN),
    sympy.harmonic: Rule(lambda *a: _harmonic(*a) if len(a) == 1 else _generalised_harmonic(*a), Cut.UNKNOWN),
    sympy.erf: Rule(acb.erf, Cut.NONE),
    sympy.erfc: Rule(acb.erfc, Cut.NONE),
    sympy.erfi: Rule(acb.erfi, Cut.NONE),
    sympy.erfinv: Rule(_erfinv, Cut.UNKNOWN),
    sympy.erf2: Rule(lambda a, b: b.erf() - a.erf(), Cut.NONE),
    sympy.fresnels: Rule(acb.fresnel_s, Cut.NONE),
    sympy.fresnelc: Rule(acb.fresnel_c, Cut.NONE),
    sympy.Ei: Rule(acb.ei, Cut.NEGATIVE),
    sympy.expint: Rule(lambda s, z: z.expint(s), Cut.NEGATIVE),
    sympy.li: Rule(acb.li, Cut.BELOW_ONE),
    sympy.Li: Rule(lambda z: z.li(offset=True), Cut.BELOW_ONE),
    sympy.Si: Rule(acb.si, Cut.NONE),
    sympy.Ci: Rule(acb.ci, Cut.NEGATIVE),
    sympy.Shi: Rule(acb.shi, Cut.NONE),
    sympy.Chi: Rule(acb.chi, Cut.NEGATIVE),
    sympy.uppergamma: Rule(lambda s, z: z.gamma_upper(s), Cut.NEGATIVE),
    sympy.lowergamma: Rule(lambda s, z: z.gamma_lower(s), Cut.NEGATIVE),
    sympy.besselj: Rule(_bessel(acb.bessel_j), Cut.NEGATIVE, True),
    sympy.bessely: Rule(_bessel(acb.bessel_y), Cut.NEGATIVE),
    sympy.besseli: Rule(_bessel(acb.bessel_i), Cut.NEGATIVE, True),
    sympy.besselk: Rule(_bessel(acb.bessel_k), Cut.NEGATIVE),
    sympy.hankel1: Rule(_hankel(1), Cut.NEGATIVE),
    sympy.hankel2: Rule(_hankel(-1), Cut.NEGATIVE),
    sympy.jn: Rule(_spherical(acb.bessel_j), Cut.NEGATIVE),
    sympy.yn: Rule(_spherical(acb.bessel_y), Cut.NEGATIVE),
    sympy.airyai: Rule(lambda z: z.airy_ai(), Cut.NONE),
    sympy.airybi: Rule(lambda z: z.airy_bi(), Cut.NONE),
    sympy.airyaiprime: Rule(lambda z: z.airy_ai(derivative=1), Cut.NONE),
    sympy.airybiprime: Rule(lambda z: z.airy_bi(derivative=1), Cut.NONE),
    sympy.legendre: Rule(lambda n, z: z.legendre_p(n), Cut.UNKNOWN),
    sympy.assoc_legendre: Rule(_assoc_legendre, Cut.UNKNOWN),
    legendre_q: Rule(_legendre_q, Cut.UNKNOWN),
    tricomi_u: Rule(lambda a, b, z: z.hypgeom_u(a, b), Cut.NEGATIVE),
    sympy.hermite: Rule(lambda n, z: z.hermite_h(n), Cut.NONE),
    sympy.laguerre: Rule(lambda n, z: z.laguerre_l(n), Cut.NONE),
    sympy.assoc_laguerre: Rule(lambda n, a, z: z.laguerre_l(n, a), Cut.NONE),
    sympy.chebyshevt: Rule(lambda n, z: z.chebyshev_t(n), Cut.UNKNOWN),
    sympy.chebyshevu: Rule(lambda n, z: z.chebyshev_u(n), Cut.UNKNOWN),
    sympy.gegenbauer: Rule(lambda n, a, z: z.gegenbauer_c(n, a), Cut.UNKNOWN),
    sympy.jacobi: Rule(lambda n, a, b, z: z.jacobi_p(n, a, b), Cut.UNKNOWN),
    sympy.elliptic_k: Rule(acb.elliptic_k, Cut.ABOVE_ONE),
    sympy.elliptic_e: Rule(_elliptic_e, Cut.UNKNOWN),
    sympy.elliptic_f: Rule(acb.elliptic_f, Cut.UNKNOWN),
    sympy.elliptic_pi: Rule(_elliptic_pi, Cut.UNKNOWN),
    sympy.LambertW: Rule(_lambertw, Cut.BRANCH_POINT),
    sympy.zeta: Rule(_zeta, Cut.UNKNOWN),
    sympy.dirichlet_eta: Rule(acb.dirichlet_eta, Cut.NONE),
    sympy.polylog: Rule(lambda s, z: z.polylog(s), Cut.ABOVE_ONE),
    sympy.lerchphi: Rule(lambda z, s, a: acb.lerch_phi(z, s, a), Cut.UNKNOWN),
    sympy.stieltjes: Rule(_stieltjes, Cut.UNKNOWN),
    sympy.Heaviside: Rule(_step, Cut.UNKNOWN),
    sympy.sign: Rule(acb.sgn, Cut.UNKNOWN),
    sympy.Abs: Rule(_abs, Cut.UNKNOWN),
    sympy.re: Rule(lambda z: acb(z.real), Cut.UNKNOWN),
    sympy.im: Rule(lambda z: acb(z.imag), Cut.UNKNOWN),
    sympy.conjugate: Rule(acb.conjugate, Cut.UNKNOWN),
    sympy.arg: Rule(lambda z: acb(z.arg()), Cut.UNKNOWN),
}
"""Functions whose value follows from the balls of their arguments, in SymPy's order of arguments."""

NOT_ANALYTIC: Final = (
    *(sympy.Piecewise, sympy.KroneckerDelta, sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Heaviside),
    *(sympy.floor, sympy.ceiling, sympy.frac, sympy.Mod, sympy.re, sympy.im, sympy.conjugate, sympy.arg),
)
"""Functions whose values off the real line, or between integers, do not continue those on it."""

DEFINITIONS: dict[type, Callable[..., sympy.Expr]] = {
    sympy.acot: lambda z: sympy.atan(1 / z),
    sympy.asec: lambda z: sympy.acos(1 / z),
    sympy.acsc: lambda z: sympy.asin(1 / z),
    sympy.acoth: lambda z: sympy.atanh(1 / z),
    sympy.asech: lambda z: sympy.acosh(1 / z),
    sympy.acsch: lambda z: sympy.asinh(1 / z),
    sympy.atan2: lambda y, x: sympy.arg(x + S.ImaginaryUnit * y),
    sympy.ceiling: lambda z: -sympy.floor(-z),
    sympy.frac: lambda z: z - sympy.floor(z),
    sympy.Mod: lambda a, b: a - b * sympy.floor(a / b),
    sympy.catalan: lambda n: sympy.binomial(2 * n, n) / (n + 1),
    sympy.KroneckerDelta: lambda a, b: sympy.Piecewise((1, sympy.Eq(a, b)), (0, True)),
    sympy.erfcinv: lambda z: sympy.erfinv(1 - z),
    sympy.erf2inv: lambda x, y: sympy.erfinv(sympy.erf(x) + y),
    sympy.meijerg: _meijer,
}
"""Functions that are written in terms of others."""

CONSTANTS: dict[sympy.Expr, Callable[[], acb]] = {
    S.Pi: acb.pi,
    S.Exp1: lambda: acb(arb.const_e()),
    S.ImaginaryUnit: lambda: acb(0, 1),
    S.EulerGamma: lambda: acb(arb.const_euler()),
    S.Catalan: lambda: acb(arb.const_catalan()),
    S.GoldenRatio: lambda: acb((1 + arb(5).sqrt()) / 2),
}
"""Named numbers, at the precision that is set when they are asked for."""
