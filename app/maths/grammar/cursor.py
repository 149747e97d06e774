"""The Pratt loop: a cursor over tokens that dispatches to the readers of a grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import sympy as sp

from app.maths.arithmetic import TooLarge, rational
from app.maths.errors import Fault, ParseError
from app.maths.limits import Limits
from app.maths.tokens import Token

LIST, LOGIC, NOT, RELATION, SET, SUM, PRODUCT, POWER, POSTFIX = 1, 2, 4, 10, 15, 20, 30, 50, 60
"""Binding powers, weakest first."""

CLOSERS = frozenset(
    [
        ")",
        "]",
        "}",
        "set}",
        "abs)",
        "floor)",
        "ceil)",
        "bar",
        "right.",
        ",",
        ";",
        ":",
        "&",
        "\\\\",
        "if",
        "otherwise",
    ]
)
"""Operators that end an expression."""


@dataclass(frozen=True)
class Infix:
    """An operator after an operand: how strongly it binds, and how the rest is read."""

    binding: int
    read: Callable[[Parser, Any], Any]


@dataclass(frozen=True)
class Grammar:
    """What may begin an operand, and what may follow one; keys as `key` gives them."""

    prefixes: Mapping[str, Callable[[Parser, Token], Any]]
    infixes: Mapping[str, Infix]


@dataclass
class Differentials:
    """The integral being read: how many differentials it needs, which were met, at what bracket depth."""

    wanted: int
    nesting: int
    variables: list[Any] = field(default_factory=list)
    closed: bool = False


def key(token: Token) -> str:
    """The name under which a grammar lists this token."""
    if token.kind == "operator":
        return token.text
    if token.kind == "command":
        return "\\" + token.text
    return f"<{token.kind}>"


class Parser:
    """Where we are in the tokens, and what the enclosing notation has declared."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        grammar: Grammar,
        limits: Limits,
        *,
        algebra: bool,
        functions: frozenset[str],
        variable: str,
        sign: int,
    ) -> None:
        self.text = text
        self.tokens = tokens
        self.grammar = grammar
        self.limits = limits
        self.algebra = algebra
        self.functions = functions
        self.variable = variable
        self.sign = sign
        self.signs_met = False
        self.index = 0
        self.depth = 0
        self.binding = 0
        self.nesting = 0
        self.stops: tuple[str, ...] = ()
        self.in_list = False
        self.products: tuple[Any, list[Any]] = (None, [])
        self.bound: list[str] = []
        self.integrals: list[Differentials] = []

    # --- tokens

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def next(self) -> Token:
        token = self.peek()
        self.index += 1
        return token

    def at(self, *operators: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token.kind == "operator" and token.text in operators

    def accept(self, *operators: str) -> Token | None:
        return self.next() if self.at(*operators) else None

    def expect(self, *operators: str) -> Token:
        if not self.at(*operators):
            self.fail(f"expected {' or '.join(operators)}, found {describe(self.peek())}")
        return self.next()

    def fail(
        self, what: str, hint: str = "", token: Token | None = None, fault: Fault = "syntax"
    ) -> NoReturn:
        raise ParseError(what, (token or self.peek()).start, hint, self.text, fault)

    # --- expressions

    def expression(self, binding: int = 0) -> Any:
        """Read an operand and every operator after it that binds more strongly than `binding`."""
        outer, self.binding = self.binding, binding
        self.depth += 1
        if self.depth > self.limits.depth:
            self.fail("the formula is nested too deeply", "write it with fewer brackets", fault="limit")
        try:
            left = self.operand()
            while (infix := self.infix()) is not None and infix.binding > binding:
                start = self.peek()
                left = self.guarded(start, infix.read, left)
            return left
        finally:
            self.binding = outer
            self.depth -= 1

    def operand(self) -> Any:
        token = self.peek()
        reader = self.grammar.prefixes.get(key(token))
        if reader is None:
            fault: Fault = "unknown" if token.kind == "command" else "syntax"
            self.fail(*unreadable(token), fault=fault)
        self.index += 1
        return self.guarded(token, reader, token)

    def guarded(self, token: Token, reader: Callable[..., Any], argument: Any) -> Any:
        """Call a reader; what SymPy refuses becomes a `ParseError` at `token`."""
        try:
            return reader(self, argument)
        except ParseError:
            raise
        except TooLarge as error:
            self.fail(f"{error}", "write it as a formula of smaller numbers", token, "limit")
        except RecursionError:
            self.fail("the formula is nested too deeply", "write it with fewer brackets", token, "limit")
        except Exception as error:
            self.fail(f"this does not make a mathematical object ({error})", "", token)

    def infix(self) -> Infix | None:
        """The operator that the next token is, written or not (juxtaposition multiplies)."""
        token = self.peek()
        if token.kind == "operator" and token.text in CLOSERS:
            return None
        if self.at(*self.stops):
            return None
        if self.integrals and self._integral_ends(token):
            return None
        if self._is_direction():
            return None
        found = self.grammar.infixes.get(key(token))
        if found is None and key(token) in self.grammar.prefixes:
            found = self.grammar.infixes["<juxtaposed>"]
        return found

    def _is_direction(self) -> bool:
        """Whether a sign ends a bracket, as in `x \\to 0+` and `x \\to 0^{+}`."""
        if self.at("+", "-"):
            return self.at("}", ")", ahead=1)
        if not (self.at("^") and self.at("+", "-", ahead=1)):
            return (
                self.at("^")
                and self.at("{", ahead=1)
                and self.at("+", "-", ahead=2)
                and self.at("}", ahead=3)
            )
        return self.at("}", ahead=2)

    def _integral_ends(self, token: Token) -> bool:
        current = self.integrals[-1]
        if self.nesting != current.nesting or len(current.variables) < current.wanted:
            return False
        return current.closed or self.at("+", "-", "pm", "mp")

    @contextmanager
    def bracket(self, *stops: str) -> Iterator[None]:
        """Inside a bracket, where `stops` close it; what closes an outer one does not reach in."""
        outer, self.stops = self.stops, stops
        listed, self.in_list = self.in_list, False
        self.nesting += 1
        try:
            yield
        finally:
            self.nesting -= 1
            self.stops = outer
            self.in_list = listed

    def argument(self) -> Any:
        """What a command applies to: a braced group, or the next single operand (one digit of a number)."""
        token, following = self.peek(), self.peek(1)
        if token.kind == "name" and following.glued:  # of `\\frac x2` the 2 is the next argument
            apart = replace(following, glued=False)
            self.tokens = [*self.tokens[: self.index + 1], apart, *self.tokens[self.index + 2 :]]
        if token.kind != "number" or not token.text.isdigit():
            return self.operand()
        rest = [Token("number", token.text[1:], token.start + 1)] if len(token.text) > 1 else []
        self.tokens = [*self.tokens[: self.index], *rest, *self.tokens[self.index + 1 :]]
        return sp.Integer(token.text[0])

    def script(self) -> Any:
        """A bound or subscript: a braced group or one operand, whatever stands after it (`\\int_0^1 2x`)."""
        token = self.peek()
        if token.kind == "number":
            self.index += 1
            return self.guarded(token, lambda parser, text: rational(text, parser.limits), token.text)
        return self.operand()


def describe(token: Token) -> str:
    """A token in words for an error message."""
    if token.kind == "end":
        return "the end of the text"
    if token.kind == "command":
        return f"\\{token.text}"
    return repr(token.text)


def unreadable(token: Token) -> tuple[str, str]:
    """What to say about a token that cannot begin an operand."""
    if token.kind == "end":
        return "the formula stops where an operand should follow", "complete it"
    if token.kind == "word":
        return f"the word {token.text!r} is not mathematics", "give only the formula; write products with *"
    if token.kind == "command":
        return f"the command \\{token.text} is not known", "use standard mathematical LaTeX"
    return f"{describe(token)} cannot begin an operand", "an operand is missing before it"
