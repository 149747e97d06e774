"""A vLLM server of our own, from its start to its end, or one that runs already."""

from __future__ import annotations

import http.client
import json
import os
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from app.backends.errors import BackendUnavailable
from app.backends.vllm.metrics import Metrics, read_metrics
from app.backends.vllm.processes import check_installed, last_lines
from app.backends.vllm.settings import VLLMSettings
from app.backends.vllm.supervision import Supervised

MODULE = "vllm.entrypoints.openai.api_server"
"""Started as a module: the program `vllm` of the package for processors does not find its own version."""

HOST = "127.0.0.1"
POLL_SECONDS = 0.25
REQUEST_SECONDS = 10.0
_NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class VLLMServer:
    """A context manager: inside it, a server is ready at `base_url` and knows the model as `name`.

    It is started on a free port of loopback and stopped at the end, or when this process ends in whatever
    way; with `base_url` in the settings, nothing is started or stopped. Entering raises `BackendUnavailable`
    when vLLM is not installed, ends before it is ready, is not ready in time, or nobody answers.
    """

    def __init__(self, settings: VLLMSettings) -> None:
        self._settings = settings
        self._process: Supervised | None = None
        self._closed = threading.Event()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.name = settings.name
        self.base_url = settings.base_url or f"http://{HOST}:{_free_port()}/v1"

    def __enter__(self) -> VLLMServer:
        if self._settings.base_url is not None:
            if not self.is_healthy():
                raise BackendUnavailable(
                    f"No vLLM server that is well answers at {self.base_url}",
                    "Start it, or leave `base_url` out, so that one is started.",
                )
            return self
        check_installed(self._settings)
        try:
            self._start()
            self._wait()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def log(self) -> Path | None:
        """The server's log while it runs; None for one that is not ours."""
        return Path(self._folder.name) / "log" if self._folder is not None else None

    def is_healthy(self) -> bool:
        """Whether the server answers and its engine is alive."""
        try:
            self._get("/health")
        except (OSError, http.client.HTTPException):
            return False
        return True

    def check(self) -> None:
        """Raises `BackendUnavailable`, with the end of its log, when a server of ours has ended."""
        status = self._process.exit_status if self._process is not None else None
        if status is not None:
            raise self._unavailable(f"The vLLM server of {self.name} ended with status {status}")

    def metrics(self) -> Metrics:
        """The server's figures now; raises `BackendUnavailable` when it does not answer."""
        return read_metrics(self._read("/metrics"))

    def max_model_len(self) -> int | None:
        """The most tokens of a prompt and its answer together, where the server says so.

        Raises `BackendUnavailable` when it does not answer, or does not serve the model.
        """
        models: list[dict[str, Any]] = json.loads(self._read("/v1/models"))["data"]
        for model in models:
            if model["id"] == self.name:
                return model.get("max_model_len")
        known = ", ".join(str(model["id"]) for model in models)
        raise BackendUnavailable(
            f"The server at {self.base_url} does not know the model {self.name!r}",
            f"It serves {known}: correct `served_name`.",
        )

    def close(self) -> None:
        """Stop a server of ours, or its start, and wait until it is gone; may be called more than once."""
        self._closed.set()
        if self._process is not None:
            self._process.stop()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="plumbline-vllm-", ignore_cleanup_errors=True)
        settings, port = self._settings, self.base_url.removesuffix("/v1").rpartition(":")[2]
        command = [settings.python, "-m", MODULE, "--host", HOST, "--port", port, *settings.arguments()]
        with (Path(self._folder.name) / "log").open("wb") as log:
            self._process = Supervised(command, environment=settings.variables(), log=log)

    def _wait(self) -> None:
        limit = time.monotonic() + self._settings.start_timeout
        while not self.is_healthy():
            self.check()
            if time.monotonic() > limit:
                seconds = f"{self._settings.start_timeout:g} s"
                raise self._unavailable(f"The vLLM server of {self.name} was not ready within {seconds}")
            if self._closed.wait(POLL_SECONDS):
                raise BackendUnavailable(f"The vLLM server of {self.name} was stopped", "Begin again.")

    def _unavailable(self, what: str) -> BackendUnavailable:
        """The error that shows the end of the log, where vLLM says what is wrong."""
        log = last_lines(self.log) if self.log is not None else ""
        return BackendUnavailable(what, f"Its log ends:\n{log}")

    def _read(self, path: str) -> str:
        try:
            return self._get(path)
        except (OSError, http.client.HTTPException) as error:
            self.check()
            raise BackendUnavailable(
                f"The vLLM server at {self.base_url} does not answer {path} ({error})",
                "See that it is well, and that `base_url` and `api_key_env` are right.",
            ) from None

    def _get(self, path: str) -> str:
        request = urllib.request.Request(self.base_url.removesuffix("/").removesuffix("/v1") + path)  # noqa: S310
        key = os.environ.get(self._settings.api_key_env or "", "")
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        with _NO_PROXY.open(request, timeout=REQUEST_SECONDS) as reply:
            return str(reply.read().decode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
