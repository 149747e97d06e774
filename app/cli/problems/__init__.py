"""`plumbline problems`: build, verify, audit and list problem sets."""

import typer

from app.cli.problems.auditing import audit_set
from app.cli.problems.building import build, verify
from app.cli.problems.draw import draw
from app.cli.problems.exporting import export
from app.cli.problems.importing import import_data
from app.cli.problems.listing import list_sets
from app.cli.problems.solving import solve
from app.cli.problems.versions import diff, publish, versions

commands = typer.Typer(
    help="Build, verify, audit and list problem sets.", no_args_is_help=True, add_completion=False
)
commands.command()(build)
commands.command()(solve)
commands.command()(verify)
commands.command("list")(list_sets)
commands.command()(draw)
commands.command("import")(import_data)
commands.command()(export)
commands.command()(publish)
commands.command()(versions)
commands.command()(diff)
commands.command("audit")(audit_set)

__all__ = ["commands"]
