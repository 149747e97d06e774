"""Any table can be imported when a mapping file says what its columns are."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from app.problems.importers import ImportFailed
from app.problems.importers.generic import OWN_NAMES, Generic, read_mapping
from tests.problems.importers.rows_of import imported

MAPPING = """
[columns]
id = "uid"
problem = "template"
statement = "Question"
answer = "Worked"
perturbation = "change"
strength = "digits"
level = "how hard"
licence = "rights"

[constants]
topic = "Fractions"
licence = "CC0"

[levels]
"very" = 3
"not" = 1

[perturbations]
"none" = "original"
"bigger numbers" = "numeric"

[answer]
found = "boxed"
"""
CSV = """uid,template,Question,Worked,change,digits,how hard,rights
a1,t1,Add 1/2 and 1/2.,It is \\boxed{1}.,none,,not,
a2,t1,Add 11/2 and 1/2.,It is \\boxed{6}.,bigger numbers,2,not,CC BY 4.0
a3,t2,Halve 3.,No box.,none,,very,
a1,t3,Halve 5.,\\boxed{5/2},none,,very,
a5,t4,Halve 7.,\\boxed{7/2},none,,hm,
"""


def test_a_mapping_says_what_the_columns_are() -> None:
    importer = Generic(read_mapping(MAPPING, "map.toml"))
    problem_set, report = imported(importer, CSV.encode(), file="rows.csv")
    original, bigger = problem_set.variants
    assert (original.id, original.gold, original.level, original.topic) == (
        "t1/original",
        "1",
        1,
        "fractions",
    )
    assert (bigger.id, bigger.perturbation, bigger.strength) == ("t1/a2", "numeric", 2.0)
    assert (original.origin["licence"], bigger.origin["licence"]) == ("CC0", "CC BY 4.0")
    assert [refusal.reason.split(";")[0] for refusal in problem_set.refusals] == [
        "rows.csv, line 4, column 'Worked': no \\boxed{…} that is closed",
        "rows.csv, line 5, another row has the same id",
        "rows.csv, line 6, column 'how hard': it is no level from 1 to 3",
    ]
    assert report.read == 5


def test_a_table_with_our_own_names_needs_no_mapping() -> None:
    target = io.BytesIO()
    rows = [
        {
            "statement": "What is $1+1$?",
            "answer": "$2$",
            "topic": "sums",
            "level": 1.0,
            "answer_kind": "number",
        },
        {"statement": "What is $x+x$?", "answer": "2x", "topic": "sums", "level": 2.0, "answer_kind": None},
        {"statement": "What is it?", "answer": "2x", "topic": "sums", "level": 2.0, "answer_kind": "poem"},
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), target)
    problem_set, _ = imported("generic", target.getvalue(), file="rows.parquet")
    assert [(variant.gold, variant.answer_kind, variant.level) for variant in problem_set.variants] == [
        ("2", "number", 1), ("2x", "expression", 2),
    ]  # fmt: skip
    assert problem_set.variants[1].origin["row"] == "2"
    assert problem_set.refusals[0].reason.startswith(
        "rows.parquet, row 3, column 'answer_kind': it is no answer kind"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns", r"map\.toml: not TOML: Expected"),
        ('[columns]\nstatement = "q"', r"map\.toml, field 'columns': .*which column is the answer"),
        ('[columns]\nstatement = "q"\nanswer = "a"\ncolour = "c"', r"field 'columns\.colour'"),
        ('[columns]\nstatement = "q"\nanswer = "a"\n[levels]\nhard = 7', r"field 'levels\.hard'"),
        ('[columns]\nstatement = "q"\nanswer = "a"\n[answer]\nfound = "luck"', r"field 'answer\.found'"),
        ("columns = 3", r"field 'columns'"),
        ("", r"field 'columns'"),
    ],
)
def test_a_mapping_that_cannot_be_used_names_its_field(text: str, message: str) -> None:
    with pytest.raises(ImportFailed, match=message):
        read_mapping(text, "map.toml")


def test_the_example_in_the_documentation_is_a_mapping() -> None:
    page = (Path(__file__).parents[3] / "docs" / "importing.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.S)
    mapping = read_mapping(example, "example.toml")
    assert mapping.answer.found == "boxed"
    assert mapping.columns.keys() == OWN_NAMES.keys()
