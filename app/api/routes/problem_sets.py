"""Problem sets: what can be evaluated."""

from fastapi import APIRouter

from app.api.dependencies import ServicesDep
from app.api.schemas import Page, ProblemSetOut
from app.storage import problem_sets

router = APIRouter(prefix="/problem-sets", tags=["problem sets"])


@router.get("")
def list_problem_sets(services: ServicesDep) -> Page[ProblemSetOut]:
    """The newest version of every problem set."""
    with services.database.read() as session:
        sets = problem_sets.list_sets(session)
    return Page(data=[ProblemSetOut.model_validate(each) for each in sets])


@router.get("/{name}")
def read_problem_set(services: ServicesDep, name: str, version: str | None = None) -> ProblemSetOut:
    """One version of a problem set, by default the newest."""
    with services.database.read() as session:
        return ProblemSetOut.model_validate(problem_sets.find_version(session, name, version))


@router.get("/{name}/versions")
def list_versions(services: ServicesDep, name: str) -> Page[ProblemSetOut]:
    """Every published version of a problem set, newest first."""
    with services.database.read() as session:
        problem_sets.find_version(session, name)
        return Page(
            data=[ProblemSetOut.model_validate(each) for each in problem_sets.list_versions(session, name)]
        )
