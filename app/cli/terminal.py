"""What the terminal shows: tables, progress bars, and errors on their own stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.storage.records import Counts, Standing, StandingRow

output = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

POLL_SECONDS = 0.3


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Progress bars on the error stream, so that the output can be piped."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=errors) as bars:
        yield bars


def follow(runs: Mapping[str, str], counts: Callable[[str], Counts], finished: Callable[[str], bool]) -> None:
    """Show a bar for each run (id → label) until all are finished."""
    with progress_bars() as bars:
        tasks = {run: bars.add_task(label, total=None, note="") for run, label in runs.items()}
        waiting = list(runs)
        while waiting:
            for run in list(waiting):
                done = finished(run)  # asked first, so that the last counts shown are the final ones
                now = counts(run)
                bars.update(
                    tasks[run],
                    total=now.total,
                    completed=now.total - now.pending,
                    note=f"{now.correct} correct, {now.ungradable} ungradable",
                )
                if done:
                    waiting.remove(run)
            if waiting:
                time.sleep(POLL_SECONDS)


def percent(share: float | None) -> str:
    """A share between 0 and 1 as a percentage with one decimal."""
    return "–" if share is None else f"{100 * share:.1f}"


def change(drop: float) -> str:
    """The change in percentage points that a drop is: one of 3 is −3.0."""
    return f"{-drop:+.1f}" if round(drop, 1) else "0.0"


def standing_table(standing: Standing) -> Table:
    """The leaderboard as a table: macro accuracy with its interval, and drops by perturbation."""
    table = Table(
        title=f"{standing.title} · {standing.problem_set} {standing.version}",
        title_justify="left",
        caption=_caption(standing),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column("#", justify="right")
    table.add_column("model", style="bold", no_wrap=True)
    kinds = [name for name in standing.perturbations if name != "original"]
    headings = ["score", "95 %", "orig.", *(f"Δ{name[:3]}" for name in kinds), "graded", "ungr.", "s"]
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in standing.rows:
        table.add_row(*_cells(row, kinds))
    return table


def _caption(standing: Standing) -> str:
    """What the columns mean, for a reader who has only the terminal."""
    about = f"{standing.problems} problems, {standing.variants} variants"
    if standing.selection < standing.variants:
        about = f"A balanced selection of {standing.selection} of the {standing.variants} variants"
    names = ", ".join(name for name in standing.perturbations if name != "original")
    return (
        f"{about}. score: % correct, each problem one vote. Δ {names}: change against the originals of the "
        "same problems, in percentage points. s: seconds an answer took."
    )


def _cells(row: StandingRow, kinds: list[str]) -> list[str]:
    interval = "–" if row.low is None else f"{percent(row.low)}–{percent(row.high)}"
    drops = [change(row.drops[name].points) if name in row.drops else "–" for name in kinds]
    return [
        str(row.rank) if row.ranked else "–",
        row.model,
        percent(row.score),
        interval,
        percent(row.original.mean if row.original else None),
        *drops,
        f"{row.graded}/{row.total}",
        str(row.ungradable),
        f"{row.seconds / row.graded:.2f}" if row.graded else "–",
    ]
