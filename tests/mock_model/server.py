"""The mock model as a raw ASGI application: three endpoints that answer or fail as set, and `/control`."""

from __future__ import annotations

import asyncio
import json
import math
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Any

from tests.mock_model.counters import Asked, Counters
from tests.mock_model.replies import (
    ENDPOINTS,
    MALFORMED,
    MODEL,
    WRONG_USAGE,
    Answers,
    Endpoint,
    Question,
    Reply,
    calls_of,
    usage_of,
)
from tests.mock_model.settings import Draws, Settings

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

SLOW_PIECES = 5
NO_DRAWS = Draws(0.0, 0.0, 0.0)
LISTING = {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "tests"}]}


class MockServer:
    """Answers requests by its settings, and counts them."""

    def __init__(self, settings: Settings) -> None:
        self.set(settings)
        self.counters = Counters()

    def set(self, settings: Settings) -> None:
        """Go on with these settings."""
        self.settings = settings
        self.answers = Answers(settings.answers, settings.reply_characters)
        self.made: dict[tuple[Any, ...], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope["path"]
        endpoint = ENDPOINTS.get(path)
        body = await read(receive)
        if endpoint is not None and scope["method"] == "POST":
            await self.complete(path, endpoint, body, receive, send)
        elif path == "/control":
            await self.control(scope, body, send)
        elif path == "/v1/models":
            await send_json(send, 200, LISTING)
        else:
            await send_json(send, 404, error_body(f"no such page: {path}", 404))

    async def control(self, scope: Scope, body: bytes, send: Send) -> None:
        """GET: the counts, with `?prompts` for each prompt too. POST: change settings. DELETE: count anew."""
        if scope["method"] == "POST":
            try:
                self.set(self.settings.changed(**json.loads(body)))
            except (ValueError, OSError) as error:
                await send_json(send, 400, error_body(str(error), 400))
                return
        if scope["method"] == "DELETE":
            self.counters.clear()
        await send_json(send, 200, self.counters.summary(scope["query_string"] == b"prompts"))

    async def complete(
        self, path: str, endpoint: Endpoint, body: bytes, receive: Receive, send: Send
    ) -> None:
        """Answer or fail a request to the model."""
        try:
            request = json.loads(body)
            question = endpoint.ask(request)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            await send_json(send, 400, error_body(f"not a request: {error!r}", 400))
            return
        counters = self.counters
        if self.settings.at_most and counters.in_flight >= self.settings.at_most:
            counters.over_limit += 1
            await self.refuse(send)
            return
        asked = counters.receive(question.prompt, request.get("seed"))
        try:
            draws = NO_DRAWS
            if self.settings.faults or self.settings.jitter:
                draws = Draws.of(self.settings.seed, question.prompt, asked.seed, asked.received)
            fault = self.settings.fault(draws.fault)
            if fault is not None:
                counters.faults[fault] += 1
            if fault == "429":
                await self.refuse(send)
                return
            if fault != "hang":
                await asyncio.sleep(self.settings.latency + self.settings.jitter * draws.jitter)
            spoil = SPOILERS.get(fault) if fault else None
            if spoil is not None:
                await spoil(draws, receive, send)
                return
            reply = self.reply(path, question, request)
            usage: tuple[Any, Any] | None = usage_of(question, reply)
            if fault == "usage":
                wrong = WRONG_USAGE[int(draws.kind * len(WRONG_USAGE))]
                usage = None if wrong is None else (wrong, wrong)
            whole = self.whole(endpoint, reply, usage)
            if fault == "truncated":
                await send_truncated(whole, send)
                return
            await self.deliver(whole, asked, send, self.settings.slow_seconds if fault == "slow" else 0.0)
        finally:
            counters.in_flight -= 1

    def reply(self, path: str, question: Question, request: Mapping[str, Any]) -> Reply:
        """The texts, or the calls of tools, that answer a question."""
        if request.get("tools"):
            calls = calls_of(question, path, self.settings.tool_turns)
            if calls:
                return Reply((), calls)
        return Reply([self.answers.text(question.last)] * (request.get("n") or 1))

    def whole(self, endpoint: Endpoint, reply: Reply, usage: tuple[Any, Any] | None) -> bytes:
        """The body of an answer, made once."""
        if reply.calls:
            return json.dumps(endpoint.body(reply, usage)).encode()
        what = (endpoint, *reply.texts, usage)
        made = self.made.get(what)
        if made is None:
            made = self.made[what] = json.dumps(endpoint.body(reply, usage)).encode()
        return made

    async def refuse(self, send: Send) -> None:
        """Too many requests."""
        seconds = self.settings.retry_after
        after = f"{seconds:g}"
        if self.settings.retry_after_date:
            after = formatdate(math.ceil(time.time() + seconds), usegmt=True)
        await send_json(send, 429, error_body("slow down", 429), (b"retry-after", after.encode()))

    async def deliver(self, whole: bytes, asked: Asked, send: Send, seconds: float) -> None:
        """Send a whole answer, in pieces when it shall take some seconds, and count it."""
        await start(send, 200, len(whole))
        if seconds:
            size = math.ceil(len(whole) / SLOW_PIECES)
            for piece in range(SLOW_PIECES):
                await send(part(whole[piece * size : (piece + 1) * size], more=True))
                await asyncio.sleep(seconds / SLOW_PIECES)
            whole = b""
        gone = connection(send).disconnected
        await send(part(whole))
        self.counters.answer(asked, arrived=not gone)


async def read(receive: Receive) -> bytes:
    """The body of a request."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


async def start(
    send: Send, status: int, length: int, *headers: tuple[bytes, bytes], kind: bytes = b""
) -> None:
    """Begin a response."""
    fields = [(b"content-type", kind or b"application/json"), (b"content-length", b"%d" % length), *headers]
    await send({"type": "http.response.start", "status": status, "headers": fields})


def part(body: bytes, more: bool = False) -> dict[str, Any]:
    """A piece of a body."""
    return {"type": "http.response.body", "body": body, "more_body": more}


async def send_json(send: Send, status: int, body: Any, *headers: tuple[bytes, bytes]) -> None:
    """A whole response."""
    whole = json.dumps(body).encode()
    await start(send, status, len(whole), *headers)
    await send(part(whole))


def error_body(message: str, status: int) -> dict[str, Any]:
    """An error as OpenAI's servers word it."""
    return {"error": {"message": message, "type": "mock_error", "param": None, "code": status}}


def connection(send: Send) -> Any:
    """uvicorn's record of the request, with its `transport`: ASGI itself has no words for a reset."""
    return send.__self__  # type: ignore[attr-defined]


async def hang(_draws: Draws, receive: Receive, _send: Send) -> None:
    """Say nothing until the client goes."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def reset(draws: Draws, receive: Receive, send: Send) -> None:
    """Throw the connection away: a linger of 0 seconds makes the kernel send RST, not FIN."""
    transport = connection(send).transport
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
    await hang(draws, receive, send)


async def send_malformed(draws: Draws, _receive: Receive, send: Send) -> None:
    """A whole body that is no completion."""
    body = MALFORMED[int(draws.kind * len(MALFORMED))]
    await start(send, 200, len(body))
    await send(part(body))


async def send_truncated(whole: bytes, send: Send) -> None:
    """Part of a body: uvicorn closes the connection of an application that returns in the midst of one."""
    await start(send, 200, len(whole))
    await send(part(whole[: len(whole) // 2], more=True))


async def send_500(_draws: Draws, _receive: Receive, send: Send) -> None:
    """An error in JSON."""
    await send_json(send, 500, error_body("something broke", 500))


async def send_502(_draws: Draws, _receive: Receive, send: Send) -> None:
    """An error page of a proxy."""
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    await start(send, 502, len(page), kind=b"text/html")
    await send(part(page))


async def send_503(_draws: Draws, _receive: Receive, send: Send) -> None:
    """An error without a body."""
    await start(send, 503, 0)
    await send(part(b""))


SPOILERS: dict[str, Callable[[Draws, Receive, Send], Awaitable[None]]] = {
    "500": send_500,
    "502": send_502,
    "503": send_503,
    "reset": reset,
    "hang": hang,
    "malformed": send_malformed,
}
