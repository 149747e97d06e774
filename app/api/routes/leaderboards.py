"""Leaderboards: models ranked, with uncertainty."""

from fastapi import APIRouter

from app.api.dependencies import ServicesDep
from app.api.schemas import LeaderboardOut
from app.storage import leaderboards

router = APIRouter(prefix="/leaderboards", tags=["leaderboards"])


@router.get("/{problem_set}")
def read_leaderboard(services: ServicesDep, problem_set: str, version: str | None = None) -> LeaderboardOut:
    """The leaderboard of a problem set version, by default of the newest."""
    with services.database.read() as session:
        return LeaderboardOut.model_validate(leaderboards.standing(session, problem_set, version))
