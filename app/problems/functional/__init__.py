"""Executable functional abstractions of competition and school mathematics, by id."""

from app.problems.functional import (
    arithmetic,
    averages,
    calendars,
    counting,
    digits,
    equations,
    functions,
    games,
    inequalities,
    modular,
    number_theory,
    plane_geometry,
    probability,
    rates,
    sequences,
    sets,
    solid_geometry,
)
from app.problems.functional.base import Abstraction, Values, same

REGISTRY: dict[str, Abstraction] = {
    abstraction.id: abstraction
    for room in (
        arithmetic,
        rates,
        averages,
        sequences,
        counting,
        probability,
        number_theory,
        modular,
        digits,
        plane_geometry,
        solid_geometry,
        equations,
        inequalities,
        functions,
        games,
        sets,
        calendars,
    )
    for abstraction in room.ABSTRACTIONS
}
"""Every abstraction, in the order in which a set lists them."""

__all__ = ["REGISTRY", "Abstraction", "Values", "same"]
