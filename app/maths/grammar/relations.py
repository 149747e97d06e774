"""Equations, inequalities and their chains, membership, set operations and logic."""

from __future__ import annotations

from typing import Any

import sympy as sp

from app.maths.arithmetic import comparable, distinct
from app.maths.grammar.cursor import LOGIC, NOT, RELATION, SET, Infix, Parser
from app.maths.tokens import Token

CONGRUENCE = RELATION - 2
_RELATIONS = {"=": sp.Eq, "!=": sp.Ne, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}


def as_set(value: Any) -> Any:
    """A pair where a set must stand is an open interval (rule 7)."""
    if isinstance(value, sp.Tuple) and len(value) == 2:
        comparable(*value)
        return sp.Interval.open(*value)
    return value


def read_relation(parser: Parser, left: Any) -> Any:
    """One relation, or a chain of them joined by `and`."""
    links: list[Any] = []
    if parser.at("approx"):
        return _without_approximation(parser, left)
    while parser.at(*_RELATIONS, "in", "notin"):
        operator = parser.next().text
        right = parser.expression(RELATION)
        if isinstance(left, sp.core.relational.Relational) or isinstance(
            right, sp.core.relational.Relational
        ):
            parser.fail("a relation stands inside another", "write a chain without brackets")
        if operator in ("in", "notin"):
            member = sp.Contains(left, as_set(right))
            links.append(member if operator == "in" else sp.Not(member))
        else:
            links.append(_RELATIONS[operator](left, right, evaluate=False))
        left = right
    _without_approximation(parser, left)
    return links[0] if len(links) == 1 else sp.And(*distinct(links))


def _without_approximation(parser: Parser, left: Any) -> Any:
    """What stands before `\\approx`; the approximations after it add nothing and are dropped."""
    while parser.accept("approx"):
        parser.expression(RELATION)
    return left


def read_congruence(parser: Parser, left: Any) -> Any:
    """`a \\equiv b \\pmod n` says that a − b is a multiple of n; `b \\pmod n` is the residue class."""
    modulus = _modulus(parser)
    index = sp.Dummy("k", integer=True)
    if not isinstance(left, sp.Eq):
        return sp.ImageSet(sp.Lambda(index, left + modulus * index), sp.Integers)
    member, base = (left.lhs, left.rhs) if left.lhs.is_Symbol else (left.lhs - left.rhs, sp.S.Zero)
    return sp.Contains(
        member, sp.ImageSet(sp.Lambda(index, base + modulus * index), sp.Integers), evaluate=False
    )


def _modulus(parser: Parser) -> Any:
    if parser.next().text == "pmod":
        return parser.argument()
    with parser.bracket():
        modulus = parser.expression()
    parser.expect(")")
    return modulus


def read_mapping(parser: Parser, left: Any) -> Any:
    """`x \\mapsto f(x)` is the formula."""
    parser.next()
    return parser.expression(LOGIC)


def read_set_operation(parser: Parser, left: Any) -> Any:
    """`\\cup`, `\\cap` and `\\setminus`, left to right."""
    result = as_set(left)
    while operator := parser.accept("cup", "cap", "setminus"):
        right = as_set(parser.expression(SET))
        build = {"cup": sp.Union, "cap": sp.Intersection, "setminus": sp.Complement}[operator.text]
        result = build(result, right)
    return result


def read_logic(parser: Parser, left: Any) -> Any:
    """`and` and `or` between statements; between values they list alternatives."""
    operator = parser.next().text
    values = [left, parser.expression(LOGIC)]
    while parser.accept(operator):
        values.append(parser.expression(LOGIC))
    statements = all(isinstance(value, sp.logic.boolalg.Boolean) for value in values)
    if statements and (
        operator in ("land", "lor") or not all(isinstance(value, sp.Symbol) for value in values)
    ):
        distinct(values)
        return sp.And(*values) if operator in ("and", "land") else sp.Or(*values)
    return sp.FiniteSet(*distinct(values))


def read_implication(parser: Parser, left: Any) -> Any:
    """`P \\to Q` and `P \\leftrightarrow Q` between statements."""
    operator = parser.next().text
    build = sp.Implies if operator == "->" else sp.Equivalent
    return build(left, parser.expression(LOGIC - 1))


def read_not(parser: Parser, token: Token) -> Any:
    return sp.Not(parser.expression(NOT))


PREFIXES = {"not": read_not}
INFIXES = {
    **{operator: Infix(RELATION, read_relation) for operator in (*_RELATIONS, "in", "notin", "approx")},
    **{operator: Infix(SET, read_set_operation) for operator in ("cup", "cap", "setminus")},
    **{operator: Infix(CONGRUENCE, read_congruence) for operator in ("pmod", "pmod(")},
    "|->": Infix(LOGIC, read_mapping),
    "and": Infix(LOGIC + 1, read_logic),
    "or": Infix(LOGIC, read_logic),
    "land": Infix(LOGIC + 1, read_logic),
    "lor": Infix(LOGIC, read_logic),
    "->": Infix(LOGIC, read_implication),
    "<->": Infix(LOGIC, read_implication),
}
