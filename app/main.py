"""The composition root: settings become an open database, a queue, judges, a worker and the web app."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.backends import BUILT_IN_MODELS
from app.errors import PlumblineError
from app.evaluation.queue import Queue
from app.evaluation.services import Services
from app.evaluation.workflows import Worker
from app.grading import Judges
from app.problems.formats import native
from app.problems.versions import is_later
from app.settings import Settings
from app.storage import models, problem_sets
from app.storage.sessions import Database

if TYPE_CHECKING:
    from fastapi import FastAPI

TEXT_SUFFIXES = ("", ".toml", ".json", ".jsonl", ".md")


class UnsafeBind(PlumblineError):
    """The server was asked to listen where others could reach it without authentication."""


def check_bind(host: str) -> None:
    """Refuse any address but loopback: until there is authentication, whoever reaches the server owns it."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise UnsafeBind(
            f"will not listen on {host}: without authentication, Plumbline serves this machine only; "
            "use --host 127.0.0.1, and reach it from elsewhere through an SSH tunnel."
        )


def upgrade_database(settings: Settings) -> None:
    """Make the database and the queue's tables in it, or bring them up to date."""
    database = Database(settings.resolved_database_url)
    try:
        database.upgrade()
        Queue(database.url).prepare()
    finally:
        database.dispose()


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database at its newest schema, with the shipped problem sets and models in it."""
    database = Database(settings.resolved_database_url)
    try:
        database.check_schema()
        publish_shipped(database, settings.benchmarks_dir)
        yield database
    finally:
        database.dispose()


def publish_shipped(database: Database, benchmarks: Path) -> None:
    """Publish the problem sets of the benchmarks folder that are not stored yet, and the built-in models."""
    with database.read() as session:
        stored = problem_sets.published(session)
        registered = {model.name for model in models.list_models(session)}
    new_sets = [
        native.load_set(read_texts(header.parent), tasks=False)
        for header in sorted(benchmarks.glob(f"*/{native.HEADER}"))
        if _is_news(header.read_text(encoding="utf-8"), stored)
    ]
    new_models = [spec for spec in BUILT_IN_MODELS if spec.name not in registered]
    if new_sets or new_models:
        with database.write() as session:
            for each in new_sets:
                problem_sets.publish(session, each, answers_public=True)
            for spec in new_models:
                models.register(session, spec.name, spec.backend, spec.settings)


def _is_news(header: str, stored: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether a set's header names a version to publish: not one that is stored, nor one older than that."""
    name, version, sha256 = native.identify(header)
    versions = stored.get(name, {})
    if version in versions:
        return versions[version] != sha256  # publishing it says what is wrong
    return all(is_later(version, than=other) for other in versions)


def read_texts(folder: Path) -> dict[str, str]:
    """The text files of one problem set by their names within its folder (its images are left alone)."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in TEXT_SUFFIXES and path.is_file()
    }


@contextmanager
def open_services(settings: Settings, *, with_worker: bool = False) -> Iterator[Services]:
    """Open everything the edges need, and close it in reverse; with a worker, queued runs are worked on."""
    with ExitStack() as stack:
        database = stack.enter_context(open_database(settings))
        queue = Queue(database.url)
        stack.callback(queue.close)
        judges = stack.enter_context(
            Judges(settings.workers, settings.grading_deadline, settings.worker_memory)
        )
        services = Services(database, queue, judges, settings.chunk_size, settings.imported_dir)
        if with_worker:
            worker = Worker(services, solver_workers=settings.workers, solver_memory=settings.worker_memory)
            worker.start()
            stack.callback(worker.stop)
        yield services


def create_app(services: Services | None = None) -> FastAPI:
    """The web application; without `services` it opens its own, with a worker, for as long as it runs.

    `uvicorn --factory app.main:create_app` therefore serves everything in one process.
    """
    # Imported by who serves: a run on the command line need not wait for the web framework.
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from app import web
    from app.api import errors as api_errors
    from app.api import origins
    from app.api.routes import router as api_router

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            app.state.services = services or stack.enter_context(open_services(Settings(), with_worker=True))
            yield

    app = FastAPI(
        title="Plumbline",
        version=__version__,
        summary="Shows whether a language model's mathematics still stands when the problem is nudged.",
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere; /api is ours
        redoc_url=None,
    )
    # A page of another site must not reach this server through a name that it lets point at loopback.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    origins.install(app)
    api_errors.install(app)
    app.include_router(api_router)
    app.include_router(web.router)
    app.mount("/static", StaticFiles(directory=web.STATIC), name="static")
    return app
