"""The REST interface over a real server and a real database."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from app.main import read_texts
from app.problems.formats import native
from tests.live import ROOT, Live, live_server


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_server(tmp_path_factory.mktemp("rest")) as server:
        yield server


def _golds(live: Live) -> dict[str, str]:
    """The public golds of all variants, read from the shipped file as a submitter would not."""
    shipped = native.load_set(read_texts(ROOT / "benchmarks" / "core-mini"), tasks=False)
    return {variant.id: variant.gold for variant in shipped.variants}


def test_health_says_that_it_works(live: Live) -> None:
    """/healthz answers ok."""
    assert live.client.get("/healthz").json()["status"] == "ok"


def test_the_shipped_set_and_models_are_there(live: Live) -> None:
    """A fresh server offers `core` and the computer algebra systems."""
    assert "core-mini" in [each["name"] for each in live.client.get("/v1/problem-sets").json()["data"]]
    assert {"sympy", "maxima"} <= {each["name"] for each in live.client.get("/v1/models").json()["data"]}
    assert live.client.get("/v1/problem-sets/core-mini").json()["variants"] > 0


@pytest.mark.parametrize(
    ("gold", "answer", "outcome"),
    [
        (r"\frac{\pi}{4}", r"The value is $\boxed{\arctan 1}$.", "correct"),
        (r"\frac{\pi}{4}", r"\boxed{\frac{\pi}{3}}", "incorrect"),
        ("x^2", "x^3", "incorrect"),
    ],
)
def test_grade_judges_one_answer(live: Live, gold: str, answer: str, outcome: str) -> None:
    """POST /v1/grade answers with the fields of one verdict line."""
    verdict = live.client.post("/v1/grade", json={"gold": gold, "answer": answer}).json()
    assert verdict["outcome"] == outcome
    assert verdict.keys() >= {"outcome", "method", "seconds", "extracted", "reason"}


def test_a_submission_is_graded_and_ranked(live: Live) -> None:
    """Right answers for every variant, but one wrong and one unreadable line, come out as they went in."""
    golds = _golds(live)
    wrong = next(iter(golds))
    lines = [
        json.dumps({"variant": each, "answer": f"\\boxed{{{gold}}}"})
        for each, gold in golds.items()
        if each != wrong
    ]
    lines += [
        json.dumps({"variant": wrong, "answer": "\\boxed{12345.678}"}),
        "not json",
        '{"variant": "no/such", "answer": "1"}',
    ]
    reply = live.client.post(
        "/v1/submissions",
        params={"problem_set": "core-mini", "model": "perfect but once"},
        content="\n".join(lines),
    )
    assert reply.status_code == 202, reply.text
    assert reply.json()["accepted"] == len(golds)
    assert [each["line"] for each in reply.json()["rejected"]] == [len(golds) + 1, len(golds) + 2]
    run = live.wait_for_run(reply.json()["run"], seconds=240)
    assert run["status"] == "completed", run
    assert (run["counts"]["correct"], run["counts"]["incorrect"]) == (len(golds) - 1, 1)
    board = live.client.get("/v1/leaderboards/core-mini").json()
    row = next(row for row in board["rows"] if row["model"] == "perfect but once")
    assert row["rank"] == 1
    assert row["low"] < row["score"] < 1


def test_a_run_is_worked_on_and_its_samples_can_be_read(live: Live) -> None:
    """POST /v1/runs with a limit runs SymPy on a balanced selection; the same key finds the same run."""
    request = {"model": "sympy", "problem_set": "core-mini", "limit": 6}
    first = live.client.post("/v1/runs", json=request, headers={"Idempotency-Key": "once"})
    again = live.client.post("/v1/runs", json=request, headers={"Idempotency-Key": "once"})
    assert first.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    run = live.wait_for_run(first.json()["id"])
    assert run["status"] == "completed"
    assert run["counts"]["total"] == run["counts"]["graded"] == 6
    page = live.client.get(f"/v1/runs/{run['id']}/samples", params={"limit": 4}).json()
    rest = live.client.get(f"/v1/runs/{run['id']}/samples", params={"after": page["last_id"]}).json()
    assert page["has_more"]
    assert not rest["has_more"]
    samples = page["data"] + rest["data"]
    assert len({sample["id"] for sample in samples}) == 6
    assert all(sample["completion"] and sample["verdict"]["outcome"] for sample in samples)


def test_a_run_can_be_cancelled(live: Live) -> None:
    """A cancelled run stays cancelled, and is listed as such."""
    run = live.client.post("/v1/runs", json={"model": "sympy", "problem_set": "core-mini"}).json()
    assert live.client.post(f"/v1/runs/{run['id']}/cancel").json()["status"] == "cancelled"
    listed = live.client.get("/v1/runs", params={"status": "cancelled"}).json()["data"]
    assert run["id"] in [each["id"] for each in listed]


def test_a_schedule_is_made_paused_resumed_and_triggered(live: Live) -> None:
    """A schedule's life over REST; triggering it starts a run at once."""
    made = live.client.post(
        "/v1/schedules",
        json={
            "name": "nightly",
            "model": "sympy",
            "problem_set": "core-mini",
            "cron": "30 2 * * *",
            "timezone": "Europe/Paris",
            "limit": 2,
        },
    )
    assert made.status_code == 201, made.text
    address = f"/v1/schedules/{made.json()['id']}"
    assert live.client.post(f"{address}/pause").json()["paused"]
    assert not live.client.post(f"{address}/resume").json()["paused"]
    run = live.client.post(f"{address}/trigger").json()
    assert live.wait_for_run(run["id"])["counts"]["total"] == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("POST", "/v1/runs", {"model": "nobody", "problem_set": "core-mini"}, 404, "nobody"),
        ("POST", "/v1/runs", {"model": "sympy", "problem_set": "nothing"}, 404, "nothing"),
        ("POST", "/v1/runs", {"model": "sympy"}, 422, "problem_set"),
        ("POST", "/v1/grade", {"gold": "1", "answer": "1", "kind": "poem"}, 422, "kind"),
        ("POST", "/v1/models", {"name": "x", "backend": "telepathy"}, 422, "telepathy"),
        (
            "POST",
            "/v1/models",
            {"name": "x", "backend": "recorded", "settings": {"path": "/etc/passwd"}},
            422,
            "files",
        ),
        (
            "POST",
            "/v1/schedules",
            {"name": "x", "model": "sympy", "problem_set": "core-mini", "cron": "often"},
            422,
            "often",
        ),
        ("GET", "/v1/runs/run_none", None, 404, "run_none"),
        ("GET", "/v1/leaderboards/none", None, 404, "none"),
        ("GET", "/v1/nowhere", None, 404, "Not Found"),
    ],
)
def test_errors_are_problems_that_say_what(
    live: Live, method: str, path: str, body: dict | None, status: int, word: str
) -> None:
    """Every error is application/problem+json (RFC 9457) and names what was wrong."""
    reply = live.client.request(method, path, json=body)
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["status"] == status
    assert word in reply.json()["detail"]


def test_another_host_name_is_refused(live: Live) -> None:
    """A name that somebody points at loopback does not reach the server."""
    assert live.client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_page_of_another_site_can_change_nothing(live: Live, origin: str) -> None:
    """A browser names the page that sends a request; only our own pages may change something."""
    foreign = live.client.post("/v1/grade", json={"gold": "1", "answer": "1"}, headers={"Origin": origin})
    assert foreign.status_code == 403
    assert origin in foreign.json()["detail"]
    own = live.client.post("/v1/grade", json={"gold": "1", "answer": "1"}, headers={"Origin": live.url})
    assert own.json()["outcome"] == "correct"


def test_serving_beyond_loopback_is_refused(live: Live) -> None:
    """Without authentication the server binds to nothing but loopback, and says why."""
    refused = live.command("serve", "--host", "0.0.0.0")  # noqa: S104
    assert refused.returncode == 2
    assert "without authentication" in refused.stderr.replace("\n", " ")
