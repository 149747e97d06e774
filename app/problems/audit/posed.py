"""Whether a question of numbers has an answer at all: growth towards the ends and the poles of its range.

What is found here is evidence, not proof: the size of a function is followed over many powers of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import sympy
from flint import acb, arb

from app.maths import EnclosureError, enclose
from app.problems.audit.errors import IllPosed
from app.problems.tasks import DefiniteIntegral, Sum, Task

DEPTHS: Final = (12, 24)
"""Powers of ten between which growth is measured."""
FACTORS: Final = tuple(sympy.Rational(k, 13) for k in (7, 11, 15, 19, 27, 31))
"""Multiples at which signs and sizes are looked at, so that a zero is not taken for decay."""
SLACK: Final = 1e-6
"""What an exponent may lack of that of 1/x."""
STEEP: Final = 1_000.0
"""An exponent beyond which growth is that of no power."""
BITS: Final = 512
SAMPLES: Final = 160
"""Places between the ends at which denominators are looked at for a change of sign."""
BISECTIONS: Final = 200


def require(task: Task) -> None:
    """IllPosed, with the witness, where an integral or a sum without symbols is seen to diverge."""
    if isinstance(task, DefiniteIntegral):
        _require_integral(task)
    elif isinstance(task, Sum) and task.upper is sympy.oo:
        _require_sum(task)


def _require_sum(task: Sum) -> None:
    def term(n: sympy.Expr) -> acb | None:
        return _value(task.term, task.index, n)

    places = {depth: [sympy.Integer(k * 10**depth + k % 2) for k in (3, 4, 7, 10, 11)] for depth in DEPTHS}
    slope, one_sign = _growth(term, places)
    if slope is None:
        return
    if slope >= -SLACK:
        raise IllPosed("divergence", f"the terms of the sum do not tend to 0: they grow {_as_power(slope)}")
    if one_sign and slope >= -1 - SLACK:
        raise IllPosed("divergence", f"the terms of the sum fall off as n^{slope:.3g} only, with one sign")


def _as_power(slope: float) -> str:
    return f"as n^{slope:.3g}" if slope < STEEP else "faster than any power of n"


def _require_integral(task: DefiniteIntegral) -> None:
    x, lower, upper = task.variable, task.lower, task.upper
    for end, side in ((lower, 1), (upper, -1)):
        if end in (sympy.oo, -sympy.oo):
            sign = 1 if end is sympy.oo else -1
            places = {d: [sign * f * sympy.Integer(10) ** d for f in FACTORS] for d in DEPTHS}
            slope, one_sign = _growth(lambda at: _value(task.integrand, x, at), places)
            if slope is not None and one_sign and slope >= -1 - SLACK:
                raise IllPosed(
                    "divergence", f"the integrand falls off as |{x}|^{slope:.3g} only, towards {end}"
                )
        else:
            _require_integrable(task, end, side, "end")
    for pole in _zeros(task):
        for side in (1, -1):
            _require_integrable(task, pole, side, "pole")


def _require_integrable(task: DefiniteIntegral, place: sympy.Expr, side: int, what: str) -> None:
    places = {d: [place + side * f / sympy.Integer(10) ** d for f in FACTORS] for d in DEPTHS}
    slope, one_sign = _growth(lambda at: _value(task.integrand, task.variable, at), places)
    if slope is not None and one_sign and slope >= 1 - SLACK:
        where = sympy.N(place, 12)
        kind = "pole" if what == "pole" else "divergence"
        raise IllPosed(
            kind,
            f"the integrand grows as 1/|{task.variable} - ({where})|^{slope:.3g} in the range",
        )


def _growth(
    function: Callable[[sympy.Expr], acb | None], places: dict[int, list[sympy.Expr]]
) -> tuple[float | None, bool]:
    """The exponent with which a function grows from one depth to the other, and whether its sign stays."""
    sizes, signs = {}, set()
    for depth, ats in places.items():
        balls = [function(at) for at in ats]
        if any(ball is None or ball.abs_lower() <= 0 for ball in balls):
            return None, False
        sizes[depth] = max(_log10(ball) for ball in balls if ball is not None)
        for ball in balls:
            assert ball is not None  # noqa: S101
            signs.add(1 if ball.real > 0 else -1 if ball.real < 0 else 0)
            if not ball.imag.contains(0):
                signs.add(0)
    near, far = DEPTHS
    return (sizes[far] - sizes[near]) / (far - near), len(signs) == 1 and 0 not in signs


def _log10(ball: acb) -> float:
    return float((ball.abs_lower().log() / arb(10).log()).mid())


def _value(expr: sympy.Expr, x: sympy.Symbol, at: sympy.Expr) -> acb | None:
    try:
        return enclose(expr, {x: at}, BITS)
    except EnclosureError:
        return None


def _zeros(task: DefiniteIntegral) -> Iterator[sympy.Expr]:
    """Places inside the range, very near to where a denominator changes its sign."""
    x = task.variable
    integrand = task.integrand.rewrite([sympy.tan, sympy.sec], sympy.cos).rewrite(
        [sympy.cot, sympy.csc], sympy.sin
    )
    bases = {
        p.base for p in integrand.atoms(sympy.Pow) if p.exp.is_number and p.exp.is_negative and p.base.has(x)
    }
    grid = _grid(task.lower, task.upper)
    for base in sorted(bases, key=str):
        values = [_value(base, x, at) for at in grid]
        for k in range(len(grid) - 1):
            before, after = values[k], values[k + 1]
            if before is None or after is None or not _changes(before, after):
                continue
            root = _root(base, x, grid[k], grid[k + 1], before)
            if root is not None:
                yield root


def _changes(one: acb, other: acb) -> bool:
    return bool((one.real > 0 and other.real < 0) or (one.real < 0 and other.real > 0))


def _root(
    base: sympy.Expr, x: sympy.Symbol, low: sympy.Expr, high: sympy.Expr, first: acb
) -> sympy.Expr | None:
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        here = _value(base, x, middle)
        if here is None or here.real.contains(0):
            return middle if here is not None else None
        low, high = (middle, high) if bool(here.real > 0) == bool(first.real > 0) else (low, middle)
    return (low + high) / 2


def _grid(lower: sympy.Expr, upper: sympy.Expr) -> list[sympy.Expr]:
    """Rationals strictly inside the range; an infinite end is followed some way."""
    steps = [sympy.Rational(2 * k + 1, 2 * SAMPLES + 1) for k in range(SAMPLES)]
    low, high = (
        None if end in (sympy.oo, -sympy.oo) else sympy.Rational(str(sympy.N(end, 30)))
        for end in (lower, upper)
    )
    if low is not None and high is not None:
        return [low + (high - low) * step for step in steps]
    if low is not None:
        return [low + step / (1 - step) for step in steps]
    if high is not None:
        return [high - step / (1 - step) for step in reversed(steps)]
    return [(2 * step - 1) / (4 * step * (1 - step)) for step in steps]
