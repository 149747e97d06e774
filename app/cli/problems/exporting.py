"""`plumbline problems export`: a set in a format that other programs read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.problems.sets import SetName, find_folder
from app.cli.terminal import output
from app.evaluation.plans import Candidate, balanced
from app.main import read_texts
from app.problems.errors import ExportError
from app.problems.exporters import REGISTRY
from app.problems.exporters.base import Exporter, Options, keep, select
from app.problems.formats import native
from app.problems.problem import ProblemSet
from app.settings import Settings

FORMATS = "; ".join(f"{name}: {exporter.summary}" for name, exporter in REGISTRY.items())


def export(
    name: SetName,
    format_name: Annotated[str, typer.Option("--format", help=FORMATS)],
    out: Annotated[Path, typer.Option(help="File to write, or folder for formats of several files.")],
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Which variants, such as perturbation=symbolic,topic=limits; a field twice means either."
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="So many variants: the balanced selection that a run would take."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="openai-batch: the model, as its server names it.")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(min=1, max=100, help="openai-batch: requests a variant.")
    ] = None,
    body: Annotated[
        str | None, typer.Option(help="openai-batch: further fields, such as '{\"max_tokens\": 8192}'.")
    ] = None,
) -> None:
    """Write a set, or part of it, in another format."""
    exporter = _exporter(format_name)
    given = {"model": model, "samples": samples, "body": None if body is None else _object(body)}
    chosen: dict[str, Any] = {option: value for option, value in given.items() if value is not None}
    _check_options(exporter, chosen)
    folder = find_folder(Settings(), name)
    problem_set = native.load_set(read_texts(folder), tasks=False)
    texts = [text for texts in only or () for text in texts.split(",")]
    problem_set = _limited(select(problem_set, texts), limit)
    options = Options(folder=str(out.resolve()), read_image=_reader(folder), **chosen)
    _write(exporter, problem_set, options, out)
    if exporter.makes_folder:
        _copy_images(problem_set, folder, out)
    output.print(f"{len(problem_set.variants)} variants of {problem_set.name} {problem_set.version} in {out}")


def _exporter(name: str) -> Exporter:
    if name not in REGISTRY:
        raise ExportError(f"there is no format {name}; there are: {', '.join(REGISTRY)}.")
    return REGISTRY[name]


def _check_options(exporter: Exporter, given: Iterable[str]) -> None:
    for option in given:
        if option not in exporter.options:
            users = ", ".join(each.name for each in REGISTRY.values() if option in each.options)
            raise ExportError(f"{exporter.name} takes no --{option}; that is for {users}.")


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ExportError(f"--body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ExportError('--body must be a JSON object, such as {"max_tokens": 8192}.')
    return value


def _limited(problem_set: ProblemSet, limit: int | None) -> ProblemSet:
    if limit is None:
        return problem_set
    candidates = [
        Candidate(variant.id, variant.problem, variant.topic, variant.perturbation)
        for variant in problem_set.variants
    ]
    chosen = {candidate.id for candidate in balanced(candidates)[:limit]}
    return keep(problem_set, (variant for variant in problem_set.variants if variant.id in chosen))


def _write(exporter: Exporter, problem_set: ProblemSet, options: Options, out: Path) -> None:
    """Each file under another name first, so that one that cannot be finished leaves nothing half done."""
    for file, parts in exporter.files(problem_set, options):
        target = out / file
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f"{target.name}.part")
        try:
            with unfinished.open("wb") as written:
                written.writelines(parts)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


def _reader(folder: Path) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as error:
            raise ExportError(
                f"{folder / path}: this image of the set cannot be read: {error.strerror}."
            ) from error

    return read


def _copy_images(problem_set: ProblemSet, folder: Path, out: Path) -> None:
    for path in {image.path for variant in problem_set.variants for image in variant.images}:
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, target)
