"""Writes expressions and assumptions in the language of Giac, and reads its results, by tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

import sympy
from sympy.core.function import AppliedUndef

from app.backends.computer_algebra.infix import Meaning, Notation, matrix, read_infix
from app.backends.computer_algebra.writing import COMMON_FORMS, ELEMENTARY, Forms, Untranslatable, Writer

SIDES = {"+": ",1", "-": ",-1", "+-": ""}
"""The side of a limit, as its last argument."""


class GiacWriter(Writer):
    """Writes expressions for Giac."""

    constants: ClassVar[Mapping[sympy.Basic, str]] = {
        sympy.pi: "pi",
        sympy.E: "exp(1)",
        sympy.I: "i",
        sympy.EulerGamma: "euler_gamma",
        sympy.GoldenRatio: "((1+sqrt(5))/2)",
        sympy.oo: "(+infinity)",
        -sympy.oo: "(-infinity)",
    }
    functions: ClassVar[Mapping[type[sympy.Basic], str]] = {
        **ELEMENTARY,
        sympy.log: "ln",
        sympy.acot: "acot",
        sympy.coth: "coth",
        sympy.sech: "sech",
        sympy.csch: "csch",
        sympy.Abs: "abs",
        sympy.sign: "sign",
        sympy.floor: "floor",
        sympy.ceiling: "ceil",
        sympy.Max: "max",
        sympy.Min: "min",
        sympy.re: "re",
        sympy.im: "im",
        sympy.arg: "arg",
        sympy.conjugate: "conj",
        sympy.gamma: "Gamma",
        sympy.beta: "Beta",
        sympy.zeta: "Zeta",
        sympy.factorial: "factorial",
        sympy.binomial: "binomial",
        sympy.erf: "erf",
        sympy.erfc: "erfc",
        sympy.Ei: "Ei",
        sympy.Si: "Si",
        sympy.Ci: "Ci",
        sympy.LambertW: "LambertW",
        sympy.Heaviside: "Heaviside",
        sympy.digamma: "Psi",
        sympy.lowergamma: "igamma",
        sympy.hermite: "hermite",
        sympy.legendre: "legendre",
    }
    relations: ClassVar[Mapping[type[sympy.Basic], str]] = {
        sympy.Eq: "=",
        sympy.Gt: ">",
        sympy.Ge: ">=",
        sympy.Lt: "<",
        sympy.Le: "<=",
        sympy.Ne: "!=",
    }

    def _limit(self, limit: sympy.Limit) -> str:
        expression, variable, point, direction = limit.args
        side = "" if point.is_infinite else SIDES[str(direction)]
        return f"limit({self.write(expression)}, {self.write(variable)}, {self.write(point)}{side})"

    def _piecewise(self, piecewise: sympy.Piecewise) -> str:
        parts = []
        for value, condition in piecewise.args:
            parts += (
                [self.write(value)] if condition == sympy.true else [self.write(condition), self.write(value)]
            )
        if len(parts) % 2 == 0:
            raise Untranslatable("Piecewise that is not defined everywhere")
        return f"piecewise({', '.join(parts)})"

    def _polygamma(self, value: sympy.polygamma) -> str:
        order, argument = value.args
        return self.call("Psi", argument) if order == 0 else self.call("Psi", argument, order)

    def _upper_gamma(self, value: sympy.uppergamma) -> str:
        order, argument = value.args
        return f"(Gamma({self.write(order)}) - igamma({self.write(order)}, {self.write(argument)}))"

    def _hyper(self, value: sympy.hyper) -> str:
        """The series that defines it (DLMF 16.2.1), since Giac sums such series but has no word for them."""
        if any(parameter.is_Integer and parameter <= 0 for parameter in (*value.ap, *value.bq)):
            raise Untranslatable("a hypergeometric series that ends")
        k = sympy.Dummy("k")
        rising = [sympy.gamma(a + k) / sympy.gamma(a) for a in value.ap]
        falling = [sympy.gamma(b) / sympy.gamma(b + k) for b in value.bq]
        term = sympy.Mul(*rising, *falling, value.argument**k / sympy.factorial(k))
        return self.nested("sum", sympy.Sum(term, (k, 0, sympy.oo)))

    forms: ClassVar[Forms] = {
        **COMMON_FORMS,
        sympy.hyper: _hyper,
        AppliedUndef: Writer.applied,
        sympy.Derivative: lambda writer, expr: writer.derived("diff", expr),
        sympy.Integral: lambda writer, expr: writer.nested("integrate", expr),
        sympy.Sum: lambda writer, expr: writer.nested("sum", expr),
        sympy.Product: lambda writer, expr: writer.nested("product", expr),
        sympy.Limit: _limit,
        sympy.Piecewise: _piecewise,
        sympy.polygamma: _polygamma,
        sympy.uppergamma: _upper_gamma,
        sympy.harmonic: lambda writer, expr: f"(Psi({writer.write(expr.args[0])} + 1) + euler_gamma)",
        sympy.RisingFactorial: lambda writer, expr: writer.write(expr.rewrite(sympy.gamma)),
        sympy.FallingFactorial: lambda writer, expr: writer.write(expr.rewrite(sympy.gamma)),
        sympy.MatrixBase: lambda writer, value: f"[{writer.rows(value)}]",
    }


def facts(relations: Iterable[sympy.Basic], writer: GiacWriter) -> list[str]:
    """Giac statements that state the relations; those on several symbols are left out."""
    stated: dict[sympy.Basic, list[str]] = {}
    for relation in relations:
        for part in sympy.And.make_args(relation):
            for symbol, text in _facts_of(part, writer):
                stated.setdefault(symbol, []).append(text)
    statements = []
    for texts in stated.values():
        # The domain has to come first: it replaces what was assumed before.
        first, *others = sorted(texts, key=lambda text: not text.endswith("integer"))
        statements += [f"assume({first})", *(f"additionally({text})" for text in others)]
    return statements


def _facts_of(part: sympy.Basic, writer: GiacWriter) -> list[tuple[sympy.Basic, str]]:
    """What a relation says of one symbol."""
    if isinstance(part, sympy.Contains):
        symbol, container = part.args
        if not isinstance(symbol, sympy.Symbol):
            return []
        if container in BELOW:
            least = BELOW[container]
            return [
                (symbol, f"{writer.write(symbol)}, integer"),
                *([(symbol, f"{writer.write(symbol)}{least}")] if least else []),
            ]
        if isinstance(container, sympy.Interval):
            return [
                fact
                for bound in sympy.And.make_args(container.as_relational(symbol))
                for fact in _facts_of(bound, writer)
            ]
        return []
    ordered = isinstance(part, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le)
    if not ordered or len(part.free_symbols) != 1 or not any(side.is_Symbol for side in part.args):
        return []
    return [(next(iter(part.free_symbols)), writer.write(part))]


BELOW = {sympy.S.Integers: "", sympy.S.Naturals: ">0", sympy.S.Naturals0: ">=0"}
"""Sets of integers, and what bounds them from below."""


FUNCTIONS: dict[str, Meaning] = {
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "ceil": sympy.ceiling,
    "re": sympy.re,
    "im": sympy.im,
    "arg": sympy.arg,
    "conj": sympy.conjugate,
    "max": sympy.Max,
    "min": sympy.Min,
    "Gamma": sympy.gamma,
    "Beta": sympy.beta,
    "Zeta": sympy.zeta,
    "Psi": lambda argument, order=sympy.S.Zero: sympy.polygamma(order, argument),
    "igamma": sympy.lowergamma,
    "factorial": sympy.factorial,
    "comb": sympy.binomial,
    "binomial": sympy.binomial,
    "Ei": sympy.Ei,
    "Si": sympy.Si,
    "Ci": sympy.Ci,
    "LambertW": sympy.LambertW,
    "Heaviside": sympy.Heaviside,
    "harmonic": sympy.harmonic,
    "polylog": sympy.polylog,
    "surd": sympy.real_root,
    "piecewise": lambda *parts: _cases(parts),
    "matrix": matrix,
}


def _cases(parts: tuple[sympy.Basic, ...]) -> sympy.Basic:
    pairs = [(parts[k + 1], parts[k]) for k in range(0, len(parts) - 1, 2)]
    return sympy.Piecewise(*pairs, *([(parts[-1], True)] if len(parts) % 2 else []))


NOTATION = Notation(
    constants={
        "pi": sympy.pi,
        "e": sympy.E,
        "i": sympy.I,
        "euler_gamma": sympy.EulerGamma,
        "inf": sympy.oo,
        "infinity": sympy.zoo,
        "undef": sympy.nan,
        "true": sympy.true,
        "false": sympy.false,
    },
    functions=FUNCTIONS,
    made_up=re.compile(r"c_(?P<constant>\d+)|n_(?P<integer>\d+)"),
    lists=frozenset({"list", "set", "seq"}),
)


def read_result(text: str, symbols: Mapping[str, sympy.Expr]) -> sympy.Basic:
    """The SymPy form of a result of Giac, in which only a signed infinity is one of the real line."""
    return read_infix(re.sub(r"([-+])infinity\b", r"\1inf", text), symbols, NOTATION)
