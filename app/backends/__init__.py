"""The table of backends, and how one is opened for a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.backends.base import Backend, BackendSettings, Completion, ModelSpec, Prompt, Terms
from app.backends.chat import ChatModel, Halted
from app.backends.computer_algebra import (
    ComputerAlgebraSettings,
    open_fricas,
    open_giac,
    open_maxima,
    open_pari,
    open_sympy,
)
from app.backends.dispatcher import Dispatched
from app.backends.errors import BackendError, BackendUnavailable, InvalidSettings
from app.backends.recorded import Recorded, RecordedSettings
from app.backends.scripted import Scripted, ScriptedModel, ScriptedSettings
from app.backends.strategies.alone import alone
from app.backends.strategies.opening import STRATEGIES, Strategy, open_strategy, over
from app.backends.strategies.settings import StrategySettings
from app.backends.vllm import EngineModel, ServedModel, VLLMSettings
from app.backends.wire import OpenAISettings, WireModel

__all__ = [
    "BACKENDS",
    "BUILT_IN_MODELS",
    "Backend",
    "BackendError",
    "BackendSettings",
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
    "reads_files",
]


@dataclass(frozen=True)
class Adapter:
    """A kind of backend: what its settings are, and how it is opened with so many workers of so many MiB.

    One that `reads_files` is registered at the command line only: no request may name files of the server.
    `chat` opens the bare model, for strategies, of a kind that can be asked in messages. One that
    `solves_tasks` is given the typed task; all others see no more than the prompt. One that takes
    `whole_runs` is handed all of a run at once by one worker, since it does thousands at a time. `prompt`
    names the template by which it is asked unless another is chosen.
    """

    settings: type[BackendSettings]
    open: Callable[[Any, int, int], Backend]
    summary: str
    reads_files: bool = False
    chat: Callable[[Any], ChatModel] | None = None
    solves_tasks: bool = False
    whole_runs: bool = False
    prompt: str = "exact"


def _open_served(settings: OpenAISettings, workers: int, memory_mb: int) -> Backend:
    settings.key()  # a missing key is told before anything begins
    return Dispatched(
        lambda: WireModel(settings), alone, settings.concurrency, together=settings.draws_per_request
    )


def _open_vllm(kind: Callable[[VLLMSettings], ChatModel]) -> Callable[[Any, int, int], Backend]:
    def open_dispatched(settings: VLLMSettings, workers: int, memory_mb: int) -> Backend:
        return Dispatched(lambda: kind(settings), alone, settings.concurrency)

    return open_dispatched


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
    "giac": Adapter(ComputerAlgebraSettings, open_giac, "Giac, the program found on PATH", solves_tasks=True),
    "fricas": Adapter(
        ComputerAlgebraSettings, open_fricas, "FriCAS, the program found on PATH", solves_tasks=True
    ),
    "pari": Adapter(
        ComputerAlgebraSettings,
        open_pari,
        "PARI/GP, the program `gp` found on PATH, for what it computes exactly",
        solves_tasks=True,
    ),
    "openai": Adapter(
        OpenAISettings,
        _open_served,
        "a server that speaks OpenAI's chat completions, completions or responses",
        chat=WireModel,
        whole_runs=True,
    ),
    "vllm": Adapter(
        VLLMSettings,
        _open_vllm(ServedModel),
        "a vLLM server, started for a run and stopped after it",
        reads_files=True,
        chat=ServedModel,
        whole_runs=True,
    ),
    "vllm-offline": Adapter(
        VLLMSettings,
        _open_vllm(EngineModel),
        "vLLM's engine without a server, in a process of its own",
        reads_files=True,
        chat=EngineModel,
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
        chat=ScriptedModel.from_settings,
        solves_tasks=True,
    ),
}


def _opener(strategy: Strategy) -> Callable[[Any, int, int], Backend]:
    def open_over_base(settings: StrategySettings[Any], workers: int, memory_mb: int) -> Backend:
        chat = BACKENDS[settings.base.backend].chat
        assert chat is not None  # noqa: S101 (as `check_spec` saw to)
        return open_strategy(strategy, settings, chat, workers, memory_mb)

    return open_over_base


BACKENDS |= {
    name: Adapter(
        strategy.settings, _opener(strategy), strategy.summary, whole_runs=True, prompt=strategy.prompt
    )
    for name, strategy in STRATEGIES.items()
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
    settings = BACKENDS[spec.backend].settings.of(spec)
    if not isinstance(settings, StrategySettings):
        return settings
    base = BACKENDS.get(settings.base.backend)
    if base is None or base.chat is None:
        asked = ", ".join(name for name, kind in BACKENDS.items() if kind.chat)
        raise InvalidSettings(
            f"Model {spec.name!r} has the base.backend {settings.base.backend!r}, which takes no messages",
            f"Backends that do: {asked}",
        )
    return over(spec, settings, base.settings)


def reads_files(spec: ModelSpec) -> bool:
    """Whether a checked model, or the one that its strategy asks, reads files of this machine."""
    settings = check_spec(spec)
    asked = settings.base.backend if isinstance(settings, StrategySettings) else spec.backend
    return BACKENDS[asked].reads_files


def open_backend(spec: ModelSpec, *, workers: int, memory_mb: int) -> Backend:
    """The backend of a model, ready to complete prompts; close it when done.

    `workers` processes of `memory_mb` MiB each are for backends that compute here; HTTP has its own
    concurrency. Raises `BackendUnavailable` when it cannot be used.
    """
    settings = check_spec(spec)
    return BACKENDS[spec.backend].open(settings, workers, memory_mb)
