"""From a statement's text to a typed task: every word and formula must have its part in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.problems.audit import differential_equations, domains, equations, formulas, taylor, wording
from app.problems.audit.errors import Unreadable
from app.problems.audit.segments import split
from app.problems.audit.statement import Reading, Statement

FAMILIES: Final[tuple[Callable[[Statement], Reading | None], ...]] = (
    differential_equations.read,
    taylor.read,
    equations.read,
    formulas.read,
)
"""The kinds of question, tried in turn; each says None where the statement is not of its kind."""


def read(text: str) -> Reading:
    """The typed task of a statement.

    Raises Unreadable, with the reason, where anything in it is not understood, and IllPosed where it is
    understood and has no answer.
    """
    segments = split(text)
    prose, assumptions = domains.take(segments)
    statement = Statement(segments, wording.without_harmless(prose), assumptions)
    if not statement.marks:
        raise Unreadable("wording", "the statement has no formula")
    for family in FAMILIES:
        reading = family(statement)
        if reading is not None:
            return reading
    raise Unreadable("wording", "no kind of question that the audit knows is asked")
