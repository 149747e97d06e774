"""Writes SymPy expressions and assumptions in the language of Maxima, by tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import sympy
from sympy.core.function import AppliedUndef

from app.backends.computer_algebra.writing import (
    COMMON_FORMS,
    ELEMENTARY,
    Forms,
    Names,
    Untranslatable,
    Writer,
)

NAMES: dict[sympy.Basic, str] = {
    sympy.pi: "%pi",
    sympy.E: "%e",
    sympy.I: "%i",
    sympy.EulerGamma: "%gamma",
    sympy.GoldenRatio: "%phi",
    sympy.Catalan: "%catalan",
    sympy.oo: "inf",
    -sympy.oo: "minf",
    sympy.zoo: "infinity",
    sympy.nan: "und",
    sympy.true: "true",
    sympy.false: "false",
}
"""Constants."""

FUNCTIONS: dict[type[sympy.Basic], str] = {
    **ELEMENTARY,
    sympy.acot: "acot",
    sympy.asec: "asec",
    sympy.acsc: "acsc",
    sympy.atan2: "atan2",
    sympy.coth: "coth",
    sympy.sech: "sech",
    sympy.csch: "csch",
    sympy.acoth: "acoth",
    sympy.asech: "asech",
    sympy.acsch: "acsch",
    sympy.Abs: "abs",
    sympy.sign: "signum",
    sympy.floor: "floor",
    sympy.ceiling: "ceiling",
    sympy.Max: "max",
    sympy.Min: "min",
    sympy.re: "realpart",
    sympy.im: "imagpart",
    sympy.arg: "carg",
    sympy.conjugate: "conjugate",
    sympy.gamma: "gamma",
    sympy.loggamma: "log_gamma",
    sympy.beta: "beta",
    sympy.uppergamma: "gamma_incomplete",
    sympy.lowergamma: "gamma_incomplete_lower",
    sympy.factorial: "factorial",
    sympy.factorial2: "double_factorial",
    sympy.binomial: "binomial",
    sympy.RisingFactorial: "pochhammer",
    sympy.fibonacci: "fib",
    sympy.bernoulli: "bern",
    sympy.erf: "erf",
    sympy.erfc: "erfc",
    sympy.erfi: "erfi",
    sympy.fresnels: "fresnel_s",
    sympy.fresnelc: "fresnel_c",
    sympy.Ei: "expintegral_ei",
    sympy.expint: "expintegral_e",
    sympy.Si: "expintegral_si",
    sympy.Ci: "expintegral_ci",
    sympy.Shi: "expintegral_shi",
    sympy.Chi: "expintegral_chi",
    sympy.li: "expintegral_li",
    sympy.besselj: "bessel_j",
    sympy.bessely: "bessel_y",
    sympy.besseli: "bessel_i",
    sympy.besselk: "bessel_k",
    sympy.hankel1: "hankel_1",
    sympy.hankel2: "hankel_2",
    sympy.airyai: "airy_ai",
    sympy.airybi: "airy_bi",
    sympy.elliptic_k: "elliptic_kc",
    sympy.elliptic_f: "elliptic_f",
    sympy.LambertW: "lambert_w",
    sympy.legendre: "legendre_p",
    sympy.assoc_legendre: "assoc_legendre_p",
    sympy.hermite: "hermite",
    sympy.laguerre: "laguerre",
    sympy.assoc_laguerre: "gen_laguerre",
    sympy.chebyshevt: "chebyshev_t",
    sympy.chebyshevu: "chebyshev_u",
    sympy.gegenbauer: "ultraspherical",
    sympy.jacobi: "jacobi_p",
    sympy.Heaviside: "hstep",
    sympy.DiracDelta: "delta",
}
"""Functions that Maxima knows with the same arguments in the same order."""

RELATIONS: dict[type[sympy.Basic], str] = {
    sympy.Eq: "=",
    sympy.Gt: ">",
    sympy.Ge: ">=",
    sympy.Lt: "<",
    sympy.Le: "<=",
    sympy.Ne: "#",
}

GENERAL_HYPERGEOMETRIC = "hypergeometric"
REDUCED_HYPERGEOMETRIC = "hgfred"


class MaximaWriter(Writer):
    """Writes expressions.

    The unknown function of an equation keeps its argument when `applied`, as `desolve` wants it; else `y(x)`
    is written `y`, as `ode2` wants it. `hypergeometric` is the Maxima function that stands for ₚFq.
    """

    constants = NAMES
    functions = FUNCTIONS
    relations = RELATIONS

    def __init__(
        self, names: Names, *, applied: bool = True, hypergeometric: str = GENERAL_HYPERGEOMETRIC
    ) -> None:
        super().__init__(names)
        self._applied = applied
        self._hypergeometric = hypergeometric

    def _applied_function(self, call: AppliedUndef) -> str:
        if self._applied:
            return self.applied(call)
        if call.args != (self._names.variable,):
            raise Untranslatable(f"the unknown function at another place than {self._names.variable}")
        return self._names.bound(sympy.Symbol(call.func.__name__))

    def _derivative(self, derivative: sympy.Derivative) -> str:
        counts = ", ".join(f"{self.write(v)}, {self.write(n)}" for v, n in derivative.variable_count)
        noun = "'" if derivative.has(AppliedUndef) else ""
        return f"{noun}diff({self.write(derivative.expr)}, {counts})"

    def _limit(self, limit: sympy.Limit) -> str:
        expression, variable, point, direction = limit.args
        side = {"+": ", plus", "-": ", minus", "+-": ""}[str(direction)]
        side = "" if point.is_infinite else side
        return f"limit({self.write(expression)}, {self.write(variable)}, {self.write(point)}{side})"

    def _hyper(self, value: sympy.hyper) -> str:
        upper, lower = map(self.listed, (value.ap, value.bq))
        return f"{self._hypergeometric}({upper}, {lower}, {self.write(value.argument)})"

    def _piecewise(self, piecewise: sympy.Piecewise) -> str:
        (value, condition), *rest = piecewise.args
        if condition == sympy.true:
            return self.write(value)
        if not rest:
            raise Untranslatable("Piecewise that is not defined everywhere")
        other = self.write(sympy.Piecewise(*rest, evaluate=False))
        return f"(if {self.write(condition)} then {self.write(value)} else {other})"

    def _elliptic_e(self, value: sympy.elliptic_e) -> str:
        return self.call("elliptic_ec" if len(value.args) == 1 else "elliptic_e", *value.args)

    def _zeta(self, value: sympy.zeta) -> str:
        if len(value.args) != 1:
            raise Untranslatable("Hurwitz zeta")
        return self.call("zeta", *value.args)

    def _harmonic(self, value: sympy.harmonic) -> str:
        if len(value.args) != 1:
            raise Untranslatable("generalised harmonic number")
        return f"(psi[0]({self.write(value.args[0])} + 1) + %gamma)"

    def _subscripted(self, name: str, value: sympy.Basic) -> str:
        index, argument = value.args
        return f"{name}[{self.write(index)}]({self.write(argument)})"

    forms: ClassVar[Forms] = {
        **COMMON_FORMS,
        AppliedUndef: _applied_function,
        sympy.Derivative: _derivative,
        sympy.Integral: lambda writer, expr: writer.nested("integrate", expr),
        sympy.Sum: lambda writer, expr: writer.nested("sum", expr),
        sympy.Product: lambda writer, expr: writer.nested("product", expr),
        sympy.Limit: _limit,
        sympy.hyper: _hyper,
        sympy.Piecewise: _piecewise,
        sympy.elliptic_e: _elliptic_e,
        sympy.zeta: _zeta,
        sympy.harmonic: _harmonic,
        sympy.polygamma: lambda writer, expr: writer._subscripted("psi", expr),
        sympy.polylog: lambda writer, expr: writer._subscripted("li", expr),
        sympy.digamma: lambda writer, expr: f"psi[0]({writer.write(expr.args[0])})",
        sympy.subfactorial: lambda writer, expr: writer.write(
            sympy.uppergamma(expr.args[0] + 1, -1) / sympy.E
        ),
        sympy.FallingFactorial: lambda writer, expr: writer.write(expr.rewrite(sympy.gamma)),
        sympy.MatrixBase: lambda writer, matrix: f"matrix({writer.rows(matrix)})",
    }


def facts(relations: Iterable[sympy.Basic], writer: MaximaWriter) -> list[str]:
    """Maxima statements that state the relations; those it cannot hold in its data base are left out."""
    statements: list[str] = []
    for relation in relations:
        for part in sympy.And.make_args(relation):
            statements.extend(_fact(part, writer))
    return statements


def _fact(part: sympy.Basic, writer: MaximaWriter) -> list[str]:
    if isinstance(part, sympy.Contains):
        return _membership(part, writer)
    if isinstance(part, (sympy.Eq, sympy.Ne)):
        word = "equal" if isinstance(part, sympy.Eq) else "notequal"
        return [f"assume({word}({writer.write(part.lhs)}, {writer.write(part.rhs)}))"]
    if type(part) in RELATIONS:
        return [f"assume({writer.write(part)})"]
    return []


def _membership(part: sympy.Contains, writer: MaximaWriter) -> list[str]:
    element, container = part.args
    name = writer.write(element)
    integral = [f"declare({name}, integer)"] if isinstance(element, sympy.Symbol) else []
    if container == sympy.S.Integers:
        return integral
    if container == sympy.S.Naturals:
        return [*integral, f"assume({name} > 0)"]
    if container == sympy.S.Naturals0:
        return [*integral, f"assume({name} >= 0)"]
    if container == sympy.S.Complexes and isinstance(element, sympy.Symbol):
        return [f"declare({name}, complex)"]
    if isinstance(container, sympy.Interval):
        return facts([container.as_relational(element)], writer)
    return []
