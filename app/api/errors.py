"""Every error of the rooms below as an RFC 9457 reply; one that is not in the table tells nothing."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.backends import BackendUnavailable
from app.evaluation import errors as evaluation
from app.problems.errors import TemplateError
from app.storage import errors as storage

logger = logging.getLogger(__name__)

# The first class that fits decides, so a subclass stands above its base.
STATUS_OF: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (storage.NotFound, HTTPStatus.NOT_FOUND),
    (storage.StorageError, HTTPStatus.CONFLICT),
    (evaluation.UnknownModel, HTTPStatus.NOT_FOUND),
    (evaluation.UnknownProblemSet, HTTPStatus.NOT_FOUND),
    (evaluation.UnknownRun, HTTPStatus.NOT_FOUND),
    (evaluation.UnknownSchedule, HTTPStatus.NOT_FOUND),
    (evaluation.RunNotResumable, HTTPStatus.CONFLICT),
    (evaluation.EvaluationError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BackendUnavailable, HTTPStatus.UNPROCESSABLE_ENTITY),
    (TemplateError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


def problem(status: int, detail: str, **more: Any) -> JSONResponse:
    """One `application/problem+json` reply."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Make `app` answer every error as a problem."""
    for kind, status in STATUS_OF:
        app.add_exception_handler(kind, _told(status))
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _told(status: HTTPStatus) -> Any:
    async def handler(_request: Request, error: Exception) -> JSONResponse:
        rejected = [{"line": line, "reason": reason} for line, reason in getattr(error, "rejected", ())]
        return problem(status, str(error), **({"rejected": rejected} if rejected else {}))

    return handler


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (for the type checker)
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]}
        for fault in error.errors()
    ]
    detail = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=faults)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 (for the type checker)
    return problem(error.status_code, str(error.detail))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed; its log says why.")
