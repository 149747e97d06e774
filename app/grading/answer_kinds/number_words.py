"""Numbers in English words: `twenty-five`, `three hundred and two`, `two thirds`, `one and a half`."""

from __future__ import annotations

import re
from itertools import pairwise

_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")
_DIGITS_AND_SCALE = re.compile(
    r"([+-]?\d[\d,]*(?:\.\d+)?)(?:\s|\\[,; ]|\\text\s*\{)*\s*(hundred|thousand|million|billion"
    r"|trillion)\b\s*\}?(.*)",
    re.S | re.I,
)


def in_digits(text: str) -> str:
    """The text with the number words that it begins with as digits; as it is when it begins with none."""
    scaled = _DIGITS_AND_SCALE.fullmatch(text.strip())
    if scaled is not None:
        factor = _SCALES.get(scaled[2].casefold(), 100)
        return f"{scaled[1].replace(',', '')}*{factor} {scaled[3].strip()}".strip()
    if not text[:1].isalpha() and not text.startswith("-"):
        return text
    words = list(_WORD.finditer(text.casefold()))
    count = next((n for n in range(min(len(words), 12), 0, -1) if _value(words, n, text) is not None), 0)
    if not count:
        return text
    return f"{_value(words, count, text)}{text[words[count - 1].end() :]}"


def _value(found: list[re.Match[str]], count: int, text: str) -> str | None:
    """The number that the first `count` words write, when only spaces and hyphens stand between them."""
    gaps = (
        text[: found[0].start()],
        *(text[a.end() : b.start()] for a, b in pairwise(found[:count])),
    )
    if any(gap.strip(" -") for gap in gaps) or (gaps[0].strip() not in ("", "-")):
        return None
    words = [match.group() for match in found[:count]]
    negative = words[0] in ("minus", "negative")
    value = _number(words[1:] if negative else words)
    return None if value is None else f"-{value}" if negative else value


def _number(words: list[str]) -> str | None:
    if not words or words[-1] == "and":
        return None
    if len(words) == 1 and words[0] in _ORDINALS:
        return str(_ORDINALS[words[0]])
    part = words[-1].removesuffix("s") if words[-1] not in _PARTS else words[-1]
    if part in _PARTS:
        return _fraction(words[:-1], _PARTS[part])
    whole = _whole(words)
    return None if whole is None else str(whole)


def _fraction(words: list[str], lower: int) -> str | None:
    """`one half`, `two thirds`, `a quarter`, `one and a half`."""
    if "and" in words:
        cut = len(words) - 1 - words[::-1].index("and")
        whole, rest = _whole(words[:cut]), words[cut + 1 :]
        upper = 1 if rest in (["a"], ["an"]) else _whole(rest)
        return None if whole is None or upper is None else f"({whole}+{upper}/{lower})"
    upper = 1 if words in ([], ["a"], ["an"]) else _whole(words)
    return None if upper is None or (not words and lower != 2) else f"{upper}/{lower}"


def _whole(words: list[str]) -> int | None:
    total = group = 0
    last = 1000
    if not words or words[0] == "and":
        return None
    for word in words:
        if word in _UNITS:
            if last < 20 or (last == 20 and not 0 < _UNITS[word] < 10):
                return None
            group, last = group + _UNITS[word], 1
        elif word in _TENS:
            if last <= 20:
                return None
            group, last = group + _TENS[word], 20
        elif word == "hundred":
            if last >= 100:
                return None
            group, last = max(group, 1) * 100, 100
        elif word in _SCALES:
            if last == 1000:
                return None
            total, group, last = total + group * _SCALES[word], 0, 1000
        elif word != "and" or (last == 1000 and not total):
            return None
    return total + group
