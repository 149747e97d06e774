"""`plumbline problems import`: from files, folders and a hub, with a report, into files and the database."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from app.cli.problems.sources import Folders, choose, local
from app.problems.errors import SetError
from app.problems.formats import native
from tests.cli.hub_server import COMMIT, NAME, hub_with
from tests.live import environment, plumbline

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
GOOD = '{"question": "What is $1+1$?", "answer": "#### 2"}\n'
BAD = '{"question": "What is $1+2$?", "answer": "three"}\n'


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """An environment without the shipped problem sets, so that the database opens at once."""
    (tmp_path / "none").mkdir()
    return {**environment(tmp_path), "PLUMBLINE_BENCHMARKS_DIR": str(tmp_path / "none")}


def test_a_file_becomes_a_folder_that_reads_back(tmp_path: Path, variables: dict[str, str]) -> None:
    """The report names the refused line; the set is not overwritten unless that is asked for."""
    source = tmp_path / "rows.jsonl"
    source.write_text(GOOD + BAD)
    words = ["problems", "import", "gsm8k", str(source), "--name", "mine"]
    first = plumbline(variables, *words)
    assert first.returncode == 0, first.stderr
    assert "2 rows read: 1 problems, 1 variants kept, 1 rows refused" in first.stdout
    assert "rows.jsonl, line 2, column 'answer': no result follows '####'" in first.stdout
    folder = tmp_path / "problem-sets" / "mine"
    read = native.load_set({path.name: path.read_text() for path in folder.iterdir()})
    assert (read.name, read.provenance["file"], read.provenance["importer"]) == (
        "mine",
        "rows.jsonl",
        "gsm8k 1",
    )

    again = plumbline(variables, *words)
    assert again.returncode == 2
    assert "--force" in again.stderr
    source.write_text(GOOD)
    assert plumbline(variables, *words, "--force").returncode == 0
    assert not (folder / native.REFUSED).read_text()


def test_a_source_that_fails_leaves_what_was_there(tmp_path: Path, variables: dict[str, str]) -> None:
    """With --force, too, the old set goes only when the new one is whole."""
    source = tmp_path / "rows.json"
    words = ["problems", "import", "gsm8k", str(source), "--name", "mine", "--force"]
    source.write_text(GOOD)
    assert plumbline(variables, *words).returncode == 0
    source.write_text(f"[{GOOD}")
    broken = plumbline(variables, *words)
    assert broken.returncode == 2
    assert "rows.json, line 2: the file ends in the middle of the array" in " ".join(broken.stderr.split())
    assert [path.name for path in (tmp_path / "problem-sets").iterdir()] == ["mine"]
    assert (tmp_path / "problem-sets" / "mine" / native.HEADER).exists()


def test_a_published_import_is_run_and_graded(tmp_path: Path, variables: dict[str, str]) -> None:
    """Variants without task and certificate, one of them with an image, are asked, graded and ranked."""
    rows = [
        {
            "sample_index": "1", "problem_index": "9", "problem_version": "Text Dominant", "answer": "B",
            "question": "How long is AB?\nA:1\nB:2", "question_type": "multi-choice",
            "image": "data:image/png;base64," + base64.b64encode(PNG).decode(),
        },
        {
            "sample_index": "2", "problem_index": "9", "problem_version": "Text Only", "answer": "B",
            "question": "ABC is right. How long is AB?\nA:1\nB:2", "question_type": "multi-choice",
        },
    ]  # fmt: skip
    source = tmp_path / "testmini.json"
    source.write_text(json.dumps(rows, indent=2))
    assert plumbline(variables, "db", "upgrade").returncode == 0
    made = plumbline(variables, "problems", "import", "mathverse", str(source), "--name", "mine", "--publish")
    assert made.returncode == 0, made.stderr
    assert "answers hidden" in made.stdout
    (image,) = (tmp_path / "problem-sets" / "mine" / "images").iterdir()
    assert image.read_bytes() == PNG

    answers = tmp_path / "answers.jsonl"
    answers.write_text(
        '{"variant": "mathverse-9/original", "answer": "It is \\\\boxed{B}."}\n'
        '{"variant": "mathverse-9/text-only", "answer": "It is \\\\boxed{A}."}\n'
    )
    result = plumbline(variables, "submit", str(answers), "--problem-set", "mine", "--model", "me", "--json")
    assert result.returncode == 0, result.stderr
    counts = json.loads(result.stdout)["counts"]
    assert (counts["correct"], counts["incorrect"], counts["total"]) == (1, 1, 2)

    added = plumbline(
        variables, "models", "add", "echo", "--backend", "scripted", "--set", 'answers=["\\\\boxed{B}"]'
    )
    assert added.returncode == 0, added.stderr
    run = plumbline(variables, "run", "--model", "echo", "--problem-set", "mine", "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["counts"]["correct"] == 2


def test_a_data_set_of_the_hub_is_named_with_its_revision(tmp_path: Path, variables: dict[str, str]) -> None:
    """Only the chosen file is downloaded; a choice that is needed is asked for, a wrong name is told."""
    files = {"main/test.jsonl": GOOD.encode(), "main/train.jsonl": BAD.encode(), "README.md": b"# A set\n"}
    words = ["problems", "import", "gsm8k", f"hf:{NAME}@v1", "--name", "mine"]
    with hub_with(files) as address:
        there = {**variables, "HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hub")}
        undecided = plumbline(there, *words)
        assert undecided.returncode == 2
        assert "has 2 data files; choose with --files 'PATTERN'" in " ".join(undecided.stderr.split())
        made = plumbline(there, *words, "--files", "main/test*")
        assert made.returncode == 0, made.stderr
        nothing = plumbline(there, "problems", "import", "gsm8k", "hf:no/such", "--name", "other")
        assert nothing.returncode == 2
        assert "hf:no/such cannot be downloaded" in " ".join(nothing.stderr.split())
        assert "Traceback" not in nothing.stderr
    header = json.loads((tmp_path / "problem-sets" / "mine" / native.HEADER).read_text())
    assert header["provenance"]["source"] == f"hf:{NAME}"
    assert header["provenance"]["revision"] == COMMIT
    assert header["provenance"]["file"] == "main/test.jsonl"
    assert not list((tmp_path / "hub").rglob("train.jsonl"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sudoku", "rows.jsonl", "--name", "a"], "there is no format sudoku; there are: aime, asymob"),
        (["gsm8k", "/no/such/file", "--name", "a"], "there is no file or folder /no/such/file"),
        (["gsm8k", "rows.jsonl", "--name", "A B"], "use lower-case letters, digits and hyphens"),
        (["gsm8k", "hf:no-owner", "--name", "a"], "write hf:owner/name"),
    ],
)
def test_a_wrong_word_is_told_in_words(variables: dict[str, str], words: list[str], message: str) -> None:
    """Exit code 2, what was wrong, and what to write instead."""
    result = plumbline(variables, "problems", "import", *words)
    assert result.returncode == 2
    assert message in " ".join(result.stderr.split())


def test_files_of_a_folder_are_chosen_by_pattern(tmp_path: Path) -> None:
    """Rows carry the file's path in the folder, in the order of the names."""
    for name in ("test/algebra/2.json", "test/algebra/1.json", "train/algebra/1.json", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"problem": name}, indent=2))
    source = local(tmp_path, "test/*.json")
    assert [(row.file, row.line) for _, row in source.rows()] == [
        ("test/algebra/1.json", 1),
        ("test/algebra/2.json", 1),
    ]
    assert source.provenance()["file"] == "2 files, from test/algebra/1.json to test/algebra/2.json"
    with pytest.raises(SetError, match=r"has 3 data files; choose with --files .*test/algebra/1\.json"):
        local(tmp_path, None)
    with pytest.raises(SetError, match="has no data file that fits 'x'"):
        choose(["a.json"], "x", "it")
    with pytest.raises(SetError, match="it has no data file"):
        choose(["a.txt"], None, "it")


def test_images_are_read_from_beside_the_source_only(tmp_path: Path) -> None:
    """A name cannot lead out of the folder."""
    (tmp_path / "beside").mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "beside" / "a.png").write_bytes(PNG)
    album = Folders(tmp_path / "beside", tmp_path / "out")
    assert album.read("a.png") == PNG
    assert album.read("../secret.png") is None
    assert album.read(str(tmp_path / "secret.png")) is None
    assert album.read("b.png") is None
