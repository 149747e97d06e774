"""`plumbline grade`: judge one answer, or a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import tee
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.cli.terminal import errors, progress_bars
from app.grading import Case, Judges, Outcome, Verdict
from app.settings import Settings

EXIT_CODES = {Outcome.CORRECT: 0, Outcome.INCORRECT: 1, Outcome.UNGRADABLE: 3}


def grade(
    gold: Annotated[str | None, typer.Option(help="The right answer, in LaTeX or plain text.")] = None,
    answer: Annotated[str | None, typer.Option(help="The answer, bare or a whole completion.")] = None,
    kind: Annotated[str | None, typer.Option(help="The answer kind; by default told by the gold.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="JSONL of cases.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the verdicts of --file go, as JSONL.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes for --file.")] = 2,
) -> None:
    """Judge an answer. Exit code 0 correct, 1 incorrect, 3 ungradable, 2 bad usage."""
    if file is not None:
        if gold is not None or answer is not None or out is None:
            raise typer.BadParameter("--file goes with --out, and without --gold and --answer")
        _grade_file(file, out, workers)
        return
    if gold is None or answer is None:
        raise typer.BadParameter("give --gold and --answer, or --file and --out")
    case = _case({"gold": gold, "answer": answer, "kind": kind}, "the options")
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


def _case(row: dict[str, Any], where: str) -> Case:
    try:
        return Case(gold=row["gold"], answer=row["answer"], kind=row.get("kind"))
    except KeyError as error:
        raise typer.BadParameter(f"{where}: the field {error} is missing") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{where}: {first['loc'][0]}: {first['msg']}") from None


def _read_rows(path: Path) -> Iterator[tuple[Any, Case]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise typer.BadParameter(f"{where}: not JSON: {error.msg}") from None
            if not isinstance(row, dict) or "id" not in row:
                raise typer.BadParameter(f"{where}: each line is an object with id, gold and answer")
            yield row["id"], _case(row, where)


def _grade_file(path: Path, out: Path, workers: int) -> None:
    total = sum(1 for _ in _read_rows(path))  # a bad line is told before any is graded
    ids, cases = tee(_read_rows(path))
    counts = dict.fromkeys(Outcome, 0)
    with _judges(workers) as judges, progress_bars() as bars, out.open("w", encoding="utf-8") as written:
        task = bars.add_task("grading", total=total, note="")
        for (key, _), verdict in zip(ids, judges.judge_many(case for _, case in cases), strict=True):
            written.write(json.dumps(_line(key, verdict), ensure_ascii=False) + "\n")
            counts[verdict.outcome] += 1
            bars.advance(task)
    errors.print(", ".join(f"{count} {outcome.value}" for outcome, count in counts.items()))


def _line(key: Any, verdict: Verdict) -> dict[str, Any]:
    return {
        "id": key,
        "outcome": verdict.outcome.value,
        "method": verdict.method,
        "seconds": round(verdict.seconds, 6),
        "extracted": verdict.extracted,
        "reason": verdict.reason,
    }
