"""Runs over REST: what may be asked for, how one rests and goes on, and the stream of its progress."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.live import Live, live_server
from tests.mock_model import MockModel


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_server(tmp_path_factory.mktemp("runs")) as server:
        yield server


@pytest.fixture
def mock(live: Live) -> Iterator[MockModel]:
    """A mock model that takes its time, registered under the name of its address."""
    with MockModel(latency=0.2) as server:
        settings = {"base_url": server.url, "model": "mock", "concurrency": 2}
        body = {"name": server.url, "backend": "openai", "settings": settings}
        assert live.client.post("/v1/models", json=body).status_code == 201
        yield server


def start(live: Live, model: str, **wanted: object) -> dict:
    body = {"model": model, "problem_set": "core-mini", "limit": 20} | wanted
    return live.client.post("/v1/runs", json=body).raise_for_status().json()


def events(live: Live, run_id: str) -> list[dict]:
    """All events of a run, to the end of the stream."""
    with live.client.stream("GET", f"/v1/runs/{run_id}/events", timeout=60) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]


def test_progress_is_streamed_to_the_end(live: Live, mock: MockModel) -> None:
    """Each event says how far the run is; the last one that it is completed."""
    run = start(live, mock.url, seed=4, prompt="plain", budget={"tokens": 1_000_000})
    assert run["settings"]["seed"] == 4
    assert run["settings"]["prompt"]["name"] == "plain"
    assert run["budget"] == {"dollars": None, "tokens": 1_000_000}
    told = events(live, run["id"])
    assert told[-1]["status"] == "completed"
    assert told[-1]["graded"] == told[-1]["total"] == 20
    answered = [each["answered"] for each in told]
    assert answered == sorted(answered)


def test_a_run_rests_and_goes_on(live: Live, mock: MockModel) -> None:
    """Paused, it asks nothing more; resumed, it asks only the rest."""
    run = start(live, mock.url)
    paused = live.client.post(f"/v1/runs/{run['id']}/pause").json()
    assert paused["status"] == "paused"
    assert "resume" in paused["error"]
    assert events(live, run["id"])[-1]["status"] == "paused"
    resumed = live.client.post(f"/v1/runs/{run['id']}/resume", json={"budget": {"tokens": 900_000}})
    assert resumed.status_code == 200
    ended = live.wait_for_run(run["id"])
    assert (ended["status"], ended["counts"]["graded"]) == ("completed", 20)
    assert mock.counts().answered <= 20 + 2
    again = live.client.post(f"/v1/runs/{run['id']}/resume")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"prompt": "nope"}, "no prompt template"),
        ({"budget": {"dollars": 1.0}}, "has no price"),
        ({"budget": {"dollars": -1.0}}, "budget"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_told(live: Live, mock: MockModel, wanted: dict, says: str) -> None:
    """422 with the reason, and no run."""
    body = {"model": mock.url, "problem_set": "core-mini"} | wanted
    refused = live.client.post("/v1/runs", json=body)
    assert refused.status_code == 422
    assert says in refused.json()["detail"]


def test_the_events_of_no_run_are_not_found(live: Live) -> None:
    """404, before any stream begins."""
    assert live.client.get("/v1/runs/run_none/events").status_code == 404
