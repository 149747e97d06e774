"""A model that is asked in messages: what the wire, strategies and tools have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from app.backends.errors import BackendError

Role = Literal["system", "user", "assistant", "tool"]
ToolChoice = Literal["auto", "none", "required"]


@dataclass(frozen=True)
class ToolCall:
    """A function that the model wants called; `arguments` is what it wrote, which need not be JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; a tool's answer names its call in `tool_call_id`."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True)
class ToolSpec:
    """A tool as it is offered to a model; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class ChatRequest:
    """What a model is asked. Its sampling settings are its own; `temperature` replaces that one alone.

    `draws` answers are wanted, numbered from `first_draw` on: a seeded model draws each with a seed of its
    own, and no answer to a draw beyond number 0 is ever taken from a cache.
    """

    messages: tuple[Message, ...]
    draws: int = 1
    first_draw: int = 0
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: ToolChoice = "auto"
    temperature: float | None = None


@dataclass(frozen=True)
class Draw:
    """One answer of a model. Reasoning, wherever a server puts it, stands apart and is never in the text.

    `finish_reason` is `stop`, `length` or `tool_calls`; `logprobs` are as the server sent them.
    """

    text: str
    finish_reason: str
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    logprobs: Any = None


@dataclass(frozen=True)
class Usage:
    """Tokens and US dollars; None where nobody told."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
            _sum(self.cost, other.cost),
        )


def _sum(first: Any, second: Any) -> Any:
    """The sum of what is known: a count that one of two replies left out is a lower bound."""
    if first is None or second is None:
        return second if first is None else first
    return first + second


class RequestFailed(BackendError):
    """One request came to nothing; the backend as a whole is well.

    `finish_reason` is `error` or `timeout`; `kind` is its class for counting: `rate limit`, `server`,
    `connection`, `timeout`, `refused`, `malformed`, `closed`. `spent` is what was paid nevertheless.
    """

    def __init__(
        self,
        reason: str,
        kind: str,
        seconds: float = 0.0,
        finish_reason: str = "error",
        spent: Usage = Usage(),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.seconds = seconds
        self.finish_reason = finish_reason
        self.spent = spent


@dataclass(frozen=True)
class Reply:
    """The answers to one request, in `seconds` from when it was made; at least one.

    There are as many as were asked for, or fewer where each went by itself and some `failed`. `attempts`
    counts the requests that went out, 0 for a reply taken from the cache.
    """

    draws: tuple[Draw, ...]
    usage: Usage
    seconds: float
    attempts: int = 1
    failed: RequestFailed | None = None


class Halted(BackendError):
    """Nothing more may be sent for now: the budget is used up, or the server answers nobody any more.

    The message says which, and what to do; the run pauses with it.
    """


class ChatModel(Protocol):
    """Answers conversations, any number at once, on the event loop it is used on."""

    async def ask(self, request: ChatRequest) -> Reply:
        """The model's answers; raises RequestFailed, Halted, or BackendUnavailable for the whole model."""
        ...

    def bound(self, request: ChatRequest) -> Usage:
        """The most that `request` can come to, as far as that is known: what a budget reserves for it."""
        ...

    def fingerprint(self, request: ChatRequest) -> str:
        """A SHA-256 in hexadecimal of all that decides the answer: address, model, settings, messages."""
        ...

    async def close(self) -> None:
        """Let every connection go; may be called more than once."""
        ...
