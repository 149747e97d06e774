"""The errors of the grading room; the judge turns each into a verdict."""

from __future__ import annotations

from app.errors import PlumblineError


class GradingError(PlumblineError):
    """Base class of what keeps a rule from comparing an answer with the gold answer."""


class GoldUnreadable(GradingError):
    """The gold answer cannot be read as its kind: a fault of the problem, never of the answer."""


class AnswerUnreadable(GradingError):
    """The answer cannot be read; `notation` tells whether it may be mathematics that we lack notation for."""

    def __init__(self, why: str, *, notation: bool) -> None:
        super().__init__(why)
        self.notation = notation


class AnswerRefused(GradingError):
    """The answer was read and cannot be right whatever its value; `method` names the rule that says so."""

    def __init__(self, method: str, why: str) -> None:
        super().__init__(why)
        self.method = method


class Undecidable(GradingError):
    """Both sides were read, and no stage could tell whether they are equal."""
