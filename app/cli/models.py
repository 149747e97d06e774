"""`plumbline models`: what can be evaluated."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.backends import BACKENDS, ModelSpec, check_spec
from app.cli import deriving, ladders, serving
from app.cli.options import named_settings
from app.cli.terminal import output
from app.main import open_database
from app.settings import Settings
from app.storage import models

commands = typer.Typer(help="List and add models.", no_args_is_help=True, add_completion=False)
commands.add_typer(ladders.commands, name="ladder")
commands.command()(serving.serve)
commands.command()(deriving.derive)


@commands.command("list")
def list_models() -> None:
    """List the registered models."""
    with open_database(Settings()) as database, database.read() as session:
        for model in models.list_models(session):
            output.print(f"[bold]{model.name}[/]  {model.backend}  {json.dumps(model.settings)}")


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="The name on the leaderboard.")],
    backend: Annotated[str, typer.Option(help=f"How it is reached: {', '.join(BACKENDS)}.")] = "openai",
    base_url: Annotated[str | None, typer.Option(help="Address of an OpenAI-compatible server.")] = None,
    served_name: Annotated[
        str | None, typer.Option(help="The server's name for it; by default NAME.")
    ] = None,
    key_env: Annotated[str | None, typer.Option(help="Environment variable that holds the key.")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="Another setting, as name=JSON, e.g. temperature=0.6.")
    ] = None,
) -> None:
    """Register a model under a name. The key itself is never stored, only the name of its variable."""
    settings = named_settings(setting)
    if backend == "openai":
        settings.setdefault("model", served_name or name)
    if base_url is not None:
        settings["base_url"] = base_url
    if key_env is not None:
        settings["api_key_env"] = key_env
    spec = ModelSpec(name, backend, settings)
    check_spec(spec)
    with open_database(Settings()) as database, database.write() as session:
        models.register(session, spec.name, spec.backend, spec.settings)
    output.print(f"{name} is registered; evaluate it: plumbline run --model {name} --problem-set core")
