"""Integrals: in closed form or by Arb's quadrature where that is quick, else by rules without proof.

Those are double exponential; to infinity along waves, paths are turned to where these decay.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import sympy
from flint import acb, arb, ctx
from sympy import S
from sympy.core.relational import Relational

from app.maths import antiderivatives, numerical, repeated_integrals
from app.maths.balls import EnclosureError, short
from app.maths.compiled import compiled, plain
from app.maths.functions import NOT_ANALYTIC
from app.maths.growth import NoBound, Tail
from app.maths.oscillation import Waves, waves
from app.maths.proven_integrals import ENDS, is_analytic
from app.maths.rational_terms import (
    Divergent,
    NoClosedForm,
    Quotient,
    linear,
    parts_of,
    polynomial_zeros,
    rightmost_singularity,
)

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

EVALUATIONS: Final = 2_500
"""Evaluations of an integrand after which Arb's quadrature is given up for a rule without proof."""
NEARER_ENDS: Final = ENDS[:6]
"""Powers of two at which a tail that decays exponentially is cut off."""
FAR: Final = 16
"""Where an integrand must have begun to decay to be seen to do so."""
GUARD_BITS: Final = 8
"""Bits by which a tail lies below the precision."""
LOST_BITS: Final = 24
"""Bits that a ball from Arb's quadrature may lack to be taken."""
SPLITS: Final = (3, 5)
"""Lengths after which the two computations of an oscillating integral leave the real line."""
RADIANS: Final = 10
"""Frequency from which these are shorter, in proportion."""
MAX_JUMPS: Final = 64
"""Jumps or corners in a range."""
CASES: Final = (
    *(sympy.Piecewise, sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Heaviside, sympy.floor),
)
"""Functions that are one smooth thing after another."""
BREAKING: Final = (*CASES, sympy.log, sympy.Pow)
"""Functions with places before which and after which an integrand is better taken by itself."""
HYPERBOLIC: Final = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch)
COMPARE: Final = numerical.Effort.COMPARE
NESTED: Final = (sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit)


def integral(walk: Evaluation, node: sympy.Integral) -> acb:
    """The ball of a definite integral; repeated ones from the inside out.

    Raises `EnclosureError` for what diverges or has no value that can be computed here. A value that is
    accurate but not proven clears `walk.rigorous`.
    """
    *inner, (variable, *bounds) = node.limits
    if len(bounds) != 2:
        raise EnclosureError(f"{short(node)} is not a definite integral")
    integrand = sympy.Integral(node.function, *inner) if inner else node.function
    known = dict(walk.numbers)
    lower, upper = (bound.xreplace(known) for bound in bounds)
    known.pop(variable, None)
    integrand = integrand.replace(lambda part: isinstance(part, sympy.Integral), antiderivatives.inner)
    return _Definite(walk, integrand.xreplace(known), variable).between(lower, upper)


def computed(
    walk: Evaluation, integrand: sympy.Expr, variable: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr
) -> acb:
    """The integral by rules without proof, a ball wide of their difference; raises `EnclosureError`."""
    return _Definite(walk, integrand, variable).computed(lower, upper)


class _Definite:
    """One integrand in one variable."""

    def __init__(self, walk: Evaluation, integrand: sympy.Expr, variable: sympy.Symbol) -> None:
        self.walk, self.variable, self.integrand = walk, variable, integrand

    def between(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        """The integral from `lower` to `upper`, either of which may be infinite."""
        if lower == upper:
            return acb(0)
        if lower is S.Infinity or upper is S.NegativeInfinity:
            return -self.between(upper, lower)
        constant, varying = self.integrand.as_independent(self.variable, as_Add=False)
        if constant is not S.One and varying is not S.One:
            return self.walk.value(constant) * self._with(varying).between(lower, upper)
        if lower is S.NegativeInfinity and upper is S.Infinity:
            half, mirrored = self.between(S.Zero, upper), self._mirrored()
            return (
                2 * half if mirrored.integrand == self.integrand else half + mirrored.between(S.Zero, upper)
            )
        if lower is S.NegativeInfinity:
            return self._mirrored().between(-upper, S.Infinity)
        return sum((self._piece(a, b) for a, b in pairwise(self._places(lower, upper))), acb(0))

    def _with(self, integrand: sympy.Expr) -> _Definite:
        return _Definite(self.walk, integrand, self.variable)

    def _mirrored(self) -> _Definite:
        return self._with(self.integrand.xreplace({self.variable: -self.variable}))

    def _places(self, lower: sympy.Expr, upper: sympy.Expr) -> list[sympy.Expr]:
        """The ends, with the corners, jumps and singularities between them that are seen at once."""
        start, end = self.walk.value(lower).real, None if upper is S.Infinity else self.walk.value(upper).real
        inside: dict[sympy.Expr, float] = {}
        for place in self._breaks(lower, upper):
            ball = self.walk.value(place)
            if ball.imag.is_zero() and ball.real > start and (end is None or ball.real < end):
                inside[place] = float(ball.real.mid())
        return [lower, *sorted(inside, key=inside.__getitem__), upper]

    def _breaks(self, lower: sympy.Expr, upper: sympy.Expr) -> Iterator[sympy.Expr]:
        """Zeros of what stands in functions with a jump, a corner or a singularity there."""
        for node in self.integrand.atoms(*BREAKING):
            yield from self._zeros(node, lower, upper) or []

    def _zeros(self, node: sympy.Expr, lower: sympy.Expr, upper: sympy.Expr) -> list[sympy.Expr] | None:
        """Where `node` breaks, about the range; None where it may break elsewhere too."""
        if not node.free_symbols <= self.integrand.free_symbols:
            return None  # it depends on the variable of an inner integral
        period = S.One if isinstance(node, sympy.floor) else S.Pi
        found: list[sympy.Expr] = []
        for argument in _arguments(node):
            inside, offset = argument, S.Zero
            if isinstance(argument, sympy.sin | sympy.cos):
                inside, offset = argument.args[0], S.Zero if isinstance(argument, sympy.sin) else S.Pi / 2
            periodic = inside is not argument or isinstance(node, sympy.floor)
            try:
                if periodic:
                    found += self._crossings(inside - offset, period, lower, upper)
                else:
                    found += polynomial_zeros(argument, self.variable)
            except NoClosedForm:
                return None
        return found

    def _crossings(
        self, argument: sympy.Expr, period: sympy.Expr, lower: sympy.Expr, upper: sympy.Expr
    ) -> list[sympy.Expr]:
        """Where a line takes multiples of `period`."""
        slope, constant = linear(argument, self.variable)
        if upper is S.Infinity or slope.is_zero is not False:
            raise NoClosedForm
        ends = [(slope * end + constant) / period for end in (lower, upper)]
        first, last = sorted(float(self.walk.value(end).real.mid()) for end in ends)
        if last - first > MAX_JUMPS:
            raise EnclosureError(f"{short(self.integrand)} has too many jumps in the range")
        return [
            (whole * period - constant) / slope for whole in range(math.floor(first), math.ceil(last) + 1)
        ]

    def _piece(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        """The integral over a range without breaks that are known."""
        piece = self._with(self._without_cases(lower, upper)) if self.integrand.has(*CASES) else self
        for way in (piece._rational, piece._analytic):
            try:
                return way(lower, upper)
            except NoClosedForm:
                continue
        return piece._computed(lower, upper)

    def _without_cases(self, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
        """The integrand with the cases, signs, … that hold all over the range."""
        middle = lower + 1 if upper is S.Infinity else (lower + upper) / 2
        there = self.walk.within({self.variable: self.walk.value(middle)}, analytic=False)
        return self.integrand.replace(
            lambda node: isinstance(node, CASES) and self._zeros(node, lower, upper) is not None,
            lambda node: _settled(there, node),
        )

    def _rational(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        """Rational functions by partial fractions: sums of logarithms and powers."""
        parts = parts_of(self.integrand, self.variable)
        start, end = self.walk.value(lower), None if upper is S.Infinity else self.walk.value(upper)
        if any(z is not S.One for z, _ in parts) or not (
            start.imag.is_zero() and (end is None or end.imag.is_zero())
        ):
            raise NoClosedForm
        total = acb(0)
        for (_, constant), quotient in parts.items():
            if end is None and quotient.numerator and quotient.excess < 2:
                raise Divergent("the integrand falls off too slowly") if len(parts) == 1 else NoClosedForm
            total += self.walk.value(constant) * _rational(quotient, start, end)
        variable = sympy.Dummy(real=True)
        real = self.integrand.xreplace({self.variable: variable}).is_extended_real
        return acb(total.real) if real else total

    def _analytic(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        """By Arb, where both ends are regular, or the infinite one falls off exponentially."""
        if self.integrand.has(*NESTED):
            raise NoClosedForm
        function = compiled(self.walk, self.integrand, self.variable)
        a = self.walk.value(lower)
        if not is_analytic(function, a):
            raise NoClosedForm
        b, rest = self._cut(a) if upper is S.Infinity else (self.walk.value(upper), arb(0))
        if upper is not S.Infinity and not is_analytic(function, b):
            raise NoClosedForm
        value = acb.integral(function, a, b, eval_limit=EVALUATIONS)
        if not value.is_finite() or value.rad() > (1 + abs(value)) * arb((1, LOST_BITS - ctx.prec)):
            raise NoClosedForm
        around = arb(0, rest)
        return value + acb(around, 0 if value.imag.is_zero() else around)

    def _cut(self, start: acb) -> tuple[acb, arb]:
        """Where an integrand that falls off exponentially is cut off, and a bound of what is left."""
        if not self.integrand.has(sympy.exp, sympy.Pow, *HYPERBOLIC):
            raise NoClosedForm
        small = arb((1, -ctx.prec - GUARD_BITS))
        for exponent in NEARER_ENDS:
            cut = arb(2) ** exponent
            tail = Tail(self.walk, self.variable, cut)
            try:
                if not tail.upper(self.integrand).q > 0:
                    break
                rest = tail.integral(self.integrand)
            except NoBound:
                continue
            if rest < small and cut > start.real:
                return acb(cut), rest
        raise NoClosedForm

    def _computed(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        """By rules without proof."""
        self.walk.rigorous = False
        with ctx.workprec(numerical.precision()):
            value = _Definite(self.walk.refined(), self.integrand, self.variable)._by_any_rule(lower, upper)
        return acb(value.real) if value.imag.contains(0) and self._seems_real(lower, upper) else +value

    def _seems_real(self, lower: sympy.Expr, upper: sympy.Expr) -> bool:
        """Whether the integrand is real somewhere inside the range."""
        inside = lower + S(1) / 3 if upper is S.Infinity else (2 * lower + upper) / 3
        there = self.walk.within({self.variable: self.walk.value(inside)}, analytic=False)
        return bool(there.value(self.integrand).imag.is_zero())

    def _by_any_rule(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        if self.integrand.has(sympy.Integral):
            node = sympy.Integral(self.integrand, (self.variable, lower, upper))
            return repeated_integrals.value(self.walk, node)
        if upper is not S.Infinity:
            return self._by_rules(lower, upper)
        straight, start = self._straightened(lower) or (self, lower)
        turned = waves(straight.integrand, straight.variable)
        if turned is None or straight.integrand.has(*NOT_ANALYTIC):
            return self._by_rules(lower, upper)
        ways = [lambda: straight._along(turned, start), lambda: self._by_rules(lower, upper)]
        first, second = reversed(ways) if self._decays() else ways
        try:
            return first()
        except EnclosureError:
            return second()

    def computed(self, lower: sympy.Expr, upper: sympy.Expr) -> acb:
        """The integral by rules without proof, split where the range is infinite on both sides."""
        if lower is S.NegativeInfinity:
            below = self._mirrored()._computed(S.Zero if upper is S.Infinity else -upper, S.Infinity)
            return below + self._computed(S.Zero, upper) if upper is S.Infinity else below
        return self._computed(lower, upper)

    def _decays(self) -> bool:
        """Whether the integrand is seen to decay exponentially towards infinity."""
        try:
            return bool(Tail(self.walk, self.variable, arb(FAR)).upper(self.integrand).q > 0)
        except NoBound:
            return False

    def _by_rules(self, lower: sympy.Expr, upper: sympy.Expr, *, effort: numerical.Effort = COMPARE) -> acb:
        distance = sympy.Dummy("u")
        from_lower = self._moved(lower + distance, distance)
        if upper is S.Infinity:
            return numerical.half_line(from_lower, effort)
        length = self.walk.value(upper) - self.walk.value(lower)
        return numerical.interval(from_lower, self._moved(upper - distance, distance), length, effort)

    def _moved(self, place: sympy.Expr, distance: sympy.Symbol) -> numerical.Real:
        """The integrand by the distance from an end, multiplied out so that nothing cancels close to it."""
        moved = self.integrand.xreplace({self.variable: place})
        return plain(compiled(self.walk, moved.replace(lambda node: node.is_Add, sympy.expand), distance))

    def _straightened(self, lower: sympy.Expr) -> tuple[_Definite, sympy.Expr] | None:
        """The same integral over u = x^p, where all waves are of c x^p; None where p is 1 or unclear."""
        powers = {
            node.args[0].as_coeff_exponent(self.variable)[1]
            for node in self.integrand.atoms(sympy.sin, sympy.cos)
        }
        power = powers.pop() if len(powers) == 1 else S.One
        if power == 1 or not (power.is_Rational and power > 0 and self.walk.value(lower).real >= 0):
            return None
        u = sympy.Dummy("u", positive=True)
        moved = self.integrand.xreplace({self.variable: u ** (1 / power)}) * u ** (1 / power - 1) / power
        return _Definite(self.walk, sympy.powdenest(moved), u), lower**power

    def _along(self, found: Waves, lower: sympy.Expr) -> acb:
        """The integral to infinity along waves; two ways that leave the real line at different places."""
        start = self.walk.value(lower).real.ceil().unique_fmpz()
        if start is None:
            raise EnclosureError("a bound of integration is not a real number")
        fastest = max(abs(float(self.walk.value(frequency).real.mid())) for frequency in found)
        beyond = max([rightmost_singularity(g, self.variable) for g in found.values()])
        if beyond > MAX_JUMPS:
            raise EnclosureError("the waves have a singularity too far out")
        scale = min(S.One, sympy.Rational(RADIANS, math.ceil(fastest)))
        first = max(int(start), beyond)
        one, other = (self._split_at(found, lower, first + length * scale) for length in SPLITS)
        return numerical.settled(one, other, abs(one).max(arb(10) ** -numerical.AGREEMENT))

    def _split_at(self, found: Waves, lower: sympy.Expr, split: sympy.Expr) -> acb:
        try:
            with ctx.workprec(ctx.prec * 5 // 8):
                total = self._analytic(lower, split)
        except NoClosedForm:
            total = self._by_rules(lower, split, effort=numerical.Effort.SETTLE)
        real = self._seems_real(lower, S.Infinity)
        with ctx.workprec(ctx.prec * 5 // 8):
            for frequency, amplitude in found.items():
                w = self.walk.value(frequency).real
                if amplitude == 0 or (real and w < 0):
                    continue
                wave = numerical.wave(
                    plain(compiled(self.walk, amplitude, self.variable)), w, self.walk.value(split)
                )
                total += 2 * wave.real if real and w > 0 else wave
        return total


def _rational(quotient: Quotient, start: acb, end: acb | None) -> acb:
    """The integral of a rational function between real numbers (None: to infinity, where it converges)."""
    polynomial, poles = quotient.partial_fractions()
    total = acb(0)
    if end is not None:
        for j, coefficient in enumerate(polynomial, 1):
            total += coefficient * (end**j - start**j) / j
    for pole in poles:
        before, after = start - pole.root, None if end is None else end - pole.root
        beside = before.real > 0 or (after is not None and after.real < 0)
        if before.imag.contains(0) and not beside:
            raise Divergent("the integrand may have a pole in the range")
        for j, part in enumerate(pole.parts, 1):
            total += part * (_power_at(after, j) - _power_at(before, j))
    return total


def _power_at(difference: acb | None, order: int) -> acb:
    """The antiderivative of (x - r)^(-order) at x - r; at infinity (None) what is left where poles cancel."""
    if difference is None:
        return acb(0)
    return difference.log() if order == 1 else difference ** (1 - order) / (1 - order)


def _arguments(node: sympy.Expr) -> list[sympy.Expr]:
    """What has a jump, corner or singularity of `node` where it vanishes, or is whole for a floor."""
    if isinstance(node, sympy.Piecewise):
        return [relation.lhs - relation.rhs for relation in node.atoms(Relational)]
    if isinstance(node, sympy.Max | sympy.Min):
        return [one - other for i, one in enumerate(node.args) for other in node.args[:i]]
    if node.is_Pow:
        return [] if node.exp.is_Integer and node.exp > 0 else [node.base]
    return [node.args[0]]


def _settled(there: Evaluation, node: sympy.Expr) -> sympy.Expr:
    """What a function with cases is all over a range in which no case changes, by its value inside."""
    if isinstance(node, sympy.Piecewise):
        return next((value for value, condition in node.args if there.holds(condition)), S.NaN)
    if isinstance(node, sympy.Max | sympy.Min):
        values = sorted(node.args, key=lambda part: float(there.value(part).real.mid()))
        return values[-1 if isinstance(node, sympy.Max) else 0]
    if isinstance(node, sympy.floor):
        whole = there.value(node.args[0]).real.floor().unique_fmpz()
        return node if whole is None else sympy.Integer(int(whole))
    value = there.value(node.args[0])
    if not value.imag.is_zero() or value.real.contains(0):
        return node
    positive = bool(value.real > 0)
    if isinstance(node, sympy.Heaviside):
        return S.One if positive else S.Zero
    factor = S.One if positive else S.NegativeOne
    return factor * node.args[0] if isinstance(node, sympy.Abs) else factor
