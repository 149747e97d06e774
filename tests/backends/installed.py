"""Which computer algebra programs are installed here, as marks of tests that need one."""

from __future__ import annotations

import shutil

import pytest

PROGRAMS = {"maxima": "maxima", "giac": "giac", "fricas": "fricas", "pari": "gp"}
"""The program that a kind of backend runs."""


def needs(kind: str) -> list[pytest.MarkDecorator]:
    """Marks that skip a test where the program of this kind of backend, if it has one, is not installed."""
    program = PROGRAMS.get(kind)
    if program is None:
        return []
    return [pytest.mark.skipif(shutil.which(program) is None, reason=f"`{program}` is not installed here")]
