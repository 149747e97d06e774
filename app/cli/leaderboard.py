"""`plumbline leaderboard`: who is best, by how much, and is it luck."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from app.api.schemas import LeaderboardOut
from app.cli.terminal import output
from app.main import open_database
from app.settings import Settings
from app.storage import leaderboards
from app.storage.records import Standing, StandingRow


def leaderboard(
    problem_set: Annotated[str, typer.Argument(help="Name of the problem set.")],
    version: Annotated[str | None, typer.Option(help="A version; by default the newest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the leaderboard of a problem set."""
    with open_database(Settings()) as database, database.read() as session:
        standing = leaderboards.standing(session, problem_set, version)
    if as_json:
        typer.echo(LeaderboardOut.model_validate(standing, from_attributes=True).model_dump_json(indent=2))
    elif standing.rows:
        output.print(standing_table(standing))
    else:
        output.print(
            f"No model has finished {problem_set} yet. Start one: plumbline run --problem-set {problem_set}"
        )


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
    sentences = [about, "score: % correct, each problem one vote"]
    if names := ", ".join(name for name in standing.perturbations if name != "original"):
        sentences.append(
            f"Δ {names}: change against the originals of the same problems, in percentage points"
        )
    return ". ".join([*sentences, "s: seconds an answer took."])


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
