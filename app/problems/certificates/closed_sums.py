"""Geometric and exponential series inside an expression, replaced by what they sum to.

Balls cannot follow a series whose terms depend on a variable that is itself a ball. Two kinds are summed
exactly: with a ratio of neighbours that is free of the index and provably between 0 and 1 for real symbols,
and with the ratio c/(k + 1) of c^k/k!.
"""

from __future__ import annotations

import sympy


def with_closed_sums(expression: sympy.Basic) -> sympy.Basic:
    """The expression with every infinite sum of these kinds summed; others stay as they are."""
    closed = {node: _closed(node) for node in expression.atoms(sympy.Sum)}
    return expression.xreplace({node: value for node, value in closed.items() if value is not None})


def _closed(node: sympy.Sum) -> sympy.Expr | None:
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        return None
    k, lower, upper = node.limits[0]
    term = node.function
    if upper is not sympy.oo or not lower.is_Integer or not term.free_symbols - {k}:
        return None
    ratio = sympy.simplify(sympy.combsimp(term.xreplace({k: k + 1}) / term))
    first = term.xreplace({k: lower})
    if not ratio.has(k):
        return first / (1 - ratio) if _is_small(ratio) else None
    rate = sympy.simplify(ratio * (k + 1))
    return first * sympy.exp(rate) if lower == 0 and not rate.has(k) else None


def _is_small(ratio: sympy.Expr) -> bool:
    """Whether 0 < ratio < 1 for all real values of its symbols, as its reciprocal shows."""
    real = {symbol: sympy.Symbol(symbol.name, real=True) for symbol in ratio.free_symbols}
    excess = (1 / ratio.xreplace(real) - 1).expand()
    return bool(excess.is_positive or (1 / ratio.xreplace(real) - 1).is_positive)
