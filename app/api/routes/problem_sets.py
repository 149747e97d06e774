"""Problem sets: what can be evaluated, in every version that was ever published."""

from typing import Any

from fastapi import APIRouter

from app.api.dependencies import After, Limit, ServicesDep, page
from app.api.schemas import (
    DifferencesOut,
    Page,
    ProblemDifferenceOut,
    ProblemOut,
    ProblemSetOut,
    VariantOut,
)
from app.problems.differences import count
from app.storage import problem_sets, problems
from app.storage.errors import NotFound

router = APIRouter(prefix="/problem-sets", tags=["problem sets"])


@router.get("")
def list_problem_sets(services: ServicesDep) -> Page[ProblemSetOut]:
    """The newest version of every problem set."""
    with services.database.read() as session:
        return Page(data=[ProblemSetOut.of(each) for each in problem_sets.list_sets(session)])


@router.get("/{name}")
def read_problem_set(services: ServicesDep, name: str, version: str | None = None) -> ProblemSetOut:
    """One version of a problem set, by default the newest."""
    with services.database.read() as session:
        return ProblemSetOut.of(problem_sets.find_version(session, name, version))


@router.get("/{name}/versions")
def list_versions(services: ServicesDep, name: str) -> Page[ProblemSetOut]:
    """Every published version of a problem set, newest first."""
    with services.database.read() as session:
        problem_sets.find_version(session, name)
        return Page(data=[ProblemSetOut.of(each) for each in problem_sets.list_versions(session, name)])


@router.get("/{name}/differences")
def list_differences(
    services: ServicesDep, name: str, old: str, new: str, limit: Limit = 50, after: After = None
) -> DifferencesOut:
    """The problems that differ between two versions; of a hidden set, that an answer changed, but not how."""
    with services.database.read() as session:
        found = problem_sets.compare(session, name, old, new)
    shown: list[Any] = list(found.problems)
    if after is not None:
        ids = [problem.id for problem in shown]
        if after not in ids:
            raise NotFound(f"no problem {after} differs between {old} and {new}")
        shown = shown[ids.index(after) + 1 :]
    listed = page(ProblemDifferenceOut, shown, limit)
    return DifferencesOut(old=old, new=new, changes=count(found.problems), **dict(listed))


@router.get("/{name}/problems")
def list_problems(
    services: ServicesDep,
    name: str,
    version: str | None = None,
    topic: str | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[ProblemOut]:
    """The problems of a version, in its own order."""
    with services.database.read() as session:
        found = problem_sets.find_version(session, name, version)
        rows = problems.list_problems(session, found.id, topic=topic, after=after, limit=limit + 1)
    listed = page(ProblemOut, rows, limit)
    if not found.answers_public:
        for problem in listed.data:
            problem.hide_answer()
    return listed


@router.get("/{name}/variants")
def list_variants(
    services: ServicesDep,
    name: str,
    version: str | None = None,
    problem: str | None = None,
    perturbation: str | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[VariantOut]:
    """The variants of a version, or of one of its problems, in its own order."""
    with services.database.read() as session:
        found = problem_sets.find_version(session, name, version)
        rows = problems.list_variants(
            session, found.id, problem_id=problem, perturbation=perturbation, after=after, limit=limit + 1
        )
    return page(VariantOut, rows, limit)
