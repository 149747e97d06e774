"""Precision ladders: one model at several precisions, and how each rung answered what all were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.errors import NotFound
from app.storage.sessions import ReadSession, WriteSession, insert_or_ignore, new_id, utc_now
from app.storage.tables import (
    ID_LENGTH,
    NAME_LENGTH,
    Base,
    CompletionRecord,
    GradeRecord,
    ModelRecord,
    ProblemSetRecord,
    RunRecord,
    SampleRecord,
    VariantRecord,
    VersionRecord,
)

LABEL_LENGTH = 100


class LadderRecord(Base):
    """One model at several precisions, of which one is what the others are compared with."""

    __tablename__ = "ladders"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    baseline: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    created_at: Mapped[datetime]


class LadderRungRecord(Base):
    """One precision: a registered model, and what is told of how it was made and served."""

    __tablename__ = "ladder_rungs"
    __table_args__ = (
        UniqueConstraint("ladder_id", "label"),
        UniqueConstraint("ladder_id", "model_id"),
        CheckConstraint("length(label) > 0", name="label"),
        CheckConstraint("position >= 0", name="position"),
    )

    ladder_id: Mapped[str] = mapped_column(ForeignKey("ladders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"))
    facts: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class Rung:
    """One precision of a ladder: its label, the model of that name, and facts as the user told them."""

    label: str
    model_id: str
    model: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Ladder:
    """One model at several precisions; `baseline` is the label of the rung that the others stand against."""

    id: str
    name: str
    baseline: str
    rungs: tuple[Rung, ...]
    created_at: datetime

    @property
    def base(self) -> Rung:
        """The rung that the others are compared with."""
        return next(rung for rung in self.rungs if rung.label == self.baseline)


@dataclass(frozen=True)
class Evaluated:
    """A problem set version on which `rungs` of a ladder's rungs have completed runs."""

    problem_set: str
    version: str
    title: str
    rungs: int


@dataclass(frozen=True)
class Answer:
    """How one sample of a run ended; `outcome` is None if it failed, or has no verdict yet.

    `extracted` is the final answer as it was found, latency is in seconds.
    """

    variant_id: str
    repetition: int
    problem_id: str
    topic: str
    perturbation: str
    outcome: str | None
    extracted: str | None
    finish_reason: str | None
    completion_tokens: int | None
    latency: float | None
    grader_version: str | None


def declare(
    s: WriteSession, name: str, baseline: str, rungs: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> Ladder:
    """Store a ladder with its rungs in order, (label, model id, facts), in place of those that it had."""
    row = {"id": new_id("lad"), "name": name, "baseline": baseline, "created_at": utc_now()}
    insert_or_ignore(s, LadderRecord, [row])
    record = s.scalars(select(LadderRecord).where(LadderRecord.name == name)).one()
    record.baseline = baseline
    s.execute(delete(LadderRungRecord).where(LadderRungRecord.ladder_id == record.id))
    s.add_all(
        LadderRungRecord(
            ladder_id=record.id, position=position, label=label, model_id=model_id, facts=dict(facts)
        )
        for position, (label, model_id, facts) in enumerate(rungs)
    )
    s.flush()
    return find(s, name)


def find(s: ReadSession, name: str) -> Ladder:
    """The ladder of this name; raises `NotFound`."""
    declared = {ladder.name: ladder for ladder in list_ladders(s)}
    if name not in declared:
        raise NotFound(
            f"no ladder {name} is declared; declared are: {', '.join(declared) or 'none'}. "
            "`plumbline models ladder add FILE.toml` declares one"
        )
    return declared[name]


def list_ladders(s: ReadSession) -> list[Ladder]:
    """Every ladder with its rungs, by name."""
    rows = s.execute(
        select(LadderRungRecord, ModelRecord.name)
        .join(ModelRecord, ModelRecord.id == LadderRungRecord.model_id)
        .order_by(LadderRungRecord.position)
    )
    rungs: dict[str, list[Rung]] = {}
    for record, model in rows:
        rung = Rung(record.label, record.model_id, model, record.facts)
        rungs.setdefault(record.ladder_id, []).append(rung)
    return [
        Ladder(record.id, record.name, record.baseline, tuple(rungs.get(record.id, ())), record.created_at)
        for record in s.scalars(select(LadderRecord).order_by(LadderRecord.name))
    ]


def evaluated(s: ReadSession, ladder: Ladder) -> list[Evaluated]:
    """The problem set versions on which its rungs have completed runs: most rungs first, then the newest."""
    rungs = func.count(RunRecord.model_id.distinct()).label("rungs")
    rows = s.execute(
        select(ProblemSetRecord.name, VersionRecord.version, VersionRecord.title, rungs)
        .join(VersionRecord, VersionRecord.id == RunRecord.version_id)
        .join(ProblemSetRecord, ProblemSetRecord.id == VersionRecord.problem_set_id)
        .where(
            RunRecord.model_id.in_([rung.model_id for rung in ladder.rungs]), RunRecord.status == "completed"
        )
        .group_by(VersionRecord.id, ProblemSetRecord.name)
        .order_by(rungs.desc(), VersionRecord.published_at.desc(), ProblemSetRecord.name)
    )
    return [Evaluated(*row) for row in rows]


def completed_runs(s: ReadSession, version_id: str, model_id: str) -> list[str]:
    """The ids of a model's completed runs on a version, the newest first."""
    return list(
        s.scalars(
            select(RunRecord.id)
            .where(
                RunRecord.version_id == version_id,
                RunRecord.model_id == model_id,
                RunRecord.status == "completed",
            )
            .order_by(RunRecord.finished_at.desc(), RunRecord.id.desc())
        )
    )


def answers(s: ReadSession, run_id: str) -> list[Answer]:
    """How every sample of a run ended, by variant and repetition."""
    rows = s.execute(
        select(
            SampleRecord.variant_id,
            SampleRecord.repetition,
            VariantRecord.problem_id,
            VariantRecord.topic,
            VariantRecord.perturbation,
            GradeRecord.outcome,
            GradeRecord.extracted,
            CompletionRecord.finish_reason,
            CompletionRecord.completion_tokens,
            CompletionRecord.latency,
            GradeRecord.grader_version,
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
        .order_by(SampleRecord.variant_id, SampleRecord.repetition)
    )
    return [Answer(**row._mapping) for row in rows]
