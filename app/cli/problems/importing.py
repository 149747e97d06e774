"""`plumbline problems import`: a user's own copy of third-party data as a problem set."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.cli.problems import hub
from app.cli.problems.sets import save
from app.cli.problems.sources import HUB, Folders, Source, local
from app.cli.terminal import output, progress_bars
from app.main import open_database
from app.problems.errors import SetError
from app.problems.formats import native
from app.problems.formats.seeds import IDENTIFIER
from app.problems.importers import REGISTRY, About, Importer, Report, import_set
from app.problems.importers.generic import Generic, read_mapping
from app.problems.importers.readers import Unread
from app.problems.importers.rows import Row
from app.problems.problem import ProblemSet
from app.settings import Settings
from app.storage import problem_sets

SHOWN = 5


def _list_formats(wanted: bool) -> None:
    if wanted:
        for name, importer in sorted(REGISTRY.items()):
            output.print(
                f"[bold]{name}[/]  {escape(importer.describe)}  ({importer.licence})", soft_wrap=True
            )
        raise typer.Exit


def import_data(
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help="See --formats.")],
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A file, a folder, or hf:owner/name@revision.")
    ],
    name: Annotated[str, typer.Option(help="What the problem set is to be called.")],
    version: Annotated[str, typer.Option(help="Its version.")] = "1",
    files: Annotated[str | None, typer.Option(help="Which data files of a folder: a pattern.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TOML that names columns, for `generic`.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder that image names start from.")
    ] = None,
    licence: Annotated[str, typer.Option(help="The data's licence, if it is not the format's own.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the set; by default in the data folder.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a set that is there.")] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Put it into the database, answers hidden, for runs to use.")
    ] = False,
    formats: Annotated[
        bool, typer.Option("--formats", is_eager=True, callback=_list_formats, help="List the formats.")
    ] = False,
) -> None:
    """Read your own copy of a data set into a problem set, and say which rows were refused and why."""
    settings = Settings()
    importer = _importer(format_name, mapping)
    if re.fullmatch(IDENTIFIER, name) is None:
        raise SetError(f"--name {name!r}: use lower-case letters, digits and hyphens, such as gsm8k-test.")
    folder = out or settings.imported_dir / name
    _require_free(folder, force)
    found = hub.download(source, files) if source.startswith(HUB) else local(Path(source), files)
    about = About(name, version, licence, found.provenance())
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        album = Folders(images or found.folder, partial)
        made, report = import_set(importer, _with_progress(found, name), about, album, limit)
        save(made, partial)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _print(made, report, folder)
    if publish:
        _publish(settings, made)


def _importer(format_name: str, mapping: Path | None) -> Importer:
    if format_name not in REGISTRY:
        raise SetError(f"there is no format {format_name}; there are: {', '.join(sorted(REGISTRY))}.")
    importer = REGISTRY[format_name]
    if mapping is None:
        return importer
    if not isinstance(importer, Generic):
        raise SetError(f"--mapping goes with the format {Generic.name}: {format_name} knows its columns.")
    return Generic(read_mapping(mapping.read_text(encoding="utf-8"), mapping.name))


def _require_free(folder: Path, force: bool) -> None:
    if not folder.exists():
        return
    if not (folder / native.HEADER).exists():
        raise SetError(f"{folder} is there and is no problem set; choose another folder with --out.")
    if not force:
        raise SetError(f"{folder} is there already; give another --name, or --force to replace it.")


def _with_progress(source: Source, name: str) -> Iterator[Row | Unread]:
    with progress_bars() as bars:
        task = bars.add_task(f"importing {name}", total=source.size, note="bytes")
        for done, row in source.rows():
            yield row
            bars.update(task, completed=done)


def _print(made: ProblemSet, report: Report, folder: Path) -> None:
    output.print(
        f"[bold]{made.name}[/] {made.version} · {made.sha256[:8]} · {folder}\n"
        f"{report.read:,} rows read: {len(made.problems):,} problems, {len(made.variants):,} variants kept, "
        f"{report.refused:,} rows refused"
    )
    for reason, count in report.reasons.most_common():
        output.print(f"  {count:,} × {escape(reason)}")
        for example in report.examples[reason]:
            output.print(f"      {escape(example)}", soft_wrap=True)
    if report.unread_golds:
        first = ", ".join(report.unread_golds[:SHOWN])
        told = f"{len(report.unread_golds):,} answers are kept as written, not read: {first} …"
        output.print(f"  {escape(told)}", soft_wrap=True)


def _publish(settings: Settings, made: ProblemSet) -> None:
    with open_database(settings) as database, database.write() as session:
        stored = problem_sets.publish(session, made, answers_public=False)
    output.print(f"published as {stored.name} version {stored.version}, answers hidden")
