"""What the terminal shows: output, progress bars, and errors on their own stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

output = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def figures_table(
    title: str, caption: str, first: str, headings: Sequence[str], *, ranked: bool = False
) -> Table:
    """An empty table of figures: a name in its `first` column, after a rank where there is one."""
    table = Table(
        title=title,
        title_justify="left",
        caption=caption,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    if ranked:
        table.add_column("#", justify="right")
    table.add_column(first, style="bold", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


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
