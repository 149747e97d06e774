"""How verdicts agree with the outcomes that a file of cases expects."""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeAlias

from pydantic import ConfigDict
from rich import box
from rich.console import Console
from rich.table import Table

from app.grading import Case, Outcome, Verdict

SHOWN_CHARACTERS = 100
"""A longer text is shown by its beginning and its end, where a completion states its answer."""


Pairs: TypeAlias = Counter[tuple[Outcome | None, Outcome]]
"""How often each expected outcome was judged as each."""


class Line(Case):
    """A line of a file: a case, its name, and what the file says should come of it; the rest is ignored."""

    model_config = ConfigDict(extra="ignore")

    id: Any
    outcome: Outcome | None = None
    family: str | None = None

    @property
    def case(self) -> Case:
        """What the grader may see."""
        return Case(**{name: getattr(self, name) for name in Case.model_fields})


class Agreement:
    """Counts verdicts by family and expected outcome, and keeps the lines that came out otherwise."""

    def __init__(self) -> None:
        self._families: dict[str, Pairs] = {}
        self._disagreements: list[tuple[Line, Verdict]] = []

    def add(self, family: str, line: Line, verdict: Verdict) -> None:
        """Count one verdict."""
        self._families.setdefault(family, Counter())[line.outcome, verdict.outcome] += 1
        if line.outcome != verdict.outcome:
            self._disagreements.append((line, verdict))

    def print(self, console: Console) -> None:
        """Show the counts of each family and of all, then each disagreement."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        table.add_column("family")
        for heading in ("cases", "agree %", "false accept.", "false refus.", "ungradable"):
            table.add_column(heading, justify="right", no_wrap=True)
        for family, counts in self._families.items():
            table.add_row(_one_line(family), *_cells(counts))
        table.add_section()
        total = sum(self._families.values(), Pairs())
        table.add_row("total", *_cells(total), style="bold")
        console.print(table)
        for line, verdict in self._disagreements:
            console.print(
                f"{_one_line(str(line.id))}  "
                f"expected {line.outcome}, got {verdict.outcome} ({verdict.method})",
                f"  gold    {_one_line(line.gold)}",
                f"  answer  {_one_line(line.answer)}",
                sep="\n",
                markup=False,
                soft_wrap=True,
            )


def _cells(counts: Pairs) -> list[str]:
    judged: Counter[Outcome] = Counter()
    for (_, got), count in counts.items():
        judged[got] += count
    agreed = sum(counts[outcome, outcome] for outcome in Outcome)
    return [
        str(counts.total()),
        f"{100 * agreed / counts.total():.1f}" if counts else "–",
        str(judged[Outcome.CORRECT] - counts[Outcome.CORRECT, Outcome.CORRECT]),
        str(counts[Outcome.CORRECT, Outcome.INCORRECT]),
        str(judged[Outcome.UNGRADABLE]),
    ]


def _one_line(text: str) -> str:
    """The text on one short line, without the characters that steer a terminal."""
    flat = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    half = SHOWN_CHARACTERS // 2
    return flat if len(flat) <= SHOWN_CHARACTERS else f"{flat[:half]} … {flat[-half:]}"
