"""Rigorous bounds C x^p e^(rx) on expressions for all x beyond a start, from which tails are bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import sympy
from flint import arb
from sympy import S

from app.maths.balls import EnclosureError

LOG_POWER: Final = 8
"""log x is bounded by (k/e) x^(1/k) with this k."""
RADIUS: Final = 0.5
"""Functions are compared with their arguments in the disc of this radius."""
VANISHING: Final[dict[type, float]] = {
    sympy.sin: 0.03,
    sympy.tan: 0.06,
    sympy.sinh: 0.03,
    sympy.tanh: 0.06,
    sympy.asin: 0.03,
    sympy.atan: 0.06,
    sympy.asinh: 0.03,
    sympy.atanh: 0.06,
}
"""Bounds on |f(u) - u| for |u| <= RADIUS, from the series of u with all signs positive."""
LOG_DEVIATION: Final = 0.2
"""Bound on |log(1 + u) - u| for |u| <= RADIUS: -log(1/2) - 1/2."""
EXP_DEVIATION: Final = 0.15
"""Bound on |e^u - 1 - u| for |u| <= RADIUS: e^(1/2) - 3/2."""
BOUNDED: Final[dict[type, int]] = {
    sympy.sin: 1,
    sympy.cos: 1,
    sympy.tanh: 1,
    sympy.erf: 1,
    sympy.erfc: 2,
    sympy.atan: 2,
    sympy.acot: 2,
    sympy.sign: 1,
    sympy.sinc: 1,
    sympy.Si: 2,
}
"""Bounds of functions of a real argument."""


@dataclass(frozen=True)
class Growth:
    """The function scale * x^power * e^(rate x) for x >= start >= 2."""

    scale: arb
    power: arb
    rate: arb

    def __mul__(self, other: Growth) -> Growth:
        return Growth(self.scale * other.scale, self.power + other.power, self.rate + other.rate)

    def raised(self, exponent: arb) -> Growth:
        """Its power."""
        return Growth(self.scale**exponent, self.power * exponent, self.rate * exponent)

    def at(self, x: arb) -> arb:
        """Its value."""
        return self.scale * x**self.power * (self.rate * x).exp()

    def integral_beyond(self, x: arb) -> arb | None:
        """A bound on its integral from x to infinity, or None when none is known to be finite."""
        if self.rate < 0:
            slope = -self.rate - self.power.max(arb(0)) / x
            return self.at(x) / slope if slope > 0 else None
        if self.rate.is_zero() and self.power < -1:
            return self.at(x) * x / (-self.power - 1)
        return None

    def sum_beyond(self, x: arb) -> arb | None:
        """A bound on its sum over x, x + 1, …, or None when it does not decay geometrically."""
        ratio = self.rate.exp() * ((x + 1) / x) ** self.power.max(arb(0))
        return self.at(x) / (1 - ratio) if ratio < 1 else None


class Bounds:
    """Bounds in one real variable beyond `start`; everything else in the expression has a value."""

    def __init__(self, variable: sympy.Symbol, start: arb, constant: Callable[[sympy.Expr], arb]) -> None:
        """`constant` gives the absolute value of what is free of the variable, as a ball."""
        self.variable, self.start, self.constant = variable, start, constant

    def upper(self, node: sympy.Expr) -> Growth:
        """An upper bound on |node|; raises `EnclosureError` where no rule applies."""
        if self.variable not in node.free_symbols:
            return _constant(self.constant(node).abs_upper())
        if node == self.variable:
            return Growth(arb(1), arb(1), arb(0))
        small = self._near_zero(node)
        if small is not None:
            argument, most, _ = small
            return self.upper(argument) * _constant(most)
        if node.is_Add:
            return _sum(map(self.upper, node.args))
        if node.is_Mul:
            return _product(map(self.upper, node.args))
        if isinstance(node, sympy.exp):
            return self._exponential(node.args[0])
        if node.is_Pow:
            return self._power(node)
        if type(node) in BOUNDED and self._is_real(node.args[0]):
            return _constant(arb(BOUNDED[type(node)]))
        if isinstance(node, sympy.log):
            return self._logarithm(node.args[0])
        if isinstance(node, sympy.functions.elementary.hyperbolic.HyperbolicFunction):
            return self.upper(node.rewrite(sympy.exp))
        if isinstance(node, sympy.Abs):
            return self.upper(node.args[0])
        raise self._unknown(node)

    def lower(self, node: sympy.Expr) -> Growth:
        """A positive lower bound on |node|; raises `EnclosureError` where no rule applies."""
        if self.variable not in node.free_symbols:
            least = self.constant(node).abs_lower()
            if not least > 0:
                raise self._unknown(node)
            return _constant(least)
        if node == self.variable:
            return Growth(arb(1), arb(1), arb(0))
        small = self._near_zero(node)
        if small is not None:
            argument, _, least = small
            return self.lower(argument) * _constant(least)
        if node.is_Mul:
            return _product(map(self.lower, node.args))
        if isinstance(node, sympy.exp):
            return self._exponential(-node.args[0]).raised(arb(-1))
        if node.is_Pow and self.variable not in node.exp.free_symbols:
            exponent = self._exponent(node.exp)
            base = self.lower(node.base) if exponent > 0 else self.upper(node.base)
            return base.raised(exponent)
        if node.is_Add:
            return self._dominated(node.args)
        if isinstance(node, (sympy.gamma, sympy.factorial)):
            return self._factorial(node)
        if isinstance(node, sympy.functions.elementary.hyperbolic.HyperbolicFunction):
            return self.lower(node.rewrite(sympy.exp))
        raise self._unknown(node)

    def _near_zero(self, node: sympy.Expr) -> tuple[sympy.Expr, arb, arb] | None:
        """For f(u) with f(0) = 0, f'(0) = 1 and |u| < RADIUS / 2 beyond the start: u and bounds on |f(u)/u|.

        By Schwarz's lemma |f(u) - u| <= M |u/RADIUS|^2, where M bounds it on the disc of that radius.
        """
        argument, most = _vanishing(node)
        if argument is None:
            return None
        try:
            above = self.upper(argument)
        except EnclosureError:
            return None
        size = above.at(self.start)
        if not (above.power < 0 and above.rate <= 0 and size < RADIUS / 2):
            return None
        share = most * size / arb(RADIUS) ** 2
        return (argument, 1 + share, 1 - share) if share < 1 else None

    def _power(self, node: sympy.Pow) -> Growth:
        if self.variable in node.exp.free_symbols:
            if self.variable in node.base.free_symbols:
                raise self._unknown(node)
            return self._exponential(sympy.expand(node.exp) * sympy.log(node.base))
        exponent = self._exponent(node.exp)
        base = self.upper(node.base) if exponent > 0 else self.lower(node.base)
        return base.raised(exponent)

    def _exponent(self, node: sympy.Expr) -> arb:
        """A real exponent, with its sign, which the ball of its absolute value does not tell."""
        size = self.constant(node)
        if node.is_Rational:
            return size if node > 0 else -size
        raise self._unknown(node)

    def _dominated(self, terms: tuple[sympy.Expr, ...]) -> Growth:
        """One term outgrows the sum of the others."""
        for i, term in enumerate(terms):
            others = _sum(map(self.upper, terms[:i] + terms[i + 1 :]))
            try:
                main = self.lower(term)
            except EnclosureError:
                continue
            share = others.at(self.start) / main.at(self.start)
            if others.power <= main.power and others.rate <= main.rate and share < 1:
                return Growth(main.scale * (1 - share), main.power, main.rate)
        raise self._unknown(sympy.Add(*terms))

    def _exponential(self, exponent: sympy.Expr) -> Growth:
        """|e^q| by a line above q, for q a sum of powers of the variable with real coefficients."""
        level, slope = arb(0), arb(0)
        for term in sympy.Add.make_args(sympy.expand(exponent)):
            coefficient, rest = term.as_independent(self.variable, as_Add=False)
            base, k = rest.as_base_exp()
            a = self._signed(coefficient)
            if rest is S.One:
                level += a
                continue
            if base != self.variable or not k.is_Rational:
                raise self._unknown(sympy.exp(exponent))
            p = arb(k.p) / k.q
            tangent_slope = p * self.start ** (p - 1)
            if k == 1:
                slope += a
            elif (k > 1 and a <= 0) or (0 < k < 1 and a >= 0):
                slope += a * tangent_slope
                level += a * (self.start**p - tangent_slope * self.start)
            elif 0 < k < 1 or k < 0:
                level += abs(a) * self.start**p if k < 0 else a * self.start**p
            else:
                raise self._unknown(sympy.exp(exponent))
        return Growth(level.exp(), arb(0), slope)

    def _signed(self, coefficient: sympy.Expr) -> arb:
        """The real part of a number: |e^z| needs no more."""
        if coefficient is S.One:
            return arb(1)
        growth = self.constant(sympy.exp(coefficient))
        return growth.log()

    def _logarithm(self, argument: sympy.Expr) -> Growth:
        above, below = self.upper(argument), self.lower(argument)
        scale = abs(above.scale.log()).max(abs(below.scale.log())) + 4  # 4 > π bounds the imaginary part
        power = abs(above.power).max(abs(below.power))
        rate = abs(above.rate).max(abs(below.rate))
        if not rate.is_zero():
            return Growth(scale + power + rate, arb(1), arb(0))
        return Growth(scale + power * LOG_POWER, arb(1) / LOG_POWER, arb(0))

    def _factorial(self, node: sympy.Expr) -> Growth:
        """m! >= (m/e)^m, for m = a x + c with a > 0 and c >= 0, by the line m (log(a start) - 1)."""
        argument = sympy.expand(node.args[0] - (1 if isinstance(node, sympy.gamma) else 0))
        a, c = argument.coeff(self.variable, 1), argument.coeff(self.variable, 0)
        if not (a.is_Rational and c.is_Rational and a > 0 and c >= 0) or a * self.variable + c != argument:
            raise self._unknown(node)
        factor = arb(a.p) / a.q
        gain = (factor * self.start).log() - 1
        if not gain > 0:
            raise self._unknown(node)
        return Growth(arb(1), arb(0), factor * gain)

    def _is_real(self, node: sympy.Expr) -> bool:
        names = {s: sympy.Dummy(positive=True) for s in node.free_symbols if s == self.variable}
        return bool(node.xreplace(names).is_extended_real)

    def _unknown(self, node: sympy.Expr) -> EnclosureError:
        return EnclosureError(f"no bound for large {self.variable} is known for {node}")


def _vanishing(node: sympy.Expr) -> tuple[sympy.Expr | None, float]:
    """The u of f(u) = u + O(u^2), with a bound on |f(u) - u| for |u| <= RADIUS; None for any other node."""
    if type(node) in VANISHING:
        return node.args[0], VANISHING[type(node)]
    if isinstance(node, sympy.log) and node.args[0].is_Add:
        return node.args[0] - 1, LOG_DEVIATION
    if node.is_Add and len(node.args) == 2 and S.NegativeOne in node.args:
        power = node + 1
        if isinstance(power, sympy.exp):
            return power.args[0], EXP_DEVIATION
    return None, 0.0


def _constant(value: arb) -> Growth:
    return Growth(value, arb(0), arb(0))


def _sum(parts: Iterable[Growth]) -> Growth:
    """A bound on the sum, since x >= 1."""
    total, *rest = parts
    for part in rest:
        total = Growth(total.scale + part.scale, total.power.max(part.power), total.rate.max(part.rate))
    return total


def _product(parts: Iterable[Growth]) -> Growth:
    total, *rest = parts
    for part in rest:
        total = total * part
    return total
