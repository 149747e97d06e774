"""Runs: one model on one selection of one problem set."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Response, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from app.api.dependencies import After, Limit, ServicesDep, page
from app.api.schemas import Counts, Page, ResumeIn, RunIn, RunOut, SampleOut
from app.evaluation import progress
from app.evaluation import runs as evaluation
from app.evaluation.services import Services
from app.storage import problem_sets, runs, samples, scores

router = APIRouter(prefix="/runs", tags=["runs"])

Status = Literal["queued", "running", "paused", "completed", "failed", "cancelled"]


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
        wanted.request(),
        chunk_size=services.chunk_size,
        key=idempotency_key,
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


@router.post("/{run_id}/pause")
def pause_run(services: ServicesDep, run_id: str) -> RunOut:
    """Let a run rest; what is in flight may still come in."""
    evaluation.pause(services.database, run_id)
    return _read(services, run_id)


@router.post("/{run_id}/resume")
def resume_run(services: ServicesDep, run_id: str, how: ResumeIn | None = None) -> RunOut:
    """Go on with a paused, failed or cancelled run; only what is missing is asked."""
    how = how or ResumeIn()
    evaluation.resume(
        services.database,
        services.queue,
        run_id,
        budget=None if how.budget is None else how.budget.budget(),
        retry_failed=how.retry_failed,
    )
    return _read(services, run_id)


@router.get("/{run_id}/events")
async def follow_run(services: ServicesDep, run_id: str) -> StreamingResponse:
    """Server-sent events: the run's progress now and whenever it has changed, to its end or rest."""
    first = await run_in_threadpool(progress.look, services.database, run_id)
    return StreamingResponse(_events(services, run_id, first), media_type="text/event-stream")


async def _events(
    services: Services, run_id: str, look: tuple[progress.Progress, float]
) -> AsyncIterator[str]:
    speed, last = progress.Speed(), None
    while True:
        current, wait = look
        speed.saw(current.done)
        if current != last:
            told = asdict(current) | {
                "per_second": speed.per_second,
                "seconds_left": speed.seconds_left(current.total),
            }
            yield f"event: progress\ndata: {json.dumps(told)}\n\n"
        if current.finished:
            return
        last = current
        await asyncio.sleep(wait)
        look = await run_in_threadpool(progress.look, services.database, run_id)


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
