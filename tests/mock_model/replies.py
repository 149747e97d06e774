"""The bodies of the mock model: what was asked, and whole or spoilt answers in the words of each endpoint."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

MODEL = "mock"
FILLER = "We look at what is given and simplify one step at a time. "

WRONG_USAGE = (-7, 10**15, None, "many")
"""Each token count of a spoilt usage; None: the answer has no usage at all."""

MALFORMED: tuple[bytes, ...] = (
    b'{"id": "mock-1", "choices": [{"index": 0, "mess',
    b"<html><body>All is well.</body></html>",
    b'{"id": "mock-1", "object": "chat.completion", "choices": []}',
    b'{"id": "mock-1", "choices": "\xff\xfe"}',
    b"[]",
    b"",
)


class Question(NamedTuple):
    """What one request asks."""

    prompt: str
    """All texts of the conversation: the identity of the request, with its seed."""
    last: str
    """The last text of the user."""
    turn: int
    """How many calls of tools (responses) or turns with calls (chat) the conversation has."""


class Reply(NamedTuple):
    """What one request is answered with: texts, or calls of tools instead."""

    texts: Sequence[str]
    calls: Sequence[Mapping[str, Any]] = ()


def number(prompt: str) -> int:
    """The number from 0 to 999 that answers a prompt when nothing else is set."""
    return zlib.crc32(prompt.encode()) % 1000


def usage_of(question: Question, reply: Reply) -> tuple[int, int]:
    """Tokens in and out, as an honest server counts them: a token for four characters, at least one."""
    return max(1, len(question.prompt) // 4), sum(max(1, len(text) // 4) for text in reply.texts) or 1


class Answers:
    """Prompt → text: from a file where it knows the prompt, else a box with a number made from the prompt."""

    def __init__(self, path: str, characters: int) -> None:
        self._known: dict[str, list[tuple[list[str], str]]] = {}
        if path:
            with Path(path).open(encoding="utf-8") as rows:
                for row in map(json.loads, rows):
                    lines = row["prompt"].split("\n")
                    self._known.setdefault(lines[0], []).append((lines, str(row["answer"])))
        self._filler = (FILLER * (characters // len(FILLER) + 1))[:characters]
        self._found: dict[str, str] = {}

    def text(self, prompt: str) -> str:
        """The whole text that answers this prompt."""
        found = self._found.get(prompt)
        if found is None:
            found = self._found[prompt] = f"{self._filler}The answer is {self._answer(prompt)}."
        return found

    def _answer(self, prompt: str) -> str:
        lines = prompt.split("\n")
        within = [
            (len(known), answer)
            for start, line in enumerate(lines)
            for known, answer in self._known.get(line, ())
            if lines[start : start + len(known)] == known
        ]
        return max(within)[1] if within else rf"\boxed{{{number(prompt)}}}"


def _content(content: Any) -> str:
    """A message's text, of parts too."""
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def _ask_chat(request: Mapping[str, Any]) -> Question:
    messages = request["messages"]
    texts = [_content(message.get("content")) for message in messages]
    last = next((t for m, t in zip(messages[::-1], texts[::-1], strict=True) if m.get("role") == "user"), "")
    turn = sum(bool(message.get("tool_calls")) for message in messages)
    return Question("\n".join(texts), last, turn)


def _chat(reply: Reply, usage: tuple[Any, Any] | None) -> dict[str, Any]:
    if reply.calls:
        message = {"role": "assistant", "content": None, "tool_calls": [_chat_call(c) for c in reply.calls]}
        choices = [{"index": 0, "message": message, "finish_reason": "tool_calls"}]
    else:
        choices = [
            {"index": i, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            for i, text in enumerate(reply.texts)
        ]
    return _completion("chat.completion", choices, usage)


def _chat_call(call: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": _call_id(call), "type": "function", "function": {**call, "arguments": _arguments(call)}}


def _ask_completion(request: Mapping[str, Any]) -> Question:
    prompt = request["prompt"]
    text = prompt if isinstance(prompt, str) else "\n".join(map(str, prompt))
    return Question(text, text, 0)


def _plain(reply: Reply, usage: tuple[Any, Any] | None) -> dict[str, Any]:
    choices = [{"index": i, "text": text, "finish_reason": "stop"} for i, text in enumerate(reply.texts)]
    return _completion("text_completion", choices, usage)


def _completion(kind: str, choices: list[Any], usage: tuple[Any, Any] | None) -> dict[str, Any]:
    body = {"id": "mock-1", "object": kind, "created": 0, "model": MODEL, "choices": choices}
    if usage is not None:
        body["usage"] = _usage("prompt_tokens", "completion_tokens", usage)
    return body


def _ask_response(request: Mapping[str, Any]) -> Question:
    given = request["input"]
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    texts = [_content(item.get("content") or item.get("output")) for item in items]
    last = next((t for i, t in zip(items[::-1], texts[::-1], strict=True) if i.get("role") == "user"), "")
    calls = sum(item.get("type") == "function_call" for item in items)
    return Question("\n".join([request.get("instructions") or "", *texts]), last, calls)


def _response(reply: Reply, usage: tuple[Any, Any] | None) -> dict[str, Any]:
    output: list[dict[str, Any]] = [
        {
            "id": f"fc_{i}",
            "type": "function_call",
            "call_id": _call_id(call),
            "name": call["name"],
            "arguments": _arguments(call),
            "status": "completed",
        }
        for i, call in enumerate(reply.calls)
    ] or [
        {
            "id": "msg_0",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": text, "annotations": []} for text in reply.texts[:1]],
        }
    ]
    body: dict[str, Any] = {
        "id": "resp_mock",
        "object": "response",
        "created_at": 0,
        "status": "completed",
        "model": MODEL,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    if usage is not None:
        body["usage"] = _usage("input_tokens", "output_tokens", usage)
    return body


def _usage(tokens_in: str, tokens_out: str, counts: tuple[Any, Any]) -> dict[str, Any]:
    total = counts[0] if isinstance(counts[0], str) else sum(counts)
    return {tokens_in: counts[0], tokens_out: counts[1], "total_tokens": total}


def _arguments(call: Mapping[str, Any]) -> str:
    """Arguments as the text that goes over the wire; a text is sent as it stands, also when it is no JSON."""
    arguments = call.get("arguments", {})
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _call_id(call: Mapping[str, Any]) -> str:
    return f"call_{zlib.crc32((str(call.get('name')) + _arguments(call)).encode()):08x}"


class Endpoint(NamedTuple):
    """How an endpoint asks and answers."""

    ask: Callable[[Mapping[str, Any]], Question]
    body: Callable[[Reply, tuple[Any, Any] | None], dict[str, Any]]


ENDPOINTS = {
    "/v1/chat/completions": Endpoint(_ask_chat, _chat),
    "/v1/completions": Endpoint(_ask_completion, _plain),
    "/v1/responses": Endpoint(_ask_response, _response),
}


def calls_of(
    question: Question, path: str, turns: Sequence[Sequence[Mapping[str, Any]]]
) -> Sequence[Mapping[str, Any]]:
    """The calls of tools that come next in a conversation; none when the answer is due."""
    if path != "/v1/responses":
        return turns[question.turn] if question.turn < len(turns) else ()
    made = 0
    for calls in turns:
        if question.turn <= made:
            return calls
        made += len(calls)
    return ()
