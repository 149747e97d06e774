"""The rules that make variants of a problem, by name."""

from app.problems.perturbations.base import Perturbation, Slot
from app.problems.perturbations.equivalence import Equivalence
from app.problems.perturbations.numeric import Numeric
from app.problems.perturbations.original import Original
from app.problems.perturbations.symbolic import Symbolic

REGISTRY: dict[str, Perturbation] = {
    perturbation.name: perturbation for perturbation in (Original(), Symbolic(), Numeric(), Equivalence())
}
"""Every perturbation of the balanced scheme, in the order in which variants are listed."""

__all__ = ["REGISTRY", "Perturbation", "Slot"]
