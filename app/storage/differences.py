"""What differs between two stored versions: the database finds the variants, `problems` compares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Exists, select
from sqlalchemy.orm import aliased

from app.problems.differences import Contents, ProblemDifference, differences
from app.storage.sessions import ReadSession
from app.storage.tables import GoldAnswerRecord, ProblemRecord, VariantRecord

TOLD = ("title", "topic", "level", "source", "derivation")
"""What readers are told of a problem."""
ASKED = (
    "id",
    "parent",
    "topic",
    "level",
    "perturbation",
    "strength",
    "parameters",
    "change",
    "statement",
    "answer_kind",
    "assumptions",
    "task",
    "seed",
    "images",
    "origin",
)
"""What makes a variant the one it is, besides its problem and its gold answer."""


def between(s: ReadSession, old_id: str, new_id: str, reasons: Mapping[str, str]) -> list[ProblemDifference]:
    """The problems that differ between two versions, given by their ids.

    Only variants whose hash the other version lacks are read; one without a hash is always read.
    """
    old = contents(s, old_id, differing_from=new_id)
    return differences(old, contents(s, new_id, differing_from=old_id), reasons)


def contents(s: ReadSession, version_id: str, differing_from: str | None = None) -> Contents:
    """What a version holds, without the variants that another version holds with the same hash."""
    rows = s.scalars(
        select(ProblemRecord).where(ProblemRecord.version_id == version_id).order_by(ProblemRecord.position)
    )
    problems = {row.id: {name: getattr(row, name) for name in TOLD} for row in rows}
    query = (
        select(VariantRecord, GoldAnswerRecord.answer)
        .join(
            GoldAnswerRecord,
            (GoldAnswerRecord.version_id == VariantRecord.version_id)
            & (GoldAnswerRecord.variant_id == VariantRecord.id),
        )
        .where(VariantRecord.version_id == version_id)
        .order_by(VariantRecord.position)
    )
    if differing_from is not None:
        query = query.where(~_is_in(differing_from))
    variants = {record.id: _content(record, gold) for record, gold in s.execute(query)}
    return Contents(problems, variants)


def _is_in(version_id: str) -> Exists:
    other = aliased(VariantRecord)
    return (
        select(1)
        .where(
            other.version_id == version_id,
            other.id == VariantRecord.id,
            other.sha256 == VariantRecord.sha256,
        )
        .exists()
    )


def _content(record: VariantRecord, gold: str) -> dict[str, Any]:
    """As `Variant.content`, which leaves images and origin out if there are none."""
    fields = {name: getattr(record, name) for name in ASKED}
    present = {name: value for name, value in fields.items() if value or name not in ("images", "origin")}
    return {"problem": record.problem_id, "gold": gold, **present}
