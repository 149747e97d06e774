"""Schedules: cron rules that start runs."""

from fastapi import APIRouter, status

from app.api.dependencies import ServicesDep
from app.api.routes.runs import read_run
from app.api.schemas import Page, RunOut, ScheduleIn, ScheduleOut
from app.evaluation import schedules as evaluation
from app.storage import schedules

router = APIRouter(prefix="/schedules", tags=["schedules"])


@router.post("", status_code=status.HTTP_201_CREATED)
def create_schedule(services: ServicesDep, wanted: ScheduleIn) -> ScheduleOut:
    """Create a schedule; a server or worker must run for it to fire."""
    return ScheduleOut.model_validate(evaluation.create(services.database, **wanted.model_dump()))


@router.get("")
def list_schedules(services: ServicesDep) -> Page[ScheduleOut]:
    """Every schedule, by name."""
    with services.database.read() as session:
        return Page(data=[ScheduleOut.model_validate(each) for each in schedules.list_schedules(session)])


@router.get("/{schedule}")
def read_schedule(services: ServicesDep, schedule: str) -> ScheduleOut:
    """One schedule, by id or name."""
    with services.database.read() as session:
        return ScheduleOut.model_validate(schedules.get(session, schedule))


@router.post("/{schedule}/pause")
def pause_schedule(services: ServicesDep, schedule: str) -> ScheduleOut:
    """Let it not fire until it is resumed."""
    return ScheduleOut.model_validate(evaluation.pause(services.database, schedule))


@router.post("/{schedule}/resume")
def resume_schedule(services: ServicesDep, schedule: str) -> ScheduleOut:
    """Let it fire again; what it missed while paused is not made up for."""
    return ScheduleOut.model_validate(evaluation.resume(services.database, schedule))


@router.post("/{schedule}/trigger", status_code=status.HTTP_201_CREATED)
def trigger_schedule(services: ServicesDep, schedule: str) -> RunOut:
    """Start its run now, beside its rule."""
    run_id = evaluation.trigger(services.database, services.queue, schedule, chunk_size=services.chunk_size)
    return read_run(services, run_id)
