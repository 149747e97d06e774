"""Apache Parquet with typed columns, by pyarrow, which is imported when it is asked for."""

from __future__ import annotations

import io

from app.problems.errors import ExportError
from app.problems.exporters.base import Files, Options
from app.problems.exporters.columns import COLUMNS, flat_row
from app.problems.problem import ProblemSet

ROW_GROUP = 5_000
"""Variants in one group of rows."""


class Parquet:
    """Typed columns; `json` columns are text, since their keys differ from row to row."""

    name = "parquet"
    summary = "Apache Parquet with typed columns (needs the extra 'data')"
    makes_folder = False
    options: frozenset[str] = frozenset()

    def files(self, problem_set: ProblemSet, options: Options) -> Files:
        yield "", [_written(problem_set)]


def _written(problem_set: ProblemSet) -> bytes:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ExportError(
            "writing Parquet needs pyarrow; install it with: pip install 'plumbline[data]'."
        ) from error
    types = {
        "text": pyarrow.string(),
        "whole": pyarrow.int64(),
        "real": pyarrow.float64(),
        "texts": pyarrow.list_(pyarrow.string()),
        "json": pyarrow.string(),
    }
    about = {"name": problem_set.name, "version": problem_set.version, "sha256": problem_set.sha256}
    fields = [pyarrow.field(column.name, types[column.type]) for column in COLUMNS]
    schema = pyarrow.schema(fields, metadata={f"plumbline.{name}": value for name, value in about.items()})
    buffer = io.BytesIO()
    with pyarrow.parquet.ParquetWriter(buffer, schema) as writer:
        for start in range(0, len(problem_set.variants), ROW_GROUP):
            group = problem_set.variants[start : start + ROW_GROUP]
            rows = [flat_row(variant, problem_set) for variant in group]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))
    return buffer.getvalue()
