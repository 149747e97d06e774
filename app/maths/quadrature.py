"""Rigorous integrals, sums and products: adaptive quadrature in ball arithmetic, with proven tails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import sympy
from flint import acb, arb, ctx
from sympy import S

from app.maths.balls import EnclosureError, short
from app.maths.growth import Bounds

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

MAX_EVALUATIONS: Final = 30_000
"""Evaluations of an integrand beyond which quadrature stops with what it has (a wide ball)."""
MAX_TERMS: Final = 5_000
"""Terms of a sum or product beyond which it is not added up."""
MAX_START: Final = 4096
"""Where the tail of a function that decays exponentially is cut off at the latest."""
MAX_DOUBLINGS: Final = 4000
"""Bits of the place where the tail of a function that decays like a power is cut off at the latest."""
GUARD_BITS: Final = 8
"""Bits by which a tail lies below the precision."""


def integral(walk: Evaluation, node: sympy.Integral) -> acb:
    """Encloses a definite integral; repeated ones from the inside out."""
    *inner, (variable, *bounds) = node.limits
    if len(bounds) != 2:
        raise EnclosureError(f"{short(node)} is not a definite integral")
    integrand = sympy.Integral(node.function, *inner) if inner else node.function
    return _Definite(walk, integrand, variable).between(*bounds)


class _Definite:
    """One integrand in one variable."""

    def __init__(self, walk: Evaluation, integrand: sympy.Expr, variable: sympy.Symbol) -> None:
        self.walk, self.variable = walk, variable
        self.place = sympy.Dummy("x", positive=True)
        self.integrand = integrand

    def between(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        """The integral from `lower` to `upper`, either of which may be infinite."""
        if lower == upper:
            return acb(0)
        if lower is S.Infinity or upper is S.NegativeInfinity:
            return -self.between(upper, lower)
        if lower is S.NegativeInfinity and upper is S.Infinity:
            return self.between(lower, S.Zero) + self.between(S.Zero, upper)
        if lower is S.NegativeInfinity:
            mirrored = _Definite(
                self.walk, self.integrand.xreplace({self.variable: -self.variable}), self.variable
            )
            return mirrored.between(-upper, S.Infinity)
        if upper is not S.Infinity:
            return self._finite(self.integrand, lower, upper)
        knot = _split_point(self.walk.value(lower))
        head = self._finite(self.integrand, lower, knot) if knot != lower else acb(0)
        return head + self._beyond(self.integrand.xreplace({self.variable: self.place}), knot)

    def _finite(self, integrand: sympy.Expr, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        a, b = self.walk.value(lower), self.walk.value(upper)
        function = self._function(integrand, self.variable)
        singular_a, singular_b = (not _analytic(function, end) for end in (a, b))
        if not (singular_a or singular_b):
            return _quadrature(function, a, b)
        middle = (lower + upper) / 2
        left = self._from_end(lower, middle) if singular_a else self._finite(integrand, lower, middle)
        right = -self._from_end(upper, middle) if singular_b else self._finite(integrand, middle, upper)
        return left + right

    def _from_end(self, end: sympy.Expr, other: sympy.Expr) -> acb:
        """The integral from a singular end to `other`, moved to 1..infinity by x = end + (other - end)/y."""
        width, y = other - end, self.place
        moved = self.integrand.xreplace({self.variable: end + width / y})
        return self._beyond(moved * width / y**2, S.One)

    def _beyond(self, integrand: sympy.Expr, lower: sympy.Expr) -> acb:
        """The integral in `place` from `lower` >= 1 to infinity."""
        known = {s: _number(self.walk, s) for s in integrand.free_symbols - {self.place}}
        integrand = _cancelled(integrand.xreplace(known))
        cut, tail, algebraic = _tail(self.walk, integrand, self.place)
        function = self._function(integrand, self.place)
        start = self.walk.value(lower)
        if not algebraic:
            head = _quadrature(function, start, acb(cut))
        else:
            # Near a removable singularity as many bits cancel as the place of the cut has.
            bits = int(cut.log().abs_upper().ceil().unique_fmpz() or 0) * 2

            def scaled(u: acb, analytic: bool) -> acb:
                with ctx.workprec(ctx.prec + bits):
                    return function(u.exp(), analytic) * u.exp()

            head = _quadrature(scaled, start.log(), acb(cut).log())
        return head + acb(arb(0, tail), 0 if head.imag.is_zero() else arb(0, tail))

    def _function(self, integrand: sympy.Expr, variable: sympy.Symbol) -> Callable[[acb, bool], acb]:
        outer = self.walk

        def function(z: acb, analytic: bool) -> acb:
            inner = outer.within({variable: z}, analytic=outer.analytic or analytic)
            try:
                return inner.value(integrand)
            except EnclosureError:
                return acb("nan")

        sample = outer.within({variable: acb(arb("1.3711"))}, analytic=False)
        _check(sample, integrand)
        return function


def _cancelled(integrand: sympy.Expr) -> sympy.Expr:
    """The integrand with each sum in it expanded: 1 - (1 - h/y)^2 loses its 1, and its growth shows."""
    return integrand.replace(lambda node: node.is_Add, sympy.expand)


def _check(sample: Evaluation, integrand: sympy.Expr) -> None:
    """Raises the error of a node that has no rule at all, which quadrature would only see as not finite."""
    for symbol in integrand.free_symbols:
        sample.supports(symbol)
    for node in sympy.preorder_traversal(integrand):
        if isinstance(node, sympy.Expr) and not node.is_Symbol:
            sample.supports(node)


def _split_point(lower: acb) -> sympy.Integer:
    """A whole number >= 1, not below the real number `lower`."""
    top = lower.real.ceil().unique_fmpz()
    if top is None:
        top = (lower.real + 1).floor().unique_fmpz()
    if top is None or not lower.imag.is_zero():
        raise EnclosureError("a bound of integration is not a real number")
    return sympy.Integer(max(1, int(top)))


def _number(walk: Evaluation, symbol: sympy.Symbol) -> sympy.Expr:
    exact = walk.numbers.get(symbol)
    if exact is None:
        raise EnclosureError(f"the symbol {symbol} has no exact value here")
    return exact


def _analytic(function: Callable[[acb, bool], acb], end: acb) -> bool:
    """Whether the integrand is finite and analytic around an end of the range."""
    around = arb(0, arb((1, -20)))
    return bool(function(end + acb(around, around), True).is_finite())


def _quadrature(function: Callable[[acb, bool], acb], a: acb, b: acb) -> acb:
    return acb.integral(function, a, b, eval_limit=MAX_EVALUATIONS)


def _tail(walk: Evaluation, integrand: sympy.Expr, variable: sympy.Symbol) -> tuple[arb, arb, bool]:
    """Where to cut an integrand off, a bound on what lies beyond, and whether it decays only like a power."""
    small = arb((1, -ctx.prec - GUARD_BITS))
    algebraic = False
    for start in _starts():
        try:
            growth = Bounds(variable, start, walk.size).upper(integrand)
        except EnclosureError as error:
            failure = error
            continue
        tail = growth.integral_beyond(start)
        algebraic = bool(growth.rate.is_zero())
        if tail is not None and tail < small:
            return start, arb(tail.abs_upper()), algebraic
        failure = EnclosureError(f"{short(integrand)} is not known to decay fast enough")
    raise failure


def _starts() -> Iterator[arb]:
    start = 4
    while start <= MAX_START:
        yield arb(start)
        start *= 2
    bits = start.bit_length()
    while bits <= MAX_DOUBLINGS:
        yield arb((1, bits))
        bits = bits * 5 // 4
