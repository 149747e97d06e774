"""Integrals, sums, products, limits, derivatives and values at a bar."""

from __future__ import annotations

from typing import Any

import sympy as sp

from app.maths.grammar.cursor import RELATION, SUM, Differentials, Parser
from app.maths.tokens import Token

_PARTIALS = ("partial",)
_SIGNS = {"int": 1, "iint": 2, "iiint": 3}


def is_d(token: Token) -> bool:
    """Whether a token is the d (or ∂) of a differential."""
    return (token.kind == "name" and token.text == "d") or (
        token.kind == "command" and token.text in _PARTIALS
    )


def at_differential(parser: Parser) -> bool:
    """Whether `dx` starts here, inside an integral."""
    if not parser.integrals:
        return False
    token = parser.peek()
    return token.kind == "name" and token.text == "d" and parser.peek(1).kind == "name"


def differential(parser: Parser, started: bool = False) -> Any:
    """Consume `dx` and record its variable; as a factor it is 1."""
    if not started:
        parser.next()
    current = parser.integrals[-1]
    if len(current.variables) >= current.wanted:
        parser.fail("one differential too many", "each integral sign takes one")
    current.variables.append(read_variable(parser))
    if not started and parser.nesting == current.nesting and len(current.variables) == current.wanted:
        current.closed = True
    return sp.S.One


def read_variable(parser: Parser) -> Any:
    """A letter with an optional subscript."""
    token = parser.next()
    if token.kind != "name":
        parser.fail("a variable should stand here", token=token)
    name = token.text
    if parser.at("_"):
        parser.next()
        if parser.accept("{"):
            parts = []
            while parser.peek().kind in ("name", "number"):
                parts.append(parser.next().text)
            parser.expect("}")
            name += "_" + "".join(parts)
        else:
            name += "_" + parser.next().text
    return sp.Symbol(name)


def read_bounds(parser: Parser) -> tuple[Any, Any]:
    """The lower and upper bound in either order, each None when not written."""
    lower = upper = None
    while parser.at("_", "^"):
        mark = parser.next()
        value = _bound(parser)
        if mark.text == "_":
            lower = value
        else:
            upper = value
    return lower, upper


def _bound(parser: Parser) -> Any:
    if parser.accept("-"):
        return -parser.script()
    parser.accept("+")
    return parser.script()


def read_integral(parser: Parser, token: Token) -> Any:
    """`\\int`, `\\int_a^b` and double integrals, up to the differential (rule 5)."""
    lower, upper = read_bounds(parser)
    if (lower is None) != (upper is None):
        parser.fail("an integral has both bounds or none", token=token)
    current = Differentials(_SIGNS[token.text], parser.nesting)
    outer, parser.stops = parser.stops, ()
    parser.integrals.append(current)
    integrand = parser.expression(SUM - 1)
    parser.integrals.pop()
    parser.stops = outer
    if len(current.variables) < current.wanted:
        parser.fail("the integral has no differential", "end the integrand with dx", token)
    if lower is None:
        return sp.Integral(integrand, *((variable,) for variable in current.variables))
    if current.wanted > 1:
        parser.fail("a multiple integral needs bounds on each sign", "write \\int_a^b \\int_c^d", token)
    return sp.Integral(integrand, (current.variables[0], lower, upper))


def read_indexed(parser: Parser, token: Token) -> Any:
    """`\\sum` and `\\prod` over an index; the index may be `i`."""
    index, lower, upper = _index_range(parser, token)
    parser.bound.append(index.name)
    term = parser.expression(SUM)
    parser.bound.pop()
    build = sp.Sum if token.text == "sum" else sp.Product
    return build(term, (index, lower, upper))


def _index_range(parser: Parser, token: Token) -> tuple[Any, Any, Any]:
    upper = None
    if parser.accept("^"):
        upper = _bound(parser)
    parser.expect("_")
    braced = parser.accept("{")
    index = read_variable(parser)
    relation = parser.expect("=", ">=", ">", "in")
    with parser.bracket():
        lower = parser.expression(RELATION)
    if braced:
        parser.expect("}")
    if upper is None and parser.accept("^"):
        upper = _bound(parser)
    if relation.text == "in":
        ends = {sp.Integers: (-sp.oo, sp.oo), sp.Naturals: (1, sp.oo), sp.Naturals0: (0, sp.oo)}
        if lower not in ends:
            parser.fail("a sum runs over \\mathbb{Z}, \\mathbb{N} or between two bounds", token=token)
        return index, *ends[lower]
    if relation.text == "=" and upper is None:
        parser.fail("the sum has no upper bound", token=token)
    return index, lower + 1 if relation.text == ">" else lower, sp.oo if upper is None else upper


def read_limit(parser: Parser, token: Token) -> Any:
    """`\\lim_{x \\to a}` of the product that follows, from one side when marked."""
    parser.expect("_")
    parser.expect("{")
    variable = read_variable(parser)
    parser.expect("->")
    with parser.bracket():
        point = parser.expression(RELATION)
    direction = "+-"
    if parser.accept("^"):
        braced = parser.accept("{")
        direction = parser.expect("+", "-").text
        if braced:
            parser.expect("}")
    elif parser.at("+", "-"):
        direction = parser.next().text
    parser.expect("}")
    return sp.Limit(parser.expression(SUM), variable, point, direction)


# --- derivatives


def read_derivative_fraction(parser: Parser) -> Any:
    """`\\frac{d^2 y}{dx^2}` or `\\frac{d}{dx}` with its operand, or None for another fraction."""
    start = parser.index
    if not (parser.at("{") and is_d(parser.peek(1))) and not is_d(parser.peek()):
        return None
    if is_d(parser.peek()):
        return None
    parser.index += 2
    order = _order(parser)
    body_start = parser.index
    depth = 1
    while depth and parser.peek().kind != "end":
        depth += parser.at("{") - parser.at("}")
        parser.next()
    body_end = parser.index - 1
    variables = _denominator(parser)
    if variables is None or (order is not None and sum(count for _, count in variables) != order):
        parser.index = start
        return None
    if order is None and sum(count for _, count in variables) != 1:
        parser.index = start
        return None
    after = parser.index
    if body_end == body_start:
        body = parser.expression(SUM)
    else:
        parser.index = body_start
        with parser.bracket():
            body = parser.expression()
        if parser.index != body_end:
            parser.fail("the numerator of the derivative is not read to its end")
        parser.index = after
    return sp.Derivative(body, *reversed(variables))


def _order(parser: Parser) -> int | None:
    """The order after `d`, as in `d^2` or `d^{2}`."""
    if not parser.at("^"):
        return None
    braced = parser.at("{", ahead=1)
    number = parser.peek(2 if braced else 1)
    if number.kind != "number" or not number.text.isdigit() or int(number.text) > parser.limits.degree:
        return None
    parser.index += 4 if braced else 2
    return int(number.text)


def _denominator(parser: Parser) -> list[tuple[Any, int]] | None:
    if not parser.accept("{"):
        return None
    variables: list[tuple[Any, int]] = []
    while is_d(parser.peek()) and parser.peek(1).kind == "name":
        parser.next()
        variable = read_variable(parser)
        variables.append((variable, _order(parser) or 1))
    if not variables or not parser.accept("}"):
        return None
    return variables


def read_slashed_derivative(parser: Parser, token: Token) -> Any:
    parser.fail("a lone ∂ is not an expression", "write \\frac{\\partial f}{\\partial x}", token)


# --- values at a bar


def read_evaluated(parser: Parser, token: Token) -> Any:
    """`\\left. f \\right|_{x=a}` is a substitution, `\\left. F \\right|_a^b` a difference of values."""
    with parser.bracket():
        body = parser.expression()
    parser.expect("abs)")
    return read_values(parser, body)


def read_values(parser: Parser, body: Any) -> Any:
    parser.expect("_")
    braced = parser.accept("{")
    if parser.peek().kind == "name" and (parser.at("=", ahead=1)):
        variable = read_variable(parser)
        parser.expect("=")
        with parser.bracket():
            point = parser.expression(RELATION)
        variables, points = [variable], [point]
        while parser.accept(","):
            variables.append(read_variable(parser))
            parser.expect("=")
            with parser.bracket():
                points.append(parser.expression(RELATION))
        parser.expect("}") if braced else None
        if not parser.accept("^"):
            return sp.Subs(body, variables, points)
        return body.subs(variable, _bound(parser)) - body.subs(variable, point)
    with parser.bracket():
        lower = parser.expression() if braced else parser.operand()
    parser.expect("}") if braced else None
    parser.expect("^")
    upper = _bound(parser)
    free = body.free_symbols
    if len(free) != 1:
        parser.fail("it is not clear in which variable the bounds are", "write |_{x=a}^{x=b}")
    (variable,) = free
    return body.subs(variable, upper) - body.subs(variable, lower)


PREFIXES = {
    "\\int": read_integral,
    "\\iint": read_integral,
    "\\iiint": read_integral,
    "\\sum": read_indexed,
    "\\prod": read_indexed,
    "\\lim": read_limit,
    "\\partial": read_slashed_derivative,
    "left.": read_evaluated,
}
