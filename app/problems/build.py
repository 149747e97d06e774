"""From seeds to a published set: read, perturb, certify, keep what is certified, say why of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from app.problems.errors import SeedError
from app.problems.formats.native import header_of
from app.problems.formats.seeds import read_seeds
from app.problems.identity import canonical, set_hash
from app.problems.perturbations import REGISTRY
from app.problems.problem import Certificate, Problem, ProblemSet, Refusal, Variant

CertifyMany = Callable[[Sequence[Variant]], Iterable["Certificate | str"]]
"""Maps variants to their certificates, in order; a text instead of one is the reason why it is refused."""
Progress = Callable[[int, int], None]
"""Told how many variants are done, and of how many."""


def build(
    name: str,
    seeds_toml: str,
    seed: int | None,
    certify: CertifyMany,
    progress: Progress = lambda done, total: None,
    card: str = "",
) -> ProblemSet:
    """The set `name` from the text of its seeds file; `seed` None means the one that the file names.

    The same text, seed and certificates give the same set, byte for byte. Raises SeedError.
    """
    seeds = read_seeds(seeds_toml)
    if seeds.header.name != name:
        raise SeedError(
            f"seeds.toml is that of the set {seeds.header.name!r}, not of {name!r}; mend [set] name."
        )
    start = seeds.header.seed if seed is None else seed
    candidates, refusals = _sorted_out(item for problem in seeds.problems for item in perturb(problem, start))
    variants: list[Variant] = []
    for done, (candidate, outcome) in enumerate(zip(candidates, certify(candidates), strict=True), start=1):
        if isinstance(outcome, Certificate):
            variants.append(candidate.model_copy(update={"certificate": outcome}))
        else:
            refusals.append(_refusal(candidate, outcome))
        progress(done, len(candidates))
    problem_set = ProblemSet(
        name=name,
        version=seeds.header.version,
        title=seeds.header.title,
        licence=seeds.header.licence,
        card=card,
        sha256="",
        problems={problem.id: describe(problem) for problem in seeds.problems},
        variants=tuple(variants),
        refusals=tuple(refusals),
    )
    sha256 = set_hash(header_of(problem_set), problem_set.variants)
    return problem_set.model_copy(update={"sha256": sha256})


def verify(
    problem_set: ProblemSet, certify: CertifyMany, progress: Progress = lambda done, total: None
) -> list[Refusal]:
    """Makes every certificate again; the variants for which that fails, with the reasons."""
    failures = []
    variants = problem_set.variants
    for done, (variant, outcome) in enumerate(zip(variants, certify(variants), strict=True), start=1):
        if not isinstance(outcome, Certificate):
            failures.append(_refusal(variant, outcome))
        progress(done, len(variants))
    return failures


def perturb(problem: Problem, seed: int) -> Iterator[Variant | Refusal]:
    """Every variant of the problem, a refusal in the place of each that repeats an earlier one's task."""
    first_with: dict[str, str] = {}
    for perturbation in REGISTRY.values():
        for item in perturbation.variants(problem, seed):
            if isinstance(item, Variant):
                key = canonical(item.model_dump(mode="json", include={"task", "assumptions"}))
                earlier = first_with.setdefault(key, item.id)
                if earlier != item.id:
                    item = _refusal(item, f"its task is that of {earlier}")
            yield item


def describe(problem: Problem) -> dict[str, Any]:
    """What readers are told of a seed."""
    return problem.model_dump(mode="json", include={"title", "topic", "level", "source", "derivation"})


def _sorted_out(items: Iterable[Variant | Refusal]) -> tuple[list[Variant], list[Refusal]]:
    variants: list[Variant] = []
    refusals: list[Refusal] = []
    for item in items:
        if isinstance(item, Variant):
            variants.append(item)
        else:
            refusals.append(item)
    return variants, refusals


def _refusal(variant: Variant, reason: str) -> Refusal:
    return Refusal(
        variant=variant.id, perturbation=variant.perturbation, statement=variant.statement, reason=reason
    )
