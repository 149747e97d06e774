"""Submissions: answers made elsewhere, uploaded as JSONL, and graded like a run."""

import tempfile
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response, status
from fastapi.concurrency import run_in_threadpool

from app.api.dependencies import ServicesDep
from app.api.schemas import RejectedLine, SubmissionOut
from app.evaluation import submissions
from app.evaluation.services import Services

router = APIRouter(prefix="/submissions", tags=["submissions"])

MAX_UPLOAD = 200 * 1024 * 1024
KEPT_IN_MEMORY = 4 * 1024 * 1024


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/jsonl": {"schema": {"type": "string"}}},
            "description": 'Lines such as {"variant": "int-gaussian/original", "answer": "x^2"}.',
        }
    },
)
async def create_submission(
    services: ServicesDep,
    request: Request,
    response: Response,
    problem_set: str,
    model: Annotated[str, Query(min_length=1, max_length=100)],
    version: str | None = None,
) -> SubmissionOut:
    """Take answers as JSONL in the body; the run whose address is given grades them in the background."""
    with tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY, "w+b") as upload:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > MAX_UPLOAD:
                raise HTTPException(
                    status.HTTP_413_CONTENT_TOO_LARGE,
                    f"The upload is larger than {MAX_UPLOAD >> 20} MiB: shorten the answers.",
                )
            upload.write(part)
        upload.seek(0)
        lines = (line.decode("utf-8", "replace") for line in upload)
        reply = await run_in_threadpool(_accept, services, problem_set, model, version, lines)
    response.headers["Location"] = reply.url
    return reply


def _accept(services: Services, problem_set: str, model: str, version: str | None, lines) -> SubmissionOut:  # type: ignore[no-untyped-def]
    accepted = submissions.accept(
        services.database,
        services.queue,
        problem_set=problem_set,
        model=model,
        version=version,
        lines=lines,
        chunk_size=services.chunk_size,
    )
    return SubmissionOut(
        run=accepted.run_id,
        url=f"/v1/runs/{accepted.run_id}",
        accepted=accepted.accepted,
        rejected=[RejectedLine(line=line, reason=reason) for line, reason in accepted.rejected],
    )
