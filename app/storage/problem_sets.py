"""Problem sets: publish a version once, find versions, and tell what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select

from app.problems.differences import Contents, contents, count, differences, require_reasons
from app.problems.identity import fields_hash
from app.problems.problem import ProblemSet, Refusal, Variant
from app.problems.versions import is_later
from app.storage.differences import ASKED, TOLD, between
from app.storage.differences import contents as stored_contents
from app.storage.errors import NotFound, VersionExists, VersionNotLater
from app.storage.records import Comparison, SetVersion
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

    A change is a new version, of a later name and with its reasons: raises `VersionExists` if this version
    was published with other content, `VersionNotLater` after a later one, and `UnexplainedChange` if a
    problem differs from the version before and the set does not say why.
    """
    held = contents(problem_set)  # before anybody else has to wait
    set_id = _lock_set(s, problem_set.name)
    earlier = list_versions(s, problem_set.name)
    same = next((each for each in earlier if each.version == problem_set.version), None)
    if same is not None:
        return _same_content(same, problem_set)
    version_id, changes = new_id("psv"), _changes(s, earlier, problem_set, held)
    row = _version_fields(set_id, version_id, problem_set)
    s.execute(
        VersionRecord.__table__.insert(),  # type: ignore[attr-defined]
        [row | {"answers_public": answers_public, "changes": changes}],
    )
    _insert_problems(s, version_id, held)
    _insert_variants(s, version_id, held, problem_set.variants)
    return get_version(s, version_id)


def compare(s: ReadSession, name: str, old: str, new: str, *, for_operator: bool = False) -> Comparison:
    """What differs between two versions, with the reasons of every version after `old` up to `new`.

    Where the answers of either are hidden, reasons are left out, since people write answers in them, unless
    the comparison is `for_operator`, who has the database anyway. Raises `NotFound`.
    """
    first, last = find_version(s, name, old), find_version(s, name, new)
    versions = [each for each in list_versions(s, name) if first.published_at < each.published_at]
    between_them = [each for each in reversed(versions) if each.published_at <= last.published_at]
    problems = between(s, first.id, last.id, _reasons(between_them))
    if not (for_operator or (first.answers_public and last.answers_public)):
        problems = [replace(problem, reason=None) for problem in problems]
    return Comparison(first, last, tuple(problems))


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


def published(s: ReadSession) -> dict[str, dict[str, str]]:
    """The content hash of every version, by name and version, those of a name in the order of publication."""
    rows = s.execute(
        select(ProblemSetRecord.name, VersionRecord.version, VersionRecord.content_sha256)
        .join(VersionRecord, VersionRecord.problem_set_id == ProblemSetRecord.id)
        .order_by(VersionRecord.published_at, VersionRecord.id)
    )
    found: dict[str, dict[str, str]] = {}
    for name, version, sha256 in rows:
        found.setdefault(name, {})[version] = sha256
    return found


def refusals(s: ReadSession, version_id: str) -> list[Refusal]:
    """The variants that a version left out, with the reasons."""
    rows = s.scalar(select(VersionRecord.refusals).where(VersionRecord.id == version_id)) or ()
    return [Refusal.model_validate(row) for row in rows]


def _lock_set(s: WriteSession, name: str) -> str:
    """The id of the set, made if there is none; who publishes another version of it has to wait for us."""
    row = {"id": new_id("pst"), "name": name, "created_at": utc_now()}
    insert_or_ignore(s, ProblemSetRecord, [row])
    found = select(ProblemSetRecord.id).where(ProblemSetRecord.name == name).with_for_update()
    return s.scalars(found).one()


def _reasons(versions: list[SetVersion]) -> dict[str, str]:
    """The reasons of several versions, the oldest first; for one problem those that name it go together."""
    told: dict[str, list[str]] = {}
    for version in versions:
        for problem, reason in version.reasons.items():
            told.setdefault(problem, []).append(reason)
    return {problem: " ".join(dict.fromkeys(reasons)) for problem, reasons in told.items()}


def _changes(
    s: ReadSession, earlier: list[SetVersion], problem_set: ProblemSet, held: Contents
) -> dict[str, Any]:
    """How much differs from the newest of the earlier versions; raises if this cannot follow it."""
    if not earlier:
        return {}
    newest = earlier[0]
    if not is_later(problem_set.version, than=newest.version):
        raise VersionNotLater(
            f"{problem_set.name} {newest.version} is published, and {problem_set.version} is not a later "
            "version: give the set one that is"
        )
    found = differences(stored_contents(s, newest.id), held, problem_set.reasons)
    require_reasons(found, problem_set.name, newest.version, problem_set.version)
    return count(found)


def _version_fields(set_id: str, version_id: str, problem_set: ProblemSet) -> dict[str, Any]:
    return {
        "id": version_id,
        "problem_set_id": set_id,
        "version": problem_set.version,
        "title": problem_set.title,
        "licence": problem_set.licence,
        "card": problem_set.card,
        "content_sha256": problem_set.sha256,
        "refusals": [refusal.model_dump(mode="json") for refusal in problem_set.refusals],
        "provenance": problem_set.provenance,
        "reasons": problem_set.reasons,
        "problem_count": len(problem_set.problems),
        "variant_count": len(problem_set.variants),
        "published_at": utc_now(),
    }


def _same_content(found: SetVersion, problem_set: ProblemSet) -> SetVersion:
    if found.content_sha256 != problem_set.sha256:
        raise VersionExists(
            f"{problem_set.name} version {problem_set.version} is published with other content "
            f"({found.content_sha256[:12]}…, not {problem_set.sha256[:12]}…): "
            "give the changed set a new version"
        )
    return found


def _insert_problems(s: WriteSession, version_id: str, held: Contents) -> None:
    rows = [
        {
            "version_id": version_id,
            "id": problem,
            "position": position,
            **{field: about[field] for field in TOLD},
        }
        for position, (problem, about) in enumerate(held.problems.items())
    ]
    s.execute(ProblemRecord.__table__.insert(), rows)  # type: ignore[attr-defined]


def _insert_variants(s: WriteSession, version_id: str, held: Contents, variants: Sequence[Variant]) -> None:
    rows = [
        {
            "version_id": version_id,
            "position": position,
            "problem_id": variant.problem,
            "sha256": fields_hash(held.variants[variant.id]),
            "images": [],
            "origin": {},
            **{name: value for name, value in held.variants[variant.id].items() if name in ASKED},
            "certificate": variant.certificate and variant.certificate.model_dump(mode="json"),
        }
        for position, variant in enumerate(variants)
    ]
    s.execute(VariantRecord.__table__.insert(), rows)  # type: ignore[attr-defined]
    gold = [{"version_id": version_id, "variant_id": each.id, "answer": each.gold} for each in variants]
    s.execute(GoldAnswerRecord.__table__.insert(), gold)  # type: ignore[attr-defined]


def _versions() -> Select[*tuple[Any, ...]]:
    return (
        select(ProblemSetRecord.name, VersionRecord)
        .join(VersionRecord, VersionRecord.problem_set_id == ProblemSetRecord.id)
        .order_by(VersionRecord.published_at.desc(), VersionRecord.id)
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
        problems=record.problem_count,
        variants=record.variant_count,
        published_at=record.published_at,
        provenance=record.provenance,
        reasons=record.reasons,
        changes=record.changes,
    )
