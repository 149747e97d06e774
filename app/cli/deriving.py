"""`plumbline models derive`: a registered model, asked by a strategy, as a model of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from app.backends import ModelSpec, check_spec
from app.backends.strategies.opening import STRATEGIES
from app.cli.options import named_settings
from app.cli.terminal import output
from app.main import open_database
from app.settings import Settings
from app.storage import models


def derive(
    name: Annotated[str, typer.Argument(help="The name on the leaderboard.")],
    base: Annotated[str, typer.Option("--from", help="The registered model that is asked.")],
    strategy: Annotated[str, typer.Option(help=f"How it is asked: {', '.join(STRATEGIES)}.")],
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the strategy, as name=JSON, e.g. k=8.")
    ] = None,
) -> None:
    """Register a model that asks another one by a strategy.

    The other's settings are copied: what becomes of it later changes nothing here.
    """
    if strategy not in STRATEGIES:
        raise typer.BadParameter(
            f"There is no strategy {strategy!r}. Strategies are: {', '.join(STRATEGIES)}."
        )
    with open_database(Settings()) as database, database.write() as session:
        asked = models.find(session, base)
        copied = {"backend": asked.backend, "settings": dict(asked.settings)}
        spec = ModelSpec(name, strategy, {"base": copied, **named_settings(setting)})
        check_spec(spec)
        models.register(session, spec.name, spec.backend, spec.settings)
    output.print(f"{name} is registered; evaluate it: plumbline run --model {name} --problem-set core")
