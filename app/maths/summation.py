"""Sums and products over integers: in closed form, added up with a proven rest, or computed without proof."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

import sympy
from flint import acb, arb, ctx
from sympy import S

from app.maths import closed_forms, numerical
from app.maths.balls import EnclosureError, short
from app.maths.compiled import compiled, plain
from app.maths.functions import NOT_ANALYTIC
from app.maths.growth import NoBound, Tail
from app.maths.rational_terms import AS_POWERS, Divergent, NoClosedForm, rightmost_singularity

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

FEW_TERMS: Final = 48
"""Terms of a finite sum that are added up before anything else is tried."""
FEW_REAL: Final = 3
"""Terms by which a sum is seen to be real."""
MOST_EXACT: Final = 60
"""Whole exponents up to which powers of exact values are worked out."""
MAX_TERMS: Final = 5_000
"""Terms of a sum or product beyond which it is not added up."""
STARTS: Final = (8, 32, 128, 512)
"""Where the rest of a sum is cut off that falls off geometrically, tried in turn."""
GUARD_BITS: Final = 8
"""Bits by which a rest lies below the precision."""
HEADS: Final = (9, 26)
"""Terms that are added up before the contour of a sum without proof, for the two computations."""
CONTOUR_BITS: Final = 64
"""Bits in addition to the precision that is wanted, for contours."""
LEVIN_TERMS: Final = 56
"""Terms from which a series is accelerated that is known at integers alone."""
LEVIN_BITS: Final = 640
"""Precision for that: the transform cancels."""
BLOCK: Final = 6
"""Terms that are looked at together where a series is simply added up."""
QUICK_RATIO: Final = 0.12
"""Quotient of the largest terms of neighbouring blocks below which this is done."""
STEEP_BLOCKS: Final = 3
"""Blocks in a row of which this must hold."""
SLOW_BLOCKS: Final = 5
"""Blocks at the beginning of which it need not hold."""
QUICK_BLOCKS: Final = 64
"""Blocks that are added up at the most."""
STEEP: Final = 1.05
"""Power of 1/k with which terms of one sign must at least fall off."""


def total(walk: Evaluation, node: sympy.Sum) -> acb:
    """The ball of a sum; repeated sums from the inside out.

    Raises `EnclosureError` for what diverges, or is too long to add up and has no form that is known here. A
    value that is accurate but not proven clears `walk.rigorous`.
    """
    term, index, lower, upper = _outermost(node)
    if lower is S.NegativeInfinity and upper is S.NegativeInfinity:
        raise EnclosureError(f"{short(node)} has no range")
    if lower is S.NegativeInfinity:
        if upper is S.Infinity:
            both = term + term.xreplace({index: -index})
            return walk.value(term.xreplace({index: S.Zero})) + _Sum(walk, both, index).over(1, None)
        return _Sum(walk, term.xreplace({index: -index}), index).over(-_whole(walk, upper), None)
    return _Sum(walk, term, index).over(*_range(walk, lower, upper))


def product(walk: Evaluation, node: sympy.Product) -> acb:
    """The ball of a product; infinite ones by gamma functions or as e to a sum of logarithms."""
    factor, index, lower, upper = _outermost(node)
    first, last = _range(walk, lower, upper)
    if last is not None and last - first < FEW_TERMS:
        return _multiplied(walk, factor, index, first, last)
    try:
        value = closed_forms.product(walk, _exact(walk, factor, index), index, first, last)
        return _Sum(walk, factor, index).real(value)
    except NoClosedForm:
        if last is not None:
            return _multiplied(walk, factor, index, first, last)
    return _Sum(walk, sympy.log(factor), index).over(first, None).exp()


def _outermost(
    node: sympy.Sum | sympy.Product,
) -> tuple[sympy.Expr, sympy.Symbol, sympy.Expr, sympy.Expr]:
    *inner, (index, *bounds) = node.limits
    if len(bounds) != 2:
        raise EnclosureError(f"{short(node)} has no range")
    return (node.func(node.function, *inner) if inner else node.function), index, *bounds


def _range(walk: Evaluation, lower: sympy.Expr, upper: sympy.Expr) -> tuple[int, int | None]:
    return _whole(walk, lower), None if upper is S.Infinity else _whole(walk, upper)


def _whole(walk: Evaluation, bound: sympy.Expr) -> int:
    value = walk.value(bound)
    whole = value.unique_fmpz()
    if whole is None or not value.imag.is_zero():
        raise EnclosureError(f"the bound {short(bound)} is not a whole number here")
    return int(whole)


def _exact(walk: Evaluation, term: sympy.Expr, index: sympy.Symbol) -> sympy.Expr:
    """The term with the exact values of its parameters, as far as they have any.

    A parameter in a power that is no small whole one keeps its name: SymPy would take exact roots there.
    """
    powers = [
        node for node in term.atoms(sympy.Pow) if not (node.exp.is_Integer and abs(node.exp) <= MOST_EXACT)
    ]
    named = {index}.union(*(node.free_symbols for node in powers if node.base is not S.Exp1))
    return term.xreplace({s: walk.numbers[s] for s in term.free_symbols - named if s in walk.numbers})


def _is_small(exponent: sympy.Expr) -> bool:
    return bool(exponent.is_Integer and abs(exponent) <= MOST_EXACT)


def _multiplied(walk: Evaluation, factor: sympy.Expr, index: sympy.Symbol, first: int, last: int) -> acb:
    _require_few(first, last)
    result = acb(1)
    for k in range(first, last + 1):
        result *= walk.with_number(index, sympy.Integer(k)).value(factor)
    return result


def _require_few(first: int, last: int) -> None:
    if last - first >= MAX_TERMS:
        raise EnclosureError(f"{last - first + 1} terms are too many to go through")


class _Sum:
    """One term in one index."""

    def __init__(self, walk: Evaluation, term: sympy.Expr, index: sympy.Symbol) -> None:
        self.walk, self.index = walk, index
        self.term = _exact(walk, _factored(term), index)

    def over(self, first: int, last: int | None) -> acb:
        """The sum over first..last; None is infinity."""
        constant, varying = self.term.as_independent(self.index, as_Add=False)
        if constant is not S.One and varying is not S.One:
            return self.walk.value(constant) * _Sum(self.walk, varying, self.index).over(first, last)
        if last is not None and last - first < FEW_TERMS:
            return self._added(first, last)
        try:
            return self.real(closed_forms.total(self.walk, self.term, self.index, first, last))
        except NoClosedForm:
            if last is not None:
                _require_few(first, last)
                return self._added(first, last)
        ways = [self._geometric, self._quick, self._accelerated]
        if not self.term.has(sympy.Sum, sympy.Integral, sympy.Product, sympy.Limit, *NOT_ANALYTIC):
            ways.append(self._by_contour)
        failure = EnclosureError("no way was tried")
        for way in ways:
            try:
                return self._seemingly_real(way(first), first)
            except Divergent:
                raise
            except EnclosureError as error:
                failure = error
        raise EnclosureError(f"the sum of {short(self.term)} has no value that can be computed: {failure}")

    def real(self, value: acb) -> acb:
        """The sum or product without an imaginary part where all terms are real.

        without an imaginary part where all terms are real."""
        if value.imag.is_zero() or not value.imag.contains(0):
            return value
        index = sympy.Dummy(integer=True, positive=True)
        return acb(value.real) if self.term.xreplace({self.index: index}).is_extended_real else value

    def _seemingly_real(self, value: acb, first: int) -> acb:
        """The same for what is not proven anyway, by the first terms."""
        if self.walk.rigorous or not value.imag.contains(0):
            return self.real(value)
        real = all(self._at(k).imag.is_zero() for k in range(first, first + FEW_REAL))
        return acb(value.real) if real else value

    def _added(self, first: int, last: int) -> acb:
        if last - first < FEW_TERMS:
            return sum((self._at(k) for k in range(first, last + 1)), acb(0))
        function = compiled(self.walk, self.term, self.index)
        return sum((function(acb(k), False) for k in range(first, last + 1)), acb(0))

    def _at(self, k: int) -> acb:
        return self.walk.with_number(self.index, sympy.Integer(k)).value(self.term)

    def _geometric(self, first: int) -> acb:
        """Terms, and a ball for a rest that is bounded by a geometric series."""
        small = arb((1, -ctx.prec - GUARD_BITS))
        failure = NoBound(f"{short(self.term)} is not known to decay geometrically")
        for start in STARTS:
            try:
                rest = Tail(self.walk, self.index, arb(start)).sum(self.term)
            except NoBound as error:
                failure = error
                continue
            if rest < small:
                head = self._added(first, max(first, start) - 1)
                radius = arb(0, rest)
                return head + acb(radius, 0 if head.imag.is_zero() else radius)
        raise failure

    def _quick(self, first: int) -> acb:
        """Terms until they no longer count, where each is a fraction of the one before."""
        small = arb((1, -ctx.prec - GUARD_BITS))
        with ctx.workprec(ctx.prec + CONTOUR_BITS):
            value = _Sum(self.walk.refined(), self.term, self.index)._until(first, small)
        self.walk.rigorous = False
        return +value

    def _until(self, first: int, small: arb) -> acb:
        """The sum of the terms that are not `small`; raises where they do not fall off quickly.

        Terms are looked at in blocks, since some may vanish by themselves.
        """
        total, before, steep = acb(0), arb(0), 0
        for number in range(QUICK_BLOCKS):
            start = first + number * BLOCK
            block = [self._at(k) for k in range(start, start + BLOCK)]
            size = reduce(arb.max, map(abs, block))
            total = sum(block, total)
            falls = size < before * QUICK_RATIO or (size < small and before < small)
            steep = steep + 1 if falls else 0
            if number > SLOW_BLOCKS and not steep:
                break
            if steep >= STEEP_BLOCKS and size < small and not size.is_zero():
                radius = arb(0, (numerical.MARGIN * size).abs_upper())
                return total + acb(radius, radius)
            before = size
        raise EnclosureError("the terms do not fall off quickly")

    def _by_contour(self, first: int) -> acb:
        """Two contour integrals with different beginnings, for terms that continue analytically."""
        with ctx.workprec(ctx.prec + CONTOUR_BITS):
            sharp = _Sum(self.walk.refined(), self.term, self.index)
            beyond = max(first, rightmost_singularity(self.term, self.index))
            if beyond - first > MAX_TERMS:
                raise EnclosureError("the terms have a singularity too far out")
            one, other = (sharp._from_contour(first, beyond + head) for head in HEADS)
            value = numerical.settled(one, other, one.abs_lower().max(arb(10) ** -numerical.AGREEMENT))
        self.walk.rigorous = False
        return +value

    def _from_contour(self, first: int, start: int) -> acb:
        result = self._added(first, start - 1)
        for z, part in self._by_base().items():
            value = plain(compiled(self.walk, part, self.index))
            if z is S.One:
                result += numerical.beyond(value, start)
                continue
            logarithm = self.walk.value(z).log()
            near, far = (abs(value(acb(place))) for place in numerical.FAR_OFF)
            if logarithm.real > 0 or not (logarithm.real < 0 or far < near * numerical.FALLEN):
                raise EnclosureError("the terms do not fall off")
            if not logarithm.imag < 0:
                logarithm -= acb(0, 2) * acb.pi()
            result += numerical.beyond_on_circle(value, logarithm, start)
        return result

    def _by_base(self) -> dict[sympy.Expr, sympy.Expr]:
        """The f of each z in the term as a sum of z^k f(k)."""
        term = self.term.replace(lambda n: type(n) in AS_POWERS, lambda n: AS_POWERS[type(n)](*n.args))
        parts: dict[sympy.Expr, sympy.Expr] = {}
        for part in sympy.Add.make_args(sympy.expand(term) if term != self.term else term):
            z, rest = S.One, []
            for factor in sympy.Mul.make_args(part):
                base, exponent = factor.as_base_exp()
                slope = sympy.expand(exponent).coeff(self.index, 1)
                if self.index in base.free_symbols or slope == 0:
                    rest.append(factor)
                else:
                    z *= base**slope
                    rest.append(base ** sympy.expand(exponent - slope * self.index))
            parts[z] = parts.get(z, S.Zero) + sympy.Mul(*rest)
        return parts

    def _accelerated(self, first: int) -> acb:
        """Levin's transform, which wants nothing but the first terms."""
        with ctx.workprec(LEVIN_BITS):
            sharp = _Sum(self.walk.refined(), self.term, self.index)
            terms = [sharp._at(k) for k in range(first, first + LEVIN_TERMS)]
            _require_decay(terms, first)
            value = numerical.accelerated(terms)
        self.walk.rigorous = False
        return +value


def _require_decay(terms: list[acb], first: int) -> None:
    """Raises where a series that Levin's transform would sum does not converge."""
    half = LEVIN_TERMS // 2
    if any(abs(terms[i]).contains(0) for i in (half, half + 1, -2, -1)):
        raise EnclosureError("a term vanishes")
    quotient = (terms[-1] / terms[-2]).real
    if quotient < 0:
        if not abs(terms[-1]) < abs(terms[half]) * numerical.FALLEN:
            raise EnclosureError("the terms do not fall off")
    else:
        early, late = ((first + i) * ((terms[i] / terms[i + 1]).real - 1) for i in (half, LEVIN_TERMS - 2))
        if not 2 * late - early > STEEP:
            raise EnclosureError("the terms do not fall off fast enough")


def _factored(term: sympy.Expr) -> sympy.Expr:
    """The term with constants in front of inner sums, and with harmonic numbers where those are such."""
    return term.replace(lambda node: isinstance(node, sympy.Sum) and len(node.limits) == 1, _inner)


def _inner(node: sympy.Sum) -> sympy.Expr:
    index, lower, upper = node.limits[0]
    constant, varying = sympy.expand_power_exp(node.function).as_independent(index, as_Add=False)
    base, exponent = varying.as_base_exp()
    if base == index and lower is S.One and upper is not S.Infinity and exponent.is_Integer and exponent < 0:
        return constant * (sympy.harmonic(upper) if exponent == -1 else sympy.harmonic(upper, -exponent))
    return constant * sympy.Sum(varying, *node.limits)
