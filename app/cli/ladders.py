"""`plumbline models ladder`: one model at several precisions, declared in a file, run, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Group
from rich.markup import escape
from rich.table import Table

from app.api.ladder_schemas import LadderReportOut
from app.cli.runs import report, watch
from app.cli.terminal import errors, output
from app.evaluation import ladder_reports, runs
from app.evaluation import ladders as evaluation
from app.evaluation.ladder_reports import LadderReport, RungReport, Step, points
from app.evaluation.runs import Request
from app.evaluation.services import Services
from app.main import open_database, open_services
from app.settings import Settings
from app.statistics.comparisons import Difference
from app.storage import ladders

commands = typer.Typer(help="Compare one model at several precisions.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The ladder's name.")]
ProblemSet = Annotated[str, typer.Option(help="Name of a problem set.")]
Version = Annotated[str | None, typer.Option(help="A version; by default the newest.")]


@commands.command()
def add(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="TOML declaration of the ladder.")
    ],
) -> None:
    """Declare a ladder and register the models of its rungs, NAME@LABEL."""
    declaration = evaluation.read_declaration(file.read_text(encoding="utf-8"))
    with open_database(Settings()) as database:
        ladder = evaluation.declare(database, declaration)
    models = ", ".join(rung.model for rung in ladder.rungs)
    output.print(escape(f"{ladder.name} is declared, with the models {models}."))
    output.print(f"Evaluate them: plumbline models ladder run {ladder.name} --problem-set core")


@commands.command("list")
def list_ladders() -> None:
    """List the ladders with their rungs, the baseline in bold."""
    with open_database(Settings()) as database, database.read() as session:
        for ladder in ladders.list_ladders(session):
            labels = (
                f"[bold]{rung.label}[/]" if rung.label == ladder.baseline else rung.label
                for rung in ladder.rungs
            )
            output.print(f"{ladder.name}  {', '.join(labels)}")


@commands.command()
def show(
    name: Name,
    problem_set: ProblemSet,
    version: Version = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what each rung changes against the baseline, with intervals."""
    with open_database(Settings()) as database, database.read() as session:
        report = ladder_reports.report(session, name, problem_set, version)
    if as_json:
        typer.echo(LadderReportOut.of(report).model_dump_json(indent=2))
    else:
        output.print(report_tables(report))


@commands.command()
def run(
    name: Name,
    problem_set: ProblemSet,
    version: Version = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Evaluate a balanced selection of N variants.")
    ] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Times each variant is asked.")] = 1,
    noise: Annotated[
        bool, typer.Option("--noise", help="Ask the baseline a second time: what changes by itself?")
    ] = False,
) -> None:
    """Evaluate the rungs one after the other; those that have finished are not asked again."""
    like = Request(problem_set, model="", version=version, limit=limit, repetitions=repetitions)
    with open_services(Settings(), with_worker=True) as services:
        done: Counter[str] = Counter()
        for request in evaluation.requests(services.database, name, like, noise=noise):
            done[request.model] += 1
            finished = evaluation.completed(services.database, request)
            if len(finished) >= done[request.model]:
                errors.print(f"{request.model}: {finished[0].id} is completed")
            else:
                _evaluate(services, request)
        with services.database.read() as session:
            output.print(report_tables(ladder_reports.report(session, name, problem_set, version)))


def _evaluate(services: Services, request: Request) -> None:
    begun = runs.unfinished(services.database, request)
    run_id = (
        begun.id
        if begun
        else runs.start(services.database, services.queue, request, chunk_size=services.chunk_size)
    )
    if begun and begun.status == "paused":
        runs.resume(services.database, services.queue, run_id)
    watch(services, {run_id: f"{request.model} on {request.problem_set}"})
    report(services, run_id, as_json=False)


def report_tables(report: LadderReport) -> Group:
    """The rungs, what can be said of them, and the differences by topic and by perturbation."""
    tables: list[Table | str] = [
        _rungs(report),
        *(escape(sentence) for sentence in ladder_reports.findings(report)),
        "",
    ]
    if report.steps:
        by_topic = {label: step.topics for label, step in report.steps}
        by_kind = {label: step.perturbations for label, step in report.steps}
        tables += [_groups(report, "topic", by_topic), "", _groups(report, "perturbation", by_kind)]
    return Group(*tables)


def _rungs(report: LadderReport) -> Table:
    said = (
        f"change: points against {report.ladder.baseline} on the same samples, each problem one vote. "
        "p: sign-flip test by problem, Holm-adjusted. r→w, w→r: verdicts changed. text: other answer, same "
        "verdict. cut: % that ended at the limit of length."
    )
    headings = ["accuracy", "95 %", "recovery", "change", "95 %", "p", "r→w", "w→r", "text", "cut", "tokens"]
    title = f"{report.ladder.name} on {report.problem_set} {report.version}"
    table = _table(title, said, "rung", headings)
    for each in report.rungs:
        p = each.step.adjusted_p if each.step else None
        table.add_row(each.rung.label, *_accuracy(each), *_step(each.step, p), *_completions(each))
    if report.noise is not None:
        noise = _step(report.noise, report.noise.comparison.p)
        table.add_row(f"{report.ladder.baseline} again", "", "", "", *noise, "", "")
    return table


def _accuracy(each: RungReport) -> tuple[str, str, str]:
    accuracy, recovery = each.accuracy, each.step.comparison.recovery if each.step else None
    return (
        f"{100 * accuracy.mean:.1f}" if accuracy else "–",
        "–"
        if accuracy is None or accuracy.low is None or accuracy.high is None
        else f"{100 * accuracy.low:.1f}–{100 * accuracy.high:.1f}",
        f"{100 * recovery.value:.1f}" if recovery else "–",
    )


def _step(step: Step | None, p: float | None) -> tuple[str, ...]:
    if step is None or p is None:
        return ("–",) * 6
    found = step.comparison
    changes = (found.lost, found.gained, step.reworded)
    return points(found.difference.mean), _interval(found.difference), f"{p:.2g}", *map(str, changes)


def _completions(each: RungReport) -> tuple[str, str]:
    cut = f"{100 * each.truncated / each.answered:.1f}" if each.answered else "–"
    return cut, "–" if each.tokens is None else f"{each.tokens:.0f}"


def _groups(report: LadderReport, what: str, steps: Mapping[str, Mapping[str, Difference]]) -> Table:
    said = f"Points against {report.ladder.baseline}, 95 % interval; not adjusted for their number."
    table = _table(f"By {what}", said, what, list(steps))
    for name in sorted({name for groups in steps.values() for name in groups}):
        found = (groups.get(name) for groups in steps.values())
        table.add_row(name, *(f"{points(each.mean)} ({_interval(each)})" if each else "–" for each in found))
    return table


def _interval(difference: Difference) -> str:
    if difference.low is None or difference.high is None:
        return "–"
    return f"{points(difference.low)} … {points(difference.high)}"


def _table(title: str, caption: str, first: str, headings: list[str]) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        caption=caption,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column(first, style="bold", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
