"""Choices: the letters that the answer picks, and only those."""

from __future__ import annotations

import re

from app.grading.answer_kinds import text
from app.grading.answer_kinds.base import Question, Ruling
from app.grading.errors import GoldUnreadable

_WRAPPING = re.compile(r"\\(?:text|mathrm|textbf|mathbf|textit|operatorname)\s*\{([^{}]*)\}")
_WORDS = re.compile(
    r"\b(?:options?|choices?|answers?|cases?|the|is|are|and|correct)\b|[\s,;&:*()\[\]{}$.\\]", re.I
)
_LETTER = re.compile(r"\(?\s*([A-Z])\s*(?:[).:]|\Z)", re.I)


_OPTION_TEXT = re.compile(
    r"(?:\\(?:text|textbf|mathbf|mathrm)\s*\{)?\s*\(?[A-H]\s*[).:]\s*\}?(?:\s|\\[ ,])*(\S.*)", re.S
)
_AT_START = re.compile(r"\s*(?:\*\*)?\(?([A-H])\s*[).:](?=\s)")
_LISTED = re.compile(
    r"\b(?:options|choices|answers|statements)\s+(?:are\s+)?(?:\*\*)?((?:\(?[A-H]\)?\s*(?:,\s*(?:and\s+)?|\s+and\s+|&\s*)?){2,})(?![a-z])"
)
_PICKED = re.compile(
    r"\*\*\s*\(?([A-H])\)?\s*[.:]?\*\*|(?:option|choice|answer|choose|select|pick)s?\s+(?:is\s+)?(?:\*\*)?\(?([A-H])(?![A-Za-z])"
    r"|选(?:择)?\s*[：:]?\s*\(?([A-H])",
    re.I,
)


def rule(question: Question) -> Ruling:
    """Compares the letters chosen; a letter may be followed by the text of its option."""
    gold = letters(question.gold)
    if not gold:
        raise GoldUnreadable("the gold answer names no choice")
    answer = letters(question.answer)
    option = without_letter(question.gold)
    if not answer and option is not None and text.normal(option) == text.normal(question.answer):
        return Ruling(True, "choice", "The answer is the text of the right choice.")
    if not answer:
        return Ruling(False, "choice", "The answer names no choice.")
    if answer == gold:
        return Ruling(True, "choice", "The answer picks the right choice.")
    return Ruling(False, "choice", f"The answer picks {', '.join(sorted(answer))}.")


def without_letter(gold: str) -> str | None:
    """The option's own text in `(E) \\frac{7}{16}`, or None when there is only a letter."""
    option = _OPTION_TEXT.match(gold.strip("$ "))
    return option[1].strip() if option is not None else None


def picked(completion: str) -> tuple[int, int] | None:
    """Where a completion picks an option in words: at its start (`B. …`), in bold, or after `option`."""
    start = _AT_START.match(completion)
    if start is not None:
        return start.span(1)
    listed = list(_LISTED.finditer(completion))
    if listed:
        return listed[-1].span(1)
    places = [
        found.span(next(i for i, g in enumerate(found.groups(), 1) if g))
        for found in _PICKED.finditer(completion)
    ]
    return places[-1] if places else None


def letters(answer: str) -> frozenset[str]:
    """The set of letters that a text picks: `B`, `(B)`, `B) 3/4`, `option b`, `A and C`, `AC`."""
    shown = _WRAPPING.sub(r" \1 ", answer).strip().strip("*$ ")
    alone = _WORDS.sub("", shown)
    if alone.isascii() and alone.isalpha() and len(alone) <= 6 and (alone.isupper() or len(alone) == 1):
        return frozenset(alone.upper())
    first = _LETTER.match(re.sub(r"\A(?:option|choice|answer)\s*:?\s*", "", shown, flags=re.I))
    others = re.findall(r"\(\s*([A-Z])\s*\)", shown)
    if first is not None:
        return frozenset({first.group(1).upper(), *others})
    return frozenset(others)
