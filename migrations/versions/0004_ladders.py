"""Precision ladders: one model at several precisions, declared once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "ladders",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("baseline", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_ladders_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladders")),
        sa.UniqueConstraint("name", name=op.f("uq_ladders_name")),
    )
    op.create_table(
        "ladder_rungs",
        sa.Column("ladder_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("model_id", sa.String(length=40), nullable=False),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.CheckConstraint("length(label) > 0", name=op.f("ck_ladder_rungs_label")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_ladder_rungs_position")),
        sa.ForeignKeyConstraint(
            ["ladder_id"], ["ladders.id"], name=op.f("fk_ladder_rungs_ladder_id_ladders")
        ),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_ladder_rungs_model_id_models")),
        sa.PrimaryKeyConstraint("ladder_id", "position", name=op.f("pk_ladder_rungs")),
        sa.UniqueConstraint("ladder_id", "label", name=op.f("uq_ladder_rungs_ladder_id_label")),
        sa.UniqueConstraint("ladder_id", "model_id", name=op.f("uq_ladder_rungs_ladder_id_model_id")),
    )


def downgrade() -> None:
    """Take them away; the models of the rungs and their runs stay."""
    op.drop_table("ladder_rungs")
    op.drop_table("ladders")
