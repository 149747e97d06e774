"""Score cells: a run's counts by problem and perturbation, made again from its grades."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, insert, select

from app.storage.records import Counts
from app.storage.runs import get as get_run
from app.storage.runs import lock
from app.storage.sessions import ReadSession, WriteSession
from app.storage.tables import (
    CompletionRecord,
    GradeRecord,
    SampleRecord,
    ScoreCellRecord,
    VariantRecord,
)


def refresh(s: WriteSession, run_id: str) -> None:
    """Make the run's score cells again from its grades; doing it twice changes nothing."""
    lock(s, run_id)
    s.execute(delete(ScoreCellRecord).where(ScoreCellRecord.run_id == run_id))
    tallies = _tallies()
    cells = (
        select(
            SampleRecord.run_id,
            SampleRecord.version_id,
            VariantRecord.problem_id,
            VariantRecord.perturbation,
            *(column.label(name) for name, column in tallies.items()),
        )
        .select_from(SampleRecord)
        .join(
            VariantRecord,
            (VariantRecord.version_id == SampleRecord.version_id)
            & (VariantRecord.id == SampleRecord.variant_id),
        )
        .outerjoin(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .outerjoin(GradeRecord, GradeRecord.sample_id == SampleRecord.id)
        .where(SampleRecord.run_id == run_id)
        .group_by(
            SampleRecord.run_id,
            SampleRecord.version_id,
            VariantRecord.problem_id,
            VariantRecord.perturbation,
        )
    )
    columns = ["run_id", "version_id", "problem_id", "perturbation", *tallies]
    s.execute(insert(ScoreCellRecord).from_select(columns, cells))


def counts(s: ReadSession, run_id: str) -> Counts:
    """How far the run is, read from its samples; raises `NotFound`."""
    get_run(s, run_id)
    row = s.execute(
        select(
            func.count(CompletionRecord.sample_id).label("completed"),
            *(column.label(name) for name, column in _tallies().items()),
        )
        .select_from(SampleRecord)
        .outerjoin(CompletionRecord, CompletionRecord.sample_id == SampleRecord.id)
        .outerjoin(GradeRecord, GradeRecord.sample_id == SampleRecord.id)
        .where(SampleRecord.run_id == run_id)
    ).one()
    return Counts(**row._mapping)


def errors(s: ReadSession, run_id: str) -> dict[str, int]:
    """How many of the run's completions failed, by the class of their error, the most frequent first."""
    kind = func.coalesce(CompletionRecord.error_kind, "other")
    rows = s.execute(
        select(kind, func.count())
        .join(SampleRecord, SampleRecord.id == CompletionRecord.sample_id)
        .where(SampleRecord.run_id == run_id, CompletionRecord.failed.is_(True))
        .group_by(kind)
        .order_by(func.count().desc(), kind)
    )
    return {row[0]: row[1] for row in rows}


def _tallies() -> dict[str, ColumnElement[Any]]:
    def of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    return {
        "correct": of(GradeRecord.outcome == "correct"),
        "incorrect": of(GradeRecord.outcome == "incorrect"),
        "ungradable": of(GradeRecord.outcome == "ungradable"),
        "failed": of(CompletionRecord.failed.is_(True)),
        "total": func.count(SampleRecord.id),
        "cost": func.sum(CompletionRecord.cost),
        "seconds": func.coalesce(func.sum(CompletionRecord.latency), 0.0),
    }
