"""How an answer is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class RequestOutputKind(Enum):
    """When outputs are given."""

    FINAL_ONLY = 2


@dataclass
class SamplingParams:
    """The parameters that Plumbline sets; any other is refused."""

    max_tokens: int
    output_kind: RequestOutputKind
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    stop: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.temperature > 2:
            raise ValueError("temperature must be at most 2")
