"""What a statement says of its symbols: `where $a > 0$`, `assume $A, B$ are positive`, `for real $x$`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import sympy

from app.maths import Assumptions, MathsError
from app.problems.audit.segments import MARK, Segments

EVERY: Final = "*"
"""Stands, in place of a symbol, for all that a statement leaves undeclared."""

_RELATIONS: Final = {
    "positive": r"{} > 0",
    "negative": r"{} < 0",
    "nonnegative": r"{} \ge 0",
    "nonzero": r"{} \ne 0",
    "integer": r"{} \in \mathbb{{Z}}",
    "integral": r"{} \in \mathbb{{Z}}",
    "natural": r"{} \in \mathbb{{N}}",
    "complex": r"{} \in \mathbb{{C}}",
    "real": r"{} \in \mathbb{{R}}",
}
_ADJECTIVE: Final = (
    r"(?:an?|and|both|all|any|some|strictly|arbitrary|fixed|given|generic|real-valued|real|positive|negative"
    r"|non-?\s?negative|non-?\s?zero|natural|complex|integral|integers?|numbers?|constants?|reals|parameters?|symbolic|symbols?|quantit(?:y|ies)|scalars?|variables?|valued|the)"
)
_ADJECTIVES: Final = rf"{_ADJECTIVE}(?:(?:\s*,\s*|\s+){_ADJECTIVE}\b)*"
_ITEM: Final = rf"(?:{MARK}|\b(?!(?-i:[aI]\b))[A-Za-z]\b)"
_LIST: Final = rf"{_ITEM}(?:\s*(?:,\s*and|,|and)\s*{_ITEM})*"
_OPENING: Final = (
    r"(?:\(?\s*(?:,|;|\.|and)?\s*(?:and\s+)?(?:here|you\s+(?:may|can|should)\s+(?:assume|take)|where|with|assuming|assume|suppose|supposing|given|let|for|if|when|provided"
    r"|in which|while|note|treat)\b,?\s*(?:that\b)?)"
)
_KINDS: Final = r"(?:constants?|parameters?|variables?|symbols?|letters?|coefficients?)"
_NOUN: Final = rf"(?:the\s+)?(?:(?:real|free|symbolic)\s+)?(?:{_KINDS}|values?\s+of)"
_BE: Final = (
    r"(?:is|are|be|being|denotes?|to be)\s+(?:assumed\s+(?:to be\s+)?|taken\s+to be\s+|all\s+)?"
    rf"(?P<all>{_ADJECTIVES})\b\)?"
)
_DECLARED: Final = re.compile(
    rf"(?:{_OPENING}|(?:,|;|\.|\band)|\A)?\s*(?:{_NOUN}\s+)?(?P<names>{_LIST})\s+{_BE}", re.I
)
_EVERY: Final = re.compile(
    rf"(?:{_OPENING}\s*|\A)?\s*(?:\ball\s+(?:the\s+)?(?:other\s+)?){_KINDS}\s+{_BE}", re.I
)
_POSTPOSED: Final = re.compile(
    rf"{_OPENING}\s*(?:{_NOUN}\s+)?(?P<names>{_LIST})\s+(?:as\s+)?(?P<all>{_ADJECTIVES})(?=\s*(?:[.,;:)]|\Z))\)?",
    re.I,
)
_QUALIFIED: Final = re.compile(
    rf"{_OPENING}\s*(?:all\s+|every\s+|any\s+)?(?P<all>{_ADJECTIVES})\s+(?:values\s+of\s+)?(?P<names>{_LIST})"
    r"(?=\s*(?:[.,;:)]|\Z|where|with|and))\)?",
    re.I,
)
_STATED: Final = re.compile(
    rf"(?:{_OPENING}|,|;|\(|\band)\s*(?:all\s+|every\s+)?(?P<names>{MARK}(?:\s*(?:,\s*and|,|and)\s*{MARK})*)\)?",
    re.I,
)


def take(segments: Segments) -> tuple[str, tuple[str, ...]]:
    """The prose without its clauses on domains, and these as relations in LaTeX."""
    prose, found = segments.prose, []
    for pattern in (_EVERY, _DECLARED, _POSTPOSED, _QUALIFIED, _STATED):
        position = 0
        while (match := pattern.search(prose, position)) is not None:
            relations = list(_relations(match, segments))
            if not relations:
                position = match.start() + 1
                continue
            found += [relation for relation in relations if relation]
            prose = f"{prose[: match.start()]} , {prose[match.end() :]}"
            position = match.start()
    return prose, tuple(dict.fromkeys(found))


def _relations(match: re.Match[str], segments: Segments) -> Iterator[str]:
    """The relations of a clause (empty text for a mere constant), or nothing where it is no such clause."""
    groups = match.groupdict()
    words = _words(groups.get("all") or "")
    if "names" not in groups:
        yield from (_RELATIONS[word].format(EVERY) for word in words) if words else ("",)
        return
    names = [name for item in re.findall(_ITEM, groups["names"]) for name in _names(item, segments)]
    if "all" in groups:
        if names and all(map(_is_relation, names)):
            yield from names
            yield from (_RELATIONS[word].format(symbol) for symbol in _about(names) for word in words)
            return
        if not all(re.fullmatch(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?", name) for name in names):
            return
        yield ""
        yield from (_RELATIONS[word].format(name) for name in names for word in words)
        return
    if names and all(map(_is_relation, names)):
        yield from names


def _words(text: str) -> list[str]:
    plain = re.sub(r"non-?\s?", "non", text)
    words = [word.removesuffix("s") for word in re.findall(r"[a-z-]+", plain.lower())]
    words = ["real" if word == "real-valued" else word for word in words]
    return [word for word in words if word in _RELATIONS]


def _names(item: str, segments: Segments) -> list[str]:
    """The symbols or relations that one item of a list writes."""
    if not item.startswith("⟦"):
        return [item]
    latex = segments.formula(item)
    parts = [part.strip() for part in re.split(r",|\\q?quad|\\ ", latex)]
    simple = re.compile(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?")
    return (
        [part for part in parts if part] if all(simple.fullmatch(part) for part in parts if part) else [latex]
    )


def _about(relations: list[str]) -> list[str]:
    """The symbols of relations in one symbol each."""
    found = [Assumptions.of([text]).symbols for text in relations]
    return [str(symbol) for symbols in found if len(symbols) == 1 for symbol in symbols]


def _is_relation(text: str) -> bool:
    """Whether a formula is an assumption: an inequality, an interval or a set, and no equation."""
    try:
        relations = Assumptions.of([text]).relations
    except MathsError:
        return False
    return not any(relation.has(sympy.Eq) for relation in relations)
