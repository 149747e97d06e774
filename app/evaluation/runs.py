"""Runs: started, cancelled and resumed; one model on one selection of one problem set version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app import __version__
from app.backends import BACKENDS, BackendSettings, BackendUnavailable, ModelSpec, check_spec
from app.backends.strategies.settings import asked
from app.evaluation import progress as progress_module
from app.evaluation.budgets import Budget, check_budget
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
from app.problems.prompts import EXACT, PromptTemplate, find_template
from app.storage import models, problem_sets, problems, prompts, samples
from app.storage import runs as stored
from app.storage.errors import KeyReused, NotFound
from app.storage.records import Model, Run, SetVersion
from app.storage.sessions import Database, ReadSession, WriteSession, utc_now

SUBMITTED = "submitted"
"""The backend of a model that is known only by answers it gave elsewhere."""

RESUMABLE = ("paused", "failed", "cancelled")


@dataclass(frozen=True)
class Request:
    """What is to be evaluated, and how: all that is needed to do it again.

    `version` None means the newest; `limit` takes a balanced selection of so many variants, the same for
    every model; `seed` decides their order. A run that may use the `cache` takes the answers to first
    repetitions from it, and puts them there. `prompt` None means the template of the model's backend;
    `budget` is what the run may spend.
    """

    problem_set: str
    model: str
    version: str | None = None
    limit: int | None = None
    repetitions: int = 1
    seed: int = 0
    prompt: PromptTemplate | None = None
    cache: bool = False
    budget: Budget | None = None


def start(
    db: Database,
    queue: Queue,
    request: Request,
    *,
    key: str | None = None,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> str:
    """Start a run and return its id; run, samples and queued chunks appear together or not at all.

    The same `key` again returns the run made first. Raises UnknownProblemSet, UnknownModel, or
    InvalidRequest.
    """
    with db.write() as s:
        return start_in(s, queue, request, key=key, chunk_size=chunk_size)


def start_in(
    s: WriteSession,
    queue: Queue,
    request: Request,
    *,
    key: str | None,
    chunk_size: int,
    paused: str | None = None,
) -> str:
    """As `start`, in the caller's transaction; for the reason `paused`, if there is one, nothing is asked.

    Such a run waits for a batch, and the same request does not take it up (`unfinished`).
    """
    found, model = find_version(s, request.problem_set, request.version), find_model(s, request.model)
    settings = check_askable(model)
    if request.budget is not None:
        check_budget(request.budget, model.name, getattr(asked(settings), "prices", ()), utc_now().date())
    rows = problems.keys(s, found.id)
    candidates = [Candidate(row.id, row.problem_id, row.topic, row.perturbation) for row in rows]
    together = getattr(settings, "draws_per_request", 1)
    planned = plan(candidates, request.limit, request.repetitions, request.seed, together)
    if BACKENDS[model.backend].whole_runs:
        chunk_size = len(planned)
    template = template_for(request, model)
    prompts.save(s, template)
    run = create(
        s,
        found,
        model,
        kind="run",
        repetitions=request.repetitions,
        settings=_recorded(request, template)
        | {"plumbline": __version__, "chunk_size": chunk_size}
        | ({} if paused is None else {"batch": True}),
        budget=request.budget,
        key=key,
    )
    if samples.count(s, run.id) == 0:
        samples.insert(s, run.id, planned)
        if paused is None:
            enqueue(s, queue, run.id, range(chunk_count(len(planned), chunk_size)))
        else:
            stored.set_status(s, run.id, "paused", paused)
    return run.id


def template_for(request: Request, model: Model) -> PromptTemplate:
    """The template by which the model is asked: the one chosen, or that of its backend."""
    return request.prompt or find_template(BACKENDS[model.backend].prompt)


def _recorded(request: Request, prompt: PromptTemplate) -> dict[str, Any]:
    """What a run's settings say of its request; model, version and repetitions stand in the run itself."""
    return {
        "limit": request.limit,
        "seed": request.seed,
        "prompt": {"name": prompt.name, "version": prompt.version, "sha256": prompt.sha256},
        "cache": request.cache,
    }


def request_of(s: ReadSession, run: Run) -> Request:
    """What was asked for when this run was started: starting it again repeats the run."""
    if run.kind != "run":
        raise InvalidRequest(f"Run {run.id} is a {run.kind}: its answers were made elsewhere.")
    return Request(
        problem_set=run.problem_set,
        model=run.model,
        version=run.version,
        limit=run.settings["limit"],
        repetitions=run.repetitions,
        seed=run.settings.get("seed", 0),
        prompt=template_in(s, run),
        cache=run.settings.get("cache", False),
        budget=None if run.budget is None else Budget(**run.budget),
    )


def unfinished(db: Database, request: Request) -> Run | None:
    """The newest run of this very request that was started and has neither ended nor failed, if any.

    Not one that waits for the answers of a batch: what is asked there would be paid twice.
    """
    with db.read() as s:
        wanted = (find_version(s, request.problem_set, request.version).id, request.repetitions)
        model = find_model(s, request.model)
        check_askable(model)
        recorded = _recorded(request, template_for(request, model))
        for status in ("running", "queued", "paused"):
            for run in stored.list_runs(
                s, status=status, problem_set=request.problem_set, model=request.model
            ):
                same = run.kind == "run" and (run.version_id, run.repetitions) == wanted
                same = same and not run.settings.get("batch")
                if same and recorded.items() <= run.settings.items():
                    return run
    return None


def create(
    s: WriteSession,
    version: SetVersion,
    model: Model,
    *,
    kind: str,
    repetitions: int,
    settings: Mapping[str, Any],
    budget: Budget | None = None,
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
            budget=None if budget is None else asdict(budget),
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


def pause(db: Database, run_id: str) -> bool:
    """Let a run rest that is worked on or waits; False if it is neither. What is in flight may still come in.

    Raises UnknownRun.
    """
    with db.write() as s:
        try:
            return stored.set_status(s, run_id, "paused", "Paused by hand; resume it to go on.")
        except NotFound as error:
            raise UnknownRun(run_id) from error


def resume(
    db: Database, queue: Queue, run_id: str, *, budget: Budget | None = None, retry_failed: bool = False
) -> Progress:
    """Go on with a paused, failed or cancelled run: only what has no completion or no verdict is done.

    `budget` replaces the one the run had; with `retry_failed`, what failed is asked again, also of a
    completed run. Raises UnknownRun or RunNotResumable.
    """
    with db.write() as s:
        run = get_in(s, run_id)
        again = samples.forget_failures(s, run_id) if retry_failed and run.kind == "run" else 0
        resumable = (*RESUMABLE, "completed") if again else RESUMABLE
        if run.status not in resumable or not stored.set_status(s, run_id, "queued"):
            raise RunNotResumable(run_id, run.status)
        if budget is not None:
            stored.set_budget(s, run_id, asdict(budget))
        requeue(s, queue, run)
        return progress_module.read(s, run_id)


def requeue(s: WriteSession, queue: Queue, run: Run) -> None:
    """Enqueue every chunk of the run once more; a chunk does only what is missing."""
    chunks = chunk_count(samples.count(s, run.id), int(run.settings["chunk_size"]))
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


def places_of(run: Run, chunk: int) -> range:
    """The positions of the samples in one chunk of this run."""
    size = int(run.settings["chunk_size"])
    return range(chunk * size, (chunk + 1) * size)


def template_in(s: ReadSession, run: Run) -> PromptTemplate:
    """The template by which this run puts its statements."""
    prompt = run.settings.get("prompt")
    return EXACT if prompt is None else prompts.find(s, prompt["sha256"])


def spec_of(model: Model) -> ModelSpec:
    """The model as its backend is opened with it."""
    return ModelSpec(model.name, model.backend, model.settings)


def check_askable(model: Model) -> BackendSettings:
    """The settings of a model that can be asked; raises InvalidRequest for one that cannot."""
    if model.backend == SUBMITTED:
        raise InvalidRequest(
            f"Model {model.name!r} is known only by submitted answers and cannot be asked. "
            "Register a model with a backend under another name, or submit more answers."
        )
    try:
        return check_spec(spec_of(model))
    except BackendUnavailable as error:
        raise InvalidRequest(str(error)) from error
