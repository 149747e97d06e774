"""Runs: made once for a key, and moved through their states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select, tuple_, update

from app.storage.errors import KeyReused, NotFound
from app.storage.records import Run
from app.storage.sessions import ReadSession, WriteSession, insert_or_ignore, new_id, utc_now
from app.storage.tables import FINISHED_STATUSES, ModelRecord, ProblemSetRecord, RunRecord, VersionRecord

FROM: dict[str, tuple[str, ...]] = {
    "queued": ("paused", "failed", "cancelled", "completed"),
    "running": ("queued",),
    "paused": ("queued", "running"),
    "completed": ("queued", "running"),
    "failed": ("queued", "running"),
    "cancelled": ("queued", "running", "paused"),
}
"""For each state, those it may be entered from; one that rests or has ended may be queued to go on."""

ACTIVE_STATUSES = ("queued", "running")


def create(
    s: WriteSession,
    *,
    version_id: str,
    model_id: str,
    kind: str = "run",
    repetitions: int = 1,
    settings: Mapping[str, Any] | None = None,
    budget: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Run:
    """Make a queued run, or find the one made before with the same `key`.

    Raises `KeyReused` if the key belongs to a run of another version, model, kind, or repetitions.
    """
    run_id = new_id("run")
    row = {
        "id": run_id,
        "version_id": version_id,
        "model_id": model_id,
        "kind": kind,
        "status": "queued",
        "repetitions": repetitions,
        "settings": dict(settings or {}),
        "budget": None if budget is None else dict(budget),
        "key": key,
        "created_at": utc_now(),
    }
    if key is None:
        s.execute(RunRecord.__table__.insert(), row)  # type: ignore[attr-defined]
        return get(s, run_id)
    insert_or_ignore(s, RunRecord, [row])
    found = find_by_key(s, key)
    assert found is not None  # noqa: S101 (inserted just now, or the reason why it was not)
    same = (found.version_id, found.model_id, found.kind, found.repetitions)
    if same != (version_id, model_id, kind, repetitions):
        raise KeyReused(f"the key {key} was used for {found.id}, another request; use a new key")
    return found


def find_by_key(s: ReadSession, key: str) -> Run | None:
    """The run made with this key, if there is one."""
    row = s.execute(_runs().where(RunRecord.key == key)).first()
    return None if row is None else _run(row)


def get(s: ReadSession, run_id: str) -> Run:
    """The run of this id; raises `NotFound`."""
    row = s.execute(_runs().where(RunRecord.id == run_id)).first()
    if row is None:
        raise NotFound(f"no run {run_id} is stored")
    return _run(row)


def active(s: ReadSession, run_id: str) -> bool:
    """Whether the run is to be worked on; the cheapest look. Raises `NotFound`."""
    status = s.scalar(select(RunRecord.status).where(RunRecord.id == run_id))
    if status is None:
        raise NotFound(f"no run {run_id} is stored")
    return status in ACTIVE_STATUSES


def list_runs(
    s: ReadSession,
    limit: int = 50,
    after: str | None = None,
    status: str | None = None,
    *,
    problem_set: str | None = None,
    model: str | None = None,
) -> list[Run]:
    """Runs, the newest first, from the one that follows the run `after`; None filters nothing out."""
    query = _runs().order_by(RunRecord.created_at.desc(), RunRecord.id.desc()).limit(limit)
    if after is not None:
        last = get(s, after)
        query = query.where(tuple_(RunRecord.created_at, RunRecord.id) < (last.created_at, last.id))
    for column, wanted in (
        (RunRecord.status, status),
        (ProblemSetRecord.name, problem_set),
        (ModelRecord.name, model),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return [_run(row) for row in s.execute(query)]


def set_status(s: WriteSession, run_id: str, status: str, error: str | None = None) -> bool:
    """Move a run to `status` if it may go there from where it is; say whether it did.

    False means that somebody was faster (a run cancelled meanwhile is not completed). Raises `NotFound`.
    """
    changes: dict[str, Any] = {"status": status, "error": error, "finished_at": None}
    if status in FINISHED_STATUSES:
        changes["finished_at"] = utc_now()
    if status == "running":
        changes["started_at"] = utc_now()
    moved = s.execute(
        update(RunRecord)
        .where(RunRecord.id == run_id, RunRecord.status.in_(FROM[status]))
        .values(**changes)
        .returning(RunRecord.id)
    ).first()
    if moved is None:
        get(s, run_id)
    return moved is not None


def set_budget(s: WriteSession, run_id: str, budget: Mapping[str, Any]) -> None:
    """Let the run spend so much in all."""
    s.execute(update(RunRecord).where(RunRecord.id == run_id).values(budget=dict(budget)))


def cancel(s: WriteSession, run_id: str) -> bool:
    """Cancel a run that is not finished; say whether it was not. Raises `NotFound`."""
    return set_status(s, run_id, "cancelled")


def lock(s: WriteSession, run_id: str) -> None:
    """Hold the run until the transaction ends, so that two writers of its samples or scores take turns."""
    if s.scalar(select(RunRecord.id).where(RunRecord.id == run_id).with_for_update()) is None:
        raise NotFound(f"no run {run_id} is stored")


def _runs() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RunRecord,
            ProblemSetRecord.name.label("problem_set"),
            VersionRecord.version,
            ModelRecord.name.label("model"),
        )
        .join(VersionRecord, VersionRecord.id == RunRecord.version_id)
        .join(ProblemSetRecord, ProblemSetRecord.id == VersionRecord.problem_set_id)
        .join(ModelRecord, ModelRecord.id == RunRecord.model_id)
        .execution_options(populate_existing=True)
    )


def _run(row: Any) -> Run:
    record: RunRecord = row.RunRecord
    return Run(
        id=record.id,
        version_id=record.version_id,
        problem_set=row.problem_set,
        version=row.version,
        model_id=record.model_id,
        model=row.model,
        kind=record.kind,
        status=record.status,
        repetitions=record.repetitions,
        settings=record.settings,
        budget=record.budget,
        key=record.key,
        error=record.error,
        created_at=record.created_at,
        started_at=record.started_at,
        finished_at=record.finished_at,
    )
