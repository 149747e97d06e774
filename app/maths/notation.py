"""What the grammar knows, as tables only: commands, characters, functions, letters, and the rules of ambiguity.

Rules where notation is ambiguous (each is fixed, none guesses from context it cannot see):

1.  A letter before a bracket multiplies (`a(x+1)`), unless it is a function of the caller's, carries a prime,
    is written `y{(x)}` (braces round the bracket, as SymPy prints), or is in `CALLED_LETTERS` with that many
    arguments (`B(a,b)`, `W(x)`, `K(m)`). At the very start, `y(0) = …` and `y(x) = …` with a letter of
    `FUNCTION_LETTERS` (and one number or one letter inside) state a value of the function y.
2.  `e` is the number, `i` the imaginary unit unless it is the index of an enclosing sum or product. `E`, `I`
    and `N` are letters, except in computer-algebra text (no backslash, and `**` or a `name(`), where `E` and
    `I` are the numbers. `C`, `J`, `B`, `d` are letters; `d` before a letter inside an integral is its
    differential. `C1`, `c2`, `K1` are the constants `C_1`, `c_2`, `K_1`; any other letter before a digit multiplies.
3.  Multiplication, written or not, and division have one precedence and go left to right: `1/2x` is `x/2`.
    A sign binds weaker than a power (`-x^2`), a prime and `!` bind strongest, powers go right to left.
4.  A function without brackets takes the juxtaposed factors that follow, up to an operator sign, another
    function, or a bracket (`\\sin 2x \\cos x`, `\\ln x / x` is `(\\ln x)/x`). A bracket right after the name is the
    whole argument (`\\sin(x)y` is `y sin x`, `\\sin(x)^2` is `(sin x)^2`); after a bare number, circular and
    hyperbolic functions take the bracket too (`\\sin 2(x+y)`). `\\sin^2 x` is a power, `\\sin^{-1}` the inverse.
5.  Sums, products, limits and derivatives act on the whole product that follows, and stop at `+` and `-`; an
    integral reaches to its differential.
6.  A whole number before `\\frac` of two whole numbers, the upper one smaller, is a mixed number. Two numbers
    side by side are an error. `1,000` is one number outside brackets; `1{,}000` and `1\\,000` always are.
7.  `(a, b)` is a tuple; it is an open interval when an end is infinite or when it meets `\\cup`, `\\cap`,
    `\\setminus` or `\\in`. `[a, b]` is an interval, `[a]` a bracket, any longer list a tuple. `]a, b[` is open.
8.  `\\gamma` is Euler's constant without arguments, `\\Gamma(x)` and `gamma(x)` the gamma function, `\\gamma(a, x)`
    the lower incomplete one. `\\phi` and `\\varphi` are letters. `\\zeta(`, `\\eta(`, `\\psi(`, `\\delta(`, `\\Theta(`
    are the functions; without a bracket they are letters.
9.  All `\\pm` of one text take the same sign, `\\mp` the other; the result is the set of both.
10. A decimal is the exact rational it spells. A run of letters is a known name, else a product of known names
    and single letters; runs that look like prose are an error.
11. Elliptic integrals take the parameter m = k², as `K(m)`, `E(m)`, `F(\\phi | m)`, `\\Pi(n | m)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp


@dataclass(frozen=True)
class Callee:
    """A known function: how to build it, how many arguments it takes, and where it must be held back.

    `bare` allows an argument without brackets. `order` names the arguments (by place) whose size makes SymPy
    spell the function out, and `degree` says that it spells out a polynomial, which grows faster.
    `lists` reads square brackets in the arguments as lists; `compares` marks functions that look at the size
    of their argument.
    """

    build: Callable[..., Any]
    arities: frozenset[int]
    bare: bool = False
    order: tuple[int, ...] = ()
    degree: bool = False
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
    "lg": _f(lambda x: sp.log(x, 10), bare=True),
    "log10": _f(lambda x: sp.log(x, 10)),
    "log2": _f(lambda x: sp.log(x, 2)),
    "sqrt": _f(sp.sqrt),
    "cbrt": _f(sp.cbrt),
    "root": _f(lambda x, n: sp.root(x, n), 2),
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
    "gcd": _f(sp.gcd, 2),
    "lcm": _f(sp.lcm, 2),
    "factorial": _f(sp.factorial, order=(0,)),
    "factorial2": _f(sp.factorial2, order=(0,)),
    "subfactorial": _f(sp.subfactorial, order=(0,)),
    "binomial": _f(sp.binomial, 2, order=(0, 1)),
    "rf": _f(sp.rf, 2, order=(1,), degree=True),
    "RisingFactorial": _f(sp.rf, 2, order=(1,), degree=True),
    "pochhammer": _f(sp.rf, 2, order=(1,), degree=True),
    "FallingFactorial": _f(sp.ff, 2, order=(1,), degree=True),
    "bernoulli": _f(sp.bernoulli, 1, 2, order=(0,), degree=True),
    "euler": _f(sp.euler, 1, 2, order=(0,), degree=True),
    "fibonacci": _f(sp.fibonacci, order=(0,)),
    "catalan": _f(sp.catalan, order=(0,)),
    "harmonic": _f(sp.harmonic, 1, 2, order=(0, 1)),
    "Gamma": _f(_gamma, 1, 2, order=(0,)),
    "gamma": _f(_by_count(_1=sp.gamma, _2=sp.lowergamma), 1, 2, order=(0,)),
    "uppergamma": _f(sp.uppergamma, 2, order=(0,), degree=True),
    "lowergamma": _f(sp.lowergamma, 2, order=(0,), degree=True),
    "gamma_incomplete": _f(sp.uppergamma, 2, order=(0,), degree=True),
    "gamma_incomplete_lower": _f(sp.lowergamma, 2, order=(0,), degree=True),
    "loggamma": _f(sp.loggamma, order=(0,)),
    "log_gamma": _f(sp.loggamma, order=(0,)),
    "digamma": _f(sp.digamma, order=(0,)),
    "trigamma": _f(sp.trigamma, order=(0,)),
    "polygamma": _f(sp.polygamma, 2, order=(0, 1)),
    "psi": _f(_by_count(_1=sp.digamma, _2=sp.polygamma), 1, 2, order=(0, 1)),
    "beta": _f(_by_count(_2=sp.beta, _3=lambda x, a, b: sp.betainc(a, b, 0, x)), 2, 3, order=(0, 1)),
    "Beta": _f(sp.beta, 2, order=(0, 1)),
    "betainc": _f(sp.betainc, 4),
    "erf": _f(sp.erf, bare=True),
    "erfc": _f(sp.erfc, bare=True),
    "erfi": _f(sp.erfi, bare=True),
    "erf2": _f(sp.erf2, 2),
    "erfinv": _f(sp.erfinv),
    "erfcinv": _f(sp.erfcinv),
    "Ei": _f(sp.Ei, bare=True),
    "expintegral_ei": _f(sp.Ei),
    "expint": _f(sp.expint, 2, order=(0,), degree=True),
    "expintegral_e": _f(sp.expint, 2, order=(0,), degree=True),
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
    "Li": _f(_by_count(_1=sp.Li, _2=sp.polylog), 1, 2, order=(0,), degree=True),
    "polylog": _f(sp.polylog, 2, order=(0,), degree=True),
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
    "struveh": _f(lambda n, x: STRUVE_H(n, x), 2, order=(0,), degree=True),
    "struve_h": _f(lambda n, x: STRUVE_H(n, x), 2, order=(0,), degree=True),
    "struvel": _f(lambda n, x: STRUVE_L(n, x), 2, order=(0,), degree=True),
    "struve_l": _f(lambda n, x: STRUVE_L(n, x), 2, order=(0,), degree=True),
    "legendre": _f(sp.legendre, 2, order=(0,), degree=True),
    "legendre_p": _f(sp.legendre, 2, order=(0,), degree=True),
    "assoc_legendre": _f(sp.assoc_legendre, 3, order=(0, 1), degree=True),
    "hermite": _f(sp.hermite, 2, order=(0,), degree=True),
    "laguerre": _f(sp.laguerre, 2, order=(0,), degree=True),
    "assoc_laguerre": _f(sp.assoc_laguerre, 3, order=(0,), degree=True),
    "chebyshevt": _f(sp.chebyshevt, 2, order=(0,), degree=True),
    "chebyshevu": _f(sp.chebyshevu, 2, order=(0,), degree=True),
    "gegenbauer": _f(sp.gegenbauer, 3, order=(0,), degree=True),
    "jacobi": _f(sp.jacobi, 4, order=(0,), degree=True),
    "elliptic_k": _f(sp.elliptic_k),
    "elliptic_kc": _f(sp.elliptic_k),
    "elliptic_e": _f(sp.elliptic_e, 1, 2),
    "elliptic_ec": _f(sp.elliptic_e),
    "elliptic_f": _f(sp.elliptic_f, 2),
    "elliptic_pi": _f(sp.elliptic_pi, 2, 3),
    "LambertW": _f(sp.LambertW, 1, 2),
    "lambertw": _f(sp.LambertW, 1, 2),
    "lambert_w": _f(sp.LambertW),
    "zeta": _f(sp.zeta, 1, 2, order=(0, 1)),
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

CALL_NAMES = frozenset(
    [
        "Integral",
        "integrate",
        "Sum",
        "summation",
        "Product",
        "Derivative",
        "diff",
        "Limit",
        "limit",
        "Subs",
        "Piecewise",
        "Matrix",
        "ImmutableMatrix",
        "matrix",
        "Tuple",
        "O",
    ]
)
"""Computer-algebra calls whose arguments are not plain values; `grammar.algebra` builds them."""

FUNCTIONS_ONLY_CALLED = frozenset({"Gamma", "gamma", "psi", "beta", "zeta", "eta", "delta", "Theta"})
"""Names that are functions only before a bracket, and letters otherwise (rule 8)."""

MARKED_LETTERS: dict[str, Callee] = {"S": _f(sp.fresnels), "C": _f(sp.fresnelc)}
"""Letters that are functions before a bracket when written upright: `\\operatorname{S}(x)`."""

CALLED_LETTERS: dict[str, Callee] = {
    "B": _f(sp.beta, 2, order=(0, 1)),
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
    "I": _f(sp.besseli, 2),
    "K": _f(sp.besselk, 2),
    "j": _f(sp.jn, 2),
    "y": _f(sp.yn, 2),
    "E": _f(sp.expint, 2, order=(0,), degree=True),
    "P": _f(sp.legendre, 2, order=(0,), degree=True),
    "H": _f(sp.hermite, 2, order=(0,), degree=True),
    "L": _f(sp.laguerre, 2, order=(0,), degree=True),
    "T": _f(sp.chebyshevt, 2, order=(0,), degree=True),
    "U": _f(sp.chebyshevu, 2, order=(0,), degree=True),
    "B": _f(sp.bernoulli, 2, order=(0,), degree=True),
    "W": _f(lambda k, x: sp.LambertW(x, k), 2),
    "li": _f(sp.polylog, 2, order=(0,), degree=True),
    "Li": _f(sp.polylog, 2, order=(0,), degree=True),
    "log": _f(lambda b, x: sp.log(x, b), 2, bare=True),
    "Log": _f(lambda b, x: sp.log(x, b), 2, bare=True),
    "psi": _f(sp.polygamma, 2, order=(0, 1)),
    "boldH": _f(lambda n, x: STRUVE_H(n, x), 2, order=(0,), degree=True),
    "boldL": _f(lambda n, x: STRUVE_L(n, x), 2, order=(0,), degree=True),
}
"""Functions whose first argument is written as a subscript: `J_0(x)` is `besselj(0, x)`."""

SUPERSCRIPTED: dict[str, Callee] = {
    "psi": _f(sp.polygamma, 2, order=(0, 1)),
    "delta": _f(lambda n, x: sp.DiracDelta(x, n), 2, order=(0,)),
}
"""Functions whose first argument is a bracketed superscript: `\\psi^{(1)}(x)`."""

DOUBLY_SCRIPTED: dict[str, Callee] = {
    "C": _f(sp.gegenbauer, 3, order=(0,), degree=True),
    "L": _f(sp.assoc_laguerre, 3, order=(0,), degree=True),
    "H": _f(lambda n, k, x: HANKEL[k](n, x), 3),
    "P": _f(lambda n, m, *x: LEGENDRE_OR_JACOBI(n, m, *x), 3, 4, order=(0,), degree=True),
}
"""A subscript and a bracketed superscript: `C_n^{(a)}(x)`, `L_n^{(a)}(x)`, `P_n^{(a,b)}(x)`, `H_n^{(1)}(x)`."""

HANKEL = {sp.Integer(1): sp.hankel1, sp.Integer(2): sp.hankel2}


def LEGENDRE_OR_JACOBI(n: Any, first: Any, *rest: Any) -> Any:
    """`P_n^{(m)}(x)` is the associated Legendre function, `P_n^{(a,b)}(x)` the Jacobi polynomial."""
    return sp.jacobi(n, first, *rest) if len(rest) == 2 else sp.assoc_legendre(n, first, *rest)


def STRUVE_H(n: Any, x: Any) -> Any:
    """Struve's H by its hypergeometric series (DLMF 11.2.1)."""
    scale = (x / 2) ** (n + 1) / (sp.gamma(_half * 3) * sp.gamma(n + _half * 3))
    return scale * sp.hyper((1,), (_half * 3, n + _half * 3), -(x**2) / 4)


def STRUVE_L(n: Any, x: Any) -> Any:
    """Struve's modified L by its hypergeometric series (DLMF 11.2.2)."""
    scale = (x / 2) ** (n + 1) / (sp.gamma(_half * 3) * sp.gamma(n + _half * 3))
    return scale * sp.hyper((1,), (_half * 3, n + _half * 3), x**2 / 4)


LOWERCASE_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)
VARIANTS = frozenset(
    ["varepsilon", "vartheta", "varkappa", "varpi", "varrho", "varsigma", "varphi", "digamma", "ell", "hbar"]
)
UPPERCASE_GREEK = frozenset(
    ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"]
)
GREEK = LOWERCASE_GREEK | VARIANTS | UPPERCASE_GREEK

CONSTANTS: dict[str, Any] = {
    "e": sp.E,
    "i": sp.I,
    "imath": sp.I,
    "pi": sp.pi,
    "infty": sp.oo,
    "infinity": sp.oo,
    "Infinity": sp.oo,
    "inf": sp.oo,
    "minf": -sp.oo,
    "oo": sp.oo,
    "zoo": sp.zoo,
    "nan": sp.nan,
    "Catalan": sp.Catalan,
    "catalan": sp.Catalan,
    "EulerGamma": sp.EulerGamma,
    "GoldenRatio": sp.GoldenRatio,
    "True": sp.true,
    "False": sp.false,
    "true": sp.true,
    "false": sp.false,
    "emptyset": sp.EmptySet,
    "varnothing": sp.EmptySet,
    "EmptySet": sp.EmptySet,
    "Reals": sp.Reals,
    "Integers": sp.Integers,
    "Naturals": sp.Naturals,
    "Naturals0": sp.Naturals0,
    "Rationals": sp.Rationals,
    "Complexes": sp.Complexes,
}
ALGEBRA_CONSTANTS: dict[str, Any] = {"E": sp.E, "I": sp.I}
PERCENT_CONSTANTS: dict[str, Any] = {
    "e": sp.E,
    "i": sp.I,
    "pi": sp.pi,
    "gamma": sp.EulerGamma,
    "phi": sp.GoldenRatio,
    "catalan": sp.Catalan,
}
"""Maxima's `%pi` and its like; any other `%name` is a symbol (an integration constant)."""

BLACKBOARD: dict[str, Any] = {
    "R": sp.Reals,
    "Z": sp.Integers,
    "N": sp.Naturals,
    "Q": sp.Rationals,
    "C": sp.Complexes,
}

FUNCTION_LETTERS = frozenset("fghuvwyzFGY")
"""Letters that `y(0) = …` at the start of a text makes functions (rule 1)."""

INTEGRATION_CONSTANTS = frozenset("CcKk")
"""Letters that a digit right after them numbers: `C1`."""

GLUED = tuple(
    sorted(
        {name for name, callee in FUNCTIONS.items() if callee.bare and len(name) > 2}
        | {"ln", "pi", "sqrt", "abs"} - {"arg", "det"},
        key=lambda name: (-len(name), name),
    )
)
"""Names found inside a run of letters (`xsin`, `2pi`), longest first."""

PROSE = frozenset(
    [
        "the",
        "and",
        "or",
        "if",
        "for",
        "is",
        "so",
        "then",
        "that",
        "this",
        "when",
        "where",
        "with",
        "answer",
        "none",
        "undefined",
        "otherwise",
        "else",
        "does",
        "not",
        "exist",
        "exists",
        "dne",
        "diverges",
        "converges",
        "no",
        "yes",
        "solution",
        "solutions",
        "all",
        "any",
        "real",
        "hence",
        "thus",
        "therefore",
        "are",
        "which",
        "number",
        "numbers",
        "integer",
        "such",
        "equals",
        "value",
    ]
)
WORD_OPERATORS = {
    "and": "and",
    "or": "or",
    "if": "if",
    "for": "if",
    "when": "if",
    "where": "if",
    "otherwise": "otherwise",
    "else": "otherwise",
}

OPERATOR_COMMANDS: dict[str, str] = {
    "cdot": "*", "times": "*", "ast": "*", "cdotp": "*", "div": "/", "over": "over", "choose": "choose",
    "le": "<=", "leq": "<=", "leqslant": "<=", "leqq": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=",
    "geqq": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "equiv": "=", "approx": "approx",
    "to": "->", "rightarrow": "->", "longrightarrow": "->", "in": "in", "notin": "notin", "cup": "cup",
    "bigcup": "cup", "cap": "cap", "setminus": "setminus", "backslash": "setminus", "smallsetminus": "setminus",
    "land": "and", "wedge": "and", "lor": "or", "vee": "or", "lnot": "not", "neg": "not", "pm": "pm", "mp": "mp",
    "prime": "'", "bmod": "mod", "doteq": "=", "coloneqq": "=", "simeq": "approx", "circ": "circ", "degree": "degree", "vert": "|", "lvert": "abs(", "rvert": "abs)",
    "mid": "bar", "lbrace": "set{", "rbrace": "set}", "{": "set{", "}": "set}", "lbrack": "[", "rbrack": "]",
    "lparen": "(", "rparen": ")", "lfloor": "floor(", "rfloor": "floor)", "lceil": "ceil(", "rceil": "ceil)",
    "%": "%", "colon": ":", "langle": "(", "rangle": ")", "nmid": "nmid", "subset": "subset",
    "subseteq": "subset", "|": "norm", "Vert": "norm", "cr": "\\\\", "newline": "\\\\",
}  # fmt: skip
"""Commands that are operators or brackets, and the operator's name in the grammar."""

LAYOUT_COMMANDS = frozenset(
    [
        ",",
        ";",
        ":",
        "!",
        ">",
        "quad",
        "qquad",
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "limits",
        "nolimits",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "bigm",
        "it",
        "rm",
        "bf",
        "sf",
        "tt",
        "thinspace",
        "medspace",
        "thickspace",
        "enspace",
        "space",
        "negthinspace",
        "hfill",
        "left",
        "right",
        "middle",
        "(",
        ")",
        "[",
        "]",
        "allowbreak",
        "nonumber",
        "notag",
        "strut",
        "mathstrut",
        "mathopen",
        "mathclose",
        "mathbin",
        "mathrel",
        "mathord",
        "mathop",
        "mathinner",
        "tfrac",
    ]
) - {"left", "right", "middle", "tfrac"}
"""Commands that only move or style ink."""

STYLE_COMMANDS = frozenset(
    [
        "mathrm",
        "mathit",
        "mathbf",
        "mathsf",
        "mathtt",
        "mathcal",
        "mathscr",
        "mathfrak",
        "boldsymbol",
        "bm",
        "pmb",
        "operatorname",
        "text",
        "textrm",
        "textit",
        "textbf",
        "textsf",
        "mbox",
        "hbox",
        "textnormal",
    ]
)
"""Commands whose argument is a name or a word in some type face."""

TEXT_COMMANDS = frozenset(["text", "textrm", "textit", "textbf", "textsf", "mbox", "hbox", "textnormal"])

TRANSPARENT_COMMANDS = frozenset(
    ["boxed", "fbox", "ensuremath", "underline", "smash", "substack", "mathop", "underbrace"]
)
"""Commands that draw something round their argument."""

SKIPPED_COMMANDS = frozenset(
    ["hspace", "vspace", "phantom", "hphantom", "vphantom", "color", "label", "tag", "kern", "mspace"]
)
"""Commands dropped together with their braced argument."""

CHARACTERS: dict[str, str] = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "∙": "*",
    "⁄": "/", "∕": "/", "÷": "/", "√": r"\sqrt ", "∛": r"\sqrt[3]", "∞": r"\infty ", "≤": "<=", "≥": ">=",
    "⩽": "<=", "⩾": ">=", "≦": "<=", "≧": ">=", "≠": "!=", "≡": "=", "≈": r"\approx ", "±": r"\pm ", "∓": r"\mp ",
    "∫": r"\int ", "∑": r"\sum ", "∏": r"\prod ", "∂": r"\partial ", "∈": r"\in ", "∉": r"\notin ",
    "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ", "→": r"\to ", "∧": r"\land ", "∨": r"\lor ", "¬": r"\lnot ",
    "′": "'", "″": "''", "‴": "'''", "’": "'", "°": r"\degree ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}",
    "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}", "½": r"\frac12 ", "⅓": r"\frac13 ",
    "¼": r"\frac14 ", "¾": r"\frac34 ", "⅔": r"\frac23 ", "ℓ": r"\ell ", "ⅈ": "i", "ⅇ": "e", "ⅆ": "d",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200b": " ", "\u2061": " ", "\u2062": " ", "∖": r"\setminus ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "“": "", "”": "",
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", (rf"\{name} " for name in ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"]), strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΥΦΨΩ", (rf"\{name} " for name in ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"]), strict=True)),
    "ϕ": r"\phi ", "ϵ": r"\epsilon ", "ϑ": r"\vartheta ", "ς": r"\varsigma ",
}  # fmt: skip
"""Characters outside ASCII, and the notation they stand for."""

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ", "0123456789+-()nix", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙₓᵢ", "0123456789+-()nxi", strict=True))

MATRIX_ENVIRONMENTS = frozenset(["matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array"])
DETERMINANT_ENVIRONMENTS = frozenset({"vmatrix"})
CASES_ENVIRONMENTS = frozenset({"cases", "dcases", "rcases"})
GROUP_ENVIRONMENTS = frozenset(["align", "align*", "aligned", "equation", "equation*", "gathered", "split"])

PLAIN_OPERATORS: tuple[tuple[str, str], ...] = (
    ("...", "..."), ("**", "^"), (":=", "="), ("<=", "<="), (">=", ">="), ("=<", "<="), ("!=", "!="), ("<>", "!="), ("==", "="),
    ("->", "->"), ("&&", "and"),
    *((character, character) for character in "+-*/^_!'()[]{}|,;:&=<>%"),
)  # fmt: skip
"""ASCII operators, longest first."""

UNITS = frozenset(
    [
        "cm",
        "mm",
        "m",
        "km",
        "kg",
        "g",
        "s",
        "sec",
        "seconds",
        "second",
        "minutes",
        "hours",
        "hour",
        "h",
        "units",
        "unit",
        "square",
        "cubic",
        "meters",
        "metres",
        "radians",
        "rad",
        "dollars",
        "per",
    ]
)
"""Words that may follow a number and are dropped when written as `\\text{…}`."""
