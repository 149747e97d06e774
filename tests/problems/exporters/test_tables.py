"""Tables hold every variant whole: what was written is read back, by readers that are not ours."""

import csv
import io
import json
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from app.problems.errors import ExportError
from app.problems.exporters import REGISTRY
from app.problems.exporters.base import Options, keep, select
from app.problems.exporters.columns import COLUMNS
from app.problems.identity import variant_hash
from tests.problems.exporters.sets import CHECKED, IMPORTED, SMALL, VARIED, written

NAMES = [column.name for column in COLUMNS]


def exported(name):
    return written(REGISTRY[name], Options())[""]


def test_json_lines_hold_nested_values():
    """Objects stay objects, lists lists, and a missing certificate is null."""
    rows = [json.loads(line) for line in exported("jsonl").splitlines()]
    assert [list(row) for row in rows] == [NAMES] * 3
    first, _, last = rows
    assert (first["statement"], first["answer"]) == (CHECKED.statement, CHECKED.gold)
    assert (first["assumptions"], first["parameters"]) == (["a > 0", "a \\ne 1"], {"a": "2"})
    assert first["task"] == {"operation": "indefinite_integral", "integrand": "2", "variable": "x"}
    assert (first["certificate_digits"], first["sha256"]) == (50, variant_hash(CHECKED))
    assert (last["task"], last["certificate_method"], last["licence"]) == (None, None, "MIT")
    assert last["images"] == [{"path": "images/one.jpg", "sha256": "d" * 64}]


def test_csv_is_read_back_cell_by_cell():
    """Quotes, commas, newlines and other scripts survive; lists and objects are JSON in their cells."""
    rows = list(csv.DictReader(io.StringIO(exported("csv").decode(), newline="")))
    assert list(rows[0]) == NAMES
    assert [row["id"] for row in rows] == [CHECKED.id, VARIED.id, IMPORTED.id]
    assert rows[0]["statement"] == CHECKED.statement
    assert json.loads(rows[0]["assumptions"]) == list(CHECKED.assumptions)
    assert json.loads(rows[2]["origin"]) == IMPORTED.origin
    assert (rows[2]["answer"], rows[2]["certificate_points"], rows[2]["task"]) == ("=3", "", "")


def test_parquet_has_typed_columns():
    """Whole numbers, reals, lists and text each have their type, and the file names its set."""
    table = pyarrow.parquet.read_table(io.BytesIO(exported("parquet")))
    assert table.column_names == NAMES
    assert table.schema.field("level").type == pyarrow.int64()
    assert table.schema.field("strength").type == pyarrow.float64()
    assert table.schema.field("assumptions").type == pyarrow.list_(pyarrow.string())
    assert table.schema.metadata[b"plumbline.version"] == b"1.2"
    rows = table.to_pylist()
    assert rows[0]["statement"] == CHECKED.statement
    assert (rows[2]["certificate_digits"], json.loads(rows[2]["origin"])) == (None, IMPORTED.origin)


def test_parquet_without_its_library_says_what_to_install(monkeypatch):
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"plumbline\[data\]"):
        exported("parquet")


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_the_same_set_gives_the_same_bytes(name):
    """Nothing of the day or the machine is in a file."""
    assert exported(name) == exported(name)


@pytest.mark.parametrize(
    ("only", "chosen"),
    [
        ([], [CHECKED, VARIED, IMPORTED]),
        (["perturbation=symbolic"], [VARIED]),
        (["perturbation=symbolic", "perturbation=original"], [CHECKED, VARIED, IMPORTED]),
        (["topic=indefinite integrals", "perturbation=original"], [CHECKED]),
        (["level=3"], [IMPORTED]),
    ],
)
def test_variants_are_selected_by_their_fields(only, chosen):
    """A field twice means either value, two fields mean both; problems without variants are left out."""
    found = select(SMALL, only)
    assert list(found.variants) == chosen
    assert set(found.problems) == {variant.problem for variant in chosen}


@pytest.mark.parametrize(
    ("only", "words"),
    [
        ("colour=red", "selected by perturbation, topic"),
        ("topic=topology", "there are: geometry, indefinite integrals"),
        ("topic", "no variant has this topic"),
    ],
)
def test_a_selection_of_nothing_says_what_there_is(only, words):
    """A misspelt field or value is an error, not an empty file."""
    with pytest.raises(ExportError, match=words):
        select(SMALL, [only])


def test_keeping_none_leaves_no_problems():
    """An empty selection is an empty set."""
    assert keep(SMALL, []).problems == {}


def test_the_documentation_names_every_column_and_format():
    """What stands in docs/exporting.md is what is exported."""
    page = (Path(__file__).parents[3] / "docs" / "exporting.md").read_text(encoding="utf-8")
    for column in COLUMNS:
        assert f"| `{column.name}` | {column.type} | {column.meaning} |" in page
    for name in REGISTRY:
        assert f"| `{name}` |" in page
