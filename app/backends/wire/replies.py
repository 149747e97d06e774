"""Replies of servers, of which there are many dialects, read down to what we keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.backends.chat import Draw, ToolCall
from app.backends.errors import BackendError

LONGEST_BODY = 32 << 20
"""Bytes beyond which a reply is not read."""

MOST_TOKENS = 1 << 31
"""No request has so many: a count beyond is a fault of the server, and is not counted."""

LONGEST_EXCERPT = 200
END_OF_THOUGHT = "</think>"
START_OF_THOUGHT = "<think>"


class Garbled(BackendError):
    """The body is not what the protocol says; the message says in which way."""


@dataclass(frozen=True)
class Answers:
    """The draws in one reply with the server's token counts, None where it told none that can be."""

    draws: tuple[Draw, ...]
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int = 0


def read_answers(body: bytes, api: str) -> Answers:
    """The answers in `body`, as the protocol `api` writes them; raises Garbled."""
    if len(body) > LONGEST_BODY:
        raise Garbled(f"it is larger than {LONGEST_BODY >> 20} MiB")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbled(f"not JSON: {body[:LONGEST_EXCERPT]!r}") from None
    if not isinstance(data, dict):
        raise Garbled(f"a JSON {type(data).__name__}, not an object")
    draws = (_output(data),) if api == "responses" else tuple(map(_choice, _choices(data)))
    usage = data.get("usage")
    counts: dict[str, Any] = usage if isinstance(usage, dict) else {}
    prompt = "input_tokens" if api == "responses" else "prompt_tokens"
    completion = "output_tokens" if api == "responses" else "completion_tokens"
    details = counts.get(f"{prompt}_details")
    return Answers(
        draws,
        _count(counts.get(prompt)),
        _count(counts.get(completion)),
        _count(details.get("cached_tokens")) or 0 if isinstance(details, dict) else 0,
    )


def parted(text: str) -> tuple[str, str | None]:
    """A text without the thoughts that a server without a reasoning parser leaves in it, and these thoughts.

    A thought that was begun and cut off leaves no text: its formulas are not the answer.
    """
    if END_OF_THOUGHT in text:
        thought, _, answer = text.rpartition(END_OF_THOUGHT)
        return answer.lstrip(), thought.removeprefix(START_OF_THOUGHT)
    if text.lstrip().startswith(START_OF_THOUGHT):
        return "", text.lstrip().removeprefix(START_OF_THOUGHT)
    return text, None


def _choices(data: dict[str, Any]) -> list[dict[str, Any]]:
    choices = data.get("choices")
    if isinstance(choices, list) and choices and all(isinstance(choice, dict) for choice in choices):
        return sorted(choices, key=_index)
    raise Garbled(_fault(data) or "it has no choices")


def _index(choice: dict[str, Any]) -> int:
    index = choice.get("index")
    return index if isinstance(index, int) else 0


def _fault(data: dict[str, Any]) -> str | None:
    """What a gateway says that sends an error under status 200."""
    fault = data.get("error")
    message = fault.get("message") if isinstance(fault, dict) else fault
    return str(message)[:LONGEST_EXCERPT] if message else None


def _choice(choice: dict[str, Any]) -> Draw:
    finish = choice.get("finish_reason")
    logprobs = choice.get("logprobs")
    if isinstance(choice.get("text"), str):
        text, thought = parted(choice["text"])
        return Draw(text, _finish(finish), thought, (), logprobs)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise Garbled("a choice has no message")
    text, thought = parted(_text(message.get("content")))
    beside = message.get("reasoning") or message.get("reasoning_content") or _thinking(message.get("content"))
    calls = _calls(message.get("tool_calls"))
    return Draw(
        text,
        "tool_calls" if calls else _finish(finish),
        beside if isinstance(beside, str) else thought,
        calls,
        logprobs,
    )


def _finish(reason: Any) -> str:
    return "length" if reason in ("length", "max_output_tokens", "max_tokens") else "stop"


def _text(content: Any) -> str:
    """The text of a message: a string, null, or a list of typed parts of which only `text` is the answer."""
    if isinstance(content, str):
        return content
    return "".join(_parts(content, "text", "text"))


def _thinking(content: Any) -> str | None:
    return "".join(_parts(content, "thinking", "thinking")) or None


def _parts(content: Any, kind: str, field: str) -> list[str]:
    if not isinstance(content, list):
        return []
    parts = [part for part in content if isinstance(part, dict) and part.get("type") == kind]
    return [part[field] for part in parts if isinstance(part.get(field), str)]


def _calls(calls: Any) -> tuple[ToolCall, ...]:
    """The calls that name a function; a server's fault in the rest is the model's silence, not an error."""
    if not isinstance(calls, list):
        return ()
    functions = [(call, call.get("function")) for call in calls if isinstance(call, dict)]
    return tuple(
        ToolCall(str(call.get("id") or ""), function["name"], _arguments(function.get("arguments")))
        for call, function in functions
        if isinstance(function, dict) and isinstance(function.get("name"), str)
    )


def _arguments(arguments: Any) -> str:
    """Most servers send the arguments as text, some as the object itself."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _output(data: dict[str, Any]) -> Draw:
    """The one answer of the Responses API, whose output is a list of items."""
    output = data.get("output")
    if not isinstance(output, list):
        raise Garbled(_fault(data) or "it has no output")
    items = [item for item in output if isinstance(item, dict)]
    said = [item.get("content") for item in items if item.get("type") == "message"]
    text, thought = parted(
        "".join(part for content in said for part in _parts(content, "output_text", "text"))
    )
    reasoning = [
        part
        for item in items
        if item.get("type") == "reasoning"
        for part in (
            *_parts(item.get("content"), "reasoning_text", "text"),
            *_parts(item.get("summary"), "summary_text", "text"),
        )
    ]
    calls = tuple(
        ToolCall(str(item.get("call_id") or ""), item["name"], _arguments(item.get("arguments")))
        for item in items
        if item.get("type") == "function_call" and isinstance(item.get("name"), str)
    )
    incomplete = data.get("incomplete_details")
    reason = incomplete.get("reason") if isinstance(incomplete, dict) else None
    return Draw(
        text,
        "tool_calls" if calls else _finish(reason),
        "\n".join(reasoning) or thought,
        calls,
        _logprobs(said),
    )


def _logprobs(said: list[Any]) -> Any:
    found = [
        part["logprobs"]
        for content in said
        if isinstance(content, list)
        for part in content
        if isinstance(part, dict) and part.get("logprobs")
    ]
    return found or None


def _count(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < MOST_TOKENS else None
