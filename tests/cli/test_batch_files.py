"""`plumbline batch`: requests written, sent to a batch API, fetched, and read; `plumbline runs` beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.program import program
from app.errors import PlumblineError
from tests.cli.batch_server import KEY, BatchServer, batch_server
from tests.live import environment, plumbline

Variables = dict[str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[BatchServer]:
    """A server with a batch API."""
    with batch_server() as started:
        yield started


@pytest.fixture(scope="module")
def variables(server: BatchServer, tmp_path_factory: pytest.TempPathFactory) -> Variables:
    """The environment of a database with a model on that server, and its key."""
    found = {**environment(tmp_path_factory.mktemp("batches")), "BATCH_KEY": KEY}
    assert _command(found, "db", "upgrade").exit_code == 0
    added = _command(found, "models", "add", "wire", "--base-url", server.url, "--key-env", "BATCH_KEY")
    assert added.exit_code == 0, added.output
    return found


def _command(variables: Variables, *words: str) -> Result:
    """Run a command in this process, which is quicker than in one of its own."""
    return CliRunner().invoke(program, words, env=variables)


def _write(variables: Variables, out: Path, *words: str) -> str:
    """Write a batch of core-mini, and return its run's id."""
    model = ("--model", "wire", "--problem-set", "core-mini")
    written = _command(variables, "batch", "write", *model, "--out", str(out), *words)
    assert written.exit_code == 0, written.output
    return written.stdout.splitlines()[-1].split()[0]


def test_a_batch_is_sent_fetched_and_read(variables: Variables, server: BatchServer, tmp_path: Path) -> None:
    """What failed is named; the run then lacks one sample, says how to go on, and completes without it."""
    requests, answers = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl"
    run_id = _write(variables, requests, "--limit", "4")
    sent = plumbline(variables, "batch", "send", str(requests), "--model", "wire")
    assert sent.returncode == 0, sent.stderr
    assert server.files["file-in"] == requests.read_bytes()
    assert server.batch["endpoint"] == "/v1/chat/completions"

    fetch = ("batch", "fetch", "batch_1", "--model", "wire", "--out", str(answers))
    early = _command(variables, *fetch)
    assert early.exit_code == 1
    assert "batch_1 is validating: 0 of 4" in early.stdout
    assert not answers.exists()
    server.done = True
    fetched = _command(variables, *fetch)
    assert fetched.exit_code == 0, fetched.output
    assert len(answers.read_text().splitlines()) == 4

    read = plumbline(variables, "batch", "read", run_id, str(answers))
    assert read.returncode == 1, read.stderr
    told = " ".join(read.stderr.split())
    assert "line 4" in told
    assert "could not be executed in time" in told
    assert "1 of 4 samples have no answer yet" in told
    again = _command(variables, "batch", "read", run_id, str(answers), "--keep-failed", "--json")
    assert again.exit_code == 0, again.output
    run = json.loads(again.stdout)
    assert (run["status"], run["counts"]["graded"], run["counts"]["failed"]) == ("completed", 3, 1)


def test_a_wrong_key_is_told_and_not_shown(variables: Variables, tmp_path: Path) -> None:
    """The server repeats the key in its error; we do not."""
    requests = tmp_path / "requests.jsonl"
    _write(variables, requests, "--limit", "1")
    wrong = {**variables, "BATCH_KEY": "sk-other-secret"}
    refused = plumbline(wrong, "batch", "send", str(requests), "--model", "wire")
    assert refused.returncode == 2
    assert "Incorrect API key" in refused.stderr
    assert "sk-other-secret" not in refused.stderr + refused.stdout


def test_a_large_batch_is_several_files_and_none_is_written_over(
    variables: Variables, tmp_path: Path
) -> None:
    """Files are numbered from the second on; a name that is taken is refused before a run is made."""
    out = tmp_path / "requests.jsonl"
    _write(variables, out, "--limit", "5", "--max-lines", "2")
    sizes = {path.name: len(path.read_text().splitlines()) for path in tmp_path.iterdir()}
    assert sizes == {"requests.jsonl": 2, "requests-2.jsonl": 2, "requests-3.jsonl": 1}
    before = _command(variables, "runs", "list", "--json").stdout
    model = ("--model", "wire", "--problem-set", "core-mini")
    refused = _command(variables, "batch", "write", *model, "--out", str(out))
    assert isinstance(refused.exception, PlumblineError)
    assert _command(variables, "batch", "write", "--model", "wire", "--out", "x.jsonl").exit_code == 2
    assert _command(variables, "runs", "list", "--json").stdout == before


def test_runs_are_listed_shown_and_stopped(variables: Variables, tmp_path: Path) -> None:
    """The newest first; `show` has all that repeats a run, why it rests, and what to do."""
    run_id = _write(
        variables, tmp_path / "requests.jsonl", "--limit", "2", "--seed", "3", "--repetitions", "2"
    )
    listed = json.loads(_command(variables, "runs", "list", "--status", "paused", "--json").stdout)
    assert (listed[0]["id"], listed[0]["counts"]["total"]) == (run_id, 4)
    assert len(json.loads(_command(variables, "runs", "list", "--limit", "1", "--json").stdout)) == 1
    assert run_id in _command({**variables, "COLUMNS": "200"}, "runs", "list").stdout

    shown = json.loads(_command(variables, "runs", "show", run_id, "--json").stdout)
    assert (shown["seed"], shown["repetitions"], shown["limit"], shown["backend"]) == (3, 2, 2, "openai")
    assert shown["prompt"].keys() == {"name", "version", "sha256"}
    assert shown["settings"]["api_key_env"] == "BATCH_KEY"
    assert "plumbline batch read" in shown["why"]
    assert KEY not in json.dumps(shown)
    text = _command({**variables, "COLUMNS": "300"}, "runs", "show", run_id).stdout
    assert f"plumbline run --resume {run_id}" in text

    assert isinstance(_command(variables, "runs", "pause", run_id).exception, PlumblineError)
    cancelled = _command(variables, "runs", "cancel", run_id)
    assert cancelled.exit_code == 0, cancelled.output
    assert "is cancelled" in cancelled.stdout
    assert isinstance(_command(variables, "runs", "cancel", run_id).exception, PlumblineError)
    assert isinstance(_command(variables, "runs", "show", "run_nobody").exception, PlumblineError)
