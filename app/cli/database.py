"""`plumbline db`: the database's schema."""

import typer
from sqlalchemy.engine import make_url

from app.cli.terminal import output
from app.settings import Settings
from app.storage.sessions import Database

commands = typer.Typer(help="Make or upgrade the database.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    """Keep `upgrade` a subcommand of its own."""


@commands.command()
def upgrade() -> None:
    """Make the database, or bring its schema up to date."""
    url = Settings().resolved_database_url
    database = Database(url)
    try:
        database.upgrade()
    finally:
        database.dispose()
    output.print(f"{make_url(url).render_as_string(hide_password=True)} is up to date")
