"""Requests as the three protocols write them: chat completions, plain completions, responses."""

from __future__ import annotations

from typing import Any

from app.backends.chat import ChatRequest, Message
from app.backends.wire.settings import OpenAISettings

PATHS = {"chat": "/chat/completions", "completions": "/completions", "responses": "/responses"}
"""Where each protocol is spoken, below the base URL."""


class Bodies:
    """Writes the bodies of requests to one model; what is the same in all of them is put together once."""

    def __init__(self, settings: OpenAISettings) -> None:
        self._settings = settings
        self._write = {"chat": _chat, "completions": _plain, "responses": _responses}[settings.api]
        self._fixed = {
            "model": settings.model,
            **{name: value for name, value in _sampling(settings).items() if value is not None},
            # Last, so that a server's own settings may stand instead of the usual ones.
            **settings.extra_body,
        }
        self._system = (Message("system", settings.system),) if settings.system is not None else ()

    def body(self, request: ChatRequest) -> dict[str, Any]:
        """The JSON body of `request`."""
        body = self._fixed | self._write((*self._system, *request.messages), request)
        if self._settings.seed is not None and "seed" not in self._settings.extra_body:
            body["seed"] = self._settings.seed + request.first_draw
        if request.temperature is not None:
            body["temperature"] = request.temperature
        return body


def _sampling(settings: OpenAISettings) -> dict[str, Any]:
    common: dict[str, Any] = {"temperature": settings.temperature, "top_p": settings.top_p}
    stop = list(settings.stop) or None
    effort = settings.reasoning_effort
    if settings.api == "responses":
        return common | {
            "max_output_tokens": settings.max_tokens,
            "reasoning": None if effort is None else {"effort": effort},
            "top_logprobs": settings.logprobs,
            "include": None if settings.logprobs is None else ["message.output_text.logprobs"],
        }
    common |= {settings.max_tokens_field: settings.max_tokens, "stop": stop, "reasoning_effort": effort}
    if settings.logprobs is None:
        return common
    if settings.api == "completions":
        return common | {"logprobs": settings.logprobs}
    return common | {"logprobs": True, "top_logprobs": settings.logprobs or None}


def _chat(messages: tuple[Message, ...], request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": [_chat_message(message) for message in messages]}
    if request.draws > 1:
        body["n"] = request.draws
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": t.name, "description": t.description, "parameters": t.parameters},
            }
            for t in request.tools
        ]
        body["tool_choice"] = request.tool_choice
    return body


def _chat_message(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.content}
    if message.tool_calls:
        calls = [
            {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
            for c in message.tool_calls
        ]
        return {"role": message.role, "content": message.content or None, "tool_calls": calls}
    return {"role": message.role, "content": message.content}


def _plain(messages: tuple[Message, ...], request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {"prompt": "\n\n".join(message.content for message in messages)}
    if request.draws > 1:
        body["n"] = request.draws
    return body


def _responses(messages: tuple[Message, ...], request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {"input": [item for message in messages for item in _items(message)]}
    if request.tools:
        body["tools"] = [
            {"type": "function", "name": t.name, "description": t.description, "parameters": t.parameters}
            for t in request.tools
        ]
        body["tool_choice"] = request.tool_choice
    return body


def _items(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        return [{"type": "function_call_output", "call_id": message.tool_call_id, "output": message.content}]
    said = [{"role": message.role, "content": message.content}] if message.content else []
    return said + [
        {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}
        for call in message.tool_calls
    ]
