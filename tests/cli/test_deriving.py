"""`plumbline models derive`: a strategy over a registered model, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.database import commands as database
from app.cli.models import commands
from app.main import open_database
from app.settings import Settings
from app.storage import models


@pytest.fixture(autouse=True)
def fresh_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of its own, with a double that answers 1."""
    monkeypatch.setenv("PLUMBLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLUMBLINE_DATABASE_URL", raising=False)
    assert CliRunner().invoke(database, ["upgrade"]).exit_code == 0
    assert run("add", "double", "--backend", "scripted", "--set", 'answers=["1"]').exit_code == 0


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, words)


def test_a_derived_model_has_the_settings_of_its_base() -> None:
    """The base is written out whole, so that it can be asked without looking anything up."""
    assert run("derive", "vote", "--from", "double", "--strategy", "majority", "--set", "k=3").exit_code == 0
    with open_database(Settings()) as opened, opened.read() as session:
        found = models.find(session, "vote")
    assert found.backend == "majority"
    assert found.settings == {"base": {"backend": "scripted", "settings": {"answers": ["1"]}}, "k": 3}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "nobody", "--strategy", "majority"], "nobody"),
        (["--from", "double", "--strategy", "prayer"], "prayer"),
        (["--from", "double", "--strategy", "majority", "--set", "k=0"], "k:"),
        (["--from", "sympy", "--strategy", "majority"], "takes no messages"),
    ],
)
def test_what_cannot_be_derived_is_told(words: list[str], said: str) -> None:
    """An unknown base or strategy, a bad setting, or a base that takes no messages: nothing is registered."""
    result = run("derive", "new", *words)
    assert result.exit_code != 0
    assert said in f"{result.output} {result.exception}"
    assert "new" not in run("list").output.split()
