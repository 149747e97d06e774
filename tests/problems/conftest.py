"""The example seeds, one of each operation, as text, as problems, and as what the balanced scheme makes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.problems.build import Job, perturb
from app.problems.formats.seeds import read_seeds
from app.problems.problem import Problem, Refusal, Variant


@pytest.fixture(scope="session")
def seeds_text() -> str:
    """The text of a `seeds.toml` with problems of many operations."""
    return (Path(__file__).parent / "example.toml").read_text()


@pytest.fixture(scope="session")
def problems(seeds_text: str) -> dict[str, Problem]:
    """Its problems by id."""
    return {problem.id: problem for problem in read_seeds({"seeds.toml": seeds_text}).problems}


class _OnDemand(dict[str, Any]):
    """Values that are made when they are first asked for, and kept."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make

    def __repr__(self) -> str:
        return f"made for {', '.join(self)}"  # all of it would take a failing test minutes to write

    def __missing__(self, name: str) -> Any:
        self[name] = self._make(name)
        return self[name]


@pytest.fixture(scope="session")
def made(problems: dict[str, Problem]) -> dict[str, list[Variant | Refusal]]:
    """What the balanced scheme makes of each problem, all drawn from one seed: variants and refusals."""
    positions = {name: position for position, name in enumerate(problems)}
    return _OnDemand(lambda name: perturb(Job(problems[name], positions[name], 0, "balanced")))


@pytest.fixture(scope="session")
def variants(made: dict[str, list[Variant | Refusal]]) -> dict[str, list[Variant]]:
    """The variants among these, not yet certified."""
    return _OnDemand(lambda name: [item for item in made[name] if isinstance(item, Variant)])
