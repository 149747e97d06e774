"""What `plumbline run --estimate` prints."""

from __future__ import annotations

from collections.abc import Callable

import typer
from rich.table import Table

from app.backends.prices import picodollars
from app.cli.terminal import output
from app.evaluation.budgets import in_dollars
from app.evaluation.estimates import Estimate
from app.evaluation.figures import Figure

UNITS = (("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def show(estimate: Estimate, as_json: bool) -> None:
    """Print what a run is going to take, as a table or as JSON."""
    if as_json:
        from app.api.routes.estimates import RunEstimateOut  # with the web framework, needed for this alone

        typer.echo(RunEstimateOut.model_validate(estimate).model_dump_json(indent=2))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "expected", "at most", "this rests on"):
        table.add_column(heading, justify="right" if heading in ("expected", "at most") else "left")
    figures: tuple[tuple[str, Figure, Callable[[float], str]], ...] = (
        ("tokens of prompts", estimate.prompt_tokens, _tokens),
        ("tokens of answers", estimate.completion_tokens, _tokens),
        ("cost", estimate.cost, _cost),
        ("time", estimate.seconds, duration),
        ("smallest difference", estimate.detectable, _points),
    )
    for name, figure, written in figures:
        expected, most = ("–" if each is None else written(each) for each in (figure.expected, figure.most))
        table.add_row(name, expected, most, figure.ground)
    output.print(
        f"{estimate.model} on {estimate.problem_set} {estimate.version}: {estimate.samples:,} samples of "
        f"{estimate.problems:,} problems"
    )
    output.print(table)


def duration(seconds: float) -> str:
    """A time in its two largest units: 3 h 20 min, 45 s."""
    left = max(1, round(seconds))
    if left >= 3_600:
        left = round(left / 60) * 60
    parts = []
    for unit, length in UNITS:
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}")
    return " ".join(parts[:2])


def _tokens(count: float) -> str:
    return f"{count:,.0f}"


def _cost(dollars: float) -> str:
    return in_dollars(picodollars(dollars))


def _points(share: float) -> str:
    return f"{100 * share:.1f} points"
