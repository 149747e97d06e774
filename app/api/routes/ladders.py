"""Precision ladders: what each step of precision costs, with uncertainty."""

from fastapi import APIRouter

from app.api.dependencies import ServicesDep
from app.api.ladder_schemas import LadderOut, LadderReportOut
from app.api.schemas import Page
from app.evaluation import ladder_reports
from app.storage import ladders

router = APIRouter(prefix="/ladders", tags=["ladders"])


@router.get("")
def list_ladders(services: ServicesDep) -> Page[LadderOut]:
    """Every declared ladder, by name."""
    with services.database.read() as session:
        return Page(data=[LadderOut.model_validate(each) for each in ladders.list_ladders(session)])


@router.get("/{name}")
def read_ladder(
    services: ServicesDep, name: str, problem_set: str, version: str | None = None
) -> LadderReportOut:
    """Each rung of a ladder against its baseline on a problem set version, by default the newest."""
    with services.database.read() as session:
        return LadderReportOut.of(ladder_reports.report(session, name, problem_set, version))
