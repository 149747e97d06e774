"""What is decided by looking over the whole text: undefined functions, their variable, and signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from app.maths import notation
from app.maths.tokens import Token

_DEFAULT_VARIABLES = ("x", "t")


def _is(token: Token, text: str) -> bool:
    return token.kind == "operator" and token.text == text


def find_functions(tokens: Sequence[Token]) -> frozenset[str]:
    """Names that the text itself uses as functions: primed, differentiated, or given a value at the start."""
    found: set[str] = set()
    padded = [*tokens, *[tokens[-1]] * 8]
    for index, token in enumerate(tokens):
        if token.kind == "name" and _can_be_function(token.text):
            following = padded[index + 1 : index + 4]
            primed = _is(following[0], "'") or (
                _is(following[0], "^")
                and (_is(following[1], "'") or (_is(following[1], "{") and _is(following[2], "'")))
            )
            if primed or _is_bracketed_order(padded, index) or _is_differentiated(padded, index):
                found.add(token.text)
    return frozenset(found | _stated_value(padded))


def _can_be_function(name: str) -> bool:
    if name in notation.CONSTANTS or name in notation.FUNCTIONS or name.startswith(("%", "mathbb")):
        return False
    return len(name) == 1 or name in notation.GREEK


def _is_differentiated(tokens: Sequence[Token], index: int) -> bool:
    """Whether this name is all of a derivative's numerator: `{dy}{dx}`, `{d^2 y}{dx^2}`."""
    if not (_is(tokens[index + 1], "}") and _is(tokens[index + 2], "{")):
        return False
    after = tokens[index + 3]
    if not (after.text in ("d", "partial") and after.kind in ("name", "command")):
        return False
    before = index - 1
    while before > 0 and (tokens[before].text in ("^", "{", "}") or tokens[before].kind == "number"):
        before -= 1
    return before >= 0 and tokens[before].text == after.text


def _is_bracketed_order(tokens: Sequence[Token], index: int) -> bool:
    """Whether this name carries a derivative's order, as in `y^{(4)}`."""
    shape = ["^", "{", "(", None, ")", "}"]
    following = tokens[index + 1 : index + 7]
    return tokens[index].text in notation.FUNCTION_LETTERS and all(
        token.kind == "number" if text is None else _is(token, text)
        for token, text in zip(following, shape, strict=True)
    )


def _stated_value(tokens: Sequence[Token]) -> set[str]:
    """The letter of `y(0) = …` or `y(x) = …` at the start of the text (rule 1 of `notation`)."""
    head = tokens[:5]
    if head[0].kind != "name" or not (_is(head[1], "(") and head[2].kind in ("name", "number")):
        return set()
    if not (_is(head[3], ")") and _is(head[4], "=")):
        return set()
    letter, argument = head[0].text, head[2].text
    motion = letter == "x" and argument in ("t", "0")
    return {letter} if (letter in notation.FUNCTION_LETTERS and argument != letter) or motion else set()


def find_variable(tokens: Sequence[Token], functions: frozenset[str]) -> str:
    """The variable of undefined functions: as written in `y(t)` or `/dt`, else `x`, else `t` where only t occurs."""
    padded = [*tokens, *[tokens[-1]] * 8]
    names = {token.text for token in tokens if token.kind == "name"}
    for index, token in enumerate(tokens):
        if token.kind != "name" or token.text not in functions:
            continue
        ahead = index + 1
        while _is(padded[ahead], "'"):
            ahead += 1
        ahead += _is(padded[ahead], "{")
        argument = padded[ahead + 1]
        if _is(padded[ahead], "(") and argument.kind == "name" and _can_be_function(argument.text):
            if _is(padded[ahead + 2], ")"):
                return argument.text
        if _is_differentiated(padded, index):
            return padded[index + 4].text
    return "t" if "t" in names and ("x" not in names or "x" in functions) else "x"


def combine_signs(readings: Sequence[Any]) -> Any:
    """The set of what both signs of `\\pm` give; equations of one left side join their right sides."""
    if all(isinstance(reading, sp.Eq) for reading in readings) and len({r.lhs for r in readings}) == 1:
        return sp.Eq(readings[0].lhs, sp.FiniteSet(*(reading.rhs for reading in readings)), evaluate=False)
    if all(isinstance(reading, sp.Set) for reading in readings):
        return sp.Union(*readings)
    if all(isinstance(reading, sp.logic.boolalg.Boolean) for reading in readings):
        return sp.Or(*readings)
    return sp.FiniteSet(*readings)
