"""All systems on typed tasks: right mathematics where the system has it, and nothing that hangs."""

from __future__ import annotations

from functools import partial

import pytest
import sympy

from app.backends import Completion, ModelSpec, Prompt, open_backend
from app.backends.computer_algebra.answers import Question
from app.backends.computer_algebra.attempts import Attempts, finished
from app.backends.computer_algebra.backend import ComputerAlgebra, ComputerAlgebraSettings
from app.backends.computer_algebra.budget import Budget
from app.backends.computer_algebra.fricas import FRICAS
from app.backends.computer_algebra.giac import GIAC
from app.backends.computer_algebra.maxima_solver import solve_with_maxima
from app.backends.computer_algebra.pari import PARI
from app.backends.computer_algebra.program_solver import solve_with_program
from app.backends.computer_algebra.sympy_solver import solve_with_sympy
from app.grading import grade
from app.problems import tasks
from app.problems.problem import AnswerKind

from .installed import needs
from .task_table import SYSTEMS, TABLE, Known, expected, integral

KINDS: dict[str, AnswerKind] = {
    "indefinite_integral": "antiderivative",
    "series": "series",
    "differential_equation": "ode_solution",
    "equation": "solution_set",
    "inequality": "interval",
    "differential_system": "tuple",
    "inverse": "matrix",
    "eigenvalues": "solution_set",
    "matrix_exponential": "matrix",
    "matrix_power": "matrix",
    "linear_system": "tuple",
}
ROWS = [
    pytest.param(system, known, id=f"{system}: {known.id}", marks=needs(system))
    for system in SYSTEMS
    for known in TABLE
    if expected(system, known)
]


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Completion]]:
    """What each system says to the whole table, asked for once when first needed."""

    class Asked(dict[str, dict[str, Completion]]):
        def __missing__(self, system: str) -> dict[str, Completion]:
            backend = open_backend(ModelSpec(system, system), workers=2, memory_mb=1024)
            prompts = [Prompt(k.id, "", k.task, k.assumptions) for k in TABLE if expected(system, k)]
            self[system] = {done.key: done for done in backend.complete(prompts)}
            backend.close()
            return self[system]

    return Asked()


@pytest.mark.parametrize(("system", "known"), ROWS)
def test_a_system_answers_the_table(
    answers: dict[str, dict[str, Completion]], system: str, known: Known
) -> None:
    """Every answer is judged like a model's, and is right, unsolved or wrong as recorded."""
    done = answers[system][known.id]
    assert done.error is None
    outcome = expected(system, known)
    if outcome == "unsolved":
        assert done.finish_reason == "unsolved"
        assert "\\boxed" not in done.text
        return
    assert done.finish_reason == "stop", done.text
    kind = KINDS.get(known.task.operation, "expression")
    if known.task.operation == "equation_system":
        kind = "solution_set" if known.gold.startswith("\\{") else "tuple"
    verdict = grade(known.gold, done.text, kind, assumptions=known.assumptions, task=known.task)
    assert verdict.outcome == ("correct" if outcome == "right" else "incorrect"), (done.text, verdict.reason)


def solver(timeout: float) -> ComputerAlgebra:
    return ComputerAlgebra(solve_with_sympy, ComputerAlgebraSettings(timeout=timeout), 1, 1024)


FRULLANI = integral(r"\frac{e^{-2x}-e^{-7x}}{x}", "0", r"\infty")
ENDLESS_IN_C = tasks.Evaluation(expression=sympy.Pow(7, 10**9, evaluate=False))


@pytest.mark.parametrize("task", [FRULLANI, ENDLESS_IN_C], ids=["in Python", "in C, deaf to signals"])
def test_a_hang_is_a_timeout_and_costs_one_worker(task: tasks.Task) -> None:
    """SymPy really hangs on these; that is a `timeout`, no error, and the next prompt is answered."""
    backend = solver(0.4)
    stuck, fine = backend.complete(
        [Prompt("a", "", task), Prompt("b", "", tasks.Simplification(expression=r"\sin(x)^2+\cos(x)^2"))]
    )
    backend.close()
    assert (stuck.key, stuck.text, stuck.finish_reason, stuck.error) == ("a", "", "timeout", None)
    assert "\\boxed{1}" in fine.text


def test_an_instance_of_an_abstraction_is_left_unsolved() -> None:
    """Its mathematics is in prose: the solver says, without a formula, that it does not read that."""
    backend = solver(5.0)
    task = tasks.Instance(abstraction="clock-angle", values={"hour": 3, "minute": 40})
    [done] = backend.complete([Prompt("a", "What is the angle at 3:40?", task)])
    backend.close()
    assert (done.finish_reason, done.error) == ("unsolved", None)
    assert grade("130", done.text, "number", task=task).outcome == "incorrect"


def test_a_fault_of_ours_is_an_error_and_no_answer() -> None:
    """An exception that no system raised is reported, and not counted as an unsolved problem."""
    backend = ComputerAlgebra(len, ComputerAlgebraSettings(), 1, 1024)  # type: ignore[arg-type]
    [done] = backend.complete([Prompt("a", "", FRULLANI)])
    backend.close()
    assert (done.text, done.finish_reason) == ("", "error")
    assert done.error is not None
    assert "TypeError" in done.error


UNSOLVED = [
    integral("x^{x}", "0", "a"),
    tasks.Sum(term=r"\frac{1}{k!+k}", index="k", lower="1", upper=r"\infty"),
    tasks.IndefiniteIntegral(integrand=r"\frac{1}{\ln(\ln x)}", variable="x"),
]


@pytest.mark.parametrize("task", UNSOLVED, ids=lambda task: task.operation)
@pytest.mark.parametrize(
    "solve",
    [
        pytest.param(solve_with_sympy, id="sympy"),
        pytest.param(solve_with_maxima, id="maxima", marks=needs("maxima")),
        pytest.param(partial(solve_with_program, GIAC), id="giac", marks=needs("giac")),
        pytest.param(partial(solve_with_program, FRICAS), id="fricas", marks=needs("fricas")),
        pytest.param(partial(solve_with_program, PARI), id="pari", marks=needs("pari")),
    ],
)
def test_what_cannot_be_solved_is_said_without_a_formula(solve: object, task: tasks.Task) -> None:
    """An unevaluated integral or sum is no answer: the text says so, and holds no formula."""
    answer = solve(Question(task, (), 3.0, 1024))  # type: ignore[operator]
    assert answer.status in {"unsolved", "timeout"}
    assert not set("$\\=") & set(answer.text)


def test_a_condition_is_settled_by_the_assumptions() -> None:
    """A piecewise result is reduced to the branch that the problem's relations select."""
    task = tasks.IndefiniteIntegral(integrand="x^n", variable="x")
    chosen = solve_with_sympy(Question(task, ("x > 0", r"n \ne -1"), 5.0, 1024))
    logarithm = solve_with_sympy(Question(task.map(lambda e: e.subs("n", -1)), ("x > 0",), 5.0, 1024))
    assert "cases" not in chosen.text
    assert "\\ln" in logarithm.text


def test_a_way_out_of_time_leaves_some_for_the_next() -> None:
    """A way that hangs is interrupted at its share, and the next one is tried."""
    x = sympy.Symbol("x")

    def hang() -> sympy.Basic:
        while True:
            sympy.expand((x + 1) ** 20)

    attempts = Attempts(Budget(0.4))
    assert attempts.first([("hang", hang), ("quick", lambda: x)], finished) == x
    assert attempts.notes == ["hang ran out of time"]
