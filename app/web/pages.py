"""The pages a reader sees; each handler reads records and renders a template, and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.templating import Jinja2Templates

from app import __version__
from app.evaluation.services import Services
from app.storage import leaderboards, problem_sets, problems, samples
from app.storage.errors import NotFound
from app.storage.records import SampleRow
from app.web import formatting

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"

# Styles inline in elements are KaTeX's own (heights and widths); scripts come from files alone.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class _PageRoute(APIRoute):
    """A route whose reader is a person: what is not there is told as a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def with_error_page(request: Request) -> Response:
            try:
                return await handler(request)
            except NotFound as error:
                return _page(request, "missing.html", status_code=404, message=str(error))

        return with_error_page


router = APIRouter(include_in_schema=False, route_class=_PageRoute)
templates = Jinja2Templates(FOLDER / "templates")
templates.env.globals["app_version"] = __version__
templates.env.filters.update(formatting.FILTERS)


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


def _page(request: Request, template: str, status_code: int = 200, **context: Any) -> HTMLResponse:
    return templates.TemplateResponse(request, template, context, status_code, headers=SECURITY_HEADERS)


@router.get("/")
def index(request: Request) -> HTMLResponse:
    """The problem sets that are published here."""
    with _services(request).database.read() as session:
        sets = problem_sets.list_sets(session)
    return _page(request, "index.html", sets=sets)


@router.get("/leaderboards/{name}")
def leaderboard(request: Request, name: str, version: str | None = None) -> HTMLResponse:
    """Models ranked on a problem set, and its problems by topic."""
    with _services(request).database.read() as session:
        shown = problem_sets.find_version(session, name, version)
        standing = leaderboards.standing(session, name, shown.version)
        listed = problems.list_problems(session, shown.id)
    by_topic: dict[str, list[Any]] = {}
    for problem in listed:
        by_topic.setdefault(problem.topic, []).append(problem)
    return _page(request, "leaderboard.html", set=shown, standing=standing, by_topic=by_topic)


@router.get("/problems/{name}/{problem_id}")
def problem(request: Request, name: str, problem_id: str, version: str | None = None) -> HTMLResponse:
    """One problem: its statement, its variants with their certificates, and how models answered."""
    with _services(request).database.read() as session:
        shown = problem_sets.find_version(session, name, version)
        detail = problems.get_problem(session, shown.id, problem_id)
        rows = leaderboards.standing(session, name, shown.version).rows
        answered = samples.of_problem(session, [row.run_id for row in rows], problem_id)
    answers: dict[str, list[tuple[str, SampleRow]]] = {}
    models = {row.run_id: row.model for row in rows}
    for sample in answered:
        answers.setdefault(sample.variant_id, []).append((models[sample.run_id], sample))
    return _page(request, "problem.html", set=shown, detail=detail, answers=answers)


@router.get("/api")
def interface(request: Request) -> HTMLResponse:
    """The REST interface, from the same description that `/openapi.json` gives to programs."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for path, methods in request.app.openapi()["paths"].items():
        for method, operation in methods.items():
            line = (method.upper(), path, operation.get("description", operation["summary"]))
            groups.setdefault(operation["tags"][0], []).append(line)
    return _page(request, "api.html", groups=groups)
