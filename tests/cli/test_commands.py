"""The installed command: exit codes, files, and the main job from nothing to a leaderboard."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.live import PLUMBLINE, ROOT, environment, plumbline


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--gold", r"\frac{1}{2}", "--answer", "0.5"], 0),
        (["--gold", "x^2", "--answer", "x^3"], 1),
        (["--gold", r"\frac{", "--answer", "1"], 3),
        (["--gold", "1"], 2),
        (["--gold", "1", "--answer", "1", "--kind", "poem"], 2),
        (["--file", "/no/such/file", "--out", "verdicts.jsonl"], 2),
    ],
)
def test_grade_tells_by_its_exit_code(tmp_path: Path, options: list[str], code: int) -> None:
    """0 correct, 1 incorrect, 3 ungradable, 2 bad usage; a usage error is told in words."""
    result = plumbline(environment(tmp_path), "grade", *options)
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert (result.stderr if code == 2 else result.stdout).strip()


def test_grade_judges_a_file(tmp_path: Path) -> None:
    """Each line out has the fields of a verdict, in the order of the lines in."""
    cases = tmp_path / "cases.jsonl"
    rows = [
        {"id": "a", "gold": "$x^2-1$", "answer": r"We get \boxed{(x-1)(x+1)}."},
        {"id": 2, "gold": "7", "answer": "8", "kind": "number"},
    ]
    cases.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    out = tmp_path / "verdicts.jsonl"
    result = plumbline(environment(tmp_path), "grade", "--file", str(cases), "--out", str(out))
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(line["id"], line["outcome"]) for line in lines] == [("a", "correct"), (2, "incorrect")]
    assert lines[0].keys() == {"id", "outcome", "method", "seconds", "extracted", "reason"}


def test_a_bad_line_is_named_before_anything_is_graded(tmp_path: Path) -> None:
    """The error names file, line and what is missing, and no verdict is written."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": 1, "gold": "1", "answer": "1"}\n{"id": 2, "gold": "1"}\n')
    out = tmp_path / "verdicts.jsonl"
    result = plumbline(environment(tmp_path), "grade", "--file", str(cases), "--out", str(out))
    assert result.returncode == 2
    assert "line 2" in result.stderr
    assert "answer" in result.stderr
    assert not out.exists()


def test_a_database_that_is_not_there_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    """Start-up does not make or upgrade a database behind the user's back."""
    result = plumbline(environment(tmp_path), "leaderboard", "core-mini")
    assert result.returncode == 2
    assert "plumbline db upgrade" in " ".join(result.stderr.split())


def test_the_main_job_runs_from_nothing_and_asks_nothing_twice(tmp_path: Path) -> None:
    """`demo` leaves a leaderboard of models that are really there; a second time it finds all done."""
    variables = environment(tmp_path)
    first = plumbline(variables, "demo", "--no-serve", "--limit", "9")
    assert first.returncode == 0, first.stderr
    assert "sympy" in first.stdout
    board = json.loads(plumbline(variables, "leaderboard", "core-mini", "--json").stdout)
    rows = {row["model"]: row for row in board["rows"]}
    assert rows["sympy"]["graded"] == 9
    assert 0 <= rows["sympy"]["low"] <= rows["sympy"]["score"] <= rows["sympy"]["high"] <= 1

    before = _completions(tmp_path)
    assert plumbline(variables, "demo", "--no-serve", "--limit", "9").returncode == 0
    assert _completions(tmp_path) == before


def test_a_run_killed_at_any_point_goes_on_with_the_same_command(tmp_path: Path) -> None:
    """After kill -9 the command continues the run, and no persisted completion is asked for again."""
    variables = environment(tmp_path)
    assert plumbline(variables, "db", "upgrade").returncode == 0
    words = ["run", "--model", "sympy", "--problem-set", "core-mini", "--limit", "12", "--json"]
    with subprocess.Popen([PLUMBLINE, *words], env=variables, cwd=ROOT, stdout=PIPE, stderr=PIPE) as first:
        end = time.monotonic() + 120
        while len(before := _completions(tmp_path)) < 2:
            assert time.monotonic() < end
            time.sleep(0.05)
        first.kill()
    again = plumbline(variables, *words)
    assert again.returncode == 0, again.stderr
    run = json.loads(again.stdout)
    assert run["id"] in again.stderr
    assert (run["status"], run["counts"]["graded"]) == ("completed", 12)
    after = _completions(tmp_path)
    assert len(after) == 12
    assert set(before) <= set(after)


def _completions(folder: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / "plumbline.sqlite") as database:
        return sorted(database.execute("select sample_id, created_at from completions"))


def test_submitted_answers_are_graded_at_the_command_line(tmp_path: Path) -> None:
    """`submit` names the lines it could not take, grades the rest, and ends well."""
    variables = environment(tmp_path)
    assert plumbline(variables, "db", "upgrade").returncode == 0
    answers = tmp_path / "answers.jsonl"
    answers.write_text(
        '{"variant": "ode-beats/original", "answer": "\\\\cos 2x - \\\\cos 3x"}\n{"variant": "x"}\n'
    )
    words = ("--problem-set", "core-mini", "--model", "me", "--json")
    result = plumbline(variables, "submit", str(answers), *words)
    assert result.returncode == 0, result.stderr
    assert "line 2" in result.stderr
    run = json.loads(result.stdout)
    assert (run["status"], run["counts"]["correct"], run["counts"]["total"]) == ("completed", 1, 1)
