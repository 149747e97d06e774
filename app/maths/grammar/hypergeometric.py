"""Hypergeometric functions, Meijer's G, and counts of choices: letters with numbers before or around them."""

from __future__ import annotations

from typing import Any

import sympy as sp

from app.maths import known
from app.maths.arithmetic import call
from app.maths.grammar.cursor import Parser
from app.maths.tokens import Token


def read_hypergeometric(parser: Parser) -> Any:
    """The rest of `{}_pF_q`, or of `{}_nC_k` and `{}_nP_k`, after the empty braces."""
    counted = _count_of_choices(parser)
    if counted is not None:
        return counted
    upper_count = _count(parser)
    name = parser.next()
    if name.kind != "name" or name.text != "F":
        parser.fail("expected F of a hypergeometric function", token=name)
    lower_count = _count(parser)
    *parameters, argument = _hypergeometric_arguments(parser)
    if len(parameters) != upper_count + lower_count:
        parser.fail("the indices count other parameters than are written", token=name)
    return sp.hyper(parameters[:upper_count], parameters[upper_count:], argument)


def _count_of_choices(parser: Parser) -> Any:
    """Combinations `{}_nC_k` and permutations `{}_nP_k`, or None for anything else."""
    start = parser.index
    if parser.accept("_", "^"):
        total = parser.script()
        name = parser.next()
        if name.kind == "name" and name.text in known.CHOICES and parser.accept("_"):
            return call(known.CHOICES[name.text], [total, parser.script()], parser.limits)
    parser.index = start
    return None


def _count(parser: Parser) -> int:
    parser.expect("_")
    braced = parser.accept("{")
    token = parser.next()
    if token.kind != "number" or not token.text.isdigit():
        parser.fail("expected a number of parameters", token=token)
    if braced:
        parser.expect("}")
    return int(token.text)


def _hypergeometric_arguments(parser: Parser) -> list[Any]:
    """Upper and lower parameters and the argument, in one list; semicolons, commas and bars separate."""
    outer = parser.accept("{")
    closer = ")" if parser.expect("(", "[").text == "(" else "]"
    values: list[Any] = []
    with parser.bracket("|"):
        if parser.peek().kind == "begin":
            values = [value for row in _rows(parser) for value in row]
        while not parser.at(closer) and parser.peek().kind != "end":
            if not parser.accept(",", ";", "bar", "|"):
                values.append(parser.expression())
    parser.expect(closer)
    if outer:
        parser.expect("}")
    if not values:
        parser.fail("the hypergeometric function has no argument")
    return values


def _rows(parser: Parser) -> list[list[Any]]:
    """The rows of a matrix of parameters; a dash stands for none."""
    name = parser.next().text
    rows: list[list[Any]] = [[]]
    with parser.bracket():
        while parser.peek().kind != "finish":
            if parser.at("-") and (parser.at("\\\\", "&", ahead=1) or parser.peek(1).kind == "finish"):
                parser.next()
            elif parser.accept("\\\\"):
                rows.append([])
            elif not parser.accept(",", "&"):
                rows[-1].append(parser.expression())
    if parser.next().text != name:
        parser.fail("the matrix of parameters is not closed")
    return rows


# --- Meijer's G


def at_meijer(parser: Parser) -> bool:
    """Whether the scripts of `G^{m,n}_{p,q}` follow."""
    pair = [parser.peek(ahead) for ahead in range(2, 5)]
    numbers = pair[0].kind == pair[2].kind == "number" and pair[1].text == ","
    return parser.at("^", "_") and parser.at("{", ahead=1) and numbers


def read_meijer(parser: Parser) -> Any:
    """The rest of `G^{m,n}_{p,q}`: m, n, p, q and the two rows of parameters on either side of the bar."""
    counts: dict[str, list[int]] = {}
    while parser.at("^", "_"):
        mark = parser.next().text
        parser.expect("{")
        counts[mark] = [int(parser.next().text)]
        parser.expect(",")
        counts[mark].append(int(parser.next().text))
        parser.expect("}")
    closer = ")" if parser.expect("(", "[").text == "(" else "]"
    rows: list[list[Any]] = []
    values: list[list[Any]] = [[]]
    with parser.bracket("|"):
        while not parser.at(closer) and parser.peek().kind != "end":
            if parser.peek().kind == "begin":
                rows = _rows(parser)
            elif parser.accept("bar", "|", ";"):
                values.append([])
            elif not parser.accept(","):
                values[-1].append(parser.expression())
    parser.expect(closer)
    argument, *written = [value for value in values if value]
    upper, lower = rows or written
    m, n = counts["^"]
    if [len(upper), len(lower)] != counts.get("_", [len(upper), len(lower)]):
        parser.fail("the indices of G count other parameters than are written")
    return sp.meijerg((upper[:n], upper[n:]), (lower[:m], lower[m:]), argument[0])


def read_leading_subscript(parser: Parser, token: Token) -> Any:
    """`_2F_1(…)`, `_nC_k` and `^nC_k` without the empty braces."""
    parser.index -= 1
    return read_hypergeometric(parser)


PREFIXES = {"_": read_leading_subscript, "^": read_leading_subscript}
