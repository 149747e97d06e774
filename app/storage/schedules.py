"""Schedules, and the ticks that make each due time happen once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, update

from app.storage.errors import NotFound, StorageError
from app.storage.problem_sets import find_version
from app.storage.records import Schedule, Tick
from app.storage.sessions import ReadSession, WriteSession, insert_or_ignore, new_id, utc_now
from app.storage.tables import ModelRecord, ProblemSetRecord, ScheduleRecord, ScheduleTickRecord


def create(
    s: WriteSession,
    *,
    name: str,
    problem_set: str,
    model_id: str,
    cron: str,
    timezone: str,
    next_due_at: datetime | None,
    version: str | None = None,
    repetitions: int = 1,
    limit: int | None = None,
) -> Schedule:
    """Store a schedule, not paused; raises `NotFound` for an unknown set, `StorageError` for a taken name."""
    find_version(s, problem_set, version)
    set_id = s.scalars(select(ProblemSetRecord.id).where(ProblemSetRecord.name == problem_set)).one()
    row = {
        "id": new_id("sch"),
        "name": name,
        "problem_set_id": set_id,
        "version": version,
        "model_id": model_id,
        "cron": cron,
        "timezone": timezone,
        "repetitions": repetitions,
        "sample_limit": limit,
        "paused": False,
        "next_due_at": next_due_at,
        "created_at": utc_now(),
    }
    if not insert_or_ignore(s, ScheduleRecord, [row]):
        raise StorageError(f"a schedule named {name} exists; choose another name")
    return get(s, name)


def get(s: ReadSession, schedule: str) -> Schedule:
    """The schedule of this id or name; raises `NotFound`."""
    query = _schedules().where(or_(ScheduleRecord.id == schedule, ScheduleRecord.name == schedule))
    row = s.execute(query.order_by((ScheduleRecord.id == schedule).desc())).first()
    if row is None:
        raise NotFound(f"no schedule {schedule} is stored")
    return _schedule(row)


def list_schedules(s: ReadSession) -> list[Schedule]:
    """Every schedule, by name."""
    return [_schedule(row) for row in s.execute(_schedules())]


def pause(s: WriteSession, schedule_id: str) -> Schedule:
    """Let the schedule start nothing until it is resumed."""
    return _change(s, schedule_id, {"paused": True})


def resume(s: WriteSession, schedule_id: str, next_due_at: datetime | None) -> Schedule:
    """Let the schedule start runs again, from `next_due_at` on: what was missed stays missed."""
    return _change(s, schedule_id, {"paused": False, "next_due_at": next_due_at})


def set_next(s: WriteSession, schedule_id: str, next_due_at: datetime | None) -> Schedule:
    """Say when the schedule is due next (None: never again)."""
    return _change(s, schedule_id, {"next_due_at": next_due_at})


def due(s: ReadSession, now: datetime) -> list[Schedule]:
    """The schedules that are not paused and were due at `now` or before, the longest waiting first."""
    query = _schedules().where(ScheduleRecord.paused.is_(False), ScheduleRecord.next_due_at <= now)
    rows = s.execute(query.order_by(None).order_by(ScheduleRecord.next_due_at, ScheduleRecord.name))
    return [_schedule(row) for row in rows]


def record_tick(
    s: WriteSession, schedule_id: str, due_at: datetime, *, decision: str = "ran", run_id: str | None = None
) -> bool:
    """Claim one due time; False means that it was claimed before, and nothing more is to be done for it.

    Claim in the transaction that makes the run: then both are there or neither.
    """
    row = {
        "schedule_id": schedule_id,
        "due_at": due_at,
        "decision": decision,
        "run_id": run_id,
        "created_at": utc_now(),
    }
    return insert_or_ignore(s, ScheduleTickRecord, [row]) == 1


def set_tick_run(s: WriteSession, schedule_id: str, due_at: datetime, run_id: str) -> None:
    """Say which run a claimed due time started."""
    s.execute(
        update(ScheduleTickRecord)
        .where(ScheduleTickRecord.schedule_id == schedule_id, ScheduleTickRecord.due_at == due_at)
        .values(run_id=run_id)
    )


def list_ticks(s: ReadSession, schedule_id: str, limit: int = 50) -> list[Tick]:
    """The schedule's due times that were claimed, the newest first."""
    records = s.scalars(
        select(ScheduleTickRecord)
        .where(ScheduleTickRecord.schedule_id == schedule_id)
        .order_by(ScheduleTickRecord.due_at.desc())
        .limit(limit)
    )
    return [
        Tick(
            schedule_id=record.schedule_id,
            due_at=record.due_at,
            decision=record.decision,
            run_id=record.run_id,
            created_at=record.created_at,
        )
        for record in records
    ]


def _change(s: WriteSession, schedule_id: str, changes: dict[str, Any]) -> Schedule:
    s.execute(update(ScheduleRecord).where(ScheduleRecord.id == schedule_id).values(**changes))
    return get(s, schedule_id)


def _schedules() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ScheduleRecord,
            ProblemSetRecord.name.label("problem_set"),
            ModelRecord.name.label("model"),
        )
        .join(ProblemSetRecord, ProblemSetRecord.id == ScheduleRecord.problem_set_id)
        .join(ModelRecord, ModelRecord.id == ScheduleRecord.model_id)
        .order_by(ScheduleRecord.name)
        .execution_options(populate_existing=True)
    )


def _schedule(row: Any) -> Schedule:
    record: ScheduleRecord = row.ScheduleRecord
    return Schedule(
        id=record.id,
        name=record.name,
        problem_set=row.problem_set,
        version=record.version,
        model_id=record.model_id,
        model=row.model,
        cron=record.cron,
        timezone=record.timezone,
        repetitions=record.repetitions,
        limit=record.sample_limit,
        paused=record.paused,
        next_due_at=record.next_due_at,
        created_at=record.created_at,
    )
