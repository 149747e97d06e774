"""The database: its engine, its read and write sessions, and its schema."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FunctionElement

from app.storage.errors import ReadOnly, SchemaOutOfDate, StorageError
from app.storage.tables import SCHEMA, Base, UTCDateTime, serialize

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
BUSY_TIMEOUT_MS = 30_000
IDLE_TIMEOUT_MS = 60_000
MIGRATION_LOCK = 0x504C554D42  # any number that nothing else locks: the letters PLUMB
ID_BYTES = 12
POSTGRES_READER = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
_READ = "plumbline_read"


class ReadSession(Session):
    """A session of one transaction that only reads; a write through it is refused."""


class WriteSession(ReadSession):
    """A session of one transaction that may write; it is committed when its block ends well."""


class Database:
    """One database, SQLite or PostgreSQL, with sessions for reading and for writing.

    SQLite runs in WAL mode with foreign keys on; a write transaction begins IMMEDIATE, so that writers
    queue up for at most 30 seconds instead of failing half way.
    """

    def __init__(self, url: str) -> None:
        """Describe the database at a SQLAlchemy URL; nothing is opened before the first session."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername != "postgresql+psycopg":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise StorageError(f"{parsed.drivername} is not supported; use a sqlite or postgresql URL")
        self._path = _sqlite_path(parsed.database) if parsed.get_backend_name() == "sqlite" else None
        self.url = parsed.render_as_string(hide_password=False)
        self.engine = create_engine(parsed, json_serializer=serialize, pool_pre_ping=self._path is None)
        if self._path is not None:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", _prepare_postgres)
        self._reader: Engine = self.engine.execution_options(
            **({_READ: True} if self._path is not None else POSTGRES_READER)
        )

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A session in one transaction that sees one state of the database and writes nothing."""
        with ReadSession(self._reader) as session:
            event.listen(session, "before_flush", _refuse_flush)
            yield session

    @contextmanager
    def write(self) -> Iterator[WriteSession]:
        """A session in one transaction: committed at the end of the block, undone if the block raises."""
        with WriteSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def upgrade(self, revision: str = "head") -> None:
        """Make the database, or bring its schema to `revision`."""
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        self._migrate("upgrade", revision)

    def downgrade(self, revision: str) -> None:
        """Take the schema back to `revision` (`base` removes every table of ours)."""
        self._migrate("downgrade", revision)

    def _migrate(self, way: Literal["upgrade", "downgrade"], revision: str) -> None:
        from alembic import command  # only a migration waits for its import
        from alembic.config import Config

        with self._migrating() as connection:
            configuration = Config()
            configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            configuration.attributes["connection"] = connection
            getattr(command, way)(configuration, revision)

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        if self._path is None:
            with self.engine.begin() as connection:
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                yield connection
            return
        # SQLite's BEGIN IMMEDIATE makes migrating processes take turns already. A migration may make a table
        # anew that others refer to, which SQLite allows with foreign keys off, set before a transaction.
        with self.engine.connect() as connection:
            driver = cast(Any, connection.connection.driver_connection)
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                        raise StorageError(f"the migration would break references: {broken[:5]}")
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    def check_schema(self) -> None:
        """Raise `SchemaOutOfDate` unless the schema is the newest one; make nothing."""
        found = None
        if self._path is None or self._path.exists():
            with self._reader.connect() as connection:
                if inspect(connection).has_table("alembic_version"):
                    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if found != SCHEMA:
            state = "has no tables yet" if found is None else f"is at schema {found}"
            raise SchemaOutOfDate(
                f"the database {make_url(self.url)} {state}, and this program needs {SCHEMA}: "
                "run `plumbline db upgrade`"
            )

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _sqlite_path(database: str | None) -> Path:
    if not database or database == ":memory:":
        raise StorageError("an in-memory SQLite cannot be shared by threads; give a file, sqlite:///path")
    return Path(database)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else INSERT OR REPLACE would delete a published row without a trigger
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _record: Any) -> None:
    # A process that was frozen in a transaction must not hold its locks for ever.
    connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READ, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    raise ReadOnly("a read session cannot write; use Database.write()")


def new_id(prefix: str) -> str:
    """A new opaque id such as `run_6f0c…`."""
    return f"{prefix}_{secrets.token_hex(ID_BYTES)}"


def utc_now() -> datetime:
    """This machine's clock, in UTC."""
    return datetime.now(UTC)


class database_now(FunctionElement[datetime]):
    """The database's own clock, the same for all machines that use it."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(database_now, "sqlite")
def _sqlite_now(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


@compiles(database_now, "postgresql")
def _postgresql_now(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "clock_timestamp()"


def insert_or_ignore(s: WriteSession, record: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that break no unique rule, leave the rest, and say how many went in."""
    table = cast(Table, record.__table__)
    dialect = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key)
    if not rows:
        return 0
    # Compiled once and kept, as a statement with its values in it is not. Counted by what comes back: a
    # driver's own row count may be -1.
    return len(s.connection().execute(statement, [dict(row) for row in rows]).all())
