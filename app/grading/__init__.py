"""From a completion to a verdict: find the final answer, read it, and judge it by its kind."""

from collections.abc import Sequence

from app.grading.pool import Judges, timed_judge
from app.grading.verdict import Case, Outcome, Step, Verdict
from app.problems.problem import AnswerKind
from app.problems.tasks import Task

__all__ = ["Case", "Judges", "Outcome", "Step", "Verdict", "grade"]


def grade(
    gold: str,
    answer: str,
    kind: AnswerKind | None = None,
    *,
    assumptions: Sequence[str] = (),
    task: Task | None = None,
) -> Verdict:
    """Judge one answer (bare, or a whole completion) against a gold answer, here and without a deadline.

    `kind` is inferred from the gold when it is not given. For hostile answers use `Judges`, which bounds time
    and memory.
    """
    return timed_judge(Case(gold=gold, answer=answer, kind=kind, assumptions=tuple(assumptions), task=task))
