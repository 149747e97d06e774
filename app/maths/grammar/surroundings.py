"""What is decided by looking over the whole text: undefined functions, their variable, and signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from app.maths import known, notation
from app.maths.arithmetic import distinct
from app.maths.grammar.calculus import is_d
from app.maths.tokens import Token

_PADDING = 8
_DOTS = ("dot", "ddot", "dddot")


def _is(token: Token, text: str) -> bool:
    return token.kind == "operator" and token.text == text


def find_functions(tokens: Sequence[Token]) -> frozenset[str]:
    """Names that the text itself uses as functions: primed, differentiated, or given a value at the start."""
    found: set[str] = set()
    padded = [*tokens, *[tokens[-1]] * _PADDING]
    for index, token in enumerate(tokens):
        if token.kind == "name" and _can_be_function(token.text):
            following = padded[index + 1 : index + 4]
            primed = _is(following[0], "'") or (
                _is(following[0], "^")
                and (_is(following[1], "'") or (_is(following[1], "{") and _is(following[2], "'")))
            )
            if primed or _is_bracketed_order(padded, index) or _is_differentiated(padded, index):
                found.add(token.text)
    return frozenset(found | _stated_values(padded))


def _can_be_function(name: str) -> bool:
    if name in notation.CONSTANTS or name in known.FUNCTIONS or name.startswith(("%", "mathbb")):
        return False
    return len(name) == 1 or name in notation.GREEK


def _is_differentiated(tokens: Sequence[Token], index: int) -> bool:
    """Whether a derivative's numerator holds this name: `{dy}{dx}`, `{d^2 y(x)}{dx^2}`, `\\dot{y}`."""
    before = index - 1
    while before > 0 and (tokens[before].text in ("^", "{", "}") or tokens[before].kind == "number"):
        before -= 1
    if before >= 0 and tokens[before].kind == "command" and tokens[before].text in _DOTS:
        return True
    after = _denominator(tokens, index)
    return (
        before >= 0
        and is_d(tokens[before])
        and is_d(tokens[after])
        and tokens[before].text == tokens[after].text
    )


def _denominator(tokens: Sequence[Token], index: int) -> int:
    """Where a denominator starts when the numerator ends with this name, else the last token."""
    after = index + 1
    if _is(tokens[after], "(") and tokens[after + 1].kind == "name" and _is(tokens[after + 2], ")"):
        after += 3
    return after + 2 if _is(tokens[after], "}") and _is(tokens[after + 1], "{") else len(tokens) - 1


def _is_bracketed_order(tokens: Sequence[Token], index: int) -> bool:
    """Whether this name carries a derivative's order, as in `y^{(4)}`."""
    shape = ["^", "{", "(", None, ")", "}"]
    following = tokens[index + 1 : index + 7]
    return tokens[index].text in notation.FUNCTION_LETTERS and all(
        token.kind == "number" if text is None else _is(token, text)
        for token, text in zip(following, shape, strict=True)
    )


def _stated_values(tokens: Sequence[Token]) -> set[str]:
    """The letters of `y(0) = …` and `y(x) = …` at the start or after a comma (rule 1 of `notation`)."""
    starts = [0, *(index + 1 for index, token in enumerate(tokens[:-_PADDING]) if _is(token, ","))]
    return {tokens[start].text for start in starts if _states_value(tokens[start : start + 5])}


def _states_value(head: Sequence[Token]) -> bool:
    if (
        len(head) < 5
        or head[0].kind != "name"
        or not (_is(head[1], "(") and head[2].kind in ("name", "number"))
    ):
        return False
    if not (_is(head[3], ")") and _is(head[4], "=")):
        return False
    letter, argument = head[0].text, head[2].text
    motion = letter == "x" and argument in ("t", "0")
    return (letter in notation.FUNCTION_LETTERS and argument != letter) or motion


def spell_out_slashed(tokens: Sequence[Token]) -> list[Token]:
    """`dy/dx` and `d^2y/dx^2` as the fractions they stand for, before anything else looks at them."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        upper = _differential_length(tokens, index, upper=True)
        lower = _differential_length(tokens, index + upper + 1, upper=False) if upper else 0
        if upper and lower and _is(tokens[index + upper], "/"):
            start = tokens[index].start
            marks = {mark: Token("operator", mark, start) for mark in "{}"}
            middle = index + upper
            fraction = [Token("command", "frac", start), marks["{"], *tokens[index:middle], marks["}"]]
            result += [*fraction, marks["{"], *tokens[middle + 1 : middle + 1 + lower], marks["}"]]
            index = middle + 1 + lower
        else:
            result.append(tokens[index])
            index += 1
    return result


def _differential_length(tokens: Sequence[Token], index: int, *, upper: bool) -> int:
    """The number of tokens of `d^2y` (upper; the letter may be missing) or `dx^2` that start here, or 0."""
    padded = [*tokens[index : index + _PADDING], *[tokens[-1]] * _PADDING]
    if not is_d(padded[0]) or (index and _is(tokens[index - 1], "{")):
        return 0
    length = 1
    if upper:
        length += _power_length(padded, length)
        return length + (padded[length].kind == "name" and not is_d(padded[length]))
    if padded[length].kind != "name":
        return 0
    return length + 1 + _power_length(padded, length + 1)


def _power_length(tokens: Sequence[Token], index: int) -> int:
    """The number of tokens of a numeric power here."""
    if not _is(tokens[index], "^"):
        return 0
    return 4 if _is(tokens[index + 1], "{") else 2


def find_variable(tokens: Sequence[Token], functions: frozenset[str]) -> str:
    """The variable of undefined functions: as in `y(t)` or `/dt`, else `x`, else `t` where only t occurs."""
    padded = [*tokens, *[tokens[-1]] * _PADDING]
    names = {token.text for token in tokens if token.kind == "name"}
    for index, token in enumerate(tokens):
        if token.kind != "name" or token.text not in functions:
            continue
        ahead = index + 1
        while _is(padded[ahead], "'"):
            ahead += 1
        ahead += _is(padded[ahead], "{")
        argument = padded[ahead + 1]
        lone = _is(padded[ahead], "(") and argument.kind == "name" and _is(padded[ahead + 2], ")")
        if lone and _can_be_function(argument.text):
            return argument.text
        if _is_differentiated(padded, index):
            after = padded[min(_denominator(padded, index) + 1, len(padded) - 1)]
            return after.text if after.kind == "name" and _can_be_function(after.text) else "t"
    return "t" if "x" in functions or ("t" in names and "x" not in names) else "x"


def combine_signs(readings: Sequence[Any]) -> Any:
    """The set of what both signs of `\\pm` give; equations of one left side join their right sides."""
    distinct(list(readings))
    if all(isinstance(reading, sp.Eq) for reading in readings) and len({r.lhs for r in readings}) == 1:
        return sp.Eq(readings[0].lhs, sp.FiniteSet(*(reading.rhs for reading in readings)), evaluate=False)
    if all(isinstance(reading, sp.Set) for reading in readings):
        return sp.Union(*readings)
    if all(isinstance(reading, sp.logic.boolalg.Boolean) for reading in readings):
        return sp.Or(*readings)
    return sp.FiniteSet(*readings)
