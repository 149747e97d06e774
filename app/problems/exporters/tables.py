"""A variant a line: JSON lines with nested values, and comma-separated values with flat ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from app.problems.exporters.base import Files, Options
from app.problems.exporters.columns import COLUMNS, flat_row, row
from app.problems.identity import canonical
from app.problems.problem import ProblemSet


class JSONLines:
    """One object a line; `parameters`, `task` and their like are objects."""

    name = "jsonl"
    summary = "JSON lines, one variant each"
    makes_folder = False
    options: frozenset[str] = frozenset()

    def files(self, problem_set: ProblemSet, options: Options) -> Files:
        yield (
            "",
            (
                json.dumps(row(variant, problem_set), ensure_ascii=False).encode() + b"\n"
                for variant in problem_set.variants
            ),
        )


class CommaSeparated:
    """RFC 4180 in UTF-8 with a header; lists and objects are JSON text, and what is not there is empty.

    Cells are the values as they are: a spreadsheet may take one that begins with `=` or `-` for a formula.
    """

    name = "csv"
    summary = "comma-separated values with a header; lists and objects as JSON"
    makes_folder = False
    options: frozenset[str] = frozenset()

    def files(self, problem_set: ProblemSet, options: Options) -> Files:
        yield "", self._lines(problem_set)

    def _lines(self, problem_set: ProblemSet) -> Iterator[bytes]:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(column.name for column in COLUMNS)
        for variant in problem_set.variants:
            values = flat_row(variant, problem_set)
            writer.writerow(canonical(cell) if isinstance(cell, list) else cell for cell in values.values())
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
