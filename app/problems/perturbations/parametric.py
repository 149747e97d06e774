"""The perturbation that draws a problem afresh: instances of an executable functional abstraction."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from app.maths import render
from app.problems.errors import ProblemsError
from app.problems.functional import Abstraction, Values
from app.problems.perturbations.base import PHRASINGS_DRAWN
from app.problems.problem import ORIGINAL, Variant
from app.problems.statements import statement
from app.problems.tasks import Instance

PARAMETRIC: Final = "parametric"
ATTEMPTS: Final = 200
"""Draws that may repeat earlier ones before an abstraction is said to be exhausted."""


def variants(abstraction: Abstraction, seed: int, count: int) -> Iterator[Variant]:
    """The original, then `count` fresh instances with parameters of their own.

    Each draw follows from (seed, abstraction, number); the first instances are the same whatever the count.
    Raises ProblemsError once no new parameters are found.
    """
    yield _variant(abstraction, ORIGINAL, abstraction.original, _source(abstraction, seed, "0"), seed)
    yield from instances(abstraction, seed, count)


def instances(abstraction: Abstraction, seed: int, count: int) -> Iterator[Variant]:
    """The fresh instances alone: never the original, and no parameters twice."""
    seen = {_key(abstraction.original)}
    for number in range(1, count + 1):
        for attempt in range(ATTEMPTS):
            source = _source(abstraction, seed, f"{number}/{attempt}")
            values = abstraction.sample(source)
            if _key(values) not in seen:
                break
        else:
            raise ProblemsError(
                f"{abstraction.id} has no new instance after {number - 1}; ask for fewer of them."
            )
        seen.add(_key(values))
        yield _variant(abstraction, PARAMETRIC, values, source, seed, number)


def _source(abstraction: Abstraction, seed: int, place: str) -> random.Random:
    return random.Random(f"{seed}/{abstraction.id}/{PARAMETRIC}/{place}")


def _key(values: Values) -> tuple[tuple[str, object], ...]:
    return tuple(sorted(values.items()))


def _variant(
    abstraction: Abstraction,
    perturbation: str,
    values: Values,
    source: random.Random,
    seed: int,
    number: int = 0,
) -> Variant:
    task = Instance(abstraction=abstraction.id, values=dict(values))
    fresh = perturbation == PARAMETRIC
    return Variant(
        id=f"{abstraction.id}/{perturbation}" + (f"-{number}" if fresh else ""),
        problem=abstraction.id,
        topic=abstraction.topic,
        level=abstraction.level,
        perturbation=perturbation,
        strength=abstraction.strength(values) if fresh else 0.0,
        parameters={name: _written(value) for name, value in values.items()},
        statement=statement(task, (), source.randrange(PHRASINGS_DRAWN)),
        answer_kind=abstraction.answer_kind,
        gold=render(abstraction.answer(values)),
        task=task,
        seed=seed,
    )


def _written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
