"""The variations of ASyMOB (arXiv 2505.23851), by their names and in their numbers, of a typed problem.

A family with k symbols has, besides the original: 2^k − 1 symbolic variants, 10 k with one number, 10 with
all, 50 repeats of two digits, 5 k easy and 5 k hard ones with one symbol replaced by a form equal to 1, and
P(5, k) of each with all symbols replaced, each by its own form. Where that paper replaces a symbol whose
value was 1, a form multiplies the parameter's original value here. A form is written in the task's variable
only where no bound, point or condition would get it, so that nothing is captured.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Final

import sympy

from app.problems.errors import Refused
from app.problems.perturbations.base import PHRASINGS_DRAWN, Slot, at, originals, settled, source_of
from app.problems.perturbations.identities import IDENTITIES, Q, U, template
from app.problems.perturbations.numeric import Numeric
from app.problems.perturbations.original import SLOT, Original
from app.problems.perturbations.symbolic import Symbolic
from app.problems.problem import Problem, Refusal, Variant
from app.problems.statements import statement
from app.problems.tasks import variable

Make = Callable[[Problem, Slot, random.Random], Variant]

FORMS: Final = {
    "Easy": ("pythagoras", "hyperbolic-pythagoras", "partial-fractions", "double-cosine-sine", "halves"),
    "Hard": ("fourth-powers", "area-cosh", "logistic-square", "finite-binomial", "geometric-series"),
}
"""Identities of each difficulty, equal to 1 on the whole real line."""
SIZES: Final = range(1, 11)
REPEATS: Final = 50
REPEATED_SIZE: Final = 2
FORM_OF: Final = {identity.name: identity.form for identity in IDENTITIES}
FIXED: Final = ("lower", "upper", "point", "conditions")
"""Fields that must not get a form in the task's variable."""
CONSTANT: Final = sympy.Integer(2)
"""What a form is written in where it may not hold the variable."""


def asymob(problem: Problem, position: int, seed: int) -> Iterator[Variant | Refusal]:
    """The variants of the problem; `change["variation"]` is the name that ASyMOB gives to such a one."""
    yield _made(problem, seed, "Original", Slot("", 0.0), Original().make)
    yield from _symbolic(problem, seed)
    yield from _numeric(problem, seed)
    for difficulty in FORMS:
        yield from _equivalence(problem, seed, difficulty)


def _symbolic(problem: Problem, seed: int) -> Iterator[Variant | Refusal]:
    """All symbols, then every proper subset of them."""
    names = tuple(parameter.name for parameter in problem.parameters)
    subsets = [names] + [part for size in range(1, len(names)) for part in combinations(names, size)]
    for number, subset in enumerate(subsets if names else ()):
        variation = f"Symbolic-{number}" if number else "Symbolic"
        yield _made(problem, seed, variation, Slot("", float(len(subset)), subset), Symbolic().make)


def _numeric(problem: Problem, seed: int) -> Iterator[Variant | Refusal]:
    """One number of each size for each symbol; numbers of each size for all; repeats of one size."""
    names = tuple(parameter.name for parameter in problem.parameters)
    for size in SIZES:
        for name in names:
            yield _made(
                problem, seed, f"Numeric-One-{size}", Slot(name, float(size), (name,)), Numeric().make
            )
    for size in SIZES if names else ():
        yield _made(problem, seed, f"Numeric-All-{size}", Slot("", float(size), names), Numeric().make)
    for number in range(REPEATS if names else 0):
        slot = Slot(str(number + 1), float(REPEATED_SIZE), names)
        yield _made(problem, seed, f"Numeric-All-{REPEATED_SIZE}-S", slot, Numeric().make)


def _equivalence(problem: Problem, seed: int, difficulty: str) -> Iterator[Variant | Refusal]:
    """One symbol with each form, then all symbols with every ordered choice of different forms."""
    names = tuple(parameter.name for parameter in problem.parameters)
    forms = FORMS[difficulty]
    ones = [((name,), (form,)) for name in names for form in forms]
    everything = [(names, chosen) for chosen in permutations(forms, len(names))] if names else []
    for kind, choices in (("One", ones), ("All", everything)):
        for number, (targets, chosen) in enumerate(choices):
            slot = Slot(str(number + 1), float(len(targets)), targets)
            rewriting = _Replacement(dict(zip(targets, chosen, strict=True)))
            yield _made(problem, seed, f"Equivalence-{kind}-{difficulty}", slot, rewriting.make)


@dataclass(frozen=True)
class _Replacement:
    """Parameters replaced by their original values times a form, parameter → name of the identity."""

    forms: Mapping[str, str]

    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        original = Original().make(problem, SLOT, source)
        values = {**originals(problem), **{name: self._value(problem, name) for name in self.forms}}
        task = settled(at(problem.task, values))
        if task == original.task:
            raise Refused("SymPy evaluates the forms away")
        return original.model_copy(
            update={
                "parent": original.id,
                "perturbation": "equivalence",
                "strength": slot.strength,
                "change": {"identities": ", ".join(self.forms.values()), "for": ", ".join(self.forms)},
                "statement": statement(task, original.assumptions, source.randrange(PHRASINGS_DRAWN)),
                "task": task,
            }
        )

    def _value(self, problem: Problem, name: str) -> sympy.Expr:
        original = originals(problem)[name]
        return original * template(FORM_OF[self.forms[name]]).xreplace(
            {U: _base(problem, name), Q: sympy.S.One}
        )


def _base(problem: Problem, name: str) -> sympy.Expr:
    """The task's variable where only its integrand, term or the like has the parameter, else a constant."""
    symbol, x = sympy.Symbol(name), variable(problem.task)
    fixed = [getattr(problem.task, field, ()) for field in FIXED]
    held = [one for value in fixed for one in (value if isinstance(value, tuple) else (value,))]
    return CONSTANT if x is None or any(one.has(symbol) for one in held) else x


def _made(problem: Problem, seed: int, variation: str, slot: Slot, make: Make) -> Variant | Refusal:
    """The variant of that variation, or why there is none."""
    label = f"{variation}-{slot.label}".rstrip("-").lower()
    source = source_of(seed, problem.id, label)
    try:
        made = make(problem, replace(slot, label=label), source)
    except Refused as refused:
        return Refusal(
            variant=f"{problem.id}/{label}",
            perturbation=variation.partition("-")[0].lower(),
            statement="",
            reason=refused.reason,
        )
    change = {"variation": variation, **made.change}
    return made.model_copy(update={"id": f"{problem.id}/{label}", "change": change, "seed": seed})
