"""Writes expressions in the language of FriCAS, and reads its results, by tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import ClassVar

import sympy
from sympy.core.function import AppliedUndef

from app.backends.computer_algebra.infix import Meaning, Notation, matrix, read_infix
from app.backends.computer_algebra.writing import (
    COMMON_FORMS,
    ELEMENTARY,
    Forms,
    Names,
    Untranslatable,
    Writer,
)

SPECIAL: dict[str, type[sympy.Function]] = {
    "Ei": sympy.Ei,
    "Si": sympy.Si,
    "Ci": sympy.Ci,
    "Shi": sympy.Shi,
    "Chi": sympy.Chi,
    "li": sympy.li,
    "erfi": sympy.erfi,
    "fresnelS": sympy.fresnels,
    "fresnelC": sympy.fresnelc,
    "Beta": sympy.beta,
    "besselJ": sympy.besselj,
    "besselY": sympy.bessely,
    "besselI": sympy.besseli,
    "besselK": sympy.besselk,
    "airyAi": sympy.airyai,
    "airyBi": sympy.airybi,
    "digamma": sympy.digamma,
    "polygamma": sympy.polygamma,
    "polylog": sympy.polylog,
    "lambertW": sympy.LambertW,
    "abs": sympy.Abs,
    "binomial": sympy.binomial,
    "factorial": sympy.factorial,
    "erf": sympy.erf,
    "acot": sympy.acot,
    "coth": sympy.coth,
    "sech": sympy.sech,
    "csch": sympy.csch,
}
"""Functions that FriCAS knows by these names with the same arguments as SymPy."""


class FricasWriter(Writer):
    """Writes expressions for FriCAS."""

    constants: ClassVar[Mapping[sympy.Basic, str]] = {
        sympy.pi: "%pi",
        sympy.E: "exp(1)",
        sympy.I: "%i",
        sympy.GoldenRatio: "((1+sqrt(5))/2)",
        sympy.oo: "%plusInfinity",
        -sympy.oo: "%minusInfinity",
    }
    functions: ClassVar[Mapping[type[sympy.Basic], str]] = {
        **ELEMENTARY,
        **{function: name for name, function in SPECIAL.items()},
        sympy.gamma: "Gamma",
        sympy.uppergamma: "Gamma",
    }
    relations: ClassVar[Mapping[type[sympy.Basic], str]] = {sympy.Eq: "="}

    def __init__(
        self, names: Names, positive: Collection[sympy.Symbol], *, exponentials: bool = False
    ) -> None:
        super().__init__(names)
        self._positive = positive
        self._exponentials = exponentials

    @property
    def strict(self) -> FricasWriter:
        """A writer that writes positive symbols as exponentials: FriCAS has no other word for their sign."""
        return FricasWriter(self._names, self._positive, exponentials=True)

    def symbol(self, symbol: sympy.Symbol) -> str:
        """The neutral name of a symbol, or the exponential that stands for it."""
        name = super().symbol(symbol)
        if not self._exponentials or symbol not in self._positive:
            return name
        self._names.back[f"log{name}"] = sympy.log(symbol)
        return f"exp(log{name})"

    def expression(self, expr: sympy.Basic) -> str:
        """`expr` as an `Expression(Integer)`; one of complex numbers is not written."""
        if expr.has(sympy.I):
            raise Untranslatable("complex numbers in what is asked")
        return f"({self.write(expr)})::E"

    def _over_integers(self, name: str, expr: sympy.Basic) -> str:
        inner = self.write(expr.function)
        for index, lower, upper in expr.limits:
            if upper.is_infinite:
                raise Untranslatable(f"an infinite {name} inside a formula")
            inner = (
                f"{name}(({inner})::E, {self.write(index)} = ({self.write(lower)})..({self.write(upper)}))"
            )
        return inner

    forms: ClassVar[Forms] = {
        **COMMON_FORMS,
        sympy.Sum: lambda writer, expr: writer._over_integers("sum", expr),
        sympy.Product: lambda writer, expr: writer._over_integers("product", expr),
        sympy.Symbol: symbol,
        AppliedUndef: Writer.applied,
        sympy.Derivative: lambda writer, expr: writer.derived("D", expr),
        sympy.FallingFactorial: lambda writer, expr: writer.write(expr.rewrite(sympy.gamma)),
        sympy.RisingFactorial: lambda writer, expr: writer.write(expr.rewrite(sympy.gamma)),
        sympy.MatrixBase: lambda writer, value: f"matrix([{writer.rows(value)}])",
    }


def _gamma(first: sympy.Expr, *rest: sympy.Expr) -> sympy.Expr:
    return sympy.uppergamma(first, *rest) if rest else sympy.gamma(first)


FUNCTIONS: dict[str, Meaning] = {
    **SPECIAL,
    "Gamma": _gamma,
    # ∫ ln(t)/(1-t) dt from 1 to x, which is Li₂(1-x) (Abramowitz and Stegun 27.7.1).
    "dilog": lambda x: sympy.polylog(2, 1 - x),
    "sqrt": sympy.sqrt,
    "nthRoot": lambda radicand, degree: sympy.root(radicand, degree),
    "matrix": matrix,
}

NOTATION = Notation(
    constants={"pi": sympy.pi, "%pi": sympy.pi, "%e": sympy.E, "%i": sympy.I, "inf": sympy.oo},
    functions=FUNCTIONS,
    made_up=re.compile(r"c_(?P<constant>\d+)"),
)


def read_result(text: str, symbols: Mapping[str, sympy.Expr]) -> sympy.Basic:
    """The SymPy form of a result of FriCAS."""
    return read_infix(text, symbols, NOTATION)
