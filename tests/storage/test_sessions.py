"""Sessions: a write is all or nothing, a read writes nothing, instants and texts come back as they were."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, make_url, text
from sqlalchemy.exc import DBAPIError, StatementError

from app.storage import models, workers
from app.storage.errors import ReadOnly, SchemaOutOfDate, StorageError
from app.storage.sessions import Database, new_id
from app.storage.tables import ModelRecord, WorkerRecord, storable

NOW = datetime(2026, 11, 24, 6, 30, 15, 123456, tzinfo=UTC)


def worker(name: str, at: datetime = NOW) -> WorkerRecord:
    """A row that needs no other rows."""
    return WorkerRecord(executor_id=name, started_at=at, heartbeat_at=at)


def names(db: Database) -> list[str]:
    """The executor ids that are stored."""
    with db.read() as s:
        return [found.executor_id for found in workers.list_workers(s)]


def test_a_write_session_commits_at_its_end(db):
    """What was written in the block is there after it."""
    with db.write() as s:
        s.add(worker("a"))
    assert names(db) == ["a"]


def test_a_write_session_that_raises_leaves_nothing(db):
    """Even rows that had already gone to the database are undone."""

    def stopped_half_way():
        with db.write() as s:
            s.add(worker("a"))
            s.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped_half_way()
    assert names(db) == []


def test_a_read_session_writes_nothing(db):
    """Neither by an object nor by a statement."""
    with db.read() as s:
        s.add(worker("a"))
        with pytest.raises(ReadOnly, match=r"Database\.write"):
            s.flush()
    row = {"executor_id": "b", "started_at": NOW, "heartbeat_at": NOW}
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), db.read() as s:
        s.execute(insert(WorkerRecord), [row])
    with db.write() as s:  # on the same connections, the next writer is not hindered
        s.add(worker("c"))
    assert names(db) == ["c"]


def test_writers_take_turns(db):
    """Four threads that read, add one and write, ten times each, lose no step."""
    with db.write() as s:
        s.add(ModelRecord(id="m", name="counter", backend="b", settings={"count": 0}, created_at=NOW))

    def count():
        for _ in range(10):
            with db.write() as s:
                record = s.get(ModelRecord, "m", with_for_update=True)
                record.settings = {"count": record.settings["count"] + 1}

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with db.read() as s:
        assert models.find(s, "counter").settings == {"count": 40}


def test_a_reader_sees_the_last_commit_while_a_writer_works(db):
    """Reading neither waits for a writer nor sees what is not committed."""
    with db.write() as s:
        s.add(worker("a"))
        s.flush()
        assert names(db) == []


def test_a_read_session_sees_one_state_of_the_database(db):
    """Two queries of one page agree, even if somebody commits between them."""
    with db.read() as reader:
        before = workers.list_workers(reader)
        with db.write() as s:
            s.add(worker("a"))
        assert workers.list_workers(reader) == before == []
    assert names(db) == ["a"]


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=45))])
def test_instants_come_back_aware_and_in_utc(db, zone):
    """Whatever zone went in, the same instant comes out in UTC, to the microsecond."""
    with db.write() as s:
        s.add(worker("a", NOW.astimezone(zone)))
    with db.read() as s:
        found = workers.list_workers(s)[0].started_at
    assert found == NOW
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(db):
    """A naive datetime means nothing, so it is not stored."""
    with pytest.raises(StatementError, match="no time zone"), db.write() as s:
        s.add(worker("a", NOW.replace(tzinfo=None)))


def test_any_text_can_be_stored(db):
    """NUL and lone surrogates, which models do write, are replaced instead of breaking the run."""
    with db.write() as s:
        models.register(s, "m", "b", {"stop": "a\0b\ud800", "list": ["\0"]})
    with db.read() as s:
        assert models.find(s, "m").settings == {"stop": "a�b?", "list": ["�"]}
    assert storable("∫ x dx") == "∫ x dx"


def test_sqlite_is_in_wal_mode_with_foreign_keys_on(tmp_path):
    """WAL is set in the file itself, so every program that opens it has it."""
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    database.upgrade()
    with database.read() as s:
        assert s.scalar(text("PRAGMA journal_mode")) == "wal"
        assert s.scalar(text("PRAGMA foreign_keys")) == 1
        assert s.scalar(text("PRAGMA busy_timeout")) == 30_000
    database.dispose()


def test_a_transaction_left_open_on_postgresql_is_ended(postgres_database):
    """A frozen process holds its locks for a minute at most."""
    with postgres_database.write() as s:
        assert s.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_database_that_cannot_serve_is_refused(url):
    """In-memory SQLite and other databases are refused with what to give instead."""
    with pytest.raises(StorageError, match=r"give a file|use a sqlite or postgresql"):
        Database(url)


def test_a_password_is_not_shown(postgres_server):
    """The refusal of an old schema names the database without its password."""
    url = postgres_server.replace("postgres@", "postgres:hush@")
    database = Database(make_url(url).set(database="template1").render_as_string(hide_password=False))
    with pytest.raises(SchemaOutOfDate) as refused:
        database.check_schema()
    database.dispose()
    assert "template1" in str(refused.value)
    assert "hush" not in str(refused.value)


def test_ids_are_opaque_and_say_what_they_name():
    """A prefix and 24 random hexadecimal digits."""
    one, other = new_id("run"), new_id("run")
    assert one != other
    assert one.startswith("run_")
    assert len(one) == 28
