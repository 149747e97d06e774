"""`python -m tests.mock_model`: serve the mock model until killed; its address is the first line printed."""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import sys
import threading
from collections.abc import Sequence

import uvicorn

from tests.mock_model.server import MockServer
from tests.mock_model.settings import FAULTS, Settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.mock_model", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--set", default="{}", metavar="JSON", help="any settings, as for POST /control")
    parser.add_argument("--latency", type=float, help="seconds before an answer")
    parser.add_argument("--jitter", type=float, help="up to so many seconds more")
    parser.add_argument("--at-most", type=int, help="requests at once, beyond which it answers 429")
    parser.add_argument("--answers", help="a JSONL file of prompt and answer")
    parser.add_argument("--fault", action="append", metavar="NAME=SHARE", help=", ".join(FAULTS))
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the one who started it")
    given = parser.parse_args(arguments)
    changes = {name: getattr(given, name) for name in ("latency", "jitter", "at_most", "answers")}
    changes["faults"] = {
        name: float(share) for name, share in (f.split("=") for f in given.fault or ())
    } or None
    stated = {name: value for name, value in changes.items() if value is not None}
    settings = Settings().changed(**json.loads(given.set)).changed(**stated)
    if given.until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    serve(settings, given.port)


def serve(settings: Settings, port: int) -> None:
    """Serve on loopback."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    listening = socket.create_server(("127.0.0.1", port), backlog=4096)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", flush=True)
    config = uvicorn.Config(
        MockServer(settings),
        lifespan="off",
        proxy_headers=False,
        log_level=60,  # above critical: uvicorn calls our broken responses errors
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        backlog=4096,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _end_with_stdin() -> None:
    """A server whose starter was killed must not live on."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
