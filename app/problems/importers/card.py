"""The card of an imported set: where it comes from, what is in it, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app.problems.importers.base import Importer
from app.problems.problem import ProblemSet


def card(problem_set: ProblemSet, importer: Importer, reasons: Mapping[str, int]) -> str:
    """The card as Markdown."""
    variants = problem_set.variants
    parts = [
        f"# {problem_set.title}\n",
        f"{importer.describe}\n",
        "Imported from a copy of the user's own. The answers are the source's: they carry no certificate. "
        f"`plumbline problems audit {problem_set.name}` checks those that it can.\n",
        f"Licence of the data: {problem_set.licence}. Keep to it when you pass this folder on.\n",
        "## Where it comes from\n",
        _table(("", ""), problem_set.provenance.items()),
        "## What is in it\n",
        f"{len(problem_set.problems)} problems, {len(variants)} variants.\n",
        _table(("perturbation", "variants"), _counts(variant.perturbation for variant in variants)),
        _table(("topic", "variants"), _counts(variant.topic for variant in variants)),
        _table(("answer kind", "variants"), _counts(variant.answer_kind for variant in variants)),
    ]
    if reasons:
        parts += ["## What was refused\n", _table(("reason", "rows"), sorted(reasons.items()))]
    return "\n".join(parts)


def _counts(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))


def _table(headings: tuple[str, str], rows: Iterable[tuple[str, object]]) -> str:
    lines = [headings, ("---", "---"), *rows]
    return "\n".join(f"| {_cell(left)} | {_cell(right)} |" for left, right in lines) + "\n"


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
