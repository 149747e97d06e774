"""The order of version names: numbers by their value, so that 1.10 comes after 1.9."""

from __future__ import annotations

import re


def is_later(version: str, than: str) -> bool:
    """Whether a version comes after another, part by part; one that goes on comes after its beginning."""
    return _order(version) > _order(than)


def _order(version: str) -> list[tuple[bool, int, str]]:
    """Its numbers and words in turn; a number comes after a word (1.0 after 1.beta)."""
    parts = re.findall(r"([0-9]+)|([^\W\d_]+)", version)
    return [(bool(number), int(number or 0), word) for number, word in parts]
