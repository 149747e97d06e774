"""`plumbline run` and `plumbline submit`: evaluate a model, or grade answers made elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from app.api.schemas import Counts, RunOut
from app.cli.terminal import errors, output, progress_bars
from app.evaluation import runs as evaluation
from app.evaluation import submissions
from app.evaluation.services import Services
from app.main import open_services
from app.settings import Settings
from app.storage import runs, scores
from app.storage.records import Run

POLL_SECONDS = 0.3


def run(
    model: Annotated[str, typer.Option(help="Name of a registered model.")],
    problem_set: Annotated[str, typer.Option(help="Name of a problem set.")],
    version: Annotated[str | None, typer.Option(help="A version; by default the newest.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Evaluate a balanced selection of N variants.")
    ] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Times each variant is asked.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
) -> None:
    """Evaluate a model on a problem set, here and now; a run of this kind that was interrupted goes on."""
    wanted: dict[str, Any] = {
        "problem_set": problem_set,
        "model": model,
        "version": version,
        "limit": limit,
        "repetitions": repetitions,
    }
    with open_services(Settings(), with_worker=True) as services:
        run_id = evaluation.unfinished(services.database, **wanted)
        if run_id is not None:
            errors.print(f"going on with {run_id}")
        else:
            run_id = evaluation.start(
                services.database, services.queue, chunk_size=services.chunk_size, **wanted
            )
        watch(services, {run_id: f"{model} on {problem_set}"})
        report(services, run_id, as_json)


def submit(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSONL of variant and answer.")],
    problem_set: Annotated[str, typer.Option(help="Name of a problem set.")],
    model: Annotated[str, typer.Option(help="Who made the answers.")],
    version: Annotated[str | None, typer.Option(help="A version; by default the newest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
) -> None:
    """Grade answers made elsewhere, and put them on the leaderboard."""
    with open_services(Settings(), with_worker=True) as services:
        with file.open(encoding="utf-8", errors="replace") as lines:
            accepted = submissions.accept(
                services.database,
                services.queue,
                problem_set=problem_set,
                model=model,
                version=version,
                lines=lines,
                chunk_size=services.chunk_size,
            )
        for line, reason in accepted.rejected:
            errors.print(f"[yellow]{file}, line {line}:[/] {escape(reason)}")
        watch(services, {accepted.run_id: f"{model} on {problem_set}"})
        report(services, accepted.run_id, as_json)


def watch(services: Services, labels: Mapping[str, str]) -> None:
    """Show a progress bar for each run (id → label) until all have ended."""
    with progress_bars() as bars:
        tasks = {run_id: bars.add_task(label, total=None, note="") for run_id, label in labels.items()}
        waiting = list(labels)
        while waiting:
            for run_id in list(waiting):
                with services.database.read() as session:
                    ended = runs.get(session, run_id).finished
                    counts = scores.counts(session, run_id)
                bars.update(
                    tasks[run_id],
                    total=counts.total,
                    completed=counts.total - counts.pending,
                    note=f"{counts.correct} correct, {counts.ungradable} ungradable",
                )
                if ended:
                    waiting.remove(run_id)
            if waiting:
                time.sleep(POLL_SECONDS)


def report(services: Services, run_id: str, as_json: bool) -> None:
    """Print how a run ended; a failed one ends the command with code 1."""
    with services.database.read() as session:
        ended: Run = runs.get(session, run_id)
        counts = scores.counts(session, run_id)
    if as_json:
        reply = RunOut.model_validate(ended)
        reply.counts = Counts.model_validate(counts)
        typer.echo(reply.model_dump_json(indent=2))
    elif ended.status == "failed":
        errors.print(f"[bold red]{ended.model} failed:[/] {ended.error}")
    else:
        output.print(
            f"{ended.id} {ended.status}: {counts.correct} correct, {counts.incorrect} incorrect, "
            f"{counts.ungradable} ungradable, {counts.failed} failed of {counts.total}"
        )
    if ended.status == "failed":
        raise typer.Exit(1)
