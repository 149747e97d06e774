"""The settings of strategies: which model is asked, how often, and how its answers are weighed."""

from __future__ import annotations

from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.backends.base import BackendSettings

BaseSettings = TypeVar("BaseSettings")

MOST_DRAWS = 256
"""Draws of one answer; more would say little more of it, and cost as much again."""


class BaseModelSpec(BaseModel, Generic[BaseSettings]):
    """The model that a strategy asks: a key of `BACKENDS` and that backend's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: str
    settings: BaseSettings


class StrategySettings(BackendSettings, Generic[BaseSettings]):
    """What every strategy has: the model that it asks.

    The class as it stands takes any settings of the base; `MajoritySettings[OpenAISettings]` checks them, and
    names a fault by its place, such as `base.settings.temperature`.
    """

    base: BaseModelSpec[BaseSettings]

    @property
    def prices(self) -> Any:
        """What the base costs; nothing where it has no prices."""
        return getattr(self.base.settings, "prices", ())


class Sampling(StrategySettings[BaseSettings], Generic[BaseSettings]):
    """A strategy that draws `k` answers to one question; `temperature` replaces that of the base.

    `seed` decides between answers that are equally good. Draws at temperature 0 are all alike, and refused.
    """

    k: int = Field(8, ge=1, le=MOST_DRAWS)
    temperature: float | None = Field(None, ge=0)
    seed: int = 0

    @model_validator(mode="after")
    def _draws_differ(self) -> Self:
        temperature = _temperature(self.base.settings) if self.temperature is None else self.temperature
        if temperature == 0 and self.k > 1:
            raise PydanticCustomError(
                "alike",
                "{k} draws at temperature 0 would all be alike; set `temperature` to 0.8, say, "
                "which replaces that of the base",
                {"k": self.k},
            )
        return self


class MajoritySettings(Sampling[BaseSettings], Generic[BaseSettings]):
    """The class of equal answers that is drawn most often wins."""


class ConsensusSettings(Sampling[BaseSettings], Generic[BaseSettings]):
    """The answer wins that agrees with most of the others at `inputs` points.

    `deadline` is in seconds, for the values of one answer.
    """

    inputs: int = Field(16, ge=1, le=256)
    deadline: float = Field(5.0, gt=0)


class DivideSettings(ConsensusSettings[BaseSettings], Generic[BaseSettings]):
    """A question may be split into sub-problems, `depth` levels deep, by at most `requests` in all.

    What has sub-problems is then drawn `k` times with their answers, and the consensus of these is taken.
    """

    k: int = Field(10, ge=1, le=MOST_DRAWS)
    temperature: float | None = Field(0.8, ge=0)
    depth: int = Field(6, ge=1, le=6)
    requests: int = Field(32, ge=1, le=1000)


class HybridSettings(StrategySettings[BaseSettings], Generic[BaseSettings]):
    """The model writes the problem as a computation, which has `seconds` of processor time.

    It is written as JSON in the text or, with `by_call`, as a tool call, for servers that know them.
    """

    seconds: float = Field(10.0, gt=0, le=3600)
    by_call: bool = False


class ToolsSettings(StrategySettings[BaseSettings], Generic[BaseSettings]):
    """A model that may call `tools` in at most `turns` requests; a call has `seconds` of processor time."""

    tools: tuple[Literal["python", "compute"], ...] = Field(("python", "compute"), min_length=1)
    turns: int = Field(8, ge=1, le=64)
    seconds: int = Field(10, ge=1, le=3600)


def asked(settings: BackendSettings) -> BackendSettings:
    """The settings of the model that is asked in the end: of a strategy its base's, else these."""
    return settings.base.settings if isinstance(settings, StrategySettings) else settings


def _temperature(settings: Any) -> float | None:
    """The temperature of a base, of the kinds that have one."""
    return getattr(settings, "temperature", None)
