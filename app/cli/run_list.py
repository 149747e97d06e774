"""`plumbline runs`: the runs there are, what each was asked for, and how it goes."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from app.backends.chat import Usage
from app.backends.prices import picodollars
from app.cli.terminal import output
from app.errors import PlumblineError
from app.evaluation import runs as evaluation
from app.evaluation.budgets import Budget, in_dollars
from app.main import open_database
from app.settings import Settings
from app.storage import models, runs, samples, scores
from app.storage.records import Counts, Run
from app.storage.sessions import ReadSession

commands = typer.Typer(help="List, show, pause and cancel runs.", no_args_is_help=True, add_completion=False)

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The id of a run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Status(StrEnum):
    """The states of a run."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class NothingToStop(PlumblineError):
    """A run that is not worked on was to be stopped."""

    def __init__(self, run: Run, what: str) -> None:
        super().__init__(f"{run.id} is {run.status}: there is nothing to {what}.")


NEXT = {
    "paused": "plumbline run --resume {id}",
    "failed": "plumbline run --resume {id}",
    "cancelled": "plumbline run --resume {id}",
    "completed": "plumbline run --like {id}",
}
"""What may be done with a run in a state."""


@commands.command("list")
def list_runs(
    status: Annotated[Status | None, typer.Option(help="Only runs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many, the newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List runs and submissions, the newest first."""
    with open_database(Settings()) as database, database.read() as session:
        found = runs.list_runs(session, limit, status=status)
        rows = [(run, scores.counts(session, run.id)) for run in found]
    if as_json:
        typer.echo(json.dumps([_record(*row) for row in rows], indent=2))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("run", "model", "set", "status", "correct", "graded", "failed", "of", "cost", "created"):
        table.add_column(heading, no_wrap=heading == "run")
    for run, counts in rows:
        judged = (counts.correct, counts.graded, counts.failed, counts.total)
        table.add_row(
            run.id,
            escape(run.model),
            escape(f"{run.problem_set} {run.version}"),
            run.status,
            *(f"{count:,}" for count in judged),
            _cost(counts),
            f"{run.created_at:%Y-%m-%d %H:%M}",
        )
    output.print(table)


@commands.command()
def show(run_id: RunId, as_json: AsJson = False) -> None:
    """Print all that is needed to repeat a run, how far it is, and what to do if it rests."""
    with open_database(Settings()) as database, database.read() as session:
        record = _whole(session, evaluation.get_in(session, run_id))
    if as_json:
        typer.echo(json.dumps(record, indent=2))
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for name, value in record.items():
        if value is not None:
            table.add_row(
                name.replace("_", " "), escape(value if isinstance(value, str) else json.dumps(value))
            )
    output.print(table)


@commands.command()
def pause(run_id: RunId) -> None:
    """Let a run rest; what is in flight may still come in."""
    _stop(run_id, "pause")


@commands.command()
def cancel(run_id: RunId) -> None:
    """End a run; the completions that it has stay."""
    _stop(run_id, "cancel")


def _stop(run_id: str, what: str) -> None:
    stop = evaluation.pause if what == "pause" else evaluation.cancel
    with open_database(Settings()) as database:
        stopped = stop(database, run_id)
        with database.read() as session:
            run = runs.get(session, run_id)
    if not stopped:
        raise NothingToStop(run, what)
    following = NEXT[run.status].format(id=run_id)
    output.print(f"{run_id} is {run.status}; go on with it: {following}", soft_wrap=True)


def _record(run: Run, counts: Counts) -> dict[str, Any]:
    return {
        "id": run.id,
        "kind": run.kind,
        "status": run.status,
        "model": run.model,
        "problem_set": run.problem_set,
        "version": run.version,
        "created_at": run.created_at.isoformat(),
        "counts": {
            "total": counts.total,
            "completed": counts.completed,
            "correct": counts.correct,
            "incorrect": counts.incorrect,
            "ungradable": counts.ungradable,
            "failed": counts.failed,
        },
        "cost": counts.cost,
    }


def _whole(s: ReadSession, run: Run) -> dict[str, Any]:
    model = models.get(s, run.model_id)
    spent = sum((Usage(*each) for each in samples.spent(s, run.id)), Usage())
    following = NEXT.get(run.status) if run.kind == "run" else None
    settings = run.settings
    return {
        **_record(run, scores.counts(s, run.id)),
        "why": run.error,
        "next": None if following is None else following.format(id=run.id),
        "errors": scores.errors(s, run.id),
        "prompt_tokens": spent.prompt_tokens,
        "completion_tokens": spent.completion_tokens,
        "backend": model.backend,
        "settings": model.settings,
        "prompt": settings.get("prompt"),
        "seed": settings.get("seed"),
        "repetitions": run.repetitions,
        "limit": settings.get("limit"),
        "cache": settings.get("cache"),
        "budget": None if run.budget is None else str(Budget(**run.budget)),
        "plumbline": settings.get("plumbline"),
        "started_at": None if run.started_at is None else run.started_at.isoformat(),
        "finished_at": None if run.finished_at is None else run.finished_at.isoformat(),
    }


def _cost(counts: Counts) -> str:
    return "–" if counts.cost is None else in_dollars(picodollars(counts.cost))
