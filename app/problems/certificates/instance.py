"""Instances of abstractions: the answer must be what the abstraction's second, independent way finds."""

from __future__ import annotations

from app.maths import render
from app.problems.certificates.question import Finding, Question
from app.problems.errors import ProblemsError, Refused
from app.problems.functional import REGISTRY, same
from app.problems.tasks import Instance


def check(question: Question[Instance]) -> Finding:
    """The parameters are valid, solving and checking agree, and the gold answer is exactly what they give."""
    task = question.task
    abstraction = REGISTRY[task.abstraction]
    if not abstraction.admits(task.values):
        raise Refused(f"{task.values} are no valid parameters of {task.abstraction}: ill-posed or trivial")
    solved = abstraction.answer(task.values)
    try:
        checked = abstraction.second_answer(task.values)
    except ProblemsError as error:
        raise Refused(f"the answer is not the only one: {error}") from error
    if not same(solved, checked):
        raise Refused(f"solving gives {solved}, the second method {checked}")
    if question.gold != solved:
        raise Refused(f"the answer is {solved}, not {question.gold}")
    return Finding("second-method", None, 1, (f"a second method gives ${render(checked)}$ too",))
