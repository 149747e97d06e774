"""What the mock model counts: who asked, what was answered whole, what went wrong on purpose."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """One prompt with one seed: how often it was asked, and answered whole."""

    prompt: str
    seed: int | None
    received: int = 0
    answered: int = 0
    """Whole answers sent, for which a client must pay."""
    abandoned: int = 0
    """Requests whose client had gone before the answer was ready."""


@dataclass
class Counters:
    """Counts of one server since it started or was cleared. Moments are seconds of `time.monotonic`."""

    asked: dict[tuple[str, int | None], Asked] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    over_limit: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    first_request: float | None = None
    last_request: float | None = None
    last_answer: float | None = None

    def clear(self) -> None:
        """Count anew; requests in flight stay in flight."""
        self.__init__(in_flight=self.in_flight)  # type: ignore[misc]

    def receive(self, prompt: str, seed: int | None) -> Asked:
        """Count a request that was let in."""
        self.last_request = time.monotonic()
        if self.first_request is None:
            self.first_request = self.last_request
        asked = self.asked.get((prompt, seed))
        if asked is None:
            asked = self.asked[prompt, seed] = Asked(prompt, seed)
        asked.received += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return asked

    def answer(self, asked: Asked, arrived: bool) -> None:
        """Count a whole answer; `arrived` says whether the client was still there."""
        if arrived:
            asked.answered += 1
            self.last_answer = time.monotonic()
        else:
            asked.abandoned += 1

    def summary(self, with_prompts: bool) -> dict[str, Any]:
        """The record that `GET /control` sends."""
        every = list(self.asked.values())
        times = Counter(asked.answered for asked in every)
        summary = {
            "received": sum(asked.received for asked in every),
            "answered": sum(asked.answered for asked in every),
            "abandoned": sum(asked.abandoned for asked in every),
            "prompts": len(every),
            "times_answered": dict(times),
            "faults": dict(self.faults),
            "over_limit": self.over_limit,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "first_request": self.first_request,
            "last_request": self.last_request,
            "last_answer": self.last_answer,
        }
        if with_prompts:
            summary["asked"] = [vars(asked) for asked in every]
        return summary
