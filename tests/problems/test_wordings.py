"""Statements about matrices, random variables and integers: whole sentences, formulas that are read back."""

import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.maths import parse
from app.problems.statements import statement
from app.problems.tasks import ARGUMENTS, Task, symbols
from app.problems.wordings import ASKED, PHRASINGS
from tests.problems.certificates.structure_cases import STRUCTURES

TASK: TypeAdapter[Task] = TypeAdapter(Task)
MATHEMATICS = re.compile(r"\$\$(.+?)[.,]?\$\$|\$([^$]+)\$", re.S)
ROWS = re.compile(r"\\(?:begin|end)\{cases\}|\\\\ |, \\quad")
CASES = {name: case for name, (case, _) in STRUCTURES.items()}


def text(name: str, phrasing: int = 0, **changes: Any) -> str:
    case = CASES[name]
    return statement(TASK.validate_python({**case.task, **changes}), case.assumptions, phrasing)


@pytest.mark.parametrize("phrasing", range(2))
@pytest.mark.parametrize("name", CASES)
def test_a_statement_is_whole_and_its_mathematics_is_read_back(name: str, phrasing: int) -> None:
    written = text(name, phrasing)
    words = MATHEMATICS.sub("", written)
    assert "{" not in words
    assert "$" not in words
    assert written.rstrip()[-1] in ".$"
    assert "  " not in written
    assert "\n\n\n" not in written
    for display, inline in MATHEMATICS.findall(written):
        for part in ROWS.split(display or inline):
            if part.strip():
                parse(part.strip())


@pytest.mark.parametrize("name", CASES)
def test_a_task_comes_back_from_its_file(name: str) -> None:
    task = TASK.validate_python(CASES[name].task)
    assert TASK.validate_json(TASK.dump_json(task)) == task


def test_every_phrasing_and_function_is_used() -> None:
    assert {case.task["operation"] for case in CASES.values()} == set(PHRASINGS)
    assert set(ASKED) == set(ARGUMENTS)


def test_variables_that_no_answer_has_are_no_symbols_of_the_question() -> None:
    assert {str(symbol) for symbol in symbols(TASK.validate_python(CASES["probability"].task))} == {"n", "p"}
    assert "x" not in map(str, symbols(TASK.validate_python(CASES["congruences"].task)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, r"that $X \ge n$"),
        ({"least": "0", "most": "n"}, r"that $X \le n$"),
        ({"least": "n", "most": "n"}, "that $X = n$"),
        ({"least": "1", "most": "n"}, r"that $1 \le X \le n$"),
    ],
)
def test_an_event_is_named_by_the_bounds_that_matter(changes: dict[str, str], words: str) -> None:
    assert words in text("probability", **changes)


def test_values_are_named_by_their_kind_and_range() -> None:
    assert r"values in $\left[0, \infty\right)$" in text("expectation, density")
    assert "values among the integers from $0$ to $n$" in text("expectation, mass")
    whole = {"law": r"\frac{e^{-x^2}}{\sqrt{\pi}}", "lower": r"-\infty"}
    assert "with real values and the probability density" in text("expectation, density", **whole)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no matrix": ({"operation": "determinant", "matrix": "a"}, "no matrix"),
    "not square": ({"operation": "inverse", "matrix": r"\begin{pmatrix} 1 & 2 \end{pmatrix}"}, "1×2"),
    "right side too short": (
        {
            "operation": "linear_system",
            "matrix": r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
            "right_side": r"\begin{pmatrix} 1 & 2 \end{pmatrix}",
        },
        "column of 2",
    ),
    "one modulus missing": (
        {
            "operation": "congruences",
            "variable": "x",
            "coefficients": ["1", "1"],
            "residues": ["1", "2"],
            "moduli": ["3"],
        },
        "equally many",
    ),
    "one argument too many": (
        {"operation": "arithmetic_function", "function": "totient", "arguments": ["6", "7"]},
        "totient takes 1 argument",
    ),
}


@pytest.mark.parametrize(("fields", "words"), WRONG.values(), ids=WRONG)
def test_a_task_that_does_not_fit_together_says_why(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TASK.validate_python(fields)
