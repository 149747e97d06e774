"""The pages in a real browser: mathematics is drawn, nothing overflows, model output stays text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import Live, live_server

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

ATTACK = (
    "<img src=x onerror=document.title='taken'> $\\href{javascript:alert(1)}{x}$ \\boxed{<script>1</script>}"
)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_server(tmp_path_factory.mktemp("pages")) as server:
        first = server.client.post(
            "/v1/runs", json={"model": "sympy", "problem_set": "core-mini", "limit": 4}
        ).json()
        server.wait_for_run(first["id"])
        yield server


def _dom(url: str, profile: Path) -> str:
    """The page as the browser has made it once its scripts have run."""
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
    ]
    result = subprocess.run(
        [CHROMIUM, *flags, f"--user-data-dir={profile}", "--virtual-time-budget=8000", "--dump-dom", url],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return result.stdout


def _some_problem(live: Live) -> str:
    page = live.client.get("/leaderboards/core-mini").text
    return re.search(r'href="(/problems/core-mini/[^"]+)"', page).group(1)  # type: ignore[union-attr]


def test_the_leaderboard_shows_models_with_their_intervals(live: Live, tmp_path: Path) -> None:
    """A model's score stands on the page with its interval as a picture that can be read aloud."""
    dom = _dom(f"{live.url}/leaderboards/core-mini", tmp_path)
    assert "sympy" in dom
    assert "How these numbers are computed" in dom


def test_a_problem_page_draws_its_mathematics(live: Live, tmp_path: Path) -> None:
    """KaTeX draws statements and answers, and leaves no formula as source."""
    dom = _dom(live.url + _some_problem(live), tmp_path)
    assert dom.count('class="katex"') > 5
    assert "katex-error" not in dom
    statements = re.findall(r'<div class="statement prose-math">(.*?)</div>', dom, re.S)
    assert statements
    assert not any("$" in statement for statement in statements)


def test_an_answer_with_markup_stays_text(live: Live, tmp_path: Path) -> None:
    """Markup and scripts in an answer are shown, never run."""
    problem = _some_problem(live).rsplit("/", 1)[1]
    line = json.dumps({"variant": f"{problem}/original", "answer": ATTACK})
    reply = live.client.post(
        "/v1/submissions", params={"problem_set": "core-mini", "model": "attack"}, content=line
    )
    live.wait_for_run(reply.json()["run"])
    dom = _dom(f"{live.url}/problems/core-mini/{problem}", tmp_path)
    assert "<title>taken" not in dom
    assert "<script>1" not in dom
    assert (
        "javascript:alert" not in re.sub(r"<annotation.*?</annotation>", "", dom, flags=re.S)
        or 'href="javascript' not in dom
    )


def test_pages_forbid_foreign_and_inline_scripts(live: Live) -> None:
    """The content security policy lets scripts come from files of this server alone."""
    policy = live.client.get("/leaderboards/core-mini").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-eval" not in policy


def test_the_interface_page_lists_every_route_without_help_from_elsewhere(live: Live) -> None:
    """It names the routes of the OpenAPI description and loads nothing from another host."""
    page = live.client.get("/api").text
    for path in live.client.get("/openapi.json").json()["paths"]:
        assert path in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.parametrize("path", ["/leaderboards/none", "/problems/core-mini/none"])
def test_a_page_that_is_not_there_says_so(live: Live, path: str) -> None:
    """A wrong address is 404 and names what is missing."""
    reply = live.client.get(path)
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("text/html")
    assert "none" in reply.text
