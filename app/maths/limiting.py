"""Limits: the value where the function is analytic, else what values very near the point come to."""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import TYPE_CHECKING, Final

import sympy
from flint import acb, arb, ctx
from sympy import S

from app.maths import numerical
from app.maths.balls import EnclosureError, short
from app.maths.compiled import compiled
from app.maths.proven_integrals import is_analytic

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

DEPTHS: Final = ((3, 10**45, 0), (7, 10**60, 1))
"""The integers a·b + c at which a sequence is looked at: one even, one odd."""
ABYSSES: Final = (10**30, 10**40)
"""Powers of two at which it is looked at where it converges like 1/log n."""
DEEP_BITS: Final = (768, 3072)
"""Precision there: what cancels at a distance of 10^-60 must leave enough."""
ENOUGH: Final = 35
"""Decimal digits, relative to 1 or the value, to which a value there must be known."""
ORDERS: Final = (36, 42)
"""Values that are extrapolated where a sequence is known at small integers alone."""
EXTRAPOLATION_BITS: Final = 640
"""Precision of those, which cancels away in part."""
DISCRETE: Final = (sympy.Sum, sympy.Product, sympy.Integral)
"""What is too long, or loses itself, far out."""
HUGE: Final = 1e25
"""Beyond this a value is taken to go to infinity."""

Along = Callable[[acb], acb]
"""The value at 1/n beside the point, or at n towards infinity."""


def limit(walk: Evaluation, node: sympy.Limit) -> acb:
    """The ball of a limit; raises `EnclosureError` where it is none, infinite, or not settled.

    Clears `walk.rigorous` unless the function is analytic at the point: what values come to proves nothing.
    """
    expr, variable, point, direction = node.args
    if point.is_infinite:
        if point not in (S.Infinity, S.NegativeInfinity):
            raise EnclosureError(f"{short(node)} has no direction")
        return _Sequence(walk, expr, variable, point).value()
    if not expr.has(*DISCRETE):
        place, function = walk.value(point), compiled(walk, expr, variable)
        if is_analytic(function, place):
            return function(place, False)
    sides = {"+": (1,), "-": (-1,)}.get(str(direction), (1, -1))
    one, *others = (_Sequence(walk, expr, variable, point, side).value() for side in sides)
    if any(not one.overlaps(other) for other in others):
        raise EnclosureError(f"{short(node)} has different values from both sides")
    return one


class _Sequence:
    """The values of an expression at points that tend to where its limit is wanted."""

    def __init__(
        self, walk: Evaluation, expr: sympy.Expr, variable: sympy.Symbol, point: sympy.Expr, side: int = 1
    ) -> None:
        self.walk, self.expr, self.variable, self.point, self.side = walk, expr, variable, point, side

    def value(self) -> acb:
        """What the values come to, by the first way in which two computations agree."""
        self.walk.rigorous = False
        ways: tuple[Callable[[], acb], ...] = (self._deep, self._extrapolated, self._abyss)
        if self.expr.has(*DISCRETE):
            ways = (self._extrapolated, self._exactly_deep)
        failure = EnclosureError("no way was tried")
        for way in ways:
            try:
                return way()
            except EnclosureError as error:
                failure = error
        raise EnclosureError(f"the values of {short(self.expr)} do not settle: {failure}")

    def _deep(self) -> acb:
        one, other = (self._precise(acb(a) * b + c) for a, b, c in DEPTHS)
        return self._settled(one, other)

    def _exactly_deep(self) -> acb:
        """Deep too, with sums in closed form, which want whole numbers; no power of such is written out."""
        if any(self.variable in node.exp.free_symbols for node in self.expr.atoms(sympy.Pow)):
            raise EnclosureError("a power is too large far out")
        with ctx.workprec(DEEP_BITS[0]):
            walk = self.walk.refined()
            one, other = (self._exactly(walk, a * b + c) for a, b, c in DEPTHS)
        return +self._settled(one, other)

    def _abyss(self) -> acb:
        one, other = (self._precise(acb(arb((1, exponent)))) for exponent in ABYSSES)
        return self._settled(one, other)

    def _settled(self, one: acb, other: acb) -> acb:
        if abs(other) > HUGE:
            raise EnclosureError("the values grow beyond all bounds")
        return numerical.settled(other, one, abs(other).max(arb(1)))

    def _precise(self, n: acb) -> acb:
        """The value at n, to `ENOUGH` digits."""
        for bits in DEEP_BITS:
            with ctx.workprec(bits):
                value = self._at(+n)
                if value.is_finite() and value.rad() < (1 + abs(value)) * arb(10) ** -ENOUGH:
                    return value
        raise EnclosureError("the values lose all their digits")

    def _at(self, n: acb) -> acb:
        walk = self.walk.refined()
        if self.point.is_infinite:
            place = n if self.point is S.Infinity else -n
        else:
            place = walk.value(self.point) + self.side / n
        return walk.within({self.variable: place}, analytic=False).value(self.expr)

    def _extrapolated(self) -> acb:
        """By the constant term of an expansion in powers of 1/n, from the first values (Salzer 1954)."""
        with ctx.workprec(EXTRAPOLATION_BITS):
            walk = self.walk.refined()
            values = [self._exactly(walk, n) for n in range(1, ORDERS[-1] + 2)]
            one, other = (_constant_term(values[: order + 1]) for order in ORDERS)
            value = numerical.settled(other, one, abs(other).max(arb(1)))
        return +value

    def _exactly(self, walk: Evaluation, n: int) -> acb:
        if self.point.is_infinite:
            place = sympy.Integer(n if self.point is S.Infinity else -n)
        else:
            place = self.point + sympy.Rational(self.side, n)
        return walk.with_number(self.variable, place.xreplace(dict(walk.numbers))).value(self.expr)


def _constant_term(values: list[acb]) -> acb:
    """The c_0 of f(n) = c_0 + c_1/n + … from f(1), f(2), …, exact for as many terms as there are values."""
    order = len(values) - 1
    total = acb(0)
    for k, value in enumerate(values):
        total += value * (comb(order, k) * (k + 1) ** order * (-1) ** (order - k))
    return total / acb(order + 1).gamma()
