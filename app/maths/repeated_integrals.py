"""Repeated integrals without proof: the same rule in every variable, with two rules that are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import sympy
from flint import acb, ctx
from sympy import S

from app.maths import numerical
from app.maths.balls import EnclosureError
from app.maths.compiled import compiled, plain

if TYPE_CHECKING:
    from app.maths.enclosures import Evaluation

GAUSS_ORDERS: Final = (28, 36)
"""Orders of Gauss's rule, the first and the second."""
ONCE: Final = numerical.Effort.ONCE
MAX_DEPTH: Final = 2
"""Variables up to which rules for singular ends are not too long."""

Rule = Callable[["Evaluation", sympy.Integral, int], acb]
"""The value of an integral by the first (0) or the second (1) rule of a kind."""


def value(walk: Evaluation, node: sympy.Integral) -> acb:
    """A ball around what two rules give; raises `EnclosureError` where none agree."""
    finite = all(bound.is_finite is not False for _, *bounds in _limits(node) for bound in bounds)
    rules: list[Rule] = [_gauss] if finite else []
    if len(_limits(node)) <= MAX_DEPTH:
        rules.append(_double_exponential)
    for rule in rules:
        try:
            one, other = (rule(walk, node, which) for which in (0, 1))
            return numerical.settled(one, other, abs(one))
        except EnclosureError:
            continue
    raise EnclosureError("no rule for repeated integrals settles")


def _limits(node: sympy.Integral) -> list[sympy.Tuple]:
    return [
        limits
        for part in sympy.preorder_traversal(node)
        if isinstance(part, sympy.Integral)
        for limits in part.limits
    ]


def _gauss(walk: Evaluation, node: sympy.Integral, which: int) -> acb:
    function, lower, upper = _outermost(walk, node, _gauss, which)
    a, b = walk.value(lower), walk.value(upper)
    middle, half = (a + b) / 2, (b - a) / 2
    nodes = numerical.gauss_nodes(GAUSS_ORDERS[which], ctx.prec)
    return half * sum((weight * function(middle + half * place) for place, weight in nodes), acb(0))


def _double_exponential(walk: Evaluation, node: sympy.Integral, which: int) -> acb:
    function, lower, upper = _outermost(walk, node, _double_exponential, which)
    if lower is S.NegativeInfinity:
        end = acb(0) if upper is S.Infinity else walk.value(upper)
        below = numerical.half_line(lambda u: function(end - u), ONCE, which)
        return below + numerical.half_line(function, ONCE, which) if upper is S.Infinity else below
    start = walk.value(lower)
    if upper is S.Infinity:
        return numerical.half_line(lambda u: function(start + u), ONCE, which)
    end = walk.value(upper)
    length = end - start
    return numerical.interval(lambda u: function(start + u), lambda u: function(end - u), length, ONCE, which)


def _outermost(
    walk: Evaluation, node: sympy.Integral, rule: Rule, which: int
) -> tuple[numerical.Real, sympy.Expr, sympy.Expr]:
    """The integrand in the outermost variable, with inner integrals by the same rule, and its range."""
    *inner, (variable, lower, upper) = node.limits
    integrand = sympy.Integral(node.function, *inner) if inner else node.function
    parts = integrand.atoms(sympy.Integral)
    if not parts:
        return plain(compiled(walk, integrand, variable)), lower, upper

    def function(place: acb) -> acb:
        there = walk.within({variable: place}, analytic=False)
        there.values.update({part: rule(there, part, which) for part in parts})
        return there.value(integrand)

    return function, lower, upper
