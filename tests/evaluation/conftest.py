"""Each test of the evaluation gets a database of its own, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from app.evaluation.queue import Queue
from app.storage import models, problem_sets
from app.storage.sessions import Database
from tests.evaluation.problem_sets import problem_set
from tests.storage import postgres

TEMPLATE = "plumbline_template"
_numbers = count()


@dataclass(frozen=True)
class House:
    """A prepared database with the tiny problem set and a model named `double`, and its queue."""

    db: Database
    queue: Queue


def _furnish(url: str) -> None:
    db, queue = Database(url), Queue(Database(url).url)
    db.upgrade()
    queue.prepare()
    with db.write() as s:
        problem_sets.publish(s, problem_set())
        models.register(s, "double", "scripted", {"answers": [r"\boxed{4}"]})
    queue.close()
    db.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    _furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    programs = postgres.binaries()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.server(programs) as url:
        _on_server(url, f"CREATE DATABASE {TEMPLATE}")
        _furnish(make_url(url).set(database=TEMPLATE).render_as_string(hide_password=False))
        yield url


def _on_server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        path = tmp_path / "plumbline.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server, name = request.getfixturevalue("postgres_server"), f"test_{next(_numbers)}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def house(url: str) -> Iterator[House]:
    db = Database(url)
    queue = Queue(db.url)
    yield House(db, queue)
    queue.close()
    db.dispose()
