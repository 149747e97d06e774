"""`plumbline models ladder`: one model at several precisions, declared in a file, run, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.markup import escape
from rich.table import Table

from app.api.ladder_schemas import LadderReportOut
from app.cli.progress import watch
from app.cli.prompts import template
from app.cli.runs import begin, report
from app.cli.terminal import errors, figures_table, output
from app.evaluation import ladder_reports
from app.evaluation import ladders as evaluation
from app.evaluation.ladder_reports import LadderReport, RungReport, Step, points
from app.evaluation.runs import Request
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
    prompt: Annotated[
        str | None, typer.Option(help="A prompt template: its name, or the path of a file.")
    ] = None,
    noise: Annotated[
        bool, typer.Option("--noise", help="Ask the baseline a second time: what changes by itself?")
    ] = False,
) -> None:
    """Evaluate the rungs one after the other; those that have finished are not asked again."""
    like = Request(
        problem_set,
        model="",
        version=version,
        limit=limit,
        repetitions=repetitions,
        prompt=None if prompt is None else template(prompt),
    )
    with open_services(Settings(), with_worker=True) as services:
        done: Counter[str] = Counter()
        for request in evaluation.requests(services.database, name, like, noise=noise):
            done[request.model] += 1
            finished = evaluation.completed(services.database, request)
            if len(finished) >= done[request.model]:
                errors.print(f"{request.model}: {finished[0].id} is completed")
            else:
                run_id = begin(services, request)
                watch(services, {run_id: f"{request.model} on {problem_set}"})
                report(services, run_id, as_json=False)
        with services.database.read() as session:
            output.print(report_tables(ladder_reports.report(session, name, problem_set, version)))


def report_tables(report: LadderReport) -> Group:
    """The rungs, what can be said of them, what changed, and the differences by topic and perturbation."""
    said = (escape(sentence) for sentence in ladder_reports.findings(report))
    tables: list[Table | str] = [_rungs(report), *said, ""]
    if report.steps:
        by_topic = {label: step.topics for label, step in report.steps}
        by_kind = {label: step.perturbations for label, step in report.steps}
        tables += [_changes(report), "", _groups(report, "topic", by_topic), ""]
        tables.append(_groups(report, "perturbation", by_kind))
    return Group(*tables)


def _rungs(report: LadderReport) -> Table:
    said = (
        f"change: points against {report.ladder.baseline} on the same samples, each problem one vote. "
        "p: sign-flip test by problem, Holm-adjusted."
    )
    title = f"{report.ladder.name} on {report.problem_set} {report.version}"
    table = figures_table(title, said, "rung", ["accuracy", "95 %", "recovery", "change", "95 %", "p"])
    for each in report.rungs:
        table.add_row(each.rung.label, *_accuracy(each), *_difference(each.step))
    if report.noise is not None:
        table.add_row(f"{report.ladder.baseline} again", "", "", "", *_difference(report.noise))
    return table


def _accuracy(each: RungReport) -> tuple[str, str, str]:
    accuracy, recovery = each.accuracy, each.step.comparison.recovery if each.step else None
    if accuracy is None:
        return "–", "–", "–"
    between = "–"
    if accuracy.low is not None and accuracy.high is not None:
        between = f"{100 * accuracy.low:.1f}–{100 * accuracy.high:.1f}"
    return f"{100 * accuracy.mean:.1f}", between, f"{100 * recovery.value:.1f}" if recovery else "–"


def _difference(step: Step | None) -> tuple[str, str, str]:
    if step is None:
        return "–", "–", "–"
    found = step.comparison.difference
    return points(found.mean), _interval(found), f"{step.adjusted_p:.2g}"


def _changes(report: LadderReport) -> Table:
    said = (
        "r→w, w→r: verdicts that changed. text: another answer, same verdict. cut off: % that ended at the "
        "limit of length. tokens: of one answer, and a second of waiting for it."
    )
    headings = ["compared", "r→w", "w→r", "text", "cut off", "tokens", "tokens/s"]
    table = figures_table("What changed", said, "rung", headings)
    for each in report.rungs:
        if each.run_id is not None:
            table.add_row(each.rung.label, *_counts(each.step), *_completions(each))
    if report.noise is not None:
        table.add_row(f"{report.ladder.baseline} again", *_counts(report.noise), "", "", "")
    return table


def _counts(step: Step | None) -> tuple[str, ...]:
    if step is None:
        return ("–",) * 4
    found = step.comparison
    return tuple(map(str, (found.difference.pairs, found.lost, found.gained, step.reworded)))


def _completions(each: RungReport) -> tuple[str, str, str]:
    cut = f"{100 * each.truncated / each.answered:.1f}" if each.answered else "–"
    tokens, speed = ("–" if value is None else f"{value:.0f}" for value in (each.tokens, each.speed))
    return cut, tokens, speed


def _groups(report: LadderReport, what: str, steps: Mapping[str, Mapping[str, Difference]]) -> Table:
    said = f"Points against {report.ladder.baseline}, 95 % interval; not adjusted for their number."
    table = figures_table(f"By {what}", said, what, list(steps))
    for name in sorted({name for groups in steps.values() for name in groups}):
        found = (groups.get(name) for groups in steps.values())
        table.add_row(name, *(f"{points(each.mean)}\n{_interval(each)}" if each else "–" for each in found))
    return table


def _interval(difference: Difference) -> str:
    if difference.low is None or difference.high is None:
        return "–"
    return f"{points(difference.low)} … {points(difference.high)}"
