"""Solves a typed task with a program: each way to the answer in a process of its own, until one succeeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sympy

from app.backends.computer_algebra.answers import Answer, OutOfTime, Question, Unsolved, given_up, stated
from app.backends.computer_algebra.attempts import SHARE
from app.backends.computer_algebra.processes import Allowance, Ended
from app.backends.computer_algebra.reading import Unreadable
from app.backends.computer_algebra.results import chosen_answer
from app.backends.computer_algebra.writing import Names, Untranslatable
from app.maths import Assumptions
from app.problems import tasks

MARK = "@@result "
"""What stands before a result, at the beginning of its line."""

MARKED = re.compile(rf"^.*{MARK}(.*)$", re.MULTILINE)

LEAST_SECONDS = 0.2
"""With less processor time left than this no further way is begun."""


@dataclass(frozen=True)
class Way:
    """One way to the answer: a script that prints each result it comes to on a line behind `MARK`."""

    name: str
    script: str


@dataclass(frozen=True)
class Program:
    """A computer algebra system that is run as a program.

    `find` raises `BackendUnavailable` when it is not installed; `ways` writes what to try for a task, and
    raises `Untranslatable`; `run` runs one script; `read` reads one result, and raises `Unreadable`.
    """

    title: str
    find: Callable[[], str]
    ways: Callable[[tasks.Task, Assumptions, Names], Sequence[Way]]
    run: Callable[[str, Allowance], Ended]
    read: Callable[[str, Mapping[str, sympy.Expr]], sympy.Basic]


def solve_with_program(program: Program, question: Question) -> Answer:
    """The program's answer to the question; runs in a worker, and the program in processes below it."""
    known = Assumptions.of(question.assumptions)
    names = Names.for_task(question.task, known.symbols)
    try:
        ways = program.ways(question.task, known, names)
        return stated(question.task, _first_answer(program, ways, question, known, names))
    except Untranslatable as missing:
        return given_up(program.title, f"It has no word for {missing}.")
    except Unsolved as reason:
        return given_up(program.title, str(reason))
    except OutOfTime:
        return Answer("", "timeout")


def _first_answer(
    program: Program, ways: Sequence[Way], question: Question, known: Assumptions, names: Names
) -> sympy.Basic:
    """What the first way that succeeds comes to; a way gets half of the time left, and the last one all."""
    left, ran_out, notes = question.seconds, False, []
    for number, way in enumerate(ways, start=1):
        seconds = left if number == len(ways) else left * SHARE
        ended = program.run(way.script, Allowance(seconds, question.patience, question.memory_mb))
        results, faults = _results(program, ended, names)
        answer = chosen_answer(question.task, known, results)
        if answer is not None:
            return answer
        ran_out = ran_out or ended.status is None
        notes += [f"{way.name} gave {fault}" for fault in faults or [_nothing(ended, results)]]
        left -= ended.seconds
        if left < LEAST_SECONDS:
            break
    if ran_out:
        raise OutOfTime
    raise Unsolved("; ".join(notes) + ".")


def _results(program: Program, ended: Ended, names: Names) -> tuple[list[sympy.Basic], list[str]]:
    """The results that can be read, and why the others cannot."""
    results, faults = [], []
    for text in MARKED.findall(ended.output):
        try:
            results.append(program.read(text, names.back))
        except Unreadable as fault:
            faults.append(str(fault))
    return results, faults


def _nothing(ended: Ended, results: Sequence[sympy.Basic]) -> str:
    if results:
        return "no usable value"
    return "nothing in its time" if ended.status is None else "nothing"
