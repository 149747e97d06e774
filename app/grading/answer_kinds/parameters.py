"""Parameters that a text declares: `k \\in \\mathbb{Z}`, `for any real t`, `n is an integer`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.grading.markup import collapsed

_SPACE = r"(?:[\s$~]|\\q?quad|\\[,;:! ])*"
_TEXT = r"(?:\\(?:text|textrm|mathrm|mbox)\s*\{)?"
_LETTER = r"(?:\\(?:lambda|mu|alpha|beta|theta|tau|ell)(?![a-z])|[A-Za-z](?:_\{?\w+\}?)?)(?![A-Za-z])"
_LETTERS = rf"(?<![A-Za-z\\\\])(?P<letters>{_LETTER}(?:{_SPACE}(?:,|\\band\\b){_SPACE}{_LETTER})*)"
_LEAD = (
    rf"{_SPACE}(?:[,;:|(]|\\mid(?![a-z])|\\(?:text|mbox)\w*\s*\{{|\\q?quad|\b(?:for|where|with|any|all))"
    rf"{_SPACE}(?:\\(?:text|mbox)\w*\s*\{{)?{_SPACE}"
    r"(?:(?:for|where|with|as|and)\b\s*)?(?:(?:any|all|some|every|each|an|a|arbitrary)\b\s*)*"
)
_SETS = {
    "integer": r"(?:\\mathbb\s*\{?\s*Z\s*\}?|\\mathbf\s*\{?\s*Z\s*\}?|\\Z(?![a-z])|Z(?![a-z])|ℤ)",
    "natural": r"(?:\\mathbb\s*\{?\s*N\s*\}?(?:_\{?0\}?)?|\\N(?![a-z])|ℕ₀?"
    r"|\\mathbb\s*\{?\s*Z\s*\}?\s*\^?_?\{?[+>]\S*\}?)",
    "real": r"(?:\\mathbb\s*\{?\s*[RC]\s*\}?|\\R(?![a-z])|[ℝℂ]|R(?![a-z]))",
}
_NOUNS = {"integer": r"(?:integers?)", "natural": r"(?:(?:positive|natural|non-?negative)\s+(?:integers?"
    r"|numbers?))",
          "real": r"(?:(?:real|complex|arbitrary|free)(?:\s+(?:numbers?|constants?|parameters?"
              r"|scalars?))?|reals|scalars?|(?:arbitrary )?constants?|parameters?|free)"}  # fmt: skip
_END = rf"\s*\}}?{_SPACE}\)?{_SPACE}\.?"
LOOK_BACK = 200
"""A declaration stands within so many characters of the end."""
_SIGN = re.compile(
    r"\\in(?![a-z])|∈|\b(?:in|integers?|real|complex|constants?|numbers?|parameters?|arbitrary|scalars?|free)\b"
)
_CLOSING = re.compile(r"(?:\\right)?\s*(?:\\\}|\})?\$?")
_PATTERNS = [
    (kind, re.compile(pattern))
    for kind in ("natural", "integer", "real")
    for pattern in (
        rf"{_LEAD}\}}?{_SPACE}{_LETTERS}{_SPACE}(?:\\in(?![a-z])|∈|{_TEXT}{_SPACE}in\b){_SPACE}{_SETS[kind]}{_END}",
        rf"{_LEAD}\}}?{_SPACE}{_LETTERS}{_SPACE}{_TEXT}{_SPACE}(?:is|are|being)?{_SPACE}(?:(?:an|any|a|arbitrary|all)\b\s*)*{_NOUNS[kind]}{_END}",
        rf"{_LEAD}{_NOUNS[kind]}\s*\}}?{_SPACE}{_LETTERS}{_END}",
    )
]


@dataclass(frozen=True)
class Declared:
    """A text without its declaration, and the names declared with the set they run over."""

    text: str
    kind: str = ""
    names: tuple[str, ...] = ()


def take(text: str) -> Declared:
    """Takes the declaration at the end of a text, or in front of a closing brace, away."""
    if _SIGN.search(text) is None:
        return Declared(text)
    text = collapsed(text)
    start = max(0, len(text) - LOOK_BACK)
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text, start):
            rest = text[found.end() :].strip()
            if found.start() > 0 and _CLOSING.fullmatch(rest):
                names = re.findall(_LETTER, re.sub(r"\band\b", " ", found["letters"]))
                plain = tuple(re.sub(r"[\\\\{}]", "", name) for name in names)
                return Declared(_without_braces(text[: found.start()] + rest), kind, plain)
    return Declared(text)


def _without_braces(text: str) -> str:
    found = re.fullmatch(
        r"(?:[A-Za-z]\s*(?:\\in|∈)\s*)?(?:\\left)?\s*\\\{(.*?)(?:\\mid|\\vert|\||:)?\s*(?:\\right)?\s*\\\}",
        text.strip(),
        re.S,
    )
    return found.group(1) if found else text.strip()
