"""What the mock model is told to do: how long it thinks, how often it fails and how, what it answers."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

FAULTS = {
    "429": "too many requests, at once, with Retry-After",
    "500": "an error in JSON",
    "502": "an error page in HTML",
    "503": "an error without a body",
    "reset": "the connection is reset",
    "hang": "no answer until the client goes away",
    "malformed": "status 200 with a body that is no completion",
    "truncated": "a body shorter than its Content-Length, then the connection is closed",
    "usage": "a whole answer with token counts that are negative, absurd, missing or text",
    "slow": "a whole answer, whose body takes `slow_seconds`",
}


@dataclass(frozen=True)
class Settings:
    """All that can be set, on the command line or by `POST /control`."""

    latency: float = 0.0
    """Seconds before an answer."""
    jitter: float = 0.0
    """Up to so many seconds more, evenly drawn."""
    faults: Mapping[str, float] = field(default_factory=dict)
    """Name in `FAULTS` → share of the requests it befalls. One fault at most a request: their sum is ≤ 1."""
    seed: int = 0
    """What the draws start from: the same prompt at the same attempt fares the same in every run."""
    retry_after: float = 1.0
    """Seconds that a 429 asks the client to wait."""
    retry_after_date: bool = False
    """Whether a 429 names the moment as a date, in whole seconds, rather than the seconds to wait."""
    slow_seconds: float = 0.5
    at_most: int = 0
    """Requests at once, beyond which it answers 429; 0: no limit."""
    reply_characters: int = 0
    """Answers are filled up with words to this length, before the box."""
    answers: str = ""
    """A JSONL file of `prompt` and `answer`; a prompt is known again as lines of its own in a longer one."""
    tool_turns: tuple[tuple[Mapping[str, Any], ...], ...] = ()
    """Replies to a request with tools: in each turn these calls (`name`, `arguments`), then the answer."""

    def __post_init__(self) -> None:
        unknown = self.faults.keys() - FAULTS.keys()
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; there are {', '.join(FAULTS)}")
        if any(share < 0 for share in self.faults.values()) or sum(self.faults.values()) > 1 + 1e-9:
            raise ValueError(f"shares of faults are at least 0 and together at most 1: {dict(self.faults)}")

    def changed(self, **changes: Any) -> Settings:
        """These settings with some changed; ValueError for one that does not exist."""
        unknown = changes.keys() - {each.name for each in dataclasses.fields(self)}
        if unknown:
            raise ValueError(f"unknown settings {sorted(unknown)}")
        return dataclasses.replace(self, **changes)

    def fault(self, draw: float) -> str | None:
        """The fault that befalls a request with this draw from [0, 1), if any."""
        for name, share in self.faults.items():
            if draw < share:
                return name
            draw -= share
        return None


class Draws(NamedTuple):
    """Three independent numbers, evenly drawn from [0, 1)."""

    fault: float
    kind: float
    jitter: float

    @classmethod
    def of(cls, *what: object) -> Draws:
        """The draws that follow from `what`: the same in every process."""
        digest = hashlib.blake2b("\0".join(map(str, what)).encode(), digest_size=24).digest()
        fault, kind, jitter = (
            int.from_bytes(digest[start : start + 6], "big") / 2**48 for start in (0, 8, 16)
        )
        return cls(fault, kind, jitter)
