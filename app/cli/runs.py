"""`plumbline run` and `plumbline submit`: evaluate a model, or grade answers made elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from app.cli.estimates import show
from app.cli.progress import watch
from app.cli.prompts import template
from app.cli.terminal import errors, output
from app.evaluation import estimates, submissions
from app.evaluation import runs as evaluation
from app.evaluation.budgets import Budget
from app.evaluation.services import Services
from app.main import open_services
from app.settings import Settings
from app.storage import runs, scores
from app.storage.records import Run

UNHAPPY = ("failed", "paused")


def run(
    model: Annotated[str | None, typer.Option(help="Name of a registered model.")] = None,
    problem_set: Annotated[str | None, typer.Option(help="Name of a problem set.")] = None,
    version: Annotated[str | None, typer.Option(help="A version; by default the newest.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Evaluate a balanced selection of N variants.")
    ] = None,
    repetitions: Annotated[int | None, typer.Option(min=1, help="Times each variant is asked.")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides the order of the samples.")] = None,
    prompt: Annotated[
        str | None, typer.Option(help="A prompt template: its name, or the path of a file.")
    ] = None,
    cache: Annotated[bool, typer.Option("--cache", help="Share answers with earlier runs.")] = False,
    budget: Annotated[
        list[str] | None,
        typer.Option(help="What it may spend, such as 2.50 (US dollars) or '2M tokens'; it then pauses."),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only say what the run would take, and could show.")
    ] = False,
    like: Annotated[
        str | None, typer.Option(help="Repeat the run of this id, but for what else is said.")
    ] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with the run of this id.")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="With --resume: ask again what failed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Evaluate a model on a problem set, here and now; a run of this kind that was interrupted goes on."""
    chosen: dict[str, Any] = {
        "model": model,
        "problem_set": problem_set,
        "version": version,
        "limit": limit,
        "repetitions": repetitions,
        "seed": seed,
        "prompt": None if prompt is None else template(prompt),
        "cache": cache or None,
        "budget": Budget.of(budget) if budget else None,
    }
    said = {name: value for name, value in chosen.items() if value is not None}
    if retry_failed and resume is None:
        raise typer.BadParameter("--retry-failed belongs to --resume RUN")
    settings = Settings()
    with open_services(settings, with_worker=not estimate) as services:
        if resume is not None:
            if set(said) - {"budget"}:
                raise typer.BadParameter(
                    "with --resume only --budget may change: a run goes on as it was begun"
                )
            run_id = _go_on(services, resume, said.get("budget"), retry_failed)
        else:
            request = _request(services, said, like)
            if estimate:
                show(estimates.estimate(services.database, request, workers=settings.workers), as_json)
                return
            run_id = begin(services, request, anew=like is not None)
        with services.database.read() as session:
            found = runs.get(session, run_id)
        watch(services, {run_id: f"{found.model} on {found.problem_set}"})
        report(services, run_id, as_json)


def begin(services: Services, request: evaluation.Request, *, anew: bool = False) -> str:
    """Start the run, or go on with one of this very request that was interrupted; returns its id."""
    begun = None if anew else evaluation.unfinished(services.database, request)
    if begun is None:
        return evaluation.start(services.database, services.queue, request, chunk_size=services.chunk_size)
    errors.print(f"going on with {begun.id}")
    return _go_on(services, begun.id, request.budget)


def _go_on(services: Services, run_id: str, budget: Budget | None, retry_failed: bool = False) -> str:
    """Let a run go on that rests or has ended; one that was interrupted is taken up by itself."""
    with services.database.read() as session:
        rests = evaluation.get_in(session, run_id).finished
    if rests:
        evaluation.resume(services.database, services.queue, run_id, budget=budget, retry_failed=retry_failed)
    return run_id


def _request(services: Services, said: dict[str, Any], like: str | None) -> evaluation.Request:
    """What is asked for: as it was said, or like another run but for what was said."""
    if like is not None:
        with services.database.read() as session:
            return replace(evaluation.request_of(session, evaluation.get_in(session, like)), **said)
    if missing := [name for name in ("model", "problem_set") if name not in said]:
        options = " and ".join("--" + name.replace("_", "-") for name in missing)
        raise typer.BadParameter(f"{options} must be given (or --like RUN, or --resume RUN)")
    return evaluation.Request(**said)


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


def report(services: Services, run_id: str, as_json: bool) -> None:
    """Print how a run ended; one that failed or paused ends the command with code 1."""
    with services.database.read() as session:
        ended: Run = runs.get(session, run_id)
        counts = scores.counts(session, run_id)
    if as_json:
        from app.api.schemas import Counts, RunOut  # with the web framework, which nothing else here needs

        reply = RunOut.model_validate(ended)
        reply.counts = Counts.model_validate(counts)
        typer.echo(reply.model_dump_json(indent=2))
    elif ended.status in UNHAPPY:
        errors.print(f"[bold red]{ended.model} {ended.status}:[/] {escape(ended.error or '')}")
    if not as_json:
        output.print(
            f"{ended.id} {ended.status}: {counts.correct} correct, {counts.incorrect} incorrect, "
            f"{counts.ungradable} ungradable, {counts.failed} failed of {counts.total}"
        )
    if ended.status in UNHAPPY:
        raise typer.Exit(1)
