"""The perturbation that gives parameters other numbers: the same method, other arithmetic."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import sympy

from app.maths import parse
from app.problems.errors import Refused
from app.problems.perturbations.base import Perturbation, Slot, admits, at, originals, replacements
from app.problems.problem import Parameter, Problem, Variant

DIGITS = (1, 2, 3, 4)
"""Digits of the numbers drawn, one slot each."""
LARGEST_EXPONENT = 20
"""Exponents and orders beyond this make answers long without making them harder."""
INTEGER_TRIES, MIXED_TRIES, ANSWER_TRIES = 200, 600, 8
"""Draws before integers are given up, before the slot is, and before answers are found too long."""
SIGNED_ROLES = ("shift", "coefficient")
"""Roles in which a negative number is as natural as a positive one (where the assumptions allow it)."""


class Numeric(Perturbation):
    """One parameter, or all of them, become integers of so many digits; rationals where no integer may stand.

    Strength is the number of digits of the integer, or of the rational's denominator. The other parameters
    keep their original values.
    """

    name = "numeric"

    def slots(self, problem: Problem) -> Sequence[Slot]:
        """One slot for each number of digits; the targets take turns (one parameter, all, the others)."""
        names = tuple(parameter.name for parameter in problem.parameters)
        if not names:
            return ()
        targets: list[tuple[str, ...]] = [(name,) for name in names]
        if len(names) > 1:
            targets.insert(1, names)
        by_name = {parameter.name: parameter for parameter in problem.parameters}
        slots: list[Slot] = []
        labels: Counter[str] = Counter()
        for turn, wanted in enumerate(DIGITS):
            target = targets[turn % len(targets)]
            digits = max(min(wanted, most_digits(by_name[name])) for name in target)
            label = f"numeric-{'all' if len(target) > 1 else target[0]}-{digits}"
            labels[label] += 1
            suffix = f"-{labels[label]}" if labels[label] > 1 else ""
            slots.append(Slot(label + suffix, float(digits), target))
        return slots

    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The problem at drawn values that all assumptions admit; drawn again if the answer is too long."""
        reason = Refused("no values of this size are admitted by the assumptions")
        for _ in range(ANSWER_TRIES):
            values = draw(problem, slot, source)
            if values is None:
                break
            if at(problem.task, values) == at(problem.task, originals(problem)):
                reason = Refused("the task is that of the original at the values drawn")
                continue
            try:
                return self.assemble(problem, slot, source, values)
            except Refused as refused:
                reason = refused
        raise reason


def draw(problem: Problem, slot: Slot, source: random.Random) -> dict[str, sympy.Expr] | None:
    """Admissible values: integers for all of the slot's parameters, else integers and rationals mixed."""
    relations = [parse(text) for text in problem.assumptions]
    targets = [parameter for parameter in problem.parameters if parameter.name in slot.parameters]
    digits = int(slot.strength)
    for attempt in range(INTEGER_TRIES + MIXED_TRIES):
        values = originals(problem)
        for parameter in targets:
            rational = attempt >= INTEGER_TRIES and source.random() < 0.5
            values[parameter.name] = (_rational if rational else _integer)(parameter, digits, source)
        if _is_new(targets, values) and admits(relations, replacements(values)):
            return values
    return None


def most_digits(parameter: Parameter) -> int:
    """Digits of the largest number that suits the parameter's role."""
    return len(str(LARGEST_EXPONENT)) if parameter.role == "exponent" else max(DIGITS)


def _is_new(targets: Sequence[Parameter], values: Mapping[str, sympy.Expr]) -> bool:
    return all(values[parameter.name] != parameter.original for parameter in targets)


def _integer(parameter: Parameter, digits: int, source: random.Random) -> sympy.Integer:
    digits = min(digits, most_digits(parameter))
    low, high = max(2, 10 ** (digits - 1)), 10**digits - 1
    if parameter.role == "exponent":
        high = min(high, LARGEST_EXPONENT)
    negative = parameter.role in SIGNED_ROLES and source.random() < 1 / 3
    return sympy.Integer(source.randint(low, high) * (-1 if negative else 1))


def _rational(parameter: Parameter, digits: int, source: random.Random) -> sympy.Rational:
    """A fraction, not an integer, between -2 and 2, whose denominator has `digits` digits."""
    low, high = max(2, 10 ** (digits - 1)), 10**digits - 1
    while True:
        denominator = source.randint(low, high)
        value = sympy.Rational(source.randrange(1, 2 * denominator), denominator)
        if len(str(value.q)) == digits and value.q > 1:
            return -value if source.random() < 1 / 4 else value
