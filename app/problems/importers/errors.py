"""What can be wrong with a file that is imported."""

from __future__ import annotations

from app.problems.errors import ProblemsError


class ImportFailed(ProblemsError):
    """A source cannot be read any further, or holds nothing of its format; nothing is imported."""


class RowRefused(ProblemsError):
    """One row is not imported: `what` says why, in words that rows with the same fault share.

    `column` is where it stands ("" for the whole row), `detail` what was found there and what to do.
    """

    def __init__(self, what: str, column: str = "", detail: str = "") -> None:
        super().__init__(what, column, detail)
        self.what = what
        self.column = column
        self.detail = detail

    def __str__(self) -> str:
        place = f"column {self.column!r}: " if self.column else ""
        return f"{place}{self.what}" + (f"; {self.detail}" if self.detail else "")
