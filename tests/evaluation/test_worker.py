"""One worker in this process: what a run, a submission and a failure come to, on both databases."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import text

from app.evaluation import rescue, runs, samples, submissions
from app.evaluation.errors import (
    InvalidRequest,
    RunNotResumable,
    UnknownModel,
    UnknownProblemSet,
    WorkerRunning,
)
from app.evaluation.progress import Progress, follow
from app.evaluation.queue import Queue
from app.evaluation.services import Services
from app.evaluation.workflows import Worker
from app.grading import Judges
from app.storage import leaderboards, problem_sets, workers
from app.storage import runs as stored
from app.storage import samples as stored_samples
from app.storage.records import NewCompletion
from tests.evaluation.conftest import House
from tests.evaluation.doubles import (
    RIGHT,
    Absent,
    Broken,
    DeadJudges,
    Failing,
    Lazy,
    Logged,
    QuickJudges,
    opens,
)
from tests.evaluation.problem_sets import problem_set
from tests.evaluation.worker_process import RHYTHM

SAMPLES = 16
PATIENCE = 60.0


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges(1, 120.0, 1024) as pool:
        yield pool


@pytest.fixture
def backend(tmp_path: Path) -> Logged:
    return Logged(tmp_path / "asked")


def worker(house: House, backend: Logged, judges: Judges | None = None) -> Worker:
    services = Services(house.db, house.queue, judges or QuickJudges(), 4)
    return Worker(services, chunks=2, rhythm=RHYTHM, opener=opens(backend))


def start(house: House, *, key: str | None = None, chunk_size: int = 4, **changes: Any) -> str:
    request = runs.Request(**({"problem_set": "tiny", "model": "double"} | changes))
    return runs.start(house.db, house.queue, request, key=key, chunk_size=chunk_size)


def means(house: House, backend: Logged, judges: Judges | None = None) -> samples.Means:
    return samples.Means(house.db, judges or QuickJudges(), lambda model: backend)


def end_of(house: House, run_id: str) -> Progress:
    deadline = time.monotonic() + PATIENCE
    for progress in follow(house.db, run_id):
        assert time.monotonic() < deadline, progress
    return progress


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def in_queue(house: House, statement: str) -> None:
    """Do to the queue's own table what no worker does."""
    with house.db.write() as s:
        if house.db.engine.dialect.name == "postgresql":
            s.execute(text("SET LOCAL search_path TO dbos"))
        s.execute(text(statement))


def asked(backend: Logged) -> list[str]:
    return [key for key, _ in backend.asked()]


def test_a_run_goes_from_its_start_to_the_leaderboard(house: House, backend: Logged, judges: Judges) -> None:
    """Every sample is asked once, graded by the real judges, and counted in the standing."""
    run_id = start(house)
    with worker(house, backend, judges):
        progress = end_of(house, run_id)
    assert progress == Progress(run_id, "completed", SAMPLES, SAMPLES, SAMPLES, SAMPLES, 0, 0, 0)
    assert len(asked(backend)) == len(set(asked(backend))) == SAMPLES
    assert backend.closed
    with house.db.read() as s:
        (row,) = leaderboards.standing(s, "tiny").rows
        assert (row.model, row.score, row.coverage) == ("double", 1.0, 1.0)
        assert workers.list_workers(s) == []


def test_a_submission_takes_the_same_path(house: House, backend: Logged, judges: Judges) -> None:
    """Answers are graded without a backend, and a model nobody knew stands on the leaderboard."""
    lines = [f'{{"variant": "p0{n}/original", "answer": "{3 + n}"}}' for n in range(4)]
    accepted = submissions.accept(
        house.db, house.queue, problem_set="tiny", model="mine", lines=lines, chunk_size=3
    )
    assert (accepted.accepted, accepted.rejected, accepted.missing) == (4, (), 12)
    with worker(house, backend, judges):
        progress = end_of(house, accepted.run_id)
    assert progress == Progress(accepted.run_id, "completed", 4, 4, 4, 1, 3, 0, 0)
    assert asked(backend) == []


def test_an_old_version_is_read_run_and_graded_after_its_correction(
    house: House, backend: Logged, judges: Judges
) -> None:
    """A run begun before goes on with its version's answers, and one on the old version can still begin."""
    begun = start(house)
    mended = problem_set(version="2")
    first, *others = mended.variants
    corrected = mended.model_copy(
        update={
            "variants": (first.model_copy(update={"gold": "5"}), *others),
            "sha256": "c" * 64,
            "reasons": {first.problem: "2 + 2 was taken for 4"},
        }
    )
    with house.db.write() as s:
        problem_sets.publish(s, corrected)
    lines = [f'{{"variant": "{first.id}", "answer": "4"}}']
    ask = {"problem_set": "tiny", "lines": lines, "chunk_size": 3}
    old = submissions.accept(house.db, house.queue, model="of old", version="1", **ask)  # type: ignore[arg-type]
    new = submissions.accept(house.db, house.queue, model="of new", **ask)  # type: ignore[arg-type]
    late = start(house, version="1", limit=4)
    with worker(house, backend, judges):
        ended = [end_of(house, each) for each in (begun, old.run_id, new.run_id, late)]
    assert [progress.correct for progress in ended] == [SAMPLES, 1, 0, 4]
    with house.db.read() as s:
        assert [stored.get(s, run).version for run in (begun, old.run_id, new.run_id, late)] == list("1121")
        assert {row.model for row in leaderboards.standing(s, "tiny", "1").rows} == {"double", "of old"}
        assert {row.model for row in leaderboards.standing(s, "tiny").rows} == {"of new"}


def test_failed_prompts_are_counted_apart(house: House, tmp_path: Path) -> None:
    """A prompt whose backend failed is neither incorrect nor pending, and the run completes."""
    run_id = start(house)
    with worker(house, Failing(tmp_path / "asked")):
        assert end_of(house, run_id) == Progress(run_id, "completed", SAMPLES, SAMPLES, 8, 8, 0, 0, 8)


@pytest.mark.parametrize(
    ("double", "says"),
    [(Absent, "Start the server"), (Broken, "ZeroDivisionError: a bug"), (Lazy, "3 samples unanswered")],
)
def test_what_breaks_a_chunk_fails_the_run_with_the_reason(
    house: House, tmp_path: Path, double: type[Logged], says: str
) -> None:
    """No run hangs over an absent backend or a bug: it fails, saying why, and can be resumed."""
    run_id = start(house)
    with worker(house, double(tmp_path / "asked")):
        progress = end_of(house, run_id)
    assert progress.status == "failed"
    assert progress.error is not None
    assert says in progress.error
    answered = progress.answered
    good = Logged(tmp_path / "good")
    runs.resume(house.db, house.queue, run_id)
    with worker(house, good):
        assert end_of(house, run_id).status == "completed"
    assert len(asked(good)) == len(set(asked(good))) <= SAMPLES - answered


def test_cancelling_stops_the_asking_and_resuming_goes_on(house: House, backend: Logged) -> None:
    """After a cancel at most the prompts in flight are answered; a resumed run asks only the rest."""
    backend.delay = 0.05
    run_id = start(house)
    with worker(house, backend):
        wait_for(lambda: len(asked(backend)) >= 3)
        assert runs.cancel(house.db, run_id)
        assert not runs.cancel(house.db, run_id)
        time.sleep(0.3)
        stopped = len(asked(backend))
        assert stopped < SAMPLES
        assert runs.progress(house.db, run_id).status == "cancelled"
        runs.resume(house.db, house.queue, run_id)
        assert end_of(house, run_id).graded == SAMPLES
    assert len(asked(backend)) == len(set(asked(backend))) == SAMPLES
    with pytest.raises(RunNotResumable, match="completed"):
        runs.resume(house.db, house.queue, run_id)


def test_a_stopped_worker_leaves_its_work_to_the_next(house: House, backend: Logged) -> None:
    """Stopping in the middle of a chunk loses no completion and asks for none twice."""
    backend.delay = 0.05
    run_id = start(house)
    with worker(house, backend):
        wait_for(lambda: len(asked(backend)) >= 5)
    assert runs.progress(house.db, run_id).status == "running"
    with worker(house, backend):
        assert end_of(house, run_id).graded == SAMPLES
    assert len(asked(backend)) == len(set(asked(backend))) == SAMPLES


def test_what_was_answered_before_a_crash_is_only_graded(house: House, backend: Logged) -> None:
    """A chunk that died between its completions and its verdicts asks nothing again."""
    run_id = start(house, chunk_size=SAMPLES)
    with house.db.write() as s:
        waiting = stored_samples.pending(s, run_id, range(SAMPLES), SAMPLES, with_tasks=False)
        done = [NewCompletion(sample.sample_id, RIGHT, "stop", 0.0) for sample in waiting]
        assert stored_samples.save_completions(s, done) == SAMPLES
    with worker(house, backend):
        assert end_of(house, run_id).graded == SAMPLES
    assert asked(backend) == []


def test_a_grader_that_breaks_stops_the_asking_and_loses_no_answer(house: House, backend: Logged) -> None:
    """What came before is stored; the rest is asked when the run is resumed."""
    backend.delay = 0.02
    run_id = start(house, chunk_size=SAMPLES)
    with pytest.raises(KeyboardInterrupt):
        samples.answer(means(house, backend, DeadJudges()), run_id, 0)
    begun = len(asked(backend))
    progress = runs.progress(house.db, run_id)
    assert (progress.answered, progress.graded) == (begun, 0)
    assert begun < SAMPLES
    with worker(house, backend):
        assert end_of(house, run_id).graded == SAMPLES
    assert len(asked(backend)) == len(set(asked(backend))) == SAMPLES


def test_doing_a_chunk_twice_changes_nothing(house: House, backend: Logged) -> None:
    """Each step does only what is missing, and one call alone completes the run."""
    run_id = start(house, limit=3)
    done = []
    for _ in range(2):
        samples.answer(means(house, backend), run_id, 0)
        done.append((len(asked(backend)), samples.finish(house.db, run_id, 0)))
    assert done == [(3, True), (3, False)]


def test_the_same_key_starts_one_run(house: House) -> None:
    """A second start with a key finds the first; with the key of another request it is refused."""
    assert start(house, key="k") == start(house, key="k")
    with house.db.read() as s:
        assert len(stored.list_runs(s)) == 1
    with pytest.raises(InvalidRequest, match="key k"):
        start(house, key="k", repetitions=2)


def test_nothing_is_enqueued_when_the_transaction_is_undone(house: House) -> None:
    """Work is handed over with the commit: what is rolled back was never enqueued."""
    run_id = start(house)
    with house.db.write() as s:
        house.queue.enqueue(s, "run_undone", 0, 0)
        s.rollback()
    assert house.queue.waiting(run_id)
    assert not house.queue.waiting("run_undone")


def test_lost_work_is_put_back(house: House, backend: Logged) -> None:
    """A run whose chunks vanished from the queue is noticed and goes on."""
    run_id = start(house)
    in_queue(house, "DELETE FROM workflow_status")
    with worker(house, backend):
        assert end_of(house, run_id).status == "completed"


def test_a_run_whose_work_is_lost_again_and_again_fails(house: House) -> None:
    """A chunk that every worker dies over does not go round for ever."""
    run_id = start(house)
    assert rescue.strays(house.db, house.queue) == []
    for _ in range(rescue.MAX_ATTEMPTS):
        in_queue(house, "UPDATE workflow_status SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'")
        assert rescue.strays(house.db, house.queue) == [run_id]
    progress = runs.progress(house.db, run_id)
    assert (progress.status, progress.total) == ("failed", SAMPLES)
    assert "workers died" in str(progress.error)
    assert rescue.strays(house.db, house.queue) == []


def test_unknown_names_are_answered_with_the_known_ones(house: House) -> None:
    """The error says what there is and how to add what is not."""
    with pytest.raises(UnknownModel, match=r"double.*register"):
        start(house, model="gpt")
    with pytest.raises(UnknownProblemSet, match="tiny 1"):
        start(house, problem_set="core-mini")
    with pytest.raises(UnknownProblemSet, match="version '9'"):
        start(house, version="9")


def test_recovery_touches_only_the_executor_named(house: House, backend: Logged) -> None:
    """The private call of DBOS that we rely on leaves the work of every other executor alone."""
    backend.delay = 0.05
    run_id = start(house)
    with worker(house, backend):
        wait_for(lambda: len(asked(backend)) >= 2)
        assert DBOS._recover_pending_workflows(["somebody-else"]) == []
        assert end_of(house, run_id).graded == SAMPLES
    assert len(asked(backend)) == SAMPLES


def test_a_worker_lives_beside_a_running_event_loop(house: House, backend: Logged) -> None:
    """It can be started and stopped from a coroutine, as a web server does, and a second one is refused."""
    run_id = start(house)

    async def serve() -> Progress:
        with worker(house, backend):
            with pytest.raises(WorkerRunning):
                worker(house, backend).start()
            return await asyncio.to_thread(end_of, house, run_id)

    assert asyncio.run(serve()).status == "completed"


def test_a_closed_queue_opens_again(house: House) -> None:
    """Closing is for the end of a process; it breaks nothing before that."""
    queue = Queue(house.db.url)
    queue.close()
    assert queue.next_attempt("run_none") == 0
    queue.close()
