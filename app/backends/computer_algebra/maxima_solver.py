"""Solves a typed task with Maxima: writes the program, runs it, and picks the result to state."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from app.backends.computer_algebra import maxima_systems
from app.backends.computer_algebra.answers import (
    NOT_SIMPLER,
    Answer,
    OutOfTime,
    Question,
    Unsolved,
    given_up,
    stated,
)
from app.backends.computer_algebra.attempts import finished, restates, size
from app.backends.computer_algebra.branches import holds
from app.backends.computer_algebra.maxima_lisp import Unreadable, read_result
from app.backends.computer_algebra.maxima_process import Transcript, run_maxima
from app.backends.computer_algebra.maxima_scripts import Script, script_for
from app.backends.computer_algebra.maxima_syntax import Untranslatable
from app.backends.computer_algebra.sympy_equations import DOMAINS, meets_conditions
from app.maths import Assumptions
from app.problems import tasks


def solve_with_maxima(question: Question) -> Answer:
    """Maxima's answer to the question; runs in a worker, and Maxima in a process of its own below it."""
    known = Assumptions.of(question.assumptions)
    try:
        script = script_for(question.task, known)
        transcript = run_maxima(script.text, question.seconds, question.patience, question.memory_mb)
        return stated(question.task, _chosen(question.task, known, transcript, script))
    except Untranslatable as missing:
        return given_up("Maxima", f"It has no word for {missing}.")
    except Unsolved as reason:
        return given_up("Maxima", str(reason))
    except OutOfTime:
        return Answer("", "timeout")


def _chosen(task: tasks.Task, known: Assumptions, transcript: Transcript, script: Script) -> sympy.Basic:
    results: list[sympy.Basic] = []
    notes: list[str] = []
    for label, form in transcript.results:
        try:
            results.append(read_result(form, script.names.back))
        except Unreadable as reason:
            notes.append(f"{label} gave {reason}")
    answer = _answer(task, known, results)
    if answer is not None:
        return answer
    if transcript.timed_out:
        raise OutOfTime
    raise Unsolved(
        " ".join([*_asked(transcript), *([f"{'; '.join(notes)}."] if notes else []), _ending(transcript)])
    )


def _answer(task: tasks.Task, known: Assumptions, results: Sequence[sympy.Basic]) -> sympy.Basic | None:
    """The result to state among all that Maxima gave, or None."""
    if isinstance(task, tasks.DifferentialEquation):
        return _solution(task, results)
    if isinstance(task, tasks.Equation):
        return next((s for s in (_solution_set(task, known, r) for r in results) if s is not None), None)
    if isinstance(task, tasks.DifferentialSystem):
        return maxima_systems.functions(task, results)
    if isinstance(task, tasks.EquationSystem):
        return maxima_systems.solutions(task, known, results)
    if isinstance(task, tasks.Inequality):
        return maxima_systems.pieces(task, known, results)
    values = [result for result in results if finished(result)]
    if isinstance(task, tasks.Eigenvalues):
        values = [sympy.FiniteSet(*value) for value in values if isinstance(value, sympy.Tuple)]
    if isinstance(task, tasks.Evaluation):
        values = [value for value in values if not restates(value, task.expression)]
    shortest = min(values, key=size) if values else None
    if isinstance(task, tasks.Simplification) and shortest == task.expression:
        raise Unsolved(NOT_SIMPLER)
    return shortest


def _solution(task: tasks.DifferentialEquation, results: Sequence[sympy.Basic]) -> sympy.Eq | None:
    """The first explicit solution that meets the conditions, as `y(x) = …`."""
    y, bare = sympy.Function(task.function)(task.variable), sympy.Symbol(task.function)
    equations = [item for r in results for item in (r if isinstance(r, sympy.Tuple) else (r,))]
    solutions = [
        sympy.Eq(y, equation.rhs, evaluate=False)
        for equation in equations
        if isinstance(equation, sympy.Eq) and equation.lhs in (y, bare) and not equation.rhs.has(bare, y.func)
    ]
    fitting = [s for s in solutions if finished(s.rhs) and meets_conditions(s, task.conditions)]
    return min(fitting, key=size) if fitting else None


def _solution_set(task: tasks.Equation, known: Assumptions, result: sympy.Basic) -> sympy.Set | None:
    """The solutions in the domain, from a list such as `[x = 1, x = 2]`; None when it is no such list."""
    if not isinstance(result, sympy.Tuple):
        return None
    kept: list[sympy.Expr] = []
    for equation in result:
        if (
            not isinstance(equation, sympy.Eq)
            or equation.lhs != task.variable
            or equation.rhs.has(task.variable)
        ):
            return None
        inside = holds(DOMAINS[task.domain].contains(known.apply(equation.rhs)), known)
        if inside is None:
            return None
        if inside:
            kept.append(equation.rhs)
    return sympy.FiniteSet(*kept)


def _asked(transcript: Transcript) -> list[str]:
    return [f"It asked: {question}" for question in dict.fromkeys(transcript.questions)]


def _ending(transcript: Transcript) -> str:
    if transcript.exit_status not in (0, None):
        return f"It ended with status {transcript.exit_status}."
    return "" if transcript.results or transcript.questions else "It returned nothing."
