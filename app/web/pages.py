"""The pages a reader sees; each handler reads records and renders a template, and decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from math import ceil
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.routing import APIRoute
from fastapi.templating import Jinja2Templates

from app import __version__
from app.evaluation import ladder_reports
from app.evaluation.ladder_reports import LadderReport
from app.evaluation.services import Services
from app.problems.differences import count
from app.storage import ladders, leaderboards, problem_sets, problems, samples
from app.storage.errors import NotFound
from app.storage.records import SampleRow, SetVersion
from app.web import formatting

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
PROBLEMS_SHOWN, VARIANTS_SHOWN, DIFFERENCES_SHOWN = 200, 40, 100
"""Rows of one page of a list."""
PICTURE = r"^images/[\w-]+\.(png|jpg|gif|webp)$"

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
        newest = problem_sets.find_version(session, name)
        standing = leaderboards.standing(session, name, shown.version)
        models = {row.model for row in standing.rows}
        compared = [
            each for each in ladders.list_ladders(session) if models & {rung.model for rung in each.rungs}
        ]
        topics = problems.count_by_topic(session, shown.id)
        listed = problems.list_problems(session, shown.id) if shown.problems <= PROBLEMS_SHOWN else []
    by_topic: dict[str, list[Any]] = {topic: [] for topic in topics}
    for problem in listed:
        by_topic[problem.topic].append(problem)
    return _page(
        request,
        "leaderboard.html",
        set=shown,
        newest=newest,
        standing=standing,
        ladders=compared,
        topics=topics,
        by_topic=by_topic,
    )


@router.get("/ladders")
def list_ladders(request: Request) -> HTMLResponse:
    """The precision ladders that are declared here."""
    with _services(request).database.read() as session:
        listed = ladders.list_ladders(session)
    return _page(request, "ladders.html", ladders=listed)


@router.get("/ladders/{name}")
def ladder(
    request: Request, name: str, problem_set: str | None = None, version: str | None = None
) -> HTMLResponse:
    """What each step of a ladder costs, by default on the set that most of its rungs have finished."""
    with _services(request).database.read() as session:
        found = ladders.find(session, name)
        sets = ladders.evaluated(session, found)
        if problem_set is None and sets:
            problem_set, version = sets[0].problem_set, sets[0].version
        report = ladder_reports.report(session, name, problem_set, version) if problem_set else None
    return _page(
        request,
        "ladder.html",
        ladder=found,
        sets=sets,
        report=report,
        findings=ladder_reports.findings(report) if report else [],
        scale=_scale(report) if report else 1.0,
        single=[each for each in report.steps if each[1].comparison.mcnemar is not None] if report else [],
        facts=list(dict.fromkeys(fact for rung in found.rungs for fact in rung.facts)),
    )


def _scale(report: LadderReport) -> float:
    """Where the axis of the differences ends: at a whole percentage point beyond every interval."""
    steps = [step for _, step in report.steps] + ([report.noise] if report.noise else [])
    ends = [
        abs(end or 0.0)
        for step in steps
        for end in (step.comparison.difference.low, step.comparison.difference.high)
    ]
    return max(1, ceil(100 * max(ends, default=0.0))) / 100


@router.get("/problem-sets/{name}")
def versions(request: Request, name: str) -> HTMLResponse:
    """A problem set's history: every version, what it changed, and why."""
    with _services(request).database.read() as session:
        newest = problem_sets.find_version(session, name)
        listed = problem_sets.list_versions(session, name)
        kinds = problems.count_by_perturbation(session, newest.id)
    before: list[SetVersion | None] = [*listed[1:], None]
    history = list(zip(listed, before, strict=True))
    return _page(request, "versions.html", set=newest, history=history, kinds=kinds)


@router.get("/problem-sets/{name}/differences")
def differences(
    request: Request, name: str, old: str, new: str, start: Annotated[int, Query(ge=0)] = 0
) -> HTMLResponse:
    """Which problems and variants differ between two versions, and why."""
    with _services(request).database.read() as session:
        found = problem_sets.compare(session, name, old, new)
    return _page(
        request,
        "differences.html",
        set=found.new,
        old=found.old,
        changes=count(found.problems),
        total=len(found.problems),
        shown=found.problems[start : start + DIFFERENCES_SHOWN],
        start=start,
        step=DIFFERENCES_SHOWN,
    )


@router.get("/problem-sets/{name}/problems")
def list_problems(
    request: Request,
    name: str,
    version: str | None = None,
    topic: str | None = None,
    after: str | None = None,
) -> HTMLResponse:
    """The problems of a version or of one of its topics, a page at a time."""
    with _services(request).database.read() as session:
        shown = problem_sets.find_version(session, name, version)
        topics = problems.count_by_topic(session, shown.id)
        listed = problems.list_problems(session, shown.id, topic=topic, after=after, limit=PROBLEMS_SHOWN + 1)
    return _page(
        request,
        "problems.html",
        set=shown,
        topics=topics,
        topic=topic,
        problems=listed[:PROBLEMS_SHOWN],
        more=len(listed) > PROBLEMS_SHOWN,
    )


@router.get("/problem-sets/{name}/{picture:path}")
def picture(request: Request, name: str, picture: str) -> Response:
    """An image of an imported set's statements."""
    services = _services(request)
    with services.database.read() as session:
        problem_sets.find_version(session, name)
    path = (services.sets_dir or Path()) / name / picture
    if services.sets_dir is None or not re.fullmatch(PICTURE, picture) or not path.is_file():
        raise NotFound(f"the problem set {name} has no {picture} here")
    return FileResponse(path, headers=SECURITY_HEADERS)


@router.get("/problems/{name}/{problem_id}")
def problem(
    request: Request,
    name: str,
    problem_id: str,
    version: str | None = None,
    perturbation: str | None = None,
    start: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """One problem: its statement, its variants with their certificates, and how models answered."""
    with _services(request).database.read() as session:
        shown = problem_sets.find_version(session, name, version)
        detail = problems.get_problem(
            session, shown.id, problem_id, perturbation=perturbation, offset=start, limit=VARIANTS_SHOWN
        )
        rows = leaderboards.standing(session, name, shown.version).rows
        answered = samples.of_variants(
            session, [row.run_id for row in rows], [variant.id for variant in detail.variants]
        )
    answers: dict[str, list[tuple[str, SampleRow]]] = {}
    models = {row.run_id: row.model for row in rows}
    for sample in answered:
        answers.setdefault(sample.variant_id, []).append((models[sample.run_id], sample))
    return _page(
        request,
        "problem.html",
        set=shown,
        detail=detail,
        answers=answers,
        asked_version=version,
        perturbation=perturbation,
        start=start,
        step=VARIANTS_SHOWN,
    )


@router.get("/api")
def interface(request: Request) -> HTMLResponse:
    """The REST interface, from the same description that `/openapi.json` gives to programs."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for path, methods in request.app.openapi()["paths"].items():
        for method, operation in methods.items():
            line = (method.upper(), path, operation.get("description", operation["summary"]))
            groups.setdefault(operation["tags"][0], []).append(line)
    return _page(request, "api.html", groups=groups)
