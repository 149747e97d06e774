"""Schedules: each due time starts one run, however many workers look, and what was missed is made up once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.evaluation import runs, schedules
from app.evaluation.errors import InvalidRequest, InvalidSchedule, UnknownModel, UnknownSchedule
from app.evaluation.queue import Queue
from app.storage import models
from app.storage import runs as stored_runs
from app.storage import schedules as stored
from app.storage.records import Schedule, Tick
from app.storage.sessions import Database
from tests.evaluation.conftest import House


def create(house: House, **changes: object) -> Schedule:
    wanted = {
        "name": "nightly",
        "problem_set": "tiny",
        "model": "double",
        "cron": "30 2 * * *",
        "timezone": "Europe/Paris",
        "limit": 2,
    } | changes
    return schedules.create(house.db, **wanted)  # type: ignore[arg-type]


def ticks(house: House) -> list[Tick]:
    with house.db.read() as s:
        return stored.list_ticks(s, stored.get(s, "nightly").id)


def due(schedule: Schedule) -> datetime:
    assert schedule.next_due_at is not None
    return schedule.next_due_at


def test_it_fires_when_it_is_due_and_not_before(house: House) -> None:
    """The due time is the rule's own, in its zone, and the run is made with the schedule's values."""
    schedule = create(house)
    assert due(schedule) == schedules.preview(schedule, datetime.now(UTC))[0]
    assert schedules.start_due(house.db, house.queue, due(schedule) - timedelta(seconds=1)) == []
    (run_id,) = schedules.start_due(house.db, house.queue, due(schedule))
    assert runs.progress(house.db, run_id).total == 2
    assert house.queue.waiting(run_id)
    assert schedules.start_due(house.db, house.queue, due(schedule) + timedelta(minutes=1)) == []
    assert [(tick.due_at, tick.decision, tick.run_id) for tick in ticks(house)] == [
        (due(schedule), "ran", run_id)
    ]


def test_three_workers_that_look_at_once_start_one_run(house: House) -> None:
    """Due times are rows: whoever is first makes the run, and the others find it made."""
    now = due(create(house))
    ready, started = threading.Barrier(3), []

    def look() -> None:
        db, queue = Database(house.db.url), Queue(house.db.url)
        queue.client()
        ready.wait()
        for second in range(3):
            started.extend(schedules.start_due(db, queue, now + timedelta(seconds=second)))
        queue.close()
        db.dispose()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1
    with house.db.read() as s:
        assert [run.id for run in stored_runs.list_runs(s)] == started


def test_missed_times_are_made_up_by_one_run(house: House) -> None:
    """After an outage the last missed time runs, if it is not older than a day; the next is as usual."""
    schedule = create(house, cron="0 * * * *")
    now = due(schedule) + timedelta(hours=9, minutes=20)
    assert len(schedules.start_due(house.db, house.queue, now)) == 1
    (tick,) = ticks(house)
    assert tick.due_at == due(schedule) + timedelta(hours=9)
    with house.db.read() as s:
        assert stored.get(s, schedule.id).next_due_at == due(schedule) + timedelta(hours=10)


def test_what_was_missed_by_more_than_a_day_is_left(house: House) -> None:
    """Beyond the grace nothing starts, the tick says so, and the schedule goes on."""
    schedule = create(house, cron="0 0 1 1 *")
    late = due(schedule) + timedelta(hours=25)
    assert schedules.start_due(house.db, house.queue, late) == []
    assert [(tick.decision, tick.run_id) for tick in ticks(house)] == [("skipped", None)]
    with house.db.read() as s:
        assert due(stored.get(s, schedule.id)) > late


def test_it_does_not_start_beside_its_own_last_run(house: House) -> None:
    """While the previous run is not finished a due time is skipped; afterwards the next one starts."""
    schedule = create(house, cron="* * * * *")
    (first,) = schedules.start_due(house.db, house.queue, due(schedule))
    assert schedules.start_due(house.db, house.queue, due(schedule) + timedelta(minutes=1)) == []
    runs.cancel(house.db, first)
    assert len(schedules.start_due(house.db, house.queue, due(schedule) + timedelta(minutes=2))) == 1
    assert [tick.decision for tick in ticks(house)] == ["ran", "skipped", "ran"]


def test_paused_it_starts_nothing_and_resumed_it_makes_nothing_up(house: House) -> None:
    """What came due during a pause is not replayed."""
    schedule = create(house, cron="* * * * *")
    schedules.pause(house.db, "nightly")
    assert schedules.start_due(house.db, house.queue, due(schedule) + timedelta(hours=1)) == []
    resumed = schedules.resume(house.db, "nightly")
    assert not resumed.paused
    assert due(resumed) > datetime.now(UTC)
    assert ticks(house) == []


def test_triggered_it_runs_now(house: House) -> None:
    """Even paused; its due times stay as they are, and the run is among its ticks."""
    schedule = create(house)
    schedules.pause(house.db, schedule.id)
    run_id = schedules.trigger(house.db, house.queue, schedule.id)
    assert [tick.run_id for tick in ticks(house)] == [run_id]
    assert runs.progress(house.db, run_id).status == "queued"
    with house.db.read() as s:
        assert stored.get(s, schedule.id).next_due_at == schedule.next_due_at


def test_one_that_cannot_start_does_not_hold_up_the_others(house: House) -> None:
    """The failure is a tick, the schedule goes on to its next time, and the next schedule has its turn."""
    with house.db.write() as s:
        models.register(s, "elsewhere", runs.SUBMITTED, {})
    schedule = create(house, model="elsewhere")
    create(house, name="other")
    assert len(schedules.start_due(house.db, house.queue, due(schedule))) == 1
    assert [tick.decision for tick in ticks(house)] == ["failed"]
    assert schedules.start_due(house.db, house.queue, due(schedule)) == []


@pytest.mark.parametrize(
    ("error", "act"),
    [
        (InvalidSchedule, lambda house: create(house, cron="61 * * * *")),
        (InvalidSchedule, lambda house: create(house, timezone="Mars/Base")),
        (InvalidSchedule, lambda house: (create(house), create(house))),
        (InvalidRequest, lambda house: create(house, name=" ")),
        (InvalidRequest, lambda house: create(house, repetitions=0)),
        (UnknownModel, lambda house: create(house, model="nobody")),
        (UnknownSchedule, lambda house: schedules.pause(house.db, "none")),
    ],
)
def test_mistakes_are_answered(house: House, error: type[Exception], act: Callable[[House], object]) -> None:
    """What cannot be kept is refused when the schedule is made, not when it is due."""
    with pytest.raises(error):
        act(house)
