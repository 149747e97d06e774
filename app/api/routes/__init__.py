"""The REST interface: everything under /v1, and /healthz."""

from fastapi import APIRouter

from app.api.routes import (
    estimates,
    grade,
    health,
    ladders,
    leaderboards,
    models,
    problem_sets,
    runs,
    schedules,
    submissions,
)

router = APIRouter()
router.include_router(health.router)
for part in (problem_sets, models, runs, estimates, submissions, schedules, grade, leaderboards, ladders):
    router.include_router(part.router, prefix="/v1")
