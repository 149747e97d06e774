"""A page of another site must not act through the browser of somebody who runs this server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response

from app.api.errors import problem

READING = {"GET", "HEAD", "OPTIONS"}


def install(app: FastAPI) -> None:
    """Refuse requests that change something and that a browser sends for another site's page."""

    @app.middleware("http")
    async def refuse_foreign_origins(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        origin = request.headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
        if foreign and request.method not in READING:
            return problem(HTTPStatus.FORBIDDEN, f"Requests from pages of {origin} are not accepted here.")
        return await call_next(request)
