"""The example seeds, one of each operation, as text and as problems."""

from pathlib import Path

import pytest

from app.problems.build import perturb
from app.problems.formats.seeds import read_problems
from app.problems.problem import Problem, Variant


@pytest.fixture(scope="session")
def seeds_text() -> str:
    """The text of a seeds file that holds every operation."""
    return (Path(__file__).parent / "example.toml").read_text()


@pytest.fixture(scope="session")
def problems(seeds_text: str) -> dict[str, Problem]:
    """Its problems by id."""
    return {problem.id: problem for problem in read_problems(seeds_text)}


@pytest.fixture(scope="session")
def variants(problems: dict[str, Problem]) -> dict[str, list[Variant]]:
    """Their variants by problem, all drawn from one seed."""
    return {
        name: [item for item in perturb(problem, 0) if isinstance(item, Variant)]
        for name, problem in problems.items()
    }
