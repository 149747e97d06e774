"""Reads the body of a chat completion, of which servers have many dialects, down to what we keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.backends.errors import BackendError

LONGEST_BODY = 32 << 20
"""Bytes beyond which a reply is not read."""

LONGEST_EXCERPT = 200
END_OF_THOUGHT = "</think>"
START_OF_THOUGHT = "<think>"


class Garbled(BackendError):
    """The body is not a chat completion; the message says in which way."""


@dataclass(frozen=True)
class Reply:
    """The visible answer of a model with the server's token counts."""

    text: str
    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None


def read_reply(body: bytes) -> Reply:
    """The reply in `body`. Reasoning, wherever a server puts it, is never part of the text."""
    if len(body) > LONGEST_BODY:
        raise Garbled(f"it is larger than {LONGEST_BODY >> 20} MiB")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbled(f"not JSON: {body[:LONGEST_EXCERPT]!r}") from None
    choice = _first_choice(data)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise Garbled("its first choice has no message")
    usage = data.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Reply(
        text=visible(_text(message.get("content"))),
        finish_reason="length" if choice.get("finish_reason") == "length" else "stop",
        prompt_tokens=_count(counts.get("prompt_tokens")),
        completion_tokens=_count(counts.get("completion_tokens")),
    )


def visible(text: str) -> str:
    """`text` without the thoughts that a server without a reasoning parser leaves in it.

    A thought that was begun and cut off leaves nothing: its formulas are not the answer.
    """
    if END_OF_THOUGHT in text:
        return text.rpartition(END_OF_THOUGHT)[2].lstrip()
    return "" if text.lstrip().startswith(START_OF_THOUGHT) else text


def _first_choice(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Garbled(f"a JSON {type(data).__name__}, not an object")
    choices = data.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0]
    fault = data.get("error")  # some gateways send an error under status 200
    message = fault.get("message") if isinstance(fault, dict) else fault
    raise Garbled(str(message)[:LONGEST_EXCERPT] if message else "it has no choices")


def _text(content: Any) -> str:
    """The text of a message: a string, null, or a list of typed parts of which only `text` is the answer."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
