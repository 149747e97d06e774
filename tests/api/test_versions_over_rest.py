"""Versions over REST: what each changed and why, pages of problems and variants, and no hidden answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.served import HIDDEN, served


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("rest")) as client:
        yield client


def test_versions_are_listed_with_what_they_changed(client: TestClient) -> None:
    """The newest first, with counts, the reason, and a hash each."""
    newest, first = client.get("/v1/problem-sets/tiny/versions").json()["data"]
    assert (newest["version"], first["version"]) == ("2", "1")
    assert newest["changes"] == {
        "problems": {"changed": 1, "added": 1, "removed": 1},
        "variants": {"changed": 1, "added": 3, "removed": 3},
    }
    assert (first["changes"], newest["reasons"]) == ({}, {"*": f"it is {HIDDEN}"})
    listed = client.get("/v1/problem-sets").json()["data"]
    assert [(each["name"], each["version"]) for each in listed] == [("secret", "2"), ("tiny", "2")]


def test_two_versions_are_compared_a_page_at_a_time(client: TestClient) -> None:
    """Which problems and variants, which fields, and why."""
    ask = {"old": "1", "new": "2", "limit": 2}
    page = client.get("/v1/problem-sets/tiny/differences", params=ask).json()
    rest = client.get("/v1/problem-sets/tiny/differences", params=ask | {"after": page["last_id"]}).json()
    assert (page["has_more"], rest["has_more"], page["changes"]["variants"]["added"]) == (True, False, 3)
    assert [(each["id"], each["what"]) for each in page["data"] + rest["data"]] == [
        ("p1", "changed"),
        ("p3", "added"),
        ("p0", "removed"),
    ]
    (variant,) = page["data"][0]["variants"]
    assert variant == {
        "id": "p1/original",
        "what": "changed",
        "fields": ["answer", "parameters", "change", "origin"],
    }
    assert page["data"][0]["reason"] == f"it is {HIDDEN}"


@pytest.mark.parametrize("version", ["1", "2"])
def test_variants_and_problems_come_in_pages(client: TestClient, version: str) -> None:
    """Every variant of a version once, the old one as readable as the new."""
    found, after = [], None
    while True:
        ask = {"version": version, "limit": 4} | ({"after": after} if after else {})
        page = client.get("/v1/problem-sets/tiny/variants", params=ask).json()
        found += page["data"]
        after = page["last_id"]
        if not page["has_more"]:
            break
    assert len({each["id"] for each in found}) == len(found) == 9
    assert {each["gold"] for each in found} == {"1": {"x"}, "2": {"x", HIDDEN}}[version]
    problems = client.get("/v1/problem-sets/tiny/problems", params={"version": version}).json()["data"]
    assert [each["id"] for each in problems] == {"1": ["p0", "p1", "p2"], "2": ["p1", "p2", "p3"]}[version]
    one = {"version": version, "problem": "p2", "perturbation": "numeric"}
    (row,) = client.get("/v1/problem-sets/tiny/variants", params=one).json()["data"]
    assert (row["id"], row["images"][0]["path"]) == ("p2/numeric", "images/one.png")


ADDRESSES = [
    "/v1/problem-sets",
    "/v1/problem-sets/secret",
    "/v1/problem-sets/secret/versions",
    "/v1/problem-sets/secret/differences?old=1&new=2",
    "/v1/problem-sets/secret/problems",
    "/v1/problem-sets/secret/variants",
    "/v1/leaderboards/secret",
    "/leaderboards/secret",
    "/problem-sets/secret",
    "/problem-sets/secret/differences?old=1&new=2",
    "/problem-sets/secret/problems",
    "/problems/secret/p1",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_tells_a_hidden_answer(client: TestClient, address: str) -> None:
    """Not in the answer, nor in parameters, changes, origins, reasons or provenance, where it stands too."""
    reply = client.get(address)
    assert reply.status_code == 200, reply.text
    hidden = reply.text.replace("tiny", "")
    assert address == "/v1/problem-sets" or HIDDEN not in hidden
    if address == "/v1/problem-sets":
        (secret,) = (each for each in reply.json()["data"] if each["name"] == "secret")
        assert HIDDEN not in str(secret)


def test_a_hidden_comparison_says_that_the_answer_changed(client: TestClient) -> None:
    """The field is named, its values and the reason are not."""
    reply = client.get("/v1/problem-sets/secret/differences", params={"old": "1", "new": "2"}).json()
    assert "answer" in reply["data"][0]["variants"][0]["fields"]
    assert {each["reason"] for each in reply["data"]} == {None}


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/v1/problem-sets/tiny/differences?old=1&new=9", 404, "version 9"),
        ("/v1/problem-sets/tiny/differences?old=1&new=2&after=p2", 404, "no problem p2 differs"),
        ("/v1/problem-sets/tiny/differences?old=1", 422, "new"),
        ("/v1/problem-sets/tiny/variants?after=none", 404, "none"),
        ("/v1/problem-sets/none/problems", 404, "none"),
    ],
)
def test_what_is_not_there_is_a_problem(client: TestClient, address: str, status: int, word: str) -> None:
    """As every error: RFC 9457, and what is missing."""
    reply = client.get(address)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert word in reply.json()["detail"]
