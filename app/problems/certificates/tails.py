"""Rigorous bounds of a function towards infinity, or towards an end point: C·y^p·e^(−q·y) for all y ≥ Y.

`u` > 0 is the distance from where the integral starts; towards infinity y = u, towards the end point y = 1/u.
A bound is built up from those of the parts; close to the end point, Taylor's formula with its remainder comes
first, since it alone sees that terms cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sympy
from flint import acb, arb, fmpq

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation

DEEPEST_ZERO: Final = 4
"""Order up to which a zero at the end point is looked for."""
EPSILON: Final = fmpq(1, 64)
"""A logarithm is bounded by a power this small."""
BOUNDED: Final = (sympy.sin, sympy.cos, sympy.atan, sympy.tanh, sympy.erf)
"""Real functions that stay below 2 in absolute value on the real line."""
EXPONENTIAL: Final = (sympy.sinh, sympy.cosh, sympy.sech, sympy.csch)
"""Functions that are first written with exponentials."""


class NoBound(ArithmeticError):
    """The calculus finds no bound of the kind it knows."""


@dataclass(frozen=True)
class Growth:
    """C·y^p·e^(−q·y), with exponents that are known exactly."""

    c: arb
    p: fmpq
    q: fmpq

    def __mul__(self, other: Growth) -> Growth:
        return Growth(self.c * other.c, self.p + other.p, self.q + other.q)

    def power(self, exponent: fmpq) -> Growth:
        """The bound to a power; with a negative one, lower bounds become upper ones."""
        return Growth(self.c ** arb(exponent), self.p * exponent, self.q * exponent)

    def seen_as(self, p: fmpq, q: fmpq, start: arb) -> arb:
        """The least C for which C·y^p·e^(−q·y) is above this for all y ≥ start.

        That is so where their quotient falls from `start` on: own q ≥ q, and own p − p ≤ (own q − q)·start.
        """
        return self.c * start ** arb(self.p - p) * (arb(q - self.q) * start).exp()


class Tail:
    """Bounds of the parts of a function of `u` for y ≥ `start` ≥ 1, towards infinity or the end point."""

    def __init__(self, u: sympy.Symbol, start: arb, *, far: bool) -> None:
        self.u = u
        self.start = start
        self.far = far

    def integral(self, expression: sympy.Expr) -> arb:
        """A bound of the integral of the absolute value over the tail; raises NoBound."""
        bound = self.upper(expression)
        if not self.far:
            bound = Growth(bound.c, bound.p - 2, bound.q)
        if bound.q > 0:
            s, q = arb(bound.p + 1), arb(bound.q)
            total = bound.c * acb(q * self.start).gamma_upper(acb(s)).real / q**s
        elif bound.q == 0 and bound.p < -1:
            total = bound.c * self.start ** arb(bound.p + 1) / -arb(bound.p + 1)
        else:
            raise NoBound("the bound is not integrable")
        if not total.is_finite():
            raise NoBound("the bound is not finite")
        return abs(total).upper()

    def upper(self, node: sympy.Expr) -> Growth:
        """|node| is at most this."""
        if node == self.u:
            return Growth(arb(1), fmpq(1 if self.far else -1), fmpq(0))
        if not node.has(self.u):
            return Growth(self._value(node).abs_upper(), fmpq(0), fmpq(0))
        if not self.far:
            taylor = self._taylor(node)
            if taylor is not None:
                return Growth(taylor[1].abs_upper(), fmpq(-taylor[0]), fmpq(0))
        return self._upper(node)

    def lower(self, node: sympy.Expr) -> Growth:
        """|node| is at least this, and this is above zero."""
        if node == self.u:
            return self.upper(node)
        if not node.has(self.u):
            return self._positive(self._value(node).abs_lower())
        if not self.far:
            taylor = self._taylor(node)
            if taylor is not None and taylor[1].imag.is_zero() and taylor[1].abs_lower() > 0:
                return Growth(taylor[1].abs_lower(), fmpq(-taylor[0]), fmpq(0))
        return self._lower(node)

    def _upper(self, node: sympy.Expr) -> Growth:
        if isinstance(node, sympy.Add):
            return self._sum([self.upper(term) for term in node.args])
        if isinstance(node, sympy.Mul):
            return _product([self.upper(factor) for factor in node.args])
        if isinstance(node, sympy.exp) or (isinstance(node, sympy.Pow) and node.exp.has(self.u)):
            return self._exponential(_exponent(node), fmpq(1))
        if isinstance(node, sympy.Pow):
            exponent = _rational(node.exp)
            return (self.upper(node.base) if exponent > 0 else self.lower(node.base)).power(exponent)
        if isinstance(node, sympy.log):
            return self._logarithm(self.upper(node.args[0]), self.lower(node.args[0]))
        if isinstance(node, BOUNDED):
            self._require_real(node.args[0])
            return Growth(arb(2), fmpq(0), fmpq(0))
        if node == sympy.binomial(2 * self.u, self.u) and self.far:
            return self.upper(sympy.Integer(4) ** self.u)
        if isinstance(node, EXPONENTIAL):
            return self.upper(node.rewrite(sympy.exp))
        raise NoBound(f"{type(node).__name__} has no bound here")

    def _lower(self, node: sympy.Expr) -> Growth:
        if isinstance(node, sympy.Add):
            return self._dominant(node)
        if isinstance(node, sympy.Mul):
            return _product([self.lower(factor) for factor in node.args])
        if isinstance(node, sympy.exp) or (isinstance(node, sympy.Pow) and node.exp.has(self.u)):
            return self._exponential(_exponent(node), fmpq(-1)).power(fmpq(-1))
        if isinstance(node, sympy.Pow):
            exponent = _rational(node.exp)
            return (self.lower(node.base) if exponent > 0 else self.upper(node.base)).power(exponent)
        if node == sympy.factorial(self.u) and self.far:
            return Growth(arb(1), fmpq(0), -_exact(self.start.log() - 1))  # k! ≥ (k/e)^k ≥ (start/e)^k
        if isinstance(node, EXPONENTIAL):
            return self.lower(node.rewrite(sympy.exp))
        raise NoBound(f"{type(node).__name__} has no lower bound here")

    def _sum(self, bounds: list[Growth]) -> Growth:
        p, q = max(bound.p for bound in bounds), min(bound.q for bound in bounds)
        total = sum((bound.seen_as(p, q, self.start) for bound in bounds), arb(0))
        return Growth(total.upper(), p, q)

    def _dominant(self, node: sympy.Add) -> Growth:
        """The largest term less all others, each of which must be a shrinking fraction of it."""
        for term in node.args:
            try:
                least = self.lower(term)
                others = [self.upper(other) for other in node.args if other is not term]
            except NoBound:
                continue
            share = arb(0)
            for other in others:
                power, rate = other.p - least.p, other.q - least.q
                if rate < 0 or not arb(power) <= arb(rate) * self.start:  # else their quotient still grows
                    break
                share += other.seen_as(least.p, least.q, self.start) / least.c
            else:
                if share < 1:
                    return Growth((least.c * (1 - share)).lower(), least.p, least.q)
        raise NoBound("no term dominates the others")

    def _exponential(self, exponent: sympy.Expr, sign: fmpq) -> Growth:
        """A bound of exp(sign·exponent), whose exponent must be a sum of real multiples of powers."""
        terms: dict[fmpq, arb] = {}
        for term in sympy.Add.make_args(exponent.expand()):
            coefficient, power = term.as_coeff_exponent(self.u)
            if coefficient.has(self.u):
                raise NoBound("an exponent is not a sum of powers")
            k = _rational(power) * (1 if self.far else -1)
            terms[k] = terms.get(k, arb(0)) + self._value(coefficient).real * arb(sign)
        leading = max(terms)
        constant, rate = arb(0), arb(0)
        if leading >= 1 and terms[leading] < 0:
            rate = terms.pop(leading)
            rate += sum(
                (c * self.start ** arb(k - leading) for k, c in terms.items() if k > 0 and not c < 0), arb(0)
            )
            if not rate < 0:
                raise NoBound("an exponent does not decrease yet")
            rate *= self.start ** arb(leading - 1)
            terms = {k: c for k, c in terms.items() if k <= 0 or c < 0}
        for k, c in terms.items():
            if k > 0 and not c < 0:
                if k > 1:
                    raise NoBound("an exponent grows")
                rate += c.upper() * self.start ** arb(k - 1)
            elif k <= 0 and not c < 0:
                constant += c.upper() * self.start ** arb(k)
        return Growth(constant.exp().upper(), fmpq(0), _exact(-rate))

    def _logarithm(self, above: Growth, below: Growth) -> Growth:
        """|log g| for a g between the two bounds; ln y is at most y^ε/(e·ε), and π allows for a sign."""
        constant = abs(above.c.log()) + abs(below.c.log()) + arb.pi()
        power = arb(max(abs(above.p), abs(below.p)))
        if above.q == 0 and below.q == 0:
            return Growth((constant + power / (arb(EPSILON) * arb.const_e())).upper(), EPSILON, fmpq(0))
        return Growth((constant + power + arb(abs(above.q) + abs(below.q))).upper(), fmpq(1), fmpq(0))

    def _taylor(self, node: sympy.Expr) -> tuple[int, acb] | None:
        """(k, B) where node = u^k·b with b in B, near the end point; None where it is not analytic there."""
        span = acb(arb(0).union(1 / self.start))
        derivative, factorial = node, 1
        for k in range(DEEPEST_ZERO + 1):
            factorial *= max(1, k)
            try:
                at_end = Evaluation.at({}).within({self.u: acb(0)}, analytic=True).value(derivative)
                if not at_end.is_zero():
                    ball = Evaluation.at({}).within({self.u: span}, analytic=True).value(derivative)
                    return k, ball / factorial
            except EnclosureError:
                return None
            derivative = derivative.diff(self.u)
        return None

    def _value(self, constant: sympy.Expr) -> acb:
        try:
            return Evaluation.at({}).value(constant)
        except EnclosureError as error:
            raise NoBound(str(error)) from error

    def _require_real(self, node: sympy.Expr) -> None:
        if not node.xreplace({self.u: sympy.Symbol("u", positive=True)}).is_extended_real:
            raise NoBound("the argument may not be real")

    def _positive(self, size: arb) -> Growth:
        if not size > 0:
            raise NoBound("a factor may vanish")
        return Growth(size, fmpq(0), fmpq(0))


def _product(bounds: list[Growth]) -> Growth:
    total = bounds[0]
    for bound in bounds[1:]:
        total = total * bound
    return total


def _exponent(node: sympy.Expr) -> sympy.Expr:
    """What stands above e."""
    if isinstance(node, sympy.Pow) and node.base is not sympy.E:
        return node.exp * sympy.log(node.base)
    return node.args[0] if isinstance(node, sympy.exp) else node.exp


def _rational(number: sympy.Expr) -> fmpq:
    if not number.is_Rational:
        raise NoBound("an exponent is not rational")
    return fmpq(number.p, number.q)


def _exact(ball: arb) -> fmpq:
    """A lower bound that is known exactly, so that rates can be compared and added without rounding."""
    mantissa, exponent = ball.lower().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)
