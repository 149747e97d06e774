"""Publishing, listing and comparing versions at the command line, and exporting a set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.program import program
from app.cli.terminal import output
from app.main import publish_shipped, upgrade_database
from app.problems.errors import ExportError, SetError, UnexplainedChange
from app.problems.formats import native
from app.problems.identity import set_hash
from app.problems.problem import ProblemSet
from app.settings import Settings
from app.storage import problem_sets
from app.storage.errors import VersionExists
from app.storage.sessions import Database
from tests.storage import furniture


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh database, and no shipped sets."""
    monkeypatch.setenv("PLUMBLINE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PLUMBLINE_BENCHMARKS_DIR", str(tmp_path / "benchmarks"))
    (tmp_path / "benchmarks").mkdir()
    found = Settings()
    upgrade_database(found)
    return found


def a_set(version: str = "1", count: int = 3, why: str = "") -> ProblemSet:
    """The tiny set as files can hold it: with its right hash."""
    made = furniture.problem_set(version=version, count=count, why=why)
    return made.model_copy(update={"sha256": set_hash(native.header_of(made), made.variants)})


def write(folder: Path, made: ProblemSet) -> None:
    """The set's files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in native.dump_set(made).items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables as a wide terminal shows them, whichever test made the terminal."""
    monkeypatch.setattr(output, "width", 200)


def run(*words: str) -> str:
    """What a command prints, its lines unwrapped; it must end well."""
    result = CliRunner().invoke(program, ["problems", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_correction_is_compared_published_with_its_reason_and_listed(settings: Settings) -> None:
    """From the first version to the second: the folder differs, a reason is asked for, and then told."""
    folder = settings.imported_dir / "tiny"
    write(folder, a_set())
    assert "3 problems, 9 variants, answers public" in run("publish", "tiny", "--public-answers")
    assert "no problem differs" in run("diff", "tiny")
    write(folder, a_set("2", count=4))
    assert "problems: 1 added; variants: 3 added" in run("diff", "tiny")
    with pytest.raises(UnexplainedChange, match=r"p3 \(added\).*--reason"):
        run("publish", "tiny")
    run("publish", "tiny", "--public-answers", "--reason", "p3=one more")
    assert native.load_set({path.name: path.read_text() for path in folder.iterdir()}).reasons == {
        "p3": "one more"
    }
    assert "one more" in run("diff", "tiny", "1", "2")
    listed = run("versions", "tiny")
    assert listed.index("problems: 1 added; variants: 3 added") < listed.index("the first")


def test_reasons_of_a_built_set_stand_in_its_seeds(settings: Settings) -> None:
    """Else the next build would lose them."""
    folder = settings.benchmarks_dir / "tiny"
    write(folder, a_set())
    (folder / "seeds.toml").write_text("")
    with pytest.raises(SetError, match=r"\[set\.reasons\] of .*seeds\.toml"):
        run("publish", str(folder), "--reason", "because")


def test_shipped_sets_are_published_in_order_and_once(settings: Settings) -> None:
    """A folder gone back to an older version publishes nothing, and the newest stays the newest."""
    database = Database(settings.resolved_database_url)
    folder = settings.benchmarks_dir / "tiny"

    def stored() -> list[str]:
        publish_shipped(database, settings.benchmarks_dir)
        with database.read() as session:
            return [version.version for version in problem_sets.list_versions(session, "tiny")]

    write(folder, a_set())
    assert stored() == ["1"]
    write(folder, a_set("2", count=4, why="one more"))
    assert stored() == ["2", "1"]
    for older in (a_set(), a_set("1.5", count=2)):
        write(folder, older)
        assert stored() == ["2", "1"]
    write(folder, a_set("2", count=2))
    with pytest.raises(VersionExists, match="give the changed set a new version"):
        stored()
    database.dispose()


def test_part_of_a_set_is_exported(settings: Settings, tmp_path: Path) -> None:
    """The chosen variants, no more than the limit, stand in the file, which appears only when it is whole."""
    write(settings.imported_dir / "tiny", a_set())
    out = tmp_path / "new" / "rows.jsonl"
    run("export", "tiny", "--format", "jsonl", "--out", str(out), "--only", "topic=integrals,level=1")
    assert len(out.read_text().splitlines()) == 6
    run("export", "tiny", "--format", "jsonl", "--out", str(out), "--limit", "3")
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert {row["perturbation"] for row in rows} == {"original"}
    with pytest.raises(ExportError, match=r"images/one\.png: this image"):
        run("export", "tiny", "--format", "openai-batch", "--model", "m", "--out", str(tmp_path / "b.jsonl"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["benchmarks", "new", "var"]


def test_images_go_with_a_folder(settings: Settings, tmp_path: Path) -> None:
    """A data set for the hub holds the images that its rows name."""
    folder = settings.imported_dir / "tiny"
    write(folder, a_set())
    (folder / "images").mkdir()
    (folder / "images" / "one.png").write_bytes(b"a picture")
    run("export", "tiny", "--format", "hf-card", "--out", str(tmp_path / "hub"))
    assert (tmp_path / "hub" / "images" / "one.png").read_bytes() == b"a picture"
    assert (tmp_path / "hub" / "README.md").read_text().startswith("---\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "excel"], "there are: jsonl, csv"),
        (["--format", "csv", "--model", "m"], "csv takes no --model; that is for openai-batch"),
        (["--format", "openai-batch", "--model", "m", "--body", "[1]"], "must be a JSON object"),
        (["--format", "openai-batch", "--model", "m", "--body", "{"], "not JSON"),
        (["--format", "csv", "--only", "topic=x"], "there are: integrals, limits"),
    ],
)
def test_what_cannot_be_exported_is_told(
    settings: Settings, tmp_path: Path, words: list[str], said: str
) -> None:
    """Unknown formats, options of other formats, and bodies that are none."""
    write(settings.imported_dir / "tiny", a_set())
    with pytest.raises(ExportError, match=said):
        run("export", "tiny", "--out", str(tmp_path / "x"), *words)
