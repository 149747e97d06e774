"""Rigorous bounds of a function towards infinity, or towards an end point: C·y^p·e^(−q·y) for all y ≥ Y.

`u` > 0 is the distance from where a range starts; towards infinity y = u, towards the end point y = 1/u. A
bound is built up from those of the parts; where a part tends to zero, Taylor's formula with its remainder
comes first, since it alone sees that terms cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sympy
from flint import acb, arb, fmpq
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from app.maths.balls import EnclosureError

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

DEEPEST_ZERO: Final = 4
"""Order up to which a zero at the end point is looked for."""
EPSILON: Final = fmpq(1, 64)
"""A logarithm is bounded by a power this small."""
BOUNDED: Final = (
    *(sympy.sin, sympy.cos, sympy.atan, sympy.acot, sympy.tanh),
    *(sympy.erf, sympy.erfc, sympy.sign, sympy.sinc, sympy.Si),
)
"""Real functions that stay within 2 of zero on the real line."""
RADIUS: Final = 0.5
"""Functions that vanish at zero are compared with their arguments in the disc of this radius."""
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
"""Bounds on |f(v) − v| for |v| ≤ RADIUS, from the series of f with all signs positive."""
LOG_DEVIATION: Final = 0.2
"""Bound on |log(1 + v) − v| for |v| ≤ RADIUS: −log(1/2) − 1/2."""
EXP_DEVIATION: Final = 0.15
"""Bound on |e^v − 1 − v| for |v| ≤ RADIUS: e^(1/2) − 3/2."""


class NoBound(EnclosureError):
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

    def at(self, y: arb) -> arb:
        """Its value."""
        return self.c * y ** arb(self.p) * (-arb(self.q) * y).exp()

    def falls_from(self, start: arb) -> bool:
        """Whether it tends to zero and decreases for all y ≥ start."""
        if self.q == 0:
            return bool(self.p < 0)
        return bool(self.q > 0 and arb(self.p) <= arb(self.q) * start)

    def seen_as(self, p: fmpq, q: fmpq, start: arb) -> arb:
        """The least C for which C·y^p·e^(−q·y) is above this for all y ≥ start.

        That is so where their quotient falls from `start` on: own q ≥ q, and own p − p ≤ (own q − q)·start.
        """
        return self.c * start ** arb(self.p - p) * (arb(q - self.q) * start).exp()


class Tail:
    """Bounds of the parts of a function of `u` for y ≥ `start` ≥ 1, towards infinity or the end point.

    Whatever does not depend on `u` has its value in `walk`.
    """

    def __init__(self, walk: Evaluation, u: sympy.Symbol, start: arb, *, far: bool = True) -> None:
        self.walk = walk
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
        return self._finite(total)

    def sum(self, expression: sympy.Expr) -> arb:
        """A bound of the sum of the absolute values at start, start + 1, …, if geometric; raises NoBound."""
        bound = self.upper(expression)
        ratio = (-arb(bound.q)).exp() * ((self.start + 1) / self.start) ** arb(max(bound.p, fmpq(0)))
        if not ratio < 1:
            raise NoBound("the bound does not decay geometrically")
        return self._finite(bound.at(self.start) / (1 - ratio))

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
        near = self._near_zero(node)
        if near is not None:
            return self._scaled(self.upper(near[0]), 1 + near[1])
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
        near = self._near_zero(node)
        if near is not None and near[1] < 1:
            return self._scaled(self.lower(near[0]), 1 - near[1])
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
        if isinstance(node, sympy.besselj) and node.args[0].is_nonnegative:
            self._require_real(node.args[1])
            return Growth(arb(1), fmpq(0), fmpq(0))
        if node == sympy.binomial(2 * self.u, self.u) and self.far:
            return self.upper(sympy.Integer(4) ** self.u)
        if node == sympy.harmonic(self.u) and self.far:
            return self.upper(1 + sympy.log(self.u))
        if isinstance(node, HyperbolicFunction):
            return self.upper(node.rewrite(sympy.exp))
        if isinstance(node, sympy.Abs):
            return self.upper(node.args[0])
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
        if isinstance(node, sympy.factorial | sympy.gamma) and self.far:
            return self._factorial(node)
        if isinstance(node, HyperbolicFunction):
            return self.lower(node.rewrite(sympy.exp))
        raise NoBound(f"{type(node).__name__} has no lower bound here")

    def _near_zero(self, node: sympy.Expr) -> tuple[sympy.Expr, arb] | None:
        """(v, s) with |node − v| ≤ s·|v|, for a function of v that is like v where v tends to zero.

        By Schwarz's lemma |f(v) − v| ≤ M·|v/RADIUS|², where M bounds it on the disc of that radius.
        """
        argument, most = _vanishing(node)
        if argument is None:
            return None
        try:
            above = self.upper(argument)
        except NoBound:
            return None
        size = above.at(self.start)
        if not (above.falls_from(self.start) and size < RADIUS):
            return None
        return argument, most * size / arb(RADIUS) ** 2

    def _sum(self, bounds: list[Growth]) -> Growth:
        """One bound above all: with the slowest decay, and as large a power as that needs from `start` on."""
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

    def _factorial(self, node: sympy.Expr) -> Growth:
        """m! ≥ (m/e)^m, for m = a·u + c with a > 0 and c ≥ 0, by the line m·(log(a·start) − 1)."""
        argument = sympy.expand(node.args[0] - (1 if isinstance(node, sympy.gamma) else 0))
        a, c = argument.coeff(self.u, 1), argument.coeff(self.u, 0)
        if not (a.is_Rational and c.is_Rational and a > 0 and c >= 0) or a * self.u + c != argument:
            raise NoBound("a factorial of this has no bound here")
        factor = arb(fmpq(a.p, a.q))
        gain = (factor * self.start).log() - 1
        if not gain > 0:
            raise NoBound("a factorial does not grow yet")
        return Growth(arb(1), fmpq(0), -_exact(factor * gain))

    def _taylor(self, node: sympy.Expr) -> tuple[int, acb] | None:
        """(k, B) where node = u^k·b with b in B, near the end point; None where it is not analytic there."""
        span = acb(arb(0).union(1 / self.start))
        derivative, factorial = node, 1
        for k in range(DEEPEST_ZERO + 1):
            factorial *= max(1, k)
            try:
                at_end = self.walk.within({self.u: acb(0)}, analytic=True).value(derivative)
                if not at_end.is_zero():
                    ball = self.walk.within({self.u: span}, analytic=True).value(derivative)
                    return k, ball / factorial
            except EnclosureError:
                return None
            derivative = derivative.diff(self.u)
        return None

    def _value(self, constant: sympy.Expr) -> acb:
        try:
            return self.walk.value(constant)
        except EnclosureError as error:
            raise NoBound(str(error)) from error

    def _require_real(self, node: sympy.Expr) -> None:
        if not node.xreplace({self.u: sympy.Dummy("u", positive=True)}).is_extended_real:
            raise NoBound("the argument may not be real")

    def _positive(self, size: arb) -> Growth:
        if not size > 0:
            raise NoBound("a factor may vanish")
        return Growth(size, fmpq(0), fmpq(0))

    @staticmethod
    def _scaled(bound: Growth, factor: arb) -> Growth:
        return Growth(bound.c * factor, bound.p, bound.q)

    @staticmethod
    def _finite(total: arb) -> arb:
        if not total.is_finite():
            raise NoBound("the bound is not finite")
        return abs(total).upper()


def _vanishing(node: sympy.Expr) -> tuple[sympy.Expr | None, float]:
    """The v of f(v) = v + O(v²), with a bound on |f(v) − v| for |v| ≤ RADIUS; None for any other node."""
    if type(node) in VANISHING:
        return node.args[0], VANISHING[type(node)]
    if isinstance(node, sympy.log) and node.args[0].is_Add:
        return node.args[0] - 1, LOG_DEVIATION
    if node.is_Add and len(node.args) == 2 and sympy.S.NegativeOne in node.args:
        power = node + 1
        if isinstance(power, sympy.exp):
            return power.args[0], EXP_DEVIATION
    return None, 0.0


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
