"""A precision ladder at the command line: declared from a file, run rung by rung, compared."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.ladder_runs import DECLARATION
from tests.live import environment, plumbline

THREE_ANSWERS = DECLARATION.replace('answers = ["4"]', 'answers = ["1", "2", "x"]')


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a database in which the ladder is declared."""
    folder = tmp_path_factory.mktemp("ladder")
    found = environment(folder)
    assert plumbline(found, "db", "upgrade").returncode == 0
    (folder / "tiny.toml").write_text(THREE_ANSWERS)
    added = plumbline(found, "models", "ladder", "add", str(folder / "tiny.toml"))
    assert added.returncode == 0, added.stderr
    assert "tiny@int8" in added.stdout
    return found


def _completions(variables: dict[str, str]) -> int:
    with sqlite3.connect(Path(variables["PLUMBLINE_DATA_DIR"]) / "plumbline.sqlite") as database:
        return database.execute("select count(*) from completions").fetchone()[0]


def test_a_ladder_is_listed_with_its_models(variables: dict[str, str]) -> None:
    """The rungs in their order; each is a model like any other."""
    assert "tiny  bf16, fp8, int8" in plumbline(variables, "models", "ladder", "list").stdout
    assert "tiny@fp8  scripted" in plumbline(variables, "models", "list").stdout


def test_a_wrong_file_is_told_in_one_line(variables: dict[str, str], tmp_path: Path) -> None:
    """What does not hold and where, no traceback, exit code 2."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(THREE_ANSWERS.replace('label = "fp8"', 'label = "bf16"'))
    refused = plumbline(variables, "models", "ladder", "add", str(wrong))
    assert refused.returncode == 2
    assert "bf16 stands twice" in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr


def test_the_rungs_are_run_in_turn_and_nothing_twice(variables: dict[str, str]) -> None:
    """Three rungs and the baseline again are compared; the same command a second time asks nothing."""
    words = ("models", "ladder", "run", "tiny", "--problem-set", "core-mini", "--limit", "6", "--noise")
    first = plumbline(variables, *words)
    assert first.returncode == 0, first.stderr
    assert _completions(variables) == 24
    assert "bf16 again" in first.stdout
    again = plumbline(variables, *words)
    assert again.returncode == 0, again.stderr
    assert _completions(variables) == 24
    assert again.stderr.count("is completed") == 4


def test_a_comparison_is_shown_as_tables_and_as_json(variables: dict[str, str]) -> None:
    """The terminal shows what the page shows; programs read JSON with the same findings."""
    words = ("models", "ladder", "show", "tiny", "--problem-set", "core-mini")
    shown = plumbline(variables, *words)
    assert shown.returncode == 0, shown.stderr
    assert "By perturbation" in shown.stdout
    report = json.loads(plumbline(variables, *words, "--json").stdout)
    assert [each["rung"]["label"] for each in report["rungs"]] == ["bf16", "fp8", "int8"]
    assert report["rungs"][1]["step"]["comparison"]["difference"]["pairs"] == 6
    assert report["findings"]
    assert (
        plumbline(variables, "models", "ladder", "show", "huge", "--problem-set", "core-mini").returncode == 2
    )
