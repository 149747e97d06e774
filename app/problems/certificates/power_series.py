"""Taylor coefficients by arithmetic with truncated power series whose coefficients are balls."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Final

import sympy
from flint import acb, acb_series, ctx

from app.maths import EnclosureError
from app.maths.enclosures import Evaluation
from app.problems.certificates.question import Point

GUARD: Final = 10
"""Extra terms carried along, which divisions by series that start with zero use up."""


class NoSeries(ArithmeticError):
    """The function has a part for which no power series arithmetic is at hand."""


def coefficients(
    expression: sympy.Expr, variable: sympy.Symbol, at: sympy.Expr, point: Point, degree: int, precision: int
) -> list[acb]:
    """Enclosures of the Taylor coefficients of degrees 0 … `degree` about `at`, with parameters at `point`.

    Raises NoSeries where this method does not reach.
    """
    with ctx.workprec(precision), _terms(degree + 1 + GUARD):
        try:
            walk = Evaluation.at(point)
            start = acb_series([walk.value(at), 1])
            series = _series(expression, variable, start, walk)
        except (EnclosureError, ValueError, ZeroDivisionError, NotImplementedError) as error:
            raise NoSeries(str(error)) from error
        found = [acb(series[k]) for k in range(degree + 1)]
    if series.prec <= degree or not all(ball.is_finite() for ball in found):
        raise NoSeries("too few coefficients are left")
    return found


@contextmanager
def _terms(count: int) -> Iterator[None]:
    """Power series are cut off after so many terms."""
    before, ctx.cap = ctx.cap, count
    try:
        yield
    finally:
        ctx.cap = before


def _series(node: sympy.Basic, variable: sympy.Symbol, start: acb_series, walk: Evaluation) -> acb_series:
    if node == variable:
        return start
    if not node.has(variable):
        return acb_series([walk.value(node)])
    if isinstance(node, sympy.Add | sympy.Mul):
        parts = [_series(argument, variable, start, walk) for argument in node.args]
        return reduce(operator.add if isinstance(node, sympy.Add) else operator.mul, parts)
    if isinstance(node, sympy.Pow):
        return _power(node, variable, start, walk)
    rule = FUNCTIONS.get(type(node))
    if rule is None or len(node.args) != 1:
        raise NoSeries(f"no power series for {type(node).__name__}")
    return rule(_series(node.args[0], variable, start, walk))


def _power(node: sympy.Pow, variable: sympy.Symbol, start: acb_series, walk: Evaluation) -> acb_series:
    base, exponent = node.args
    if not base.has(variable) or exponent.has(variable):
        inner = exponent if base is sympy.E else exponent * sympy.log(base)
        return _series(inner, variable, start, walk).exp()
    series = _series(base, variable, start, walk)
    if exponent.is_Integer:
        if exponent.is_negative:
            return acb_series([1]) / series ** int(-exponent)
        return series ** int(exponent)
    if series[0].contains(0):
        raise NoSeries("a fractional power of a series that may start with zero")
    return (series.log() * acb_series([walk.value(exponent)])).exp()


def _log(series: acb_series) -> acb_series:
    if series[0].contains(0):
        raise NoSeries("a logarithm of a series that may start with zero")
    return series.log()


def _asin(series: acb_series) -> acb_series:
    return _by_derivative(series, acb.asin, lambda s: (acb_series([1]) - s * s).rsqrt())


def _acos(series: acb_series) -> acb_series:
    return _by_derivative(series, acb.acos, lambda s: -((acb_series([1]) - s * s).rsqrt()))


def _asinh(series: acb_series) -> acb_series:
    return _by_derivative(series, acb.asinh, lambda s: (acb_series([1]) + s * s).rsqrt())


def _atan(series: acb_series) -> acb_series:
    return _by_derivative(series, acb.atan, lambda s: acb_series([1]) / (acb_series([1]) + s * s))


def _atanh(series: acb_series) -> acb_series:
    return _by_derivative(series, acb.atanh, lambda s: acb_series([1]) / (acb_series([1]) - s * s))


def _by_derivative(
    series: acb_series, value: Callable[[acb], acb], derivative: Callable[[acb_series], acb_series]
) -> acb_series:
    """f(s) from f(s₀) and the integral of f'(s)·s'."""
    return (derivative(series) * series.derivative()).integral() + acb_series([value(acb(series[0]))])


def _cosh(series: acb_series) -> acb_series:
    return (series.exp() + (-series).exp()) * acb_series([acb(0.5)])


def _sinh(series: acb_series) -> acb_series:
    return (series.exp() - (-series).exp()) * acb_series([acb(0.5)])


FUNCTIONS: dict[type, Callable[[acb_series], acb_series]] = {
    sympy.exp: acb_series.exp,
    sympy.log: _log,
    sympy.sin: acb_series.sin,
    sympy.cos: acb_series.cos,
    sympy.tan: acb_series.tan,
    sympy.sinh: _sinh,
    sympy.cosh: _cosh,
    sympy.tanh: lambda s: _sinh(s) / _cosh(s),
    sympy.asin: _asin,
    sympy.acos: _acos,
    sympy.atan: _atan,
    sympy.asinh: _asinh,
    sympy.atanh: _atanh,
    sympy.erf: acb_series.erf,
    sympy.gamma: acb_series.gamma,
}
"""Functions of a power series; what is missing here is left to Cauchy's formula."""
