"""Estimates: what a run is going to take, before it is started."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from app.api.dependencies import ServicesDep
from app.api.schemas import RunIn
from app.evaluation import estimates

router = APIRouter(prefix="/estimates", tags=["runs"])


class FigureOut(BaseModel):
    """What is expected, what it is at most, and what that rests on; null is what cannot be told."""

    model_config = ConfigDict(from_attributes=True)

    expected: float | None
    most: float | None
    ground: str


class RunEstimateOut(BaseModel):
    """What one run is going to take: tokens, US dollars, seconds of asking.

    `detectable` is the smallest difference of accuracies (0 to 1) that two such runs can tell apart.
    """

    model_config = ConfigDict(from_attributes=True)

    model: str
    problem_set: str
    version: str
    samples: int
    problems: int
    prompt_tokens: FigureOut
    completion_tokens: FigureOut
    cost: FigureOut
    seconds: FigureOut
    detectable: FigureOut


@router.post("")
def estimate_run(services: ServicesDep, wanted: RunIn) -> RunEstimateOut:
    """What the run that the same body would start is going to take; nothing is started or stored."""
    found = estimates.estimate(services.database, wanted.request())
    return RunEstimateOut.model_validate(found)
