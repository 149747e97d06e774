"""The one protocol by which a model is reached, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.problems.tasks import Task


@dataclass(frozen=True)
class Prompt:
    """One question to a model: its text, and the typed task for solvers that do not read prose.

    `key` is the caller's own name for it (a sample id) and comes back with the completion.
    """

    key: str
    text: str
    task: Task | None
    assumptions: tuple[str, ...] = ()
    repetition: int = 0


@dataclass(frozen=True)
class Completion:
    """The raw output of a model; `error` says why there is none, and then `text` is empty.

    `finish_reason` is one of `stop`, `length`, `unsolved` (a solver gave up), `timeout`, `error`.
    Latency is in seconds, cost in US dollars.
    """

    key: str
    text: str
    finish_reason: str
    latency: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    error: str | None = None


class Backend(Protocol):
    """Answers prompts, each as soon as it is ready and in any order; one completion for every prompt.

    What goes wrong with one prompt is a completion with `error`; what makes the whole backend unusable
    (no such program, no key, nobody listening) is a `BackendUnavailable`, raised before anything is paid for.
    """

    def complete(self, prompts: Sequence[Prompt]) -> Iterator[Completion]: ...

    def close(self) -> None: ...
