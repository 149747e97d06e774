"""The table of strategies, and how one becomes a backend over the model of another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil
from typing import Any

from app.backends.base import Backend, BackendSettings, ModelSpec
from app.backends.chat import ChatModel
from app.backends.dispatcher import Dispatched
from app.backends.strategies.base import Answer, each
from app.backends.strategies.consensus import Consensus
from app.backends.strategies.divide import Bounds, Divide
from app.backends.strategies.hybrid import Hybrid
from app.backends.strategies.majority import Several
from app.backends.strategies.settings import (
    ConsensusSettings,
    DivideSettings,
    HybridSettings,
    MajoritySettings,
    StrategySettings,
    ToolsSettings,
)
from app.backends.strategies.votes import Vote
from app.backends.tools.base import Tool
from app.backends.tools.cage.limits import Limits
from app.backends.tools.compute_tool import PATIENCE, ComputeTool
from app.backends.tools.loop import answering_with
from app.backends.tools.python_tool import PythonTool
from app.backends.tools.sandbox import Sandbox
from app.isolation import Isolated

PRELOAD = ("app.grading.behaviour",)
"""What workers have imported before they start."""

IN_FLIGHT = 8
"""Answers in the making over a model that does not say how many requests it takes at once."""


@dataclass(frozen=True)
class Means:
    """What a strategy may compute with; what it opens is closed with `owned`."""

    workers: int
    memory_mb: int
    owned: ExitStack


@dataclass(frozen=True)
class Strategy:
    """A way to ask a model: its settings, how an answer is made, and the prompt template that fits it."""

    settings: type[StrategySettings[Any]]
    answer: Callable[[Any, Means], Answer]
    summary: str
    prompt: str = "exact"


def _majority(settings: MajoritySettings[Any], means: Means) -> Answer:
    return each(Several("majority", settings.k, settings.temperature, Vote(settings.seed)))


def _consensus(settings: ConsensusSettings[Any], means: Means) -> Answer:
    return each(Several("consensus", settings.k, settings.temperature, _agreement(settings, means)))


def _divide(settings: DivideSettings[Any], means: Means) -> Answer:
    bounds = Bounds(settings.depth, settings.requests, settings.k, settings.temperature)
    return each(Divide(_agreement(settings, means), bounds))


def _agreement(settings: ConsensusSettings[Any], means: Means) -> Consensus:
    workers = means.owned.enter_context(Isolated(means.workers, means.memory_mb, PRELOAD))
    return Consensus(workers, settings.inputs, settings.deadline, settings.seed)


def _hybrid(settings: HybridSettings[Any], means: Means) -> Answer:
    return each(Hybrid(_compute(settings.seconds, means), settings.by_call))


def _tools(settings: ToolsSettings[Any], means: Means) -> Answer:
    tools = [TOOLS[name](settings.seconds, means) for name in settings.tools]
    return answering_with(tools, settings.turns)


def _compute(seconds: float, means: Means) -> ComputeTool:
    tool = ComputeTool(means.workers, means.memory_mb, seconds)
    means.owned.callback(tool.close)
    return tool


def _python(seconds: float, means: Means) -> PythonTool:
    limits = Limits(processor_seconds=ceil(seconds), wall_seconds=PATIENCE * seconds)
    tool = PythonTool(Sandbox(limits, at_once=means.workers))
    means.owned.callback(tool.close)
    return tool


TOOLS: dict[str, Callable[[float, Means], Tool]] = {"python": _python, "compute": _compute}

STRATEGIES: dict[str, Strategy] = {
    "majority": Strategy(
        MajoritySettings, _majority, "a model asked k times: the class of equal answers drawn most often"
    ),
    "consensus": Strategy(
        ConsensusSettings, _consensus, "a model asked k times: the answer whose values agree most with others"
    ),
    "divide": Strategy(DivideSettings, _divide, "a model that splits problems into sub-problems"),
    "hybrid": Strategy(
        HybridSettings, _hybrid, "a model that has a computer algebra system compute", "tools"
    ),
    "tools": Strategy(ToolsSettings, _tools, "a model that may call Python and computer algebra", "tools"),
}


def over(
    spec: ModelSpec, settings: StrategySettings[Any], base: type[BackendSettings]
) -> StrategySettings[Any]:
    """The settings of `spec` with those of its base checked; a fault is named by its place in `spec`."""
    return type(settings)[base].of(spec)  # type: ignore[index, no-any-return]


def open_strategy(
    strategy: Strategy,
    settings: StrategySettings[Any],
    open_base: Callable[[Any], ChatModel],
    workers: int,
    memory_mb: int,
) -> Backend:
    """The backend that puts each prompt to the base by `strategy`."""
    base = settings.base.settings
    owned = ExitStack()
    answer = strategy.answer(settings, Means(workers, memory_mb, owned))
    return _Owning(owned, lambda: open_base(base), answer, getattr(base, "concurrency", IN_FLIGHT))


class _Owning(Dispatched):
    """A backend whose strategy computes here: what it computes with ends with it."""

    def __init__(
        self, owned: ExitStack, open_model: Callable[[], ChatModel], answer: Answer, in_flight: int
    ) -> None:
        super().__init__(open_model, answer, in_flight)
        self._owned = owned

    def close(self) -> None:
        super().close()
        self._owned.close()
