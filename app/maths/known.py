"""The functions that the grammar knows, as tables: how to build them, and with how many arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from app.maths.divisibility import gcd, lcm
from app.maths.special import legendre_q, tricomi_u


@dataclass(frozen=True)
class Callee:
    """A known function: how to build it, how many arguments it takes, and where it must be held back.

    `bare` allows an argument without brackets. `order` names the arguments (by place) whose size makes SymPy
    spell the function out, and `degree` is the number of arguments from which on it spells out a
    polynomial, which grows faster (0: it never does).
    `lists` reads square brackets in the arguments as lists; `compares` marks functions that look at the size
    of their argument.
    """

    build: Callable[..., Any]
    arities: frozenset[int]
    bare: bool = False
    order: tuple[int, ...] = ()
    degree: int = 0
    lists: bool = False
    compares: bool = False


def _f(build: Callable[..., Any], *arities: int, **options: Any) -> Callee:
    return Callee(build, frozenset(arities or (1,)), **options)


def _by_count(**builders: Callable[..., Any]) -> Callable[..., Any]:
    """A builder that depends on how many arguments there are: `_1=…`, `_2=…`."""

    def build(*arguments: Any) -> Any:
        return builders[f"_{len(arguments)}"](*arguments)

    return build


_gamma = _by_count(_1=sp.gamma, _2=sp.uppergamma)
_log = _by_count(_1=sp.log, _2=sp.log)
_half = sp.Rational(1, 2)

_HANKEL: dict[Any, Callable[..., Any]] = {sp.Integer(1): sp.hankel1, sp.Integer(2): sp.hankel2}


def _legendre_or_jacobi(n: Any, first: Any, *rest: Any) -> Any:
    """`P_n^{(m)}(x)` is the associated Legendre function, `P_n^{(a,b)}(x)` the Jacobi polynomial."""
    return sp.jacobi(n, first, *rest) if len(rest) == 2 else sp.assoc_legendre(n, first, *rest)


def _struve_h(n: Any, x: Any) -> Any:
    """Struve's H by its hypergeometric series (DLMF 11.2.1)."""
    scale = (x / 2) ** (n + 1) / (sp.gamma(_half * 3) * sp.gamma(n + _half * 3))
    return scale * sp.hyper((1,), (_half * 3, n + _half * 3), -(x**2) / 4)


def _struve_l(n: Any, x: Any) -> Any:
    """Struve's modified L by its hypergeometric series (DLMF 11.2.2)."""
    scale = (x / 2) ** (n + 1) / (sp.gamma(_half * 3) * sp.gamma(n + _half * 3))
    return scale * sp.hyper((1,), (_half * 3, n + _half * 3), x**2 / 4)


def _piecewise(*parts: Any) -> Any:
    """Maple's `piecewise(condition, value, …, otherwise)`."""
    cases = [(value, condition) for condition, value in zip(parts[::2], parts[1::2], strict=False)]
    return sp.Piecewise(*cases, (parts[-1], True)) if len(parts) % 2 else sp.Piecewise(*cases)


CIRCULAR = {
    name: getattr(sp, name)
    for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch")
}
INVERSES = {name: getattr(sp, "a" + name) for name in CIRCULAR}

FUNCTIONS: dict[str, Callee] = {
    **{name: _f(build, bare=True) for name, build in CIRCULAR.items()},
    **{"a" + name: _f(build, bare=True) for name, build in INVERSES.items()},
    **{"arc" + name: _f(build, bare=True) for name, build in INVERSES.items()},
    **{"ar" + name: _f(INVERSES[name], bare=True) for name in INVERSES if name.endswith("h")},
    "tg": _f(sp.tan, bare=True),
    "ctg": _f(sp.cot, bare=True),
    "cosec": _f(sp.csc, bare=True),
    "cotg": _f(sp.cot, bare=True),
    "sh": _f(sp.sinh, bare=True),
    "ch": _f(sp.cosh, bare=True),
    "th": _f(sp.tanh, bare=True),
    "arctg": _f(sp.atan, bare=True),
    "atan2": _f(sp.atan2, 2),
    "exp": _f(sp.exp, bare=True),
    "ln": _f(sp.log, bare=True),
    "log": _f(_log, 1, 2, bare=True),
    "Log": _f(_log, 1, 2, bare=True),
    "LogBase": _f(_by_count(_1=sp.log, _2=lambda b, x: sp.log(x, b)), 1, 2),
    "lg": _f(lambda x: sp.log(x, 10), bare=True),
    "log10": _f(lambda x: sp.log(x, 10)),
    "log2": _f(lambda x: sp.log(x, 2)),
    "sqrt": _f(sp.sqrt),
    "cbrt": _f(sp.cbrt),
    "root": _f(lambda x, n: sp.root(x, n), 2),
    "Rational": _f(lambda p, q: p / q, 2),
    "abs": _f(sp.Abs, compares=True),
    "Abs": _f(sp.Abs, compares=True),
    "sgn": _f(sp.sign, bare=True, compares=True),
    "sign": _f(sp.sign, bare=True, compares=True),
    "signum": _f(sp.sign, compares=True),
    "Re": _f(sp.re, bare=True, compares=True),
    "re": _f(sp.re, compares=True),
    "realpart": _f(sp.re, compares=True),
    "Im": _f(sp.im, bare=True, compares=True),
    "im": _f(sp.im, compares=True),
    "imagpart": _f(sp.im, compares=True),
    "arg": _f(sp.arg, bare=True, compares=True),
    "conjugate": _f(sp.conjugate),
    "floor": _f(sp.floor, compares=True),
    "ceiling": _f(sp.ceiling, compares=True),
    "ceil": _f(sp.ceiling, compares=True),
    "max": _f(sp.Max, *range(1, 9), compares=True),
    "Max": _f(sp.Max, *range(1, 9), compares=True),
    "min": _f(sp.Min, *range(1, 9), compares=True),
    "Min": _f(sp.Min, *range(1, 9), compares=True),
    "Mod": _f(sp.Mod, 2, compares=True),
    "gcd": _f(gcd, *range(2, 9)),
    "lcm": _f(lcm, *range(2, 9)),
    "factorial": _f(sp.factorial, order=(0,)),
    "factorial2": _f(sp.factorial2, order=(0,)),
    "subfactorial": _f(sp.subfactorial, order=(0,)),
    "binomial": _f(sp.binomial, 2, order=(0, 1)),
    "rf": _f(sp.rf, 2, order=(1,), degree=1),
    "RisingFactorial": _f(sp.rf, 2, order=(1,), degree=1),
    "pochhammer": _f(sp.rf, 2, order=(1,), degree=1),
    "FallingFactorial": _f(sp.ff, 2, order=(1,), degree=1),
    "bernoulli": _f(sp.bernoulli, 1, 2, order=(0,), degree=1),
    "euler": _f(sp.euler, 1, 2, order=(0,), degree=1),
    "fibonacci": _f(sp.fibonacci, order=(0,)),
    "catalan": _f(sp.catalan, order=(0,)),
    "harmonic": _f(sp.harmonic, 1, 2, order=(0, 1)),
    "Gamma": _f(_gamma, 1, 2, order=(0,), degree=2),
    "gamma": _f(_by_count(_1=sp.gamma, _2=sp.lowergamma), 1, 2, order=(0,), degree=2),
    "uppergamma": _f(sp.uppergamma, 2, order=(0,), degree=1),
    "lowergamma": _f(sp.lowergamma, 2, order=(0,), degree=1),
    "gamma_incomplete": _f(sp.uppergamma, 2, order=(0,), degree=1),
    "gamma_incomplete_lower": _f(sp.lowergamma, 2, order=(0,), degree=1),
    "loggamma": _f(sp.loggamma, order=(0,)),
    "log_gamma": _f(sp.loggamma, order=(0,)),
    "digamma": _f(sp.digamma, order=(0,)),
    "trigamma": _f(sp.trigamma, order=(0,)),
    "polygamma": _f(sp.polygamma, 2, order=(0, 1)),
    "psi_": _f(_by_count(_1=sp.digamma, _2=sp.polygamma), 1, 2, order=(0, 1)),
    "Psi": _f(_by_count(_1=sp.digamma, _2=sp.polygamma), 1, 2, order=(0, 1)),
    "GAMMA": _f(_gamma, 1, 2, order=(0,), degree=2),
    "Zeta": _f(sp.zeta, 1, 2, order=(0, 1), degree=2),
    "psi": _f(_by_count(_1=sp.digamma, _2=sp.polygamma), 1, 2, order=(0, 1)),
    "beta": _f(_by_count(_2=sp.beta, _3=lambda x, a, b: sp.betainc(a, b, 0, x)), 2, 3, order=(0, 1)),
    "Beta": _f(sp.beta, 2, order=(0, 1)),
    "betainc": _f(sp.betainc, 4),
    "betainc_regularized": _f(
        _by_count(_3=lambda x, a, b: sp.betainc_regularized(a, b, 0, x), _4=sp.betainc_regularized), 3, 4
    ),
    "sinc": _f(sp.sinc),
    "dawson": _f(lambda x: sp.sqrt(sp.pi) / 2 * sp.exp(-(x**2)) * sp.erfi(x)),
    "piecewise": _f(_piecewise, *range(2, 12)),
    "diag": _f(sp.diag, *range(1, 9)),
    "open": _f(sp.Interval.open, 2, compares=True),
    "Ropen": _f(lambda a, b: sp.Interval(a, b, False, True), 2, compares=True),
    "Lopen": _f(lambda a, b: sp.Interval(a, b, True, False), 2, compares=True),
    "erf": _f(sp.erf, bare=True),
    "erfc": _f(sp.erfc, bare=True),
    "erfi": _f(sp.erfi, bare=True),
    "erf2": _f(sp.erf2, 2),
    "erfinv": _f(sp.erfinv),
    "erfcinv": _f(sp.erfcinv),
    "Ei": _f(sp.Ei, bare=True),
    "expintegral_ei": _f(sp.Ei),
    "expint": _f(sp.expint, 2, order=(0,), degree=1),
    "expintegral_e": _f(sp.expint, 2, order=(0,), degree=1),
    "expintegral_e1": _f(sp.E1),
    "E1": _f(sp.E1),
    "Si": _f(sp.Si, bare=True),
    "expintegral_si": _f(sp.Si),
    "Ci": _f(sp.Ci, bare=True),
    "expintegral_ci": _f(sp.Ci),
    "Shi": _f(sp.Shi, bare=True),
    "expintegral_shi": _f(sp.Shi),
    "Chi": _f(sp.Chi, bare=True),
    "expintegral_chi": _f(sp.Chi),
    "li": _f(sp.li, bare=True),
    "expintegral_li": _f(sp.li),
    "Li": _f(_by_count(_1=sp.Li, _2=sp.polylog), 1, 2, order=(0,), degree=1),
    "polylog": _f(sp.polylog, 2, order=(0,), degree=1),
    "dilog": _f(lambda x: sp.polylog(2, x)),
    "fresnels": _f(sp.fresnels),
    "fresnelc": _f(sp.fresnelc),
    "fresnel_s": _f(sp.fresnels),
    "fresnel_c": _f(sp.fresnelc),
    "besselj": _f(sp.besselj, 2),
    "bessel_j": _f(sp.besselj, 2),
    "BesselJ": _f(sp.besselj, 2),
    "bessely": _f(sp.bessely, 2),
    "bessel_y": _f(sp.bessely, 2),
    "BesselY": _f(sp.bessely, 2),
    "besseli": _f(sp.besseli, 2),
    "bessel_i": _f(sp.besseli, 2),
    "BesselI": _f(sp.besseli, 2),
    "besselk": _f(sp.besselk, 2),
    "bessel_k": _f(sp.besselk, 2),
    "BesselK": _f(sp.besselk, 2),
    "hankel1": _f(sp.hankel1, 2),
    "hankel2": _f(sp.hankel2, 2),
    "jn": _f(sp.jn, 2),
    "yn": _f(sp.yn, 2),
    "airyai": _f(sp.airyai),
    "airybi": _f(sp.airybi),
    "airyaiprime": _f(sp.airyaiprime),
    "airybiprime": _f(sp.airybiprime),
    "airy_ai": _f(sp.airyai),
    "airy_bi": _f(sp.airybi),
    "airy_dai": _f(sp.airyaiprime),
    "airy_dbi": _f(sp.airybiprime),
    "Ai": _f(sp.airyai),
    "Bi": _f(sp.airybi),
    "struveh": _f(_struve_h, 2, order=(0,), degree=1),
    "struve_h": _f(_struve_h, 2, order=(0,), degree=1),
    "struvel": _f(_struve_l, 2, order=(0,), degree=1),
    "struve_l": _f(_struve_l, 2, order=(0,), degree=1),
    "legendre": _f(_by_count(_2=sp.legendre, _3=sp.assoc_legendre), 2, 3, order=(0,), degree=1),
    "legendre_q": _f(legendre_q, 2),
    "hyperu": _f(tricomi_u, 3),
    "legendre_p": _f(sp.legendre, 2, order=(0,), degree=1),
    "assoc_legendre": _f(sp.assoc_legendre, 3, order=(0, 1), degree=1),
    "hermite": _f(sp.hermite, 2, order=(0,), degree=1),
    "laguerre": _f(_by_count(_2=sp.laguerre, _3=sp.assoc_laguerre), 2, 3, order=(0,), degree=1),
    "assoc_laguerre": _f(sp.assoc_laguerre, 3, order=(0,), degree=1),
    "chebyshevt": _f(sp.chebyshevt, 2, order=(0,), degree=1),
    "chebyshevu": _f(sp.chebyshevu, 2, order=(0,), degree=1),
    "gegenbauer": _f(sp.gegenbauer, 3, order=(0,), degree=1),
    "jacobi": _f(sp.jacobi, 4, order=(0,), degree=1),
    "elliptic_k": _f(sp.elliptic_k),
    "elliptic_kc": _f(sp.elliptic_k),
    "elliptic_e": _f(sp.elliptic_e, 1, 2),
    "elliptic_ec": _f(sp.elliptic_e),
    "elliptic_f": _f(sp.elliptic_f, 2),
    "elliptic_pi": _f(sp.elliptic_pi, 2, 3),
    "LambertW": _f(sp.LambertW, 1, 2),
    "ProductLog": _f(_by_count(_1=sp.LambertW, _2=lambda k, x: sp.LambertW(x, k)), 1, 2),
    "lambertw": _f(sp.LambertW, 1, 2),
    "lambert_w": _f(sp.LambertW),
    "zeta": _f(sp.zeta, 1, 2, order=(0, 1), degree=2),
    "eta": _f(sp.dirichlet_eta, order=(0,)),
    "dirichlet_eta": _f(sp.dirichlet_eta, order=(0,)),
    "lerchphi": _f(sp.lerchphi, 3),
    "stieltjes": _f(sp.stieltjes, 1, 2),
    "Heaviside": _f(lambda x, *at_zero: sp.Heaviside(x, *at_zero), 1, 2, compares=True),
    "Theta": _f(sp.Heaviside, 1, 2, compares=True),
    "unit_step": _f(sp.Heaviside, compares=True),
    "DiracDelta": _f(sp.DiracDelta, 1, 2),
    "delta": _f(sp.DiracDelta, 1, 2),
    "KroneckerDelta": _f(sp.KroneckerDelta, 2),
    "kron_delta": _f(sp.KroneckerDelta, 2),
    "hyper": _f(sp.hyper, 3, lists=True),
    "hypergeometric": _f(sp.hyper, 3, lists=True),
    "hypergeom": _f(sp.hyper, 3, lists=True),
    "hyp2f1": _f(lambda a, b, c, z: sp.hyper((a, b), (c,), z), 4),
    "hyp1f1": _f(lambda a, b, z: sp.hyper((a,), (b,), z), 3),
    "hyp0f1": _f(lambda b, z: sp.hyper((), (b,), z), 2),
    "meijerg": _f(sp.meijerg, 3, lists=True),
    "det": _f(lambda m: m.det(), bare=True),
    "Interval": _f(lambda a, b, *flags: sp.Interval(a, b, *flags), 2, compares=True),
    "FiniteSet": _f(sp.FiniteSet, *range(1, 33)),
    "Union": _f(sp.Union, *range(1, 33)),
    "Intersection": _f(sp.Intersection, *range(1, 33)),
    "Eq": _f(lambda a, b: sp.Eq(a, b, evaluate=False), 2),
    "Ne": _f(lambda a, b: sp.Ne(a, b, evaluate=False), 2),
    "And": _f(sp.And, *range(1, 33)),
    "Or": _f(sp.Or, *range(1, 33)),
    "Order": _f(sp.Order, 1, 2),
    "ode_constant": _f(lambda n: sp.Symbol(f"C_{n}")),
}
"""Known functions by name, with or without a backslash."""

CHOICES: dict[str, Callee] = {
    "C": _f(sp.binomial, 2, order=(0, 1)),
    "P": _f(sp.ff, 2, order=(1,), degree=1),
}
"""Letters between two counts: combinations `_nC_k` and permutations `_nP_k`."""

FUNCTIONS_ONLY_CALLED = frozenset({"Gamma", "gamma", "psi", "beta", "zeta", "eta", "delta", "Theta"})
"""Names that are functions only before a bracket, and letters otherwise (rule 8)."""

MARKED_LETTERS: dict[str, Callee] = {"S": _f(sp.fresnels), "C": _f(sp.fresnelc)}
"""Letters that are functions before a bracket when written upright: `\\operatorname{S}(x)`."""

CALLED_LETTERS: dict[str, Callee] = {
    "B": _f(
        _by_count(
            _2=sp.beta,
            _3=lambda x, a, b: sp.betainc(a, b, 0, x),
            _4=lambda x, y, a, b: sp.betainc(a, b, x, y),
        ),
        2,
        3,
        4,
        order=(0, 1),
    ),
    "S": _f(sp.fresnels, 1),
    **CHOICES,
    "W": _f(sp.LambertW, 1),
    "K": _f(sp.elliptic_k, 1),
    "E": _f(sp.elliptic_e, 1, 2),
    "F": _f(sp.elliptic_f, 2),
    "Pi": _f(sp.elliptic_pi, 2, 3),
    "H": _f(sp.Heaviside, 1),
    "Phi": _f(sp.lerchphi, 3),
}
"""Letters that are functions before a bracket with that many arguments (rule 1)."""

SUBSCRIPTED: dict[str, Callee] = {
    "J": _f(sp.besselj, 2),
    "Y": _f(sp.bessely, 2),
    "I": _f(_by_count(_2=sp.besseli, _3=lambda x, a, b: sp.betainc_regularized(a, b, 0, x)), 2, 3),
    "K": _f(sp.besselk, 2),
    "j": _f(sp.jn, 2),
    "y": _f(sp.yn, 2),
    "E": _f(sp.expint, 2, order=(0,), degree=1),
    "P": _f(sp.legendre, 2, order=(0,), degree=1),
    "H": _f(sp.hermite, 2, order=(0,), degree=1),
    "L": _f(sp.laguerre, 2, order=(0,), degree=1),
    "Q": _f(legendre_q, 2),
    "T": _f(sp.chebyshevt, 2, order=(0,), degree=1),
    "U": _f(sp.chebyshevu, 2, order=(0,), degree=1),
    "B": _f(
        _by_count(_2=sp.bernoulli, _3=lambda x, a, b: sp.betainc(a, b, 0, x)), 2, 3, order=(0,), degree=1
    ),
    "W": _f(lambda k, x: sp.LambertW(x, k), 2),
    "li": _f(sp.polylog, 2, order=(0,), degree=1),
    "Li": _f(sp.polylog, 2, order=(0,), degree=1),
    "log": _f(lambda b, x: sp.log(x, b), 2, bare=True),
    "Log": _f(lambda b, x: sp.log(x, b), 2, bare=True),
    "psi": _f(sp.polygamma, 2, order=(0, 1)),
    "boldH": _f(_struve_h, 2, order=(0,), degree=1),
    "boldL": _f(_struve_l, 2, order=(0,), degree=1),
}
"""Functions whose first argument is written as a subscript: `J_0(x)` is `besselj(0, x)`."""

SUPERSCRIPTED: dict[str, Callee] = {
    "psi": _f(sp.polygamma, 2, order=(0, 1)),
    "delta": _f(lambda n, x: sp.DiracDelta(x, n), 2, order=(0,)),
}
"""Functions whose first argument is a bracketed superscript: `\\psi^{(1)}(x)`."""

DOUBLY_SCRIPTED: dict[str, Callee] = {
    "C": _f(sp.gegenbauer, 3, order=(0,), degree=1),
    "L": _f(sp.assoc_laguerre, 3, order=(0,), degree=1),
    "H": _f(lambda n, k, x: _HANKEL[k](n, x), 3),
    "P": _f(_legendre_or_jacobi, 3, 4, order=(0,), degree=1),
}
"""A subscript and a bracketed superscript: `C_n^{(a)}(x)`, `P_n^{(a,b)}(x)`, `H_n^{(1)}(x)`."""

GLUED = tuple(
    sorted(
        {name for name, callee in FUNCTIONS.items() if callee.bare and len(name) > 2}
        | {"ln", "pi", "sqrt", "abs"} - {"arg", "det"},
        key=lambda name: (-len(name), name),
    )
)
"""Names found inside a run of letters (`xsin`, `2pi`), longest first."""
