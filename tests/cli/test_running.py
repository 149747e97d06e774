"""`plumbline run`: estimates, budgets, prompts, repeating a run and going on with one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import environment, plumbline
from tests.mock_model import MockModel

SELECTION = ("--problem-set", "core-mini", "--limit", "6")


@pytest.fixture(scope="module")
def server() -> Iterator[MockModel]:
    with MockModel() as model:
        yield model


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory, server: MockModel) -> dict[str, str]:
    """The environment of a database in which the mock model is registered, with a price."""
    found = environment(tmp_path_factory.mktemp("running"))
    assert plumbline(found, "db", "upgrade").returncode == 0
    prices = 'prices=[{"since": "2026-01-01", "input": 1000, "output": 1000}]'
    for name, settings in (("mock", [prices, "max_tokens=50"]), ("free", [])):
        words = [word for setting in settings for word in ("--set", setting)]
        added = plumbline(
            found, "models", "add", name, "--base-url", server.url, "--served-name", "mock", *words
        )
        assert added.returncode == 0, added.stderr
    return found


def test_an_estimate_asks_nothing(variables: dict[str, str], server: MockModel) -> None:
    """It tells tokens, cost and time, and the smallest difference that the run could show."""
    before = server.counts().received
    told = plumbline(variables, "run", "--model", "mock", *SELECTION, "--estimate")
    assert told.returncode == 0, told.stderr
    assert "6 samples" in told.stdout
    assert "smallest difference" in told.stdout
    assert server.counts().received == before


def test_a_budget_pauses_and_resume_goes_on(variables: dict[str, str], server: MockModel) -> None:
    """The reason names the command that goes on; what was answered is not asked again."""
    server.clear()
    command = ("run", "--model", "mock", *SELECTION, "--seed", "11", "--json")
    paused = plumbline(variables, *command, "--budget", "0.30")
    run = json.loads(paused.stdout)
    assert (paused.returncode, run["status"]) == (1, "paused")
    assert f"plumbline run --resume {run['id']} --budget" in run["error"]
    assert 0 < run["counts"]["completed"] < 6
    done = plumbline(variables, "run", "--resume", run["id"], "--budget", "50", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["graded"] == 6
    assert server.counts().answered == 6


def test_a_run_like_another(variables: dict[str, str]) -> None:
    """Everything is as it was, but for what is said."""
    first = plumbline(variables, "run", "--model", "mock", *SELECTION, "--prompt", "plain", "--json")
    again = plumbline(variables, "run", "--like", json.loads(first.stdout)["id"], "--model", "free", "--json")
    one, other = json.loads(first.stdout), json.loads(again.stdout)
    assert one["id"] != other["id"]
    assert other["model"] == "free"
    assert one["settings"] == other["settings"]
    assert one["settings"]["prompt"]["name"] == "plain"


def test_a_prompt_of_ones_own(variables: dict[str, str], tmp_path: Path) -> None:
    """A file is a template, known by its hash afterwards."""
    own = tmp_path / "brief.txt"
    own.write_text("Be brief.\n\n{statement}\n")
    run = plumbline(variables, "run", "--model", "mock", *SELECTION, "--prompt", str(own), "--json")
    prompt = json.loads(run.stdout)["settings"]["prompt"]
    assert prompt["name"] == "brief"
    assert plumbline(variables, "prompts", "show", prompt["sha256"]).stdout == own.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--problem-set", "core-mini"], "--model"),
        (["--model", "mock", "--problem-set", "core-mini", "--budget", "much"], "is no budget"),
        (["--model", "free", "--problem-set", "core-mini", "--budget", "1.00"], "has no price"),
        (["--model", "mock", "--problem-set", "core-mini", "--prompt", "nope"], "no prompt template"),
        (["--like", "run_none"], "run_none"),
        (["--resume", "run_none", "--seed", "3"], "only --budget"),
        (["--retry-failed"], "--resume"),
    ],
)
def test_what_cannot_be_is_told_in_words(variables: dict[str, str], words: list[str], says: str) -> None:
    """Exit code 2, one sentence that names the fault, no traceback."""
    refused = plumbline(variables, "run", *words)
    assert refused.returncode == 2
    assert says in " ".join(refused.stderr.replace("│", " ").split())
    assert "Traceback" not in refused.stderr
