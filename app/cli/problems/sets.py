"""Where problem sets lie, and the workers that certify them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.main import read_texts
from app.problems.errors import SetError
from app.problems.formats import native
from app.problems.formats.seeds import SEEDS
from app.problems.problem import ProblemSet
from app.settings import Settings

SetName = Annotated[
    str, typer.Argument(metavar="SET", help="A shipped or imported problem set, or the folder of one.")
]


def folders(settings: Settings) -> dict[str, Path]:
    """The folders of the problem sets that are here, shipped and imported, by name."""
    found = {}
    for place in (settings.imported_dir, settings.benchmarks_dir):
        for path in sorted(place.glob("*")):
            if (path / SEEDS).exists() or (path / native.HEADER).exists():
                found[path.name] = path
    return found


def find_folder(settings: Settings, name: str) -> Path:
    """The folder of the set of that name, or the folder itself; a SetError lists what is there."""
    known = folders(settings)
    if name in known:
        return known[name]
    if (Path(name) / native.HEADER).exists() or (Path(name) / SEEDS).exists():
        return Path(name)
    there = ", ".join(sorted(known)) or "none"
    raise SetError(f"there is no problem set {name}, and no folder of one; there are: {there}")


def load(settings: Settings, name: str) -> ProblemSet:
    """The built or imported set of that name or folder."""
    return native.load_set(read_texts(find_folder(settings, name)))


def save(problem_set: ProblemSet, folder: Path) -> None:
    """Writes the set's files into the folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in native.dump_set(problem_set).items():
        (folder / file).write_text(text, encoding="utf-8")
