"""`plumbline leaderboard`: who is best, by how much, and is it luck."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group
from rich.table import Table

from app.api.schemas import LeaderboardOut
from app.cli.terminal import figures_table, output
from app.main import open_database
from app.problems.problem import ORIGINAL
from app.settings import Settings
from app.storage import leaderboards
from app.storage.records import Standing, StandingRow

MANY_KINDS = 6
"""Perturbations from which their names are abbreviated, so that the table fits a terminal."""


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
        output.print(standing_tables(standing))
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


def standing_tables(standing: Standing) -> Group:
    """The leaderboard: macro accuracy with its interval, and below it what each perturbation changes."""
    kinds = [name for name in standing.perturbations if name != ORIGINAL]
    return Group(_scores(standing), *([_changes(standing, kinds)] if kinds else []))


def _scores(standing: Standing) -> Table:
    title = f"{standing.title} · {standing.problem_set} {standing.version}"
    about = f"{standing.problems} problems, {standing.variants} variants"
    if standing.selection < standing.variants:
        about = f"A balanced selection of {standing.selection} of the {standing.variants} variants"
    said = f"{about}. score: % correct, each problem one vote. s: seconds an answer took."
    table = figures_table(
        title, said, "model", ["score", "95 %", "original", "graded", "ungradable", "s"], ranked=True
    )
    for row in standing.rows:
        table.add_row(*_cells(row))
    return table


def _changes(standing: Standing, kinds: list[str]) -> Table:
    """Change against the originals of the same problems, one column a perturbation."""
    said = "Change against the originals of the same problems, in percentage points."
    headings = [name if len(kinds) < MANY_KINDS else f"{name[:5]}." for name in kinds]
    table = figures_table("By perturbation", said, "model", headings)
    for row in standing.rows:
        drops = [change(row.drops[name].points) if name in row.drops else "–" for name in kinds]
        table.add_row(row.model, *drops)
    return table


def _cells(row: StandingRow) -> list[str]:
    interval = "–" if row.low is None else f"{percent(row.low)}–{percent(row.high)}"
    return [
        str(row.rank) if row.ranked else "–",
        row.model,
        percent(row.score),
        interval,
        percent(row.original.mean if row.original else None),
        f"{row.graded}/{row.total}",
        str(row.ungradable),
        f"{row.seconds / row.graded:.2f}" if row.graded else "–",
    ]
