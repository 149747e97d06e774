"""From the abstractions to a published set: draw, certify, keep what is certified, say why of the rest."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.problems.build import (
    GENERATOR,
    CertifyBatch,
    Progress,
    Run,
    assemble,
    certify_batch,
    inline,
    settled,
    silent,
)
from app.problems.formats.seeds import read_header
from app.problems.functional import REGISTRY, Abstraction
from app.problems.perturbations import parametric
from app.problems.problem import ProblemSet, Variant

SOURCE: Final = "Written for Plumbline as a program."


def build(
    texts: Mapping[str, str],
    *,
    run: Run = inline,
    certify: CertifyBatch = certify_batch,
    progress: Progress = silent,
    card: str = "",
) -> ProblemSet:
    """The set of every original and of its fresh instances; same texts, same bytes. Raises SeedError."""
    header = read_header(texts)
    made = [
        variant
        for abstraction in REGISTRY.values()
        for variant in parametric.variants(abstraction, header.seed, header.instances)
    ]
    return assemble(
        header,
        {abstraction.id: describe(abstraction) for abstraction in REGISTRY.values()},
        settled(made, lean=False, run=run, certify=certify, progress=progress),
        provenance={"scheme": "functional", "seed": str(header.seed), "generator": GENERATOR},
        card=card,
    )


def draw(count: int, seed: int) -> Iterator[Variant]:
    """`count` fresh instances of the abstractions in turn, in an order that the seed gives."""
    order = list(REGISTRY.values())
    random.Random(f"{seed}/order").shuffle(order)
    rounds, rest = divmod(count, len(order))
    streams = [
        parametric.instances(abstraction, seed, rounds + (place < rest))
        for place, abstraction in enumerate(order)
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
