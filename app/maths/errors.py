"""The errors of the mathematics room."""

from __future__ import annotations

_WINDOW = 60


class MathsError(ValueError):
    """Base class of everything this room raises on purpose."""


class ParseError(MathsError):
    """The text is not mathematics that the grammar knows, or it is larger than the limits.

    `what` says what is wrong, `where` is the offset in `text` of the character concerned, and `hint` says
    what to write instead (or is empty).
    """

    def __init__(self, what: str, where: int = 0, hint: str = "", text: str = "") -> None:
        super().__init__(what, where, hint, text)
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
