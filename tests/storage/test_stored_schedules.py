"""Schedules are due once for each due time, and workers are known by the database's clock."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.storage import runs, schedules, workers
from app.storage.errors import NotFound, StorageError
from app.storage.tables import WorkerRecord
from tests.storage.furniture import furnish

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def nightly(s, model, name="nightly", due=NOON, **more):
    """A schedule that is due at noon."""
    return schedules.create(
        s,
        name=name,
        problem_set="tiny",
        model_id=model.id,
        cron="0 12 * * *",
        timezone="UTC",
        next_due_at=due,
        **more,
    )


def test_a_schedule_is_found_by_name_and_by_id(db):
    """And comes back as it was made."""
    _, model = furnish(db)
    with db.write() as s:
        made = nightly(s, model, version="1", limit=5, repetitions=2)
        assert schedules.get(s, made.id) == schedules.get(s, "nightly") == made
        assert schedules.list_schedules(s) == [made]
    assert (made.problem_set, made.version, made.model, made.paused) == ("tiny", "1", "cas", False)
    assert (made.cron, made.timezone, made.next_due_at) == ("0 12 * * *", "UTC", NOON)
    assert (made.limit, made.repetitions) == (5, 2)


def test_a_schedule_of_nothing_or_of_a_taken_name_is_refused(db):
    """An unknown set or version, a name in use, and an unknown schedule are errors."""
    _, model = furnish(db)
    with db.write() as s:
        nightly(s, model)
        with pytest.raises(StorageError, match="choose another name"):
            nightly(s, model)
        with pytest.raises(NotFound, match="version 9"):
            nightly(s, model, name="other", version="9")
        with pytest.raises(NotFound, match="weekly"):
            schedules.get(s, "weekly")


def test_what_is_due_is_neither_paused_nor_in_the_future(db):
    """The longest waiting comes first, and one that never fires again is never due."""
    _, model = furnish(db)
    with db.write() as s:
        nightly(s, model, "b", NOON)
        nightly(s, model, "a", NOON - HOUR)
        nightly(s, model, "later", NOON + HOUR)
        nightly(s, model, "never", None)
        paused = nightly(s, model, "paused", NOON)
        assert schedules.pause(s, paused.id).paused
        assert [found.name for found in schedules.due(s, NOON)] == ["a", "b"]
        resumed = schedules.resume(s, paused.id, NOON - 2 * HOUR)
        assert (resumed.paused, resumed.next_due_at) == (False, NOON - 2 * HOUR)
        assert [found.name for found in schedules.due(s, NOON)] == ["paused", "a", "b"]
        schedules.set_next(s, paused.id, NOON + HOUR)
        assert [found.name for found in schedules.due(s, NOON)] == ["a", "b"]


def test_a_due_time_is_claimed_once(db):
    """The second claim is told so, also when the due time is written in another zone."""
    version, model = furnish(db)
    elsewhere = NOON.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:45").tzinfo)
    with db.write() as s:
        schedule = nightly(s, model)
        assert schedules.record_tick(s, schedule.id, NOON)
        assert not schedules.record_tick(s, schedule.id, elsewhere)
        assert schedules.record_tick(s, schedule.id, NOON + HOUR, decision="skipped")
        run = runs.create(s, version_id=version.id, model_id=model.id)
        schedules.set_tick_run(s, schedule.id, NOON, run.id)
        ticks = schedules.list_ticks(s, schedule.id)
    assert [(tick.due_at, tick.decision, tick.run_id) for tick in ticks] == [
        (NOON + HOUR, "skipped", None),
        (NOON, "ran", run.id),
    ]


def test_of_two_threads_one_claims_the_due_time(db):
    """Two workers that look at the same moment start one run."""
    _, model = furnish(db)
    with db.write() as s:
        schedule = nightly(s, model)
    barrier, claimed = threading.Barrier(2), []

    def claim():
        barrier.wait()
        with db.write() as s:
            claimed.append(schedules.record_tick(s, schedule.id, NOON))

    threads = [threading.Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(claimed) == [False, True]


def test_a_claim_is_undone_with_its_transaction(db):
    """If the run cannot be made, the due time is free again."""
    _, model = furnish(db)
    with db.write() as s:
        schedule = nightly(s, model)

    def claim_and_fail():
        with db.write() as s:
            schedules.record_tick(s, schedule.id, NOON)
            raise RuntimeError("no run")

    with pytest.raises(RuntimeError):
        claim_and_fail()
    with db.write() as s:
        assert schedules.record_tick(s, schedule.id, NOON)


def test_a_worker_that_beats_is_not_stale(db):
    """Only who said nothing for longer is stale, and beating again brings it back."""
    with db.write() as s:
        workers.beat(s, "alive")
        workers.beat(s, "silent")
        [silent] = [found for found in workers.list_workers(s) if found.executor_id == "silent"]
        minute_ago = silent.heartbeat_at - timedelta(seconds=60)
        s.execute(
            update(WorkerRecord).where(WorkerRecord.executor_id == "silent").values(heartbeat_at=minute_ago)
        )
    with db.write() as s:
        assert workers.stale(s, 30) == ["silent"]
        assert workers.stale(s, 90) == []
        workers.beat(s, "silent")
        assert workers.stale(s, 30) == []


def test_a_heartbeat_keeps_the_start(db):
    """The row says since when the worker is there, and when it was last heard of."""
    with db.write() as s:
        workers.beat(s, "w")
    with db.write() as s:
        [before] = workers.list_workers(s)
        workers.beat(s, "w")
        [after] = workers.list_workers(s)
    assert after.started_at == before.started_at
    assert after.heartbeat_at >= before.heartbeat_at


def test_a_forgotten_worker_is_gone(db):
    """Forgetting twice is no error."""
    with db.write() as s:
        workers.beat(s, "w")
        workers.forget(s, "w")
        workers.forget(s, "w")
        assert workers.list_workers(s) == []
