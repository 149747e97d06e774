"""Final answers out of the texts in which data sets keep them."""

from __future__ import annotations

import re

_BOX = re.compile(r"\\(?:boxed|fbox)(?![A-Za-z])\s*")
_CALCULATION = re.compile(r"<<[^<>]*>>")
_LABEL = re.compile(r"\A(?:the\s+)?(?:final\s+)?answer(?:\s+is)?\s*:?\s*", re.I)


def boxed(solution: str) -> str | None:
    """What the last `\\boxed{…}` holds, braces matched; None if there is none, or it is never closed.

    `\\boxed 7` without braces holds one character.
    """
    boxes = list(_BOX.finditer(solution))
    if not boxes:
        return None
    start = boxes[-1].end()
    if solution[start : start + 1] != "{":
        return solution[start : start + 1].strip() or None
    depth, at = 0, start
    while at < len(solution):
        character = solution[at]
        if character == "\\":
            at += 1  # an escaped brace is text
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return solution[start + 1 : at].strip() or None
        at += 1
    return None


def after_hashes(solution: str) -> tuple[str, str] | None:
    """(derivation, answer) of a solution that ends in `#### answer`; None if it does not.

    Calculator annotations (`<<3*4=12>>`) are taken out of the derivation, and commas out of numbers.
    """
    derivation, mark, answer = solution.rpartition("####")
    answer = answer.strip()
    if not mark or not answer:
        return None
    if re.fullmatch(r"[-+]?[\d,]+(?:\.\d+)?", answer):
        answer = answer.replace(",", "")
    return _CALCULATION.sub("", derivation).strip(), answer


def without_label(answer: str) -> str:
    """The answer without `The final answer is:` before it, and without the `$` around all of it."""
    shown = _LABEL.sub("", answer.strip()).strip()
    for mark in ("$$", "$"):
        inner = shown[len(mark) : -len(mark)]
        if shown.startswith(mark) and shown.endswith(mark) and inner.strip() and "$" not in inner:
            return inner.strip()
    return shown
