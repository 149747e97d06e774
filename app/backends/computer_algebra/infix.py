"""Reads results that a program prints as one line of plain mathematics, by a whitelist of its names.

Every operator and name is in the tables or refused. Decimals are refused too: where a system falls back on
approximate numbers it has no exact answer.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy

from app.backends.computer_algebra.reading import (
    DEEPEST_RESULT,
    FUNCTIONS,
    Unreadable,
    checked_length,
    integer,
    power,
)

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?P<decimal>\.(?!\.)\d*)?)|(?P<name>%?[A-Za-z_]\w*)|(?P<sign><=|>=|<>|!=|==|\S))"
)

Meaning = Callable[..., sympy.Basic]

OPERATORS: dict[str, tuple[int, Meaning]] = {
    "or": (1, sympy.Or),
    "and": (2, sympy.And),
    "=": (3, lambda a, b: sympy.Eq(a, b, evaluate=False)),
    "==": (3, lambda a, b: sympy.Eq(a, b, evaluate=False)),
    "!=": (3, sympy.Ne),
    "<>": (3, sympy.Ne),
    "<": (3, sympy.Lt),
    "<=": (3, sympy.Le),
    ">": (3, sympy.Gt),
    ">=": (3, sympy.Ge),
    "+": (5, operator.add),
    "-": (5, operator.sub),
    "*": (6, operator.mul),
    "/": (6, operator.truediv),
    "^": (9, power),
}
"""How tightly an operator binds, and what it means."""

SIGN, EXPONENT, FACTORIAL = 7, 8, 10
"""How tightly a sign in front binds, an exponent on its left, and the mark of a factorial."""


@dataclass(frozen=True)
class Notation:
    """The names of one program: constants, functions beside the common ones, and prefixes of lists.

    `made_up` matches names that the program gives to constants of its own, with their number as the group
    `constant`, or `integer` for one that stands for any integer.
    """

    constants: Mapping[str, sympy.Basic]
    functions: Mapping[str, Meaning]
    made_up: re.Pattern[str]
    lists: frozenset[str] = frozenset()


def matrix(*rows: sympy.Tuple) -> sympy.ImmutableMatrix:
    """The matrix of these rows, which may come as one list of them."""
    if len(rows) == 1 and rows[0] and all(isinstance(row, sympy.Tuple) for row in rows[0]):
        rows = rows[0].args
    return sympy.ImmutableMatrix([list(row) for row in rows])


def read_infix(text: str, symbols: Mapping[str, sympy.Expr], notation: Notation) -> sympy.Basic:
    """The SymPy form of a result; `symbols` gives back the meaning of our names.

    Raises `Unreadable` for whatever is not in the tables.
    """
    reader = _Reader(_tokens(checked_length(text)), symbols, notation)
    items = reader.items("")
    if not items:
        raise Unreadable("an empty result")
    return items[0] if len(items) == 1 else sympy.Tuple(*items)


def _tokens(text: str) -> list[str]:
    tokens = []
    for match in TOKEN.finditer(text.rstrip()):
        if match["decimal"]:
            raise Unreadable("an approximate number")
        tokens.append(match.group().strip())
    return [*tokens, ""]


class _Reader:
    """A Pratt parser over the tokens of one result; the empty one ends it."""

    def __init__(self, tokens: list[str], symbols: Mapping[str, sympy.Expr], notation: Notation) -> None:
        self._tokens = tokens
        self._symbols = symbols
        self._notation = notation
        self._place = 0
        self._depth = 0

    def items(self, end: str) -> list[sympy.Basic]:
        """Expressions with commas between them, up to `end`."""
        if self._accept(end):
            return []
        found = [self._expression(0)]
        while self._accept(","):
            found.append(self._expression(0))
        self._expect(end)
        return found

    def _peek(self) -> str:
        return self._tokens[self._place]

    def _accept(self, word: str) -> bool:
        found = self._peek() == word
        self._place += found and bool(word)
        return found

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise Unreadable(f"an unexpected {self._peek()!r}" if self._peek() else "an incomplete result")

    def _expression(self, level: int) -> sympy.Basic:
        self._depth += 1
        if self._depth > DEEPEST_RESULT:
            raise Unreadable("a result nested too deeply")
        left = self._operand()
        while True:
            word = self._peek()
            if word == "!" and level < FACTORIAL:
                self._place += 1
                left = _applied(sympy.factorial, left)
                continue
            binding, meaning = OPERATORS.get(word, (0, None))
            if meaning is None or binding <= level:
                break
            self._place += 1
            right = self._expression(EXPONENT if meaning is power else binding)
            left = _applied(meaning, left, right)
        self._depth -= 1
        return left

    def _operand(self) -> sympy.Basic:
        word = self._peek()
        self._place += bool(word)
        if word.isdigit():
            return sympy.Integer(integer(word))
        if word in ("-", "+"):
            operand = self._expression(SIGN)
            return _applied(operator.neg, operand) if word == "-" else operand
        if word == "(":
            [*inner] = self.items(")")
            return inner[0] if len(inner) == 1 else sympy.Tuple(*inner)
        if word == "[":
            return self._list()
        if re.fullmatch(r"%?\w+", word):
            return self._named(word)
        raise Unreadable(f"an unexpected {word!r}" if word else "an incomplete result")

    def _list(self) -> sympy.Basic:
        if self._accept("]"):
            return sympy.Tuple()
        rows = [[self._expression(0)]]
        while not self._accept("]"):
            if self._accept(";"):
                rows.append([self._expression(0)])
            else:
                self._expect(",")
                rows[-1].append(self._expression(0))
        return sympy.Tuple(*rows[0]) if len(rows) == 1 else sympy.ImmutableMatrix(rows)

    def _named(self, name: str) -> sympy.Basic:
        if name in self._notation.lists and self._accept("["):
            return self._list()
        if not self._accept("("):
            return self._constant(name)
        arguments = self.items(")")
        if not arguments:
            return self._constant(name)
        meaning = self._notation.functions.get(name) or FUNCTIONS.get(name)
        if meaning is not None:
            return _applied(meaning, *arguments)
        if name in self._symbols:
            return sympy.Function(str(self._symbols[name]))(*arguments)
        raise Unreadable(f"unevaluated {name}")

    def _constant(self, name: str) -> sympy.Basic:
        if name in self._symbols:
            return self._symbols[name]
        if name in self._notation.constants:
            return self._notation.constants[name]
        made_up = self._notation.made_up.fullmatch(name)
        if made_up is None:
            raise Unreadable(f"unevaluated {name}")
        kind, number = next((kind, number) for kind, number in made_up.groupdict().items() if number)
        return sympy.Symbol(f"C_{int(number) + 1}" if kind == "constant" else f"z_{number}")


def _applied(meaning: Meaning, *arguments: sympy.Basic) -> sympy.Basic:
    try:
        return meaning(*arguments)
    except (TypeError, ValueError, AttributeError) as error:  # arguments that SymPy gives no meaning
        raise Unreadable("a result without a meaning") from error
