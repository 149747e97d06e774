"""`plumbline prompts` lists what is built in and what was used, and shows each."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.prompts import commands
from app.main import open_database, upgrade_database
from app.problems.errors import TemplateError
from app.problems.prompts import TEMPLATES, read_template
from app.settings import Settings
from app.storage import prompts
from app.storage.errors import NotFound


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty database, without problem sets."""
    monkeypatch.setenv("PLUMBLINE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PLUMBLINE_BENCHMARKS_DIR", str(tmp_path))
    settings = Settings()
    upgrade_database(settings)
    return settings


def test_built_in_and_used_templates_are_listed_once_each(settings: Settings) -> None:
    """With name, version and the beginning of the hash, by which one's own is shown again."""
    own = read_template("Solve: {statement}\n", "mine")
    with open_database(settings) as database, database.write() as s:
        prompts.save(s, own)
        prompts.save(s, TEMPLATES["exact"])
    listed = CliRunner().invoke(commands, ["list"]).output.splitlines()
    assert [line.split()[0] for line in listed] == [*TEMPLATES, "mine"]
    begun = listed[-1].split()[-1]
    assert own.sha256.startswith(begun)
    assert CliRunner().invoke(commands, ["show", begun]).output == own.text


def test_a_built_in_template_is_shown_by_its_name() -> None:
    """Its text, byte for byte, so that its hash is that of the file."""
    assert CliRunner().invoke(commands, ["show", "tools"]).output == TEMPLATES["tools"].text


@pytest.mark.parametrize(("wanted", "error"), [("exakt", TemplateError), ("0" * 12, NotFound)])
def test_a_template_that_is_not_there_is_an_error(
    settings: Settings, wanted: str, error: type[Exception]
) -> None:
    """A name is answered with those there are, a hash with that none is stored."""
    assert isinstance(CliRunner().invoke(commands, ["show", wanted]).exception, error)
