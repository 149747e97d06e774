"""Runs: started, cancelled and resumed; one model on one selection of one problem set version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.backends import BackendUnavailable, ModelSpec, check_spec
from app.evaluation import progress as progress_module
from app.evaluation.errors import (
    InvalidRequest,
    RunNotResumable,
    UnknownModel,
    UnknownProblemSet,
    UnknownRun,
)
from app.evaluation.plans import DEFAULT_CHUNK_SIZE, Candidate, chunk_count, plan
from app.evaluation.progress import Progress
from app.evaluation.queue import Queue
from app.storage import models, problem_sets, problems, samples
from app.storage import runs as stored
from app.storage.errors import KeyReused, NotFound
from app.storage.records import Model, Run, SetVersion
from app.storage.sessions import Database, ReadSession, WriteSession

SUBMITTED = "submitted"
"""The backend of a model that is known only by answers it gave elsewhere."""

RESUMABLE = ("failed", "cancelled")


def start(
    db: Database,
    queue: Queue,
    *,
    problem_set: str,
    model: str,
    version: str | None = None,
    limit: int | None = None,
    repetitions: int = 1,
    key: str | None = None,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> str:
    """Start a run and return its id; run, samples and queued chunks appear together or not at all.

    `limit` takes a balanced selection of so many variants. The same `key` again returns the run made first.
    Raises UnknownProblemSet, UnknownModel, or InvalidRequest.
    """
    with db.write() as s:
        return start_in(
            s,
            queue,
            problem_set=problem_set,
            model=model,
            version=version,
            limit=limit,
            repetitions=repetitions,
            key=key,
            chunk_size=chunk_size,
        )


def start_in(
    s: WriteSession,
    queue: Queue,
    *,
    problem_set: str,
    model: str,
    version: str | None,
    limit: int | None,
    repetitions: int,
    key: str | None,
    chunk_size: int,
) -> str:
    """As `start`, in the caller's transaction."""
    found, asked = find_version(s, problem_set, version), find_model(s, model)
    _check_askable(asked)
    rows = problems.keys(s, found.id)
    candidates = [Candidate(row.id, row.problem_id, row.topic, row.perturbation) for row in rows]
    planned = plan(candidates, limit, repetitions)
    settings = {"chunk_size": chunk_size, "limit": limit}
    run = create(s, found, asked, kind="run", repetitions=repetitions, settings=settings, key=key)
    if samples.count(s, run.id) == 0:
        samples.insert(s, run.id, planned)
        enqueue(s, queue, run.id, range(chunk_count(len(planned), chunk_size)))
    return run.id


def unfinished(
    db: Database, *, problem_set: str, model: str, version: str | None, limit: int | None, repetitions: int
) -> str | None:
    """The id of the newest run of this very kind that was started and has not ended, if there is one."""
    with db.read() as s:
        wanted = (find_version(s, problem_set, version).id, limit, repetitions)
        for status in ("running", "queued"):
            for run in stored.list_runs(s, status=status, problem_set=problem_set, model=model):
                if run.kind == "run" and (run.version_id, run.settings["limit"], run.repetitions) == wanted:
                    return run.id
    return None


def create(
    s: WriteSession,
    version: SetVersion,
    model: Model,
    *,
    kind: str,
    repetitions: int,
    settings: Mapping[str, Any],
    key: str | None,
) -> Run:
    """Make a run without samples, or find the one of this key; raises InvalidRequest for a reused key."""
    try:
        return stored.create(
            s,
            version_id=version.id,
            model_id=model.id,
            kind=kind,
            repetitions=repetitions,
            settings=settings,
            key=key,
        )
    except KeyReused as error:
        raise InvalidRequest(str(error)) from error


def enqueue(s: WriteSession, queue: Queue, run_id: str, chunks: range | list[int], attempt: int = 0) -> None:
    """Hand chunks of a run to the workers when the transaction commits."""
    for chunk in chunks:
        queue.enqueue(s, run_id, chunk, attempt)


def cancel(db: Database, run_id: str) -> bool:
    """Cancel a run that is not finished; False if it was. Completions that exist stay.

    A worker stops asking after the completion it is waiting for. Raises UnknownRun.
    """
    with db.write() as s:
        try:
            return stored.cancel(s, run_id)
        except NotFound as error:
            raise UnknownRun(run_id) from error


def resume(db: Database, queue: Queue, run_id: str) -> Progress:
    """Go on with a failed or cancelled run: only what has no completion or no verdict is done.

    Raises UnknownRun or RunNotResumable.
    """
    with db.write() as s:
        run = get_in(s, run_id)
        if run.status not in RESUMABLE or not stored.set_status(s, run_id, "queued"):
            raise RunNotResumable(run_id, run.status)
        requeue(s, queue, run)
        return progress_module.read(s, run_id)


def requeue(s: WriteSession, queue: Queue, run: Run) -> None:
    """Enqueue every chunk of the run once more; a chunk does only what is missing."""
    chunks = chunk_count(samples.count(s, run.id), chunk_size_of(run))
    enqueue(s, queue, run.id, range(chunks), queue.next_attempt(run.id))


def progress(db: Database, run_id: str) -> Progress:
    """How far the run is; raises UnknownRun."""
    with db.read() as s:
        return progress_module.read(s, run_id)


def get_in(s: ReadSession, run_id: str) -> Run:
    """The run of this id, in the caller's transaction; raises UnknownRun."""
    try:
        return stored.get(s, run_id)
    except NotFound as error:
        raise UnknownRun(run_id) from error


def find_version(s: ReadSession, name: str, version: str | None) -> SetVersion:
    """The version, by default the newest; raises UnknownProblemSet, which lists what is published."""
    try:
        return problem_sets.find_version(s, name, version)
    except NotFound as error:
        known = [f"{row.name} {row.version}" for row in problem_sets.list_sets(s)]
        raise UnknownProblemSet(name, version, known) from error


def find_model(s: ReadSession, name: str) -> Model:
    """The model of this name; raises UnknownModel, which lists what is registered."""
    try:
        return models.find(s, name)
    except NotFound as error:
        raise UnknownModel(name, [model.name for model in models.list_models(s)]) from error


def chunk_size_of(run: Run) -> int:
    """How many samples one chunk of this run holds."""
    return int(run.settings["chunk_size"])


def spec_of(model: Model) -> ModelSpec:
    """The model as its backend is opened with it."""
    return ModelSpec(model.name, model.backend, model.settings)


def _check_askable(model: Model) -> None:
    if model.backend == SUBMITTED:
        raise InvalidRequest(
            f"Model {model.name!r} is known only by submitted answers and cannot be asked. "
            "Register a model with a backend under another name, or submit more answers."
        )
    try:
        check_spec(spec_of(model))
    except BackendUnavailable as error:
        raise InvalidRequest(str(error)) from error
