"""Versions that cannot change: triggers; and what a variant and a version had no columns for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
SET, VERSION, PROBLEM, VARIANT = "problem_sets", "problem_set_versions", "problems", "variants"
TOLD = ("provenance", "reasons", "changes")
IMMUTABLE = (SET, VERSION, PROBLEM, VARIANT, "gold_answers")
COUNTED = {PROBLEM: "problem_count", VARIANT: "variant_count"}
CHANGED = "a published problem set cannot be changed: publish a new version"
ADDED = "a published problem set has all its rows: publish a new version"

# ruff: noqa: S608 (the names in these statements stand in this file)
POSTGRES_FUNCTIONS = f"""
CREATE FUNCTION plumbline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{CHANGED}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION plumbline_refuse_addition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted integer;
BEGIN
    SELECT CASE TG_TABLE_NAME WHEN '{PROBLEM}' THEN problem_count ELSE variant_count END INTO counted
        FROM {VERSION} WHERE id = NEW.version_id;
    IF NEW.position NOT BETWEEN 0 AND counted - 1 THEN
        RAISE EXCEPTION '{ADDED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    """Add the columns, count what is published, then let nothing change it."""
    for column in TOLD:
        op.add_column(VERSION, sa.Column(column, DOCUMENT, nullable=False, server_default="{}"))
    for table, column in COUNTED.items():
        op.add_column(VERSION, sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
        op.execute(
            f"UPDATE {VERSION} SET {column} = "
            f"(SELECT count(*) FROM {table} WHERE {table}.version_id = {VERSION}.id)"
        )
    op.add_column(VARIANT, sa.Column("parent", sa.String(length=200), nullable=False, server_default=""))
    op.add_column(VARIANT, sa.Column("change", DOCUMENT, nullable=False, server_default="{}"))
    op.add_column(VARIANT, sa.Column("images", DOCUMENT, nullable=False, server_default="[]"))
    op.add_column(VARIANT, sa.Column("origin", DOCUMENT, nullable=False, server_default="{}"))
    op.add_column(VARIANT, sa.Column("sha256", sa.String(length=64), nullable=True))
    if _on_sqlite():
        _sqlite_triggers()
    else:
        _postgres_triggers()


def downgrade() -> None:
    """Take the triggers and the columns away."""
    for table in IMMUTABLE:
        _drop_trigger(f"{table}_not_updated", table)
        _drop_trigger(f"{table}_not_deleted", table)
    for table in COUNTED:
        _drop_trigger(f"{table}_not_added", table)
    if not _on_sqlite():
        op.execute("DROP FUNCTION plumbline_refuse_change()")
        op.execute("DROP FUNCTION plumbline_refuse_addition()")
    for column in ("sha256", "origin", "images", "change", "parent"):
        op.drop_column(VARIANT, column)
    for column in (*COUNTED.values(), *TOLD):
        op.drop_column(VERSION, column)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _sqlite_triggers() -> None:
    for table in IMMUTABLE:
        for event, name in (("UPDATE", "updated"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_not_{name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END"
            )
    for table, column in COUNTED.items():
        op.execute(
            f"CREATE TRIGGER {table}_not_added BEFORE INSERT ON {table} "
            f"WHEN NEW.position NOT BETWEEN 0 AND "
            f"(SELECT {column} FROM {VERSION} WHERE id = NEW.version_id) - 1 "
            f"BEGIN SELECT RAISE(ABORT, '{ADDED}'); END"
        )


def _postgres_triggers() -> None:
    op.execute(POSTGRES_FUNCTIONS)
    for table in IMMUTABLE:
        for event, name in (("UPDATE", "updated"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_not_{name} BEFORE {event} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_change()"
            )
    for table in COUNTED:
        op.execute(
            f"CREATE TRIGGER {table}_not_added BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_addition()"
        )


def _drop_trigger(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" if _on_sqlite() else f"DROP TRIGGER {name} ON {table}")
