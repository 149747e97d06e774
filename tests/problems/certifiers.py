"""Certificates that come out as a test wants them, in the place of those that are worked out."""

from __future__ import annotations

from app.problems.build import Batch, Outcomes
from app.problems.problem import ORIGINAL, Certificate

CERTIFICATE = Certificate(method="by hand", digits=None, points=1)


def certify_all(batch: Batch) -> Outcomes:
    """Every variant gets the same certificate."""
    return [CERTIFICATE for _ in batch.variants]


def certify_originals(batch: Batch) -> Outcomes:
    """Nothing but originals gets one."""
    return [CERTIFICATE if one.perturbation == ORIGINAL else "no evidence" for one in batch.variants]
