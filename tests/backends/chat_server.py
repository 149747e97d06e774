"""A real HTTP server on loopback that speaks the chat-completions protocol, and misbehaves when told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-the-secret-key-of-the-tests"


@dataclass(frozen=True)
class Reply:
    """What the server sends: a status, headers, a body; `drop` closes the connection instead."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    delay: float = 0.0


def completion(text: str | None, finish: str = "stop", **message: Any) -> Reply:
    """A well-formed chat completion."""
    return Reply(
        {
            "id": "chat-1",
            "object": "chat.completion",
            "created": 0,
            "model": "tiny",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": text, **message},
                }
            ],
            "usage": {"prompt_tokens": 12, "completion_tokens": 30, "total_tokens": 42},
        }
    )


def failure(status: int, message: str, **headers: str) -> Reply:
    """An error as OpenAI's servers word it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message, "type": "error", "code": status}}, status, named)


def echo(request: dict[str, Any], attempt: int) -> Reply:
    """Answers every prompt with itself in a box."""
    return completion(f"\\boxed{{{request['messages'][-1]['content']}}}")


Behaviour = Callable[[dict[str, Any], int], Reply]


class ChatServer:
    """Serves until closed; `behaviour` gets the request and how often this prompt has been sent (from 1)."""

    def __init__(
        self, behaviour: Behaviour = echo, *, key: str | None = None, lists_models: bool = True
    ) -> None:
        self.behaviour = behaviour
        self.key = key
        self.lists_models = lists_models
        self.requests: list[dict[str, Any]] = []
        self.attempts: Counter[str] = Counter()
        self.keys: set[str | None] = set()
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ChatServer:
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def decide(self, request: dict[str, Any]) -> Reply:
        """The reply to a chat request, counted."""
        prompt = request["messages"][-1]["content"]
        with self._lock:
            self.requests.append(request)
            self.attempts[prompt] += 1
            attempt = self.attempts[prompt]
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            reply = self.behaviour(request, attempt)
            time.sleep(reply.delay)
            return reply
        finally:
            with self._lock:
                self._at_once -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                listing = Reply({"object": "list", "data": [{"id": "tiny", "object": "model"}]})
                self._send(listing if server.lists_models else failure(404, "no such page"))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._send(server.decide(json.loads(body)))

            def _send(self, reply: Reply) -> None:
                server.keys.add(self.headers.get("Authorization"))
                if server.key is not None and self.headers.get("Authorization") != f"Bearer {server.key}":
                    reply = failure(401, f"Wrong key: {self.headers.get('Authorization')}")
                if reply.drop:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *arguments: object) -> None:
                """Nothing on the terminal."""

        return Handler
