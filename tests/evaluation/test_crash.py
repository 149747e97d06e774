"""Workers killed, frozen and side by side: nothing paid for is lost, paid for twice, or counted twice."""

import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import text

from app.evaluation import runs
from app.evaluation.workflows import Rhythm
from app.storage import samples, scores, workers
from tests.evaluation.conftest import House
from tests.evaluation.doubles import Logged
from tests.evaluation.worker_process import IMPATIENT, RHYTHM, work

SAMPLES = 16
DELAY = 0.04
PATIENCE = 60.0
KILLS = 5

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.evaluation.worker_process"])


@contextmanager
def working(
    house: House, log: Logged, count: int = 1, rhythm: Rhythm = RHYTHM
) -> Iterator[list[BaseProcess]]:
    """Worker processes, which are killed at the end if they still live."""
    arguments = (house.db.url, log.path, DELAY, rhythm)
    processes = [FORKS.Process(target=work, args=arguments) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield processes  # type: ignore[misc]
    finally:
        for process in processes:
            process.kill()
            process.join()


@pytest.fixture
def log(tmp_path: Path) -> Logged:
    return Logged(tmp_path / "asked")


def start(house: House) -> str:
    return runs.start(house.db, house.queue, runs.Request("tiny", "double"), chunk_size=4)


def status(house: House, run_id: str) -> str:
    return runs.progress(house.db, run_id).status


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def freeze(house: House, process: BaseProcess) -> None:
    """Stop the process at a moment when it holds no lock that would freeze the others too."""
    assert process.pid is not None
    for _ in range(50):
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.05)
        if not locked(house):
            return
        thaw(process)
        time.sleep(0.02)
    pytest.fail("the worker holds a lock whenever it is looked at")


def thaw(process: BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGCONT)


def locked(house: House) -> bool:
    """Whether a transaction that writes is open."""
    if house.db.engine.dialect.name == "postgresql":
        with house.db.read() as s:
            written = "SELECT count(*) FROM pg_locks WHERE mode IN ('RowExclusiveLock', 'RowShareLock')"
            return bool(s.scalar(text(written)))
    with closing(sqlite3.connect(house.db.engine.url.database or "", timeout=0.2)) as probe:
        try:
            probe.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
    return False


def assert_sound(house: House, run_id: str, log: Logged) -> None:
    """All samples are done and counted once, and none was asked again after its completion was stored."""
    progress = runs.progress(house.db, run_id)
    assert (progress.status, progress.total, progress.correct) == ("completed", SAMPLES, SAMPLES)
    with house.db.read() as s:
        rows = samples.list_samples(s, run_id, SAMPLES + 1)
        assert scores.counts(s, run_id).correct == SAMPLES
    stored = {row.id: row.completion.created_at.timestamp() for row in rows if row.completion}
    assert len(stored) == SAMPLES
    again = [key for key, at in log.asked() if at > stored[key]]
    assert again == []


def test_killed_at_random_points_the_run_is_done_in_the_end(house: House, log: Logged) -> None:
    """Up to five kills with -9, each after a while of work; the next worker goes on from what was stored."""
    chance = random.Random(1)
    run_id = start(house)
    for _ in range(KILLS):
        before = len(log.asked())
        with working(house, log):
            wait_for(lambda: len(log.asked()) > before or status(house, run_id) == "completed")  # noqa: B023
            time.sleep(chance.uniform(0, 3 * DELAY))
        if status(house, run_id) == "completed":
            break
    with working(house, log):
        wait_for(lambda: status(house, run_id) == "completed")
    assert_sound(house, run_id, log)
    in_flight = 2 * KILLS  # two chunks at a time, one prompt of each
    assert len(log.asked()) <= SAMPLES + in_flight


def test_two_workers_share_a_run(house: House, log: Logged) -> None:
    """Side by side, they ask every sample once."""
    run_id = start(house)
    with working(house, log, 2):
        wait_for(lambda: status(house, run_id) == "completed")
    assert_sound(house, run_id, log)
    assert len(log.asked()) == SAMPLES


def test_the_work_of_a_killed_worker_goes_to_the_living(house: House, log: Logged) -> None:
    """On the same host a dead process is noticed at once, without waiting for its heartbeat to grow old."""
    run_id = start(house)
    with working(house, log, 2) as (first, _):
        wait_for(lambda: len(log.asked()) >= 3)
        first.kill()
        wait_for(lambda: status(house, run_id) == "completed")
    assert_sound(house, run_id, log)


def test_a_frozen_worker_is_replaced_and_does_no_harm_when_it_wakes(house: House, log: Logged) -> None:
    """Silent for too long it loses its chunks; awake again it sees that, and sends nothing more for them."""
    run_id = start(house)
    with working(house, log) as (frozen,):
        wait_for(lambda: len(log.asked()) >= 3)
        freeze(house, frozen)
        with working(house, log, rhythm=IMPATIENT):
            wait_for(lambda: status(house, run_id) == "completed")
            thaw(frozen)
            time.sleep(0.5)
    assert_sound(house, run_id, log)


def test_a_worker_asked_to_stop_leaves_at_once_and_tidily(house: House, log: Logged) -> None:
    """SIGTERM ends it within a prompt's time, and its row in the table of workers is gone."""
    run_id = start(house)
    with working(house, log) as (process,):
        wait_for(lambda: len(log.asked()) >= 3)
        process.terminate()
        process.join(PATIENCE)
        assert process.exitcode == 0
    with house.db.read() as s:
        assert workers.list_workers(s) == []
    assert status(house, run_id) == "running"
    with working(house, log):
        wait_for(lambda: status(house, run_id) == "completed")
    assert_sound(house, run_id, log)
    assert len(log.asked()) == SAMPLES
