"""A data set folder for the Hugging Face hub: a card with YAML front matter, and the rows it describes.

The front matter follows the hub's description of data set cards (huggingface/hub-docs, datasetcard.md).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from app.problems.exporters.base import Files, Options
from app.problems.exporters.columns import COLUMNS, flat_row
from app.problems.exporters.yaml import dump
from app.problems.problem import ORIGINAL, ProblemSet, Variant

ROWS = "data/test.jsonl"
FEATURES: dict[str, dict[str, Any]] = {
    "text": {"dtype": "string"},
    "whole": {"dtype": "int64"},
    "real": {"dtype": "float64"},
    "texts": {"sequence": "string"},
    "json": {"dtype": "string"},
}
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
LICENCES = {
    "apache-2.0",
    "cc-by-2.0",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-nc-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "mit",
}
"""Licences that the hub knows by these names; any other is `other`, with its own name beside it."""
REASONS_SHOWN = 12


class DatasetCard:
    """The folder: `README.md`, the card, and `data/test.jsonl`, whose objects are JSON text."""

    name = "hf-card"
    summary = "a data set card for the Hugging Face hub, with its data"
    makes_folder = True
    options: frozenset[str] = frozenset()

    def files(self, problem_set: ProblemSet, options: Options) -> Files:
        lines = [_line(variant, problem_set) for variant in problem_set.variants]
        yield ROWS, lines
        matter = dump(_front_matter(problem_set, sum(map(len, lines))))
        yield "README.md", [f"---\n{matter}---\n\n{_card(problem_set)}".encode()]


def _line(variant: Variant, problem_set: ProblemSet) -> bytes:
    return json.dumps(flat_row(variant, problem_set), ensure_ascii=False).encode() + b"\n"


def _front_matter(problem_set: ProblemSet, size: int) -> dict[str, Any]:
    count = len(problem_set.variants)
    return {
        **_licence(problem_set.licence),
        "language": ["en"],
        "pretty_name": problem_set.title,
        "task_categories": ["question-answering", "text-generation"],
        "size_categories": [next((name for limit, name in SIZES if count < limit), "n>1M")],
        "tags": ["mathematics", "benchmark", "robustness", "perturbation"],
        "configs": [{"config_name": "default", "data_files": [{"split": "test", "path": ROWS}]}],
        "dataset_info": {
            "config_name": "default",
            "features": [{"name": column.name, **FEATURES[column.type]} for column in COLUMNS],
            "splits": [{"name": "test", "num_bytes": size, "num_examples": count}],
            "download_size": size,
            "dataset_size": size,
        },
    }


def _licence(name: str) -> dict[str, str]:
    known = name.lower()
    if known in LICENCES:
        return {"license": known}
    return {"license": "other", "license_name": re.sub(r"[^a-z0-9.]+", "-", known).strip("-") or "unknown"}


def _card(problem_set: ProblemSet) -> str:
    sections = (
        _summary(problem_set),
        "## Counts\n\n" + _counts(problem_set.variants),
        "## How the answers were checked\n\n" + _checks(problem_set.variants),
        "## Columns\n\n" + _columns(),
        "## Versions\n\n" + _version(problem_set),
        *(["## What was left out\n\n" + _refusals(problem_set)] if problem_set.refusals else []),
        "## Limitations\n\n" + _limitations(problem_set),
        *(["## The set's own card\n\n" + _demoted(problem_set.card)] if problem_set.card.strip() else []),
    )
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _summary(problem_set: ProblemSet) -> str:
    return f"""# {problem_set.title}

{len(problem_set.problems)} mathematical problems and {len(problem_set.variants)} variants of them: each
problem as it is (`original`), and under perturbations that change how it is asked, or one thing in it. A
model is scored on all of them, and what it loses against the originals is the measure of its robustness.
Exported by Plumbline; licence {problem_set.licence}."""


def _counts(variants: Sequence[Variant]) -> str:
    cells = Counter((variant.topic, variant.perturbation) for variant in variants)
    topics = sorted({topic for topic, _ in cells})
    kinds = sorted({kind for _, kind in cells}, key=lambda kind: (kind != ORIGINAL, kind))
    rows = [
        [topic, *(cells[topic, kind] for kind in kinds), sum(cells[topic, kind] for kind in kinds)]
        for topic in topics
    ]
    every = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    by_level = Counter(variant.level for variant in variants)
    levels = ", ".join(f"level {level}: {count}" for level, count in sorted(by_level.items()))
    return _table(["topic", *kinds, "all"], [*rows, ["all", *every]]) + f"\n\nBy difficulty: {levels}."


def _checks(variants: Sequence[Variant]) -> str:
    methods = Counter(variant.certificate.method for variant in variants if variant.certificate)
    unchecked = len(variants) - sum(methods.values())
    said = []
    if methods:
        said.append(
            "Every variant counted here has a certificate, made independently of how its answer was made; "
            "the columns `certificate_…` say by which method, at how many points and to how many digits.\n\n"
            + _table(["method", "variants"], methods.most_common())
        )
    if unchecked:
        said.append(
            f"{unchecked} variants have no certificate: their answers are as their source gives them."
        )
    return "\n\n".join(said)


def _columns() -> str:
    return (
        _table(
            ["column", "type", "meaning"],
            [[f"`{column.name}`", column.type, column.meaning] for column in COLUMNS],
        )
        + "\n\n`texts` is a list; `json` is an object or list as JSON text, since its keys differ by row."
    )


def _version(problem_set: ProblemSet) -> str:
    facts = {"name": problem_set.name, "version": problem_set.version, "content SHA-256": problem_set.sha256}
    lines = [f"- {name}: {value}" for name, value in (facts | problem_set.provenance).items()]
    if problem_set.reasons:
        lines += ["", "Changed since the version before:", ""]
        lines += [
            f"- {'all problems' if name == '*' else f'`{name}`'}: {reason}"
            for name, reason in problem_set.reasons.items()
        ]
    return "\n".join(lines)


def _refusals(problem_set: ProblemSet) -> str:
    reasons = Counter(refusal.reason for refusal in problem_set.refusals).most_common()
    shown = _table(["reason", "variants"], reasons[:REASONS_SHOWN])
    rest = sum(count for _, count in reasons[REASONS_SHOWN:])
    return shown + (f"\n\nand {rest} more for other reasons." if rest else "")


def _limitations(problem_set: ProblemSet) -> str:
    said = [
        "A certificate says what its method can say: agreement at points to many digits is strong evidence, "
        "and a proof only where the method is one.",
        "Answers are public here: a model may have been trained on them. Compare the perturbations with the "
        "originals rather than scores with other scores.",
        "Answers are compared by meaning, not as texts: use a grader that reads LaTeX, such as Plumbline's.",
    ]
    if any(variant.images for variant in problem_set.variants):
        said.append("Some statements need an image, which `images` names by path and SHA-256.")
    return "\n".join(f"- {text}" for text in said)


def _demoted(card: str) -> str:
    """The card with every heading two levels lower."""
    return re.sub(r"(?m)^(#{1,4} )", r"##\1", card.strip())


def _table(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    lines = [list(headings)]
    lines += [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
