"""Whole runs over the wire, by a server that fails in every way: complete, exact, never paid twice."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.backends import BACKENDS, ModelSpec, check_spec
from app.evaluation import runs, samples
from app.evaluation.budgets import Budget
from app.evaluation.progress import Progress
from app.evaluation.queue import Queue
from app.evaluation.runs import spec_of
from app.storage import models, problem_sets
from app.storage import runs as stored
from app.storage import samples as stored_samples
from app.storage.records import Model
from app.storage.sessions import Database
from tests.evaluation.conftest import House
from tests.evaluation.doubles import QuickJudges
from tests.evaluation.problem_sets import problem_set
from tests.live import PLUMBLINE, environment, plumbline
from tests.mock_model import MockModel

SAMPLES = int(os.environ.get("PLUMBLINE_FAULTY_SAMPLES", "4000"))
"""A multiple of 2,000. With 20,000, as CONTRIBUTING.md says how, the run takes about a minute."""

AT_ONCE = 256
QUICK = {
    "first_back_off": 0.01,
    "timeout": 2.0,
    "timeout_retries": 20,
    "unreadable_retries": 20,
    "max_retries": 40,
}
EVERY_FAULT = dict.fromkeys(
    ("429", "500", "502", "503", "reset", "hang", "malformed", "truncated", "usage", "slow"), 0.05
)


def register(db: Database, server: MockModel, **settings: Any) -> None:
    chosen = {"base_url": server.url, "model": "mock", "seed": 1, "concurrency": AT_ONCE, **QUICK, **settings}
    check_spec(ModelSpec("mock", "openai", chosen))
    with db.write() as s:
        models.register(s, "mock", "openai", chosen)


def means(db: Database) -> samples.Means:
    def open_for(model: Model) -> Any:
        return BACKENDS[model.backend].open(check_spec(spec_of(model)), 1, 256)

    return samples.Means(db, QuickJudges(), open_for)


def start(house: House, **request: Any) -> str:
    return runs.start(
        house.db, house.queue, runs.Request(**({"problem_set": "tiny", "model": "mock"} | request))
    )


def work(house: House, run_id: str) -> Progress:
    """Do the run's one chunk as a worker does, and say how far it is."""
    samples.answer(means(house.db), run_id, 0)
    samples.finish(house.db, run_id, 0)
    return runs.progress(house.db, run_id)


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    path = tmp_path / "plumbline.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    queue = Queue(db.url)
    yield House(db, queue)
    queue.close()
    db.dispose()


def test_thousands_of_samples_with_five_percent_of_everything(sqlite: House) -> None:
    """Refusals, errors, resets, hangs, garbage, cut-off bodies, absurd counts: complete and exact."""
    house = sqlite
    with house.db.write() as s:
        problem_sets.publish(s, problem_set(20, 33, name="large"))
    with MockModel(latency=0.01, faults=EVERY_FAULT, retry_after=0.05, slow_seconds=0.05) as server:
        register(house.db, server, timeout=1.0, failures_in_a_row=1000)
        run_id = start(house, problem_set="large", repetitions=SAMPLES // 2000)
        progress = work(house, run_id)
        counts = server.counts()
    assert (progress.status, progress.total) == ("completed", SAMPLES)
    assert (progress.answered, progress.graded, progress.failed) == (SAMPLES, SAMPLES, 0)
    assert counts.times_answered == {1: SAMPLES}
    assert counts.duplicates == 0
    assert all(counts.faults[name] > SAMPLES // 40 for name in EVERY_FAULT)
    with house.db.read() as s:
        told = stored_samples.spent(s, run_id)
    assert all(tokens is None or tokens >= 0 for each in told for tokens in each[:2])


def test_a_budget_pauses_the_run_below_its_limit_and_a_larger_one_finishes_it(house: House) -> None:
    """No more than the budget is ever spent; what was answered is graded, and is not asked again."""
    with MockModel(latency=0.002) as server:
        register(house.db, server, concurrency=3, max_tokens=100, input_price=1000.0, output_price=1000.0)
        run_id = start(house, budget=Budget(dollars=0.8))
        paused = work(house, run_id)
        assert paused.status == "paused"
        assert paused.error is not None
        assert f"--resume {run_id}" in paused.error
        assert 0 < paused.answered == paused.graded < paused.total
        assert paused.cost is not None
        assert paused.cost <= 0.8
        runs.resume(house.db, house.queue, run_id, budget=Budget(dollars=100.0))
        done = work(house, run_id)
        assert server.counts().times_answered == {1: done.total}
    assert (done.status, done.graded) == ("completed", done.total)


def test_a_server_that_refuses_everything_pauses_the_run_with_its_words(house: House) -> None:
    """After some requests in a row that failed for good nothing more is sent; mended, the run goes on."""
    with MockModel(faults={"500": 1.0}) as server:
        register(house.db, server, concurrency=2, max_retries=1, failures_in_a_row=3)
        run_id = start(house)
        progress = work(house, run_id)
        assert progress.status == "paused"
        assert progress.error is not None
        assert "requests in a row failed" in progress.error
        assert "HTTP 500" in progress.error
        assert progress.failed <= 4
        assert progress.errors == {"server": progress.failed}
        server.set(faults={})
        runs.resume(house.db, house.queue, run_id, retry_failed=True)
        done = work(house, run_id)
        assert server.counts().times_answered == {1: done.total}
    assert (done.status, done.graded, done.failed) == ("completed", done.total, 0)


def test_what_failed_is_asked_again_when_that_is_wished(house: House) -> None:
    """A completed run with failures becomes one without; what was answered stays."""
    with MockModel(faults={"malformed": 0.5}, seed=3) as server:
        register(house.db, server, max_retries=0, unreadable_retries=0)
        run_id = start(house)
        first = work(house, run_id)
        assert (first.status, first.answered) == ("completed", first.total)
        assert 0 < first.failed < first.total
        server.set(faults={})
        runs.resume(house.db, house.queue, run_id, retry_failed=True)
        second = work(house, run_id)
        assert server.counts().times_answered == {1: second.total}
    assert (second.status, second.failed, second.graded) == ("completed", 0, second.total)


def test_the_cache_is_shared_between_runs_but_not_between_draws(house: House) -> None:
    """A second run asks only for repeated draws; without the wish for it nothing comes from the cache."""
    with MockModel() as server:
        register(house.db, server)
        first = work(house, start(house, cache=True))
        assert server.counts().answered == first.total
        again = work(house, start(house, cache=True, repetitions=2))
        assert server.counts().answered == 2 * first.total
        work(house, start(house, seed=5))
        assert server.counts().answered == 3 * first.total
    assert (again.graded, again.total) == (2 * first.total, 2 * first.total)


def test_repetitions_are_drawn_in_one_request_where_the_server_has_that(house: House) -> None:
    """Four draws of each variant cost one request, and tokens add up to what the server counted."""
    with MockModel() as server:
        register(house.db, server, draws_per_request=4)
        run_id = start(house, repetitions=4)
        done = work(house, run_id)
        assert server.counts().received == done.total // 4
    assert (done.status, done.graded) == ("completed", done.total)


def test_a_run_like_another_asks_the_same_in_the_same_order(house: House) -> None:
    """All that is needed to repeat a run is stored with it."""
    with MockModel() as server:
        register(house.db, server)
        first = start(house, seed=7, repetitions=2, limit=9)
        with house.db.read() as s:
            request = runs.request_of(s, stored.get(s, first))
        second = runs.start(house.db, house.queue, request)
        with house.db.read() as s:
            orders = [
                [(row.variant_id, row.repetition) for row in stored_samples.list_samples(s, run, 100)]
                for run in (first, second)
            ]
            settings = [stored.get(s, run).settings for run in (first, second)]
    assert orders[0] == orders[1]
    assert settings[0] == settings[1]
    assert settings[0]["prompt"]["name"] == "exact"


@contextmanager
def running(variables: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`plumbline` in a process group of its own, killed with all it started."""
    process = subprocess.Popen(
        [PLUMBLINE, *words],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_killed_with_minus_nine_the_same_command_goes_on(tmp_path: Path) -> None:
    """Three kills at different points: at most what was in flight is paid again, and the counts are exact."""
    at_once, variables = 16, environment(tmp_path)
    assert plumbline(variables, "db", "upgrade").returncode == 0
    with MockModel(latency=0.1) as server:
        added = plumbline(
            variables, "models", "add", "mock", "--base-url", server.url, "--set", f"concurrency={at_once}"
        )
        assert added.returncode == 0, added.stderr
        command = (
            "run",
            "--model",
            "mock",
            "--problem-set",
            "core-mini",
            "--limit",
            "240",
            "--repetitions",
            "2",
        )
        for kill in range(3):
            before = server.counts().answered
            with running(variables, *command):
                wait_for(lambda: server.counts().answered >= before + 40 + 20 * kill)  # noqa: B023
        ended = plumbline(variables, *command)
        assert ended.returncode == 0, ended.stderr
        assert "going on with" in ended.stderr
        assert "480" in ended.stdout
        counts = server.counts()
    assert counts.answered <= 480 + 3 * at_once
    assert counts.prompts == 240
