"""Precision ladders over REST."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.storage.sessions import Database
from tests.ladder_runs import declared, run_of_rung
from tests.served import HIDDEN, served


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A ladder whose first two rungs have finished both sets."""
    with served(tmp_path) as client:
        db = Database(f"sqlite:///{tmp_path / 'served.sqlite'}")
        declared(db)
        for name in ("tiny", "secret"):
            run_of_rung(db, "tiny@bf16", name, {}, {})
            run_of_rung(db, "tiny@fp8", name, {"p2/symbolic": "incorrect"}, {"p3/original": HIDDEN})
        db.dispose()
        yield client


def test_ladders_are_listed_with_their_facts(client: TestClient) -> None:
    """Rungs come in the order declared."""
    (ladder,) = client.get("/v1/ladders").json()["data"]
    assert (ladder["name"], ladder["baseline"]) == ("tiny", "bf16")
    assert [rung["model"] for rung in ladder["rungs"]] == ["tiny@bf16", "tiny@fp8", "tiny@int8"]
    assert ladder["rungs"][1]["facts"]["checkpoint"] == "0a1b"


def test_a_report_has_differences_with_intervals_and_words(client: TestClient) -> None:
    """One verdict lost of nine: numbers, groups and findings; the baseline has no step."""
    report = client.get("/v1/ladders/tiny", params={"problem_set": "tiny"}).json()
    base, fp8, int8 = report["rungs"]
    assert (base["step"], int8["run_id"], int8["step"]) == (None, None, None)
    step = fp8["step"]
    assert (step["comparison"]["lost"], step["comparison"]["gained"], step["reworded"]) == (1, 0, 1)
    difference = step["comparison"]["difference"]
    assert difference["mean"] == pytest.approx(-1 / 9)
    assert difference["low"] < difference["mean"] < difference["high"]
    assert step["perturbations"]["symbolic"]["mean"] == pytest.approx(-1 / 3)
    assert set(step["topics"]) == {"integrals", "limits"}
    assert report["noise"] is None
    assert report["findings"][0].endswith("nothing here is larger.")


def test_a_hidden_answer_does_not_leave_the_server(client: TestClient) -> None:
    """Neither gold nor extracted answers are in a report."""
    assert HIDDEN not in client.get("/v1/ladders/tiny", params={"problem_set": "secret"}).text


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/v1/ladders/none?problem_set=tiny", 404, "ladder add"),
        ("/v1/ladders/tiny?problem_set=none", 404, "none"),
        ("/v1/ladders/tiny", 422, "problem_set"),
    ],
)
def test_errors_say_what_is_missing(client: TestClient, path: str, status: int, word: str) -> None:
    """As problems of RFC 9457."""
    reply = client.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert word in reply.json()["detail"]
