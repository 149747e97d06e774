"""How answers that are functions behave: their values at sampled inputs, to be counted where they agree.

An antiderivative is compared by its derivative. Values are written to so many decimals, so that equal
behaviour is equal text; a value that is not found (a pole, a failing program) is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from operator import attrgetter
from typing import Any

import sympy
from flint import acb, arb
from sympy import S

from app.grading.answer_kinds import antiderivative
from app.grading.answer_kinds.base import is_scalar
from app.grading.answer_kinds.function import Function, are_integers, pairing, read_function
from app.grading.classes import Query, finals
from app.grading.errors import GradingError
from app.grading.judge import GIVING_UP, usable_assumptions
from app.grading.programs import ProgramError
from app.maths import Assumptions, MathsError, enclose_to
from app.maths.assumptions import Point
from app.problems.problem import AnswerKind
from app.problems.tasks import IndefiniteIntegral

KINDS: tuple[AnswerKind, ...] = ("expression", "function", "antiderivative")
"""Kinds whose answers have values at inputs."""
DECIMALS = 20
"""Decimals to which values must agree."""
GUARD = 10
"""Decimals beyond these to which they are computed."""
TRIES = 4
"""Points drawn for each one wanted: integers come up again."""

Value = str | None


@dataclass(frozen=True)
class Plan:
    """Final answers as texts, the variables they are functions of, in order, and the inputs to look at.

    `derived` is the variable after which an antiderivative is differentiated.
    """

    texts: tuple[str | None, ...]
    variables: tuple[sympy.Symbol, ...]
    points: tuple[Point, ...]
    derived: sympy.Symbol | None = None


def plan(query: Query, inputs: int, seed: int) -> Plan | None:
    """At which inputs the answers are to be compared; None where they have none, or are no functions."""
    if query.kind not in KINDS:
        return None
    texts = tuple(None if final is None else final.text for final in finals(query))
    read = [function for text in texts if text is not None and (function := _read(text)) is not None]
    if not read:
        return None
    [(variables, _)] = Counter(function.variables for function in read).most_common(1)
    named = [function for each in read if (function := _named(each, variables)) is not None]
    symbols = {symbol for function in named for symbol in function.variables}
    derived = _derived(query, variables) if query.kind == "antiderivative" else None
    if query.kind == "antiderivative" and derived is None:
        return None
    assumptions, _ = usable_assumptions(query.assumptions)
    if any(are_integers(function, function, assumptions) for function in named):
        naturals = (sympy.Contains(symbol, S.Naturals0) for symbol in sorted(symbols, key=attrgetter("name")))
        assumptions = Assumptions((*assumptions.relations, *naturals))
    points = _points(symbols, assumptions, inputs, seed)
    return Plan(texts, variables, points, derived) if points else None


def values(text: str, plan: Plan) -> tuple[Value, ...]:
    """The values of one answer at the points of the plan; for its function of too many variables, none."""
    function = _read(text)
    if function is not None:
        function = _named(function, plan.variables)
    if function is not None and plan.derived is not None:
        function = _derivative(function, plan.derived)
    if function is None:
        return (None,) * len(plan.points)
    return tuple(_value(function, point) for point in plan.points)


def scores(behaviours: Sequence[Sequence[Value]]) -> list[int]:
    """For each answer f the sum over answers g and inputs x of 1[f(x) = g(x)]; no value equals none.

    Source: J. Chen et al., "Divide-and-Conquer Meets Consensus: Unleashing the Power of Functions in Code
    Generation", 2024, where it is called functional consensus.
    """
    counts = [Counter(column) for column in zip(*behaviours, strict=True)]
    return [
        sum(count[value] for count, value in zip(counts, row, strict=True) if value is not None)
        for row in behaviours
    ]


def _read(text: str) -> Function | None:
    try:
        function = read_function(text, "answer")
    except (GradingError, MathsError, *GIVING_UP):
        return None
    return function if function.program is not None or is_scalar(function.formula) else None


def _named(function: Function, variables: tuple[sympy.Symbol, ...]) -> Function | None:
    """The function with the variables that most answers have; None where it is of another number of them."""
    try:
        return function.named(pairing(Function(variables, None), function))
    except GradingError:
        return None


def _derived(query: Query, variables: Iterable[sympy.Symbol]) -> sympy.Symbol | None:
    if isinstance(query.task, IndefiniteIntegral):
        return query.task.variable
    return antiderivative.likeliest(variables)


def _derivative(function: Function, variable: sympy.Symbol) -> Function | None:
    if function.formula is None:
        return None
    try:
        return Function(function.variables, sympy.diff(function.formula, variable))
    except GIVING_UP:
        return None


def _points(
    symbols: set[sympy.Symbol], assumptions: Assumptions, inputs: int, seed: int
) -> tuple[Point, ...]:
    if not symbols:
        return ()
    try:
        drawn = list(islice(assumptions.stream(list(symbols), seed), TRIES * inputs))
    except MathsError:
        return ()
    return tuple({tuple(point.items()): point for point in drawn}.values())[:inputs]


def _value(function: Function, point: Point) -> Value:
    try:
        if function.program is not None:
            return _spelled(function.at({**dict.fromkeys(function.variables, S.Zero), **point}))
        return _spelled(function.formula, point)
    except (GradingError, MathsError, ProgramError, *GIVING_UP):
        return None


def _spelled(value: Any, point: Mapping[sympy.Symbol, sympy.Expr] | None = None) -> Value:
    if isinstance(value, (list, tuple, sympy.Tuple)):
        parts = [_spelled(part) for part in value]
        return None if None in parts else f"[{', '.join(filter(None, parts))}]"
    if not is_scalar(value):
        return str(value)
    return _rounded(enclose_to(value, point or {}, DECIMALS + GUARD))


def _rounded(ball: acb) -> str:
    return f"{_decimal(ball.real)} {_decimal(ball.imag)}"


def _decimal(ball: arb) -> str:
    """The middle of a narrow ball in units of the last decimal: all such balls around a number share it."""
    mantissa, exponent = map(int, ball.mid().man_exp())
    return str(round(Fraction(mantissa) * Fraction(2) ** exponent * 10**DECIMALS))
