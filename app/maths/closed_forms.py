"""Sums and products in closed form: what is cheap to recognise and certain, so that no term need be added up.

A term is looked at as a combination of c z^k R(k) with rational R, which partial fractions turn into
polygamma, Hurwitz's, polylogarithm and Lerch's functions (DLMF 5.7, 25.11, 25.14); as c z^k (k + a)^(-s)
times powers of log(k + a), for derivatives of Hurwitz's function; as log R(k); or as hypergeometric, its
quotients t(k + 1)/t(k) being rational in k (Petkovšek, Wilf and Zeilberger, A = B, section 3.3).
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb, factorial
from typing import TYPE_CHECKING, Final, TypeAlias

import sympy
from flint import acb, acb_series, ctx, fmpq
from sympy import S

from app.maths.balls import EnclosureError
from app.maths.rational_terms import Divergent, NoClosedForm, Pole, Quotient, linear, parts_of, roots, single

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

MAX_SHIFT: Final = 64
"""Terms taken off one by one where that leaves a simpler function, or a first term that is not zero."""
MAX_TERMINATING: Final = 5_000
"""Terms of a hypergeometric sum that ends by itself."""
MAX_ARGUMENT: Final = 5_000
"""Absolute value of a hypergeometric argument beyond which its series is too long."""
NEAR_ONE: Final = 0.97
"""Absolute value of an argument from which a series with a radius of 1 is too long."""
MAX_SLOPE: Final = 6
"""Multiples of the index in the argument of a gamma function."""

Last = int | None
"""Where a range ends; None for infinity."""


def total(walk: Evaluation, term: sympy.Expr, index: sympy.Symbol, first: int, last: Last) -> acb:
    """The sum of `term` over first..last; raises `NoClosedForm`, or `Divergent`."""
    for form in (_by_partial_fractions, _by_zeta, _by_logarithm, _by_hypergeometric):
        try:
            value = form(walk, term, index, first, last)
        except NoClosedForm:
            continue
        if value.is_finite():  # else Arb has no value for the function, as for Lerch's far out
            return value
    parts = sympy.Add.make_args(sympy.expand(term))
    if len(parts) == 1:
        raise NoClosedForm
    try:
        return sum((total(walk, part, index, first, last) for part in parts), acb(0))
    except Divergent:
        raise NoClosedForm from None  # the parts may diverge without their sum doing so


def product(walk: Evaluation, factor: sympy.Expr, index: sympy.Symbol, first: int, last: Last) -> acb:
    """The product of a rational `factor` over first..last, by gamma functions; raises like `total`."""
    z, constant, quotient = single(factor, index)
    if z is not S.One:
        raise NoClosedForm
    above, below = quotient.numerator, quotient.denominator
    lead = constant * sympy.Rational(*(int(n) for n in _pair(above[above.degree()] / below[below.degree()])))
    if last is None:
        if quotient.excess != 0 or lead != 1 or Quotient.of(above - below, below).excess < 2:
            raise Divergent("the product does not converge")
        scale = acb(1)
    else:
        scale = walk.value(lead) ** (last - first + 1)
    result = scale
    for polynomial, sign in ((above, 1), (below, -1)):
        for root, _, order in roots(polynomial):
            start = first - root
            ends = start.rgamma() if last is None else start.rising(acb(last - first + 1))
            result *= ends ** (sign * order)
    return result


def _pair(number: fmpq) -> tuple[int, int]:
    return int(number.p), int(number.q)


def _by_partial_fractions(
    walk: Evaluation, term: sympy.Expr, index: sympy.Symbol, first: int, last: Last
) -> acb:
    parts = {key: quotient for key, quotient in parts_of(term, index).items() if quotient.numerator}
    result = acb(0)
    for (z, constant), quotient in parts.items():
        ball = walk.value(z)
        if last is None and not _converges(z, ball, quotient):
            raise Divergent("the terms do not fall off") if len(parts) == 1 else NoClosedForm
        tail = _Tail(z, ball, quotient)
        value = tail.beyond(first, last) - (acb(0) if last is None else tail.beyond(last + 1, None))
        result += walk.value(constant) * value
    return result


def _converges(z: sympy.Expr, ball: acb, quotient: Quotient) -> bool:
    if z is S.One:
        return quotient.excess >= 2
    if abs(ball) < 1:
        return True
    if abs(ball) > 1:
        return False
    if sympy.Abs(z) != 1:
        raise NoClosedForm
    return quotient.excess >= 1


class _Tail:
    """The sum of z^k R(k) from somewhere to infinity, continued to where it does not converge.

    Differences of two are finite sums: for z = 1 by the continuation of Hurwitz's function, else because
    every part is a difference itself.
    """

    def __init__(self, z: sympy.Expr, ball: acb, quotient: Quotient) -> None:
        self.z, self.ball = z, ball
        self.polynomial, self.poles = quotient.partial_fractions()
        if self.poles and not (abs(ball) < 1 or sympy.Abs(z) == 1):
            raise NoClosedForm

    def beyond(self, first: int, last: Last) -> acb:
        """The tail from `first` on; `last` is only where poles cease to matter."""
        result = self._polynomial(first)
        for pole in self.poles:
            if pole.exact is not None and pole.exact.q == 1 and pole.exact >= first:
                if last is None or pole.exact <= last:
                    raise EnclosureError("a term has a pole")
                raise NoClosedForm
            for j, part in enumerate(pole.parts, 1):
                if not part.is_zero():
                    result += part * self._fraction(first, pole, j)
        return result

    def _polynomial(self, first: int) -> acb:
        if self.z is S.One:
            start = acb(first)
            return sum(
                (-c * start.bernoulli_poly(j + 1) / (j + 1) for j, c in enumerate(self.polynomial)), acb(0)
            )
        z, solution = self.ball, [acb(0)] * len(self.polynomial)
        for i in reversed(range(len(self.polynomial))):  # z q(k + 1) - q(k) = p(k)
            known = sum((solution[m] * comb(m, i) for m in range(i + 1, len(solution))), acb(0))
            solution[i] = (self.polynomial[i] - z * known) / (z - 1)
        return -(z**first) * sum((c * acb(first) ** j for j, c in enumerate(solution)), acb(0))

    def _fraction(self, first: int, pole: Pole, j: int) -> acb:
        start = first - pole.root
        if self.z is S.One:
            return -start.digamma() if j == 1 else acb(j).zeta(start)
        if self.z is S.NegativeOne:
            even, odd = start / 2, (start + 1) / 2
            value = odd.digamma() - even.digamma() if j == 1 else acb(j).zeta(even) - acb(j).zeta(odd)
            return value * acb(2) ** -j * (-1) ** (first % 2)
        if pole.exact is not None and pole.exact.q == 1 and 0 < first - pole.exact <= MAX_SHIFT:
            root = int(pole.exact)
            done = sum((self.ball**i / acb(i) ** j for i in range(1, first - root)), acb(0))
            whole = -(1 - self.ball).log() if j == 1 else self.ball.polylog(j)
            return (whole - done) * self.ball**root
        return self.ball**first * acb.lerch_phi(self.ball, acb(j), start)


def _by_zeta(walk: Evaluation, term: sympy.Expr, index: sympy.Symbol, first: int, last: Last) -> acb:
    """c z^k (k + a)^(-s) p(log(k + a)) for z = 1 or -1: derivatives of Hurwitz's function in s."""
    z, constant, shift, order = S.One, acb(1), None, S.Zero
    logarithms = [acb(1)]
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if index not in factor.free_symbols:
            constant *= walk.value(factor)
        elif index not in base.free_symbols:
            slope, rest = linear(exponent, index)
            z *= base**slope
            constant *= walk.value(base**rest)
        else:
            inner = base.args[0] if isinstance(base, sympy.log) else base
            slope, rest = linear(inner, index)
            if not (slope.is_Rational and slope > 0 and shift in (None, rest / slope)):
                raise NoClosedForm
            shift = rest / slope
            if isinstance(base, sympy.log):
                if not (exponent.is_Integer and 0 < exponent <= MAX_SLOPE):
                    raise NoClosedForm
                for _ in range(int(exponent)):
                    logarithms = _times(logarithms, walk.value(sympy.log(slope)))
            else:
                constant *= walk.value(slope**exponent)
                order -= exponent
    if shift is None or z not in (S.One, S.NegativeOne) or index in order.free_symbols:
        raise NoClosedForm
    start, s = first + walk.value(shift), walk.value(order)
    if not (start.imag.is_zero() and start.real > 0):
        raise NoClosedForm
    if last is None and not s.real > (1 if z is S.One else 0):
        raise Divergent("the terms do not fall off fast enough")
    tail = _zeta_tail(s, start, z, first, len(logarithms))
    if last is not None:
        rest = _zeta_tail(s, start + (last + 1 - first), z, last + 1, len(logarithms))
        tail = [one - other for one, other in zip(tail, rest, strict=True)]
    return constant * sum((c * value for c, value in zip(logarithms, tail, strict=True)), acb(0))


def _times(polynomial: list[acb], constant: acb) -> list[acb]:
    """A polynomial in L, times (constant + L)."""
    raised = [acb(0), *polynomial]
    return [high + constant * low for high, low in zip(raised, [*polynomial, acb(0)], strict=True)]


def _zeta_tail(s: acb, start: acb, z: sympy.Expr, first: int, count: int) -> list[acb]:
    """The sums over k >= 0 of z^(first + k) (k + start)^(-s) log(k + start)^j for j below `count`.

    Without the pole at s = 1, which cancels where these are needed there.
    """
    cap, ctx.cap = ctx.cap, count
    try:
        x = acb_series([s, 1], prec=count)
        pole = s.overlaps(acb(1))
        if z is S.One:
            series = acb_series.zeta(x, start, deflate=pole)
        else:
            halves = acb_series.zeta(x, start / 2, deflate=pole) - acb_series.zeta(
                x, (start + 1) / 2, deflate=pole
            )
            series = (-x * acb_series([acb(2).log()])).exp() * halves * acb_series([(-1) ** (first % 2)])
    finally:
        ctx.cap = cap
    return [acb(series[j]) * (factorial(j) * (-1) ** j) for j in range(count)]


def _by_logarithm(walk: Evaluation, term: sympy.Expr, index: sympy.Symbol, first: int, last: Last) -> acb:
    """c log R(k) with R(k) > 0 over the range: the logarithm of a product."""
    constant, varying = term.as_independent(index, as_Add=False)
    if not isinstance(varying, sympy.log):
        raise NoClosedForm
    _, _, quotient = single(varying.args[0], index)
    for polynomial in (quotient.numerator, quotient.denominator):
        for root, _, _ in roots(polynomial):
            if root.imag.contains(0) and not root.real < first:
                raise NoClosedForm
    start = walk.within({index: acb(first)}, analytic=walk.analytic).value(varying.args[0])
    if not (start.imag.is_zero() and start.real > 0):
        raise NoClosedForm
    return walk.value(constant) * product(walk, varying.args[0], index, first, last).real.log()


Parameter: TypeAlias = "sympy.Expr | acb"
"""Exact where it is known so."""


class _Quotients:
    """t(k + 1)/t(k) = z times the product of (k + a) over that of (k + b)."""

    def __init__(self, index: sympy.Symbol) -> None:
        self.index = index
        self.z: sympy.Expr = S.One
        self.upper: list[Parameter] = []
        self.lower: list[Parameter] = []

    def take(self, factor: sympy.Expr, power: int = 1) -> None:
        """Includes a factor of the term, to a power; `NoClosedForm` unless its quotient is rational."""
        if self.index not in factor.free_symbols:
            return
        if factor.is_Mul:
            for part in factor.args:
                self.take(part, power)
        elif factor.is_Pow and factor.exp.is_Integer and type(factor.base) in GAMMAS:
            self.take(factor.base, power * int(factor.exp))
        elif type(factor) in GAMMAS:
            for argument, sign in GAMMAS[type(factor)](*factor.args):
                self._gamma(argument, sign * power)
        else:
            self._rational(*single(factor, self.index), power)

    def _rational(self, z: sympy.Expr, _: sympy.Expr, quotient: Quotient, power: int) -> None:
        self.z *= z**power
        for polynomial, sign in ((quotient.numerator, power), (quotient.denominator, -power)):
            for root, exact, order in roots(polynomial):
                at: Parameter = root if exact is None else sympy.Rational(*_pair(exact))
                self._put(1 - at, -at, sign * order)

    def _gamma(self, argument: sympy.Expr, power: int) -> None:
        """Γ(a k + b), whose quotient is (a k + b)(a k + b + 1)… for a > 0."""
        slope, constant = linear(argument, self.index)
        if slope == 0:
            return
        if not (slope.is_Integer and abs(slope) <= MAX_SLOPE):
            raise NoClosedForm
        steps, sign = abs(int(slope)), 1 if slope > 0 else -1
        self.z *= slope ** (slope * power)
        for i in range(steps):
            at = (constant + (i if sign > 0 else -1 - i)) / slope
            self._put(at, None, sign * power)

    def _put(self, above: Parameter, below: Parameter | None, power: int) -> None:
        for _ in range(abs(power)):
            up, down = (above, below) if power > 0 else (below, above)
            if up is not None:
                self.upper.append(up)
            if down is not None:
                self.lower.append(down)


def _by_hypergeometric(
    walk: Evaluation, term: sympy.Expr, index: sympy.Symbol, first: int, last: Last
) -> acb:
    quotients = _Quotients(index)
    for factor in sympy.Mul.make_args(term):
        quotients.take(factor)
    # A zero or pole of the quotients at a whole number separates the terms before it from those after it.
    barriers = [int(-b) for b in quotients.lower if isinstance(b, sympy.Integer) and -b >= first]
    start = max([first, *(barrier + 1 for barrier in barriers)])
    if start - first > MAX_SHIFT or (last is not None and start > last):
        raise NoClosedForm
    before = sum((walk.with_number(index, sympy.Integer(k)).value(term) for k in range(first, start)), acb(0))
    upper: list[Parameter] = [*(a + start for a in quotients.upper), S.One]
    lower: list[Parameter] = [b + start for b in quotients.lower]
    for parameter in list(lower):
        if isinstance(parameter, sympy.Expr) and parameter in upper:
            upper.remove(parameter)
            lower.remove(parameter)
    series = _Hypergeometric(walk, upper, lower, quotients.z)
    return before + walk.with_number(index, sympy.Integer(start)).value(term) * series.value(
        None if last is None else last - start
    )


class _Hypergeometric:
    """The function pFq at a point, where its series is known to converge to it and short enough."""

    def __init__(
        self, walk: Evaluation, upper: list[Parameter], lower: list[Parameter], z: sympy.Expr
    ) -> None:
        self.exact = upper, lower
        self.upper, self.lower = (
            [walk.value(p) if isinstance(p, sympy.Expr) else p for p in side] for side in self.exact
        )
        self.exact_z, self.z = z, walk.value(z)

    def value(self, last: Last) -> acb:
        """The series up to `last`, beyond which its terms must vanish; raises `NoClosedForm`, `Divergent`."""
        ends = min((int(-p) for p in self.exact[0] if isinstance(p, sympy.Integer) and p <= 0), default=None)
        if last is not None and (ends is None or ends > last):
            raise NoClosedForm
        if ends is None:
            self._require_convergence()
        elif ends > MAX_TERMINATING and len(self.upper) + len(self.lower) > 1:
            raise NoClosedForm
        if len(self.upper) == 2 and len(self.lower) == 1:
            return self.z.hypgeom_2f1(*self.upper, *self.lower, **self._whole_differences())
        return self.z.hypgeom(self.upper, self.lower)

    def _require_convergence(self) -> None:
        surplus, size = len(self.upper) - len(self.lower), abs(self.z)
        if surplus > 1 or (surplus == 1 and size > 1):
            raise Divergent("the terms grow")
        if surplus < 1 and size < MAX_ARGUMENT:
            return
        gauss = len(self.upper) == 2
        if surplus == 1 and (size < NEAR_ONE or (size < 1 and gauss)):
            return
        if surplus < 1 or not sympy.Abs(self.exact_z) == 1:
            raise NoClosedForm
        room = (sum(self.lower, acb(0)) - sum(self.upper, acb(0))).real
        if not room > (0 if self.exact_z is S.One else -1):
            raise Divergent("the terms do not fall off fast enough")
        if not gauss:
            raise NoClosedForm

    def _whole_differences(self) -> dict[str, bool]:
        """Which differences of 2F1's parameters are exactly integers, which inexact balls do not tell."""
        (a, b), (c,) = self.exact
        if not all(isinstance(parameter, sympy.Expr) for parameter in (a, b, c)):
            return {}
        return whole_differences(a, b, c)


def whole_differences(a: sympy.Expr, b: sympy.Expr, c: sympy.Expr) -> dict[str, bool]:
    """The flags of Arb's 2F1 for differences of its parameters that are exactly integers."""
    differences = {"ab": a - b, "ac": a - c, "bc": b - c, "abc": a + b - c}
    return {name: True for name, value in differences.items() if value.is_Integer}


Gammas = list[tuple[sympy.Expr, int]]
GAMMAS: Final[dict[type, Callable[..., Gammas]]] = {
    sympy.gamma: lambda x: [(x, 1)],
    sympy.factorial: lambda n: [(n + 1, 1)],
    sympy.binomial: lambda n, k: [(n + 1, 1), (k + 1, -1), (n - k + 1, -1)],
    sympy.RisingFactorial: lambda x, n: [(x + n, 1), (x, -1)],
    sympy.FallingFactorial: lambda x, n: [(x + 1, 1), (x - n + 1, -1)],
    sympy.beta: lambda x, y: [(x, 1), (y, 1), (x + y, -1)],
    sympy.catalan: lambda n: [(2 * n + 1, 1), (n + 1, -1), (n + 2, -1)],
}
"""Functions as products of powers of gamma functions, up to factors that are free of the index."""
