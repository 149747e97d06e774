"""The perturbation that keeps parameters as symbols: the answer must be found for all their values."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

import sympy

from app.problems.errors import Refused
from app.problems.perturbations.base import Perturbation, Slot, at, originals
from app.problems.problem import Problem, Variant


class Symbolic(Perturbation):
    """A non-empty subset of the parameters stays symbolic, the others take their original values.

    Every subset of the parameters on which task or answer depend; those on which neither does are refused.
    Strength is the number of symbols.
    """

    name = "symbolic"

    def slots(self, problem: Problem) -> Sequence[Slot]:
        """Subsets by size, in the order in which the parameters are listed; inert ones only alone."""
        names = [parameter.name for parameter in problem.parameters]
        active = [name for name in names if not is_inert(problem, name)]
        subsets = [(name,) for name in names]
        for size in range(2, len(active) + 1):
            subsets += combinations(active, size)  # type: ignore[arg-type]
        return [Slot(f"symbolic-{'-'.join(subset)}", float(len(subset)), subset) for subset in subsets]

    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The problem with the slot's parameters kept as symbols."""
        for name in slot.parameters:
            if is_inert(problem, name):
                raise Refused(f"the parameter {name} is inert: neither the task nor the answer depends on it")
        values = originals(problem) | {name: sympy.Symbol(name) for name in slot.parameters}
        if at(problem.task, values) == at(problem.task, originals(problem)):
            raise Refused(
                "with the other parameters at their original values the task is that of the original"
            )
        return self.assemble(problem, slot, source, values)


def is_inert(problem: Problem, name: str) -> bool:
    """Whether changing the parameter changes neither the task nor the gold answer."""
    fresh = {sympy.Symbol(name): sympy.Dummy(name)}
    same_task = problem.task.map(lambda expression: expression.xreplace(fresh)) == problem.task
    return same_task and problem.gold.xreplace(fresh) == problem.gold
