"""The first schema: problem sets, models, runs, samples, scores, schedules, workers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "models",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("backend", sa.String(length=50), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_models_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("name", name=op.f("uq_models_name")),
    )
    op.create_table(
        "problem_sets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_problem_sets_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_sets")),
        sa.UniqueConstraint("name", name=op.f("uq_problem_sets_name")),
    )
    op.create_table(
        "workers",
        sa.Column("executor_id", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(executor_id) > 0", name=op.f("ck_workers_executor_id")),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_workers")),
    )
    op.create_table(
        "problem_set_versions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("problem_set_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("answers_public", sa.Boolean(), nullable=False),
        sa.Column("refusals", DOCUMENT, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(content_sha256) = 64", name=op.f("ck_problem_set_versions_content_sha256")
        ),
        sa.CheckConstraint("length(version) > 0", name=op.f("ck_problem_set_versions_version")),
        sa.ForeignKeyConstraint(
            ["problem_set_id"],
            ["problem_sets.id"],
            name=op.f("fk_problem_set_versions_problem_set_id_problem_sets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_set_versions")),
        sa.UniqueConstraint(
            "problem_set_id", "version", name=op.f("uq_problem_set_versions_problem_set_id_version")
        ),
    )
    op.create_table(
        "problems",
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("derivation", sa.Text(), nullable=False),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_problems_id")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_problems_level")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["problem_set_versions.id"],
            name=op.f("fk_problems_version_id_problem_set_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "id", name=op.f("pk_problems")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_problems_version_id_position")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("model_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.Column("key", sa.String(length=300), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("ck_runs_finished"),
        ),
        sa.CheckConstraint("kind IN ('run', 'submission')", name=op.f("ck_runs_kind")),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'completed', 'failed', 'cancelled')", name=op.f("ck_runs_status")
        ),
        sa.CheckConstraint("repetitions >= 1", name=op.f("ck_runs_repetitions")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_runs_model_id_models")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["problem_set_versions.id"], name=op.f("fk_runs_version_id_problem_set_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("id", "version_id", name=op.f("uq_runs_id_version_id")),
        sa.UniqueConstraint("key", name=op.f("uq_runs_key")),
    )
    op.create_index(op.f("ix_runs_created_at_id"), "runs", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_runs_model_id"), "runs", ["model_id"], unique=False)
    op.create_index(op.f("ix_runs_version_id_status"), "runs", ["version_id", "status"], unique=False)
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("problem_set_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=True),
        sa.Column("model_id", sa.String(length=40), nullable=False),
        sa.Column("cron", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=100), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("sample_limit", sa.Integer(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(cron) > 0", name=op.f("ck_schedules_cron")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_schedules_name")),
        sa.CheckConstraint("length(timezone) > 0", name=op.f("ck_schedules_timezone")),
        sa.CheckConstraint("repetitions >= 1", name=op.f("ck_schedules_repetitions")),
        sa.CheckConstraint("sample_limit >= 1", name=op.f("ck_schedules_sample_limit")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_schedules_model_id_models")),
        sa.ForeignKeyConstraint(
            ["problem_set_id", "version"],
            ["problem_set_versions.problem_set_id", "problem_set_versions.version"],
            name=op.f("fk_schedules_problem_set_id_version_problem_set_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["problem_set_id"], ["problem_sets.id"], name=op.f("fk_schedules_problem_set_id_problem_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
        sa.UniqueConstraint("name", name=op.f("uq_schedules_name")),
    )
    op.create_index(op.f("ix_schedules_next_due_at"), "schedules", ["next_due_at"], unique=False)
    op.create_table(
        "schedule_ticks",
        sa.Column("schedule_id", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('ran', 'skipped', 'failed')", name=op.f("ck_schedule_ticks_decision")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_schedule_ticks_run_id_runs")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name=op.f("fk_schedule_ticks_schedule_id_schedules")
        ),
        sa.PrimaryKeyConstraint("schedule_id", "due_at", name=op.f("pk_schedule_ticks")),
    )
    op.create_table(
        "score_cells",
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("problem_id", sa.String(length=200), nullable=False),
        sa.Column("perturbation", sa.String(length=50), nullable=False),
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("incorrect", sa.Integer(), nullable=False),
        sa.Column("ungradable", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "correct + incorrect + ungradable + failed <= total", name=op.f("ck_score_cells_total")
        ),
        sa.CheckConstraint(
            "correct >= 0 AND incorrect >= 0 AND ungradable >= 0 AND failed >= 0 AND total > 0",
            name=op.f("ck_score_cells_counts"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_score_cells_cost")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_score_cells_seconds")),
        sa.ForeignKeyConstraint(
            ["run_id", "version_id"],
            ["runs.id", "runs.version_id"],
            name=op.f("fk_score_cells_run_id_version_id_runs"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "problem_id"],
            ["problems.version_id", "problems.id"],
            name=op.f("fk_score_cells_version_id_problem_id_problems"),
        ),
        sa.PrimaryKeyConstraint("run_id", "problem_id", "perturbation", name=op.f("pk_score_cells")),
    )
    op.create_table(
        "variants",
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("problem_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("perturbation", sa.String(length=50), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("parameters", DOCUMENT, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("answer_kind", sa.String(length=30), nullable=False),
        sa.Column("assumptions", DOCUMENT, nullable=False),
        sa.Column("task", DOCUMENT, nullable=True),
        sa.Column("certificate", DOCUMENT, nullable=True),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_variants_id")),
        sa.CheckConstraint("length(perturbation) > 0", name=op.f("ck_variants_perturbation")),
        sa.CheckConstraint("length(statement) > 0", name=op.f("ck_variants_statement")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_variants_level")),
        sa.ForeignKeyConstraint(
            ["version_id", "problem_id"],
            ["problems.version_id", "problems.id"],
            name=op.f("fk_variants_version_id_problem_id_problems"),
        ),
        sa.PrimaryKeyConstraint("version_id", "id", name=op.f("pk_variants")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_variants_version_id_position")),
    )
    op.create_index(
        op.f("ix_variants_version_id_problem_id"), "variants", ["version_id", "problem_id"], unique=False
    )
    op.create_table(
        "gold_answers",
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("variant_id", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("length(answer) > 0", name=op.f("ck_gold_answers_answer")),
        sa.ForeignKeyConstraint(
            ["version_id", "variant_id"],
            ["variants.version_id", "variants.id"],
            name=op.f("fk_gold_answers_version_id_variant_id_variants"),
        ),
        sa.PrimaryKeyConstraint("version_id", "variant_id", name=op.f("pk_gold_answers")),
    )
    op.create_table(
        "samples",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("variant_id", sa.String(length=200), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_samples_position")),
        sa.CheckConstraint("repetition >= 0", name=op.f("ck_samples_repetition")),
        sa.ForeignKeyConstraint(
            ["run_id", "version_id"],
            ["runs.id", "runs.version_id"],
            name=op.f("fk_samples_run_id_version_id_runs"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "variant_id"],
            ["variants.version_id", "variants.id"],
            name=op.f("fk_samples_version_id_variant_id_variants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_samples_run_id_position")),
        sa.UniqueConstraint(
            "run_id", "variant_id", "repetition", name=op.f("uq_samples_run_id_variant_id_repetition")
        ),
    )
    op.create_index(
        op.f("ix_samples_version_id_variant_id"), "samples", ["version_id", "variant_id"], unique=False
    )
    op.create_table(
        "completions",
        sa.Column("sample_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("finish_reason", sa.String(length=20), nullable=False),
        sa.Column("latency", sa.Double(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "finish_reason IN ('stop', 'length', 'unsolved', 'timeout', 'error')",
            name=op.f("ck_completions_finish_reason"),
        ),
        sa.CheckConstraint("NOT failed OR error IS NOT NULL", name=op.f("ck_completions_failed")),
        sa.CheckConstraint("completion_tokens >= 0", name=op.f("ck_completions_completion_tokens")),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_completions_cost")),
        sa.CheckConstraint("latency >= 0", name=op.f("ck_completions_latency")),
        sa.CheckConstraint("prompt_tokens >= 0", name=op.f("ck_completions_prompt_tokens")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_completions_sample_id_samples")),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_completions")),
    )
    op.create_table(
        "grades",
        sa.Column("sample_id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("extracted", sa.Text(), nullable=True),
        sa.Column("trace", DOCUMENT, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("grader_version", sa.String(length=50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('correct', 'incorrect', 'ungradable')", name=op.f("ck_grades_outcome")
        ),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_grades_seconds")),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["completions.sample_id"], name=op.f("fk_grades_sample_id_completions")
        ),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_grades")),
    )


def downgrade() -> None:
    """Remove every table."""
    op.drop_table("grades")
    op.drop_table("completions")
    op.drop_index(op.f("ix_samples_version_id_variant_id"), table_name="samples")
    op.drop_table("samples")
    op.drop_table("gold_answers")
    op.drop_index(op.f("ix_variants_version_id_problem_id"), table_name="variants")
    op.drop_table("variants")
    op.drop_table("score_cells")
    op.drop_table("schedule_ticks")
    op.drop_index(op.f("ix_schedules_next_due_at"), table_name="schedules")
    op.drop_table("schedules")
    op.drop_index(op.f("ix_runs_version_id_status"), table_name="runs")
    op.drop_index(op.f("ix_runs_model_id"), table_name="runs")
    op.drop_index(op.f("ix_runs_created_at_id"), table_name="runs")
    op.drop_table("runs")
    op.drop_table("problems")
    op.drop_table("problem_set_versions")
    op.drop_table("workers")
    op.drop_table("problem_sets")
    op.drop_table("models")
