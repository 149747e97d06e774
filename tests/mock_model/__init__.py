"""A mock model: an OpenAI-like server in a process of its own, fast, failing as told, counting what it sends.

    with MockModel(latency=0.01, faults={"429": 0.05, "reset": 0.05}) as server:
        ...  # ask server.url
        assert server.counts().times_answered == {1: 20_000}

A client must pay for each whole answer, so a prompt that is answered twice was paid twice.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mock_model.counters import Asked
from tests.mock_model.replies import MODEL, number
from tests.mock_model.settings import FAULTS, Settings

__all__ = ["FAULTS", "MODEL", "Asked", "Counts", "MockModel", "Settings", "number"]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Counts:
    """What a server has counted since it started or was cleared; moments are seconds of `time.monotonic`."""

    received: int
    """Requests let in, whatever became of them."""
    answered: int
    """Whole answers sent, for which a client must pay."""
    abandoned: int
    """Whole answers made for a client that had gone."""
    prompts: int
    """Distinct prompts with seed."""
    times_answered: Mapping[int, int]
    """How many prompts were answered whole so many times."""
    faults: Mapping[str, int]
    over_limit: int
    """Requests turned away by `at_most`."""
    in_flight: int
    most_in_flight: int
    first_request: float | None
    last_request: float | None
    last_answer: float | None
    asked: tuple[Asked, ...] = ()
    """Each prompt, when asked for."""

    @property
    def duplicates(self) -> int:
        """Whole answers beyond the first of each prompt."""
        return self.answered - sum(many for times, many in self.times_answered.items() if times)


class MockModel:
    """A running mock model; the options are those of `Settings`."""

    def __init__(self, **settings: Any) -> None:
        Settings().changed(**settings)  # refuse nonsense here rather than in the other process
        command = [sys.executable, "-m", "tests.mock_model", "--until-stdin-closes"]
        self._process = subprocess.Popen(
            [*command, "--set", json.dumps(settings)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        """The base URL, with /v1."""
        if not self.url:
            raise RuntimeError(f"the mock model ended with code {self._process.wait()}")

    def __enter__(self) -> MockModel:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def pid(self) -> int:
        """Of the server's process."""
        return self._process.pid

    def counts(self, *, prompts: bool = False) -> Counts:
        """What it has counted; with `prompts`, for each prompt too."""
        return self._control("GET", "?prompts" if prompts else "")

    def set(self, **settings: Any) -> None:
        """Change settings; requests already there go on with what they drew."""
        self._control("POST", body=settings)

    def clear(self) -> None:
        """Count anew."""
        self._control("DELETE")

    def _control(self, method: str, query: str = "", body: Any = None) -> Counts:
        url = self.url.removesuffix("/v1") + "/control" + query
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, method=method)  # noqa: S310 (loopback)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
                counted = json.load(reply)
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]["message"]) from None
        times = {int(times): many for times, many in counted.pop("times_answered").items()}
        asked = tuple(Asked(**one) for one in counted.pop("asked", ()))
        return Counts(**counted, times_answered=times, asked=asked)
