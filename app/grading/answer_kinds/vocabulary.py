"""Letters that stand for a known number or sequence, which the other side writes in another way."""

from __future__ import annotations

import re

import sympy
from sympy import S
from sympy.core.function import AppliedUndef

from app.maths import ParseError, parse

CONSTANTS: dict[str, sympy.Expr] = {
    "G": S.Catalan,
    "K": S.Catalan,
    "varphi": S.GoldenRatio,
    "phi": S.GoldenRatio,
    "Phi": S.GoldenRatio,
    "E": S.Exp1,
    "I": S.ImaginaryUnit,
    "j": S.ImaginaryUnit,
}
_NEEDED: dict[str, tuple[type, ...]] = {
    "E": (sympy.exp, type(S.Exp1)),
    "I": (type(S.ImaginaryUnit),),
    "j": (type(S.ImaginaryUnit),),
}
"""What the other side must contain for the letter to be taken for the number."""
_SEQUENCES = {"B": sympy.bernoulli, "F": sympy.fibonacci}
_TERM = re.compile(r"([BF])_\{?(.+?)\}?")


_LETTER = re.compile(r"(?<![A-Za-z\\])([A-NP-Z])(_\{?\w+\}?)?(?![A-Za-z_])(\s*(?:\\left)?\s*\()?")


def with_products(gold: str, answer: str) -> tuple[str, str]:
    """Both texts, where a letter that one uses by itself multiplies before a bracket: `K`, then `K(1 + t)`.

    Without that, `H(x)` is Heaviside's step and `P_0(x)` a polynomial of Legendre.
    """
    found = [match for text in (gold, answer) for match in _LETTER.finditer(text)]
    alone = {(m[1], m[2]) for m in found if not m[3] and not (m[1] == "H" and m[2])}
    called = {(m[1], m[2]) for m in found if m[3]}
    if not alone & called:
        return gold, answer

    def spelt(match: re.Match[str]) -> str:
        letter, bracket = f"{match[1]}{match[2] or ''}", match[3] or ""
        return f"{letter} \\cdot {bracket}" if bracket and (match[1], match[2]) in alone else letter + bracket

    return _LETTER.sub(spelt, gold), _LETTER.sub(spelt, answer)


def reconciled(gold: sympy.Expr, answer: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Both sides, with letters that only one of them has read as what they can stand for."""
    here, there = gold.free_symbols, answer.free_symbols
    if here == there:
        return gold, answer
    if CONSTANTS.keys() & {s.name for s in here - there} and CONSTANTS.keys() & {
        s.name for s in there - here
    }:
        return gold, answer  # two letters, of which neither says what the other is
    terms = _sequences(here | there) if _sequences(here ^ there) else {}
    return (
        gold.xreplace({**_meanings(here - there, answer), **terms}),
        answer.xreplace({**_meanings(there - here, gold), **terms}),
    )


def with_steps(gold: sympy.Expr, answer: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Both sides, with `u(t)` as Heaviside's step where the other side has one."""
    pair = (gold, answer), (answer, gold)
    return tuple(_as_step(side) if other.has(sympy.Heaviside) else side for side, other in pair)


def _as_step(expr: sympy.Expr) -> sympy.Expr:
    return expr.replace(
        lambda node: isinstance(node, AppliedUndef) and node.func.__name__ == "u",
        lambda node: sympy.Heaviside(node.args[0]),
    )


def _meanings(symbols: set[sympy.Symbol], other: sympy.Expr) -> dict[sympy.Symbol, sympy.Expr]:
    return {
        symbol: CONSTANTS[symbol.name]
        for symbol in symbols
        if symbol.name in CONSTANTS and (symbol.name not in _NEEDED or other.has(*_NEEDED[symbol.name]))
    }


def _sequences(symbols: set[sympy.Symbol]) -> dict[sympy.Symbol, sympy.Expr]:
    """`B_{2n}` as Bernoulli's numbers and `F_{n+2}` as Fibonacci's, where the index is an expression."""
    found: dict[sympy.Symbol, sympy.Expr] = {}
    for symbol in symbols:
        term = _TERM.fullmatch(symbol.name)
        if term is not None:
            try:
                found[symbol] = _SEQUENCES[term[1]](parse(term[2]))
            except (ParseError, ValueError, TypeError):
                continue
    return found
