"""Reads Maxima's results from its internal Lisp form, in which nothing is ambiguous.

Its printed one-line form would need a second grammar, and its TeX does not say what it means
(`\\%c`, matrices for hypergeometric parameters, unevaluated forms drawn like answers). In the Lisp form
every operator is a name that is either in these tables or reported as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy

from app.backends.computer_algebra.reading import (
    DEEPEST_RESULT,
    FUNCTIONS,
    Unreadable,
    checked_length,
    integer,
    power,
)

Form = str | int | float | list["Form"]

TOKEN = re.compile(r'[()]|\|(?:[^|\\]|\\.)*\||"(?:[^"\\]|\\.)*"|[^\s()|"]+', re.DOTALL)
CONSTANTS: dict[str, sympy.Basic] = {
    "$%PI": sympy.pi,
    "$%E": sympy.E,
    "$%I": sympy.I,
    "$%GAMMA": sympy.EulerGamma,
    "$%PHI": sympy.GoldenRatio,
    "$%CATALAN": sympy.Catalan,
    "$INF": sympy.oo,
    "$MINF": -sympy.oo,
    "$INFINITY": sympy.zoo,
    "$UND": sympy.nan,
    "$IND": sympy.nan,
    "T": sympy.true,
    "NIL": sympy.false,
}


def _exponential_integral(order: sympy.Expr, argument: sympy.Expr) -> sympy.Expr:
    return sympy.expint(order, argument)


OPERATORS: dict[str, Callable[..., sympy.Basic]] = {
    "MPLUS": sympy.Add,
    "MTIMES": sympy.Mul,
    "MEXPT": power,
    "RAT": sympy.Rational,
    "MQUOTIENT": lambda a, b: a / b,
    "MMINUS": lambda a: -a,
    "%SQRT": sympy.sqrt,
    "MABS": sympy.Abs,
    "%MABS": sympy.Abs,
    "MEQUAL": lambda a, b: sympy.Eq(a, b, evaluate=False),
    "MNOTEQUAL": sympy.Ne,
    "MGREATERP": sympy.Gt,
    "MGEQP": sympy.Ge,
    "MLESSP": sympy.Lt,
    "MLEQP": sympy.Le,
    "MAND": sympy.And,
    "MOR": sympy.Or,
    "$MATRIX": lambda *rows: sympy.ImmutableMatrix([list(row) for row in rows]),
    "MLIST": lambda *items: sympy.Tuple(*items),
    "$%UNION": lambda *lists: sympy.Tuple(*(item for row in lists for item in row)),
    "MFACTORIAL": sympy.factorial,
    "%SIGNUM": sympy.sign,
    "$BETA": sympy.beta,
    "$GAMMA_INCOMPLETE_LOWER": sympy.lowergamma,
    "$ZETA": sympy.zeta,
    "$POCHHAMMER": sympy.RisingFactorial,
    "$HYPERGEOMETRIC": sympy.hyper,
    "%HYPERGEOMETRIC": sympy.hyper,
    "$ATAN2": sympy.atan2,
    "$FIB": sympy.fibonacci,
    "$UNIT_STEP": sympy.Heaviside,
    "%EXPINTEGRAL_E": _exponential_integral,
    "%EXPINTEGRAL_E1": lambda x: sympy.expint(1, x),
    "%GENFACT": lambda n, half, step: sympy.factorial2(n) if step == 2 else _unknown("GENFACT"),
    "%HARMONIC_NUMBER": sympy.harmonic,
    "$HARMONIC_NUMBER": sympy.harmonic,
    "%ELLIPTIC_EC": sympy.elliptic_e,
    "%ELLIPTIC_E": sympy.elliptic_e,
}

SAME_NAME = {name.upper(): function for name, function in FUNCTIONS.items()}
OTHER_NAME: dict[str, Callable[..., sympy.Basic]] = {
    "BESSEL_J": sympy.besselj,
    "BESSEL_Y": sympy.bessely,
    "BESSEL_I": sympy.besseli,
    "BESSEL_K": sympy.besselk,
    "HANKEL_1": sympy.hankel1,
    "HANKEL_2": sympy.hankel2,
    "AIRY_AI": sympy.airyai,
    "AIRY_BI": sympy.airybi,
    "GAMMA_INCOMPLETE": sympy.uppergamma,
    "GAMMA_INCOMPLETE_LOWER": sympy.lowergamma,
    "LOG_GAMMA": sympy.loggamma,
    "FRESNEL_S": sympy.fresnels,
    "FRESNEL_C": sympy.fresnelc,
    "EXPINTEGRAL_EI": sympy.Ei,
    "EXPINTEGRAL_SI": sympy.Si,
    "EXPINTEGRAL_CI": sympy.Ci,
    "EXPINTEGRAL_SHI": sympy.Shi,
    "EXPINTEGRAL_CHI": sympy.Chi,
    "EXPINTEGRAL_LI": sympy.li,
    "ELLIPTIC_KC": sympy.elliptic_k,
    "LAMBERT_W": sympy.LambertW,
    "REALPART": sympy.re,
    "IMAGPART": sympy.im,
    "CARG": sympy.arg,
    "LEGENDRE_P": sympy.legendre,
    "HERMITE": sympy.hermite,
    "LAGUERRE": sympy.laguerre,
    "CHEBYSHEV_T": sympy.chebyshevt,
    "CHEBYSHEV_U": sympy.chebyshevu,
    "MAX": sympy.Max,
    "MIN": sympy.Min,
}
SUBSCRIPTED: dict[str, Callable[..., sympy.Basic]] = {"$PSI": sympy.polygamma, "$LI": sympy.polylog}
"""Functions with an index, `psi[n](x)`, which Maxima keeps as `((MQAPPLY) (($PSI) n) x)`."""

CONSTANT_NAME = re.compile(r"\$%(C|K\d*|Z\d*|R\d*)$")
"""Constants that Maxima makes up: of integration, and free integers or reals of solutions."""


def read_result(text: str, symbols: Mapping[str, sympy.Symbol]) -> sympy.Basic:
    """The SymPy form of a printed Lisp form; `symbols` gives back the meaning of our neutral names."""
    return _meaning(_form(checked_length(text)), symbols, 0)


def _form(text: str) -> Form:
    """The nested lists of a Lisp form; iterative, so that depth is bounded by us and not by the stack."""
    stack: list[list[Form]] = [[]]
    for match in TOKEN.finditer(text):
        word = match.group()
        if word == "(":
            stack.append([])
        elif word == ")":
            if len(stack) == 1:
                raise Unreadable("an unbalanced form")
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(_atom(word))
    if len(stack) != 1 or len(stack[0]) != 1:
        raise Unreadable("an incomplete form")
    return stack[0][0]


def _atom(token: str) -> Form:
    if re.fullmatch(r"[+-]?\d+\.?", token):
        return integer(token.rstrip("."))
    if re.fullmatch(r"[+-]?\d*\.\d+(?:[esdfl][+-]?\d+)?", token, re.IGNORECASE):
        return float(re.sub("[sdfl]", "e", token.lower()))
    return token


def _meaning(form: Form, symbols: Mapping[str, sympy.Symbol], depth: int) -> sympy.Basic:
    if depth > DEEPEST_RESULT:
        raise Unreadable("a result nested too deeply")
    if isinstance(form, int):
        return sympy.Integer(form)
    if isinstance(form, float):
        return sympy.Float(form)
    if isinstance(form, str):
        return _name(form, symbols)
    head, *arguments = form
    if not isinstance(head, list) or not head or not isinstance(head[0], str):
        raise Unreadable("a form without an operator")
    return _call(head[0], arguments, symbols, depth + 1)


def _call(
    operator: str, arguments: Sequence[Form], symbols: Mapping[str, sympy.Symbol], depth: int
) -> sympy.Basic:
    def read(form: Form) -> sympy.Basic:
        return _meaning(form, symbols, depth)

    if operator == "MQAPPLY":
        function, *rest = arguments
        if isinstance(function, list) and isinstance(function[0], list) and function[0][0] in SUBSCRIPTED:
            index = [read(item) for item in function[1:]]
            return SUBSCRIPTED[str(function[0][0])](*index, *map(read, rest))
        raise Unreadable("an unknown function with an index")
    meaning = OPERATORS.get(operator) or _function(operator)
    if meaning is not None:
        return meaning(*map(read, arguments))
    unknown = symbols.get(operator.removeprefix("$").lower())
    if unknown is not None:
        return sympy.Function(unknown.name)(*map(read, arguments))
    return _unknown(operator)


def _function(operator: str) -> Callable[..., sympy.Basic] | None:
    bare = operator.lstrip("$%")
    return SAME_NAME.get(bare) or OTHER_NAME.get(bare)


def _name(name: str, symbols: Mapping[str, sympy.Symbol]) -> sympy.Basic:
    if name in CONSTANTS:
        return CONSTANTS[name]
    known = symbols.get(name.removeprefix("$").lower())
    if known is not None:
        return known
    made_up = CONSTANT_NAME.match(name)
    if made_up is None:
        return _unknown(name)
    kind = made_up.group(1)
    return sympy.Symbol(f"C_{kind[1:] or 1}" if kind[0] in "CK" else f"{kind[0].lower()}_{kind[1:] or 0}")


def _unknown(operator: str) -> Any:
    raise Unreadable(f"unevaluated {operator.strip('$%|').lower()}")
