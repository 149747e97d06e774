"""What changed from one version of a problem set to the next: problems and variants, with the reason.

Only the names of changed fields are told, never their values, so that this may be shown of hidden sets too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.problems.errors import UnexplainedChange
from app.problems.problem import ProblemSet

What = Literal["added", "removed", "changed"]
Fields = Mapping[str, Any]

ALL = "*"
"""In a version's reasons: the reason for every problem that has none of its own."""
READABLE = {"gold": "answer"}
NAMED = 5
"""How many problems an error names."""


@dataclass(frozen=True)
class Contents:
    """What a version holds: what readers are told of each problem, and each variant's `Variant.content`.

    Variants that both versions hold unchanged may be left out of both.
    """

    problems: Mapping[str, Fields]
    variants: Mapping[str, Fields]


@dataclass(frozen=True)
class VariantDifference:
    """A variant that one of two versions lacks, or whose `fields` differ."""

    id: str
    what: What
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProblemDifference:
    """A problem that one of two versions lacks, or that changed: its own `fields`, or its variants.

    `reason` is that of the newer version, None if it gives none.
    """

    id: str
    what: What
    fields: tuple[str, ...]
    variants: tuple[VariantDifference, ...]
    reason: str | None


def contents(problem_set: ProblemSet) -> Contents:
    """What a whole set holds."""
    return Contents(
        problems={name: description(name, about) for name, about in problem_set.problems.items()},
        variants={variant.id: variant.content for variant in problem_set.variants},
    )


def description(problem_id: str, about: Fields) -> dict[str, Any]:
    """What readers are told of a problem, with every field of it."""
    return {"title": problem_id, "source": "", "derivation": "", **about}


def differences(old: Contents, new: Contents, reasons: Mapping[str, str]) -> list[ProblemDifference]:
    """Every problem that differs, in the order of the new version, those that were removed last."""
    variants: dict[str, list[VariantDifference]] = {}
    for name in _both(old.variants, new.variants):
        found = _difference(old.variants.get(name), new.variants.get(name))
        if found is not None:
            problem = (new.variants.get(name) or old.variants[name])["problem"]
            variants.setdefault(problem, []).append(VariantDifference(name, *found))
    differing = []
    for name in _both(old.problems, new.problems):
        found = _difference(old.problems.get(name), new.problems.get(name))
        if found is None and name in variants:
            found = ("changed", ())
        if found is not None:
            reason = reasons.get(name, reasons.get(ALL))
            differing.append(ProblemDifference(name, *found, tuple(variants.get(name, ())), reason))
    return differing


def count(found: Sequence[ProblemDifference]) -> dict[str, dict[str, int]]:
    """How many `problems` and `variants` were added, removed and changed: only what there is."""
    problems: Counter[str] = Counter(problem.what for problem in found)
    variants: Counter[str] = Counter(variant.what for problem in found for variant in problem.variants)
    return {"problems": dict(problems), "variants": dict(variants)}


def require_reasons(found: Sequence[ProblemDifference], name: str, old: str, new: str) -> None:
    """Raise UnexplainedChange if a problem differs and nobody says why."""
    silent = [each for each in found if not each.reason]
    if silent:
        named = ", ".join(f"{each.id} ({each.what})" for each in silent[:NAMED])
        more = f" and {len(silent) - NAMED} more" if len(silent) > NAMED else ""
        raise UnexplainedChange(
            f"{name} {new} differs from {old} without a reason for {named}{more}: give one for "
            'each, or one for all under "*": a built set in [set.reasons] of seeds.toml (then build it '
            "again), an imported one by `plumbline problems publish SET --reason`."
        )


def _both(old: Iterable[str], new: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*new, *old]))


def _difference(old: Fields | None, new: Fields | None) -> tuple[What, tuple[str, ...]] | None:
    if old is None:
        return "added", ()
    if new is None:
        return "removed", ()
    names = dict.fromkeys([*new, *old])
    fields = tuple(READABLE.get(name, name) for name in names if old.get(name) != new.get(name))
    return ("changed", fields) if fields else None
