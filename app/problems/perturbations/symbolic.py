"""The perturbation that keeps parameters as symbols: the answer must be found for all their values."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

import sympy

from app.problems.errors import Refused
from app.problems.perturbations.base import Perturbation, Slot, at, originals
from app.problems.problem import Problem, Variant

MOST_PARAMETERS = 3
"""Parameters of which all subsets are taken by the exhaustive scheme."""


class Symbolic(Perturbation):
    """A non-empty subset of the parameters stays symbolic, the others take their original values.

    Strength is the number of symbols. The balanced scheme takes each parameter alone and all together;
    `exhaustive` takes every subset, where there are at most three parameters.
    """

    name = "symbolic"

    def __init__(self, *, exhaustive: bool = False) -> None:
        self.exhaustive = exhaustive

    def slots(self, problem: Problem) -> Sequence[Slot]:
        """Subsets by size, in the order in which the parameters are listed; inert ones only alone."""
        names = tuple(parameter.name for parameter in problem.parameters)
        active = tuple(name for name in names if not is_inert(problem, name))
        subsets: list[tuple[str, ...]] = [(name,) for name in names]
        if self.exhaustive and len(active) <= MOST_PARAMETERS:
            for size in range(2, len(active)):
                subsets += combinations(active, size)
        if len(active) > 1:
            subsets.append(active)
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
