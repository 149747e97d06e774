"""What a computer algebra system is asked, what came of it, and the sentence that states it like a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy

from app.maths import render
from app.problems.tasks import DifferentialEquation, Task


@dataclass(frozen=True)
class Question:
    """A typed task with the relations its symbols satisfy; the stored answer is never part of it.

    `seconds` is the processor time there is, and `patience` how much longer by the clock that may take;
    `memory_mb` is what a program outside the worker may use, in MiB.
    """

    task: Task
    assumptions: tuple[str, ...]
    seconds: float
    memory_mb: int
    patience: float = 3.0


@dataclass(frozen=True)
class Answer:
    """The text of an answer, or of the reason there is none, as a completion shows it."""

    text: str
    status: Literal["stop", "unsolved", "timeout"]


class Unsolved(Exception):
    """The system has no answer; the message says how far it came, without any formula."""


class OutOfTime(Exception):
    """The time for a question is over and nothing was found."""


NOT_SIMPLER = "It knows no simpler form."

SENTENCES = {
    "indefinite_integral": "An antiderivative is",
    "definite_integral": "The integral is",
    "limit": "The limit is",
    "series": "The Taylor polynomial is",
    "sum": "The sum is",
    "differential_equation": "The solution is",
    "evaluation": "The value is",
    "simplification": "It simplifies to",
    "equation": "The solutions are",
    "product": "The product is",
    "equation_system": "The solutions are",
    "inequality": "It holds on",
    "differential_system": "The solution is",
    "determinant": "The determinant is",
    "inverse": "The inverse is",
    "eigenvalues": "The eigenvalues are",
    "characteristic_polynomial": "The characteristic polynomial is",
    "matrix_exponential": "The matrix exponential is",
    "matrix_power": "The power is",
    "matrix_rank": "The rank is",
    "linear_system": "The solution is",
    "expectation": "The expected value is",
    "probability": "The probability is",
    "congruences": "The least solution is",
    "arithmetic_function": "The value is",
}


def stated(task: Task, result: sympy.Basic) -> Answer:
    """`result`, written in plain symbols, as a model would state it."""
    if isinstance(task, DifferentialEquation) and isinstance(result, sympy.Eq):
        # Written out here, since nothing else in the answer tells a reader that y is a function.
        latex = f"{task.function}\\left({render(task.variable)}\\right) = {render(result.rhs)}"
    else:
        latex = render(result)
    return Answer(f"{SENTENCES[task.operation]} $\\boxed{{{latex}}}$.", "stop")


def given_up(system: str, reason: str) -> Answer:
    """An honest word that there is no answer; it holds no formula that could be taken for one."""
    return Answer(f"{system} found no answer. {reason}".replace("$", ""), "unsolved")
