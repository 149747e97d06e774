"""POST /v1/estimates takes the body of a run and starts nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.evaluation.queue import Queue
from app.evaluation.services import Services
from app.main import create_app
from app.storage import models, problem_sets, runs
from app.storage.sessions import Database
from tests.evaluation.doubles import QuickJudges
from tests.evaluation.problem_sets import problem_set


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    database = Database(f"sqlite:///{tmp_path / 'plumbline.sqlite'}")
    database.upgrade()
    with database.write() as s:
        problem_sets.publish(s, problem_set(20))
        settings = {"base_url": "http://localhost:1/v1", "model": "m", "input_price": 1, "output_price": 2}
        models.register(s, "chat", "openai", settings)
    yield Services(database, Queue(database.url), QuickJudges(), 16)
    database.dispose()


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services), base_url="http://localhost") as client:
        yield client


def test_an_estimate_has_every_figure_with_its_ground(services: Services, client: TestClient) -> None:
    """Tokens, cost, time and the smallest difference of the run that the body would start."""
    reply = client.post("/v1/estimates", json={"model": "chat", "problem_set": "tiny", "repetitions": 2})
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert (told["samples"], told["problems"], told["version"]) == (160, 20, "1")
    for name in ("prompt_tokens", "completion_tokens", "cost", "seconds", "detectable"):
        assert told[name].keys() == {"expected", "most", "ground"}
        assert told[name]["expected"] > 0
    with services.database.read() as s:
        assert runs.list_runs(s) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"model": "nobody", "problem_set": "tiny"}, 404),
        ({"model": "chat", "problem_set": "nothing"}, 404),
        ({"model": "chat", "problem_set": "tiny", "limit": 0}, 422),
        ({"model": "chat"}, 422),
    ],
)
def test_what_cannot_be_run_is_refused_as_a_run_would_be(
    client: TestClient, body: dict[str, object], status: int
) -> None:
    """Unknown names are not found, and values out of bounds are invalid."""
    reply = client.post("/v1/estimates", json=body)
    assert reply.status_code == status
    assert reply.json()["detail"]
