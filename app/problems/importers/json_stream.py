"""JSON values out of a stream of text, one at a time: the elements of an array, or values one after another.

`json` reads a whole document at once. Here only the value being read is in memory, and each comes with the
number of the line on which it begins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from app.problems.importers.errors import ImportFailed

LONGEST = 32 * 1024 * 1024
"""Characters of one value beyond which a file is refused; room for a row with an image in it."""
_LOOKAHEAD = 16
"""A literal, number or escape that the end of a chunk cuts off is shorter than this."""
_LONGEST_INTEGER = 4_000
_SPACE = " \t\r\n"


def row_decoder() -> json.JSONDecoder:
    """Reads decimals as they are written (`2.50` is an answer, not a float), and NaN as nothing."""
    return json.JSONDecoder(parse_float=str, parse_int=_integer, parse_constant=lambda _: None)


def values(chunks: Iterable[str], file: str) -> Iterator[tuple[int, Any]]:
    """(line, value) of each element of the array, or of each value of the sequence, that `chunks` spell.

    The chunks may end anywhere. Raises ImportFailed, naming file and line, where the text is not JSON.
    """
    return _Reader(iter(chunks), file).values()


class _Reader:
    def __init__(self, chunks: Iterator[str], file: str) -> None:
        self._chunks = chunks
        self._file = file
        self._decoder = row_decoder()
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def values(self) -> Iterator[tuple[int, Any]]:
        in_array = self._peek() == "["
        if in_array:
            self._at += 1
        while (character := self._peek()) not in ("", "]"):
            yield self._line, self._value()
            character = self._peek()
            if in_array and character == ",":
                self._at += 1
                if self._peek() in ("]", ""):
                    raise self._error("a value should follow the comma")
            elif in_array and character not in ("]", ""):
                raise self._error(f"a comma or ']' should stand here, not {character!r}")
        if in_array and character == "":
            raise self._error("the file ends in the middle of the array")
        if character == "]" and not in_array:
            raise self._error("there is no array for this ']' to end")
        if character == "]":
            self._at += 1
            if self._peek():
                raise self._error("something stands after the end of the array")

    def _peek(self) -> str:
        """The next character that is no space, counting the lines passed; "" at the end."""
        while True:
            text, at = self._text, self._at
            while at < len(text) and text[at] in _SPACE:
                at += 1
            self._pass(at)
            if at < len(text):
                return text[at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        """The value that begins here; text is added, ever more at a time, until it is whole."""
        wanted = 0
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended or not self._may_be_cut_off(error):
                    raise self._error(f"not JSON: {error.msg}", error.pos) from None
            except RecursionError:
                raise self._error("the value is nested too deeply") from None
            else:
                if end < len(self._text) or self._ended:
                    self._pass(end)
                    return value
            present = len(self._text) - self._at
            if present > LONGEST:
                raise self._error(
                    f"a value of more than {LONGEST:,} characters, or a quote that is never closed"
                )
            wanted = max(wanted, 2 * present)
            while len(self._text) - self._at <= wanted and self._more():
                pass

    def _may_be_cut_off(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _LOOKAHEAD

    def _more(self) -> bool:
        """Adds a chunk and drops what was passed; False at the end."""
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
            return False
        self._text = self._text[self._at :] + chunk
        self._at = 0
        return True

    def _pass(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _error(self, what: str, at: int | None = None) -> ImportFailed:
        line = self._line + self._text.count("\n", self._at, self._at if at is None else at)
        return ImportFailed(
            f"{self._file}, line {line}: {what}. Nothing after it can be read; mend the file there, "
            "or write it as JSON lines, where a bad line costs only itself."
        )


def _integer(digits: str) -> int | str:
    """An integer; one too long for Python to read stays text."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits
