"""The perturbation that gives the answer and asks for a parameter."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

import sympy

from app.maths import parse, render
from app.problems.certificates.reversal import CLOSED_FORM, PERTURBATION, require_monotone
from app.problems.errors import Refused
from app.problems.perturbations.base import (
    Perturbation,
    Slot,
    admits,
    at,
    originals,
    settled,
    settled_gold,
)
from app.problems.problem import Problem, Variant
from app.problems.statements import pending
from app.problems.tasks import Equation

REVERSIBLE = ("definite_integral", "limit", "sum", "product", "evaluation")
"""Operations whose answer is a value, so that a value can be given."""
CANDIDATES = tuple(map(sympy.Integer, range(2, 10))) + tuple(
    sympy.Rational(p, q) for p, q in ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4))
)


class Reversal(Perturbation):
    """For which value of a parameter is the answer the given one? The others keep their original values.

    Only where the answer is strictly monotone in the parameter, so that there is one value. The closed form
    that shows it is kept in `change`. Strength is 1.
    """

    name = PERTURBATION

    def slots(self, problem: Problem) -> Sequence[Slot]:
        """One slot for each parameter, where the operation has values for answers."""
        if problem.task.operation not in REVERSIBLE:
            return ()
        return [
            Slot(f"reversal-{parameter.name}", 1.0, (parameter.name,)) for parameter in problem.parameters
        ]

    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The equation for the slot's parameter, with a drawn value of it as the answer."""
        (name,) = slot.parameters
        unknown = sympy.Symbol(name)
        values = originals(problem) | {name: unknown}
        closed = settled_gold(problem, values)
        if closed.free_symbols != {unknown}:
            raise Refused(f"the answer is not a function of {name} alone")
        domain = _domain(problem, unknown)
        require_monotone(closed, unknown, domain)
        usable = [
            value
            for value in CANDIDATES
            if value != originals(problem)[name] and admits(problem.assumptions, {**values, name: value})
        ]
        if not usable:
            raise Refused(f"no simple value of {name} is admitted by the assumptions")
        value = source.choice(usable)
        equation = sympy.Eq(
            pending(at(problem.task, values)), closed.xreplace({unknown: value}), evaluate=False
        )
        task = settled(Equation(equation=equation, variable=unknown, domain=domain))
        gold = render(sympy.FiniteSet(value))
        change = {"asks for": name, CLOSED_FORM: render(closed)}
        made = self.record(problem, slot, source, values, task, gold, (), change)
        return made.model_copy(update={"answer_kind": "solution_set"})


def _domain(problem: Problem, unknown: sympy.Symbol) -> Literal["reals", "positive"]:
    """Where the parameter is looked for: the assumptions must admit just the reals, or just the positives."""
    about = [text for text in problem.assumptions if unknown in parse(text).free_symbols]
    if not about:
        return "reals"
    if about == [f"{unknown} > 0"]:
        return "positive"
    raise Refused(f"the values that {unknown} may have are neither the reals nor the positive reals")
