"""Statements of products, systems and inequalities: whole sentences whose mathematics is read back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.maths import parse
from app.problems.statements import PHRASINGS, statement
from app.problems.tasks import Task, symbols, unknowns
from tests.problems.certificates.system_cases import SYSTEMS

TASK: TypeAdapter[Any] = TypeAdapter(Task)
MATHEMATICS = re.compile(r"\$\$(.+?)[.,]?\$\$|\$([^$]+)\$")


@pytest.mark.parametrize("phrasing", range(3))
@pytest.mark.parametrize("case", [case for case, _ in SYSTEMS.values()], ids=SYSTEMS)
def test_a_statement_is_whole_and_its_mathematics_is_read_back(case: Any, phrasing: int) -> None:
    task = TASK.validate_python(case.task)
    text = statement(task, case.assumptions, phrasing)
    rest = MATHEMATICS.sub("", text)
    assert not set("{}$") & set(rest)
    assert text.rstrip()[-1] in ".$"
    assert "  " not in text
    for display, inline in MATHEMATICS.findall(text):
        parse(display or inline, functions=getattr(task, "functions", ()))


@pytest.mark.parametrize("case", [case for case, _ in SYSTEMS.values()], ids=SYSTEMS)
def test_a_task_is_read_back_from_its_file(case: Any) -> None:
    task = TASK.validate_python(case.task)
    once = TASK.validate_json(TASK.dump_json(task))
    assert TASK.validate_json(TASK.dump_json(once)) == once
    assert symbols(once) == symbols(task)


def test_what_is_wanted_is_asked_for() -> None:
    def asked(name: str, phrasing: int = 0) -> str:
        case, _ = SYSTEMS[name]
        return statement(TASK.validate_python(case.task), case.assumptions, phrasing)

    assert "positive real numbers" in asked("system over the positive numbers")
    assert r"$x$ and $y$" in asked("linear system", 1)
    assert "$a > 0$" in asked("finite product")
    assert "interval" in asked("quadratic inequality")
    assert r"\begin{cases}" in asked("differential system")
    assert r"\left(x{\left(t\right)}, y{\left(t\right)}\right)" in asked("differential system")
    assert "is real" not in asked("quadratic inequality")  # the unknown is no parameter


def test_the_unknowns_are_not_among_the_letters_of_an_answer() -> None:
    for name, letters in {"linear system": "x y", "quadratic inequality": "x", "finite product": ""}.items():
        task = TASK.validate_python(SYSTEMS[name][0].task)
        assert " ".join(map(str, unknowns(task))) == letters


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"operation": "inequality", "relation": "x^2 = 1", "variable": "x"}, "no inequality"),
        (
            {
                "operation": "differential_system",
                "equations": ["x' = y", "y' = x", "y' = 1"],
                "functions": ["x", "y"],
                "variable": "t",
                "conditions": [],
            },
            "as many equations",
        ),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TASK.validate_python(fields)


def test_each_of_these_operations_has_phrasings() -> None:
    operations = {case.task["operation"] for case, _ in SYSTEMS.values()}
    assert operations == {"product", "equation_system", "inequality", "differential_system"}
    assert operations <= set(PHRASINGS)
