"""`plumbline problems`: build, verify and list problem sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.terminal import errors, output, progress_bars
from app.isolation import Failure, Isolated
from app.main import read_texts
from app.problems import build as building
from app.problems.build import CertifyMany
from app.problems.certificates import certify
from app.problems.errors import Refused, SetError
from app.problems.formats import native
from app.problems.problem import Certificate, ProblemSet, Variant
from app.settings import Settings

commands = typer.Typer(
    help="Build, verify and list problem sets.", no_args_is_help=True, add_completion=False
)

SetName = Annotated[str, typer.Argument(metavar="SET", help="Name of a folder of the benchmarks.")]
SEEDS = "seeds.toml"
CERTIFY_DEADLINE = 60.0
REFUSALS_SHOWN = 20


@commands.command()
def build(name: SetName) -> None:
    """Make a set's variants from its seeds.toml, certify each, and write problems.jsonl."""
    settings = Settings()
    folder = _folder(settings, name)
    texts = read_texts(folder)
    with _certifier(settings) as certify_all, progress_bars() as bars:
        task = bars.add_task(f"certifying {name}", total=None, note="")
        built = building.build(
            name,
            texts[SEEDS],
            seed=None,
            certify=certify_all,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
            card=texts.get(native.CARD, ""),
        )
    for file, text in native.dump_set(built).items():
        (folder / file).write_text(text, encoding="utf-8")
    _print_counts(built)


@commands.command()
def verify(name: SetName) -> None:
    """Check every certificate of a set again; exit code 1 if one fails."""
    settings = Settings()
    problem_set = native.load_set(read_texts(_folder(settings, name)))
    with _certifier(settings) as certify_all, progress_bars() as bars:
        task = bars.add_task(f"verifying {name}", total=len(problem_set.variants), note="")
        failures = building.verify(
            problem_set,
            certify=certify_all,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    for failure in failures:
        errors.print(f"[red]{failure.variant}:[/] {failure.reason}")
    output.print(
        f"{len(problem_set.variants) - len(failures)} of {len(problem_set.variants)} certificates hold"
    )
    if failures:
        raise typer.Exit(1)


@commands.command("list")
def list_sets() -> None:
    """List the problem sets of the benchmarks folder."""
    benchmarks = Settings().benchmarks_dir
    for path in sorted(benchmarks.glob(f"*/{SEEDS}")):
        texts = read_texts(path.parent)
        if native.VARIANTS not in texts:
            output.print(
                f"[bold]{path.parent.name}[/]  not built: plumbline problems build {path.parent.name}"
            )
            continue
        found = native.load_set(texts)
        output.print(
            f"[bold]{found.name}[/] {found.version}  {found.title}: {len(found.problems)} problems, "
            f"{len(found.variants)} variants, {found.licence}, {found.sha256[:8]}"
        )


@contextmanager
def _certifier(settings: Settings) -> Iterator[CertifyMany]:
    """Certifies in worker processes: a check that hangs is a refusal, and costs nothing else."""
    with Isolated(
        settings.workers, settings.worker_memory, preload=["app.problems.certificates"]
    ) as isolated:

        def certify_all(variants: Sequence[Variant]) -> Iterator[Certificate | str]:
            for result in isolated.map(_certify, variants, CERTIFY_DEADLINE):
                if isinstance(result, Failure):
                    yield f"the check did not end well ({result.kind}): {result.message}"
                else:
                    yield result.value

        yield certify_all


def _certify(variant: Variant) -> Certificate | str:
    try:
        return certify(variant)
    except Refused as refused:
        return refused.reason


def _folder(settings: Settings, name: str) -> Path:
    known = sorted(path.parent.name for path in settings.benchmarks_dir.glob(f"*/{SEEDS}"))
    if name not in known:
        there = ", ".join(known) or "none"
        raise SetError(
            f"there is no problem set {name} in {settings.benchmarks_dir.resolve()}; there: {there}"
        )
    return settings.benchmarks_dir / name


def _print_counts(built: ProblemSet) -> None:
    counts = Counter((variant.topic, variant.perturbation) for variant in built.variants)
    kinds = sorted({kind for _, kind in counts}, key=lambda kind: (kind != "original", kind))
    table = Table(title=f"{built.name} {built.version} · {built.sha256[:8]}", title_justify="left")
    for heading in ("topic", *kinds, "all"):
        table.add_column(heading, justify="left" if heading == "topic" else "right")
    for topic in sorted({topic for topic, _ in counts}):
        row = [counts[topic, kind] for kind in kinds]
        table.add_row(topic, *map(str, row), str(sum(row)))
    output.print(table)
    output.print(f"{len(built.variants)} variants certified, {len(built.refusals)} refused (refused.jsonl)")
    for refusal in built.refusals[:REFUSALS_SHOWN]:
        output.print(f"  {refusal.variant}: {refusal.reason}")
