"""Infinite series inside an expression, replaced by what they are known to sum to."""

from __future__ import annotations

import sympy

from app.problems.certificates.closed_sums import with_closed_sums


def without_series(expr: sympy.Expr) -> sympy.Expr:
    """The expression with constants drawn out of its series, and geometric ones and sums of 1/n^s summed."""
    if not expr.has(sympy.Sum):
        return expr
    drawn = expr.xreplace({node: _drawn_out(node) for node in expr.atoms(sympy.Sum)})
    return with_closed_sums(drawn)


def _drawn_out(node: sympy.Sum) -> sympy.Expr:
    if len(node.limits) != 1:
        return node
    index, lower, upper = node.limits[0]
    constant, varying = node.function.as_independent(index, as_Add=False)
    base, exponent = varying.as_base_exp()
    if base == index and upper is sympy.oo and lower == 1 and exponent.is_number and exponent < -1:
        return constant * sympy.zeta(-exponent)
    return constant * node.func(varying, node.limits[0])
