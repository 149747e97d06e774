"""A server on loopback that speaks OpenAI's files and batches, and answers every line but the first."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-batch-secret"


class BatchServer(ThreadingHTTPServer):
    """One batch at a time; it is done when `done` says so."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.batch: dict[str, Any] = {}
        self.done = False

    @property
    def url(self) -> str:
        """The base URL, with /v1."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def begin(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Start the batch of an uploaded file."""
        lines = [json.loads(line) for line in self.files[wanted["input_file_id"]].splitlines()]
        self.files |= {
            "file-out": b"\n".join(map(_answer, reversed(lines[1:]))),
            "file-errors": _failure(lines[0]) + b"\n",
        }
        self.batch = {
            **wanted,
            "id": "batch_1",
            "object": "batch",
            "created_at": 1,
            "status": "validating",
            "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }
        return self.batch

    def look(self) -> dict[str, Any]:
        """The batch as it stands."""
        if self.done:
            total = self.batch["request_counts"]["total"]
            self.batch |= {
                "status": "completed",
                "output_file_id": "file-out",
                "error_file_id": "file-errors",
                "request_counts": {"total": total, "completed": total - 1, "failed": 1},
            }
        return self.batch


@contextmanager
def batch_server() -> Iterator[BatchServer]:
    """A server that runs for as long as the block lasts."""
    server = BatchServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: BatchServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            told = {"error": {"message": f"Incorrect API key: {self.headers['Authorization']}"}}
            self._send(401, json.dumps(told).encode())
        elif self.path == "/v1/files":
            self.server.files["file-in"] = _uploaded(self.headers["Content-Type"], body)
            told = {"id": "file-in", "object": "file", "purpose": "batch", "filename": "f", "bytes": 1}
            self._send(200, json.dumps(told).encode())
        else:
            self._send(200, json.dumps(self.server.begin(json.loads(body))).encode())

    def do_GET(self) -> None:
        if self.path.endswith("/content"):
            self._send(200, self.server.files[self.path.split("/")[-2]])
        else:
            self._send(200, json.dumps(self.server.look()).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _uploaded(content_type: str, body: bytes) -> bytes:
    """The file in a multipart body."""
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    [file] = [part for part in message.walk() if part.get_filename()]
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def _answer(line: dict[str, Any]) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": r"\boxed{0}"}, "finish_reason": "stop"}
    response = {"status_code": 200, "request_id": "r", "body": {"choices": [choice]}}
    told = {"id": "b", "custom_id": line["custom_id"], "response": response, "error": None}
    return json.dumps(told).encode()


def _failure(line: dict[str, Any]) -> bytes:
    told = {"code": "batch_expired", "message": "This request could not be executed in time."}
    return json.dumps({"custom_id": line["custom_id"], "response": None, "error": told}).encode()
