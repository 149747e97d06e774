"""How functions are written in LaTeX: heads with places for the arguments they take as scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sympy as sp

from app.maths.divisibility import gcd, lcm


@dataclass(frozen=True)
class Spelling:
    """The LaTeX of a function: `head` with `{0}`, `{1}`… for the arguments it takes as scripts.

    `order` lists the places of the bracketed arguments; `separators` stand between them (the last one
    repeats). `superscript` says that a power goes between head and bracket (`\\sin^{2}\\left(x\\right)`).
    """

    head: str
    order: tuple[int, ...] = ()
    separators: tuple[str, ...] = (", ",)
    superscript: bool = False


_BAR = (r"\middle| ",)


def _named(name: str) -> Spelling:
    return Spelling(rf"\operatorname{{{name}}}")


def _elementary(name: str) -> Spelling:
    return Spelling(name, superscript=True)


_KATEX_NAMES = ["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth"]

SPELLINGS: dict[type, tuple[Spelling, ...]] = {
    **{getattr(sp, name): (_elementary(rf"\{name}"),) for name in _KATEX_NAMES},
    sp.sech: (_elementary(r"\operatorname{sech}"),),
    sp.csch: (_elementary(r"\operatorname{csch}"),),
    sp.asin: (_elementary(r"\arcsin"),),
    sp.acos: (_elementary(r"\arccos"),),
    sp.atan: (_elementary(r"\arctan"),),
    **{
        getattr(sp, "a" + name): (_elementary(rf"\operatorname{{{prefix}{name}}}"),)
        for name, prefix in (
            ("cot", "arc"), ("sec", "arc"), ("csc", "arc"), ("sinh", "ar"), ("cosh", "ar"), ("tanh", "ar"),
            ("coth", "ar"), ("sech", "ar"), ("csch", "ar"),
        )
    },
    sp.log: (_elementary(r"\ln"), Spelling(r"\log_{{{1}}}", (0,))),
    sp.atan2: (_named("atan2"),),
    sp.sign: (_named("sgn"),),
    sp.re: (Spelling(r"\operatorname{Re}"),),
    sp.im: (Spelling(r"\operatorname{Im}"),),
    sp.arg: (Spelling(r"\arg"),),
    sp.Max: (Spelling(r"\max"),),
    sp.Min: (Spelling(r"\min"),),
    sp.Mod: (_named("Mod"),),
    gcd: (Spelling(r"\gcd"),),
    lcm: (_named("lcm"),),
    sp.subfactorial: (_named("subfactorial"),),
    sp.RisingFactorial: (_named("RisingFactorial"),),
    sp.FallingFactorial: (_named("FallingFactorial"),),
    sp.bernoulli: (_named("bernoulli"),),
    sp.euler: (_named("euler"),),
    sp.fibonacci: (_named("fibonacci"),),
    sp.catalan: (_named("catalan"),),
    sp.stieltjes: (_named("stieltjes"),),
    sp.gamma: (Spelling(r"\Gamma"),),
    sp.uppergamma: (Spelling(r"\Gamma"),),
    sp.lowergamma: (Spelling(r"\gamma"),),
    sp.loggamma: (_named("loggamma"),),
    sp.beta: (Spelling(r"\operatorname{B}"),),
    sp.betainc: (_named("betainc"),),
    **{
        build: (_named(build.__name__),)
        for build in (
            sp.erf, sp.erfc, sp.erfi, sp.erf2, sp.erfinv, sp.erfcinv, sp.Ei, sp.Si, sp.Ci, sp.Shi, sp.Chi
        )
    },
    sp.li: (_named("li"),),
    sp.Li: (_named("Li"),),
    sp.expint: (Spelling(r"\operatorname{{E}}_{{{0}}}", (1,)),),
    sp.fresnels: (_named("S"),),
    sp.fresnelc: (_named("C"),),
    sp.besselj: (Spelling("J_{{{0}}}", (1,)),),
    sp.bessely: (Spelling("Y_{{{0}}}", (1,)),),
    sp.besseli: (Spelling("I_{{{0}}}", (1,)),),
    sp.besselk: (Spelling("K_{{{0}}}", (1,)),),
    sp.hankel1: (Spelling("H_{{{0}}}^{{(1)}}", (1,)),),
    sp.hankel2: (Spelling("H_{{{0}}}^{{(2)}}", (1,)),),
    sp.jn: (Spelling("j_{{{0}}}", (1,)),),
    sp.yn: (Spelling(r"\operatorname{{y}}_{{{0}}}", (1,)),),
    sp.airyai: (_named("Ai"),),
    sp.airybi: (_named("Bi"),),
    sp.airyaiprime: (Spelling(r"\operatorname{Ai}'"),),
    sp.airybiprime: (Spelling(r"\operatorname{Bi}'"),),
    sp.legendre: (Spelling("P_{{{0}}}", (1,)),),
    sp.assoc_legendre: (Spelling("P_{{{0}}}^{{({1})}}", (2,)),),
    sp.hermite: (Spelling("H_{{{0}}}", (1,)),),
    sp.laguerre: (Spelling("L_{{{0}}}", (1,)),),
    sp.assoc_laguerre: (Spelling("L_{{{0}}}^{{({1})}}", (2,)),),
    sp.chebyshevt: (Spelling("T_{{{0}}}", (1,)),),
    sp.chebyshevu: (Spelling("U_{{{0}}}", (1,)),),
    sp.gegenbauer: (Spelling("C_{{{0}}}^{{({1})}}", (2,)),),
    sp.jacobi: (Spelling("P_{{{0}}}^{{({1}, {2})}}", (3,)),),
    sp.elliptic_k: (Spelling("K"),),
    sp.elliptic_e: (Spelling("E"), Spelling("E", (0, 1), _BAR)),
    sp.elliptic_f: (Spelling("F", (0, 1), _BAR),),
    sp.elliptic_pi: (Spelling(r"\Pi", (0, 1), _BAR), Spelling(r"\Pi", (0, 1, 2), ("; ", r"\middle| "))),
    sp.LambertW: (Spelling("W"), Spelling("W_{{{1}}}", (0,))),
    sp.zeta: (Spelling(r"\zeta"),),
    sp.dirichlet_eta: (Spelling(r"\eta"),),
    sp.polylog: (Spelling(r"\operatorname{{Li}}_{{{0}}}", (1,)),),
    sp.lerchphi: (Spelling(r"\Phi"),),
    sp.Heaviside: (Spelling(r"\Theta"),),
    sp.DiracDelta: (Spelling(r"\delta"), Spelling(r"\delta^{{({1})}}", (0,))),
}  # fmt: skip
"""Spellings by class; where there are several, the one with as many places as there are arguments."""


ATOMS: dict[sp.Basic, str] = {
    sp.Catalan: r"\mathrm{Catalan}",
    sp.GoldenRatio: r"\mathrm{GoldenRatio}",
    sp.nan: r"\mathrm{nan}",
    sp.true: r"\mathrm{True}",
    sp.false: r"\mathrm{False}",
}
"""Constants that SymPy writes in a way that could be a letter or a word."""


def spelling_of(function: sp.Basic) -> Spelling | None:
    """The spelling of an applied function, or None when the table has none."""
    known = SPELLINGS.get(type(function))
    if known is None:
        return None
    count = len(function.args)
    return next((s for s in known if s.order and max(_places(s)) == count - 1), known[0])


def _places(spelling: Spelling) -> list[int]:
    """The places of all arguments that a spelling uses."""
    return [*spelling.order, *(int(place) for place in re.findall(r"\{(\d)\}", spelling.head))]
