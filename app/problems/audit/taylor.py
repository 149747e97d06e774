"""Taylor polynomials: about which point, and how far, in the many ways in which that is said."""

from __future__ import annotations

import re
from typing import Final

import sympy

from app.maths import MathsError, parse
from app.problems import tasks
from app.problems.audit.errors import Unreadable
from app.problems.audit.formulas import formula
from app.problems.audit.segments import MARK
from app.problems.audit.statement import Reading, Statement
from app.problems.audit.wording import require_known, vocabulary

VOCABULARY: Final = vocabulary(
    "taylor maclaurin power series expansion expand polynomial expanded expands develop approximation "
    "truncated including up order degree non-zero nonzero"
)
MOST: Final = 30
"""The largest degree that is looked at."""

_IS_SERIES: Final = re.compile(
    r"\b(?:taylor|maclaurin|power series|series expansion|expansion of"
    r"|expand\b.*\b(?:about|around|at|near|powers|series|order|up to))",
    re.I | re.S,
)
_COUNTS: Final = {
    word: number
    for number, words in enumerate(
        ("zeroth", "one first 1st", "two second 2nd", "three third 3rd", "four fourth 4th", "five fifth 5th",
         "six sixth 6th", "seven seventh 7th", "eight eighth 8th", "nine ninth 9th", "ten tenth 10th",
         "eleven eleventh 11th", "twelve twelfth 12th")
    )
    for word in words.split()
}  # fmt: skip
_NUMBER: Final = rf"(?:\d+|{'|'.join(sorted(_COUNTS, key=len, reverse=True))}|{MARK})"
_POINT: Final = re.compile(
    r"\b(?:about|around|at|near|cent(?:ered|red) (?:at|on|about|around)|in (?:ascending )?powers of"
    rf"|in the neighbou?rhood of) (?:the )?(?:point )?(?:(?P<mark>{MARK})|(?P<origin>origin|zero|0)\b)",
    re.I,
)
_FUNCTION_IN: Final = re.compile(rf"\b(?:in|as a function of|with respect to) (?P<mark>{MARK})", re.I)
_TERMS: Final = re.compile(
    r"\b(?:(?:give|find|write|keep|state|compute|with|up to|including|to|show|only)\s+)?(?:the )?"
    rf"first (?P<count>{_NUMBER}) (?:non-?\s?zero|non-?vanishing)?\s*terms?\b(?: only)?(?: of)?",
    re.I,
)
_UP_TO: Final = (
    r"(?:,?\s*(?:and |give |keep(?:ing)? |includ(?:e|ing) |write |state |find )*(?:all |the )*(?:terms? )?"
    r"(?P<inclusive>up to,? and including|up to \(and including\)|up to|through|to|of)(?: and including)?"
    r"(?: the)?(?: all)?(?: terms?)?(?: of| in| with)?(?: the)?)"
)
_DEGREE: Final = (
    re.compile(rf"{_UP_TO} (?:order|degree|power) (?:of )?(?P<number>{_NUMBER})(?: inclusive)?", re.I),
    re.compile(
        rf"{_UP_TO} (?P<number>{_NUMBER})(?:-?th|-?rd|-?nd|-?st)?[- ](?:order|degree)(?: terms?)?", re.I
    ),
    re.compile(rf"\b(?P<number>{_NUMBER})(?:-?th|-?rd|-?nd|-?st)?[- ](?P<inclusive>order|degree)\b", re.I),
    re.compile(rf"{_UP_TO} (?P<power>{MARK})(?:[- ]terms?)?(?: inclusive)?", re.I),
    re.compile(r"\b(?P<inclusive>of) (?:order|degree) (?P<number>\d+)", re.I),
)
_ORDER: Final = re.compile(
    r"\\?(?:mathcal|operatorname|mathrm)?\s*\{?\s*O\s*\}?\s*(?:\\left)?\s*\((.+?)(?:\\right)?\s*\)\Z", re.S
)
_ONE_TERM: Final = re.compile(
    rf"(?<!including )(?<!through )(?<! to )\b(?:the|a) (?:(?:[\w-]+|{MARK})[- ])?term\b(?!s)", re.I
)
_EXACT: Final = re.compile(r"including|through|inclusive", re.I)


def read(statement: Statement) -> Reading | None:
    """The Taylor polynomial that the statement asks for."""
    if _IS_SERIES.search(statement.prose) is None:
        return None
    if _ONE_TERM.search(statement.prose) is not None:
        raise Unreadable("wording", "a single term is asked for")
    prose, counted = _taken(_TERMS, statement.prose)
    prose, point = _taken(_POINT, prose)
    prose, degree = _taken_degree(statement, prose) if counted is None else (prose, None)
    prose, about = _taken(_FUNCTION_IN, prose)
    marks = re.findall(MARK, prose)
    if len(marks) != 1:
        raise Unreadable("wording", f"{len(marks)} formulas are left where one is the function to expand")
    require_known(prose, VOCABULARY)
    expr = formula(statement, marks[0])
    variable, place = _place(statement, prose, expr, point, about)
    if counted is not None:
        terms = _count(statement, counted["count"])
        return _reading(statement, expr, variable, place, (0, MOST), terms)
    if degree is None:
        raise Unreadable("wording", "it is not said up to which degree to expand")
    return _reading(statement, expr, variable, place, degree, None)


def _reading(
    statement: Statement,
    expr: sympy.Expr,
    variable: sympy.Symbol,
    point: sympy.Expr,
    degrees: tuple[int, int],
    terms: int | None,
) -> Reading:
    if degrees[1] > MOST or point.has(variable):
        raise Unreadable("size", f"the expansion about {point} up to degree {degrees[1]} is not looked at")
    task = tasks.Series(expression=expr, variable=variable, point=point, degree=degrees[1])
    return Reading(task, statement.assumptions, degrees=degrees, terms=terms)


def _taken(pattern: re.Pattern[str], prose: str) -> tuple[str, re.Match[str] | None]:
    found = pattern.search(prose)
    return (prose, None) if found is None else (f"{prose[: found.start()]} {prose[found.end() :]}", found)


def _taken_degree(statement: Statement, prose: str) -> tuple[str, tuple[int, int] | None]:
    """The least and the largest degree with which the polynomial may end; `up to order 5` may mean 4 or 5."""
    for found in (found for pattern in _DEGREE for found in pattern.finditer(prose)):
        groups = found.groupdict()
        power = _power(statement, groups["power"]) if groups.get("power") else None
        if power is not None:
            degree, exact = power
        elif groups.get("number"):
            degree, exact = _count(statement, groups["number"]), False
        else:
            continue
        exact = (
            exact or _EXACT.search(found[0]) is not None or groups["inclusive"].lower() in ("degree", "of")
        )
        exact = exact or re.search(r"\bdegree\b", found[0], re.I) is not None
        rest = f"{prose[: found.start()]} {prose[found.end() :]}"
        return rest, (degree if exact else max(0, degree - 1), degree)
    return prose, None


def _power(statement: Statement, mark: str) -> tuple[int, bool] | None:
    """The degree of a power such as `x^5` (which is included) or of `O(x^5)` (which may not be)."""
    order = _ORDER.match(statement.segments.formula(mark))
    try:
        nodes = (parse(order[1]),) if order is not None else statement.items(mark)
    except MathsError:
        return None
    if len(nodes) != 1 or not isinstance(nodes[0], sympy.Expr):
        return None
    base, exponent = nodes[0].as_base_exp()
    if not exponent.is_Integer or exponent < 1 or len(base.free_symbols) != 1:
        return None
    return (int(exponent), order is None) if base.is_Add or base.is_Symbol else None


def _count(statement: Statement, text: str) -> int:
    if text.startswith("⟦"):
        items = statement.items(text)
        if len(items) == 1 and items[0].is_Integer and items[0] >= 0:
            return int(items[0])
        raise Unreadable("wording", "the number of terms or the degree is no whole number")
    return int(text) if text.isdigit() else _COUNTS[text.lower()]


def _place(
    statement: Statement,
    prose: str,
    expr: sympy.Expr,
    point: re.Match[str] | None,
    about: re.Match[str] | None,
) -> tuple[sympy.Symbol, sympy.Expr]:
    """The variable and the point of the expansion."""
    named = None
    if about is not None:
        items = statement.items(about["mark"])
        if len(items) != 1 or not isinstance(items[0], sympy.Symbol):
            raise Unreadable("wording", "the variable of the expansion is no symbol")
        named = items[0]
    if point is None:
        if re.search(r"ma?claurin", prose, re.I) is None:
            raise Unreadable("wording", "it is not said about which point to expand")
        return named or _only(expr), sympy.S.Zero
    if point["origin"] is not None:
        return named or _only(expr), sympy.S.Zero
    items = statement.items(point["mark"])
    if len(items) != 1:
        raise Unreadable("wording", "the point of the expansion is a list")
    place = items[0]
    if isinstance(place, sympy.Eq) and isinstance(place.lhs, sympy.Symbol):
        return place.lhs, place.rhs
    if "powers" in point[0]:
        variable = named or _only(place, expr)
        if sympy.diff(place, variable) == 1:
            return variable, sympy.expand(variable - place)
        raise Unreadable("wording", f"the expansion in powers of {place} is not looked at")
    if isinstance(place, sympy.Expr):
        return named or _only(expr), place
    raise Unreadable("wording", "the point of the expansion is no expression")


def _only(*exprs: sympy.Expr) -> sympy.Symbol:
    """The variable: the only symbol of the expression, or `x` where there are parameters too."""
    symbols = exprs[0].free_symbols
    if len(symbols) == 1:
        return next(iter(symbols))
    if sympy.Symbol("x") in symbols:
        return sympy.Symbol("x")
    raise Unreadable("wording", "it is not said in which variable to expand")
