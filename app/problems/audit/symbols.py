"""Points for the symbols of a question, where the statement says too little about them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import sympy

from app.maths import Assumptions, MathsError
from app.maths.assumptions import Point
from app.problems import tasks
from app.problems.audit.domains import EVERY
from app.problems.audit.errors import Unreadable
from app.problems.audit.statement import Reading

WHOLE: Final = frozenset(["n", "m", "k", "j", "N", "M"])
"""Names of parameters that are taken for positive integers where nothing is said of them."""
SCALES: Final = (sympy.S.One, sympy.Rational(1, 64), sympy.Rational(1, 4096), sympy.Integer(8))
"""Factors for the variable, tried in turn."""
LARGE: Final = 50
"""A number beside which the scale of the variable matters."""
TRIES: Final = 24
"""Points that are drawn at the most."""


def assumptions(reading: Reading, others: set[sympy.Symbol]) -> Assumptions:
    """What the statement says of its symbols, and what is usual for those it leaves open.

    A parameter of which nothing is said is positive, one named n, m or k a positive integer: an answer that
    fails there fails however the statement was meant. The variable of the task is real, as in the statement.
    """
    said = [relation for relation in reading.assumptions if EVERY not in relation]
    every = [relation for relation in reading.assumptions if EVERY in relation]
    try:
        relations = list(Assumptions.of(said).relations)
        declared = set().union(*(relation.free_symbols for relation in relations))
        silent = others - declared - {tasks.variable(reading.task)}
        for symbol in sorted(silent, key=str):
            relations += Assumptions.of([text.replace(EVERY, str(symbol)) for text in every]).relations
            if not every:
                relations.append(_usual(symbol, reading))
        return Assumptions(tuple(relations))
    except MathsError as error:
        raise Unreadable("domain", f"what is said of the symbols cannot be used: {error}") from error


def points(known: Assumptions, symbols: set[sympy.Symbol], name: str) -> Iterator[Point]:
    """Admissible points, always the same for a row; one empty point where there is nothing to choose."""
    if not symbols:
        yield {}
        return
    try:
        yield from islice(known.stream(sorted(symbols, key=str), zlib.crc32(name.encode())), TRIES)
    except MathsError as error:
        raise Unreadable("domain", f"no point is admissible: {error}") from error


def nearer(
    point: Point, variable: sympy.Symbol | None, exprs: Iterable[sympy.Expr], known: Assumptions
) -> Iterator[Point]:
    """The point, and those with the variable at other scales, the likeliest first.

    Large numbers beside the variable leave nothing but what cancels, unless the variable is small; one that
    is added to it may want it large.
    """
    if variable is None:
        yield point
        return
    largest = max(
        (abs(number) for expr in exprs for number in expr.atoms(sympy.Integer)), default=sympy.S.One
    )
    scales = (1 / largest, *SCALES, largest) if largest > LARGE else SCALES
    for scale in scales:
        there = {**point, variable: point[variable] * scale}
        if known.admits(there):
            yield there


def _usual(symbol: sympy.Symbol, reading: Reading) -> sympy.Basic:
    bounds = {
        s for name in ("lower", "upper") for s in getattr(reading.task, name, sympy.S.Zero).free_symbols
    }
    counted = symbol in bounds and reading.task.operation in ("sum", "product")
    if counted or symbol.name in WHOLE:
        return sympy.Contains(symbol, sympy.Naturals)
    return sympy.Gt(symbol, 0)
