"""The web application in this process, on a database with two versions of a public and of a hidden set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from app.evaluation.queue import Queue
from app.evaluation.services import Services
from app.main import create_app
from app.problems.problem import ProblemSet
from app.storage import problem_sets
from app.storage.sessions import Database
from tests.evaluation.doubles import QuickJudges
from tests.storage.furniture import problem_set

HIDDEN = "x + 271828"
"""The mended gold answer, which must leave the server only where answers are public."""


@contextmanager
def served(folder: Path) -> Iterator[TestClient]:
    """A client of the application, whose sets `tiny` (public) and `secret` (hidden) have versions 1 and 2."""
    database = Database(f"sqlite:///{folder / 'served.sqlite'}")
    database.upgrade()
    for public, name in ((True, "tiny"), (False, "secret")):
        for made in (problem_set(name), _mended(name)):
            with database.write() as session:
                problem_sets.publish(session, made, answers_public=public)
    queue = Queue(database.url)
    services = Services(database, queue, QuickJudges(), 4, sets_dir=folder / "sets")
    with TestClient(create_app(services), base_url="http://127.0.0.1") as client:
        yield client
    queue.close()
    database.dispose()


def _mended(name: str) -> ProblemSet:
    """Version 2: p1's answer is mended, p0 gone, p3 new; much else but the gold answer tells the answer."""
    made = problem_set(name, version="2", count=4, sha256="b" * 64, why=f"it is {HIDDEN}")
    told = {"gold": HIDDEN, "parameters": {"a": HIDDEN}, "change": {"of": HIDDEN}, "origin": {"row": HIDDEN}}
    variants = [
        variant.model_copy(update=told) if variant.id == "p1/original" else variant
        for variant in made.variants
        if variant.problem != "p0"
    ]
    problems = {problem: about for problem, about in made.problems.items() if problem != "p0"}
    about = {"provenance": {"how": HIDDEN}, "variants": tuple(variants), "problems": problems}
    return made.model_copy(update=about)
