"""The set of abstractions is drawn from a seed, certified, and the same wherever it is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.problems.errors import ProblemsError
from app.problems.formats.native import dump_set, load_set
from app.problems.functional import REGISTRY
from app.problems.functional.base import Values
from app.problems.functional.build import build, draw
from app.problems.functional.calendars import ClockAngle
from app.problems.functional.domains import Domains, Whole
from app.problems.perturbations.parametric import instances, variants
from app.problems.tasks import Instance

HEADER = """
[set]
name = 'functional'
version = '1'
title = 'A small one'
licence = 'CC-BY-4.0'
scheme = 'functional'
seed = 7
instances = 1
"""


def test_a_set_built_twice_is_the_same_bytes_and_can_be_read_back() -> None:
    first, second = build({"seeds.toml": HEADER}), build({"seeds.toml": HEADER})
    assert len(first.variants) == 2 * len(REGISTRY)
    assert first.refusals == ()
    assert first.sha256 == second.sha256
    assert load_set(dump_set(first)).sha256 == first.sha256


def test_the_shipped_header_asks_for_ten_fresh_instances_of_each() -> None:
    header = Path("benchmarks/functional/seeds.toml").read_text(encoding="utf-8")
    assert "instances = 10" in header


def test_instances_have_parameters_of_their_own_and_follow_from_the_seed() -> None:
    abstraction = REGISTRY["sum-of-dice"]
    made = list(variants(abstraction, 3, 40))
    assert [variant.id for variant in made[:3]] == [
        "sum-of-dice/original",
        "sum-of-dice/parametric-1",
        "sum-of-dice/parametric-2",
    ]
    assert len({tuple(variant.parameters.items()) for variant in made}) == 41
    assert made[:11] == list(variants(abstraction, 3, 10))
    assert made[1:] != list(instances(abstraction, 4, 40))


class ShortWhile(ClockAngle):
    """Has four instances."""

    domains = Domains(hour=Whole(3, 3), minute=Whole(39, 42))


def test_an_exhausted_abstraction_says_so() -> None:
    with pytest.raises(ProblemsError, match="clock-angle has no new instance after 3"):
        list(instances(ShortWhile(), 1, 10))


def test_draws_are_spread_over_the_abstractions() -> None:
    drawn = list(draw(len(REGISTRY) + 3, seed=5))
    problems = [variant.problem for variant in drawn]
    assert set(problems[:-3]) == set(REGISTRY)
    assert problems[-3:] == problems[:3]
    assert drawn[-1].id.endswith("parametric-2")
    assert drawn[:3] == list(draw(3, seed=5))
    assert problems[:3] != [variant.problem for variant in draw(3, seed=6)]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"abstraction": "no-such", "values": {}}, "no abstraction"),
        ({"abstraction": "clock-angle", "values": {"hour": 3.5}}, "int"),
        ({"abstraction": "clock-angle", "values": {"hour": True}}, "int"),
    ],
)
def test_an_instance_that_no_abstraction_can_make_is_refused(fields: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Instance.model_validate(fields)


def test_an_instance_survives_its_file() -> None:
    task = Instance(abstraction="nested-fraction", values={"parts": (2, 3, 1, 4)})
    again = Instance.model_validate_json(task.model_dump_json())
    assert again == task
    assert REGISTRY["nested-fraction"].admits(again.values)


def test_no_parameter_hides_behind_a_method_of_its_mapping() -> None:
    for abstraction in REGISTRY.values():
        assert not [name for name in abstraction.domains if hasattr(Values(), name)]
