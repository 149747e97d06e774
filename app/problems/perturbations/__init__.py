"""The rules that make variants of a problem, by name."""

from app.problems.perturbations.base import Perturbation, Rewriting, Slot
from app.problems.perturbations.distractor import Distractor
from app.problems.perturbations.equivalence import Equivalence
from app.problems.perturbations.numeric import Numeric
from app.problems.perturbations.original import Original
from app.problems.perturbations.renaming import Renaming
from app.problems.perturbations.restatement import Restatement
from app.problems.perturbations.reversal import Reversal
from app.problems.perturbations.symbolic import Symbolic

PERTURBATIONS: dict[str, Perturbation] = {
    rule.name: rule for rule in (Original(), Symbolic(), Numeric(), Reversal())
}
"""What gives the parameters of a problem values, in the order in which variants are listed."""

REWRITINGS: dict[str, Rewriting] = {
    rule.name: rule for rule in (Equivalence(), Renaming(), Restatement(), Distractor())
}
"""What says a variant in another way."""

__all__ = ["PERTURBATIONS", "REWRITINGS", "Perturbation", "Rewriting", "Slot"]
