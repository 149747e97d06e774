"""Equations in one unknown."""

from __future__ import annotations

import re
from typing import Final, Literal

import sympy
from sympy.core.function import AppliedUndef

from app.problems import tasks
from app.problems.audit.errors import Unreadable
from app.problems.audit.segments import MARK
from app.problems.audit.statement import Reading, Statement
from app.problems.audit.wording import require_known, vocabulary

VOCABULARY: Final = vocabulary(
    "equation solution solutions set root roots zeros satisfy satisfies satisfying that such which reals "
    "numbers integer integers positive values over every unknown algebraic quadratic cubic exponential "
    "logarithmic trigonometric among real complex"
)
_SOLVE: Final = re.compile(
    r"\b(?:solve|solutions?|roots?|satisfy|satisfies|satisfying)\b|\ball\b.*\bsuch that\b", re.I | re.S
)
_NUMBERS: Final = re.compile(r"\b(?:real|complex|positive|whole|natural) numbers?\b", re.I)
_ONE: Final = re.compile(r"\b(?:the|a|one) value\b", re.I)
Domain = Literal["reals", "complexes", "integers", "positive"]
_DOMAINS: Final[tuple[tuple[re.Pattern[str], tuple[Domain, ...]], ...]] = (
    (re.compile(r"\bpositive\b", re.I), ("positive",)),
    (re.compile(r"\bintegers?\b", re.I), ("integers",)),
    (re.compile(r"\bcomplex\b", re.I), ("complexes",)),
    (re.compile(r"\breals?\b", re.I), ("reals",)),
)
ANY: Final[tuple[Domain, ...]] = ("reals", "complexes")


def read(statement: Statement) -> Reading | None:
    """The equation, its unknown, and the domains in which the solutions may be meant to lie."""
    if _SOLVE.search(statement.prose) is None:
        return None
    items = [item for mark in statement.marks for item in statement.items(mark)]
    equations = [item for item in items if isinstance(item, sympy.Eq)]
    if not equations:
        return None
    if _ONE.search(statement.prose) is not None:
        raise Unreadable("wording", "one value is asked for, where an equation may have several")
    names = [item for item in items if isinstance(item, sympy.Symbol)]
    if len(equations) != 1 or len(names) + 1 != len(items) or len(set(names)) > 1:
        raise Unreadable("operation", "more than one equation in one unknown is not looked at")
    require_known(_NUMBERS.sub(" ", statement.prose), VOCABULARY)
    (equation,) = equations
    if equation.has(AppliedUndef, sympy.Derivative, sympy.Limit):
        raise Unreadable("operation", "the equation has a function or an operator in it")
    said = next(
        (domain for pattern, domain in _DOMAINS if pattern.search(re.sub(MARK, "", statement.prose))), ANY
    )
    unknown = names[0] if names else _only(equation)
    task = tasks.Equation(equation=equation, variable=unknown, domain=said[0])
    return Reading(task, statement.assumptions, domains=said)


def _only(equation: sympy.Eq) -> sympy.Symbol:
    symbols = equation.free_symbols
    if len(symbols) == 1:
        return next(iter(symbols))
    raise Unreadable("wording", "it is not said for which unknown to solve")
