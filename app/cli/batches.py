"""`plumbline batch`: runs that are asked by batch files, for `vllm run-batch` or a server's batch API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.markup import escape

from app.backends.wire import OpenAISettings
from app.backends.wire.batch_lines import LONGEST_LINE, MOST_BYTES, MOST_LINES, parted
from app.cli.prompts import template
from app.cli.runs import report
from app.cli.terminal import errors, output, progress_bars
from app.errors import PlumblineError
from app.evaluation import batches
from app.evaluation.batches import Report
from app.evaluation.runs import Request, find_model
from app.main import open_database, open_services
from app.settings import Settings

commands = typer.Typer(
    help="Ask by batch files, and read their answers.", no_args_is_help=True, add_completion=False
)

SHOWN = 20
"""Faults of a batch that are printed; all are counted."""

LONGEST_READ = 16 * LONGEST_LINE
"""Bytes after which a line is cut: no reply is so long."""

Model = Annotated[str, typer.Option("--model", help="The registered model whose server has the batch API.")]


class FileExists(PlumblineError):
    """A file would be written over."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already, and may have been sent. Name another file, or delete it.")


@commands.command()
def write(
    out: Annotated[Path, typer.Option(help="The file to write; more are named FILE-2, FILE-3, …")],
    model: Annotated[str | None, typer.Option(help="Name of a registered model.")] = None,
    problem_set: Annotated[str | None, typer.Option(help="Name of a problem set.")] = None,
    version: Annotated[str | None, typer.Option(help="A version; by default the newest.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Evaluate a balanced selection of N variants.")
    ] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Times each variant is asked.")] = 1,
    seed: Annotated[int, typer.Option(help="Decides the order of the samples.")] = 0,
    prompt: Annotated[
        str | None, typer.Option(help="A prompt template: its name, or the path of a file.")
    ] = None,
    run: Annotated[
        str | None, typer.Option(help="Write what this run still lacks, instead of starting one.")
    ] = None,
    max_lines: Annotated[int, typer.Option(min=1, help="Lines in one file.")] = MOST_LINES,
) -> None:
    """Start a run and write its requests as a batch file; the run rests until its answers are read."""
    if (run is None) == (model is None or problem_set is None):
        raise typer.BadParameter("give either --model and --problem-set, or --run RUN")
    if out.exists():
        raise FileExists(out)
    with open_services(Settings()) as services:
        if run is None:
            request = Request(
                problem_set or "",
                model or "",
                version=version,
                limit=limit,
                repetitions=repetitions,
                seed=seed,
                prompt=None if prompt is None else template(prompt),
            )
            run = batches.start(services.database, services.queue, request)
        count = 0
        for part, lines in groupby(
            parted(batches.write(services.database, run), max_lines, MOST_BYTES), key=lambda pair: pair[0]
        ):
            path = out if part == 0 else out.with_name(f"{out.stem}-{part + 1}{out.suffix}")
            with _new(path) as file:
                for _, line in lines:
                    file.write(line)
                    count += 1
            output.print(escape(str(path)), soft_wrap=True)
    output.print(
        f"{run} waits for {count:,} answers; read them: plumbline batch read {run} FILE", soft_wrap=True
    )


@commands.command()
def read(
    run: Annotated[str, typer.Argument(help="The run whose requests were written.")],
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="JSONL of the answers.")],
    keep_failed: Annotated[
        bool, typer.Option("--keep-failed", help="Let requests that failed be failed samples of the run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
) -> None:
    """Read the answers of batch files in any order, and grade them."""
    with open_services(Settings()) as services, progress_bars() as bars:
        grading = bars.add_task("graded", total=None, note="")
        found = batches.read(
            services.database,
            services.judges,
            run,
            ((str(path), _lines(path)) for path in files),
            keep_failed=keep_failed,
            graded=lambda count: bars.advance(grading, count),
        )
        bars.stop()
        _tell(found)
        report(services, run, as_json)


@commands.command()
def send(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file of `batch write`.")],
    model: Model,
) -> None:
    """Send a batch file to a server that has OpenAI's batch API."""
    from app.backends.wire.batch_api import BatchAPI  # with the client, which takes long to import

    api = BatchAPI(_settings(model))
    try:
        batch = api.send(file)
    finally:
        api.close()
    output.print(
        f"{batch.id} is {batch.status}; fetch its answers: plumbline batch fetch {batch.id} --model {model} "
        "--out FILE",
        markup=False,
        soft_wrap=True,
    )


@commands.command()
def fetch(
    batch_id: Annotated[str, typer.Argument(help="The id that `batch send` printed.")],
    model: Model,
    out: Annotated[Path, typer.Option(help="The file to write.")],
) -> None:
    """Fetch the answers of a batch that was sent, failures included; code 1 while it is not done."""
    from app.backends.wire.batch_api import BatchAPI  # with the client, which takes long to import

    api = BatchAPI(_settings(model))
    try:
        batch = api.find(batch_id)
        for fault in batch.faults:
            errors.print(fault, markup=False)
        said = f"{batch.id} is {batch.status}: {batch.completed:,} of {batch.total:,} answered"
        output.print(f"{said}, {batch.failed:,} failed", markup=False)
        if not batch.ended or not batch.files:
            raise typer.Exit(1)
        with _new(out) as file:
            file.writelines(api.lines(batch))
    finally:
        api.close()
    output.print(f"{out}; read it: plumbline batch read RUN {out}", markup=False, soft_wrap=True)


def _settings(name: str) -> OpenAISettings:
    with open_database(Settings()) as database, database.read() as session:
        return batches.wire_settings(find_model(session, name))


@contextmanager
def _new(path: Path) -> Iterator[BinaryIO]:
    """A file that was not there; one that could not be written to its end is deleted."""
    try:
        file = path.open("xb")
    except FileExistsError:
        raise FileExists(path) from None
    try:
        with file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _lines(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.readline(LONGEST_READ), b"")


def _tell(found: Report) -> None:
    """Say what became of the lines, and name those without an answer."""
    for fault in found.faults[:SHOWN]:
        of = f" ({fault.custom_id})" if fault.custom_id else ""
        errors.print(
            f"[yellow]{escape(fault.file)}, line {fault.line}{escape(of)}:[/] {escape(fault.reason)}"
        )
    wrong = found.failed + found.unknown + found.unreadable
    if wrong > SHOWN:
        errors.print(f"… and {wrong - SHOWN:,} more")
    errors.print(
        f"{found.answered:,} answers stored, {found.again:,} there already; lines without one: "
        f"{found.failed:,} failed, {found.unknown:,} of no sample of the run, {found.unreadable:,} unreadable"
    )
