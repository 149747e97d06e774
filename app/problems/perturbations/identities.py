"""Proven identities: forms that equal 1 or 0 for every `u` in their domain, and how to compose them.

A form is LaTeX in `u`; `q` marks a 1 that may be written as another form. Each is proved on its domain by
the tests. Substituting a value of the domain for `u`, or a form equal to 1 for `q`, keeps it true, so every
composition is proved by its parts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from app.maths import parse

U, Q = sympy.Symbol("u"), sympy.Symbol("q")
FRESH = ("t", "s", "k", "m", "j", "p", "v", "w")
"""Letters for the dummies of sums and integrals, in the order in which they are tried."""


@dataclass(frozen=True)
class Identity:
    """A form that equals `value` where `u` is in `domain` (`counting`: the positive integers).

    `difficulty` is how far it is from what everybody knows (1–4). `grows` says that its parts grow without
    bound, or have no simple bounds, so that `u` should stay bounded where an answer is an infinite integral,
    sum or limit. `entire` says that it holds on the whole complex plane too.
    """

    name: str
    value: Literal[0, 1]
    form: str
    difficulty: int
    domain: Literal["real", "positive", "integer", "counting"] = "real"
    grows: bool = False
    entire: bool = False


# In order: trigonometric, hyperbolic, exponential, algebraic, logarithmic, inverse functions; then those that
# need u > 0, those for integers, those with dummies.
IDENTITIES = (
    Identity("pythagoras", 1, r"\sin^2 u + \cos^2 u", 1, entire=True),
    Identity("double-cosine-sine", 1, r"\cos(2u) + 2 \sin^2 u", 1, entire=True),
    Identity("double-cosine-cosine", 1, r"2 \cos^2 u - \cos(2u)", 1, entire=True),
    Identity("half-power-sine", 1, r"\frac{q + \cos(2u)}{2} + \sin^2 u", 2, entire=True),
    Identity("half-power-cosine", 1, r"\frac{q - \cos(2u)}{2} + \cos^2 u", 2, entire=True),
    Identity("fourth-powers", 1, r"\sin^4 u + \cos^4 u + \frac{1}{2} \sin^2(2u)", 3, entire=True),
    Identity("sixth-powers", 1, r"\sin^6 u + \cos^6 u + 3 \sin^2 u \cos^2 u", 3, entire=True),
    Identity("triple-cosine", 0, r"4 \cos^3 u - 3 \cos u - \cos(3u)", 2, entire=True),
    Identity("triple-sine", 0, r"3 \sin u - 4 \sin^3 u - \sin(3u)", 2, entire=True),
    Identity("double-sine", 0, r"\sin(2u) - 2 \sin u \cos u", 1, entire=True),
    Identity("shifted-sine", 0,
             r"\sin\left(u + \frac{\pi}{3}\right) + \sin\left(u - \frac{\pi}{3}\right) - \sin u",
             3, entire=True),
    Identity("hyperbolic-pythagoras", 1, r"\cosh^2 u - \sinh^2 u", 1, grows=True, entire=True),
    Identity("double-cosh", 1, r"\cosh(2u) - 2 \sinh^2 u", 1, grows=True, entire=True),
    Identity("double-sinh", 0, r"\sinh(2u) - 2 \sinh u \cosh u", 1, grows=True, entire=True),
    Identity("triple-cosh", 0, r"4 \cosh^3 u - 3 \cosh u - \cosh(3u)", 2, grows=True, entire=True),
    Identity("tanh-sech", 1, r"\tanh^2 u + \frac{1}{\cosh^2 u}", 2, grows=True),
    Identity("cosh-quotient", 1, r"\frac{q + \sinh^2 u}{\cosh^2 u}", 2, grows=True),
    Identity("tanh-cosh", 1, r"\left(q - \tanh^2 u\right) \cosh^2 u", 2, grows=True),
    Identity("cosh-definition", 1, r"\frac{e^{u} + e^{-u}}{2 \cosh u}", 2, grows=True),
    Identity("cosh-plus-sinh", 1, r"e^{-u} \left(\cosh u + \sinh u\right)", 2, grows=True, entire=True),
    Identity("tanh-definition", 0, r"e^{2u} - 1 - \left(e^{2u} + 1\right) \tanh u", 3, grows=True),
    Identity("logistic-pair", 1, r"\frac{1}{1 + e^{u}} + \frac{1}{1 + e^{-u}}", 2, grows=True),
    Identity("logistic-square", 1, r"\frac{\left(1 + e^{u}\right)^2 - 2 e^{u}}{1 + e^{2u}}", 3, grows=True),
    Identity("euler", 1, r"e^{i u} \left(\cos u - i \sin u\right)", 3, grows=True, entire=True),
    Identity("euler-cosine", 1, r"\frac{e^{i u} + e^{-i u}}{2} \cos u + \sin^2 u", 3, grows=True,
             entire=True),
    Identity("square-of-sum", 1, r"\left(u + q\right)^2 - u^2 - 2u", 1, grows=True, entire=True),
    Identity("difference-of-squares", 0,
             r"\left(u^2 + 1\right)^2 - \left(u^2 - 1\right)^2 - 4u^2", 1, grows=True,
             entire=True),
    Identity("partial-fractions", 1, r"\frac{u^2}{u^2 + 1} + \frac{q}{u^2 + 1}", 1),
    Identity("argand", 1, r"\frac{u^4 + u^2 + q}{\left(u^2 + u + 1\right) \left(u^2 - u + 1\right)}", 2),
    Identity("germain", 1, r"\frac{u^4 + 4}{\left(u^2 + 2u + 2\right) \left(u^2 - 2u + 2\right)}", 2),
    Identity("conjugate-roots", 1, r"\left(\sqrt{u^2 + 1} + u\right) \left(\sqrt{u^2 + 1} - u\right)", 2,
             grows=True),
    Identity("logarithm-of-product", 0, r"\ln\left(2u^2 + 2\right) - \ln\left(u^2 + 1\right) - \ln 2", 2),
    Identity("logarithm-quotient", 1, r"\frac{\ln\left(u^2 + 2\right) + \ln\left(u^2 + 3\right)}"
             r"{\ln\left(u^4 + 5u^2 + 6\right)}", 3, grows=True),
    Identity("softplus", 0, r"\ln\left(1 + e^{u}\right) - \ln\left(1 + e^{-u}\right) - u", 2, grows=True),
    Identity("area-sinh", 0, r"\sinh\left(\ln\left(u + \sqrt{u^2 + 1}\right)\right) - u", 3, grows=True),
    Identity("area-cosh", 1,
             r"\frac{\cosh\left(\ln\left(u + \sqrt{u^2 + 1}\right)\right)}{\sqrt{u^2 + 1}}", 3,
             grows=True),
    Identity("arctangent-pair", 1,
             r"\frac{2}{\pi} \left(\arctan\left(e^{u}\right) + \arctan\left(e^{-u}\right)\right)",
             3, grows=True),
    Identity("arctangent-step", 0,
             r"\arctan\left(u + 1\right) - \arctan u - \arctan\left(\frac{1}{u^2 + u + 1}\right)",
             3),
    Identity("area-sinh-logarithm", 0, r"\operatorname{arsinh} u - \ln\left(u + \sqrt{u^2 + 1}\right)", 2,
             grows=True),
    Identity("error-functions", 1, r"\operatorname{erf}(u) + \operatorname{erfc}(u)", 2, grows=True),
    Identity("logarithm-of-multiple", 0, r"\ln(3u) - \ln u - \ln 3", 1, domain="positive"),
    Identity("logarithm-of-square", 0, r"\ln\left(u^2\right) - 2 \ln u", 1, domain="positive"),
    Identity("root-of-square", 1, r"\frac{\sqrt{u^2}}{u}", 1, domain="positive"),
    Identity("arctangent-inverse", 1,
             r"\frac{2}{\pi} \left(\arctan u + \arctan\left(\frac{1}{u}\right)\right)", 2,
             domain="positive"),
    Identity("factorial-step", 1,
             r"\frac{\Gamma(u + 2)}{\left(u + 1\right) \Gamma(u + 1)}", 2, domain="positive",
             grows=True),
    Identity("full-turns", 1, r"\cos(2 \pi u)", 1, domain="integer"),
    Identity("half-turns", 1, r"\cos^2(\pi u)", 1, domain="integer"),
    Identity("factorial-ratio", 1, r"\frac{u!}{u \left(u - 1\right)!}", 2, domain="counting"),
    Identity("triangular-numbers", 1, r"\frac{2}{u \left(u + 1\right)} \sum_{k=1}^{u} k", 3,
             domain="counting"),
    Identity("binomial-row", 1, r"2^{-u} \sum_{k=0}^{u} \binom{u}{k}", 3, domain="counting"),
    Identity("linear-integral", 1, r"\int_{0}^{1} 2t \, dt", 2, entire=True),
    Identity("quarter-wave", 1, r"\int_{0}^{\frac{\pi}{2}} \cos t \, dt", 2, entire=True),
    Identity("cosine-integral", 0, r"\int_{0}^{u} \cos t \, dt - \sin u", 3, grows=True),
    Identity("arctangent-integral", 0, r"\int_{0}^{u} \frac{1}{1 + t^2} \, dt - \arctan u", 3, grows=True),
    Identity("exponential-integral", 1, r"e^{u} - \int_{0}^{u} e^{t} \, dt", 3, grows=True),
    Identity("finite-binomial", 1, r"\sum_{k=0}^{3} \binom{3}{k} \sin^{2k} u \cos^{6 - 2k} u", 4),
    Identity("halves", 1, r"\sum_{k=1}^{\infty} 2^{-k}", 3, entire=True),
    Identity("thirds", 1, r"\sum_{k=1}^{\infty} 2 \cdot 3^{-k}", 3, entire=True),
    Identity("exponential-series", 1, r"e^{-u} \sum_{k=0}^{\infty} \frac{u^k}{k!}", 4, grows=True),
    Identity("geometric-series", 1,
             r"\left(1 - \frac{1}{u^2 + 2}\right) \sum_{k=0}^{\infty} \left(u^2 + 2\right)^{-k}", 4),
)  # fmt: skip


@dataclass(frozen=True)
class Argument:
    """An inner expression for `u`, in the placeholder `u` again: real for real `u`, and so on as named."""

    form: str
    positive: bool = False
    bounded: bool = False
    entire: bool = False


ARGUMENTS = (
    Argument(r"\sin u", bounded=True, entire=True),
    Argument(r"\cos(2u)", bounded=True, entire=True),
    Argument(r"\frac{1}{u^2 + 1}", bounded=True, positive=True),
    Argument(r"\arctan u", bounded=True),
    Argument(r"\tanh u", bounded=True),
    Argument(r"2 + \cos u", bounded=True, positive=True, entire=True),
    Argument(r"u^2 + 1", positive=True, entire=True),
    Argument(r"u^2", entire=True),
    Argument(r"u^2 - u", entire=True),
    Argument(r"\sqrt{u^2 + 1}", positive=True),
)


@dataclass(frozen=True)
class Place:
    """Where a form will stand: what it may be made of.

    `base` is the symbol or number it is written in, `positive`, `integer` and `bounded` what is known of it,
    `entire` whether it must hold for complex values. `dummies` says whether sums and integrals may stand
    there (not inside another, where every evidence is slow), `polynomials` whether nothing but polynomials
    may be put into identities (in an infinite sum, whose rest must have a proven bound). No dummy gets a
    name that is `taken`.
    """

    base: sympy.Expr
    positive: bool = False
    integer: bool = False
    bounded: bool = True
    entire: bool = False
    dummies: bool = True
    polynomials: bool = False
    taken: frozenset[sympy.Symbol] = frozenset()


@dataclass(frozen=True)
class Form:
    """An expression equal to `value`, with the names of the identities it was made of and its difficulty."""

    expression: sympy.Expr
    value: Literal[0, 1]
    identities: tuple[str, ...]
    score: int


def compose(place: Place, depth: int, source: random.Random, value: Literal[0, 1] = 1) -> Form:
    """A form equal to `value`, of `depth` levels: 1 is a plain identity, more put expressions inside it.

    Its score adds up the difficulties of its identities and one for each expression put inside.
    """
    argument, inside = _argument(place, depth, source)
    identity = source.choice([one for one in _usable(argument) if one.value == value])
    form = template(identity.form)
    expression = renamed(form, place.taken | place.base.free_symbols).xreplace({U: argument.base})
    names: tuple[str, ...] = (identity.name,)
    score = identity.difficulty + (inside if form.has(U) else 0)
    if expression.has(Q):
        nested = depth > 1
        one = compose(place, depth - 1, source) if nested else Form(sympy.S.One, 1, (), 0)
        expression = expression.xreplace({Q: one.expression})
        names, score = names + one.identities, score + one.score + int(nested)
    return Form(expression, value, names, score)


@cache
def template(form: str) -> sympy.Expr:
    """The form of a table as an expression."""
    return parse(form)


def _usable(place: Place) -> list[Identity]:
    """The identities that hold, and behave, at the place."""
    holds = {
        "real": True,
        "positive": place.positive,
        "integer": place.integer,
        "counting": place.positive and place.integer,
    }
    return [
        identity
        for identity in IDENTITIES
        if holds[identity.domain]
        and (place.bounded or not identity.grows)
        and (identity.entire or not place.entire)
        and (place.dummies or not template(identity.form).atoms(ExprWithLimits))
    ]


def _argument(place: Place, depth: int, source: random.Random) -> tuple[Place, int]:
    """What stands for `u`, described as a place of its own, and how many expressions were put inside."""
    if depth <= 1:
        multiple = place.base * source.choice((1, 1, 2, 3))
        return replace(place, base=multiple), 0
    usable: Sequence[Argument] = [
        inner
        for inner in ARGUMENTS
        if (inner.entire or not place.entire)
        and (not place.polynomials or template(inner.form).is_polynomial(U))
    ]
    inner = source.choice(usable)
    base = template(inner.form).xreplace({U: place.base})
    bounded = place.bounded or inner.bounded
    return replace(place, base=base, positive=inner.positive, integer=False, bounded=bounded), 1


def renamed(expression: sympy.Expr, taken: frozenset[sympy.Symbol]) -> sympy.Expr:
    """The expression with the dummies of its sums and integrals named so that they capture nothing."""
    bound = [limits[0] for node in expression.atoms(ExprWithLimits) for limits in node.limits]
    fresh = (symbol for symbol in map(sympy.Symbol, FRESH) if symbol not in taken)
    return expression.xreplace({dummy: next(fresh) for dummy in sorted(set(bound), key=str)})
