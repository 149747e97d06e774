"""Runs: one model on one selection of one problem set."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Response, status

from app.api.dependencies import After, Limit, ServicesDep, page
from app.api.schemas import Counts, Page, RunIn, RunOut, SampleOut
from app.evaluation import runs as evaluation
from app.evaluation.services import Services
from app.storage import problem_sets, runs, samples, scores

router = APIRouter(prefix="/runs", tags=["runs"])

Status = Literal["queued", "running", "completed", "failed", "cancelled"]


@router.post("", status_code=status.HTTP_201_CREATED)
def create_run(
    services: ServicesDep,
    wanted: RunIn,
    response: Response,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> RunOut:
    """Start a run; with an `Idempotency-Key` the same request again finds the same run."""
    run_id = evaluation.start(
        services.database,
        services.queue,
        chunk_size=services.chunk_size,
        key=idempotency_key,
        **wanted.model_dump(),
    )
    response.headers["Location"] = f"/v1/runs/{run_id}"
    return _read(services, run_id)


@router.get("")
def list_runs(
    services: ServicesDep, limit: Limit = 50, after: After = None, status: Status | None = None
) -> Page[RunOut]:
    """Runs and submissions, newest first."""
    with services.database.read() as session:
        return page(RunOut, runs.list_runs(session, limit + 1, after, status), limit)


@router.get("/{run_id}")
def read_run(services: ServicesDep, run_id: str) -> RunOut:
    """One run, with its counts."""
    return _read(services, run_id)


@router.post("/{run_id}/cancel")
def cancel_run(services: ServicesDep, run_id: str) -> RunOut:
    """Stop a run; what was answered stays."""
    evaluation.cancel(services.database, run_id)
    return _read(services, run_id)


@router.post("/{run_id}/resume")
def resume_run(services: ServicesDep, run_id: str) -> RunOut:
    """Go on with a failed or cancelled run; only what is missing is asked."""
    evaluation.resume(services.database, services.queue, run_id)
    return _read(services, run_id)


@router.get("/{run_id}/samples")
def list_samples(
    services: ServicesDep, run_id: str, limit: Limit = 50, after: After = None
) -> Page[SampleOut]:
    """The samples of a run, with completions and verdicts, in planned order."""
    with services.database.read() as session:
        run = runs.get(session, run_id)
        public = problem_sets.get_version(session, run.version_id).answers_public
        listed = page(SampleOut, samples.list_samples(session, run_id, limit + 1, after), limit)
    if not public:
        for sample in listed.data:
            sample.hide_answer()
    return listed


def _read(services: Services, run_id: str) -> RunOut:
    with services.database.read() as session:
        reply = RunOut.model_validate(runs.get(session, run_id))
        reply.counts = Counts.model_validate(scores.counts(session, run_id))
    return reply
