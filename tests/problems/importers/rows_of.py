"""Helpers: files in memory, and what an importer makes of rows written here."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.problems.importers import REGISTRY, About, Importer, Report, import_set
from app.problems.importers.pictures import AlbumInMemory
from app.problems.importers.readers import read_rows
from app.problems.problem import ProblemSet

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def imported(
    importer: str | Importer,
    content: bytes | Iterable[Mapping[str, Any]],
    file: str = "rows.jsonl",
    album: AlbumInMemory | None = None,
) -> tuple[ProblemSet, Report]:
    """The set that the importer of that name makes of a file's bytes, or of rows as JSON lines."""
    chosen = REGISTRY[importer] if isinstance(importer, str) else importer
    data = content if isinstance(content, bytes) else jsonl(content)
    rows = read_rows(io.BytesIO(data), file)
    return import_set(chosen, rows, About("mine"), album or AlbumInMemory())
