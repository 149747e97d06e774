"""The front page of reading: text to tokens to a SymPy object, built from a whitelist only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sympy as sp

from app.maths.grammar import basics, brackets, calculus, calls, hypergeometric, relations
from app.maths.grammar.cursor import Grammar, Parser, describe
from app.maths.grammar.surroundings import combine_signs, find_functions, find_variable, spell_out_slashed
from app.maths.limits import DEFAULT_LIMITS, Limits
from app.maths.tokens import is_algebra_text, tokenise

_GRAMMAR = Grammar(
    prefixes={
        **basics.PREFIXES,
        **calls.PREFIXES,
        **calculus.PREFIXES,
        **relations.PREFIXES,
        **brackets.PREFIXES,
        **hypergeometric.PREFIXES,
    },
    infixes={**basics.INFIXES, **relations.INFIXES, **brackets.INFIXES},
)


def parse(text: str, *, functions: Collection[str] = (), limits: Limits = DEFAULT_LIMITS) -> sp.Basic:
    """Read LaTeX, Unicode or plain mathematics as a SymPy object.

    Symbols carry no assumptions. `functions` names the letters that are undefined functions (of `x` unless
    written otherwise); a primed letter is one anyway. `notation` says how ambiguous text is read. Raises
    `ParseError`, and nothing else, for text that is not mathematics or exceeds `limits`.
    """
    tokens = spell_out_slashed(tokenise(text, limits))
    known = frozenset(functions) | find_functions(tokens)
    variable = find_variable(tokens, known)
    readings: list[Any] = []
    for sign in (1, -1):
        parser = Parser(
            text,
            tokens,
            _GRAMMAR,
            limits,
            algebra=is_algebra_text(text),
            functions=known,
            variable=variable,
            sign=sign,
        )
        readings.append(_whole(parser))
        if not parser.signs_met:
            break
    if len(readings) == 1:
        return readings[0]
    return parser.guarded(tokens[0], lambda _, both: combine_signs(both), readings)


def _whole(parser: Parser) -> Any:
    """One object, or a comma-separated list of them as a tuple."""
    items = [parser.expression()]
    while parser.accept(",", ";"):
        items.append(parser.expression())
    if parser.peek().kind != "end":
        parser.fail(f"{describe(parser.peek())} cannot follow what is before it")
    return items[0] if len(items) == 1 else sp.Tuple(*items)
