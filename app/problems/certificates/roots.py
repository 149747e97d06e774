"""How many solutions an equation has: exactly for polynomials, also in e^x, and by monotony for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import lcm, prod
from typing import Final

import sympy
from flint import acb

from app.maths import EnclosureError, enclose

SAMPLES: Final = (
    sympy.Rational(7, 10),
    sympy.Rational(13, 11),
    sympy.Rational(29, 17),
    sympy.Rational(41, 13),
)
"""Places at which a part that seems to be constant is looked at."""
SAMPLE_BITS: Final = 192
NARROW: Final = 1e-40
"""Radius below which a ball around 0 or 1 counts as evidence."""
MOST_PARTS: Final = 7
"""Terms or factors of which all subsets are looked at."""
UNFINISHED: Final = (sympy.Integral, sympy.Sum)
"""Parts that are looked at even where they do not vary."""


class Uncounted(ArithmeticError):
    """The number of roots could not be determined."""


def count_roots(function: sympy.Expr, x: sympy.Symbol, domain: str) -> tuple[str, int]:
    """The method, and how many zeros the function of `x` (with numeric coefficients) has in the domain.

    Raises Uncounted where no method applies.
    """
    for suffix, form in _forms(function, x):
        counted = _polynomial(form, x, domain) or _exponential(form, x, domain) or _monotone(form, x, domain)
        if counted is not None:
            method, count = counted
            return method + suffix, count
    raise Uncounted("it is neither a polynomial in the unknown or its exponential, nor seen to be monotone")


def _forms(function: sympy.Expr, x: sympy.Symbol) -> Iterator[tuple[str, sympy.Expr]]:
    """The function, and equal forms in which identities have been carried out; the last is not proved."""
    yield "", function
    yield "", sympy.expand(function.rewrite(sympy.exp))
    yield "-of-reduced-form", without_constants(function, x)


def _polynomial(function: sympy.Expr, x: sympy.Symbol, domain: str) -> tuple[str, int] | None:
    """Sturm's count for a rational function; its zeros are those of the reduced numerator."""
    numerator, _ = sympy.fraction(sympy.cancel(sympy.together(function)))
    if not numerator.is_polynomial(x):
        return None
    polynomial = sympy.Poly(numerator, x)
    if polynomial.is_zero or not polynomial.get_domain().is_QQ | polynomial.get_domain().is_ZZ:
        return None
    return _counted(polynomial.sqf_part(), domain, "sturm-count")


def _counted(polynomial: sympy.Poly, domain: str, method: str) -> tuple[str, int] | None:
    if domain == "complexes":
        return "square-free-degree", int(polynomial.degree())
    if domain == "reals":
        return method, int(polynomial.count_roots())
    if domain == "positive":
        return method, int(polynomial.count_roots(0, None)) - int(polynomial.eval(0) == 0)
    roots = polynomial.ground_roots()
    return method, sum(1 for root in roots if root.is_Integer)


def _exponential(function: sympy.Expr, x: sympy.Symbol, domain: str) -> tuple[str, int] | None:
    """A polynomial in v = e^(x/m), counted over v > 0 (v > 1 where x is positive)."""
    if domain not in ("reals", "positive"):
        return None
    rates = [node.args[0] / x for node in function.atoms(sympy.exp) if node.has(x)]
    if not rates or not all(rate.is_Rational for rate in rates):
        return None
    common = lcm(*(int(rate.q) for rate in rates))
    v = sympy.Symbol("v", positive=True)
    powers = {sympy.exp(rate * x): v ** (rate * common) for rate in rates}
    numerator, _ = sympy.fraction(sympy.cancel(sympy.together(function.xreplace(powers))))
    if numerator.has(x) or not numerator.is_polynomial(v):
        return None
    polynomial = sympy.Poly(numerator, v)
    if polynomial.is_zero or not polynomial.get_domain().is_QQ | polynomial.get_domain().is_ZZ:
        return None
    polynomial = polynomial.sqf_part()
    if domain == "reals":
        return _counted(polynomial, "positive", "sturm-count")
    return "sturm-count", int(polynomial.count_roots(1, None)) - int(polynomial.eval(1) == 0)


def _monotone(function: sympy.Expr, x: sympy.Symbol, domain: str) -> tuple[str, int] | None:
    """One root, which is known to be there, where the derivative has one sign on the whole domain."""
    known = {"reals": {"real": True}, "positive": {"positive": True}}.get(domain)
    if known is None:
        return None
    slope = function.diff(x).xreplace({x: sympy.Symbol(x.name, **known)})
    return ("monotone", 1) if slope.is_positive or slope.is_negative else None


def without_constants(node: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """The expression without parts that vary with `x` in writing only: terms that add up to 0, factors to 1.

    That their balls hold 0 or 1 at every sample is strong evidence and no proof, so methods that count on the
    result are named accordingly.
    """
    if not node.args or not (node.has(x) or node.has(*UNFINISHED)):
        return node
    if isinstance(node, UNFINISHED) and not node.has(x):
        return sympy.S.One if _is_constant([node], x, 1) else node
    if isinstance(node, sympy.Add | sympy.Mul):
        neutral = int(isinstance(node, sympy.Mul))
        idle = _idle(node, x, neutral)
        if idle:
            return without_constants(node.func(*(part for part in node.args if part not in idle)), x)
    return node.func(*(without_constants(argument, x) for argument in node.args))


def _idle(node: sympy.Expr, x: sympy.Symbol, neutral: int) -> tuple[sympy.Expr, ...]:
    """The largest set of terms, or factors, that together are neutral at every sample; empty without one."""
    varying = [part for part in node.args if part.has(x)]
    if len(varying) > MOST_PARTS:
        return ()
    for size in range(len(varying), 0, -1):
        for parts in combinations(varying, size):
            if _is_constant(parts, x, neutral):
                return parts
    return ()


def _is_constant(parts: Sequence[sympy.Expr], x: sympy.Symbol, constant: int) -> bool:
    """Whether the sum of the parts holds 0, or their product 1, in a narrow ball at every sample."""
    for sample in SAMPLES:
        try:
            balls = [enclose(part, {x: sample}, SAMPLE_BITS) for part in parts]
        except EnclosureError:
            return False
        total = sum(balls, acb(0)) if constant == 0 else prod(balls, start=acb(1))
        if not total.contains(constant) or not total.rad() < NARROW:
            return False
    return True
