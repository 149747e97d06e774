"""Calls in the syntax of computer algebra systems whose arguments are not plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from app.maths.grammar.cursor import LOGIC, Parser
from app.maths.tokens import Token


def read_call(parser: Parser, token: Token) -> Any:
    """`Integral(f, (x, 0, 1))`, `diff(f, x, 2)` and their like."""
    parser.expect("(")
    arguments: list[Any] = []
    with parser.bracket():
        parser.in_list = True
        if not parser.at(")"):
            arguments.append(parser.expression())
        while parser.accept(","):
            arguments.append(parser.expression())
        if token.text == "O" and parser.accept(";"):
            return _order_at(parser, arguments)
    parser.expect(")")
    return CALLS[token.text](arguments)


def _order_at(parser: Parser, arguments: list[Any]) -> Any:
    """The rest of `O(f; x \\to a)`."""
    towards = []
    while True:
        variable = parser.expression(LOGIC)
        parser.expect("->")
        towards.append((variable, parser.expression(LOGIC)))
        if not parser.accept(";"):
            break
    parser.expect(")")
    return sp.Order(*arguments, *towards)


def _ranged(build: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    """`Integral(f, x)`, `Integral(f, (x, a, b))`, and Maxima's `integrate(f, x, a, b)`."""

    def make(arguments: list[Any]) -> Any:
        body, *ranges = arguments
        if len(ranges) == 3 and not any(isinstance(part, sp.Tuple) for part in ranges):
            ranges = [sp.Tuple(*ranges)]
        return build(body, *ranges)

    return make


def _derivative(arguments: list[Any]) -> Any:
    body, *variables = arguments
    return sp.Derivative(body, *variables)


def _limit(arguments: list[Any]) -> Any:
    body, variable, point, *side = arguments
    direction = {"plus": "+", "minus": "-"}.get(str(side[0]) if side else "", "+-")
    return sp.Limit(body, variable, point, direction)


def _piecewise(arguments: list[Any]) -> Any:
    return sp.Piecewise(*((value, condition) for value, condition in arguments))


def _matrix(arguments: list[Any]) -> Any:
    rows = arguments[0] if len(arguments) == 1 else arguments
    return sp.ImmutableMatrix([list(row) if isinstance(row, sp.Tuple) else [row] for row in rows])


CALLS: dict[str, Callable[[list[Any]], Any]] = {
    "Integral": _ranged(sp.Integral),
    "integrate": _ranged(sp.Integral),
    "Sum": _ranged(sp.Sum),
    "summation": _ranged(sp.Sum),
    "Product": _ranged(sp.Product),
    "Derivative": _derivative,
    "diff": _derivative,
    "Limit": _limit,
    "limit": _limit,
    "Subs": lambda arguments: sp.Subs(*arguments),
    "Piecewise": _piecewise,
    "Matrix": _matrix,
    "ImmutableMatrix": _matrix,
    "matrix": _matrix,
    "Tuple": lambda arguments: sp.Tuple(*arguments),
    "O": lambda arguments: sp.Order(*arguments),
}
"""Builders by name, of the list of arguments."""
