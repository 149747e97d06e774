"""`plumbline schedule`: cron rules that start runs."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.terminal import output
from app.evaluation import schedules as evaluation
from app.main import open_services
from app.settings import Settings
from app.storage import schedules
from app.storage.records import Schedule

commands = typer.Typer(help="Start runs by a cron rule.", no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="The schedule's name or id.")]


@commands.command("list")
def list_schedules() -> None:
    """List the schedules."""
    with open_services(Settings()) as services, services.database.read() as session:
        for schedule in schedules.list_schedules(session):
            _print(schedule)


@commands.command()
def create(
    name: Annotated[str, typer.Argument(help="A name for it.")],
    model: Annotated[str, typer.Option(help="Name of a registered model.")],
    problem_set: Annotated[str, typer.Option(help="Name of a problem set.")],
    cron: Annotated[str, typer.Option(help="Five fields, e.g. '30 2 * * *'.")],
    timezone: Annotated[str, typer.Option(help="IANA name, e.g. Europe/Paris.")] = "UTC",
    limit: Annotated[int | None, typer.Option(min=1, help="A balanced selection of N variants.")] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Times each variant is asked.")] = 1,
) -> None:
    """Create a schedule; a server or worker must run for it to fire."""
    with open_services(Settings()) as services:
        _print(
            evaluation.create(
                services.database,
                name=name,
                model=model,
                problem_set=problem_set,
                cron=cron,
                timezone=timezone,
                limit=limit,
                repetitions=repetitions,
            )
        )


@commands.command()
def pause(name: Name) -> None:
    """Let it not fire until it is resumed."""
    with open_services(Settings()) as services:
        _print(evaluation.pause(services.database, name))


@commands.command()
def resume(name: Name) -> None:
    """Let it fire again; what it missed while paused is not made up for."""
    with open_services(Settings()) as services:
        _print(evaluation.resume(services.database, name))


@commands.command()
def trigger(name: Name) -> None:
    """Start its run now; a server or worker works on it."""
    with open_services(Settings()) as services:
        run_id = evaluation.trigger(services.database, services.queue, name, chunk_size=services.chunk_size)
        output.print(run_id)


def _print(schedule: Schedule) -> None:
    state = "paused" if schedule.paused else f"next at {schedule.next_due_at:%Y-%m-%d %H:%M %Z}"
    output.print(
        f"[bold]{schedule.name}[/] ({schedule.id}): {schedule.model} on {schedule.problem_set}, "
        f"'{schedule.cron}' {schedule.timezone}, {state}"
    )
