"""What differs between two stored versions: the database finds the variants, `problems` compares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.problems.differences import Contents, ProblemDifference, differences
from app.storage.sessions import ReadSession
from app.storage.tables import GoldAnswerRecord, ProblemRecord, VariantRecord

TOLD = ("title", "topic", "level", "source", "derivation")
"""What readers are told of a problem."""
ASKED = (
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
    return differences(_contents(s, old_id, new_id), _contents(s, new_id, old_id), reasons)


def _contents(s: ReadSession, version_id: str, other_id: str) -> Contents:
    rows = s.scalars(
        select(ProblemRecord).where(ProblemRecord.version_id == version_id).order_by(ProblemRecord.position)
    )
    problems = {row.id: {name: getattr(row, name) for name in TOLD} for row in rows}
    return Contents(problems, _variants(s, version_id, other_id))


def _variants(s: ReadSession, version_id: str, other_id: str) -> dict[str, dict[str, Any]]:
    """The variants of one version that the other does not hold with the same hash."""
    other = aliased(VariantRecord)
    same = (
        select(1)
        .where(
            other.version_id == other_id,
            other.id == VariantRecord.id,
            other.sha256 == VariantRecord.sha256,
        )
        .exists()
    )
    rows = s.execute(
        select(VariantRecord, GoldAnswerRecord.answer)
        .join(
            GoldAnswerRecord,
            (GoldAnswerRecord.version_id == VariantRecord.version_id)
            & (GoldAnswerRecord.variant_id == VariantRecord.id),
        )
        .where(VariantRecord.version_id == version_id, ~same)
        .order_by(VariantRecord.position)
    )
    return {
        record.id: {
            "problem": record.problem_id,
            "gold": gold,
            **{name: getattr(record, name) for name in ASKED},
        }
        for record, gold in rows
    }
