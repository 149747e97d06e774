"""Brackets of every kind: groups, tuples, intervals, sets, absolute values, environments."""

from __future__ import annotations

from typing import Any

import sympy as sp

from app.maths import known, notation
from app.maths.arithmetic import call, comparable, distinct
from app.maths.grammar.calculus import read_values
from app.maths.grammar.cursor import POSTFIX, Infix, Parser, describe
from app.maths.grammar.hypergeometric import read_hypergeometric
from app.maths.tokens import Token


def read_items(parser: Parser, *closers: str) -> tuple[list[Any], str]:
    """Expressions up to one of `closers`, and which it was; None stands after a trailing comma."""
    items: list[Any] = []
    with parser.bracket(*closers):
        if not parser.at(*closers):
            items.append(parser.expression())
        while parser.accept(",", ";"):
            if parser.at(*closers):
                return [*items, None], parser.expect(*closers).text
            items.append(parser.expression())
    return items, parser.expect(*closers).text


def read_parenthesis(parser: Parser, token: Token) -> Any:
    """A group, a tuple, or an interval open on the left."""
    items, closer = read_items(parser, ")", "]")
    if closer == "]":
        return _interval(parser, items, token, left_open=True, right_open=False)
    if len(items) == 1:
        return items[0]
    if items and items[-1] is None:
        return sp.Tuple(*items[:-1])
    if len(items) == 2 and (items[0] == -sp.oo or items[1] == sp.oo):
        comparable(*items)
        return sp.Interval.open(*items)
    return sp.Tuple(*items)


def read_square(parser: Parser, token: Token) -> Any:
    """A group, an interval closed on the left, a list, or a matrix as a list of rows."""
    listed = parser.in_list
    with parser.bracket():
        parser.in_list = listed or parser.at("[")
        items: list[Any] = [] if parser.at("]") else [parser.expression()]
        while parser.accept(",", ";"):
            items.append(parser.expression())
    closer = parser.expect("]", ")", "[").text
    if listed:
        return sp.Tuple(*items)
    if items and all(isinstance(item, sp.Tuple) for item in items):
        return matrix(parser, [list(item) for item in items], token)
    if closer == "]" and len(items) == 1:
        return items[0]
    if len(items) == 2 and all(isinstance(item, sp.Expr) for item in items):
        return _interval(parser, items, token, left_open=False, right_open=closer != "]")
    return sp.Tuple(*items)


def read_outward(parser: Parser, token: Token) -> Any:
    """`]a, b[`, the open interval of ISO 80000."""
    items, closer = read_items(parser, "[", "]")
    return _interval(parser, items, token, left_open=True, right_open=closer == "[")


def _interval(parser: Parser, items: list[Any], token: Token, *, left_open: bool, right_open: bool) -> Any:
    if len(items) != 2:
        parser.fail("an interval has two ends", token=token)
    comparable(*items)
    return sp.Interval(*items, left_open, right_open)


def read_brace(parser: Parser, token: Token) -> Any:
    """A braced group; with commas it is a set, and empty braces may begin a hypergeometric function."""
    if parser.accept("}"):
        return read_hypergeometric(parser)
    if parser.at("_", "^") and parser.peek(1).kind == "number":
        value = read_hypergeometric(parser)
        parser.expect("}")
        return value
    items, _ = read_items(parser, "}")
    return items[0] if len(items) == 1 else sp.FiniteSet(*distinct(items))


def read_set(parser: Parser, token: Token) -> Any:
    """`\\{1, 2\\}`, or a set given by a condition."""
    with parser.bracket("|"):
        items: list[Any] = [] if parser.at("set}") else [parser.expression()]
        if items and parser.at("bar", ":", "|"):
            parser.next()
            condition = parser.expression()
            parser.expect("set}")
            return _set_builder(parser, items[0], condition, token)
        while parser.accept(",", ";"):
            items.append(parser.expression())
    parser.expect("set}")
    return sp.FiniteSet(*distinct(items))


def _set_builder(parser: Parser, element: Any, condition: Any, token: Token) -> Any:
    if isinstance(condition, sp.Contains) and not isinstance(element, sp.Contains):
        variable, base = condition.args
        return sp.ImageSet(sp.Lambda(variable, element), base)
    base = sp.S.UniversalSet
    if isinstance(element, sp.Contains):
        element, base = element.args
    if not isinstance(element, sp.Symbol):
        parser.fail("a set by condition names one variable first", "write \\{x \\mid condition\\}", token)
    return sp.ConditionSet(element, condition, base)


def read_absolute(parser: Parser, token: Token) -> Any:
    """`|x|` in any of its spellings, and determinants of matrices."""
    closer = "|" if token.text == "|" else "abs)"
    with parser.bracket(closer):
        inside = parser.expression()
    parser.expect(closer)
    if isinstance(inside, sp.MatrixBase):
        return inside.det()
    return call(known.FUNCTIONS["Abs"], [inside], parser.limits)


def read_norm(parser: Parser, token: Token) -> Any:
    """The Euclidean norm of a vector; of a number its absolute value."""
    with parser.bracket("norm"):
        inside = parser.expression()
    parser.expect("norm")
    if isinstance(inside, sp.MatrixBase | sp.Tuple):
        return sp.sqrt(sp.Add(*(sp.Abs(entry) ** 2 for entry in inside)))
    return call(known.FUNCTIONS["Abs"], [inside], parser.limits)


def read_floor(parser: Parser, token: Token) -> Any:
    items, _ = read_items(parser, "floor)")
    return call(known.FUNCTIONS["floor"], items, parser.limits)


def read_ceiling(parser: Parser, token: Token) -> Any:
    items, _ = read_items(parser, "ceil)")
    return call(known.FUNCTIONS["ceiling"], items, parser.limits)


# --- environments


def read_environment(parser: Parser, token: Token) -> Any:
    name = token.text
    if name in notation.MATRIX_ENVIRONMENTS:
        return matrix(parser, rows_of(parser, name), token)
    if name in notation.DETERMINANT_ENVIRONMENTS:
        return matrix(parser, rows_of(parser, name), token).det()
    if name in notation.CASES_ENVIRONMENTS:
        return _cases(parser, name, token)
    if name in notation.GROUP_ENVIRONMENTS:
        return _lines(parser, name)
    parser.fail(f"the environment {name} is not known", token=token, fault="unknown")


def _finish(parser: Parser, name: str) -> None:
    token = parser.next()
    if token.kind != "finish" or token.text != name:
        parser.fail(f"expected \\end{{{name}}}, found {describe(token)}", token=token)


def _lines(parser: Parser, name: str) -> Any:
    """The lines of an aligned display: one object, or a tuple of them."""
    lines: list[Any] = []
    with parser.bracket():
        while parser.peek().kind != "finish":
            lines.append(parser.expression())
            while parser.accept(",", ".", "\\\\", "&"):
                pass
    _finish(parser, name)
    return lines[0] if len(lines) == 1 else sp.Tuple(*lines)


def rows_of(parser: Parser, name: str, ragged: bool = False) -> list[list[Any]]:
    """The rows of an environment; empty ones are kept when rows may differ in length."""
    rows: list[list[Any]] = [[]]
    with parser.bracket():
        while parser.peek().kind != "finish":
            if not parser.at("\\\\", "&"):
                rows[-1].append(parser.expression())
            while parser.accept(","):
                rows[-1].append(parser.expression())
            if parser.accept("\\\\"):
                rows.append([])
            elif not parser.accept("&") and parser.peek().kind != "finish":
                parser.fail(f"expected & or \\\\ in {name}, found {describe(parser.peek())}")
    _finish(parser, name)
    return rows if ragged else [row for row in rows if row]


def matrix(parser: Parser, rows: list[list[Any]], token: Token) -> Any:
    """An immutable matrix of equally long rows."""
    if not rows or len({len(row) for row in rows}) != 1:
        parser.fail("the rows of the matrix are not equally long", token=token)
    if len(rows) * len(rows[0]) > parser.limits.cells:
        parser.fail(f"the matrix has more than {parser.limits.cells} entries", token=token)
    return sp.ImmutableMatrix(rows)


def _cases(parser: Parser, name: str, token: Token) -> Any:
    """Values with conditions are a piecewise function; lines without are a system."""
    pieces: list[tuple[Any, Any]] = []
    with parser.bracket():
        while parser.peek().kind != "finish":
            value = parser.expression()
            parser.accept(",")
            parser.accept("&")
            while parser.accept("if", ":", ","):
                pass
            condition: Any = None
            if parser.accept("otherwise"):
                condition = sp.true
            elif not parser.at("\\\\") and parser.peek().kind != "finish":
                condition = parser.expression()
            pieces.append((value, condition))
            parser.accept(",", ".")
            if not parser.accept("\\\\") and parser.peek().kind != "finish":
                parser.fail(f"expected \\\\ in {name}, found {describe(parser.peek())}")
    _finish(parser, name)
    if all(condition is None for _, condition in pieces):
        return sp.Tuple(*(value for value, _ in pieces))
    if pieces[-1][1] is None:
        pieces[-1] = (pieces[-1][0], sp.true)
    if any(condition is None for _, condition in pieces):
        parser.fail("a case has no condition", token=token)
    return sp.Piecewise(*pieces)


def read_under(parser: Parser, left: Any) -> Any:
    """A subscript after a bracket: `(x)_n` is Pochhammer's symbol, `[F]_a^b` a difference of values."""
    closer = parser.peek(-1)
    if closer.kind != "operator" or closer.text not in (")", "]"):
        parser.fail("a subscript cannot follow this", "subscripts belong to letters")
    if closer.text == "]":
        return read_values(parser, left)
    parser.next()
    return call(known.FUNCTIONS["rf"], [left, parser.operand()], parser.limits)


INFIXES = {"_": Infix(POSTFIX, read_under)}
PREFIXES = {
    "(": read_parenthesis,
    "[": read_square,
    "]": read_outward,
    "{": read_brace,
    "set{": read_set,
    "|": read_absolute,
    "abs(": read_absolute,
    "norm": read_norm,
    "floor(": read_floor,
    "ceil(": read_ceiling,
    "<begin>": read_environment,
}
