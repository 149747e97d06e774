"""Accurate values without proof: two computations with other nodes, and a ball wide of their difference.

Integrals go by double exponential rules (Takahasi and Mori 1974). Sums of an analytic term go by contour
integrals: the Abel-Plana formula (DLMF 2.10.2, at half-integers) or, for z^k f(k) with z on the unit circle,
Lindelöf's integral. Everything is bounded in the number of evaluations; what does not settle is an
`EnclosureError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from flint import acb, arb, ctx

from app.maths.balls import EnclosureError

Real = Callable[[acb], acb]

STEPS: Final = (8, 16, 32, 64)
"""Nodes per unit of the variable of a rule; the next one is tried until two agree."""
SETTLED: Final = 16
"""Decimal digits to which two step lengths must agree; the finer one then is right to about twice as many."""
NEGLIGIBLE: Final = 38
"""Decimal digits below the largest contribution at which one no longer counts."""
MOST_BITS: Final = 512
"""Bits beyond which nothing is gained, since rules settle to a fixed number of digits."""
TINY_BITS: Final = 4_000
"""What is this many bits below 1 counts as nothing."""
QUIET: Final = 4
"""Negligible contributions in a row after which a sum ends."""
REACH: Final = 8
"""A rule goes no further than this in its own variable."""
MARGIN: Final = 100
"""Two values are taken to be right up to so many times their difference."""
FAR_OFF: Final = (10**4, 10**12)
"""Where the amplitude of what oscillates must have fallen off."""
FALLEN: Final = 0.9
"""To which part it must have fallen between those."""
AGREEMENT: Final = 22
"""Decimal digits to which two values must agree at least."""


def precision() -> int:
    """Bits for the computations here, which lose some, when the result is wanted at the present precision."""
    return min(MOST_BITS, 2 * int(ctx.prec) + 16)


def settled(one: acb, other: acb, scale: arb) -> acb:
    """A ball around two values of the same thing; raises `EnclosureError` where they differ too much."""
    spread = (one - other).abs_upper()
    if not spread <= scale * arb(10) ** -AGREEMENT:
        raise EnclosureError("two computations do not agree")
    radius = arb(0, (MARGIN * spread).abs_upper())
    return one + acb(radius, 0 if one.imag.is_zero() and other.imag.is_zero() else radius)


class Effort(Enum):
    """How far a double exponential rule goes."""

    COMPARE = "two rules with steps that are halved until two agree, and a ball wide of their difference"
    SETTLE = "one rule with halved steps; the caller compares the result with another"
    ONCE = "one rule with one step length; the caller compares"


def half_line(function: Real, effort: Effort = Effort.COMPARE, rule: int = 0) -> acb:
    """The integral of `function` over 0..infinity, by u = e^E."""
    return _by_rules(lambda which, s: _half_line_term(function, which, s), effort, rule)


def interval(
    from_lower: Real, from_upper: Real, length: acb, effort: Effort = Effort.COMPARE, rule: int = 0
) -> acb:
    """The integral over a range of this length, of a function given by its distance from either end."""

    def term(which: int, s: tuple[int, int]) -> acb:
        share, weight = _interval_node(which, s, ctx.prec)
        return (from_lower if s[0] < 0 else from_upper)(length * share) * weight

    return length * _by_rules(term, effort, rule)


def whole_line(function: Real) -> acb:
    """The integral over the real line of a function that decays exponentially, by y = sinh s."""

    def term(s: tuple[int, int]) -> acb:
        y, weight = _line_node(s, ctx.prec)
        return function(y) * weight

    value, _ = _trapezoidal(term)
    return value


def wave(amplitude: Real, frequency: arb, start: acb) -> acb:
    """The integral of e^(iwx) g(x) from `start` to infinity, for g analytic where the path is turned."""
    if frequency.is_zero():
        return half_line(lambda u: amplitude(start + u), Effort.SETTLE)
    near, far = (abs(amplitude(acb(place))) for place in FAR_OFF)
    if not far < near * FALLEN:
        raise EnclosureError("the waves do not fall off")
    turn, rate = acb(0, 1 if frequency > 0 else -1), abs(frequency)
    value = half_line(lambda y: amplitude(start + turn * y) * (-rate * y).exp(), Effort.SETTLE, 1)
    return turn * (acb(0, 1) * frequency * start).exp() * value


@lru_cache(maxsize=16)
def gauss_nodes(order: int, bits: int) -> list[tuple[arb, arb]]:
    """Nodes and weights of Gauss and Legendre's rule on -1..1."""
    return [arb.legendre_p_root(order, k, weight=True) for k in range(order)]


def _by_rules(term: Callable[[int, tuple[int, int]], acb], effort: Effort, rule: int) -> acb:
    if effort is Effort.ONCE:
        right, *_ = _outward(lambda s: term(rule, s), 0, 1, STEPS[1])
        left, *_ = _outward(lambda s: term(rule, s), -1, -1, STEPS[1])
        return (right + left) / STEPS[1]
    if effort is Effort.SETTLE:
        return _trapezoidal(lambda s: term(rule, s))[0]
    one, scale = _trapezoidal(lambda s: term(0, s))
    other, _ = _trapezoidal(lambda s: term(1, s))
    return settled(one, other, scale)


def _half_line_term(function: Real, rule: int, s: tuple[int, int]) -> acb:
    u, weight = _half_line_node(rule, s, ctx.prec)
    return function(u) * weight


@lru_cache(maxsize=8192)
def _half_line_node(rule: int, s: tuple[int, int], bits: int) -> tuple[acb, acb]:
    exponent, slope = _exponent(rule, s)
    u = exponent.exp()
    return u, u * slope


@lru_cache(maxsize=8192)
def _interval_node(rule: int, s: tuple[int, int], bits: int) -> tuple[acb, acb]:
    """The share 1/(1 + e^(2|E|)) of the length that a node is away from the nearer end, and its weight."""
    exponent, slope = _exponent(rule, s)
    growth = (2 * (exponent if s[0] >= 0 else -exponent)).exp()
    return 1 / (1 + growth), 2 * slope * growth / (1 + growth) ** 2


@lru_cache(maxsize=8192)
def _line_node(s: tuple[int, int], bits: int) -> tuple[acb, acb]:
    t = acb(s[0]) / s[1]
    return t.sinh(), t.cosh()


def _exponent(rule: int, s: tuple[int, int]) -> tuple[acb, acb]:
    """E = π/2 sinh s, or E = s + sinh s on shifted nodes, and its derivative."""
    t = acb(s[0]) / s[1]
    if rule == 0:
        half_pi = acb.pi() / 2
        return half_pi * t.sinh(), half_pi * t.cosh()
    t += acb(1) / (3 * STEPS[0])
    return t + t.sinh(), 1 + t.cosh()


def _trapezoidal(term: Callable[[tuple[int, int]], acb]) -> tuple[acb, arb]:
    """The trapezoidal sum with a step that is halved until two agree, and the sum of the absolute values."""
    step = STEPS[0]
    right, right_size, last = _outward(term, 0, 1, step)
    left, left_size, first = _outward(term, -1, -1, step)
    total, size = right + left, right_size + left_size
    before = total / step
    for finer in STEPS[1:]:
        ratio = finer // step
        for k in range(first * ratio, last * ratio + 1):
            if k % 2:
                value = term((k, finer))
                total += value
                size += value.abs_upper()
        step, first, last = finer, first * ratio, last * ratio
        now, scale = total / step, size / step
        if (now - before).abs_upper() <= scale * arb(10) ** -SETTLED:
            return now, scale
        before = now
    raise EnclosureError("a double exponential rule does not settle")


def _outward(
    term: Callable[[tuple[int, int]], acb], first: int, direction: int, step: int
) -> tuple[acb, arb, int]:
    """The sum, and that of absolute values, until several terms in a row no longer count; and where."""
    total, size, quiet = acb(0), arb((1, -TINY_BITS)), 0
    for count in range(step * REACH):
        k = first + direction * count
        value = term((k, step))
        total += value
        if not value.is_finite():
            raise EnclosureError("a contribution has no finite value")
        amount = value.abs_upper()
        size += amount
        quiet = quiet + 1 if amount <= size * arb(10) ** -NEGLIGIBLE else 0
        if quiet >= QUIET:
            return total, size, k
    if not amount <= size * arb(10) ** -(NEGLIGIBLE // 2):
        raise EnclosureError("the contributions of an end do not die out")
    return total, size, k


def beyond(function: Real, first: int) -> acb:
    """The sum of f(k) over k >= first, for f analytic to the right: Abel and Plana from first - 1/2 on.

    For a function that is real on the real line, f(x - iy) is the conjugate of f(x + iy).
    """
    start, i = acb(first) - acb(0.5), acb(0, 1)
    real = function(acb(first)).imag.is_zero()

    def upright(y: acb) -> acb:
        above = function(start + i * y)
        below = above.conjugate() if real else function(start - i * y)
        return (below - above) / ((2 * acb.pi() * y).exp() + 1)

    straight = half_line(lambda u: function(start + u), Effort.SETTLE)
    return straight + i * half_line(upright, Effort.SETTLE)


def beyond_on_circle(function: Real, logarithm: acb, first: int) -> acb:
    """The sum of z^k f(k) over k >= first, for z = e^logarithm with its argument in (-2π, 0): Lindelöf.

    The integrand h(s)/(e^(-2πis) - 1) has the residues h(k)/(2πi), up to their sign, to the right of the line
    Re s = first - 1/2, on which the exponential is -e^(2πy).
    """
    start = acb(first) - acb(0.5)

    def upright(y: acb) -> acb:
        s = start + acb(0, 1) * y
        return (logarithm * s).exp() * function(s) / ((2 * acb.pi() * y).exp() + 1)

    return acb(0, -1) * whole_line(upright)


def accelerated(terms: Sequence[acb]) -> acb:
    """The sum of infinitely many terms of which the first are given, by Levin's u-transform of two lengths.

    Source: Levin 1973; Weniger, Comput. Phys. Rep. 10 (1989), eq. 7.3-5.
    """
    sums, total = [], acb(0)
    for term in terms:
        total += term
        sums.append(total)
    one, other = _levin(terms, sums, len(terms) - 1), _levin(terms, sums, len(terms) - 6)
    return settled(one, other, one.abs_lower())


def _levin(terms: Sequence[acb], sums: Sequence[acb], order: int) -> acb:
    numerator, denominator, binomial = acb(0), acb(0), 1
    for j in range(order + 1):
        if terms[j].contains(0):
            raise EnclosureError("a term vanishes, so that the series cannot be accelerated")
        weight = acb(binomial) * acb(j + 1) ** (order - 2) / terms[j]
        numerator += weight * sums[j]
        denominator += weight
        binomial = -binomial * (order - j) // (j + 1)
    return numerator / denominator
