"""`plumbline problems build` and `verify`: variants and their certificates, made in worker processes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from app.cli.problems.sets import SetName, find_folder, load, save
from app.cli.terminal import errors, output, progress_bars
from app.isolation import Failure, Isolated
from app.main import read_texts
from app.problems import build as building
from app.problems.build import Progress, Run
from app.problems.formats import native
from app.problems.formats.seeds import SEEDS, read_header
from app.problems.functional import build as functional
from app.problems.problem import ProblemSet
from app.problems.schemes import SCHEMES
from app.settings import Settings

DEADLINE = 120.0
"""Seconds that a worker may take over one problem's variants, or over one batch of certificates."""
REASONS_SHOWN = 12


def build(
    name: SetName,
    scheme: Annotated[
        str | None,
        typer.Option(help=f"Which variants to make: {', '.join(SCHEMES)}; the set's own if not given."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Where the random draws start; the set's own if not given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; the set's own if not given.")] = None,
) -> None:
    """Make a set's variants from its seeds, certify each, and write the set's files."""
    settings = Settings()
    folder = find_folder(settings, name)
    texts = read_texts(folder)
    with workers(settings) as run, shown_progress() as progress:
        built = _built(settings, folder, texts, scheme, seed, run, progress)
    save(built, out or folder)
    _print_counts(built)


def verify(name: SetName) -> None:
    """Make every certificate of a set again; exit code 1 if one fails."""
    settings = Settings()
    problem_set = load(settings, name)
    with workers(settings) as run, shown_progress() as progress:
        failures = building.verify(problem_set, run=run, progress=progress)
    for failure in failures:
        errors.print(f"[red]{failure.variant}:[/] {failure.reason}")
    count = len(problem_set.variants)
    output.print(f"{count - len(failures)} of {count} certificates hold")
    if failures:
        raise typer.Exit(1)


@contextmanager
def workers(settings: Settings) -> Iterator[Run]:
    """Runs in worker processes: what hangs there costs its own result, and nothing else."""
    preload = ["app.problems.build"]
    with Isolated(settings.workers, settings.worker_memory, preload=preload) as isolated:

        def run(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
            for result in isolated.map(function, items, DEADLINE):
                if isinstance(result, Failure):
                    yield f"{result.kind}: {result.message}"
                else:
                    yield result.value

        yield run


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A bar for each thing that is done, on the error stream."""
    with progress_bars() as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total, note="")
            bars.update(tasks[what], completed=done, total=total)

        yield show


def _built(
    settings: Settings,
    folder: Path,
    texts: dict[str, str],
    scheme: str | None,
    seed: int | None,
    run: Run,
    progress: Progress,
) -> ProblemSet:
    """The set, from programs or from seeds: its own, or those of the set that its header names."""
    header = read_header(texts)
    card = texts.get(native.CARD, "")
    if header.scheme == "functional":
        return functional.build(texts, run=run, progress=progress, card=card)
    if header.seeds is not None:
        texts = {**read_texts(find_folder(settings, header.seeds)), SEEDS: texts[SEEDS]}
    return building.build(header.name, texts, scheme=scheme, seed=seed, run=run, progress=progress, card=card)


def _print_counts(built: ProblemSet) -> None:
    """What was made, by topic and kind, and why the rest was refused."""
    counts = Counter((variant.topic, variant.perturbation) for variant in built.variants)
    kinds = list(dict.fromkeys(variant.perturbation for variant in built.variants))
    title = f"{built.name} {built.version} · {built.sha256[:8]}"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    table.add_column("topic", overflow="ellipsis", no_wrap=True)
    for kind in (*kinds, "all"):
        table.add_column(kind[:4], justify="right", min_width=4)
    for topic in sorted({topic for topic, _ in counts}):
        row = [counts[topic, kind] for kind in kinds]
        table.add_row(topic, *map(str, row), str(sum(row)))
    totals = [sum(counts[topic, kind] for topic, kind in counts if kind == each) for each in kinds]
    table.add_row("all", *map(str, totals), str(sum(totals)), style="bold")
    output.print(table)
    output.print(f"{len(built.variants)} variants certified, {len(built.refusals)} refused (refused.jsonl)")
    reasons = Counter(without_names(refusal.reason) for refusal in built.refusals)
    for reason, count in reasons.most_common(REASONS_SHOWN):
        output.print(f"  {count:5}  {reason}")


def without_names(reason: str) -> str:
    """A reason without the variants and values that it names, so that equal ones can be counted."""
    return re.sub(r"\s+", " ", re.sub(r"\S+/\S+|\$[^$]*\$|-?\d[\d./]*", "…", reason.partition(" at ")[0]))
