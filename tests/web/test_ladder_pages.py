"""The pages of precision ladders: intervals beside every difference, and nothing of a hidden answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.storage.sessions import Database
from tests.ladder_runs import DECLARATION, declared, run_of_rung
from tests.served import HIDDEN, served

BASE = {"p1/numeric": "incorrect"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Two rungs of three have finished the public and the hidden set, and the baseline did so twice."""
    folder = tmp_path_factory.mktemp("ladders")
    with served(folder) as client:
        db = Database(f"sqlite:///{folder / 'served.sqlite'}")
        declared(db)
        declared(db, DECLARATION.replace('"tiny"', '"other"'))
        for name in ("tiny", "secret"):
            run_of_rung(db, "tiny@bf16", name, BASE, {})
            run_of_rung(db, "tiny@bf16", name, {}, {})
            run_of_rung(db, "tiny@fp8", name, {"p2/symbolic": "incorrect"}, {"p3/original": HIDDEN})
        db.dispose()
        yield client


def _page(client: TestClient, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.text
    return reply.text


def test_every_ladder_is_listed_with_its_rungs(client: TestClient) -> None:
    """The list is linked from every page, and the baseline stands out."""
    page = _page(client, "/ladders")
    assert 'href="/ladders/tiny"' in page
    assert "<b>bf16</b>, fp8, int8" in page
    assert 'href="/ladders"' in _page(client, "/")


def test_a_ladder_shows_what_each_rung_changes_with_intervals(client: TestClient) -> None:
    """Differences, both directions, topics, perturbations, facts; and in words what is too small to see."""
    page = _page(client, "/ladders/tiny?problem_set=tiny")
    assert "This comparison can see differences of about" in page
    assert "nothing here is larger." in page
    assert "points, between −" in page
    assert "not run yet" in page
    assert "bf16 again" in page
    for heading in ("By topic", "By perturbation", "Right to wrong", "Tokens / s"):
        assert heading in page
    assert "3 problems" in page
    assert "fp8 &lt;e4m3&gt;" in page
    assert "[1, 16]" in page


def test_without_a_set_the_page_takes_one_that_rungs_have_finished(client: TestClient) -> None:
    """Other sets are one click away; a ladder without runs says how it gets them."""
    page = _page(client, "/ladders/tiny")
    assert 'aria-current="page"' in page
    assert "/ladders/tiny?problem_set=tiny&amp;version=2" in page
    assert "/ladders/tiny?problem_set=secret&amp;version=2" in page
    assert "plumbline models ladder run other" in _page(client, "/ladders/other")


def test_the_leaderboard_leads_to_the_ladders_of_its_models(client: TestClient) -> None:
    """A ladder without a run on the set is not named there."""
    page = _page(client, "/leaderboards/tiny")
    assert 'href="/ladders/tiny?problem_set=tiny&amp;version=2"' in page
    assert "/ladders/other" not in page


def test_a_hidden_answer_is_on_no_page(client: TestClient) -> None:
    """Not even an extracted answer that happens to be the gold one."""
    assert HIDDEN not in _page(client, "/ladders/tiny?problem_set=secret")


@pytest.mark.parametrize("path", ["/ladders/none", "/ladders/tiny?problem_set=none"])
def test_what_is_not_there_is_a_page(client: TestClient, path: str) -> None:
    """An unknown ladder or set is told to a reader, with what there is."""
    reply = client.get(path)
    assert reply.status_code == 404
    assert "none" in reply.text
