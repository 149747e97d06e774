"""Refuses answers that state the question again instead of answering it."""

from __future__ import annotations

import sympy
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.exponential import ExpBase
from sympy.functions.elementary.trigonometric import InverseTrigonometricFunction, TrigonometricFunction

from app.grading.answer_kinds.reading import UNEVALUATED
from app.grading.errors import AnswerRefused
from app.problems.tasks import Evaluation, Simplification, Task

ELEMENTARY: tuple[type, ...] = (
    ExpBase,
    sympy.log,
    TrigonometricFunction,
    InverseTrigonometricFunction,
    sympy.functions.elementary.hyperbolic.HyperbolicFunction,
    sympy.functions.elementary.hyperbolic.InverseHyperbolicFunction,
    sympy.Abs,
    sympy.sign,
    sympy.Min,
    sympy.Max,
    sympy.Piecewise,
    sympy.floor,
    sympy.ceiling,
    sympy.re,
    sympy.im,
    sympy.conjugate,
    sympy.factorial,
    sympy.binomial,
)
"""Functions in which a closed form may always be written."""


def check(task: Task | None, gold: sympy.Basic, answer: sympy.Basic) -> None:
    """Raises AnswerRefused for unevaluated or undefined parts, and for what the task itself rules out."""
    for node in (*UNEVALUATED, AppliedUndef):
        if answer.has(node) and not gold.has(node):
            name = "an undefined function" if node is AppliedUndef else f"an unevaluated {node.__name__}"
            raise AnswerRefused("restatement", f"the answer contains {name}, which restates a question")
    if isinstance(task, Evaluation):
        _check_evaluation(task, gold, answer)
    elif isinstance(task, Simplification):
        _check_simplification(task, gold, answer)


def _check_evaluation(task: Evaluation, gold: sympy.Basic, answer: sympy.Basic) -> None:
    kept = special_functions(task.expression) & special_functions(answer) - special_functions(gold)
    if kept:
        names = ", ".join(sorted(kind.__name__ for kind in kept))
        raise AnswerRefused("restatement", f"the answer still contains {names}, which was to be evaluated")


def _check_simplification(task: Simplification, gold: sympy.Basic, answer: sympy.Basic) -> None:
    """An answer of at least the question's size is not simpler; one of at most the gold's size always is."""
    size, asked, allowed = (sympy.count_ops(e) for e in (answer, task.expression, gold))
    if size >= asked and size > allowed:
        raise AnswerRefused(
            "restatement",
            f"the answer has {size} operations and the question {asked}, so it is not simpler",
        )


def special_functions(expr: sympy.Basic) -> set[type]:
    """The classes of functions in `expr` that are not elementary."""
    return {type(node) for node in expr.atoms(sympy.Function) if not isinstance(node, ELEMENTARY)}
