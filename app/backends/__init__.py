"""The table of backends, and how one is opened for a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.backends.base import Backend, BackendSettings, Completion, ModelSpec, Prompt, Terms
from app.backends.chat import ChatModel, Halted
from app.backends.computer_algebra import (
    ComputerAlgebraSettings,
    open_maxima,
    open_sympy,
)
from app.backends.dispatcher import Dispatched
from app.backends.errors import BackendError, BackendUnavailable, InvalidSettings
from app.backends.recorded import Recorded, RecordedSettings
from app.backends.scripted import Scripted, ScriptedSettings
from app.backends.strategies.alone import alone
from app.backends.wire import OpenAISettings, WireModel
from app.problems.prompts import prompt_text

__all__ = [
    "BACKENDS",
    "BUILT_IN_MODELS",
    "Backend",
    "BackendError",
    "BackendUnavailable",
    "Completion",
    "Halted",
    "InvalidSettings",
    "ModelSpec",
    "Prompt",
    "Scripted",
    "Terms",
    "check_spec",
    "open_backend",
    "prompt_text",
]


@dataclass(frozen=True)
class Adapter:
    """A kind of backend: what its settings are, and how it is opened with so many workers of so many MiB.

    One that `reads_files` is registered at the command line only: no request may name files of the server.
    `chat` opens the bare model, for strategies, of a kind that can be asked in messages. One that
    `solves_tasks` is given the typed task; all others see no more than the prompt. One that takes
    `whole_runs` is handed all of a run at once by one worker, since it does thousands at a time.
    """

    settings: type[BackendSettings]
    open: Callable[[Any, int, int], Backend]
    summary: str
    reads_files: bool = False
    chat: Callable[[Any], ChatModel] | None = None
    solves_tasks: bool = False
    whole_runs: bool = False


def _open_served(settings: OpenAISettings, workers: int, memory_mb: int) -> Backend:
    settings.key()  # a missing key is told before anything begins
    return Dispatched(
        lambda: WireModel(settings), alone, settings.concurrency, together=settings.draws_per_request
    )


BACKENDS: dict[str, Adapter] = {
    "sympy": Adapter(
        ComputerAlgebraSettings,
        open_sympy,
        "SymPy, in workers that are killed at a deadline",
        solves_tasks=True,
    ),
    "maxima": Adapter(
        ComputerAlgebraSettings, open_maxima, "Maxima, the program found on PATH", solves_tasks=True
    ),
    "openai": Adapter(
        OpenAISettings,
        _open_served,
        "a server that speaks OpenAI's chat completions, completions or responses",
        chat=WireModel,
        whole_runs=True,
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
        solves_tasks=True,
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
