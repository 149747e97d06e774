"""Every test of storage runs on SQLite and on a real PostgreSQL, each on an empty database."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from app.storage.sessions import Database
from app.storage.tables import Base
from tests.storage import postgres

_numbers = count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running server, or a skip that says what is missing."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.server(programs) as url:
        yield url


def _new_url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'bare.sqlite'}"
    server, name = request.getfixturevalue("postgres_server"), f"bare_{next(_numbers)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that has no tables at all."""
    return _new_url(request, tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lasting_db(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A migrated database that all tests of one file share; they must leave it as they find it."""
    database = Database(_new_url(request, tmp_path_factory.mktemp("lasting")))
    database.upgrade()
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[Database]:
    """A migrated PostgreSQL database, emptied by each test that takes it."""
    database = Database(postgres_server)
    database.upgrade()
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database."""
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres_database")
        with database.write() as s:
            s.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} CASCADE"))
        yield database
        return
    path = tmp_path / "plumbline.sqlite"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()
