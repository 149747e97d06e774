"""Schemes: which variants are made of a problem.

`balanced`, the default, gives every kind of perturbation its share of every problem; scores weigh problems
and kinds equally, however many variants each has. `mini` takes a few of these variants from every problem, so
that all kinds have their share of the whole. `asymob` has the names and counts of the variations of ASyMOB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from app.problems.asymob import asymob
from app.problems.making import Candidate, Making
from app.problems.perturbations import PERTURBATIONS, REWRITINGS
from app.problems.perturbations.base import source_of
from app.problems.perturbations.composition import NAME as COMPOSITION
from app.problems.problem import ORIGINAL, Problem, Refusal, Variant

Scheme = Callable[[Problem, int, int], Iterator[Variant | Refusal]]
"""Makes the variants of a problem, given its position in the set and the random seed, in order."""

COMPOSITIONS: Final = 36
"""Variants of each problem that are perturbed twice."""
COMPOSED: Final = ("equivalence", "distractor", "equivalence", "renaming", "equivalence", "restatement")
"""Rewritings of variants that are perturbed already, in turn."""
MINI_KINDS: Final = 3
"""Perturbed variants of each problem in `mini`, each of another kind."""


def balanced(problem: Problem, position: int, seed: int) -> Iterator[Variant | Refusal]:
    """Every slot of every perturbation, then the rewritings of the original, then the compositions."""
    making = Making(problem, seed)
    for candidates in _kinds(problem).values():
        for candidate in candidates:
            yield making.outcome(candidate)


def mini(problem: Problem, position: int, seed: int) -> Iterator[Variant | Refusal]:
    """The original, and of some kinds the first of the shuffled candidates that can be made.

    Neighbouring problems take other kinds; kinds that a problem cannot have are passed over (the refusals of
    `balanced` say why). The variants are those of `balanced`, made alone.
    """
    making = Making(problem, seed)
    kinds = _kinds(problem)
    (original,) = kinds.pop(ORIGINAL)
    yield making.outcome(original)
    there = [kind for kind, candidates in kinds.items() if candidates]
    source = source_of(seed, problem.id, "mini")
    start = position * MINI_KINDS
    turns = (kinds[there[(start + turn) % len(there)]] for turn in range(len(there)))
    chosen = (_first(making, source.sample(candidates, len(candidates))) for candidates in turns)
    yield from islice((variant for variant in chosen if variant is not None), MINI_KINDS)


def _first(making: Making, candidates: list[Candidate]) -> Variant | None:
    """The variant of the first candidate that can be made."""
    outcomes = map(making.outcome, candidates)
    return next((one for one in outcomes if isinstance(one, Variant)), None)


def _kinds(problem: Problem) -> dict[str, list[Candidate]]:
    """All candidates of the balanced scheme by kind, in the order in which variants are listed."""
    kinds: dict[str, list[Candidate]] = {
        name: [Candidate(rule, slot) for slot in rule.slots(problem)] for name, rule in PERTURBATIONS.items()
    }
    (original,) = kinds[ORIGINAL]
    for name, rewriting in REWRITINGS.items():
        kinds[name] = [Candidate(rewriting, slot, original) for slot in rewriting.slots()]
    kinds[COMPOSITION] = list(_compositions(kinds["symbolic"] + kinds["numeric"]))
    return kinds


def _compositions(parents: list[Candidate]) -> Iterator[Candidate]:
    """Candidates spread evenly over the parents, each with the next rewriting and the next of its slots."""
    used = dict.fromkeys(COMPOSED, 0)
    for number in range(COMPOSITIONS if parents else 0):
        name = COMPOSED[number % len(COMPOSED)]
        slots = REWRITINGS[name].slots()
        # A step that shares no factor with the number of slots goes through easy and hard ones alike.
        slot = slots[used[name] * 5 % len(slots)]
        used[name] += 1
        yield Candidate(REWRITINGS[name], slot, parents[number * len(parents) // COMPOSITIONS])


SCHEMES: Final[dict[str, Scheme]] = {"balanced": balanced, "mini": mini, "asymob": asymob}
