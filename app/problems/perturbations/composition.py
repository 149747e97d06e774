"""The perturbation that does two things at once: other values of the parameters, and other words or forms."""

from __future__ import annotations

import random

from app.problems.perturbations.base import Rewriting, Slot
from app.problems.problem import Variant

NAME = "composition"


def label(parent: str, slot: Slot) -> str:
    """The name, within the problem, of what a rewriting's slot makes of the variant so named."""
    return f"{NAME}-{parent}-{slot.label}"


def compose(parent: Variant, rewriting: Rewriting, slot: Slot, source: random.Random) -> Variant:
    """The parent, itself a perturbed variant, rewritten once more; raises Refused as the rewriting does.

    Strength is the sum of both, `change` names them in order.
    """
    made = rewriting.rewrite(parent, slot, source)
    return made.model_copy(
        update={
            "id": f"{parent.problem}/{label(parent.id.partition('/')[2], slot)}",
            "perturbation": NAME,
            "strength": parent.strength + made.strength,
            "change": {"of": f"{parent.perturbation}, {rewriting.name}", **made.change},
        }
    )
