"""Problem sets: publish a version once, and read it back as lists, pages, or whole variants."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select

from app.problems.problem import ORIGINAL, Certificate, ProblemSet, Variant
from app.storage.errors import NotFound, VersionExists
from app.storage.records import ProblemDetail, ProblemRow, SetVersion, VariantRow, read_task
from app.storage.sessions import ReadSession, WriteSession, insert_or_ignore, new_id, utc_now
from app.storage.tables import (
    GoldAnswerRecord,
    ProblemRecord,
    ProblemSetRecord,
    VariantRecord,
    VersionRecord,
)


def publish(s: WriteSession, problem_set: ProblemSet, *, answers_public: bool = False) -> SetVersion:
    """Store a version of a problem set, or find it if the same content is stored already.

    Raises `VersionExists` if this version was published with other content: a change is a new version.
    """
    set_id = _set_id(s, problem_set.name)
    version_id = new_id("psv")
    inserted = insert_or_ignore(
        s,
        VersionRecord,
        [
            {
                "id": version_id,
                "problem_set_id": set_id,
                "version": problem_set.version,
                "title": problem_set.title,
                "licence": problem_set.licence,
                "card": problem_set.card,
                "content_sha256": problem_set.sha256,
                "answers_public": answers_public,
                "refusals": [refusal.model_dump(mode="json") for refusal in problem_set.refusals],
                "published_at": utc_now(),
            }
        ],
    )
    if not inserted:
        return _same_content(s, problem_set)
    _insert_problems(s, version_id, problem_set)
    _insert_variants(s, version_id, problem_set.variants)
    return find_version(s, problem_set.name, problem_set.version)


def find_version(s: ReadSession, name: str, version: str | None = None) -> SetVersion:
    """The version of a problem set, by default the one published last; raises `NotFound`."""
    query = _versions().where(ProblemSetRecord.name == name)
    if version is not None:
        query = query.where(VersionRecord.version == version)
    row = s.execute(query.limit(1)).first()
    if row is None:
        known = ", ".join(sorted(s.scalars(select(ProblemSetRecord.name)))) or "none"
        wanted = name if version is None else f"{name} version {version}"
        raise NotFound(f"no problem set {wanted} is stored; stored are: {known}")
    return _version(row)


def get_version(s: ReadSession, version_id: str) -> SetVersion:
    """The version of an id; raises `NotFound`."""
    row = s.execute(_versions().where(VersionRecord.id == version_id)).first()
    if row is None:
        raise NotFound(f"no problem set version {version_id} is stored")
    return _version(row)


def list_sets(s: ReadSession) -> list[SetVersion]:
    """The newest version of every problem set, by name."""
    newest: dict[str, SetVersion] = {}
    for row in s.execute(_versions()):
        newest.setdefault(row.name, _version(row))
    return [newest[name] for name in sorted(newest)]


def list_versions(s: ReadSession, name: str) -> list[SetVersion]:
    """Every version of one problem set, the newest first."""
    return [_version(row) for row in s.execute(_versions().where(ProblemSetRecord.name == name))]


def list_problems(s: ReadSession, version_id: str) -> list[ProblemRow]:
    """The problems of a version, in its own order."""
    return [_problem(row) for row in s.execute(_problems(version_id))]


def get_problem(s: ReadSession, version_id: str, problem_id: str) -> ProblemDetail:
    """A problem with its variants, the original first; raises `NotFound`."""
    row = s.execute(_problems(version_id).where(ProblemRecord.id == problem_id)).first()
    if row is None:
        raise NotFound(f"the problem set version {version_id} has no problem {problem_id}")
    variants = list_variants(s, version_id, problem_id=problem_id)
    variants.sort(key=lambda variant: variant.perturbation != ORIGINAL)
    return ProblemDetail(problem=_problem(row), variants=tuple(variants))


def list_variants(s: ReadSession, version_id: str, *, problem_id: str | None = None) -> list[VariantRow]:
    """The variants of a version (or of one of its problems) for planning and pages; no task is parsed."""
    public = get_version(s, version_id).answers_public
    query = _variants(version_id)
    if problem_id is not None:
        query = query.where(VariantRecord.problem_id == problem_id)
    return [_variant_row(record, answer if public else None) for record, answer in s.execute(query)]


def variants(s: ReadSession, version_id: str, only: Collection[str] | None = None) -> list[Variant]:
    """The whole variants of a version with gold answers and typed tasks (or `only` those ids), in order.

    Parsing the tasks takes milliseconds each: ask for all of them only where they are needed.
    """
    query = _variants(version_id)
    if only is not None:
        query = query.where(VariantRecord.id.in_(list(only)))
    return [_variant(record, answer) for record, answer in s.execute(query)]


def _set_id(s: WriteSession, name: str) -> str:
    row = {"id": new_id("pst"), "name": name, "created_at": utc_now()}
    insert_or_ignore(s, ProblemSetRecord, [row])
    return s.scalars(select(ProblemSetRecord.id).where(ProblemSetRecord.name == name)).one()


def _same_content(s: WriteSession, problem_set: ProblemSet) -> SetVersion:
    found = find_version(s, problem_set.name, problem_set.version)
    if found.content_sha256 != problem_set.sha256:
        raise VersionExists(
            f"{problem_set.name} version {problem_set.version} is published with other content "
            f"({found.content_sha256[:12]}…, not {problem_set.sha256[:12]}…): "
            "give the changed set a new version"
        )
    return found


def _insert_problems(s: WriteSession, version_id: str, problem_set: ProblemSet) -> None:
    rows = [
        {
            "version_id": version_id,
            "id": problem_id,
            "position": position,
            "title": about.get("title", problem_id),
            "topic": about["topic"],
            "level": about["level"],
            "source": about.get("source", ""),
            "derivation": about.get("derivation", ""),
        }
        for position, (problem_id, about) in enumerate(problem_set.problems.items())
    ]
    s.execute(ProblemRecord.__table__.insert(), rows)  # type: ignore[attr-defined]


def _insert_variants(s: WriteSession, version_id: str, of: tuple[Variant, ...]) -> None:
    rows = [_variant_fields(version_id, position, variant) for position, variant in enumerate(of)]
    s.execute(VariantRecord.__table__.insert(), rows)  # type: ignore[attr-defined]
    gold = [{"version_id": version_id, "variant_id": variant.id, "answer": variant.gold} for variant in of]
    s.execute(GoldAnswerRecord.__table__.insert(), gold)  # type: ignore[attr-defined]


def _variant_fields(version_id: str, position: int, variant: Variant) -> dict[str, Any]:
    fields = variant.model_dump(mode="json")
    del fields["gold"]
    return fields | {"version_id": version_id, "position": position, "problem_id": fields.pop("problem")}


def _versions() -> Select[*tuple[Any, ...]]:
    problems = select(func.count()).where(ProblemRecord.version_id == VersionRecord.id).scalar_subquery()
    count = select(func.count()).where(VariantRecord.version_id == VersionRecord.id).scalar_subquery()
    return (
        select(ProblemSetRecord.name, VersionRecord, problems.label("problems"), count.label("variants"))
        .join(VersionRecord, VersionRecord.problem_set_id == ProblemSetRecord.id)
        .order_by(VersionRecord.published_at.desc(), VersionRecord.id)
    )


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


def _version(row: Any) -> SetVersion:
    record: VersionRecord = row.VersionRecord
    return SetVersion(
        id=record.id,
        name=row.name,
        version=record.version,
        title=record.title,
        licence=record.licence,
        card=record.card,
        content_sha256=record.content_sha256,
        answers_public=record.answers_public,
        problems=row.problems,
        variants=row.variants,
        published_at=record.published_at,
        refusals=tuple(record.refusals),
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


def _variant_row(record: VariantRecord, gold: str | None) -> VariantRow:
    return VariantRow(
        version_id=record.version_id,
        id=record.id,
        problem_id=record.problem_id,
        topic=record.topic,
        perturbation=record.perturbation,
        strength=record.strength,
        parameters=record.parameters,
        statement=record.statement,
        answer_kind=record.answer_kind,
        assumptions=tuple(record.assumptions),
        gold=gold,
        certificate=_certificate(record.certificate),
    )


def _variant(record: VariantRecord, gold: str) -> Variant:
    return Variant(
        id=record.id,
        problem=record.problem_id,
        topic=record.topic,
        level=record.level,
        perturbation=record.perturbation,
        strength=record.strength,
        parameters=record.parameters,
        statement=record.statement,
        answer_kind=record.answer_kind,  # type: ignore[arg-type]
        gold=gold,
        assumptions=tuple(record.assumptions),
        task=None if record.task is None else read_task(json.dumps(record.task, sort_keys=True)),
        seed=record.seed,
        certificate=_certificate(record.certificate),
    )


def _certificate(document: dict[str, Any] | None) -> Certificate | None:
    return None if document is None else Certificate.model_validate(document)
