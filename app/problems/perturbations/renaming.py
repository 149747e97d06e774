"""The rewriting that gives variable, dummies and parameters other letters: nothing but names changes."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import sympy

from app.maths import parse, render
from app.problems.errors import Refused
from app.problems.perturbations.base import PHRASINGS_DRAWN, Rewriting, Slot, relations, settled
from app.problems.problem import Variant
from app.problems.statements import statement
from app.problems.tasks import Task, expressions, functions, letters

USUAL = {"continuous": tuple("xtuvwszyr"), "integer": tuple("knmjlp"), "parameter": tuple("abcpqrsmkhuvw")}
UNUSUAL = {
    "continuous": ("xi", "tau", "theta", "omega", "q", "h"),
    "integer": ("nu", "mu", "r", "s", "q", "h"),
    "parameter": ("alpha", "lambda", "mu", "kappa", "rho", "sigma", "delta"),
}
"""Letters by what they usually stand for; a strong renaming takes letters that readers do not expect."""
PER_STRENGTH = 6


class Renaming(Rewriting):
    """Every letter of the task, free or bound, becomes another one, in statement, answer and assumptions.

    Strength 1 takes letters that books use for the purpose, strength 2 others. The names of functions stay.
    """

    name = "renaming"

    def slots(self) -> Sequence[Slot]:
        """Usual letters first."""
        return [
            Slot(f"renaming-{style}-{number + 1}", strength, number=number)
            for style, strength in (("usual", 1.0), ("unusual", 2.0))
            for number in range(PER_STRENGTH)
        ]

    def rewrite(self, parent: Variant, slot: Slot, source: random.Random) -> Variant:
        """The parent in other letters; refused if it has none, or does not read back."""
        if parent.task is None:
            raise Refused("a variant without a typed task has no letters that are known")
        names = _new_names(parent.task, USUAL if slot.strength == 1 else UNUSUAL, slot.number)
        if not names:
            raise Refused("the task has no letters")
        task = settled(parent.task.map(lambda one: one.xreplace(names), variables=True))
        gold = parse(parent.gold, functions=functions(parent.task)).xreplace(names)
        texts = {render(old): render(new) for old, new in names.items()}
        assumptions = tuple(render(relation.xreplace(names)) for relation in relations(parent.assumptions))
        parameters = {
            texts.get(name, name): texts.get(value, value) for name, value in parent.parameters.items()
        }
        return self.derive(
            parent,
            slot,
            parameters=parameters,
            change={**parent.change, "names": ", ".join(f"{old} → {new}" for old, new in texts.items())},
            statement=statement(task, assumptions, source.randrange(PHRASINGS_DRAWN)),
            gold=render(gold),
            assumptions=assumptions,
            task=task,
        )


def _new_names(task: Task, usual: Mapping[str, Sequence[str]], turn: int) -> dict[sympy.Symbol, sympy.Symbol]:
    """A new letter for every symbol of the task, all different from each other and from the old ones.

    Every turn begins at another letter, so that the slots of one task differ while there are letters.
    """
    found: set[sympy.Symbol] = set().union(*(one.atoms(sympy.Symbol) for one in expressions(task)))
    bound = _bound(task)
    integers = {symbol for symbol in found if str(symbol) in "ijklmn"}
    taken = set(letters(task))
    names = {}
    for symbol in sorted(found, key=str):
        kind = "integer" if symbol in integers else "continuous" if symbol in bound else "parameter"
        free = [letter for letter in map(sympy.Symbol, usual[kind]) if letter not in taken]
        if not free:
            raise Refused("there are not enough letters")
        names[symbol] = free[turn % len(free)]
        taken.add(names[symbol])
    return names


def _bound(task: Task) -> set[sympy.Symbol]:
    """The task's variables and the dummies inside its expressions."""
    own = [getattr(task, name) for name in ("variable", "index") if hasattr(task, name)]
    own += list(getattr(task, "variables", ()))
    inner = set().union(*(one.atoms(sympy.Symbol) - one.free_symbols for one in expressions(task)))
    return set(own) | inner
