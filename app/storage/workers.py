"""Worker processes and their heartbeats, all by the database's one clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.storage.records import WorkerRow
from app.storage.sessions import ReadSession, WriteSession, database_now, insert_or_ignore
from app.storage.tables import WorkerRecord


def beat(s: WriteSession, executor_id: str) -> None:
    """Say that this worker is alive now."""
    now = _now(s)
    row = {"executor_id": executor_id, "started_at": now, "heartbeat_at": now}
    if not insert_or_ignore(s, WorkerRecord, [row]):
        s.execute(
            update(WorkerRecord).where(WorkerRecord.executor_id == executor_id).values(heartbeat_at=now)
        )


def stale(s: ReadSession, seconds: float) -> list[str]:
    """The executor ids of workers that have said nothing for longer than `seconds`, in order."""
    limit = _now(s) - timedelta(seconds=seconds)
    return list(
        s.scalars(
            select(WorkerRecord.executor_id)
            .where(WorkerRecord.heartbeat_at < limit)
            .order_by(WorkerRecord.executor_id)
        )
    )


def forget(s: WriteSession, executor_id: str) -> None:
    """Remove a worker that has stopped, or of which nothing is left to recover."""
    s.execute(delete(WorkerRecord).where(WorkerRecord.executor_id == executor_id))


def list_workers(s: ReadSession) -> list[WorkerRow]:
    """Every worker that has not been forgotten, the oldest first."""
    records = s.scalars(select(WorkerRecord).order_by(WorkerRecord.started_at, WorkerRecord.executor_id))
    return [
        WorkerRow(
            executor_id=record.executor_id, started_at=record.started_at, heartbeat_at=record.heartbeat_at
        )
        for record in records
    ]


def _now(s: ReadSession) -> datetime:
    return s.execute(select(database_now())).scalar_one()
