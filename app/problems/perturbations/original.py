"""The perturbation that changes nothing: the seed itself."""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.problems.perturbations.base import Perturbation, Slot, originals
from app.problems.problem import ORIGINAL, Problem, Variant

SLOT = Slot(ORIGINAL, 0.0)
"""The one slot."""


class Original(Perturbation):
    """Every parameter at its original value."""

    name = ORIGINAL

    def slots(self, problem: Problem) -> Sequence[Slot]:
        """One slot."""
        return (SLOT,)

    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The seed problem."""
        return self.assemble(problem, slot, source, originals(problem))
