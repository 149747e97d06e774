"""The rewriting that adds facts which are true and beside the point."""

from __future__ import annotations

import random
from collections.abc import Sequence

import sympy

from app.maths import render
from app.problems.errors import Refused
from app.problems.perturbations.base import Rewriting, Slot
from app.problems.perturbations.identities import IDENTITIES, Identity, Q, U, renamed, template
from app.problems.problem import Variant
from app.problems.tasks import letters

MOST_FACTS = 3
PER_STRENGTH = 4
LETTERS = ("z", "w", "v", "r", "s", "h")
"""Letters in which facts are written, so that they say nothing of the task's own."""
DOMAINS = {
    "real": "every real number",
    "positive": "every positive number",
    "integer": "every integer",
    "counting": "every positive integer",
}
OPENINGS = (
    "It is known that {facts}.",
    "Recall that {facts}.",
    "Note that {facts}.",
    "A table of formulas says that {facts}.",
)


class Distractor(Rewriting):
    """Proven identities in letters of their own stand before or after the statement; the task stays.

    Strength is the number of facts.
    """

    name = "distractor"

    def slots(self) -> Sequence[Slot]:
        """Few facts first."""
        return [
            Slot(f"distractor-{facts}-{number + 1}", float(facts))
            for facts in range(1, MOST_FACTS + 1)
            for number in range(PER_STRENGTH)
        ]

    def rewrite(self, parent: Variant, slot: Slot, source: random.Random) -> Variant:
        """The parent with that many facts."""
        taken = frozenset() if parent.task is None else letters(parent.task)
        free = [letter for letter in map(sympy.Symbol, LETTERS) if letter not in taken]
        if len(free) < int(slot.strength):
            raise Refused("there are not enough letters for the facts")
        chosen = source.sample(IDENTITIES, int(slot.strength))
        facts = [_fact(identity, letter, taken) for identity, letter in zip(chosen, free, strict=False)]
        sentence = source.choice(OPENINGS).format(facts=", and that ".join(facts))
        before = source.random() < 1 / 2
        text = f"{sentence}\n\n{parent.statement}" if before else f"{parent.statement}\n\n{sentence}"
        change = {**parent.change, "facts": ", ".join(identity.name for identity in chosen)}
        return self.derive(parent, slot, statement=text, change=change)


def _fact(identity: Identity, letter: sympy.Symbol, taken: frozenset[sympy.Symbol]) -> str:
    """`$\\sin^2 z + \\cos^2 z = 1$ for every real number $z$`; no letter that is taken is used."""
    form = template(identity.form).xreplace({U: letter, Q: sympy.S.One})
    if form.atoms(sympy.Symbol) & taken:
        form = renamed(form, taken | {letter})
    equation = f"${render(form)} = {identity.value}$"
    return f"{equation} for {DOMAINS[identity.domain]} ${letter}$" if form.has(letter) else equation
