"""The shapes of replies about precision ladders; shares and differences lie between −1 and 1."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.api.schemas import EstimateOut
from app.evaluation.ladder_reports import LadderReport, findings


class _Reply(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RungOut(_Reply):
    """One precision: its label, the model of that rung, and what its user told of it."""

    label: str
    model: str
    facts: dict[str, Any]


class LadderOut(_Reply):
    """One model at several precisions; the others are compared with the rung `baseline`."""

    name: str
    baseline: str
    rungs: list[RungOut]
    created_at: datetime


class DifferenceOut(_Reply):
    """A mean paired difference against the baseline with its 95 % interval, each problem one vote."""

    mean: float
    low: float | None
    high: float | None
    pairs: int
    problems: int


class RatioOut(_Reply):
    """One accuracy over another with its 95 % interval."""

    value: float
    low: float | None
    high: float | None


class PairedComparisonOut(_Reply):
    """What changed: right answers `lost`, `gained`; p of the sign-flip test by problem.

    `mcnemar` is null where a problem has several samples; `recovery` where the baseline has none right.
    """

    difference: DifferenceOut
    lost: int
    gained: int
    p: float
    mcnemar: float | None
    recovery: RatioOut | None


class LadderStepOut(_Reply):
    """A run against the baseline's on the samples that both have a verdict on.

    `detectable` is the smallest true difference that these samples show with 80 % power; `adjusted_p` is
    Holm's for the rungs of the ladder; `reworded` answers have another text, and the same
    verdict; `unlike` is what else was not the same in the two runs.
    """

    comparison: PairedComparisonOut
    reworded: int
    left_out: int
    adjusted_p: float
    detectable: float | None
    topics: dict[str, DifferenceOut]
    perturbations: dict[str, DifferenceOut]
    unlike: list[str]


class RungReportOut(_Reply):
    """One rung with its completed run, if it has one; `step` is null for the baseline."""

    rung: RungOut
    run_id: str | None
    accuracy: EstimateOut | None
    step: LadderStepOut | None
    answered: int
    truncated: int
    tokens: float | None
    speed: float | None


class LadderReportOut(_Reply):
    """A ladder on one problem set version; `findings` say in words what the numbers can and cannot show."""

    ladder: LadderOut
    problem_set: str
    version: str
    rungs: list[RungReportOut]
    noise: LadderStepOut | None
    findings: list[str] = []

    @classmethod
    def of(cls, report: LadderReport) -> LadderReportOut:
        """The report with its findings."""
        return cls.model_validate(report).model_copy(update={"findings": findings(report)})
