"""The perturbation that gives parameters other numbers: the same method, other arithmetic."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import sympy

from app.problems.errors import Refused
from app.problems.perturbations.base import Perturbation, Slot, admits, at, originals
from app.problems.problem import Parameter, Problem, Variant

DIGITS = range(1, 11)
"""Digits of the numbers drawn."""
REPEATS = 24
"""Draws of the same size, on which the variance between instances is measured."""
REPEATED_DIGITS = 2
LARGEST_EXPONENT = 20
"""Exponents and orders beyond this make answers long without making them harder."""
INTEGER_TRIES, MIXED_TRIES, ANSWER_TRIES = 60, 200, 8
"""Draws before integers are given up, before the slot is, and before answers are found too long."""
SIGNED_ROLES = ("shift", "coefficient")
"""Roles in which a negative number is as natural as a positive one (where the assumptions allow it)."""


class Numeric(Perturbation):
    """One parameter, or all of them, become integers of so many digits; rationals where no integer may stand.

    For each number of digits one parameter (they take turns), then all together; then the repeats, draws of
    one size for all parameters. Strength is the number of digits of the integer, or of the rational's
    denominator. The other parameters keep their original values.
    """

    name = "numeric"

    def slots(self, problem: Problem) -> Sequence[Slot]:
        """By digits; a size that a parameter cannot have is left out, and so are repeats beyond its range."""
        if not problem.parameters:
            return ()
        names = tuple(parameter.name for parameter in problem.parameters)
        by_name = {parameter.name: parameter for parameter in problem.parameters}
        everything = max(most_digits(parameter) for parameter in problem.parameters)
        slots: list[Slot] = []
        for digits in DIGITS:
            turn = names[(digits - 1) % len(names)]
            fitting = [name for name in (turn, *names) if digits <= most_digits(by_name[name])]
            if fitting:
                slots.append(Slot(f"numeric-{fitting[0]}-{digits}", float(digits), (fitting[0],)))
            if len(names) > 1 and digits <= everything:
                slots.append(Slot(f"numeric-all-{digits}", float(digits), names))
        widest = max(problem.parameters, key=lambda parameter: len(_range(parameter, REPEATED_DIGITS)))
        repeats = min(REPEATS, len(_range(widest, REPEATED_DIGITS)) // 2)
        return slots + [
            Slot(f"numeric-repeat-{number + 1}", float(REPEATED_DIGITS), names, number)
            for number in range(repeats)
        ]

    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The problem at drawn values that all assumptions admit; drawn again if the answer is too long."""
        reason = Refused("no values of this size are admitted by the assumptions")
        original = at(problem.task, originals(problem))
        for _ in range(ANSWER_TRIES):
            values = draw(problem, slot, source)
            if values is None:
                break
            if at(problem.task, values) == original:
                reason = Refused("the task is that of the original at the values drawn")
                continue
            try:
                return self.assemble(problem, slot, source, values)
            except Refused as refused:
                reason = refused
        raise reason


def draw(problem: Problem, slot: Slot, source: random.Random) -> dict[str, sympy.Expr] | None:
    """Admissible values: integers for all of the slot's parameters, else integers and rationals mixed."""
    targets = [parameter for parameter in problem.parameters if parameter.name in slot.parameters]
    digits = int(slot.strength)
    for attempt in range(INTEGER_TRIES + MIXED_TRIES):
        values = originals(problem)
        for parameter in targets:
            rational = attempt >= INTEGER_TRIES and source.random() < 0.5
            values[parameter.name] = (_rational if rational else _integer)(parameter, digits, source)
        if _is_new(targets, values) and admits(problem.assumptions, values):
            return values
    return None


def most_digits(parameter: Parameter) -> int:
    """Digits of the largest number that suits the parameter's role."""
    return len(str(LARGEST_EXPONENT)) if parameter.role == "exponent" else max(DIGITS)


def _is_new(targets: Sequence[Parameter], values: Mapping[str, sympy.Expr]) -> bool:
    return all(values[parameter.name] != parameter.original for parameter in targets)


def _range(parameter: Parameter, digits: int) -> range:
    """The integers of so many digits that suit the parameter's role (1 is no change worth the name)."""
    digits = min(digits, most_digits(parameter))
    high = 10**digits - 1
    if parameter.role == "exponent":
        high = min(high, LARGEST_EXPONENT)
    return range(max(2, 10 ** (digits - 1)), high + 1)


def _integer(parameter: Parameter, digits: int, source: random.Random) -> sympy.Integer:
    negative = parameter.role in SIGNED_ROLES and source.random() < 1 / 3
    return sympy.Integer(source.choice(_range(parameter, digits)) * (-1 if negative else 1))


def _rational(parameter: Parameter, digits: int, source: random.Random) -> sympy.Rational:
    """A fraction, not an integer, between -2 and 2, whose denominator has `digits` digits."""
    low, high = max(2, 10 ** (digits - 1)), 10**digits - 1
    while True:
        denominator = source.randint(low, high)
        value = sympy.Rational(source.randrange(1, 2 * denominator), denominator)
        if len(str(value.q)) == digits and value.q > 1:
            return -value if source.random() < 1 / 4 else value
