"""A stand-in for the Hugging Face hub on this machine: one data set, as the hub's own client asks for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "a" * 40
NAME = "someone/some-set"


@contextmanager
def hub_with(files: Mapping[str, bytes]) -> Iterator[str]:
    """The address of a hub that has the data set `someone/some-set` with these files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(files))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(files: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    about = {"id": NAME, "sha": COMMIT, "siblings": [{"rfilename": name} for name in files]}
    tree = [
        {"type": "file", "path": name, "size": len(content), "oid": f"{number:040x}"}
        for number, (name, content) in enumerate(files.items())
    ]
    documents = {
        f"/api/datasets/{NAME}": about,
        f"/api/datasets/{NAME}/revision/v1": about,
        f"/api/datasets/{NAME}/revision/{COMMIT}": about,
        f"/api/datasets/{NAME}/tree/{COMMIT}": tree,
    }

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self.wfile.write(self._answer())

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

        def _answer(self) -> bytes:
            path = self.path.split("?")[0]
            name = path.removeprefix(f"/datasets/{NAME}/resolve/{COMMIT}/")
            if name in files:
                return self._send(200, files[name], {"ETag": f'"{len(name):040x}"', "X-Repo-Commit": COMMIT})
            if path in documents:
                return self._send(
                    200, json.dumps(documents[path]).encode(), {"Content-Type": "application/json"}
                )
            return self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

        def _send(self, status: int, content: bytes, headers: Mapping[str, str]) -> bytes:
            self.send_response(status)
            for header, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(header, value)
            self.end_headers()
            return content

    return Hub
