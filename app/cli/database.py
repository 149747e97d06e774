"""`plumbline db`: the database's schema."""

import typer
from sqlalchemy.engine import make_url

from app.cli.terminal import output
from app.main import upgrade_database
from app.settings import Settings

commands = typer.Typer(help="Make or upgrade the database.", no_args_is_help=True, add_completion=False)


@commands.callback()
def _group() -> None:
    """Keep `upgrade` a subcommand of its own."""


@commands.command()
def upgrade() -> None:
    """Make the database, or bring its schema up to date."""
    settings = Settings()
    upgrade_database(settings)
    url = make_url(settings.resolved_database_url)
    output.print(f"{url.render_as_string(hide_password=True)} is up to date")
