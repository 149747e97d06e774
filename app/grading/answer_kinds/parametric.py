"""Lines, planes and spans: vectors with free parameters, equal when they fill the same affine space."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

import sympy

from app.grading.answer_kinds import parameters, reading
from app.grading.answer_kinds.base import Question, Ruling
from app.grading.answer_kinds.reading import Side

PARAMETERS = frozenset({"t", "s", "u", "lambda", "mu", "tau"})
"""Names that are free parameters of a vector even when nobody says so."""

_SPAN = re.compile(
    r"(?:\\operatorname|\\text|\\mathrm)?\s*\{?\s*\\?span\s*\}?\s*(?:\\left)?\s*(\\?[{(\[].*)", re.S | re.I
)

Space = tuple[sympy.Matrix, sympy.Matrix]
"""A point, and the directions as columns."""


def is_span(text: str) -> bool:
    """Whether a text writes a span of vectors."""
    return _SPAN.fullmatch(reading.split(reading.tidy(text), reading.EQUALS)[-1]) is not None


def rule(question: Question, gold: Sequence[sympy.Basic], answer: Sequence[sympy.Basic]) -> Ruling | None:
    """Compares two vectors with parameters as affine spaces; None when the gold has none."""
    declared = [parameters.take(text).names for text in (question.gold, question.answer)]
    target = _space(gold, PARAMETERS | set(declared[0]))
    if target is None or target[1].cols == 0:
        return None
    given = _space(answer, PARAMETERS | set(declared[1]) | set(declared[0]))
    if given is None or given[0].rows != target[0].rows:
        return Ruling(False, "form", "The answer is not a vector with free parameters, as the gold is.")
    return same(target, given)


def same(gold: Space, answer: Space) -> Ruling:
    """Whether two affine spaces are one."""
    (point, directions), (given, found) = gold, answer
    dimension = _rank(directions)
    alike = (
        _rank(found) == dimension
        and _rank(directions.row_join(found)) == dimension
        and _rank(directions.row_join(given - point)) == dimension
    )
    said = "the same" if alike else "another"
    return Ruling(alike, "affine", f"The answer runs over {said} space of dimension {dimension}.")


def _rank(matrix: sympy.Matrix) -> int:
    return int(matrix.rank(simplify=True)) if matrix.cols else 0


def _space(entries: Sequence[sympy.Basic], names: frozenset[str] | set[str]) -> Space | None:
    """The affine space that entries linear in their parameters fill."""
    vector = sympy.Matrix(list(entries))
    free = sorted((symbol for symbol in vector.free_symbols if symbol.name in names), key=attrgetter("name"))
    directions = vector.jacobian(free) if free else sympy.zeros(vector.rows, 0)
    if directions.free_symbols & set(free):
        return None
    return vector.xreplace(dict.fromkeys(free, sympy.S.Zero)), directions


def span(text: str, side: Side) -> Space:
    """The space that `span{…}` names."""
    found = _SPAN.fullmatch(reading.split(reading.tidy(text), reading.EQUALS)[-1])
    listed = found[1] if found else text
    inside = re.fullmatch(r"\\?[{(\[](.*?)(?:\\right)?\s*\\?[})\]]", listed.strip(), re.S)
    parts = reading.split(inside[1] if inside else listed, re.compile(","))
    columns = [sympy.Matrix(list(reading.read(part, side))) for part in parts if part]
    directions = sympy.Matrix.hstack(*columns)
    return sympy.zeros(directions.rows, 1), directions
