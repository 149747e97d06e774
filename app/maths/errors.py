"""The errors of the mathematics room."""

from __future__ import annotations

from typing import Literal

Fault = Literal["syntax", "unknown", "limit"]
"""Why a text cannot be read: it is no mathematics, it has notation that we lack, or it is too large."""

_WINDOW = 60


class MathsError(ValueError):
    """Base class of everything this room raises on purpose."""


class ParseError(MathsError):
    """The text is not mathematics that the grammar knows, or it is larger than the limits.

    `what` says what is wrong, `where` is the offset in `text` of the character concerned, and `hint` says
    what to write instead (or is empty). `fault` tells the kind of mistake.
    """

    def __init__(
        self, what: str, where: int = 0, hint: str = "", text: str = "", fault: Fault = "syntax"
    ) -> None:
        super().__init__(what, where, hint, text, fault)
        self.fault = fault
        self.what = what
        self.where = where
        self.hint = hint
        self.text = text

    def __str__(self) -> str:
        lines = [f"{self.what} (at character {self.where + 1})"]
        if self.text:
            start = max(0, self.where - _WINDOW)
            shown = self.text[start : self.where + _WINDOW]
            flat = "".join(" " if character.isspace() else character for character in shown)
            lines += ["  " + flat, "  " + " " * (self.where - start) + "^"]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)
