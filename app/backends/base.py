"""The one protocol by which a model is reached, whatever it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, ValidationError

from app.backends.chat import Usage
from app.backends.errors import BackendUnavailable, InvalidSettings
from app.problems.tasks import Task

__all__ = [
    "Backend",
    "BackendSettings",
    "BackendUnavailable",
    "Completion",
    "ModelSpec",
    "Prompt",
    "Purse",
    "ReplyCache",
    "Terms",
]


@dataclass(frozen=True)
class ModelSpec:
    """What is evaluated: a name for the leaderboard, a key of `BACKENDS`, and that backend's settings.

    The settings are plain JSON and never hold a secret, only the name of the variable that does.
    """

    name: str
    backend: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Prompt:
    """One question to a model: its text, and the typed task for solvers that do not read prose.

    `key` is the caller's own name for it (a sample id) and comes back with the completion. `kind` is the
    answer kind, by whose rule two answers can be compared.
    """

    key: str
    text: str
    task: Task | None
    assumptions: tuple[str, ...] = ()
    repetition: int = 0
    kind: str = "expression"


@dataclass(frozen=True)
class Completion:
    """The raw output of a model; `error` says why there is none, and then `text` is empty.

    `finish_reason` is one of `stop`, `length`, `unsolved` (a solver gave up), `timeout`, `error`; errors are
    counted by `error_kind`. Latency is in seconds, cost in US dollars. `reasoning` stands apart from the
    text; `details` (JSON) is what a strategy, a tool or the wire noted.
    """

    key: str
    text: str
    finish_reason: str
    latency: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    error: str | None = None
    error_kind: str | None = None
    reasoning: str | None = None
    details: Mapping[str, Any] | None = None


class Purse(Protocol):
    """What a run may spend. Used on an event loop, so none of it may wait."""

    def reserve(self, bound: Usage) -> None:
        """Set aside the most that a request can come to; raises Halted when that is more than is left."""
        ...

    def settle(self, bound: Usage, spent: Usage) -> None:
        """Give a reservation back and count what was spent."""
        ...


class ReplyCache(Protocol):
    """Replies by the fingerprint of their request, shared between runs; called in threads, may wait."""

    def get(self, fingerprint: str) -> Mapping[str, Any] | None: ...

    def put(self, fingerprint: str, reply: Mapping[str, Any]) -> None: ...


class Equivalence(Protocol):
    """Which of some final answers to one question are the same mathematics."""

    def __call__(self, answers: Sequence[str], prompt: Prompt) -> Sequence[int | None]:
        """For each answer the number of its class, from 0 in order of appearance; None for no answer."""
        ...


@dataclass(frozen=True)
class Terms:
    """On what terms prompts are completed: a budget, a cache, a rule for equal answers, if any."""

    purse: Purse | None = None
    cache: ReplyCache | None = None
    equivalence: Equivalence | None = None


NO_TERMS = Terms()
"""No budget, no cache, no comparison of answers."""


class Backend(Protocol):
    """Answers prompts, each as soon as it is ready and in any order; one completion for every prompt.

    Prompts are taken only as they can be sent, so there may be any number of them. What goes wrong with one
    prompt is a completion with `error`; what makes the whole backend unusable (no such program, no key,
    nobody listening) is a `BackendUnavailable`, raised before anything is paid for; `Halted` says that
    nothing more may be sent for now, after what was in flight has come back. Closing the iterator early
    drops the prompts not yet sent. `close` may be called more than once.
    """

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]: ...

    def close(self) -> None: ...


@runtime_checkable
class Batching(Backend, Protocol):
    """A backend that answers faster than answers are stored one by one."""

    def batches(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Sequence[Completion]]:
        """As `complete`, with all that is ready at a time.

        Asking for the next batch says that the last is safe: until then an answer counts as still being made,
        and no other prompt is sent in its place. So of what costs, no more than the backend has in flight at
        once is ever unsafe.
        """
        ...


class BackendSettings(BaseModel):
    """The base of every backend's settings; unknown names are refused, so that a typo is not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def of(cls, spec: ModelSpec) -> BackendSettings:
        """The settings in `spec`, checked; the message of `InvalidSettings` repeats no value, only names."""
        try:
            return cls.model_validate(dict(spec.settings))
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {fault['msg']}"
                for fault in error.errors(include_input=False, include_url=False)
            )
            known = ", ".join(cls.model_fields)
            raise InvalidSettings(
                f"The settings of model {spec.name!r} do not fit the backend {spec.backend!r}: {faults}",
                f"Its settings are: {known}",
            ) from None
