"""Where imported rows come from: a file or folder of the user's, or a data set on the Hugging Face hub."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from app.problems.errors import SetError
from app.problems.importers.readers import SUFFIXES, Unread, read_rows
from app.problems.importers.rows import Row

HUB = "hf:"
_LISTED = 12


@dataclass(frozen=True)
class Source:
    """The files that are imported, by their names in `folder`, and what is known of where they are from."""

    folder: Path
    names: tuple[str, ...]
    said: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum((self.folder / name).stat().st_size for name in self.names)

    def provenance(self) -> dict[str, str]:
        """The file and its SHA-256; of several files, that of the list that `sha256sum` makes of them."""
        if len(self.names) == 1:
            return {**self.said, "file": self.names[0], "sha256": self._sha256(self.names[0])}
        sums = "".join(f"{self._sha256(name)}  {name}\n" for name in self.names)
        files = f"{len(self.names)} files, from {self.names[0]} to {self.names[-1]}"
        return {**self.said, "file": files, "sha256": hashlib.sha256(sums.encode()).hexdigest()}

    def rows(self) -> Iterator[tuple[int, Row | Unread]]:
        """The rows of all files in order, each with the bytes read so far."""
        before = 0
        for name in self.names:
            with (self.folder / name).open("rb") as stream:
                for row in read_rows(stream, name):
                    yield before + (stream.tell() if not stream.closed else 0), row
            before += (self.folder / name).stat().st_size

    def _sha256(self, name: str) -> str:
        with (self.folder / name).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def local(path: Path, pattern: str | None) -> Source:
    """The file, or those files of the folder that the pattern names."""
    if path.is_file():
        return Source(path.parent, (path.name,))
    if not path.is_dir():
        raise SetError(f"there is no file or folder {path}; a data set on the hub is written hf:owner/name.")
    there = sorted(each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file())
    return Source(path, choose(there, pattern, str(path)))


def choose(names: Sequence[str], pattern: str | None, place: str) -> tuple[str, ...]:
    """Those names of data files that the pattern fits; without a pattern, the only one that there is."""
    data = [name for name in names if PurePosixPath(name).suffix.lower() in SUFFIXES]
    chosen = tuple(name for name in data if pattern is None or fnmatchcase(name, pattern))
    if not chosen:
        raise SetError(
            f"{place} has no data file" + (f" that fits {pattern!r}" if data else "") + _listed(data)
        )
    if pattern is None and len(chosen) > 1:
        raise SetError(f"{place} has {len(chosen)} data files; choose with --files 'PATTERN'" + _listed(data))
    return chosen


def _listed(names: Sequence[str]) -> str:
    more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"; there are: {', '.join(names[:_LISTED])}{more}." if names else "."


@dataclass(frozen=True)
class Folders:
    """Images on disk: read beside the source, kept in the set's folder."""

    beside: Path
    out: Path

    def read(self, name: str) -> bytes | None:
        """The image of that name in the source's folder; never one outside it."""
        parts = PurePosixPath(name).parts
        path = self.beside.joinpath(*parts)
        inside = not PurePosixPath(name).is_absolute() and ".." not in parts
        return path.read_bytes() if inside and path.is_file() else None

    def write(self, path: str, content: bytes) -> None:
        """Keeps the image under the path that the set gives it."""
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
