"""Statements: correct English around LaTeX, for every operation and phrasing."""

import re

import pytest
import sympy

from app.maths import parse
from app.problems.problem import Problem
from app.problems.statements import PHRASINGS, domains, join, statement
from app.problems.tasks import DifferentialEquation, Evaluation, symbols

OPERATIONS = (
    "gaussian", "parts", "compound", "geometric", "taylor",
    "oscillator", "decay", "gamma-half", "tidy", "quadratic",
)  # fmt: skip
MATHEMATICS = re.compile(r"\$\$(.+?)[.,]?\$\$|\$([^$]+)\$")


@pytest.mark.parametrize("phrasing", range(3))
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_statement_is_whole_and_its_mathematics_is_read_back(
    problems: dict[str, Problem], name: str, phrasing: int
) -> None:
    problem = problems[name]
    text = statement(problem.task, problem.assumptions, phrasing)
    assert "{" not in MATHEMATICS.sub("", text)
    assert "$" not in MATHEMATICS.sub("", text)
    assert text.rstrip()[-1] in ".$"
    assert "\n\n\n" not in text
    assert "  " not in text
    function = getattr(problem.task, "function", None)
    for display, inline in MATHEMATICS.findall(text):
        parse(display or inline, functions=(function,) if function else ())


def test_phrasings_differ_and_wrap_around(problems: dict[str, Problem]) -> None:
    task = problems["gaussian"].task
    texts = [statement(task, (), number) for number in range(len(PHRASINGS[task.operation]))]
    assert len(set(texts)) == len(texts)
    assert statement(task, (), len(texts)) == texts[0]


def test_what_is_wanted_is_asked_for(problems: dict[str, Problem]) -> None:
    def asked(name: str) -> str:
        return statement(problems[name].task, problems[name].assumptions)

    assert "up to an additive constant" in asked("parts")
    assert "up to and including the term of degree 2" in asked("taylor")
    assert "the arbitrary constant $C_{1}$" in asked("decay")
    assert "subject to" in asked("oscillator")
    assert "real numbers" in asked("quadratic")


def test_differential_equations_have_the_highest_derivative_first() -> None:
    task = DifferentialEquation.model_validate(
        {"equation": "-4 y' + 13 y + y'' = 2 x - 3 y'", "variable": "x"}
    )
    text = statement(task)
    assert "y''" in text.split("=")[0].split("+")[0].split("-")[0]
    (display,) = re.findall(r"\$\$(.+?)\.?\$\$", text)
    read_back = DifferentialEquation.model_validate({"equation": display, "variable": "x"})
    assert read_back.equation == task.equation


DOMAINS = {
    "nothing to say": ("1", (), ""),
    "one relation": ("a", ("a > 0",), "$a > 0$"),
    "only of symbols that occur": ("a", ("a > 0", "b > 0"), "$a > 0$"),
    "two": ("a b", ("a > 0", "b > 0"), "$a > 0$ and $b > 0$"),
    "positive integer": ("n", (r"n \in \mathbb{Z}", "n > 0"), "$n$ is a positive integer"),
    "positive integer from 1": ("n", (r"n \ge 1", r"n \in \mathbb{Z}"), "$n$ is a positive integer"),
    "non-negative integer": ("n", (r"n \in \mathbb{Z}", r"n \ge 0"), "$n$ is a non-negative integer"),
    "integer": ("n", (r"n \in \mathbb{Z}",), "$n$ is an integer"),
    "integer with a bound": ("n", (r"n \in \mathbb{Z}", "n > 4"), r"$n$ is an integer with $n > 4$"),
    "real": ("a + b", (), "$a$ and $b$ are real"),
    "mixed": ("a + n + c", ("a > 0", r"n \in \mathbb{Z}", "n > 0"),
              "$a > 0$, $n$ is a positive integer, and $c$ is real"),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(DOMAINS))
def test_domains_in_english(case: str) -> None:
    expression, assumptions, said = DOMAINS[case]
    assert domains(Evaluation(expression=parse(expression)), assumptions) == said


def test_the_variable_of_an_answer_is_not_called_a_parameter(problems: dict[str, Problem]) -> None:
    assert domains(problems["taylor"].task, ()) == "$a$ is real"


def test_bound_symbols_are_not_symbols_of_the_task(problems: dict[str, Problem]) -> None:
    assert symbols(problems["geometric"].task) == {sympy.Symbol("r")}
    assert symbols(problems["gamma-half"].task) == {sympy.Symbol("n")}


def test_lists_are_joined_as_english_does() -> None:
    assert [join(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b, and c",
    ]
