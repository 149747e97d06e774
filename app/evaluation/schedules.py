"""Schedules: cron rules that start runs, each due time once, however many workers look at the clock."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from app.evaluation import due_times, runs
from app.evaluation.errors import EvaluationError, InvalidRequest, InvalidSchedule, UnknownSchedule
from app.evaluation.plans import DEFAULT_CHUNK_SIZE, MAX_REPETITIONS
from app.evaluation.queue import Queue
from app.storage import runs as stored_runs
from app.storage import schedules as stored
from app.storage.errors import NotFound, StorageError
from app.storage.records import Schedule
from app.storage.sessions import Database, ReadSession, WriteSession, utc_now

GRACE = timedelta(hours=24)
"""A due time missed by no more than this (nobody was running) still starts its run, once for all missed."""

PREVIEWED = 5
MAX_NAME = 200
TICKS_LOOKED_AT = 20

log = logging.getLogger(__name__)


def create(
    db: Database,
    *,
    name: str,
    problem_set: str,
    model: str,
    cron: str,
    timezone: str = "UTC",
    version: str | None = None,
    repetitions: int = 1,
    limit: int | None = None,
) -> Schedule:
    """Store a schedule; it is due first at the rule's next time from now.

    `version` None means the newest at each time. Raises InvalidSchedule, InvalidRequest (name taken, limits),
    UnknownModel or UnknownProblemSet.
    """
    _check(name, repetitions, limit)
    due_times.check(cron, timezone)
    with db.write() as s:
        runs.find_version(s, problem_set, version)
        try:
            return stored.create(
                s,
                name=name,
                problem_set=problem_set,
                model_id=runs.find_model(s, model).id,
                cron=cron,
                timezone=timezone,
                next_due_at=_next(cron, timezone, utc_now()),
                version=version,
                repetitions=repetitions,
                limit=limit,
            )
        except StorageError as error:
            raise InvalidSchedule(f"{error}.") from error


def pause(db: Database, schedule: str) -> Schedule:
    """Start nothing until resumed; raises UnknownSchedule."""
    with db.write() as s:
        return stored.pause(s, _get(s, schedule).id)


def resume(db: Database, schedule: str) -> Schedule:
    """Start runs again from the next due time on: what was missed while paused is not made up for."""
    with db.write() as s:
        found = _get(s, schedule)
        return stored.resume(s, found.id, _next(found.cron, found.timezone, utc_now()))


def trigger(db: Database, queue: Queue, schedule: str, chunk_size: int = DEFAULT_CHUNK_SIZE) -> str:
    """Start the schedule's run now, paused or not, and return its id; its due times stay as they are."""
    with db.write() as s:
        found, now = _get(s, schedule), utc_now()
        run_id = _start(s, queue, found, None, chunk_size)
        stored.record_tick(s, found.id, now, decision="ran", run_id=run_id)
        return run_id


def preview(schedule: Schedule, now: datetime, count: int = PREVIEWED) -> list[datetime]:
    """The next times, in UTC, at which the schedule would be due if it is not paused."""
    return due_times.next_times(schedule.cron, schedule.timezone, now, count)


def start_due(db: Database, queue: Queue, now: datetime, chunk_size: int = DEFAULT_CHUNK_SIZE) -> list[str]:
    """Start what is due at `now`, and return the new runs' ids; any number of workers may call this at once.

    Several missed times count as one, the last. It starts nothing, and says so in its tick, when it was
    missed by more than GRACE or the run before it is not finished. One schedule's error does not hold up
    the others.
    """
    with db.read() as s:
        waiting = stored.due(s, now)
    started = []
    for schedule in waiting:
        try:
            with db.write() as s:
                run_id = _fire(s, queue, schedule.id, now, chunk_size)
        except (EvaluationError, StorageError) as error:
            log.warning("schedule %s could not start its run: %s", schedule.name, error)
            run_id = None
            with db.write() as s:
                _settle(s, _get(s, schedule.id), now, "failed")
        if run_id is not None:
            started.append(run_id)
    return started


def _fire(s: WriteSession, queue: Queue, schedule_id: str, now: datetime, chunk_size: int) -> str | None:
    schedule = _get(s, schedule_id)
    if schedule.paused:
        return None
    due_at = _last(schedule, now)
    runnable = now - due_at <= GRACE and not _still_runs(s, schedule.id)
    if not _settle(s, schedule, now, "ran" if runnable else "skipped") or not runnable:
        return None
    run_id = _start(s, queue, schedule, f"schedule:{schedule.id}:{due_at.isoformat()}", chunk_size)
    stored.set_tick_run(s, schedule.id, due_at, run_id)
    return run_id


def _settle(s: WriteSession, schedule: Schedule, now: datetime, decision: str) -> bool:
    """Claim the last due time and move on to the next; False if another worker had claimed it.

    Moving on is right in both cases: nothing up to `now` is left to do for this schedule.
    """
    claimed = stored.record_tick(s, schedule.id, _last(schedule, now), decision=decision)
    stored.set_next(s, schedule.id, _next(schedule.cron, schedule.timezone, now))
    return claimed


def _last(schedule: Schedule, now: datetime) -> datetime:
    return due_times.latest_time(schedule.cron, schedule.timezone, now) or schedule.next_due_at or now


def _next(cron: str, timezone: str, after: datetime) -> datetime | None:
    return next(iter(due_times.next_times(cron, timezone, after, 1)), None)


def _still_runs(s: ReadSession, schedule_id: str) -> bool:
    run_ids = [tick.run_id for tick in stored.list_ticks(s, schedule_id, TICKS_LOOKED_AT) if tick.run_id]
    return any(not stored_runs.get(s, run_id).finished for run_id in run_ids)


def _start(s: WriteSession, queue: Queue, schedule: Schedule, key: str | None, chunk_size: int) -> str:
    request = runs.Request(
        problem_set=schedule.problem_set,
        model=schedule.model,
        version=schedule.version,
        limit=schedule.limit,
        repetitions=schedule.repetitions,
    )
    return runs.start_in(s, queue, request, key=key, chunk_size=chunk_size)


def _check(name: str, repetitions: int, limit: int | None) -> None:
    if not 0 < len(name.strip()) <= MAX_NAME:
        raise InvalidRequest(f"A schedule's name must have from 1 to {MAX_NAME} characters.")
    if not 1 <= repetitions <= MAX_REPETITIONS:
        raise InvalidRequest(f"repetitions is {repetitions}; it must be from 1 to {MAX_REPETITIONS}.")
    if limit is not None and limit < 1:
        raise InvalidRequest(f"limit is {limit}; it must be at least 1 (leave it out to take every variant).")


def _get(s: ReadSession, schedule: str) -> Schedule:
    try:
        return stored.get(s, schedule)
    except NotFound as error:
        raise UnknownSchedule(schedule) from error
