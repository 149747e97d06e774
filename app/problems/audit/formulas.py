"""Questions that are one formula: integrals, limits, sums, products, and what is to be simplified."""

from __future__ import annotations

import re
from typing import Final

import sympy
from sympy.core.function import AppliedUndef

from app.maths import MathsError, parse
from app.problems import tasks
from app.problems.audit.errors import IllPosed, Unreadable
from app.problems.audit.segments import MARK
from app.problems.audit.statement import Reading, Statement
from app.problems.audit.wording import require_known, vocabulary
from app.problems.statements import posed
from app.problems.tasks import Task

VOCABULARY: Final = vocabulary(
    "does converge integral integrals indefinite definite improper antiderivative antiderivatives "
    "primitive integrate limit sum sums infinite series product finite hypergeometric generalized special "
    "gamma bessel beta zeta general most evaluation convergent one-sided two-sided double sided real "
    "gaussian gauss kummer polylogarithm"
)
NEEDED: Final = (
    (re.compile(r"\blimit", re.I), sympy.Limit, "limit"),
    (re.compile(r"\b(?:integral|integrate|antiderivative|primitive)", re.I), sympy.Integral, "integral"),
    (re.compile(r"\b(?:sum|series)\b", re.I), sympy.Sum, "sum"),
    (re.compile(r"\bproduct\b", re.I), sympy.Product, "product"),
)
"""Words that name an operation, and the operator that must then be written."""

_RESPECT: Final = re.compile(
    rf"\b(?:with respect to|w\.r\.t\.?|in the variable|in)(?: the variable)? (?P<mark>{MARK})", re.I
)
_OF: Final = re.compile(
    r"\b(?:integrate(?: the function)?"
    r"|(?:integral|antiderivative|primitive)s? of(?: the(?: following)? function)?)"
    rf":? (?P<mark>{MARK})",
    re.I,
)
_INTEGRAL: Final = re.compile(r"\b(?:integral|integrate|antiderivative|primitive)", re.I)
_TOWARDS: Final = re.compile(
    rf"\bas (?P<variable>{MARK})(?: (?:approaches|tends to|goes to) (?P<point>{MARK}|zero|0|infinity))?", re.I
)
_POINTS: Final = {"zero": sympy.S.Zero, "0": sympy.S.Zero, "infinity": sympy.oo}
_RANGE: Final = re.compile(
    rf"\b(?:from (?P<lower>{MARK}) to (?P<upper>{MARK})|over (?:the interval )?(?P<interval>{MARK}))", re.I
)


def read(statement: Statement) -> Reading:
    """The task of the one formula that the statement asks about."""
    prose, towards = _towards(statement)
    respect = _RESPECT.search(prose)
    if respect is not None:
        prose = prose[: respect.start()] + prose[respect.end() :]
    between = _RANGE.search(prose)
    if between is not None:
        prose = prose[: between.start()] + prose[between.end() :]
    marks = re.findall(MARK, prose)
    if len(marks) != 1:
        raise Unreadable("wording", f"{len(marks)} formulas are left where one is the question")
    require_known(prose, VOCABULARY)
    expr = formula(statement, marks[0])
    if towards is not None:
        if expr.has(sympy.Limit):
            raise Unreadable("wording", "a point is named beside a limit")
        expr = sympy.Limit(expr, *towards)
    named = [_symbol(statement, respect["mark"])] if respect is not None else []
    if not expr.has(sympy.Integral) and (_OF.search(prose) or (named and _INTEGRAL.search(prose))):
        expr = _integral(statement, expr, named, between)
    elif between is not None:
        raise Unreadable("wording", "a range is given beside a formula that is no bare integrand")
    for pattern, operator, name in NEEDED:
        if pattern.search(prose) is not None and not expr.has(operator):
            raise Unreadable("lost operator", f"the statement speaks of a {name}, but none is written")
    found = task_of(expr)
    if named and tasks.variable(found) not in (None, named[0]):
        raise Unreadable("wording", f"the variable is said to be {named[0]}, but the formula has another")
    return Reading(found, statement.assumptions)


def _towards(statement: Statement) -> tuple[str, tuple[sympy.Expr, ...] | None]:
    """The prose without `as x approaches 0` or `as x \\to 0`, and variable, point and direction of that."""
    found = _TOWARDS.search(statement.prose)
    if found is None:
        return statement.prose, None
    prose = statement.prose[: found.start()] + statement.prose[found.end() :]
    if found["point"] is None:
        try:
            limit = parse(rf"\lim_{{{statement.segments.formula(found['variable'])}}} 1")
        except MathsError as error:
            raise Unreadable("wording", "the point of the limit cannot be read") from error
        return prose, tuple(limit.args[1:])
    variable = _symbol(statement, found["variable"])
    point = _POINTS.get(found["point"].lower())
    if point is None:
        (point,) = statement.items(found["point"])
    if not isinstance(point, sympy.Expr):
        raise Unreadable("wording", "the point of the limit is no expression")
    return prose, (variable, point, "+-")


def formula(statement: Statement, mark: str) -> sympy.Expr:
    """The expression of a formula, without the name that an equation may give it."""
    items = statement.items(mark)
    if len(items) != 1:
        raise Unreadable("wording", "the formula is a list")
    expr = items[0]
    if isinstance(expr, sympy.Eq) and isinstance(expr.lhs, AppliedUndef | sympy.Symbol):
        expr = expr.rhs
    if not isinstance(expr, sympy.Expr):
        raise Unreadable("wording", "the formula is no expression")
    return expr


def task_of(expr: sympy.Expr) -> Task:
    """The task that an expression is when it is to be evaluated."""
    if expr.has(sympy.Derivative, sympy.Subs, AppliedUndef, sympy.Order, sympy.nan):
        raise Unreadable("operation", "the formula has a derivative, an unknown function, or no value")
    expr = _gathered(expr)
    if isinstance(expr, sympy.Limit):
        _, variable, point, _ = expr.args
        if point.has(variable):
            raise IllPosed(
                "captured variable", f"the limit of {variable} tends to {point}, which contains it"
            )
    elif isinstance(expr, sympy.Integral):
        if len(expr.limits) > 1 and any(len(limit) == 1 for limit in expr.limits):
            raise Unreadable("operation", "the integral is indefinite in several variables")
        _require_free(expr)
    elif isinstance(expr, sympy.Sum | sympy.Product) and len(expr.limits) == 1:
        _require_free(expr)
    else:
        _require_values_inside(expr)
    return posed(expr)


def _require_values_inside(expr: sympy.Expr) -> None:
    """Refuses what has no value of its own in a larger formula."""
    if expr.has(sympy.Limit) or any(
        len(limit) == 1 for node in expr.atoms(sympy.Integral) for limit in node.limits
    ):
        raise Unreadable("operation", "limits or indefinite integrals stand inside a larger formula")
    for node in expr.atoms(sympy.Integral, sympy.Sum, sympy.Product):
        _require_free(node)


def _require_free(node: sympy.Expr) -> None:
    """IllPosed where a bound contains the variable that it bounds."""
    for limit in node.limits:
        for bound in limit[1:]:
            if bound.has(limit[0]):
                raise IllPosed(
                    "captured variable",
                    f"the bound {bound} of the {type(node).__name__.lower()} contains {limit[0]} itself",
                )


def _gathered(expr: sympy.Expr) -> sympy.Expr:
    """The expression as one operator: constant factors go inside it, and what `\\lim f + g` leaves outside.

    `\\sum a_n + b_n` too, where what follows has the index in it.
    """
    operators = [
        node
        for node in expr.atoms(sympy.Integral, sympy.Limit, sympy.Sum, sympy.Product)
        if _is_outer(expr, node)
    ]
    if len(operators) != 1 or expr == operators[0]:
        return expr
    (node,) = operators
    place = sympy.Dummy("operator")
    outer = expr.xreplace({node: place})
    variable = node.args[1] if isinstance(node, sympy.Limit) else node.limits[0][0]
    inner = node.args[0]
    factor, rest = outer.coeff(place), outer.subs(place, 0)
    if sympy.expand(outer - factor * place - rest) != 0 or factor.has(place):
        return expr
    if isinstance(node, sympy.Limit):
        return sympy.Limit(factor * inner + rest, *node.args[1:])
    if isinstance(node, sympy.Product) or factor.has(variable):
        if rest.has(variable) or factor.has(variable):
            raise Unreadable("operation", f"what the {type(node).__name__.lower()} acts on is not clear")
        return expr
    if rest == 0 or (isinstance(node, sympy.Sum) and rest.has(variable)):
        return node.func(factor * inner + rest, *node.limits)
    if isinstance(node, sympy.Integral) and len(node.limits[0]) == 1:
        return node.func(factor * inner + sympy.diff(rest, variable), *node.limits)
    if rest.has(variable):
        raise Unreadable("operation", f"{variable} stands both inside and outside the integral")
    return expr


def _is_outer(expr: sympy.Expr, node: sympy.Expr) -> bool:
    others = expr.atoms(sympy.Integral, sympy.Limit, sympy.Sum, sympy.Product) - {node}
    return not any(other.has(node) for other in others)


def _symbol(statement: Statement, mark: str) -> sympy.Symbol:
    items = statement.items(mark)
    if len(items) == 1 and isinstance(items[0], sympy.Symbol):
        return items[0]
    raise Unreadable("wording", "a variable should be named, but a formula stands there")


def _integral(
    statement: Statement, expr: sympy.Expr, named: list[sympy.Symbol], between: re.Match[str] | None
) -> sympy.Expr:
    """The integral of a bare integrand: of the variable that is named, or of its only symbol."""
    candidates = named or sorted(expr.free_symbols, key=str)
    if len(candidates) != 1:
        raise Unreadable("wording", "it is not said with respect to which variable to integrate")
    if between is None:
        return sympy.Integral(expr, candidates[0])
    if between["interval"] is not None:
        (interval,) = statement.items(between["interval"])
        if not isinstance(interval, sympy.Interval):
            raise Unreadable("wording", "the range of integration is no interval")
        return sympy.Integral(expr, (candidates[0], interval.start, interval.end))
    ends = [_end(statement, between[name], candidates[0]) for name in ("lower", "upper")]
    return sympy.Integral(expr, (candidates[0], *ends))


def _end(statement: Statement, mark: str, variable: sympy.Symbol) -> sympy.Expr:
    items = statement.items(mark)
    if len(items) == 1 and isinstance(items[0], sympy.Eq) and items[0].lhs == variable:
        return items[0].rhs
    if len(items) == 1 and isinstance(items[0], sympy.Expr):
        return items[0]
    raise Unreadable("wording", "a bound of integration is no expression")
