"""The pages of versions: history, differences, old versions, large sets in parts, and images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.web import pages
from tests.served import HIDDEN, served


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with served(folder) as client:
        yield client


def text(client: TestClient, address: str) -> str:
    """The words of a page, without markup."""
    reply = client.get(address)
    assert reply.status_code == 200, reply.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", reply.text))


def test_the_history_says_what_each_version_changed(client: TestClient) -> None:
    """With signs and counts, and links to the details and to each version's leaderboard."""
    page = text(client, "/problem-sets/tiny")
    assert "problems +1 −1 ~1, variants +3 −3 ~1" in page
    assert "the first version" in page
    source = client.get("/problem-sets/tiny").text
    assert 'href="/problem-sets/tiny/differences?old=1&amp;new=2"' in source
    assert 'href="/leaderboards/tiny?version=1"' in source


def test_differences_name_problems_variants_fields_and_reason(client: TestClient) -> None:
    """A removed problem leads to the old version, any other to the new."""
    page = text(client, "/problem-sets/tiny/differences?old=1&new=2")
    assert f"p1/original changed: answer, parameters, change, origin it is {HIDDEN}" in page.replace(
        "  ", " "
    )
    source = client.get("/problem-sets/tiny/differences?old=1&new=2").text
    assert 'href="/problems/tiny/p0?version=1"' in source
    assert 'href="/problems/tiny/p3?version=2"' in source


def test_differences_come_in_pages(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """One link to the next, one back."""
    monkeypatch.setattr(pages, "DIFFERENCES_SHOWN", 2)
    first = text(client, "/problem-sets/tiny/differences?old=1&new=2")
    last = text(client, "/problem-sets/tiny/differences?old=1&new=2&start=2")
    assert "Problems 1 to 2 of the 3" in first
    assert "Problems 3 to 3 of the 3" in last
    assert ("next" in first, "previous" in first, "next" in last, "previous" in last) == (
        True,
        False,
        False,
        True,
    )


def test_an_old_version_says_that_there_is_a_newer(client: TestClient) -> None:
    """And its links stay on the old version."""
    page = client.get("/leaderboards/tiny?version=1").text
    assert "This is version 1. The newest is" in page
    assert 'href="/problems/tiny/p0?version=1"' in page
    assert "The newest is" not in client.get("/leaderboards/tiny").text
    assert client.get("/problems/tiny/p0").status_code == 404
    assert client.get("/problems/tiny/p0?version=1").status_code == 200


def test_a_large_sets_problems_are_a_page_of_their_own(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leaderboard then names topics only, and the list goes on after its last problem."""
    monkeypatch.setattr(pages, "PROBLEMS_SHOWN", 2)
    board = client.get("/leaderboards/tiny").text
    assert "/problems/tiny/" not in board
    assert 'href="/problem-sets/tiny/problems?version=2&amp;topic=integrals"' in board
    first = client.get("/problem-sets/tiny/problems").text
    (after,) = re.findall(r'href="([^"]*after=[^"]*)"', first)
    assert "P3" not in first
    assert "P3" in client.get(after.replace("&amp;", "&")).text
    assert "P1" not in client.get("/problem-sets/tiny/problems?topic=integrals").text


def test_a_problems_variants_can_be_filtered_and_come_in_pages(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each perturbation has a link with its count."""
    monkeypatch.setattr(pages, "VARIANTS_SHOWN", 2)
    page = text(client, "/problems/tiny/p1")
    assert "all 3original 1numeric 1symbolic 1" in page
    assert "next 1 of 3" in page
    assert "p1/symbolic" not in page
    assert "p1/symbolic" in text(client, "/problems/tiny/p1?start=2")
    filtered = text(client, "/problems/tiny/p1?perturbation=numeric")
    assert "p1/numeric" in filtered
    assert "p1/symbolic" not in filtered


def test_a_variant_shows_certificate_change_parent_and_images(client: TestClient) -> None:
    """All that is known of it, on one page."""
    page = text(client, "/problems/tiny/p2")
    assert "derivative, 3 checks, 500.0 ms" in page
    assert "Made from" in page
    assert "where: term" in page
    assert '<img src="/problem-sets/tiny/images/one.png"' in client.get("/problems/tiny/p2").text


def test_images_come_from_the_sets_folder_and_nothing_else_does(client: TestClient, folder: Path) -> None:
    """Only what is named like an image of a set that is published."""
    images = folder / "sets" / "tiny" / "images"
    images.mkdir(parents=True)
    (images / "one.png").write_bytes(b"a picture")
    (images / "one.txt").write_text("no picture")
    (folder / "sets" / "tiny" / "set.png").write_bytes(b"not in its place")
    reply = client.get("/problem-sets/tiny/images/one.png")
    assert (reply.content, reply.headers["content-type"]) == (b"a picture", "image/png")
    assert reply.headers["x-content-type-options"] == "nosniff"
    for path in ("images/one.txt", "set.png", "images/none.png", "images/..%2F..%2Ftiny%2Fset.png"):
        assert client.get(f"/problem-sets/tiny/{path}").status_code == 404
    assert client.get("/problem-sets/..%2Ftiny/images/one.png").status_code == 404
