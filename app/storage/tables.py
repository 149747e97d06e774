"""Every table; the database itself refuses what makes no sense."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

SCHEMA = "0004"
"""The newest migration, which makes these tables."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ID_LENGTH = 40
NAME_LENGTH = 200

RUN_KINDS = ("run", "submission")
RUN_STATUSES = ("queued", "running", "paused", "completed", "failed", "cancelled")
FINISHED_STATUSES = ("completed", "failed", "cancelled")
FINISH_REASONS = ("stop", "length", "unsolved", "timeout", "error")
OUTCOMES = ("correct", "incorrect", "ungradable")
TICK_DECISIONS = ("ran", "skipped", "failed")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, in UTC on every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; give an aware datetime")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable(text: str) -> str:
    """The text with what no database stores (NUL, lone surrogates) replaced by U+FFFD or `?`."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _storable_json(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(str(key)): _storable_json(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable_json(item) for item in value]
        case _:
            return value


class AnyText(TypeDecorator[str]):
    """Text from anywhere, of any length, made storable on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Document(TypeDecorator[Any]):
    """A JSON value (JSONB on PostgreSQL), its strings made storable; NaN and infinities are refused."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = JSONB if dialect.name == "postgresql" else JSON
        return dialect.type_descriptor(kind(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return _storable_json(value)


serialize: Callable[[Any], str] = json.JSONEncoder(allow_nan=False, ensure_ascii=False).encode


def one_of(column: str, values: tuple[str, ...], *, name: str | None = None) -> CheckConstraint:
    """A check that the column holds one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


class Base(DeclarativeBase):
    """Base of all tables, with one rule for the names of their constraints."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime(), dict[str, Any]: Document(), list[Any]: Document()}  # noqa: RUF012 (SQLAlchemy's own interface)


class ProblemSetRecord(Base):
    """A problem set's name, under which its versions stand."""

    __tablename__ = "problem_sets"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime]


class VersionRecord(Base):
    """One immutable version of a problem set.

    Triggers of the database (see the second migration) refuse every change to a version, its problems,
    variants and gold answers, and every problem or variant beyond the counts that it was published with.
    """

    __tablename__ = "problem_set_versions"
    __table_args__ = (
        UniqueConstraint("problem_set_id", "version"),
        CheckConstraint("length(version) > 0", name="version"),
        CheckConstraint("length(content_sha256) = 64", name="content_sha256"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    problem_set_id: Mapped[str] = mapped_column(ForeignKey("problem_sets.id"))
    version: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(Text)
    licence: Mapped[str] = mapped_column(Text)
    card: Mapped[str] = mapped_column(AnyText)
    content_sha256: Mapped[str] = mapped_column(String(64))
    answers_public: Mapped[bool]
    refusals: Mapped[list[Any]] = mapped_column(deferred=True)
    provenance: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]]
    problem_count: Mapped[int]
    variant_count: Mapped[int]
    published_at: Mapped[datetime]


class ProblemRecord(Base):
    """A seed problem of one version."""

    __tablename__ = "problems"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("length(id) > 0", name="id"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )

    version_id: Mapped[str] = mapped_column(ForeignKey("problem_set_versions.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(AnyText)
    topic: Mapped[str] = mapped_column(String(100))
    level: Mapped[int]
    source: Mapped[str] = mapped_column(AnyText)
    derivation: Mapped[str] = mapped_column(AnyText)


class VariantRecord(Base):
    """A problem with one perturbation applied; its gold answer stands in a table of its own.

    `sha256` is the variant's hash, None for those published before hashes were stored.
    """

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        ForeignKeyConstraint(["version_id", "problem_id"], ["problems.version_id", "problems.id"]),
        Index(None, "version_id", "problem_id"),
        CheckConstraint("length(id) > 0", name="id"),
        CheckConstraint("length(perturbation) > 0", name="perturbation"),
        CheckConstraint("length(statement) > 0", name="statement"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )

    version_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    id: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    problem_id: Mapped[str] = mapped_column(String(NAME_LENGTH))
    position: Mapped[int]
    parent: Mapped[str] = mapped_column(String(NAME_LENGTH))
    perturbation: Mapped[str] = mapped_column(String(50))
    topic: Mapped[str] = mapped_column(String(100))
    level: Mapped[int]
    strength: Mapped[float]
    seed: Mapped[int] = mapped_column(BigInteger)
    parameters: Mapped[dict[str, Any]]
    change: Mapped[dict[str, Any]]
    statement: Mapped[str] = mapped_column(AnyText)
    answer_kind: Mapped[str] = mapped_column(String(30))
    assumptions: Mapped[list[Any]]
    task: Mapped[dict[str, Any] | None] = mapped_column(Document)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(Document)
    images: Mapped[list[Any]]
    origin: Mapped[dict[str, Any]]
    sha256: Mapped[str | None] = mapped_column(String(64))


class GoldAnswerRecord(Base):
    """The gold answer of a variant, apart from what may be shown."""

    __tablename__ = "gold_answers"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "variant_id"], ["variants.version_id", "variants.id"]),
        CheckConstraint("length(answer) > 0", name="answer"),
    )

    version_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    variant_id: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    answer: Mapped[str] = mapped_column(AnyText)


class PromptTemplateRecord(Base):
    """The text by which a statement was put to a model, under its own hash."""

    __tablename__ = "prompt_templates"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("length(name) > 0", name="name"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    version: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(AnyText)
    created_at: Mapped[datetime]


class CachedReplyRecord(Base):
    """A model's reply under the hash of the full request, for runs that want to share it."""

    __tablename__ = "cached_replies"
    __table_args__ = (CheckConstraint("length(fingerprint) = 64", name="fingerprint"),)

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    reply: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ModelRecord(Base):
    """What is evaluated."""

    __tablename__ = "models"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    backend: Mapped[str] = mapped_column(String(50))
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class RunRecord(Base):
    """One model on one selection of one version; finished exactly if it has a finishing time."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("id", "version_id"),
        Index(None, "version_id", "status"),
        Index(None, "created_at", "id"),
        one_of("kind", RUN_KINDS),
        one_of("status", RUN_STATUSES),
        CheckConstraint("repetitions >= 1", name="repetitions"),
        CheckConstraint(
            "(status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="finished"
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("problem_set_versions.id"))
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    repetitions: Mapped[int]
    settings: Mapped[dict[str, Any]]
    budget: Mapped[dict[str, Any] | None] = mapped_column(Document)
    key: Mapped[str | None] = mapped_column(String(300), unique=True)
    error: Mapped[str | None] = mapped_column(AnyText)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class SampleRecord(Base):
    """One (variant, repetition) in a run; its variant belongs to the run's own version."""

    __tablename__ = "samples"
    __table_args__ = (
        UniqueConstraint("run_id", "variant_id", "repetition"),
        UniqueConstraint("run_id", "position"),
        ForeignKeyConstraint(["run_id", "version_id"], ["runs.id", "runs.version_id"]),
        ForeignKeyConstraint(["version_id", "variant_id"], ["variants.version_id", "variants.id"]),
        Index(None, "version_id", "variant_id"),
        CheckConstraint("repetition >= 0", name="repetition"),
        CheckConstraint("position >= 0", name="position"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    version_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    variant_id: Mapped[str] = mapped_column(String(NAME_LENGTH))
    repetition: Mapped[int]
    position: Mapped[int]


class CompletionRecord(Base):
    """The raw output of a model for one sample; at most one for each."""

    __tablename__ = "completions"
    __table_args__ = (
        one_of("finish_reason", FINISH_REASONS),
        CheckConstraint("latency >= 0", name="latency"),
        CheckConstraint("prompt_tokens >= 0", name="prompt_tokens"),
        CheckConstraint("completion_tokens >= 0", name="completion_tokens"),
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint("NOT failed OR error IS NOT NULL", name="failed"),
    )

    sample_id: Mapped[str] = mapped_column(ForeignKey("samples.id"), primary_key=True)
    text: Mapped[str] = mapped_column(AnyText)
    finish_reason: Mapped[str] = mapped_column(String(20))
    latency: Mapped[float]
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    cost: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(AnyText)
    error_kind: Mapped[str | None] = mapped_column(String(30))
    reasoning: Mapped[str | None] = mapped_column(AnyText)
    details: Mapped[dict[str, Any] | None] = mapped_column(Document)
    failed: Mapped[bool]
    created_at: Mapped[datetime]


class GradeRecord(Base):
    """The verdict on one completion; none without a completion."""

    __tablename__ = "grades"
    __table_args__ = (
        one_of("outcome", OUTCOMES),
        CheckConstraint("seconds >= 0", name="seconds"),
    )

    sample_id: Mapped[str] = mapped_column(ForeignKey("completions.sample_id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(AnyText)
    extracted: Mapped[str | None] = mapped_column(AnyText)
    trace: Mapped[list[Any]]
    seconds: Mapped[float]
    grader_version: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime]


class ScoreCellRecord(Base):
    """How a run did on one problem under one perturbation: all that a leaderboard reads."""

    __tablename__ = "score_cells"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "version_id"], ["runs.id", "runs.version_id"]),
        ForeignKeyConstraint(["version_id", "problem_id"], ["problems.version_id", "problems.id"]),
        CheckConstraint(
            "correct >= 0 AND incorrect >= 0 AND ungradable >= 0 AND failed >= 0 AND total > 0", name="counts"
        ),
        CheckConstraint("correct + incorrect + ungradable + failed <= total", name="total"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("cost >= 0", name="cost"),
    )

    run_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    problem_id: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    perturbation: Mapped[str] = mapped_column(String(50), primary_key=True)
    version_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    correct: Mapped[int]
    incorrect: Mapped[int]
    ungradable: Mapped[int]
    failed: Mapped[int]
    total: Mapped[int]
    cost: Mapped[float | None]
    seconds: Mapped[float]


class ScheduleRecord(Base):
    """A cron rule that starts runs."""

    __tablename__ = "schedules"
    __table_args__ = (
        ForeignKeyConstraint(
            ["problem_set_id", "version"],
            ["problem_set_versions.problem_set_id", "problem_set_versions.version"],
        ),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("length(cron) > 0", name="cron"),
        CheckConstraint("length(timezone) > 0", name="timezone"),
        CheckConstraint("repetitions >= 1", name="repetitions"),
        CheckConstraint("sample_limit >= 1", name="sample_limit"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    problem_set_id: Mapped[str] = mapped_column(ForeignKey("problem_sets.id"))
    version: Mapped[str | None] = mapped_column(String(50))
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"))
    cron: Mapped[str] = mapped_column(String(NAME_LENGTH))
    timezone: Mapped[str] = mapped_column(String(100))
    repetitions: Mapped[int]
    sample_limit: Mapped[int | None]
    paused: Mapped[bool]
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class ScheduleTickRecord(Base):
    """That a schedule was due at one instant; there is one row for each, whoever saw it first."""

    __tablename__ = "schedule_ticks"
    __table_args__ = (one_of("decision", TICK_DECISIONS),)

    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedules.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    decision: Mapped[str] = mapped_column(String(20))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    created_at: Mapped[datetime]


class WorkerRecord(Base):
    """A worker process and when it last said that it was alive."""

    __tablename__ = "workers"
    __table_args__ = (CheckConstraint("length(executor_id) > 0", name="executor_id"),)

    executor_id: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
