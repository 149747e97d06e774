"""What has no values of its own, made comparable: undefined functions and Dirac's delta.

An identity in an undefined function holds for every function, so also for one chosen at random; where it
fails for that one, it is no identity. Dirac's delta is brought to δ(x − r) with the factors in front taken
at r, and then is a symbol that only equals itself.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import sympy
from sympy.core.function import AppliedUndef

_VARIABLES = ("x", "t", "y", "z", "s", "u")


def instantiated(expr: sympy.Expr) -> sympy.Expr:
    """The expression with a smooth function in place of each undefined one, the same for the same name."""
    if not expr.has(AppliedUndef):
        return expr
    concrete = expr.replace(
        lambda node: isinstance(node, AppliedUndef), lambda node: _chosen(node.func.__name__, node.args)
    )
    return concrete.replace(
        lambda node: isinstance(node, sympy.Derivative | sympy.Subs), lambda node: node.doit()
    )


def _chosen(name: str, arguments: Iterable[sympy.Expr]) -> sympy.Expr:
    source = random.Random(name)

    def draw() -> sympy.Rational:
        return sympy.Rational(source.randint(200, 1500), 1009)

    return sympy.Add(draw(), *(draw() * sympy.sin(draw() * u + draw()) + draw() * u**2 for u in arguments))


def without_deltas(expr: sympy.Expr) -> sympy.Expr:
    """The expression with each δ(c·(x − r)) as a symbol over |c|, and what multiplies it taken at x = r."""
    deltas = [node for node in expr.atoms(sympy.DiracDelta) if len(node.args) == 1]
    for node in deltas:
        variable = _variable(node.args[0])
        if variable is None:
            continue
        slope = node.args[0].diff(variable)
        root = sympy.cancel(variable - node.args[0] / slope)
        name = sympy.Symbol(f"delta({variable}-({root}))")
        marked = sympy.expand(expr.xreplace({node: name / sympy.Abs(slope)}))
        weight = marked.coeff(name, 1)
        if sympy.expand(marked - weight * name).has(name):
            return expr  # not linear in its deltas
        expr = marked - weight * name + weight.subs(variable, root) * name
    return expr


def _variable(argument: sympy.Expr) -> sympy.Symbol | None:
    """The symbol in which the argument of a delta is linear."""
    named = {symbol.name: symbol for symbol in argument.free_symbols}
    for name in (*_VARIABLES, *sorted(named)):
        symbol = named.get(name)
        if symbol is not None:
            slope = argument.diff(symbol)
            if slope != 0 and symbol not in slope.free_symbols:
                return symbol
    return None
