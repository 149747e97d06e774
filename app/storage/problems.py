"""The problems and variants of a published version, as lists, pages, or whole variants."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select

from app.problems.problem import ORIGINAL, Certificate, Image, Variant
from app.storage.errors import NotFound
from app.storage.problem_sets import get_version
from app.storage.records import ProblemDetail, ProblemRow, VariantKey, VariantRow, read_task
from app.storage.sessions import ReadSession
from app.storage.tables import GoldAnswerRecord, ProblemRecord, VariantRecord


def list_problems(
    s: ReadSession,
    version_id: str,
    *,
    topic: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[ProblemRow]:
    """The problems of a version (or of one topic) in its own order, `limit` of those after `after`."""
    query = _problems(version_id).limit(limit)
    if topic is not None:
        query = query.where(ProblemRecord.topic == topic)
    if after is not None:
        query = query.where(ProblemRecord.position > _position(s, ProblemRecord, version_id, after))
    return [_problem(row) for row in s.execute(query)]


def get_problem(
    s: ReadSession,
    version_id: str,
    problem_id: str,
    *,
    perturbation: str | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> ProblemDetail:
    """A problem with its variants (those of one perturbation, or a page), the original first.

    Raises `NotFound`.
    """
    row = s.execute(_problems(version_id).where(ProblemRecord.id == problem_id)).first()
    if row is None:
        raise NotFound(f"the problem set version {version_id} has no problem {problem_id}")
    query = _variants(version_id).where(VariantRecord.problem_id == problem_id)
    if perturbation is not None:
        query = query.where(VariantRecord.perturbation == perturbation)
    original_first = query.order_by(None).order_by(
        VariantRecord.perturbation != ORIGINAL, VariantRecord.position
    )
    return ProblemDetail(
        problem=_problem(row),
        variants=_variant_rows(s, version_id, original_first.offset(offset).limit(limit)),
        perturbations=count_by_perturbation(s, version_id, problem_id),
    )


def list_variants(
    s: ReadSession,
    version_id: str,
    *,
    problem_id: str | None = None,
    perturbation: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[VariantRow]:
    """The variants of a version for pages, of one problem or perturbation, `limit` of those after `after`.

    No task is parsed.
    """
    query = _variants(version_id).limit(limit)
    if problem_id is not None:
        query = query.where(VariantRecord.problem_id == problem_id)
    if perturbation is not None:
        query = query.where(VariantRecord.perturbation == perturbation)
    if after is not None:
        query = query.where(VariantRecord.position > _position(s, VariantRecord, version_id, after))
    return list(_variant_rows(s, version_id, query))


def keys(s: ReadSession, version_id: str) -> list[VariantKey]:
    """The variants of a version for planning, in order."""
    columns = (VariantRecord.id, VariantRecord.problem_id, VariantRecord.topic, VariantRecord.perturbation)
    query = select(*columns).where(VariantRecord.version_id == version_id).order_by(VariantRecord.position)
    return [VariantKey(*row) for row in s.execute(query)]


def variants(s: ReadSession, version_id: str, only: Collection[str] | None = None) -> list[Variant]:
    """The whole variants of a version with gold answers and typed tasks (or `only` those ids), in order.

    Parsing the tasks takes milliseconds each: ask for all of them only where they are needed.
    """
    query = _variants(version_id)
    if only is not None:
        query = query.where(VariantRecord.id.in_(list(only)))
    return [_variant(record, answer) for record, answer in s.execute(query)]


def count_by_topic(s: ReadSession, version_id: str) -> dict[str, int]:
    """How many problems a version has on each topic, by name."""
    counted = (
        select(ProblemRecord.topic, func.count())
        .where(ProblemRecord.version_id == version_id)
        .group_by(ProblemRecord.topic)
        .order_by(ProblemRecord.topic)
    )
    return {row[0]: row[1] for row in s.execute(counted)}


def count_by_perturbation(s: ReadSession, version_id: str, problem_id: str | None = None) -> dict[str, int]:
    """How many variants a version (or one of its problems) has of each perturbation, the original first."""
    query = (
        select(VariantRecord.perturbation, func.count())
        .where(VariantRecord.version_id == version_id)
        .group_by(VariantRecord.perturbation)
        .order_by(VariantRecord.perturbation != ORIGINAL, VariantRecord.perturbation)
    )
    if problem_id is not None:
        query = query.where(VariantRecord.problem_id == problem_id)
    return {row[0]: row[1] for row in s.execute(query)}


def _position(
    s: ReadSession, record: type[ProblemRecord] | type[VariantRecord], version_id: str, item_id: str
) -> int:
    query = select(record.position).where(record.version_id == version_id, record.id == item_id)
    position = s.scalar(query)
    if position is None:
        raise NotFound(f"the problem set version has no {item_id} to go on from")
    return position


def _problems(version_id: str) -> Select[*tuple[Any, ...]]:
    count = (
        select(func.count())
        .where(
            VariantRecord.version_id == ProblemRecord.version_id, VariantRecord.problem_id == ProblemRecord.id
        )
        .scalar_subquery()
    )
    return (
        select(ProblemRecord, count.label("variants"))
        .where(ProblemRecord.version_id == version_id)
        .order_by(ProblemRecord.position)
    )


def _variants(version_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(VariantRecord, GoldAnswerRecord.answer)
        .join(
            GoldAnswerRecord,
            (GoldAnswerRecord.version_id == VariantRecord.version_id)
            & (GoldAnswerRecord.variant_id == VariantRecord.id),
        )
        .where(VariantRecord.version_id == version_id)
        .order_by(VariantRecord.position)
    )


def _problem(row: Any) -> ProblemRow:
    record: ProblemRecord = row.ProblemRecord
    return ProblemRow(
        version_id=record.version_id,
        id=record.id,
        title=record.title,
        topic=record.topic,
        level=record.level,
        source=record.source,
        derivation=record.derivation,
        variants=row.variants,
    )


def _variant_rows(s: ReadSession, version_id: str, query: Select[*tuple[Any, ...]]) -> tuple[VariantRow, ...]:
    public = get_version(s, version_id).answers_public
    return tuple(_variant_row(record, answer, public) for record, answer in s.execute(query))


def _variant_row(record: VariantRecord, gold: str, public: bool) -> VariantRow:
    return VariantRow(
        version_id=record.version_id,
        id=record.id,
        problem_id=record.problem_id,
        parent=record.parent,
        topic=record.topic,
        level=record.level,
        perturbation=record.perturbation,
        strength=record.strength,
        parameters=record.parameters if public else {},
        change=record.change if public else {},
        statement=record.statement,
        images=_images(record.images),
        answer_kind=record.answer_kind,
        assumptions=tuple(record.assumptions),
        gold=gold if public else None,
        certificate=_certificate(record.certificate) if public else None,
        origin=record.origin if public else {},
    )


def _variant(record: VariantRecord, gold: str) -> Variant:
    return Variant(
        id=record.id,
        problem=record.problem_id,
        parent=record.parent,
        topic=record.topic,
        level=record.level,
        perturbation=record.perturbation,
        strength=record.strength,
        parameters=record.parameters,
        change=record.change,
        statement=record.statement,
        answer_kind=record.answer_kind,  # type: ignore[arg-type]
        gold=gold,
        assumptions=tuple(record.assumptions),
        task=None if record.task is None else read_task(json.dumps(record.task, sort_keys=True)),
        seed=record.seed,
        images=_images(record.images),
        origin=record.origin,
        certificate=_certificate(record.certificate),
    )


def _images(documents: list[Any]) -> tuple[Image, ...]:
    return tuple(Image.model_validate(document) for document in documents)


def _certificate(document: dict[str, Any] | None) -> Certificate | None:
    return None if document is None else Certificate.model_validate(document)
