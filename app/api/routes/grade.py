"""Grading as a service: one answer judged, nothing stored."""

from fastapi import APIRouter

from app.api.dependencies import ServicesDep
from app.api.schemas import GradeIn, GradeOut
from app.grading import Case

router = APIRouter(tags=["grading"])


@router.post("/grade")
def grade(services: ServicesDep, wanted: GradeIn) -> GradeOut:
    """Judge one answer against one gold answer, in a worker that is killed at its deadline."""
    case = Case(gold=wanted.gold, answer=wanted.answer, kind=wanted.kind)
    (verdict,) = services.judges.judge_many([case])
    return GradeOut.model_validate(verdict)
