"""Inner integrals of repeated ones without quadrature, where a small table of antiderivatives knows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sympy
from sympy import S

from app.maths.rational_terms import NoClosedForm, linear


def inner(node: sympy.Integral) -> sympy.Expr:
    """A definite integral by an antiderivative from the table or Gauss's, or else with constants in front.

    The range must hold no pole, as it does in an integral that exists.
    """
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        return node
    variable, lower, upper = node.limits[0]
    gaussian = _gaussian(node)
    if gaussian is not None:
        return gaussian
    function = sympy.expand_power_exp(node.function)
    if lower.is_finite is not False and upper.is_finite is not False:
        terms = sympy.Add.make_args(sympy.expand(function))
        try:
            return sum((_between(term, *node.limits[0]) for term in terms), S.Zero)
        except NoClosedForm:
            pass
    constant, varying = function.as_independent(variable, as_Add=False)
    return constant * sympy.Integral(varying, node.limits[0])


def _gaussian(node: sympy.Integral) -> sympy.Expr | None:
    """The integral of e to a quadratic with a negative leading number over the real line."""
    x, lower, upper = node.limits[0]
    exponent = node.function.args[0] if isinstance(node.function, sympy.exp) else S.Zero
    if lower is not S.NegativeInfinity or upper is not S.Infinity or not exponent.is_polynomial(x):
        return None
    coefficients = sympy.Poly(exponent, x).all_coeffs()
    if len(coefficients) != 3 or not coefficients[0].is_negative:
        return None
    a, b, c = coefficients
    return sympy.sqrt(-S.Pi / a) * sympy.exp(c - b**2 / (4 * a))


def _between(term: sympy.Expr, x: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
    """The integral of a constant times a power of, or e, sin or cos to, what is linear in x."""
    constant, varying = term.as_independent(x, as_Add=False)
    if varying is S.One:
        return constant * (upper - lower)
    base, exponent = varying.as_base_exp()
    known = ANTIDERIVATIVES.get(type(varying))
    inside = varying.args[0] if known else base
    slope, _ = linear(inside, x)
    if slope.is_zero or (known is None and not exponent.is_Rational):
        raise NoClosedForm
    start, end = (inside.xreplace({x: place}) for place in (lower, upper))
    if known is not None:
        return constant * (known(end) - known(start)) / slope
    if exponent == -1:
        return constant * sympy.log(end / start) / slope
    return constant * (end ** (exponent + 1) - start ** (exponent + 1)) / (slope * (exponent + 1))


ANTIDERIVATIVES: Final[dict[type, Callable[[sympy.Expr], sympy.Expr]]] = {
    sympy.exp: sympy.exp,
    sympy.sin: lambda v: -sympy.cos(v),
    sympy.cos: sympy.sin,
}
"""Functions whose antiderivatives take no second thought."""
