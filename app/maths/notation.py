"""The notation that the grammar knows, as tables: commands, characters, letters; and the rules of ambiguity.

Rules where notation is ambiguous (each is fixed, none guesses from context it cannot see):

1.  A letter before a bracket multiplies (`a(x+1)`), unless it is a function of the caller's, carries a prime,
    is written `y{(x)}` (braces round the bracket, as SymPy prints), or is in `known.CALLED_LETTERS` with that
    many arguments (`B(a,b)`, `W(x)`, `K(m)`). At the very start, `y(0) = …` and `y(x) = …` with a letter of
    `FUNCTION_LETTERS` (and one number or one letter inside) state a value of the function y.
2.  `e` is the number, `i` the imaginary unit unless it is the index of an enclosing sum or product. `E`, `I`
    and `N` are letters, except in computer-algebra text (no backslash, and `*` or a `name(`), where `E` and
    `I` are the numbers. `C`, `J`, `B`, `d` are letters; `d` before a letter inside an integral is its
    differential. Digits right after a letter are its subscript: `C1` is `C_1`, `x2` is `x_2`.
3.  Multiplication, written or not, and division have one precedence and go left to right: `1/2x` is `x/2`.
    A sign binds weaker than a power (`-x^2`), a prime and `!` bind strongest, powers go right to left.
4.  A function without brackets takes the juxtaposed factors that follow, up to an operator sign, another
    function, or a bracket (`\\sin 2x \\cos x`, `\\ln x / x` is `(\\ln x)/x`). A bracket right after the name
    is the whole argument (`\\sin(x)y` is `y sin x`, `\\sin(x)^2` is `(sin x)^2`); after a bare number,
    circular and hyperbolic functions take the bracket too (`\\sin 2(x+y)`). `\\sin^2 x` is a power,
    `\\sin^{-1}` the inverse.
5.  Sums, products, limits and derivatives act on the whole product that follows, and stop at `+` and `-`; an
    integral reaches to its differential.
6.  A whole number before `\\frac` of two whole numbers, the upper one smaller, is a mixed number. Two numbers
    side by side are an error. `1,000` is one number outside brackets; `1{,}000` and `1\\,000` always are.
7.  `(a, b)` is a tuple; it is an open interval when an end is infinite or when it meets `\\cup`, `\\cap`,
    `\\setminus` or `\\in`. `[a, b]` is an interval, `[a]` a bracket; a longer list, and a list of equations,
    is a tuple. `]a, b[` is open.
8.  `\\gamma` is Euler's constant without arguments, `\\Gamma(x)` and `gamma(x)` the gamma function,
    `\\gamma(a, x)` the lower incomplete one. `\\phi` and `\\varphi` are letters. `\\zeta(`, `\\eta(`,
    `\\psi(`, `\\delta(`, `\\Theta(` are the functions; without a bracket they are letters. `H_n` without a
    bracket is the harmonic number, `H_n(x)` Hermite's polynomial, `H(x)` Heaviside's step.
9.  All `\\pm` of one text take the same sign, `\\mp` the other; the result is the set of both.
10. A decimal is the exact rational it spells. A run of letters is a known name, else a product of known names
    and single letters; runs that look like prose are an error.
11. `\\approx` and what follows it is dropped. Words of measure at the end of a quantity are dropped.
12. Elliptic integrals take the parameter m = k², as `K(m)`, `E(m)`, `F(\\phi | m)`, `\\Pi(n | m)`.
"""

from __future__ import annotations

from typing import Any

import sympy as sp


def _in_order(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LOWERCASE = _in_order(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau "
    "upsilon phi chi psi omega"
)
_UPPERCASE = _in_order("Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega")
_VARIANTS = _words("varepsilon vartheta varkappa varpi varrho varsigma varphi digamma ell hbar")
GREEK = frozenset(_LOWERCASE) | frozenset(_UPPERCASE) | _VARIANTS

CONSTANTS: dict[str, Any] = {
    "e": sp.E,
    "i": sp.I,
    "imath": sp.I,
    "pi": sp.pi,
    "infty": sp.oo,
    "infinity": sp.oo,
    "Infinity": sp.oo,
    "Pi": sp.pi,
    "PI": sp.pi,
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

CALL_NAMES = _words(
    "Integral integrate Sum summation Product Derivative diff Limit limit Subs Piecewise Matrix "
    "ImmutableMatrix matrix Tuple O"
)
"""Computer-algebra calls whose arguments are not plain values; `grammar.algebra` builds them."""

WOLFRAM: dict[str, str] = {
    **{name.capitalize(): name for name in _in_order(
        "sqrt sin cos tan cot sec csc sinh cosh tanh coth sech csch exp abs sign floor ceiling max min re im "
        "arg conjugate gamma beta zeta erf erfc erfi binomial factorial pochhammer fibonacci limit"
    )},
    **{f"Arc{name}": f"arc{name.lower()}" for name in _in_order(
        "Sin Cos Tan Cot Sec Csc Sinh Cosh Tanh Coth Sech Csch"
    )},
    "Gamma": "Gamma", "Log": "LogBase", "Log10": "log10", "Log2": "log2", "Factorial2": "factorial2",
    "Mod": "Mod", "GCD": "gcd", "LCM": "lcm",
    "CubeRoot": "cbrt", "Surd": "root", "PolyGamma": "psi_", "LogGamma": "loggamma",
    "HarmonicNumber": "harmonic",
    "BernoulliB": "bernoulli", "EulerE": "euler", "CatalanNumber": "catalan", "StieltjesGamma": "stieltjes",
    "ExpIntegralEi": "Ei", "ExpIntegralE": "expint", "SinIntegral": "Si", "CosIntegral": "Ci",
    "SinhIntegral": "Shi", "CoshIntegral": "Chi", "LogIntegral": "li", "FresnelS": "fresnels",
    "FresnelC": "fresnelc",
    "InverseErf": "erfinv", "InverseErfc": "erfcinv", "Sinc": "sinc",
    "BesselJ": "besselj", "BesselY": "bessely", "BesselI": "besseli", "BesselK": "besselk",
    "HankelH1": "hankel1", "HankelH2": "hankel2", "SphericalBesselJ": "jn", "SphericalBesselY": "yn",
    "AiryAi": "airyai", "AiryBi": "airybi", "AiryAiPrime": "airyaiprime", "AiryBiPrime": "airybiprime",
    "StruveH": "struveh", "StruveL": "struvel", "LegendreP": "legendre", "LegendreQ": "legendre_q",
    "HermiteH": "hermite", "LaguerreL": "laguerre", "ChebyshevT": "chebyshevt", "ChebyshevU": "chebyshevu",
    "GegenbauerC": "gegenbauer", "JacobiP": "jacobi", "EllipticK": "elliptic_k", "EllipticE": "elliptic_e",
    "EllipticF": "elliptic_f", "EllipticPi": "elliptic_pi", "ProductLog": "ProductLog",
    "LambertW": "ProductLog",
    "HurwitzZeta": "zeta", "DirichletEta": "eta", "PolyLog": "polylog", "LerchPhi": "lerchphi",
    "HurwitzLerchPhi": "lerchphi", "Hypergeometric2F1": "hyp2f1", "Hypergeometric1F1": "hyp1f1",
    "Hypergeometric0F1": "hyp0f1", "HypergeometricPFQ": "hyper", "HypergeometricU": "hyperu",
    "MeijerG": "meijerg",
    "KroneckerDelta": "KroneckerDelta", "DiracDelta": "DiracDelta", "HeavisideTheta": "Heaviside",
    "UnitStep": "Heaviside",
    "BetaRegularized": "betainc_regularized", "Integrate": "Integral", "Sum": "Sum", "Product": "Product",
    "D": "diff",
    "Rational": "Rational", "DawsonF": "dawson",
}  # fmt: skip
"""Functions of the Wolfram language, before a square bracket, and their names here."""

BLACKBOARD: dict[str, Any] = {
    "R": sp.Reals,
    "Z": sp.Integers,
    "N": sp.Naturals,
    "Q": sp.Rationals,
    "C": sp.Complexes,
}

FUNCTION_LETTERS = frozenset("fghuvwyzFGY")
"""Letters that `y(0) = …` at the start of a text makes functions (rule 1)."""

PROSE = _words(
    "the and or if for is so then that this when where with answer none undefined otherwise else does not "
    "exist exists dne diverges converges no yes solution solutions all any real hence thus therefore are "
    "which number numbers integer such equals value"
)
WORD_OPERATORS = {
    "and": "and",
    "or": "or",
    "mod": "mod",
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
    "to": "->", "rightarrow": "->", "leftrightarrow": "<->",
    "longrightarrow": "->", "in": "in", "notin": "notin", "cup": "cup",
    "bigcup": "cup", "cap": "cap", "setminus": "setminus", "backslash": "setminus",
    "smallsetminus": "setminus",
    "land": "land", "wedge": "land", "lor": "lor", "vee": "lor", "lnot": "not", "neg": "not",
    "pm": "pm", "mp": "mp",
    "prime": "'", "bmod": "mod", "mod": "mod", "pmod": "pmod", "mapsto": "|->", "doteq": "=",
    "coloneqq": "=", "simeq": "approx",
    "circ": "circ", "degree": "degree", "vert": "|", "lvert": "abs(", "rvert": "abs)",
    "mid": "bar", "lbrace": "set{", "rbrace": "set}", "{": "set{", "}": "set}", "lbrack": "[", "rbrack": "]",
    "lparen": "(", "rparen": ")", "lfloor": "floor(", "rfloor": "floor)", "lceil": "ceil(", "rceil": "ceil)",
    "%": "%", "colon": ":", "langle": "(", "rangle": ")", "nmid": "nmid", "subset": "subset",
    "subseteq": "subset", "|": "norm", "Vert": "norm", "lVert": "norm", "rVert": "norm", "cr": "\\\\",
    "newline": "\\\\",
}  # fmt: skip
"""Commands that are operators or brackets, and the operator's name in the grammar."""

LAYOUT_COMMANDS = _words(
    ", ; : ! > quad qquad displaystyle textstyle scriptstyle limits nolimits big Big bigg Bigg bigl bigr "
    "Bigl Bigr biggl biggr Biggl Biggr bigm it rm bf sf tt thinspace medspace thickspace enspace space "
    "negthinspace hfill left right middle ( ) [ ] allowbreak nonumber notag strut mathstrut mathopen "
    "mathclose mathbin mathrel mathord mathop mathinner tfrac"
) - {"left", "right", "middle", "tfrac"}
"""Commands that only move or style ink."""

STYLE_COMMANDS = _words(
    "mathrm mathit mathbf mathsf mathtt mathcal mathscr mathfrak boldsymbol bm pmb operatorname text "
    "textrm textit textbf textsf mbox hbox textnormal"
)
"""Commands whose argument is a name or a word in some type face."""

TEXT_COMMANDS = _words("text textrm textit textbf textsf mbox hbox textnormal")

TRANSPARENT_COMMANDS = _words("boxed fbox ensuremath underline smash substack mathop underbrace")
"""Commands that draw something round their argument."""

VECTOR_ACCENTS = _in_order("vec overrightarrow")
LETTER_ACCENTS = _in_order("hat widehat widetilde check breve mathring acute grave")
UNIT_VECTORS = frozenset("ijk")
"""Letters that under an arrow, a hat or in bold are the unit vectors of the axes."""

SKIPPED_COMMANDS = _words("hspace vspace phantom hphantom vphantom color label tag kern mspace")
"""Commands dropped together with their braced argument."""

CHARACTERS: dict[str, str] = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "∙": "*",
    "⁄": "/", "∕": "/", "÷": "/", "√": r"\sqrt ", "∛": r"\sqrt[3]", "∞": r"\infty ", "≤": "<=", "≥": ">=",
    "⩽": "<=", "⩾": ">=", "≦": "<=", "≧": ">=", "≠": "!=", "≡": r"\equiv ", "≈": r"\approx ",
    "±": r"\pm ", "∓": r"\mp ",
    "∫": r"\int ", "∑": r"\sum ", "∏": r"\prod ", "∂": r"\partial ", "∈": r"\in ", "∉": r"\notin ",
    "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ", "→": r"\to ", "↦": r"\mapsto ", "‖": r"\Vert ",
    "∧": r"\land ",
    "∨": r"\lor ", "¬": r"\lnot ",
    "′": "'", "″": "''", "‴": "'''", "’": "'", "°": r"\degree ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}",
    "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}", "½": r"\frac12 ", "⅓": r"\frac13 ",
    "¼": r"\frac14 ", "¾": r"\frac34 ", "⅔": r"\frac23 ", "ℓ": r"\ell ", "ⅈ": "i", "ⅇ": "e", "ⅆ": "d",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200b": " ", "\u2061": " ", "\u2062": " ",
    "∖": r"\setminus ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "“": "", "”": "",
    **{letter: rf"\{name} " for letter, name in zip("αβγδεζηθικλμνξοπρστυφχψω", _LOWERCASE, strict=True)},
    **{letter: rf"\{name} " for letter, name in zip("ΓΔΘΛΞΠΣΥΦΨΩ", _UPPERCASE, strict=True)},
    "ϕ": r"\phi ", "ϵ": r"\epsilon ", "ϑ": r"\vartheta ", "ς": r"\varsigma ",
}  # fmt: skip
"""Characters outside ASCII, and the notation they stand for."""

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ", "0123456789+-()nix", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙₓᵢ", "0123456789+-()nxi", strict=True))

MATRIX_ENVIRONMENTS = _words("matrix pmatrix bmatrix Bmatrix smallmatrix array")
DETERMINANT_ENVIRONMENTS = frozenset({"vmatrix"})
CASES_ENVIRONMENTS = frozenset({"cases", "dcases", "rcases"})
GROUP_ENVIRONMENTS = _words("align align* aligned equation equation* gathered split")

PLAIN_OPERATORS: tuple[tuple[str, str], ...] = (
    ("...", "..."), ("**", "^"), (":=", "="), ("<=", "<="), (">=", ">="), ("=<", "<="), ("!=", "!="),
    ("<>", "!="), ("==", "="),
    ("->", "->"), ("&&", "land"),
    *((character, character) for character in "+-*/^_!'()[]{}|,;:&=<>%"),
)  # fmt: skip
"""ASCII operators, longest first."""

UNITS = _words(
    "cm mm m km kg g s sec seconds second minutes hours hour h units unit square cubic meters metres "
    "radians rad dollars per"
)
"""Words that may follow a number and are dropped when written as `\\text{…}`."""
