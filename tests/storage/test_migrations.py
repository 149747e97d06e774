"""Migrations go up, down and up again, and make exactly the tables that the code describes."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from app.storage import problem_sets, problems, runs, samples
from app.storage.errors import SchemaOutOfDate
from app.storage.sessions import MIGRATIONS, Database
from app.storage.tables import SCHEMA, Base

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


@pytest.fixture
def bare(bare_url):
    """A database without tables."""
    database = Database(bare_url)
    yield database
    database.dispose()


def test_each_migration_goes_up_down_and_up_again(bare):
    """The stairway: every step can be taken back and taken once more."""
    below = "base"
    for revision in REVISIONS:
        bare.upgrade(revision)
        bare.downgrade(below)
        bare.upgrade(revision)
        below = revision
    bare.check_schema()


def test_going_all_the_way_down_leaves_nothing(bare):
    """After the last step down only Alembic's own empty table is there."""
    bare.upgrade()
    bare.downgrade("base")
    assert inspect(bare.engine).get_table_names() == ["alembic_version"]


def test_the_migrated_schema_is_the_one_the_code_describes(bare):
    """Alembic finds no difference, though another program's tables stand beside ours."""
    bare.upgrade()
    with bare.engine.begin() as connection:
        connection.execute(text("CREATE TABLE workflow_status (id INTEGER PRIMARY KEY)"))
    with bare.engine.connect() as connection:
        ours = {"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables}
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), Base.metadata) == []


def test_the_checks_of_the_code_are_in_the_database(bare):
    """Alembic does not compare checks, so we do: every named check exists in the database."""
    bare.upgrade()
    found = inspect(bare.engine)
    for table in Base.metadata.sorted_tables:
        named = {str(constraint.name) for constraint in table.constraints if hasattr(constraint, "sqltext")}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == named


def test_the_newest_migration_is_the_schema_that_the_code_names():
    """The constant, which is looked at at every start, is kept up to date."""
    assert REVISIONS[-1] == SCHEMA


def test_a_database_without_tables_is_refused_with_the_command_to_run(bare):
    """Start-up names `plumbline db upgrade`, and making the tables is enough."""
    with pytest.raises(SchemaOutOfDate, match=r"no tables yet.*`plumbline db upgrade`"):
        bare.check_schema()
    bare.upgrade()
    bare.check_schema()


def test_looking_for_the_schema_makes_no_file(tmp_path):
    """A mistyped path is not turned into an empty database."""
    path = tmp_path / "not" / "there.sqlite"
    with pytest.raises(SchemaOutOfDate):
        Database(f"sqlite:///{path}").check_schema()
    assert not path.parent.exists()


def test_a_schema_of_another_version_is_refused(bare):
    """A revision that this program does not know is out of date too."""
    bare.upgrade()
    with bare.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaOutOfDate, match="is at schema 9999"):
        bare.check_schema()


def test_two_processes_may_upgrade_at_once(bare_url):
    """Whoever comes second waits, and finds nothing left to do."""
    failures = []

    def upgrade():
        database = Database(bare_url)
        try:
            database.upgrade()
        except Exception as failure:
            failures.append(failure)
        finally:
            database.dispose()

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


def test_what_was_published_before_has_its_rows_counted_and_its_new_columns_filled(bare):
    """A set published under the first schema can be read under the newest, and cannot be changed any more."""
    bare.upgrade("0001")
    with bare.engine.begin() as connection:
        for statement in PUBLISHED_BEFORE:
            connection.execute(text(statement))
    bare.upgrade()
    with bare.read() as s:
        version = problem_sets.find_version(s, "old")
        (variant,) = problems.variants(s, version.id)
    assert (version.problems, version.variants, version.reasons) == (1, 1, {})
    assert (variant.gold, variant.change, variant.images, variant.origin) == ("x", {}, (), {})
    with pytest.raises(IntegrityError, match="publish a new version"), bare.write() as s:
        s.execute(text("DELETE FROM gold_answers"))


def test_runs_keep_their_samples_while_their_table_is_made_anew(bare):
    """Runs that may pause are the runs of before; going back, those that pause are cancelled."""
    bare.upgrade("0001")
    with bare.engine.begin() as connection:
        for statement in (*PUBLISHED_BEFORE, *RUN_BEFORE):
            connection.execute(text(statement))
    bare.upgrade()
    with bare.write() as s:
        assert runs.get(s, "r").status == "running"
        assert [row.variant_id for row in samples.list_samples(s, "r")] == ["p/original"]
        assert runs.set_status(s, "r", "paused", "by hand")
    bare.downgrade("0002")
    with bare.engine.begin() as connection:
        assert connection.scalar(text("SELECT status FROM runs")) == "cancelled"
        assert connection.scalar(text("SELECT count(*) FROM samples")) == 1
    with pytest.raises(IntegrityError), bare.engine.begin() as connection:
        connection.execute(text("DELETE FROM runs"))


PUBLISHED_BEFORE = (
    "INSERT INTO problem_sets VALUES ('s', 'old', '2026-01-01 00:00:00')",
    """INSERT INTO problem_set_versions VALUES ('v', 's', '1', 'Old', 'CC-BY-4.0', '',
        '0123456789012345678901234567890123456789012345678901234567890123', '1', '[]',
        '2026-01-01 00:00:00')""",
    "INSERT INTO problems VALUES ('v', 'p', 0, 'P', 'limits', 1, '', '')",
    """INSERT INTO variants VALUES ('v', 'p/original', 'p', 0, 'original', 'limits', 1, 0.0, 0, '{}',
        'Find x.', 'expression', '[]', NULL, NULL)""",
    "INSERT INTO gold_answers VALUES ('v', 'p/original', 'x')",
)

RUN_BEFORE = (
    "INSERT INTO models VALUES ('m', 'double', 'scripted', '{}', '2026-01-01 00:00:00')",
    """INSERT INTO runs VALUES ('r', 'v', 'm', 'run', 'running', 1, '{"chunk_size": 1, "limit": null}', NULL,
        NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00', NULL)""",
    "INSERT INTO samples VALUES ('x', 'r', 'v', 'p/original', 0, 0)",
)
