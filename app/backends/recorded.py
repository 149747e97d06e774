"""Answers made elsewhere: completions read from lines of JSON, found again by the prompt's text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.backends.base import NO_TERMS, BackendSettings, Completion, Prompt, Terms
from app.backends.errors import BackendUnavailable, InvalidSettings

LONGEST_FILE = 1 << 30
"""Bytes beyond which a file of recordings is refused rather than read into memory."""


class RecordedSettings(BackendSettings):
    """`path` of the JSONL file of recordings."""

    path: str = Field(min_length=1)


class Recording(BaseModel):
    """One line: the prompt it answers (its text, or the SHA-256 of it) and what the model said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str | None = None
    prompt_sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$")
    repetition: int = Field(0, ge=0)
    text: str
    finish_reason: str = "stop"
    latency: float = Field(0.0, ge=0)
    prompt_tokens: int | None = Field(None, ge=0)
    completion_tokens: int | None = Field(None, ge=0)
    cost: float | None = Field(None, ge=0)

    @property
    def address(self) -> tuple[str, int]:
        """Where this recording is found: the prompt's digest and the repetition."""
        return (self.prompt_sha256 or digest(self.prompt or ""), self.repetition)


def digest(text: str) -> str:
    """The SHA-256 of a prompt's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Recorded:
    """Replays recordings; a prompt that has none is a completion with `error`."""

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self._recordings = {recording.address: recording for recording in recordings}

    @classmethod
    def from_file(cls, name: str) -> Recorded:
        """The recordings of a JSONL file; raises `BackendUnavailable` when it cannot be read."""
        path = Path(name)
        try:
            if path.stat().st_size > LONGEST_FILE:
                raise BackendUnavailable(
                    f"{path} is larger than {LONGEST_FILE >> 20} MiB", "Split the recordings over models."
                )
            with path.open(encoding="utf-8") as lines:
                return cls(read_recordings(lines))
        except (OSError, UnicodeDecodeError) as error:
            raise BackendUnavailable(
                f"{path} cannot be read: {error}", "Name a readable JSONL file."
            ) from None

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        return (self._complete(prompt) for prompt in prompts)

    def close(self) -> None:
        """Nothing is held open."""

    def _complete(self, prompt: Prompt) -> Completion:
        recording = self._recordings.get((digest(prompt.text), prompt.repetition))
        if recording is None:
            reason = f"No recording of repetition {prompt.repetition} of this prompt."
            return Completion(prompt.key, "", "error", 0.0, error=reason)
        return Completion(
            key=prompt.key,
            text=recording.text,
            finish_reason=recording.finish_reason,
            latency=recording.latency,
            prompt_tokens=recording.prompt_tokens,
            completion_tokens=recording.completion_tokens,
            cost=recording.cost,
        )


def read_recordings(lines: Iterable[str]) -> Iterator[Recording]:
    """The recordings in lines of JSON, blank ones skipped; the first bad line raises `InvalidSettings`."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            recording = Recording.model_validate(json.loads(line))
        except (ValueError, ValidationError, RecursionError) as error:
            reason = str(error).splitlines()[0]
            raise InvalidSettings(
                f"Line {number} is not a recording: {reason}",
                'Each line is JSON like {"prompt": "…", "text": "…"}.',
            ) from None
        if recording.prompt is None and recording.prompt_sha256 is None:
            raise InvalidSettings(
                f"Line {number} does not say what it answers", "Give it `prompt` or `prompt_sha256`."
            )
        yield recording
