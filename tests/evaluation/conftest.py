"""Each test of the evaluation gets a database of its own, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from app.evaluation.queue import Queue
from app.storage import models, problem_sets
from app.storage.sessions import Database
from tests.evaluation.problem_sets import problem_set
from tests.storage import postgres


@dataclass(frozen=True)
class House:
    """A prepared database with the tiny problem set and a model named `double`, and its queue."""

    db: Database
    queue: Queue


def _make(url: str) -> None:
    db = Database(url)
    db.upgrade()
    Queue(db.url).prepare()
    db.dispose()


def _furnish(url: str) -> None:
    db = Database(url)
    with db.write() as s:
        problem_sets.publish(s, problem_set())
        models.register(s, "double", "scripted", {"answers": [r"\boxed{4}"]})
    db.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    _make(f"sqlite:///{path}")
    _furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    programs = postgres.binaries()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.server(programs) as url:
        _make(url)
        yield url


def _empty(url: str) -> None:
    """Take every row out of our tables and the queue's, but for those that say which schema this is."""
    db = Database(url)
    with db.write() as s:
        tables = s.execute(
            text(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos') "
                "AND tablename NOT IN ('alembic_version', 'dbos_migrations')"
            )
        ).all()
        s.execute(text(f"TRUNCATE {', '.join(f'{schema}.{name}' for schema, name in tables)} CASCADE"))
    db.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        path = tmp_path / "plumbline.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server: str = request.getfixturevalue("postgres_server")
    _empty(server)
    _furnish(server)
    return server


@pytest.fixture
def house(url: str) -> Iterator[House]:
    db = Database(url)
    queue = Queue(db.url)
    yield House(db, queue)
    queue.close()
    db.dispose()
