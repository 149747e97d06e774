"""How numbers are written: decimals, separated thousands, recurring digits, and other bases."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GROUP = r"(?:\{,\}|,?\\[,!; ]|[ ~_])"
_PLAIN = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\d.]))?")
_SPELLED_THOUSANDS = re.compile(
    rf"[1-9]\d{{0,2}}(?:(?:{_GROUP}\d{{3}})+|(?:,\d{{3}})*,0\d{{2}}(?:,\d{{3}})*)(?!\d)"
)
_THOUSANDS = re.compile(rf"{_SPELLED_THOUSANDS.pattern}|[1-9]\d{{0,2}}(?:,\d{{3}})+(?![\d,])")
_SEPARATORS = re.compile(rf"{_GROUP}|,")
_DECIMALS = re.compile(r"\.\d+")
_PREFIXED = re.compile(r"0(?:[xX]([0-9A-Fa-f]+)|[bB]([01]+)|[oO]([0-7]+))(?![0-9A-Za-z.])")
_BASED = re.compile(
    r"(?P<bracket>\(\s*)?(?P<digits>[0-9A-Fa-f]+)(?(bracket)\s*\))\s*(?:_|\(?\s*base)\s*"
    r"(?:\{\s*(?:\\text\s*\{)?\s*\(?(?P<base>\d+|[a-z]+)\)?\s*\}{1,2}|(?P<digit>\d+)\s*\)?)"
)
_BASE_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "sixteen": 16, "bin": 2, "oct": 8, "dec": 10, "hex": 16,
}  # fmt: skip
_RECURRING = re.compile(
    r"(?P<fixed>\d*\.\d*)(?:\\(?:overline|bar)\s*\{?(?P<bar>\d+)\}?|\((?P<bracket>\d+)\)"
    r"|\\dot\s*\{?(?P<first>\d)\}?(?:(?P<middle>\d*)\\dot\s*\{?(?P<last>\d)\}?)?)"
)


@dataclass(frozen=True)
class Numeral:
    """A number found in a text: its canonical digits and where it ends.

    `digits` is `12`, `0.5`, `1e-3`, or `0.1(6)` with its recurring digits in brackets.
    """

    digits: str
    end: int


def read(text: str, start: int, *, listed: bool) -> Numeral | None:
    """The number that begins at `start`, or None; in a list, a bare comma separates two numbers."""
    found = _RECURRING.match(text, start)
    if found is not None:
        period = (
            found["bar"] or found["bracket"] or "".join(filter(None, found.group("first", "middle", "last")))
        )
        return Numeral(f"{found['fixed'].rjust(2, '0')}({period})", found.end())
    found = (_SPELLED_THOUSANDS if listed else _THOUSANDS).match(text, start)
    if found is not None:
        digits = _SEPARATORS.sub("", found.group())
        decimals = _DECIMALS.match(text, found.end())
        return Numeral(digits + (decimals.group() if decimals else ""), (decimals or found).end())
    found = _PREFIXED.match(text, start)
    if found is not None:
        base = (16, 2, 8)[(found.lastindex or 1) - 1]
        return Numeral(str(int(found[found.lastindex or 1], base)), found.end())
    found = _PLAIN.match(text, start)
    return Numeral(found.group(), found.end()) if found is not None else None


def read_based(text: str, start: int) -> Numeral | None:
    """The number with a base as its subscript (`101_2`, `1A_{16}`, `(77)_8`) that begins at `start`, or None.

    Letters alone need two of them and a base above ten, since `A_1` is a name.
    """
    found = _BASED.match(text, start)
    if found is None:
        return None
    written = found["base"] or found["digit"]
    base = _BASE_WORDS.get(written, 0) if written.isalpha() else int(written)
    digits = found["digits"]
    if digits.isalpha() and (base <= 10 or len(digits) < 2 or not digits.isupper()):
        return None
    if not 2 <= base <= 16 or any(int(d, 16) >= base for d in digits):
        return None
    if found["bracket"] and len(digits) == 1:
        return None  # Pochhammer's symbol
    return Numeral(str(int(digits, base)), found.end())
