"""Runs that pause, prompts that are versioned, and what a completion had no columns for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
BEFORE = "status IN ('queued', 'running', 'completed', 'failed', 'cancelled')"
AFTER = "status IN ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled')"


def upgrade() -> None:
    """Let runs pause; add the tables and columns."""
    op.create_table(
        "prompt_templates",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_prompt_templates_sha256")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_prompt_templates_name")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_prompt_templates")),
    )
    op.create_table(
        "cached_replies",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reply", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(fingerprint) = 64", name=op.f("ck_cached_replies_fingerprint")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_cached_replies")),
    )
    op.add_column("completions", sa.Column("error_kind", sa.String(length=30), nullable=True))
    op.add_column("completions", sa.Column("reasoning", sa.Text(), nullable=True))
    op.add_column("completions", sa.Column("details", DOCUMENT, nullable=True))
    op.add_column("runs", sa.Column("budget", DOCUMENT, nullable=True))
    _replace_check(BEFORE, AFTER)


def downgrade() -> None:
    """Cancel what is paused, and take the tables and columns away."""
    op.execute(
        "UPDATE runs SET status = 'cancelled', finished_at = coalesce(started_at, created_at) "
        "WHERE status = 'paused'"
    )
    _replace_check(AFTER, BEFORE)
    op.drop_column("runs", "budget")
    for column in ("details", "reasoning", "error_kind"):
        op.drop_column("completions", column)
    op.drop_table("cached_replies")
    op.drop_table("prompt_templates")


def _replace_check(old: str, new: str) -> None:
    """SQLite changes no constraint: there the table is made anew (foreign keys are off in a migration)."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_runs_status"), "runs", type_="check")
        op.create_check_constraint(op.f("ck_runs_status"), "runs", new)
        return
    made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'runs' AND type = :type AND sql IS NOT NULL"
    (table,) = bind.scalars(sa.text(made), {"type": "table"})
    indexes = bind.scalars(sa.text(made), {"type": "index"}).all()
    op.execute(table.replace(old, new).replace("runs", "new_runs", 1))
    op.execute("INSERT INTO new_runs SELECT * FROM runs")
    op.execute("DROP TABLE runs")
    op.execute("ALTER TABLE new_runs RENAME TO runs")
    for index in indexes:
        op.execute(index)
