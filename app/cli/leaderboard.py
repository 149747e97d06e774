"""`plumbline leaderboard`: who is best, by how much, and is it luck."""

from __future__ import annotations

from typing import Annotated

import typer

from app.api.schemas import LeaderboardOut
from app.cli.terminal import output, standing_table
from app.main import open_database
from app.settings import Settings
from app.storage import leaderboards


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
