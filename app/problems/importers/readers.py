"""Rows out of an opened file, whatever its format: JSON lines, a JSON array, CSV, or Parquet.

Everything is read as it comes, so that a file larger than the memory can be imported. Bytes that are not
UTF-8 become surrogates here; `Row` names them when their column is read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from app.problems.importers import json_stream
from app.problems.importers.errors import ImportFailed
from app.problems.importers.rows import Row

LINES, JSON, TABLES, PARQUET = (".jsonl", ".ndjson"), (".json",), {".csv": ",", ".tsv": "\t"}, (".parquet",)
SUFFIXES = (*LINES, *JSON, *TABLES, *PARQUET)
"""The endings of the files that can be read."""
LONGEST_LINE = json_stream.LONGEST
_CHUNK = 64 * 1024
_BATCH = 256


@dataclass(frozen=True)
class Unread:
    """A line that holds no row: `what` is wrong with it, in words that such lines share, and the detail."""

    file: str
    line: int
    what: str
    detail: str
    excerpt: str = ""

    @property
    def place(self) -> str:
        """Where it stands, as errors name it."""
        return f"{self.file}, line {self.line}"


def read_rows(stream: IO[bytes], file: str) -> Iterator[Row | Unread]:
    """The rows of an opened file; `file` is its name, whose ending tells the format.

    Raises ImportFailed where the rest of the file cannot be read.
    """
    suffix = "." + file.rsplit(".", 1)[-1].lower() if "." in file else ""
    if suffix in PARQUET:
        return _parquet(stream, file)
    if suffix in TABLES:
        return _table(_text(stream, newline=""), file, TABLES[suffix])
    if suffix in LINES:
        return _lines(_text(stream), file)
    if suffix in JSON:
        return _json(_text(stream), file)
    raise ImportFailed(f"{file}: its format is told by its ending, one of {', '.join(SUFFIXES)}; rename it.")


def _text(stream: IO[bytes], newline: str = "\n") -> io.TextIOWrapper:
    """Only a line feed ends a line: LaTeX and prose may hold other separators."""
    return io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline=newline)


def _json(text: io.TextIOWrapper, file: str) -> Iterator[Row | Unread]:
    """An array of rows, or rows one after another; JSON lines in spite of the name are read as such."""
    head = text.readline(_CHUNK)
    while head.isspace():
        head = text.readline(_CHUNK)
    text.seek(0)
    if _is_whole_object(head):
        yield from _lines(text, file)
        return
    for line, value in json_stream.values(iter(lambda: text.read(_CHUNK), ""), file):
        yield _row(value, file, line)


def _is_whole_object(line: str) -> bool:
    try:
        return isinstance(json_stream.row_decoder().decode(line.strip()), dict)
    except (ValueError, RecursionError):
        return line.lstrip().startswith("{") and len(line) >= _CHUNK


def _lines(text: io.TextIOWrapper, file: str) -> Iterator[Row | Unread]:
    decoder = json_stream.row_decoder()
    line = 0
    while text_line := text.readline(LONGEST_LINE):
        line += 1
        if len(text_line) >= LONGEST_LINE:
            raise ImportFailed(f"{file}, line {line}: a line of more than {LONGEST_LINE:,} characters.")
        if text_line.isspace():
            continue
        try:
            value = decoder.decode(text_line.strip())
        except RecursionError:
            yield Unread(file, line, "not JSON", "nested too deeply", text_line)
        except json.JSONDecodeError as error:
            yield Unread(file, line, "not JSON", f"{error.msg} at character {error.pos + 1}", text_line)
        else:
            yield _row(value, file, line)


def _row(value: Any, file: str, line: int) -> Row | Unread:
    if not isinstance(value, dict):
        return Unread(file, line, "not an object with columns", f"a {type(value).__name__}", str(value))
    return Row(file, line, value)


def _table(text: io.TextIOWrapper, file: str, delimiter: str) -> Iterator[Row | Unread]:
    csv.field_size_limit(LONGEST_LINE)  # a cell too long for a row must not end the file
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    header = next(reader, None)
    if not header:
        raise ImportFailed(f"{file}, line 1: there is no header; the first line names the columns.")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise ImportFailed(f"{file}, line 1: the column {repeated[0]!r} is there twice; name columns apart.")
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unread(file, line, "not CSV", str(error))
            continue
        if len(cells) == len(header):
            yield Row(file, line, dict(zip(header, cells, strict=True)))
        elif cells:
            counts = f"{len(cells)} cells, not {len(header)}; quote cells that hold {delimiter!r}"
            yield Unread(file, line, "more or fewer cells than the header", counts, delimiter.join(cells))


def _parquet(stream: IO[bytes], file: str) -> Iterator[Row | Unread]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ImportFailed(
            f"{file}: reading Parquet needs pyarrow; install it with: pip install 'plumbline[data]'."
        ) from None
    try:
        number = 0
        for batch in pyarrow.parquet.ParquetFile(stream).iter_batches(_BATCH):
            for columns in batch.to_pylist():
                number += 1
                yield Row(file, number, columns, unit="row")
    except pyarrow.ArrowException as error:
        raise ImportFailed(f"{file}: not a Parquet file that can be read: {error}.") from error
