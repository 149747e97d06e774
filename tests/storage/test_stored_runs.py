"""Models and runs: one for each name and key, moved only where their state allows."""

import threading

import pytest

from app.storage import models, runs
from app.storage.errors import KeyReused, ModelExists, NotFound
from tests.storage.furniture import furnish


def test_a_model_is_registered_once(db):
    """The same name, backend and settings give the same model."""
    _, model = furnish(db)
    with db.write() as s:
        assert models.register(s, "cas", "sympy", {"deadline": 2.5}) == model
        assert models.find(s, "cas") == models.get(s, model.id) == model
        assert models.list_models(s) == [model]


def test_a_model_may_change_until_it_has_runs(db):
    """A configuration that has been evaluated keeps its name for itself."""
    version, model = furnish(db)
    with db.write() as s:
        changed = models.register(s, "cas", "sympy", {"deadline": 5})
        assert (changed.id, changed.settings) == (model.id, {"deadline": 5})
        runs.create(s, version_id=version.id, model_id=model.id)
        with pytest.raises(ModelExists, match="under a new name"):
            models.register(s, "cas", "maxima", {})


def test_an_unknown_model_is_an_error_that_names_the_known(db):
    """Whoever mistypes a name sees what there is."""
    furnish(db)
    with db.read() as s:
        with pytest.raises(NotFound, match="registered are: cas"):
            models.find(s, "cat")
        with pytest.raises(NotFound, match="mdl_none"):
            models.get(s, "mdl_none")


def test_a_run_begins_queued_and_knows_its_names(db):
    """Model and problem set come with the run."""
    version, model = furnish(db)
    with db.write() as s:
        run = runs.create(s, version_id=version.id, model_id=model.id, settings={"limit": 5}, repetitions=2)
        assert runs.get(s, run.id) == run
    assert (run.status, run.kind, run.finished, run.settings) == ("queued", "run", False, {"limit": 5})
    assert (run.problem_set, run.version, run.model, run.repetitions) == ("tiny", "1", "cas", 2)


def test_the_same_key_gives_the_same_run(db):
    """Asking twice starts once; the key of another request is refused."""
    version, model = furnish(db)
    with db.write() as s:
        first = runs.create(s, version_id=version.id, model_id=model.id, key="k")
        assert runs.create(s, version_id=version.id, model_id=model.id, key="k") == first
        assert runs.find_by_key(s, "k") == first
        assert runs.find_by_key(s, "other") is None
        with pytest.raises(KeyReused, match=first.id):
            runs.create(s, version_id=version.id, model_id=model.id, key="k", repetitions=2)


def test_two_threads_with_one_key_start_one_run(db):
    """The unique key holds under a race."""
    version, model = furnish(db)
    barrier, made = threading.Barrier(2), []

    def start():
        barrier.wait()
        with db.write() as s:
            made.append(runs.create(s, version_id=version.id, model_id=model.id, key="k").id)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 2
    assert len(set(made)) == 1


def test_a_run_moves_through_its_states(db):
    """queued → running → completed, with the times of both."""
    version, model = furnish(db)
    with db.write() as s:
        run = runs.create(s, version_id=version.id, model_id=model.id)
        assert runs.set_status(s, run.id, "running")
        started = runs.get(s, run.id)
        assert runs.set_status(s, run.id, "completed")
        ended = runs.get(s, run.id)
    assert (started.status, started.finished) == ("running", False)
    assert started.started_at >= run.created_at
    assert (ended.status, ended.finished, ended.started_at) == ("completed", True, started.started_at)
    assert ended.finished_at >= started.started_at


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (["cancelled"], "completed"),
        (["cancelled"], "running"),
        (["cancelled"], "cancelled"),
        (["running", "completed"], "cancelled"),
        (["running", "completed"], "failed"),
        (["running"], "running"),
        (["running"], "queued"),
    ],
)
def test_a_step_that_is_not_allowed_is_not_taken(db, path, refused):
    """Whoever comes too late is told so, and the run stays as it was."""
    version, model = furnish(db)
    with db.write() as s:
        run = runs.create(s, version_id=version.id, model_id=model.id)
        for status in path:
            assert runs.set_status(s, run.id, status)
        before = runs.get(s, run.id)
        assert not runs.set_status(s, run.id, refused)
        assert runs.get(s, run.id) == before


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_run_that_stopped_says_why_and_may_be_queued_again(db, status):
    """Going on after a failure or a cancellation forgets it."""
    version, model = furnish(db)
    with db.write() as s:
        run = runs.create(s, version_id=version.id, model_id=model.id)
        runs.set_status(s, run.id, status, error="no such program: maxima")
        assert runs.get(s, run.id).error == "no such program: maxima"
        assert runs.set_status(s, run.id, "queued")
        again = runs.get(s, run.id)
    assert (again.status, again.error, again.finished_at) == ("queued", None, None)


def test_cancelling_says_whether_there_was_something_to_cancel(db):
    """The first time yes, the second time no, and an unknown run is an error."""
    version, model = furnish(db)
    with db.write() as s:
        run = runs.create(s, version_id=version.id, model_id=model.id)
        assert runs.cancel(s, run.id)
        assert not runs.cancel(s, run.id)
        for act in (runs.get, runs.cancel, runs.lock):
            with pytest.raises(NotFound, match="run_none"):
                act(s, "run_none")


def test_runs_are_listed_newest_first_page_by_page(db):
    """Each page goes on after the last run of the one before, until there are none."""
    version, model = furnish(db)
    with db.write() as s:
        made = [runs.create(s, version_id=version.id, model_id=model.id).id for _ in range(5)]
        runs.cancel(s, made[3])
    with db.read() as s:
        pages, after = [], None
        while page := runs.list_runs(s, limit=2, after=after):
            pages.append([run.id for run in page])
            after = pages[-1][-1]
        assert pages == [made[:2:-1], made[2:0:-1], made[:1]]
        assert [run.id for run in runs.list_runs(s, status="cancelled")] == [made[3]]
        assert runs.list_runs(s, problem_set="tiny", model="dog") == []
        assert len(runs.list_runs(s, problem_set="tiny", model="cas")) == 5
