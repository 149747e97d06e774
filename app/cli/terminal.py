"""What the terminal shows: output, progress bars, and errors on their own stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

output = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


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
