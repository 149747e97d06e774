"""All commands put together, and what a failing one prints."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from app import __version__
from app.cli.terminal import errors
from app.errors import PlumblineError

COMMANDS = {
    "demo": "app.cli.demo:demo",
    "serve": "app.cli.server:serve",
    "worker": "app.cli.server:worker",
    "run": "app.cli.runs:run",
    "runs": "app.cli.run_list:commands",
    "batch": "app.cli.batches:commands",
    "submit": "app.cli.runs:submit",
    "grade": "app.cli.grade:grade",
    "leaderboard": "app.cli.leaderboard:leaderboard",
    "problems": "app.cli.problems:commands",
    "models": "app.cli.models:commands",
    "prompts": "app.cli.prompts:commands",
    "schedule": "app.cli.schedules:commands",
    "db": "app.cli.database:commands",
}


class _OnDemand(TyperGroup):
    """Imports a command when it is asked for: `grade` should not wait for a web server to be imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command(cmd_name)(found)
            found = alone
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


program = typer.Typer(
    cls=_OnDemand,
    name="plumbline",
    help="Shows whether a language model's mathematics still stands when the problem is nudged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"plumbline {__version__}")
        raise typer.Exit


@program.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Options that stand before any command."""


def main() -> None:
    """Run one command; what a user can mend is one clear line and exit code 2, not a traceback."""
    try:
        program()
    except PlumblineError as error:
        errors.print(f"[bold red]error:[/] {escape(str(error))}")
        sys.exit(2)
    except KeyboardInterrupt:
        errors.print("stopped; what was persisted is kept, and the next worker goes on from there")
        sys.exit(130)
