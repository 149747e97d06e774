"""Making the variants of one problem: each candidate at most once, its refusal kept like its variant."""

from __future__ import annotations

import random
from dataclasses import dataclass

from app.problems.errors import Refused
from app.problems.perturbations import PERTURBATIONS, Perturbation, Rewriting, Slot
from app.problems.perturbations.base import source_of
from app.problems.perturbations.composition import NAME as COMPOSITION
from app.problems.perturbations.composition import compose
from app.problems.perturbations.composition import label as composed_label
from app.problems.perturbations.original import SLOT
from app.problems.problem import ORIGINAL, Problem, Refusal, Variant

CHANGING = ("symbolic", "numeric")
"""Perturbations that are meant to change the answer."""


@dataclass(frozen=True)
class Candidate:
    """A variant that may be made: by which rule, for which of its slots, and of which other variant."""

    rule: Perturbation | Rewriting
    slot: Slot
    parent: Candidate | None = None

    @property
    def composed(self) -> bool:
        """Whether the parent is itself perturbed."""
        return self.parent is not None and self.parent.rule.name != ORIGINAL

    @property
    def kind(self) -> str:
        """The perturbation that its variant has."""
        return COMPOSITION if self.composed else self.rule.name

    @property
    def label(self) -> str:
        """Its name within the problem."""
        if self.parent is None or not self.composed:
            return self.slot.label
        return composed_label(self.parent.label, self.slot)


_SEED = Candidate(PERTURBATIONS[ORIGINAL], SLOT)


class Making:
    """The variants of one problem that are made so far, all from one seed."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self._problem = problem
        self._seed = seed
        self._outcomes: dict[str, Variant | Refusal] = {}

    def outcome(self, candidate: Candidate) -> Variant | Refusal:
        """The candidate's variant, not yet certified, or why there is none."""
        if candidate.label not in self._outcomes:
            self._outcomes[candidate.label] = self._make(candidate)
        return self._outcomes[candidate.label]

    def _make(self, candidate: Candidate) -> Variant | Refusal:
        source = source_of(self._seed, self._problem.id, candidate.label)
        try:
            if isinstance(candidate.rule, Perturbation):
                variant = candidate.rule.make(self._problem, candidate.slot, source)
                self._require_change(candidate, variant)
            else:
                variant = self._rewrite(candidate, candidate.rule, source)
        except Refused as refused:
            return Refusal(
                variant=f"{self._problem.id}/{candidate.label}",
                perturbation=candidate.kind,
                statement="",
                reason=refused.reason,
            )
        return variant.model_copy(update={"seed": self._seed})

    def _rewrite(self, candidate: Candidate, rule: Rewriting, source: random.Random) -> Variant:
        if candidate.parent is None:
            raise ValueError(f"{candidate.label} is a rewriting, and names nothing to rewrite")
        parent = self.outcome(candidate.parent)
        if isinstance(parent, Refusal):
            raise Refused(f"{parent.variant}, which it rewrites, is refused")
        if candidate.composed:
            return compose(parent, rule, candidate.slot, source)
        return rule.rewrite(parent, candidate.slot, source)

    def _require_change(self, candidate: Candidate, variant: Variant) -> None:
        """Refuses a variant whose answer is the original's, though its perturbation is to change it."""
        if candidate.kind not in CHANGING:
            return
        original = self.outcome(_SEED)
        if isinstance(original, Variant) and variant.gold == original.gold:
            raise Refused("its answer is that of the original")
