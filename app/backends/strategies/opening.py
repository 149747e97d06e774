"""The table of strategies, and how one becomes a backend over the model of another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.backends.base import NO_TERMS, Backend, BackendSettings, Completion, ModelSpec, Prompt, Terms
from app.backends.chat import ChatModel
from app.backends.dispatcher import Dispatched
from app.backends.strategies.base import Answer, each
from app.backends.strategies.consensus import Consensus
from app.backends.strategies.majority import Several
from app.backends.strategies.settings import (
    ConsensusSettings,
    MajoritySettings,
    StrategySettings,
)
from app.backends.strategies.votes import Vote
from app.isolation import Isolated

PRELOAD = ("app.grading.behaviour",)
"""What workers have imported before they start."""

IN_FLIGHT = 8
"""Answers in the making over a model that does not say how many requests it takes at once."""


@dataclass(frozen=True)
class Strategy:
    """A way to ask a model: its settings, and how an answer is made with workers that can be killed."""

    settings: type[StrategySettings[Any]]
    answer: Callable[[Any, Isolated], Answer]
    summary: str


def _majority(settings: MajoritySettings[Any], workers: Isolated) -> Answer:
    return each(Several("majority", settings.k, settings.temperature, Vote(settings.seed)))


def _consensus(settings: ConsensusSettings[Any], workers: Isolated) -> Answer:
    return each(Several("consensus", settings.k, settings.temperature, _agreement(settings, workers)))


def _agreement(settings: ConsensusSettings[Any], workers: Isolated) -> Consensus:
    return Consensus(workers, settings.inputs, settings.deadline, settings.seed)


STRATEGIES: dict[str, Strategy] = {
    "majority": Strategy(
        MajoritySettings, _majority, "a model asked k times: the class of equal answers drawn most often"
    ),
    "consensus": Strategy(
        ConsensusSettings, _consensus, "a model asked k times: the answer that agrees with most at inputs"
    ),
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
    killable = Isolated(workers, memory_mb, PRELOAD)
    answer = strategy.answer(settings, killable)
    in_flight = getattr(base, "concurrency", IN_FLIGHT)
    return _WithWorkers(Dispatched(lambda: open_base(base), answer, in_flight), killable)


class _WithWorkers:
    """A backend whose strategy computes here: its workers end with it."""

    def __init__(self, backend: Backend, workers: Isolated) -> None:
        self._backend = backend
        self._workers = workers

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        return self._backend.complete(prompts, terms)

    def close(self) -> None:
        self._backend.close()
        self._workers.close()
