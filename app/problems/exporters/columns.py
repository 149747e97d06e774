"""The columns of an exported variant, the same in every tabular format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from app.problems.identity import canonical, variant_hash
from app.problems.problem import Certificate, ProblemSet, Variant

Type = Literal["text", "whole", "real", "texts", "json"]
"""`texts` is a list of texts; `json` an object or list whose keys differ from row to row, or nothing."""


@dataclass(frozen=True)
class Column:
    """One column: its name, type, meaning, and the value that a variant of a set has in it."""

    name: str
    type: Type
    meaning: str
    value: Callable[[Variant, ProblemSet], Any]


def _evidence(field: str) -> Callable[[Variant, ProblemSet], Any]:
    def value(variant: Variant, _: ProblemSet) -> Any:
        certificate: Certificate | None = variant.certificate
        return None if certificate is None else getattr(certificate, field)

    return value


COLUMNS = (
    Column("id", "text", "the variant's id, unique in the set", lambda v, s: v.id),
    Column("problem", "text", "the id of the seed problem that it varies", lambda v, s: v.problem),
    Column("title", "text", "the problem's title", lambda v, s: s.problems[v.problem].get("title", "")),
    Column("topic", "text", "the topic", lambda v, s: v.topic),
    Column("level", "whole", "difficulty: 1 easy, 2 medium, 3 hard", lambda v, s: v.level),
    Column(
        "perturbation",
        "text",
        "the rule that made the variant; `original` is the seed",
        lambda v, s: v.perturbation,
    ),
    Column("strength", "real", "how strong the perturbation is; 0 for the original", lambda v, s: v.strength),
    Column("statement", "text", "what is asked, in Markdown with LaTeX", lambda v, s: v.statement),
    Column("answer", "text", "the gold answer, in LaTeX", lambda v, s: v.gold),
    Column(
        "answer_kind",
        "text",
        "what kind of answer it is, which decides how it is graded",
        lambda v, s: v.answer_kind,
    ),
    Column(
        "assumptions",
        "texts",
        "relations in LaTeX that hold of the parameters",
        lambda v, s: list(v.assumptions),
    ),
    Column("parameters", "json", "the value of each parameter, in LaTeX", lambda v, s: v.parameters),
    Column("change", "json", "what else the perturbation did", lambda v, s: v.change),
    Column(
        "task",
        "json",
        "the typed task that statement and answer are made from, if there is one",
        lambda v, s: None if v.task is None else v.task.model_dump(mode="json"),
    ),
    Column("seed", "whole", "where the random draws of the variant started", lambda v, s: v.seed),
    Column(
        "certificate_method", "text", "how the answer was checked, nothing if it was not", _evidence("method")
    ),
    Column("certificate_points", "whole", "points or terms that were checked", _evidence("points")),
    Column(
        "certificate_digits", "whole", "decimal digits of agreement, nothing if exact", _evidence("digits")
    ),
    Column(
        "images",
        "json",
        "path and SHA-256 of each image",
        lambda v, s: [image.model_dump() for image in v.images],
    ),
    Column(
        "origin",
        "json",
        "of an imported row: where it stood, and what else was said of it",
        lambda v, s: v.origin,
    ),
    Column(
        "source", "text", "where the problem is from", lambda v, s: s.problems[v.problem].get("source", "")
    ),
    Column("licence", "text", "the licence of the row", lambda v, s: v.origin.get("licence", s.licence)),
    Column("set", "text", "the problem set", lambda v, s: s.name),
    Column("version", "text", "the set's version", lambda v, s: s.version),
    Column("sha256", "text", "the hash of the variant's content", lambda v, s: variant_hash(v)),
)


def row(variant: Variant, problem_set: ProblemSet) -> dict[str, Any]:
    """The variant as nested JSON."""
    return {column.name: column.value(variant, problem_set) for column in COLUMNS}


def flat_row(variant: Variant, problem_set: ProblemSet) -> dict[str, Any]:
    """The variant with every `json` column as its JSON text, for readers that want one type a column."""
    values = row(variant, problem_set)
    for column in COLUMNS:
        if column.type == "json" and values[column.name] is not None:
            values[column.name] = canonical(values[column.name])
    return values
