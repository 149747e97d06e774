"""What every exporter is, what it is told, and which variants it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.problems.errors import ExportError
from app.problems.problem import ProblemSet, Variant

Files = Iterator[tuple[str, Iterable[bytes]]]
"""Files one after the other: the name within the target's folder, and the parts of its bytes."""
SELECTABLE = ("perturbation", "topic", "level", "problem", "answer_kind")
LISTED = 12
"""How many values an error lists."""


def _no_pictures(path: str) -> bytes:
    raise ExportError(f"the image {path} cannot be read; export the set from its folder.")


@dataclass(frozen=True)
class Options:
    """What the formats may be told besides the set.

    `folder` is the absolute path that the files will have, for formats that must name it. `model`, `samples`
    (repetitions a variant) and `body` (further fields of each request) are for requests; `read_image` gives
    the bytes of an image by its path in the set.
    """

    folder: str = ""
    model: str | None = None
    samples: int = 1
    body: Mapping[str, Any] = field(default_factory=dict)
    read_image: Callable[[str], bytes] = _no_pictures


class Exporter(Protocol):
    """One format; `makes_folder` tells whether it is a folder of files or a single file.

    `options` names what it takes of Options that a user may set.
    """

    name: str
    summary: str
    makes_folder: bool
    options: frozenset[str]

    def files(self, problem_set: ProblemSet, options: Options) -> Files:
        """The set's files in this format; a single file has the name `""`. Raises ExportError."""
        ...


def select(problem_set: ProblemSet, only: Sequence[str]) -> ProblemSet:
    """The set with the variants that meet every field in `only`, texts such as `topic=limits`.

    A field named several times may have any of these values. Problems without variants are left out. Raises
    ExportError for an unknown field, and for a value that no variant has.
    """
    wanted: dict[str, set[str]] = {}
    for text in only:
        name, _, value = text.partition("=")
        known = (
            {str(getattr(variant, name)) for variant in problem_set.variants} if name in SELECTABLE else set()
        )
        if value not in known:
            raise ExportError(_unknown(name, value, known))
        wanted.setdefault(name, set()).add(value)
    return keep(
        problem_set,
        [
            variant
            for variant in problem_set.variants
            if all(str(getattr(variant, name)) in values for name, values in wanted.items())
        ],
    )


def keep(problem_set: ProblemSet, variants: Iterable[Variant]) -> ProblemSet:
    """The set with only these variants, and the problems that have one."""
    kept = tuple(variants)
    used = {variant.problem for variant in kept}
    problems = {name: about for name, about in problem_set.problems.items() if name in used}
    return problem_set.model_copy(update={"variants": kept, "problems": problems})


def _unknown(name: str, value: str, known: set[str]) -> str:
    if name not in SELECTABLE:
        return f"--only {name}={value}: variants are selected by {', '.join(SELECTABLE)}."
    values = sorted(known)
    more = ", …" if len(values) > LISTED else ""
    return (
        f"--only {name}={value}: no variant has this {name}; there are: {', '.join(values[:LISTED])}{more}."
    )
