"""Integrands as sums of waves e^(iwx) g(x), where g neither grows nor oscillates."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Final

import sympy
from sympy import S

from app.maths.rational_terms import NoClosedForm, linear
from app.maths.special import tricomi_u

MAX_POWER: Final = 6
"""Power up to which a sum of waves is multiplied out."""

Waves = dict[sympy.Expr, sympy.Expr]
"""Real frequency to amplitude."""


def waves(expr: sympy.Expr, x: sympy.Symbol) -> Waves | None:
    """The amplitude g of each frequency w in the sum of e^(iwx) g(x) that `expr` is; None without a wave."""
    if not expr.has(sympy.exp, *SPLIT):
        return None
    try:
        found = _waves(expr, x)
    except NoClosedForm:
        return None
    return found if set(found) != {S.Zero} else None


def _waves(node: sympy.Expr, x: sympy.Symbol) -> Waves:
    if x not in node.free_symbols:
        return {S.Zero: node}
    if node.is_Add:
        return reduce(_added, (_waves(part, x) for part in node.args))
    if node.is_Mul:
        return reduce(_multiplied, (_waves(part, x) for part in node.args))
    if node.is_Pow and node.exp.is_Integer and 0 < node.exp <= MAX_POWER and node.has(*SPLIT):
        return reduce(_multiplied, [_waves(node.base, x)] * int(node.exp))
    if isinstance(node, sympy.exp):
        slope, _ = linear(node.args[0], x)
        frequency = sympy.im(slope)
        return {frequency: sympy.exp(sympy.expand(node.args[0] - S.ImaginaryUnit * frequency * x))}
    split = SPLIT.get(type(node))
    if split is not None:
        slope, constant = linear(node.args[-1], x)
        if not slope.is_positive and not (slope.is_negative and len(node.args) == 1):
            raise NoClosedForm
        above, below = split(*node.args[:-1], slope * x, constant)
        return {slope: above, -slope: below}
    if node.has(*SPLIT):
        raise NoClosedForm
    return {S.Zero: node}


def _added(one: Waves, other: Waves) -> Waves:
    return {w: one.get(w, S.Zero) + other.get(w, S.Zero) for w in {**one, **other}}


def _multiplied(one: Waves, other: Waves) -> Waves:
    total: Waves = {}
    for v, left in one.items():
        for w, right in other.items():
            total = _added(total, {v + w: left * right})
    return total


def _circular(sign: int, divisor: sympy.Expr) -> Callable[..., tuple[sympy.Expr, sympy.Expr]]:
    def split(_: sympy.Expr, constant: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
        turned = S.ImaginaryUnit * constant
        return sympy.exp(turned) / divisor, sign * sympy.exp(-turned) / divisor

    return split


def _bessel(order: sympy.Expr, v: sympy.Expr, constant: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Half of each Hankel function, less its wave, by Tricomi's function (DLMF 10.27.8 and 10.39.6)."""
    i, half = S.ImaginaryUnit, S.Half

    def amplitude(sign: int) -> sympy.Expr:
        w = -sign * 2 * i * (v + constant)
        turned = sympy.exp(sign * i * (constant - S.Pi * order / 2)) * sign / (S.Pi * i)
        return turned * sympy.sqrt(S.Pi) * w**order * tricomi_u(order + half, 2 * order + 1, w)

    return amplitude(1), amplitude(-1)


SPLIT: Final[dict[type, Callable[..., tuple[sympy.Expr, sympy.Expr]]]] = {
    sympy.sin: _circular(-1, 2 * S.ImaginaryUnit),
    sympy.cos: _circular(1, S(2)),
    sympy.besselj: _bessel,
}
"""Functions of v + c as two waves e^(iv) and e^(-iv), of which these are the amplitudes."""
