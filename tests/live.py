"""A real Plumbline on this machine: the installed command, a database of its own, a server on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
PLUMBLINE = Path(sys.executable).with_name("plumbline")
START_SECONDS = 60.0


@dataclass(frozen=True)
class Live:
    """A running server: a client for it, and its environment for further commands."""

    client: httpx.Client
    url: str
    environment: dict[str, str]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `plumbline` with these words on the same database."""
        return plumbline(self.environment, *words)

    def wait_for_run(self, run_id: str, seconds: float = 120.0) -> dict:
        """The run once it has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            run = self.client.get(f"/v1/runs/{run_id}").raise_for_status().json()
            if run["status"] in {"completed", "failed", "cancelled"}:
                return run
            time.sleep(0.1)
        raise AssertionError(f"{run_id} has not ended: {run}")


def environment(folder: Path) -> dict[str, str]:
    """An environment in which Plumbline's state lies in `folder`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLUMBLINE_")}
    return {**clean, "PLUMBLINE_DATA_DIR": str(folder), "PLUMBLINE_BENCHMARKS_DIR": str(ROOT / "benchmarks")}


def plumbline(variables: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run `plumbline` with these words to its end."""
    return subprocess.run(
        [PLUMBLINE, *words], env=variables, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )


@contextmanager
def live_server(folder: Path) -> Iterator[Live]:
    """Serve a fresh database from `folder` for as long as the block lasts."""
    variables = environment(folder)
    assert plumbline(variables, "db", "upgrade").returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    with log.open("w") as written:
        server = subprocess.Popen(
            [PLUMBLINE, "serve", "--port", str(port)], env=variables, cwd=ROOT, stdout=written, stderr=written
        )
    try:
        with httpx.Client(base_url=url, timeout=60.0) as client:
            _wait_until_up(client, server, log)
            yield Live(client, url, variables)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def _wait_until_up(client: httpx.Client, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            client.get("/healthz").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not come up: {log.read_text()}")
