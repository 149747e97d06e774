"""`plumbline grade`: judge one answer, or a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import tee
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from app.cli.grading_report import Agreement, Line
from app.cli.terminal import errors, output, progress_bars
from app.grading import Case, Judges, Outcome, Verdict
from app.settings import Settings

Record = TypeVar("Record", bound=Case)

EXIT_CODES = {Outcome.CORRECT: 0, Outcome.INCORRECT: 1, Outcome.UNGRADABLE: 3}


def grade(
    gold: Annotated[str | None, typer.Option(help="The right answer, in LaTeX or plain text.")] = None,
    answer: Annotated[str | None, typer.Option(help="The answer, bare or a whole completion.")] = None,
    kind: Annotated[str | None, typer.Option(help="The answer kind; by default told by the gold.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
    file: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="JSONL of cases; may be given several times."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the verdicts of --file go, as JSONL.")] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Compare the verdicts of --file with the outcomes it expects.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes for --file.")] = 2,
) -> None:
    """Judge an answer: exit code 0 correct, 1 incorrect, 3 ungradable, 2 bad usage; or files of answers."""
    if file:
        if gold is not None or answer is not None or not (out or report):
            raise typer.BadParameter("--file goes with --out or --report, and without --gold and --answer")
        _grade_files(file, out, report, workers)
        return
    if gold is None or answer is None:
        raise typer.BadParameter("give --gold and --answer, or --file with --out or --report")
    case = _validated(Case, {"gold": gold, "answer": answer, "kind": kind}, "the options")
    with _judges(1) as judges:
        verdict = next(iter(judges.judge_many([case])))
    _print(verdict, as_json)
    raise typer.Exit(EXIT_CODES[verdict.outcome])


def _judges(workers: int) -> Judges:
    settings = Settings()
    return Judges(workers, settings.grading_deadline, settings.worker_memory)


def _print(verdict: Verdict, as_json: bool) -> None:
    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
        return
    typer.echo(f"{verdict.outcome.value}  ({verdict.method}, {verdict.seconds:.3f} s)")
    typer.echo(verdict.reason)
    for step in verdict.trace:
        typer.echo(f"  {step.stage:<12} {step.note}")


def _validated(record: type[Record], row: dict[str, Any], where: str) -> Record:
    try:
        return record.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _read(paths: Sequence[Path], labelled: bool) -> Iterator[tuple[str, Line]]:
    """The lines of all files, each with its family."""
    for path in paths:
        with path.open(encoding="utf-8") as texts:
            for number, text in enumerate(texts, 1):
                if text.strip():
                    line = _line(text, f"{path}, line {number}", labelled)
                    yield line.family or path.stem, line


def _line(text: str, where: str, labelled: bool) -> Line:
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"{where}: not JSON: {error.msg}") from None
    if not isinstance(row, dict):
        raise typer.BadParameter(f"{where}: each line is an object with id, gold and answer")
    line = _validated(Line, row, where)
    if labelled and line.outcome is None:
        raise typer.BadParameter(f"{where}: --report needs the outcome: {', '.join(Outcome)}")
    return line


def _grade_files(paths: Sequence[Path], out: Path | None, report: bool, workers: int) -> None:
    total = sum(1 for _ in _read(paths, report))  # a bad line is told before any is graded
    rows, cases = tee(_read(paths, report))
    counts = dict.fromkeys(Outcome, 0)
    agreement = Agreement()
    with (
        _judges(workers) as judges,
        progress_bars() as bars,
        out.open("w", encoding="utf-8") if out else nullcontext() as written,
    ):
        task = bars.add_task("grading", total=total, note="")
        verdicts = judges.judge_many(line.case for _, line in cases)
        for (family, line), verdict in zip(rows, verdicts, strict=True):
            if written:
                written.write(json.dumps(_told(line, verdict), ensure_ascii=False) + "\n")
            if report:
                agreement.add(family, line, verdict)
            counts[verdict.outcome] += 1
            bars.advance(task)
    errors.print(", ".join(f"{count} {outcome.value}" for outcome, count in counts.items()))
    if report:
        agreement.print(output)


def _told(line: Line, verdict: Verdict) -> dict[str, Any]:
    return {
        "id": line.id,
        "outcome": verdict.outcome.value,
        "method": verdict.method,
        "seconds": round(verdict.seconds, 6),
        "extracted": verdict.extracted,
        "reason": verdict.reason,
    }
