"""`plumbline grade --file`: what reaches the grader, and the report of how its verdicts agree with labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from app.cli.grading_report import Agreement, Line
from app.grading import Outcome, Verdict
from tests.live import environment, plumbline

EQUAL = {"id": "equal", "gold": "x^2-1", "answer": "(x-1)(x+1)", "outcome": "correct"}


def written(path: Path, *rows: dict[str, Any]) -> str:
    """The path of a file with these rows."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_every_field_of_a_case_reaches_the_grader(tmp_path: Path) -> None:
    """Kind, assumptions and task each turn a verdict, and fields of other programs do no harm."""
    root = {"gold": "x", "answer": r"\sqrt{x^2}"}
    pair = {"gold": "(1,2)", "answer": "1<x<2"}
    euler = {"gold": "e^{2x}", "answer": "Ce^{2x}", "kind": "ode_solution"}
    condition = {"operation": "differential_equation", "equation": "y'=2y", "variable": "x"}
    cases = written(
        tmp_path / "cases.jsonl",
        {"id": "unassumed", **root, "kind": None, "model": "some-model"},
        {"id": "assumed", **root, "assumptions": ["x > 0"]},
        {"id": "interval", **pair, "kind": "interval"},
        {"id": "tuple", **pair, "kind": "tuple"},
        {"id": "general", **euler, "task": condition},
        {"id": "particular", **euler, "task": {**condition, "conditions": ["y(0)=1"]}},
    )
    out = tmp_path / "verdicts.jsonl"
    result = plumbline(environment(tmp_path), "grade", "--file", cases, "--out", str(out))
    assert result.returncode == 0, result.stderr
    verdicts = {line["id"]: line["outcome"] for line in map(json.loads, out.read_text().splitlines())}
    assert {name for name, outcome in verdicts.items() if outcome == "correct"} == {
        "assumed",
        "interval",
        "general",
    }


def test_several_files_are_reported_on_together(tmp_path: Path) -> None:
    """A family is what the line says, or else the file; the report alone needs no `--out`."""
    first = written(
        tmp_path / "algebra.jsonl",
        EQUAL,
        {**EQUAL, "id": "wrong-label", "outcome": "incorrect", "note": "a remark"},
    )
    second = written(tmp_path / "other.jsonl", {**EQUAL, "family": "named"})
    result = plumbline(environment(tmp_path), "grade", "--file", first, "--file", second, "--report")
    assert result.returncode == 0, result.stderr
    rows = {words[0]: words[1:] for words in map(str.split, result.stdout.splitlines()) if words}
    assert rows["algebra"] == ["2", "50.0", "1", "0", "0"]
    assert rows["named"] == ["1", "100.0", "0", "0", "0"]
    assert rows["total"] == ["3", "66.7", "1", "0", "0"]
    assert rows["wrong-label"][:4] == ["expected", "incorrect,", "got", "correct"]


@pytest.mark.parametrize(
    ("rows", "options", "told"),
    [
        ([EQUAL, {"id": 2, "gold": "1", "answer": "1"}], ["--report"], ["line 2", "outcome"]),
        ([{**EQUAL, "outcome": "right"}], ["--report"], ["line 1", "outcome"]),
        ([{**EQUAL, "task": {"operation": "poem"}}], ["--report"], ["line 1", "task"]),
        ([{"gold": "1", "answer": "1"}], ["--report"], ["line 1", "id"]),
        ([EQUAL], [], ["--out", "--report"]),
    ],
)
def test_what_cannot_be_reported_on_is_told(
    tmp_path: Path, rows: list[dict[str, Any]], options: list[str], told: list[str]
) -> None:
    """Bad usage names the line and the field, before anything is graded."""
    cases = written(tmp_path / "cases.jsonl", *rows)
    result = plumbline(environment(tmp_path), "grade", "--file", cases, *options)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert all(word in result.stderr for word in told), result.stderr
    assert not result.stdout


PAIRS = [
    ("correct", "correct"),
    ("correct", "incorrect"),
    ("correct", "ungradable"),
    ("incorrect", "correct"),
    ("incorrect", "ungradable"),
    ("ungradable", "correct"),
    ("ungradable", "incorrect"),
    ("ungradable", "ungradable"),
]


def test_each_disagreement_is_counted_for_what_it_is_and_shown_once() -> None:
    """A wrong `correct` is a false acceptance, a wrong `incorrect` of a right answer a false refusal."""
    agreement = Agreement()
    for place, (expected, got) in enumerate(PAIRS):
        line = Line.model_validate({"id": f"case-{place}", "gold": "1", "answer": "1", "outcome": expected})
        agreement.add("family", line, Verdict(outcome=Outcome(got), method="exact", reason="So."))
    shown = printed(agreement)
    assert ["family", "8", "25.0", "2", "1", "3"] in [row.split() for row in shown.splitlines()]
    for place, (expected, got) in enumerate(PAIRS):
        assert shown.count(f"case-{place} ") == (expected != got)


def test_a_long_or_hostile_answer_stays_one_short_line() -> None:
    """What a model wrote can neither flood the terminal nor speak to it, and brackets are no markup."""
    agreement = Agreement()
    answer = "[bold]so\n\x1b[2J" + "long " * 1000 + r"\boxed{7}"
    line = Line.model_validate({"id": 1, "gold": "8", "answer": answer, "outcome": "correct"})
    agreement.add("family", line, Verdict(outcome=Outcome.INCORRECT, method="exact", reason="So."))
    shown = next(row for row in printed(agreement).splitlines() if "answer" in row)
    assert "[bold]so" in shown
    assert shown.endswith(r"\boxed{7}")
    assert len(shown) < 120
    assert shown.isprintable()


def test_without_cases_the_report_is_empty_but_there() -> None:
    """An empty file is no fault."""
    assert "total" in printed(Agreement())


def printed(agreement: Agreement) -> str:
    """What a narrow terminal shows."""
    console = Console(width=80)
    with console.capture() as capture:
        agreement.print(console)
    return capture.get()
