"""Executable functional abstractions of competition and school mathematics, by id."""

from app.problems.functional import arithmetic
from app.problems.functional.base import Abstraction, Values, same

REGISTRY: dict[str, Abstraction] = {
    abstraction.id: abstraction for room in (arithmetic,) for abstraction in room.ABSTRACTIONS
}
"""Every abstraction, in the order in which a set lists them."""

__all__ = ["REGISTRY", "Abstraction", "Values", "same"]
