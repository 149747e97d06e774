"""Differential equations with their conditions, of one unknown function of any name."""

from __future__ import annotations

import re
from typing import Final

import sympy
from sympy.core.function import AppliedUndef

from app.problems import tasks
from app.problems.audit.errors import IllPosed, Unreadable
from app.problems.audit.segments import MARK
from app.problems.audit.statement import Reading, Statement
from app.problems.audit.wording import require_known, vocabulary

VOCABULARY: Final = vocabulary(
    "solution solutions general particular initial value problem differential equation equations ordinary "
    "linear nonlinear non-linear homogeneous inhomogeneous nonhomogeneous non-homogeneous ode ivp bvp "
    "cauchy subject condition conditions boundary satisfying satisfies satisfy that such which together "
    "arbitrary constant constants denote denoted name called use integration separable exact bernoulli "
    "riccati euler unknown variable complete set under there exists unique independent dependent "
    "explicitly implicit family one-parameter two-parameter cauchy-euler"
)

_ASKS: Final = re.compile(
    r"\bsolve\b|\b(?:find|give|determine|compute|obtain|derive|what (?:is|are)|write|state|calculate"
    r"|integrate)(?: down)?"
    r"(?: (?:a|an|the|all|its|any|one|general|particular|complete|explicit|unique|exact|real|following))*"
    rf" (?:solutions?\b|functions?\b|initial value problem|differential equation|{MARK})",
    re.I,
)
_ORDER: Final = re.compile(
    r"\b(?:first|second|third|fourth|1st|2nd|3rd|4th)[- ]order\b|\b(?:with )?constant coefficients\b", re.I
)


def read(statement: Statement) -> Reading | None:
    """The equation, its conditions, and whether all its solutions are asked for."""
    functions = statement.functions
    items = [item for mark in statement.marks for item in statement.items(mark, functions)]
    equations = [item for item in items if _is_equation(item)]
    if not equations:
        return None
    if len(equations) != 1 or len(functions) != 1:
        raise Unreadable("operation", "a system of differential equations is not looked at")
    if _ASKS.search(statement.prose) is None:
        raise Unreadable(
            "wording", "something else than the solution of the differential equation is asked for"
        )
    require_known(_ORDER.sub(" ", statement.prose), VOCABULARY)
    (equation,) = equations
    (name,) = functions
    variable = _variable(equation, name, items)
    renamed = _in_variable(equation, variable)
    conditions = []
    for item in items:
        if item is equation or _is_mention(item, name, variable):
            continue
        conditions.append(_condition(item, name, variable))
    task = tasks.DifferentialEquation(
        equation=renamed, function=name, variable=variable, conditions=tuple(conditions)
    )
    general = (
        not conditions
        and re.search(
            r"\b(?:a|any|one|particular) (?:particular )?solution\b|\bparticular\b", statement.prose, re.I
        )
        is None
    )
    return Reading(task, statement.assumptions, general=general)


def _is_equation(item: sympy.Basic) -> bool:
    return isinstance(item, sympy.Eq) and any(
        isinstance(node.expr, AppliedUndef) and not _inside_value(item, node)
        for node in item.atoms(sympy.Derivative)
    )


def _inside_value(item: sympy.Basic, node: sympy.Derivative) -> bool:
    return any(value.has(node) for value in item.atoms(sympy.Subs))


def _variable(equation: sympy.Eq, name: str, items: list[sympy.Basic]) -> sympy.Symbol:
    """The variable: of the derivative, unless the text names another and the equation has none written."""
    written = next(node.variables[0] for node in equation.atoms(sympy.Derivative))
    for item in items:
        if (
            isinstance(item, AppliedUndef)
            and item.func.__name__ == name
            and isinstance(item.args[0], sympy.Symbol)
        ):
            return item.args[0]
    return written


def _in_variable(equation: sympy.Eq, variable: sympy.Symbol) -> sympy.Eq:
    found = {node.variables[0] for node in equation.atoms(sympy.Derivative)}
    arguments = {node.args[0] for node in equation.atoms(AppliedUndef)}
    if len(found) != 1 or arguments != found:
        raise Unreadable("operation", "the unknown function has other arguments than its variable")
    (written,) = found
    return equation if written == variable else equation.xreplace({written: variable})


def _is_mention(item: sympy.Basic, name: str, variable: sympy.Symbol) -> bool:
    """Whether a formula only names the function, its variable, or a constant of integration."""
    if isinstance(item, AppliedUndef):
        return bool(item.func.__name__ == name and item.args == (variable,))
    return isinstance(item, sympy.Symbol) and (
        item in (sympy.Symbol(name), variable) or item.name[0] in "CcKk"
    )


def _condition(item: sympy.Basic, name: str, variable: sympy.Symbol) -> sympy.Eq:
    """A value of the function or of a derivative at a point that does not move."""
    if not isinstance(item, sympy.Eq):
        raise Unreadable("operation", f"the formula {item} is no condition on {name}")
    left, right = item.lhs, item.rhs
    if right.has(AppliedUndef, sympy.Subs) or not isinstance(left, AppliedUndef | sympy.Subs):
        raise Unreadable("operation", f"the condition {item} does not give one value")
    if isinstance(left, AppliedUndef):
        point = left.args[0]
    elif isinstance(left.expr, sympy.Derivative) and len(left.point) == 1:
        point = left.point[0]
    else:
        raise Unreadable("operation", f"the condition {item} is not about a derivative at a point")
    for part in (point, right):
        if part.has(variable):
            raise IllPosed(
                "captured variable", f"the condition {item} contains the variable {variable} itself"
            )
    return item
