"""The batch API of a server: a file of requests is sent, and its answers are fetched when they are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai

from app.backends.errors import BackendUnavailable
from app.backends.wire.settings import OpenAISettings

ENDED = ("completed", "expired", "cancelled", "failed")
"""States that a batch does not leave."""

NO_KEY = "none"
"""Sent where a server wants no key: the client refuses to go without one."""


@dataclass(frozen=True)
class Batch:
    """A batch as the server tells of it: its `files` of answers and failures, the `faults` that ended it."""

    id: str
    status: str
    total: int
    completed: int
    failed: int
    files: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED


class BatchAPI:
    """Files and batches of one server. Every method raises BackendUnavailable when it refuses."""

    def __init__(self, settings: OpenAISettings) -> None:
        self._base_url = settings.base_url
        self._key = settings.key().get_secret_value()
        self._client = openai.OpenAI(
            base_url=settings.base_url,
            api_key=self._key or NO_KEY,
            timeout=settings.timeout,
            max_retries=settings.max_retries,
        )

    def send(self, path: Path) -> Batch:
        """Upload a file of requests and start its batch."""
        with path.open("rb") as file:
            endpoint = _endpoint(path.name, file.readline())
            file.seek(0)
            with self._told():
                uploaded = self._client.files.create(file=file, purpose="batch")
                return _read(
                    self._client.batches.create(
                        input_file_id=uploaded.id, endpoint=endpoint, completion_window="24h"
                    )
                )

    def find(self, batch_id: str) -> Batch:
        """How far a batch is."""
        with self._told():
            return _read(self._client.batches.retrieve(batch_id))

    def lines(self, batch: Batch) -> Iterator[bytes]:
        """The lines of its answers and of its failures, as they come."""
        for file_id in batch.files:
            with self._told(), self._client.files.with_streaming_response.content(file_id) as content:
                yield from (line.encode() + b"\n" for line in content.iter_lines() if line.strip())

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except openai.OpenAIError as error:
            said = str(error).replace(self._key, "***") if self._key else str(error)
            raise BackendUnavailable(
                f"{self._base_url} refuses: {said[:400]}",
                "See that `base_url` and the key are right, and that the server has OpenAI's batch API; for "
                "one that has none, answer the file with `vllm run-batch`.",
            ) from None


def _endpoint(name: str, line: bytes) -> Any:
    """Where the requests of a file go, by its first line."""
    try:
        return json.loads(line)["url"]
    except (ValueError, KeyError, TypeError):
        raise BackendUnavailable(
            f"{name} is no batch file: its first line has no url", "Write one: `plumbline batch write`."
        ) from None


def _read(batch: Any) -> Batch:
    counts = batch.request_counts
    files = (batch.output_file_id, batch.error_file_id)
    faults = batch.errors.data if batch.errors else None
    return Batch(
        batch.id,
        batch.status,
        counts.total if counts else 0,
        counts.completed if counts else 0,
        counts.failed if counts else 0,
        tuple(file_id for file_id in files if file_id),
        tuple(
            f"line {fault.line}: {fault.message}" if fault.line else fault.message for fault in faults or ()
        ),
    )
