"""`plumbline problems draw`: fresh instances of the abstractions, as many as one likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from app.cli.problems.sets import SetName, find_folder
from app.main import read_texts
from app.problems.certificates import certify
from app.problems.errors import SetError
from app.problems.formats.native import dump_variants
from app.problems.formats.seeds import read_header
from app.problems.functional import REGISTRY
from app.problems.functional import build as functional
from app.problems.perturbations import parametric
from app.problems.problem import Variant
from app.settings import Settings


def draw(
    name: SetName,
    count: Annotated[int, typer.Option(min=1, help="How many instances.")],
    seed: Annotated[int, typer.Option(help="Where the random draws start; the same seed, the same draws.")],
    abstraction: Annotated[
        str | None, typer.Option(help="Draw from the abstraction of this id alone; else from all in turn.")
    ] = None,
) -> None:
    """Write certified fresh instances, a variant a line, to the standard output."""
    if read_header(read_texts(find_folder(Settings(), name))).scheme != "functional":
        raise SetError(f"{name} is not made by programs, so nothing can be drawn from it; try functional.")
    if abstraction is not None and abstraction not in REGISTRY:
        raise SetError(f"there is no abstraction {abstraction}; there are: {', '.join(REGISTRY)}")
    drawn = (
        functional.draw(count, seed)
        if abstraction is None
        else parametric.instances(REGISTRY[abstraction], seed, count)
    )
    for line in dump_variants(_certified(drawn)):
        typer.echo(line, nl=False)


def _certified(drawn: Iterable[Variant]) -> Iterator[Variant]:
    """The variants, each once its certificate is made; Refused ends them, which no sound abstraction does."""
    for variant in drawn:
        certify(variant)
        yield variant
