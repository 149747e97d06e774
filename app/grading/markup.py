"""Formulas and boxes in Markdown and LaTeX text: where they are, and what they contain."""

from __future__ import annotations

import re
from dataclasses import dataclass

NESTED_BOXES = 20
"""Boxes around boxes that are taken off."""

_BOX = re.compile(r"\\(?:boxed|fbox|framebox)\s*\{")
_DELIMITERS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"} | {
    f"\\begin{{{name}}}": f"\\end{{{name}}}"
    for name in ("equation", "equation*", "align", "align*", "gather", "gather*", "displaymath", "math")
}
_OPENING = re.compile("|".join(re.escape(opening) for opening in _DELIMITERS) + r"|\\.|\$", re.S)
_BRACE = re.compile(r"\\\\|\\[{}]|[{}]")
_SPACE_RUN = re.compile(r"(?:[\s~]|(?<!\\)\\[,;:! ]|\\q?quad(?![A-Za-z])){2,}")
_STOP = re.compile(r"\\.|\$|\n\s*\n")


@dataclass(frozen=True)
class Piece:
    """A part of the completion: its content, and the span of the whole with its delimiters."""

    text: str
    start: int
    end: int


def boxes(text: str) -> tuple[list[Piece], Piece | None]:
    """The outermost boxes, innermost content each, and the box left open at the end if there is one."""
    found: list[Piece] = []
    place = 0
    while (opening := _BOX.search(text, place)) is not None:
        end = _closing_brace(text, opening.end())
        if end is None:
            return found, Piece(text[opening.end() :].strip(), opening.start(), len(text))
        found.append(Piece(unboxed(text[opening.end() : end]), opening.start(), end + 1))
        place = end + 1
    return found, None


def _closing_brace(text: str, start: int) -> int | None:
    depth = 1
    for brace in _BRACE.finditer(text, start):
        if brace.group() == "{":
            depth += 1
        elif brace.group() == "}":
            depth -= 1
            if depth == 0:
                return brace.start()
    return None


def unboxed(content: str) -> str:
    """The content without boxes around the whole of it."""
    content = content.strip()
    for _ in range(NESTED_BOXES):
        inner = _BOX.match(content)
        if inner is None or _closing_brace(content, inner.end()) != len(content) - 1:
            break
        content = content[inner.end() : -1].strip()
    return content


def formulas(text: str) -> list[Piece]:
    """The formulas between their delimiters, in one walk; an opening that is never closed is skipped."""
    found: list[Piece] = []
    unclosed: set[str] = set()
    place = 0
    while (opening := _OPENING.search(text, place)) is not None:
        place = opening.end()
        mark = opening.group()
        if (mark not in _DELIMITERS and mark != "$") or mark in unclosed:
            continue
        end = text.find(_DELIMITERS[mark], place) if mark != "$" else _closing_dollar(text, place)
        if end < 0:
            unclosed.update({mark} - {"$"})
            continue
        close = end + len(_DELIMITERS.get(mark, "$"))
        if text[place:end].strip():
            found.append(Piece(tidy(text[place:end]), opening.start(), close))
        place = close
    return found


def _closing_dollar(text: str, start: int) -> int:
    closing = _STOP.search(text, start)
    while closing is not None and closing.group().startswith("\\"):
        closing = _STOP.search(text, closing.end())
    return closing.start() if closing is not None and closing.group() == "$" else -1


def without_dollars(text: str) -> str:
    """The text with its formulas' delimiters taken away."""
    parts: list[str] = []
    place = 0
    for formula in formulas(text):
        parts += [text[place : formula.start], f" {formula.text} "]
        place = formula.end
    return "".join([*parts, text[place:]]).strip()


def tidy(text: str) -> str:
    """The text without Markdown emphasis, backticks and the full stop of its sentence."""
    text = text.strip().strip("`").strip()
    if text.endswith("**") and text.count("**") == 1:
        text = text[:-2].rstrip()
    for mark in ("***", "**", "__"):
        if text.startswith(mark) and text.endswith(mark) and len(text) > 2 * len(mark):
            text = text[len(mark) : -len(mark)].strip()
    return text[:-1].rstrip() if text.endswith((".", ",", ";")) and not text.endswith("..") else text


def collapsed(text: str) -> str:
    """The text with each run of spaces and spacing commands as one space: patterns meet no long runs then."""
    return _SPACE_RUN.sub(" ", text)


def plain_spelling(text: str) -> str:
    """The text without what only changes its looks: sizes of brackets, spaces beside signs, faces."""
    shown = re.sub(r"\\(?:left|right|displaystyle|textstyle|[bB]igg?[lr]?)(?![a-z])|\$", "", text)
    shown = re.sub(r"\\[dt]frac(?![a-z])", r"\\frac", shown)
    shown = re.sub(r"\\(?:text|mathrm|textbf|mathbf)\s*\{([^{}]*)\}", r"\1", shown)
    shown = re.sub(r"\\[,;:! ]|\\q?quad(?![a-z])|\s+", " ", shown)
    return re.sub(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])", "", shown)


def undelimited(text: str) -> str:
    """A gold answer or a formula without the dollars, boxes and Markdown around it."""
    return unboxed(tidy(without_dollars(tidy(text))))
