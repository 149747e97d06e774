"""Which samples a run has, in which order, and how they are cut into chunks; pure and deterministic."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from app.evaluation.errors import InvalidRequest
from app.problems.problem import ORIGINAL

MAX_REPETITIONS = 100
DEFAULT_CHUNK_SIZE = 16
"""Samples in one unit of durable work: enough to make its overhead of milliseconds vanish."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Candidate:
    """What planning needs to know of a variant."""

    id: str
    problem: str
    topic: str
    perturbation: str


def plan(
    variants: Sequence[Candidate], limit: int | None, repetitions: int, seed: int = 0, together: int = 1
) -> list[tuple[str, int]]:
    """The samples (variant id, repetition) of a run on `limit` of the variants, or on all of them.

    Which variants those are does not depend on the seed; their order does (`shuffled`), so that a run stopped
    early is a fair estimate of the whole. Repetitions of one variant lie a whole pass apart, or `together` of
    them side by side where one request draws so many.
    """
    if not 1 <= repetitions <= MAX_REPETITIONS:
        raise InvalidRequest(f"repetitions is {repetitions}; it must be from 1 to {MAX_REPETITIONS}.")
    if limit is not None and limit < 1:
        raise InvalidRequest(f"limit is {limit}; it must be at least 1 (leave it out to take every variant).")
    chosen = shuffled(balanced(variants)[:limit], seed)
    passes = [range(first, min(first + together, repetitions)) for first in range(0, repetitions, together)]
    return [(variant.id, repetition) for some in passes for variant in chosen for repetition in some]


def shuffled(variants: Sequence[Candidate], seed: int) -> list[Candidate]:
    """The variants in a random order of which every beginning has its share of each stratum.

    A stratum is a topic under one perturbation. Its members, shuffled, are spread evenly with a random
    offset each: systematic sampling within strata (Cochran, Sampling Techniques, ch. 8).
    """
    draw = random.Random(seed)
    strata: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for variant in sorted(variants, key=lambda variant: variant.id):
        strata[variant.topic, variant.perturbation].append(variant)
    placed: list[tuple[float, Candidate]] = []
    for _, members in sorted(strata.items()):
        draw.shuffle(members)
        placed += [((place + draw.random()) / len(members), member) for place, member in enumerate(members)]
    return [variant for _, variant in sorted(placed, key=lambda pair: pair[0])]


def balanced(variants: Sequence[Candidate]) -> list[Candidate]:
    """All variants in an order of which every beginning is balanced, the same for everybody.

    First the originals, topic by topic in turn; then one further variant of each problem per round. Each
    problem takes its perturbations in turn, and neighbouring problems start with different ones, so that
    within a round, too, every perturbation has its share.
    """
    originals = {variant.problem: variant for variant in variants if variant.perturbation == ORIGINAL}
    topics: dict[str, set[str]] = defaultdict(set)
    perturbed: dict[str, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for variant in variants:
        topics[variant.topic].add(variant.problem)
        if variant.perturbation != ORIGINAL:
            perturbed[variant.problem][variant.perturbation].append(variant)
    problems = list(_in_turn(sorted(topics[topic]) for topic in sorted(topics)))
    queues = [
        list(_in_turn(_rotated(_by_name(perturbed[problem]), turn))) for turn, problem in enumerate(problems)
    ]
    return [originals[problem] for problem in problems if problem in originals] + list(_in_turn(queues))


def chunk_count(samples: int, chunk_size: int) -> int:
    """How many chunks of at most `chunk_size` samples hold `samples` of them."""
    if chunk_size < 1:
        raise InvalidRequest(f"chunk_size is {chunk_size}; it must be at least 1.")
    return -(-samples // chunk_size)


def _by_name(groups: dict[str, list[Candidate]]) -> list[list[Candidate]]:
    return [sorted(groups[name], key=lambda variant: variant.id) for name in sorted(groups)]


def _rotated(items: Sequence[_T], turn: int) -> Sequence[_T]:
    start = turn % len(items) if items else 0
    return [*items[start:], *items[:start]]


def _in_turn(queues: Iterable[Iterable[_T]]) -> Iterator[_T]:
    missing = object()
    for round_ in zip_longest(*queues, fillvalue=missing):
        yield from (item for item in round_ if item is not missing)  # type: ignore[misc]
