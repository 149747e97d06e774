"""Richardson's extrapolation: the constant term of an expansion in 1/n from values at doubled n."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from flint import acb

DIGITS: Final = 13
"""Decimal digits to which two extrapolations must agree with each other and with an answer."""
APART: Final = 6
"""Digits below which an answer is not merely unconfirmed but another number."""
STARTS: Final = (6, 9)
"""Integers from which the two sequences start; each next one is twice as large."""
LEVELS: Final = 9
"""Doublings of a sequence."""


def places(start: int) -> list[int]:
    """The integers n at which a sequence from `start` wants values."""
    return [start * 2**level for level in range(LEVELS + 1)]


def limit(values: Sequence[acb]) -> acb:
    """What values at `places` tend to, each step removing one power of 1/n; evidence, not an enclosure."""
    row = list(values)
    for power in range(1, len(row)):
        factor = 2**power
        row = [(factor * after - before) / (factor - 1) for before, after in pairwise(row)]
    return row[0]
