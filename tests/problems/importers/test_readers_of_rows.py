"""Rows come out of JSON lines, arrays, CSV and Parquet alike, as they are read; what is wrong is named."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from app.problems.importers import REGISTRY, About, import_set
from app.problems.importers.errors import ImportFailed, RowRefused
from app.problems.importers.pictures import AlbumInMemory
from app.problems.importers.readers import Unread, read_rows
from app.problems.importers.rows import LONGEST_CELL, Row

ROWS = [
    {"question": "What is $1+1$?", "answer": "2"},
    {"question": "Ünd $\\frac{1}{2}$, \u2028?", "answer": "3\n4"},
]


def rows(content: bytes, file: str) -> list[Row | Unread]:
    return list(read_rows(io.BytesIO(content), file))


def parquet(table: list[dict[str, Any]]) -> bytes:
    target = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(table), target)
    return target.getvalue()


CSV = 'question,answer\r\nWhat is $1+1$?,2\r\n"Ünd $\\frac{1}{2}$, \u2028?","3\n4"\r\n'.encode()
FORMATS = {
    "a.jsonl": "\n".join(json.dumps(row) for row in ROWS).encode(),
    "lines.json": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode(),
    "array.json": json.dumps(ROWS, indent=2).encode(),
    "values.json": "\n".join(json.dumps(row, indent=2) for row in ROWS).encode(),
    "a.csv": CSV,
    "a.tsv": CSV.replace(b"$?,2", b"$?\t2")
    .replace(b'?","3', b'?"\t"3')
    .replace(b"question,answer", b"question\tanswer"),
    "a.parquet": parquet(ROWS),
}


@pytest.mark.parametrize("file", FORMATS)
def test_every_format_gives_the_same_rows(file: str) -> None:
    found = rows(FORMATS[file], file)
    assert [dict(row.columns) for row in found if isinstance(row, Row)] == ROWS
    assert len({row.sha256 for row in found if isinstance(row, Row)}) == 2
    assert found[0].sha256 == Row("", 0, ROWS[0]).sha256  # type: ignore[union-attr]


@pytest.mark.parametrize("file", [file for file in FORMATS if not file.endswith("parquet")])
def test_a_byte_order_mark_is_no_text(file: str) -> None:
    found = rows(b"\xef\xbb\xbf" + FORMATS[file], file)
    assert [dict(row.columns) for row in found if isinstance(row, Row)] == ROWS


@pytest.mark.parametrize(
    ("file", "lines"),
    [("a.jsonl", [1, 2]), ("array.json", [2, 6]), ("values.json", [1, 5]), ("a.csv", [2, 3])],
)
def test_rows_know_the_line_on_which_they_begin(file: str, lines: list[int]) -> None:
    assert [row.line for row in rows(FORMATS[file], file)] == lines


@pytest.mark.parametrize("file", ["a.jsonl", "array.json", "a.csv"])
def test_bytes_that_are_not_utf8_cost_their_row_and_are_named(file: str) -> None:
    content = FORMATS[file].replace(b"$1+1$", b"$1+1$ na\xefve")
    first, second = rows(content, file)
    with pytest.raises(RowRefused, match=r"column 'question': a byte is not UTF-8; 0xEF at character 17"):
        first.text("question")  # type: ignore[union-attr]
    assert second.text("answer") == "3\n4"  # type: ignore[union-attr]


def test_half_of_a_surrogate_pair_is_named() -> None:
    (row,) = rows(b'{"question": "a\\ud800b"}', "a.jsonl")
    with pytest.raises(RowRefused, match="half of a surrogate pair stands alone; at character 2"):
        row.text("question")  # type: ignore[union-attr]


def test_a_bad_line_of_json_costs_only_itself() -> None:
    content = b'{"question": 1}\n\n{"question": \n[1]\n{"question": 2}\n' + b'{"a":' * 100_000 + b"\n"
    found = rows(content, "a.jsonl")
    told = [(row.place, row.what) if isinstance(row, Unread) else row.line for row in found]
    assert told == [
        1,
        ("a.jsonl, line 3", "not JSON"),
        ("a.jsonl, line 4", "not an object with columns"),
        5,
        ("a.jsonl, line 6", "not JSON"),
    ]


def test_bad_lines_of_csv_are_named_and_reading_goes_on() -> None:
    content = b'question,answer\na,1\nb,2,3\n"c"x,4\n\nd,5\n'
    found = rows(content, "a.csv")
    told = [(row.line, row.what, row.detail) if isinstance(row, Unread) else row.line for row in found]
    assert told == [
        2,
        (3, "more or fewer cells than the header", "3 cells, not 2; quote cells that hold ','"),
        (4, "not CSV", "',' expected after '\"'"),
        6,
    ]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("a.csv", b"", "a.csv, line 1: there is no header"),
        ("a.csv", b"a,b,a\n", "a.csv, line 1: the column 'a' is there twice"),
        ("a.parquet", b"no", "a.parquet: not a Parquet file"),
        ("a.xlsx", b"", r"a\.xlsx: its format is told by its ending"),
        ("README", b"", r"README: its format is told by its ending"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_says_so(file: str, content: bytes, message: str) -> None:
    with pytest.raises(ImportFailed, match=message):
        rows(content, file)


def test_columns_are_found_in_any_capitals_and_spacing() -> None:
    row = Row("f", 1, {"Answer in Sympy": "x", "ID": 7, "empty": " "})
    assert row.text("answer_in_sympy") == "x"
    assert row.text("nothing", "id") == "7"
    assert row.optional("empty", "nothing") == ""
    with pytest.raises(RowRefused, match="column 'empty': it is empty"):
        row.text("empty")
    with pytest.raises(
        RowRefused, match="column 'question': there is no such column; the row has Answer in Sympy, ID"
    ):
        row.text("question")


def test_a_cell_that_is_no_text_or_too_long_is_refused() -> None:
    row = Row("f", 1, {"a": ["x"], "b": "x" * (LONGEST_CELL + 1), "c": "12a"})
    with pytest.raises(RowRefused, match="it is not a text; found list"):
        row.text("a")
    with pytest.raises(RowRefused, match="it has more than 100,000 characters"):
        row.text("b")
    with pytest.raises(RowRefused, match="column 'c': it is not a number; found 12a"):
        row.number("c")


class Endless(io.RawIOBase):
    """JSON lines without an end, which counts how much of it was read."""

    def __init__(self) -> None:
        self.read_bytes = 0
        self.number = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.number += 1
        line = (
            json.dumps({"question": f"What is $1+{self.number}$?", "answer": f"#### {self.number + 1}"})
            + "\n"
        )
        buffer[: len(line)] = line.encode()
        self.read_bytes += len(line)
        return len(line)


def test_rows_are_read_as_they_are_taken() -> None:
    stream = Endless()
    found = list(islice(read_rows(io.BufferedReader(stream), "a.jsonl"), 100))
    assert len(found) == 100
    assert stream.read_bytes < 100_000


def test_a_set_takes_no_more_rows_than_its_limit() -> None:
    made = 0

    def many() -> Iterator[Row]:
        nonlocal made
        for made in range(1, 100_001):
            yield Row("f", made, {"question": f"What is $1+{made}$?", "answer": f"#### {made + 1}"})

    problem_set, report = import_set(REGISTRY["gsm8k"], many(), About("mine"), AlbumInMemory(), limit=50)
    assert (len(problem_set.variants), report.read) == (50, 50)
    assert made == 50
