"""Forms inside an expression that have one value whatever their symbols are, replaced by that value.

Balls lose them: a series whose terms depend on a ball, or squares of hyperbolic functions far out.
"""

from __future__ import annotations

from typing import Final

import sympy

from app.problems.certificates.closed_sums import with_closed_sums

SQUARES: Final = (
    (sympy.sin, sympy.cos, 1),
    (sympy.cosh, sympy.sinh, -1),
    (sympy.sec, sympy.tan, -1),
    (sympy.csc, sympy.cot, -1),
)
"""f, g and a sign for which f² + sign · g² = 1."""


def settled(expr: sympy.Basic) -> sympy.Basic:
    """The expression with sin² + cos² and its like as 1, and with geometric and zeta series summed."""
    if expr.has(sympy.Add):
        expr = expr.replace(lambda node: node.is_Add, _with_squares)
        expr = expr.replace(lambda node: node.is_Add, _with_sines)
        expr = expr.replace(lambda node: isinstance(node, sympy.sinh), _without_inverse)
        split = expr.replace(lambda node: isinstance(node, sympy.log), _without_factor)
        expr = expr if split == expr else split.replace(lambda node: node.is_Add, sympy.expand_mul)
    if expr.has(sympy.Sum):
        expr = with_closed_sums(expr.xreplace({node: _summed(node) for node in expr.atoms(sympy.Sum)}))
    return expr


def _with_squares(total: sympy.Add) -> sympy.Expr:
    terms = list(total.args)
    for one, other, sign in SQUARES:
        for first in [term for term in terms if _is_square(term, one)]:
            second = sign * other(first.base.args[0]) ** 2
            if first in terms and second in terms:
                terms.remove(first)
                terms.remove(second)
                terms.append(sympy.S.One)
    return sympy.Add(*terms)


def _is_square(term: sympy.Expr, function: type) -> bool:
    return bool(term.is_Pow and term.exp == 2 and isinstance(term.base, function))


def _with_sines(total: sympy.Add) -> sympy.Expr:
    """e^{iu} - e^{-iu} as 2i sin u."""
    terms = list(total.args)
    for first in [term for term in terms if isinstance(term, sympy.exp)]:
        second = -sympy.exp(-first.args[0])
        if first in terms and second in terms and first.args[0].has(sympy.I):
            terms.remove(first)
            terms.remove(second)
            terms.append(2 * sympy.I * sympy.sin(-sympy.I * first.args[0]))
    return sympy.Add(*terms)


def _without_inverse(node: sympy.sinh) -> sympy.Expr:
    """sinh(ln(u + sqrt(u² + 1))) as u."""
    inside = node.args[0].args[0] if isinstance(node.args[0], sympy.log) else sympy.S.Zero
    for root in sympy.Add.make_args(inside):
        u = inside - root
        if root.is_Pow and root.exp == sympy.S.Half and sympy.expand(root.base - u**2) == 1:
            return u
    return node


def _without_factor(node: sympy.log) -> sympy.Expr:
    """log(x/e) as log x - 1: a power of e may leave a logarithm."""
    constant, rest = node.args[0].as_independent(*node.free_symbols, as_Add=False)
    exponent = constant.args[0] if isinstance(constant, sympy.exp) else None
    if exponent is None and constant == sympy.E:
        exponent = sympy.S.One
    return node if exponent is None or not exponent.is_real else sympy.log(rest) + exponent


def _summed(node: sympy.Sum) -> sympy.Expr:
    """A series with its constants drawn out, and summed where it is geometric with numbers, or of 1/n^s."""
    if len(node.limits) != 1:
        return node
    index, lower, upper = node.limits[0]
    constant, varying = node.function.as_independent(index, as_Add=False)
    if upper is sympy.oo:
        base, exponent = varying.as_base_exp()
        if base == index and lower == 1 and exponent.is_number and exponent < -1:
            return constant * sympy.zeta(-exponent)
        ratio = sympy.combsimp(varying.xreplace({index: index + 1}) / varying)
        if ratio.is_number and abs(ratio) < 1:
            return constant * varying.xreplace({index: lower}) / (1 - ratio)
        rate = sympy.simplify(ratio * (index + 1))
        if rate.is_number and lower == 0:
            return constant * varying.xreplace({index: lower}) * sympy.exp(rate)
    return constant * node.func(varying, node.limits[0])
