"""An imported set is a native set: it says where each row is from, refuses with reasons, and reads back."""

from __future__ import annotations

import hashlib

import pytest

from app.problems.formats.native import dump_set, load_set
from app.problems.importers import REGISTRY, About, ImportFailed, import_set
from app.problems.importers.pictures import AlbumInMemory
from app.problems.importers.rows import LONGEST_CELL, Row
from tests.problems.importers.rows_of import imported, jsonl

GOOD = {"question": "What is $1+1$?", "answer": "#### 2"}
OTHER = {"question": "What is $1+2$?", "answer": "#### 3"}


def test_an_imported_set_reads_back_from_its_files() -> None:
    problem_set, _ = imported("gsm8k", [GOOD, OTHER, {"question": "?"}])
    assert load_set(dump_set(problem_set)) == problem_set


def test_the_same_file_gives_the_same_bytes() -> None:
    assert dump_set(imported("gsm8k", [GOOD])[0]) == dump_set(imported("gsm8k", [GOOD])[0])


def test_each_variant_says_where_it_is_from() -> None:
    problem_set, _ = imported("gsm8k", [GOOD, OTHER])
    origin = problem_set.variants[1].origin
    assert (origin["file"], origin["line"], origin["licence"]) == ("rows.jsonl", "2", "MIT")
    canonical = '{"answer":"#### 3","question":"What is $1+2$?"}'
    assert origin["sha256"] == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_set_says_which_file_and_which_importer_it_is_from() -> None:
    rows = [Row("a.jsonl", 1, GOOD), Row("a.jsonl", 2, {})]
    about = About("mine", "3", "CC0", {"file": "a.jsonl", "sha256": "0" * 64})
    problem_set, _ = import_set(REGISTRY["gsm8k"], rows, about, AlbumInMemory())
    assert problem_set.provenance == {
        "file": "a.jsonl",
        "sha256": "0" * 64,
        "importer": "gsm8k 1",
        "rows": "2",
        "variants": "1",
        "refused": "1",
        "licence": "CC0",
    }
    assert (problem_set.version, problem_set.licence) == ("3", "CC0")
    assert "| there is no such column" not in problem_set.card
    assert "column 'question': there is no such column | 1" in problem_set.card


def test_what_was_refused_is_told_with_its_line_and_reason() -> None:
    content = jsonl(
        [
            GOOD,
            {**GOOD},
            {**OTHER, "question": "x" * (LONGEST_CELL + 1)},
            {"question": " ", "answer": "#### 1"},
        ]
    )
    content += b'{"question": "\xff?", "answer": "#### 1"}\n' + b"{oops\n"
    problem_set, report = imported("gsm8k", content)
    assert [refusal.reason.split(";")[0] for refusal in problem_set.refusals] == [
        "rows.jsonl, line 2, the row is there twice",
        "rows.jsonl, line 3, column 'question': it has more than 100,000 characters",
        "rows.jsonl, line 4, column 'question': it is empty",
        "rows.jsonl, line 5, column 'question': a byte is not UTF-8",
        "rows.jsonl, line 6: not JSON",
    ]
    assert (report.read, report.refused, len(problem_set.variants)) == (6, 5, 1)
    assert load_set(dump_set(problem_set)) == problem_set


def test_a_refused_row_does_not_tell_the_answer_of_its_twin() -> None:
    problem_set, _ = imported("gsm8k", [{**GOOD, "answer": "It is two. #### 2"}] * 2)
    assert "two" not in problem_set.refusals[0].model_dump_json()


@pytest.mark.parametrize("answer", ["", " ", "\t"])
def test_an_empty_answer_is_refused(answer: str) -> None:
    _, report = imported("omni-math", [{"problem": "A?", "answer": "1"}, {"problem": "B?", "answer": answer}])
    assert dict(report.reasons) == {"column 'answer': it is empty": 1}


def test_a_source_that_breaks_off_imports_nothing() -> None:
    with pytest.raises(ImportFailed, match=r"rows\.json, line 2"):
        imported(
            "gsm8k", b'[{"question": "What is $1+1$?", "answer": "#### 2"},\n{"question"', file="rows.json"
        )
