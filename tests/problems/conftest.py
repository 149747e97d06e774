"""The example seeds, one of each operation, as text, as problems, and as what the balanced scheme makes."""

from pathlib import Path

import pytest

from app.problems.build import Job, perturb
from app.problems.formats.seeds import read_seeds
from app.problems.problem import Problem, Refusal, Variant


@pytest.fixture(scope="session")
def seeds_text() -> str:
    """The text of a `seeds.toml` with problems of ten operations."""
    return (Path(__file__).parent / "example.toml").read_text()


@pytest.fixture(scope="session")
def problems(seeds_text: str) -> dict[str, Problem]:
    """Its problems by id."""
    return {problem.id: problem for problem in read_seeds({"seeds.toml": seeds_text}).problems}


@pytest.fixture(scope="session")
def made(problems: dict[str, Problem]) -> dict[str, list[Variant | Refusal]]:
    """What the balanced scheme makes of each problem, all drawn from one seed: variants and refusals."""
    return {
        name: perturb(Job(problem, position, 0, "balanced"))
        for position, (name, problem) in enumerate(problems.items())
    }


@pytest.fixture(scope="session")
def variants(made: dict[str, list[Variant | Refusal]]) -> dict[str, list[Variant]]:
    """The variants among these, not yet certified."""
    return {name: [item for item in items if isinstance(item, Variant)] for name, items in made.items()}
