"""All commands put together, and what a failing one prints."""

import sys

import typer
from rich.markup import escape

from app import __version__
from app.cli import database, demo, grade, leaderboard, models, problems, runs, schedules, server
from app.cli.terminal import errors
from app.main import EXPECTED_ERRORS

program = typer.Typer(
    name="plumbline",
    help="Shows whether a language model's mathematics still stands when the problem is nudged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
program.command("demo")(demo.demo)
program.command("serve")(server.serve)
program.command("worker")(server.worker)
program.command("run")(runs.run)
program.command("submit")(runs.submit)
program.command("grade")(grade.grade)
program.command("leaderboard")(leaderboard.leaderboard)
program.add_typer(problems.commands, name="problems")
program.add_typer(models.commands, name="models")
program.add_typer(schedules.commands, name="schedule")
program.add_typer(database.commands, name="db")


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
    except EXPECTED_ERRORS as error:
        errors.print(f"[bold red]error:[/] {escape(str(error))}")
        sys.exit(2)
    except KeyboardInterrupt:
        errors.print("stopped; what was persisted is kept, and the same command goes on from there")
        sys.exit(130)
