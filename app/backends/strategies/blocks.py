"""JSON that a model writes in a fenced block, with the faults that models make in it."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST_BLOCK = 20_000
"""Characters of a block that is read."""

_FENCE = "```"
_LANGUAGE = re.compile(r"\A[ \t]*[A-Za-z]*[ \t]*\n")
_LONE_BACKSLASH = re.compile(r'(?<!\\)\\(?=(?!n[A-Z]|u[0-9A-Fa-f]{4})[A-Za-z]{2}|[^"\\/bfnrtu])')
"""A backslash that begins a word of LaTeX: `\\frac` would be read as a form feed, `\\sin` as an error."""


def last_object(text: str) -> dict[str, Any] | None:
    """The JSON object in the last fenced block, or in a text that is nothing else; None without one."""
    block = [text, *text.split(_FENCE)[1::2]][-1]
    if len(block) > LONGEST_BLOCK:
        return None
    try:
        found = json.loads(_LONE_BACKSLASH.sub(r"\\\\", _LANGUAGE.sub("", block)))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
