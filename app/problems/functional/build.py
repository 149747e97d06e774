"""From the abstractions to a published set: draw, certify, keep what is certified, say why of the rest."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any, Final

from pydantic import Field, ValidationError

from app.problems.build import CertifyMany, Progress
from app.problems.errors import SeedError
from app.problems.formats.native import header_of
from app.problems.formats.seeds import SetHeader
from app.problems.functional import REGISTRY, Abstraction
from app.problems.identity import set_hash
from app.problems.perturbations import parametric
from app.problems.problem import Certificate, ProblemSet, Refusal, Variant

HEADER: Final = "set.toml"
"""The file that stands where other sets have seeds: the seeds of this one are programs."""
SOURCE: Final = "Written for Plumbline as a program."


class FunctionalHeader(SetHeader):
    """What the set says of itself, and how many fresh instances each abstraction gives it."""

    instances: int = Field(ge=1)


def read_header(text: str) -> FunctionalHeader:
    """The `[set]` of a `set.toml`; a SeedError names the field at fault."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SeedError(f"{HEADER} is not valid TOML: {error}.") from error
    try:
        header: FunctionalHeader = FunctionalHeader.model_validate(document.get("set", {}))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SeedError(f"{HEADER}: [set], field {first['loc'][0]!r}: {first['msg']}") from error
    return header


def build(
    header_toml: str,
    certify: CertifyMany,
    progress: Progress = lambda done, total: None,
    card: str = "",
) -> ProblemSet:
    """The set of every abstraction's original and fresh instances; same text, same bytes. Raises SeedError."""
    header = read_header(header_toml)
    candidates = [
        variant
        for abstraction in REGISTRY.values()
        for variant in parametric.variants(abstraction, header.seed, header.instances)
    ]
    variants: list[Variant] = []
    refusals: list[Refusal] = []
    for done, (candidate, outcome) in enumerate(zip(candidates, certify(candidates), strict=True), start=1):
        if isinstance(outcome, Certificate):
            variants.append(candidate.model_copy(update={"certificate": outcome}))
        else:
            refusals.append(
                Refusal(
                    variant=candidate.id,
                    perturbation=candidate.perturbation,
                    statement=candidate.statement,
                    reason=outcome,
                )
            )
        progress(done, len(candidates))
    problem_set = ProblemSet(
        name=header.name,
        version=header.version,
        title=header.title,
        licence=header.licence,
        card=card,
        sha256="",
        problems={abstraction.id: describe(abstraction) for abstraction in REGISTRY.values()},
        variants=tuple(variants),
        refusals=tuple(refusals),
    )
    sha256 = set_hash(header_of(problem_set), problem_set.variants)
    return problem_set.model_copy(update={"sha256": sha256})


def draw(count: int, seed: int) -> Iterator[Variant]:
    """`count` fresh instances, spread evenly over the abstractions: the first of each, the second of each, …"""
    rounds, rest = divmod(count, len(REGISTRY))
    streams = [
        parametric.instances(abstraction, seed, rounds + (place < rest))
        for place, abstraction in enumerate(REGISTRY.values())
    ]
    for number in range(count):
        yield next(streams[number % len(streams)])


def describe(abstraction: Abstraction) -> dict[str, Any]:
    """What readers are told of an abstraction."""
    return {
        "title": abstraction.title,
        "topic": abstraction.topic,
        "level": abstraction.level,
        "source": SOURCE,
        "derivation": abstraction.derivation,
    }
