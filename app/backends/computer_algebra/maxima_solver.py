"""Solves a typed task with Maxima: writes the program, runs it, and picks the result to state."""

from __future__ import annotations

import sympy

from app.backends.computer_algebra.answers import Answer, OutOfTime, Question, Unsolved, given_up, stated
from app.backends.computer_algebra.maxima_lisp import read_result
from app.backends.computer_algebra.maxima_process import Transcript, run_maxima
from app.backends.computer_algebra.maxima_scripts import Script, script_for
from app.backends.computer_algebra.reading import Unreadable
from app.backends.computer_algebra.results import chosen_answer
from app.backends.computer_algebra.writing import Untranslatable
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
    answer = chosen_answer(task, known, results)
    if answer is not None:
        return answer
    if transcript.timed_out:
        raise OutOfTime
    raise Unsolved(
        " ".join([*_asked(transcript), *([f"{'; '.join(notes)}."] if notes else []), _ending(transcript)])
    )


def _asked(transcript: Transcript) -> list[str]:
    return [f"It asked: {question}" for question in dict.fromkeys(transcript.questions)]


def _ending(transcript: Transcript) -> str:
    if transcript.exit_status not in (0, None):
        return f"It ended with status {transcript.exit_status}."
    return "" if transcript.results or transcript.questions else "It returned nothing."
