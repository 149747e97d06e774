"""The table of backends, and how one is opened for a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.backends.base import Backend, BackendSettings, Completion, ModelSpec, Prompt
from app.backends.computer_algebra import (
    ComputerAlgebraSettings,
    open_maxima,
    open_sympy,
)
from app.backends.errors import BackendError, BackendUnavailable, InvalidSettings
from app.backends.openai_http import OpenAIHTTP, OpenAISettings
from app.backends.recorded import Recorded, RecordedSettings
from app.backends.scripted import Scripted, ScriptedSettings
from app.problems.prompts import prompt_text

__all__ = [
    "BACKENDS",
    "BUILT_IN_MODELS",
    "Backend",
    "BackendError",
    "BackendUnavailable",
    "Completion",
    "InvalidSettings",
    "ModelSpec",
    "Prompt",
    "Scripted",
    "check_spec",
    "open_backend",
    "prompt_text",
]


@dataclass(frozen=True)
class Adapter:
    """A kind of backend: what its settings are, and how it is opened with so many workers of so many MiB.

    One that `reads_files` is registered at the command line only: no request may name files of the server.
    """

    settings: type[BackendSettings]
    open: Callable[[Any, int, int], Backend]
    summary: str
    reads_files: bool = False


BACKENDS: dict[str, Adapter] = {
    "sympy": Adapter(ComputerAlgebraSettings, open_sympy, "SymPy, in workers that are killed at a deadline"),
    "maxima": Adapter(ComputerAlgebraSettings, open_maxima, "Maxima, the program found on PATH"),
    "openai": Adapter(
        OpenAISettings,
        lambda settings, workers, memory_mb: OpenAIHTTP(settings),
        "a server that speaks the OpenAI chat-completions protocol",
    ),
    "recorded": Adapter(
        RecordedSettings,
        lambda settings, workers, memory_mb: Recorded.from_file(settings.path),
        "completions recorded in a JSONL file",
        reads_files=True,
    ),
    "scripted": Adapter(
        ScriptedSettings,
        lambda settings, workers, memory_mb: Scripted.from_settings(settings, workers),
        "a double for tests and rehearsals",
    ),
}

BUILT_IN_MODELS: tuple[ModelSpec, ...] = (ModelSpec("sympy", "sympy"), ModelSpec("maxima", "maxima"))
"""The models that need no server, no key and no account."""


def check_spec(spec: ModelSpec) -> BackendSettings:
    """The checked settings of `spec`; nothing is opened. Raises `InvalidSettings`."""
    if spec.backend not in BACKENDS:
        raise InvalidSettings(
            f"Model {spec.name!r} names the backend {spec.backend!r}, which does not exist",
            f"Backends are: {', '.join(BACKENDS)}",
        )
    return BACKENDS[spec.backend].settings.of(spec)


def open_backend(spec: ModelSpec, *, workers: int, memory_mb: int) -> Backend:
    """The backend of a model, ready to complete prompts; close it when done.

    `workers` processes of `memory_mb` MiB each are for backends that compute here; HTTP has its own
    concurrency. Raises `BackendUnavailable` when it cannot be used.
    """
    settings = check_spec(spec)
    return BACKENDS[spec.backend].open(settings, workers, memory_mb)
