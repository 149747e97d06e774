"""Run by Alembic: migrates the connection it is handed, and looks at no tables but ours."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from app.storage.tables import Base


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Whether a table found in the database is Plumbline's; the durable queue keeps its own beside them."""
    return kind != "table" or name in Base.metadata.tables


def migrate(connection: Connection) -> None:
    """Run the migrations in the transaction of the caller."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=ours,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    context.run_migrations()


migrate(context.config.attributes["connection"])
