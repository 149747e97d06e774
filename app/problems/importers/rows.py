"""One row of a source, and reading its columns with errors that name them."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from app.problems.identity import canonical, digest
from app.problems.importers.errors import RowRefused

LONGEST_CELL = 100_000
"""Characters of a text that no statement, answer or solution needs."""
_SHOWN = 60


@dataclass(frozen=True)
class Row:
    """One row: its columns by name, and where it stands.

    `line` is the line of the file on which it begins, or the row's number where a file has no lines; both
    count from 1. Columns are asked for in any capitals and spacing: `answer_kind` finds `Answer Kind`.
    """

    file: str
    line: int
    columns: Mapping[str, Any]
    unit: Literal["line", "row"] = "line"

    @property
    def place(self) -> str:
        """Where it stands, as errors name it."""
        return f"{self.file}, {self.unit} {self.line}"

    @cached_property
    def sha256(self) -> str:
        """The hash of the row's content as canonical JSON, the same whichever format the file has."""
        return digest(canonical(_plain(self.columns)))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {_key(name): name for name in self.columns}

    def column(self, *names: str) -> str | None:
        """The row's own name of the first of these columns that it has with something in it."""
        for name in names:
            own = self._names.get(_key(name))
            if own is not None and not _is_blank(self.columns[own]):
                return own
        return None

    def value(self, *names: str) -> Any:
        """What the first of these columns holds, as it is; None if there is nothing."""
        own = self.column(*names)
        return None if own is None else self.columns[own]

    def text(self, *names: str) -> str:
        """The text of the first of these columns that has one; RowRefused if none has, or it is no text."""
        own = self.column(*names)
        if own is None:
            raise self._missing(names)
        return self._text(own, self.columns[own])

    def optional(self, *names: str) -> str:
        """The same, but "" where there is nothing."""
        own = self.column(*names)
        return "" if own is None else self._text(own, self.columns[own])

    def texts(self, *names: str) -> list[str]:
        """The texts of a list in the first of these columns that has something, or its one text."""
        own = self.column(*names)
        value = None if own is None else self.columns[own]
        items = value if isinstance(value, list) else [value]
        return [] if own is None else [self._text(own, item) for item in items]

    def number(self, *names: str) -> float | None:
        """The number in the first of these columns that has something; RowRefused if that is no number."""
        own = self.column(*names)
        if own is None:
            return None
        try:
            number = float(self.columns[own])
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise RowRefused("it is not a number", own, f"found {_short(self.columns[own])}")
        return number

    def _text(self, own: str, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise RowRefused("it is not a text", own, f"found {_short(value)}")
        text = str(value).strip()
        if len(text) > LONGEST_CELL:
            raise RowRefused(f"it has more than {LONGEST_CELL:,} characters", own, f"it has {len(text):,}")
        require_unicode(text, own)
        return text

    def _missing(self, names: tuple[str, ...]) -> RowRefused:
        own = next((self._names[_key(name)] for name in names if _key(name) in self._names), None)
        if own is not None:
            return RowRefused("it is empty", own)
        there = ", ".join(map(str, self.columns)) or "none"
        return RowRefused("there is no such column", names[0], f"the row has {_short(there, 200)}")


def require_unicode(text: str, column: str) -> None:
    """Raises RowRefused if the text holds a byte that was not UTF-8, or half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        place = f"at character {error.start + 1}; save the file as UTF-8"
        if 0xDC80 <= code <= 0xDCFF:
            raise RowRefused("a byte is not UTF-8", column, f"0x{code - 0xDC00:02X} {place}") from None
        raise RowRefused("half of a surrogate pair stands alone", column, place) from None


def _is_blank(value: Any) -> bool:
    return value.strip() == "" if isinstance(value, str) else value is None or value in ([], {})


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", str(name)).lower()


def _plain(value: Any) -> Any:
    """The value as JSON has it: bytes by their hash, text with what UTF-8 cannot write escaped."""
    if isinstance(value, Mapping):
        return {str(_plain(name)): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return "sha256:" + hashlib.sha256(value).hexdigest()
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value).encode("utf-8", "backslashreplace").decode()


def _short(value: Any, limit: int = _SHOWN) -> str:
    text = value if isinstance(value, str) else f"{type(value).__name__} {value!r}"
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
