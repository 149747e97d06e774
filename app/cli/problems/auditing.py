"""`plumbline problems audit`: the stored answers of a set, judged from its statements alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.problems.sets import SetName, load
from app.cli.terminal import output, progress_bars
from app.isolation import Failure, Isolated
from app.problems.audit import Judgement, audit
from app.problems.problem import Variant
from app.settings import Settings

DEADLINE = 30.0
"""Seconds that a worker may take over one row."""
PRELOADED = ["app.problems.audit"]


def audit_set(
    name: SetName,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write a line of JSON for each row to this file.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    shown: Annotated[int, typer.Option(min=0, help="How many wrong and ill-posed rows to print.")] = 50,
) -> None:
    """Read each statement, and say if its stored answer is right, wrong (with a witness), or ill-posed."""
    settings = Settings()
    problem_set = load(settings, name)
    variants = problem_set.variants[:limit]
    judgements = list(_judgements(settings, problem_set.name, variants))
    if out is not None:
        out.write_text("".join(map(_line, variants, judgements)), encoding="utf-8")
    _print(variants, judgements, shown)


def _judgements(settings: Settings, name: str, variants: tuple[Variant, ...]) -> Iterator[Judgement]:
    """One judgement a row, made in worker processes: what hangs there is not checkable."""
    workers = Isolated(settings.workers, settings.worker_memory, preload=PRELOADED)
    with workers as isolated, progress_bars() as bars:
        task = bars.add_task(f"auditing {name}", total=len(variants), note="")
        for result in isolated.map(audit, variants, DEADLINE):
            if isinstance(result, Failure):
                yield Judgement(outcome="not checkable", reason=result.message, kind=result.kind)
            else:
                yield result.value
            bars.advance(task)


def _line(variant: Variant, judgement: Judgement) -> str:
    said = {"id": variant.id, **judgement.model_dump(), "statement": variant.statement, "gold": variant.gold}
    return json.dumps(said, ensure_ascii=False) + "\n"


def _print(variants: tuple[Variant, ...], judgements: list[Judgement], shown: int) -> None:
    """The counts, why the rest was not checkable, and the rows that are wrong or ill-posed."""
    outcomes = Counter(judgement.outcome for judgement in judgements)
    checked = len(judgements) - outcomes["not checkable"]
    output.print(
        f"[bold]{len(judgements):,}[/] rows: {checked:,} checked, of these {outcomes['right']:,} right, "
        f"{outcomes['wrong']:,} wrong, {outcomes['ill-posed']:,} ill-posed; "
        f"{outcomes['not checkable']:,} not checkable"
    )
    kinds = Counter((judgement.outcome, judgement.kind) for judgement in judgements if judgement.kind)
    table = Table("outcome", "because of", "rows")
    for (outcome, kind), count in sorted(kinds.items(), key=lambda item: (item[0][0], -item[1])):
        table.add_row(outcome, kind, f"{count:,}")
    output.print(table)
    found = [
        pair for pair in zip(variants, judgements, strict=True) if pair[1].outcome in ("wrong", "ill-posed")
    ]
    for variant, judgement in found[:shown]:
        output.print(
            f"[red]{judgement.outcome}[/] {escape(variant.id)}: {escape(judgement.reason)}", soft_wrap=True
        )
    if len(found) > shown:
        output.print(f"… and {len(found) - shown:,} more; --out FILE writes them all")
