"""`plumbline prompts`: the templates by which statements are put to models."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.terminal import output
from app.main import open_database
from app.problems.prompts import TEMPLATES, PromptTemplate, find_template, read_template
from app.settings import Settings
from app.storage import prompts

commands = typer.Typer(help="List and show prompt templates.", no_args_is_help=True, add_completion=False)

SHOWN = 12
"""Digits of a hash that a list shows; so many find a template again."""

HASH = re.compile(r"[0-9a-f]{8,64}")


@commands.command("list")
def list_templates() -> None:
    """List the built-in templates, and those of your own that runs have used."""
    with open_database(Settings()) as database, database.read() as session:
        used = prompts.list_templates(session)
    for template in dict.fromkeys([*TEMPLATES.values(), *used]):
        output.print(
            f"{template.name}  version {template.version}  {template.sha256[:SHOWN]}",
            markup=False,
            soft_wrap=True,
        )


@commands.command()
def show(
    template: Annotated[str, typer.Argument(help="A name, or the (beginning of the) hash of a used one.")],
) -> None:
    """Print the text of one template, to read or to start one's own from; into a file, byte for byte."""
    typer.echo(_find(template).text, nl=sys.stdout.isatty())


def template(wanted: str) -> PromptTemplate:
    """The template that an option names: built in, or the text of a file."""
    path = Path(wanted)
    if wanted in TEMPLATES or not path.is_file():
        return find_template(wanted)
    return read_template(path.read_text(encoding="utf-8"), path.stem)


def _find(wanted: str) -> PromptTemplate:
    if not HASH.fullmatch(wanted):
        return find_template(wanted)
    with open_database(Settings()) as database, database.read() as session:
        return prompts.find(session, wanted)
