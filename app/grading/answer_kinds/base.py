"""What a rule is given, what it returns, and the comparison of two scalars that most rules end in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import sympy
from sympy.logic.boolalg import Boolean

from app.grading.answer_kinds.vocabulary import reconciled
from app.grading.errors import AnswerRefused, Undecidable
from app.grading.verdict import Outcome, Step
from app.maths import Assumptions, Comparison, compare
from app.problems.tasks import Task


@dataclass(frozen=True)
class Question:
    """Gold and answer as texts without delimiters, and what the problem says about its symbols."""

    gold: str
    answer: str
    task: Task | None = None
    assumptions: Assumptions = field(default_factory=Assumptions)


@dataclass(frozen=True)
class Ruling:
    """What a rule decided: correct or not, by which method, in one sentence, with its steps."""

    correct: bool
    method: str
    reason: str
    steps: tuple[Step, ...] = ()

    @property
    def outcome(self) -> Outcome:
        return Outcome.CORRECT if self.correct else Outcome.INCORRECT


Rule = Callable[[Question], Ruling]


def is_scalar(expr: sympy.Basic) -> bool:
    """Whether `expr` is a number or a formula that has one value."""
    return isinstance(expr, sympy.Expr) and not isinstance(expr, sympy.MatrixBase)


def compare_scalars(
    gold: sympy.Basic,
    answer: sympy.Basic,
    assumptions: Assumptions,
    modulo_constant: sympy.Symbol | None = None,
) -> Comparison:
    """`maths.compare` for two scalars; raises Undecidable when no stage decides."""
    if not is_scalar(answer):
        raise AnswerRefused("form", f"the answer is {_a(answer)}, where one value is asked for")
    if answer.has(sympy.nan, sympy.zoo) and not gold.has(sympy.nan, sympy.zoo):
        raise AnswerRefused("undefined", "the answer divides by zero or is not a number")
    if modulo_constant is None:
        gold, answer = reconciled(gold, answer)
    comparison = compare(gold, answer, assumptions, modulo_constant=modulo_constant)
    if comparison.verdict == "undecided":
        raise Undecidable(comparison.trace[-1][1] if comparison.trace else "no stage decides")
    return comparison


def equal(gold: sympy.Basic, answer: sympy.Basic, assumptions: Assumptions) -> bool:
    """Whether two scalars are equal; raises Undecidable."""
    return compare_scalars(gold, answer, assumptions).verdict == "equal"


def ruling(comparison: Comparison, same: str = "equals the gold answer") -> Ruling:
    """The comparison as a ruling."""
    correct = comparison.verdict == "equal"
    note = comparison.trace[-1][1] if comparison.trace else comparison.stage
    reason = f"The answer {same} ({note})." if correct else f"The answer is wrong: {note}."
    return Ruling(correct, comparison.stage, reason, steps(comparison))


def steps(comparison: Comparison) -> tuple[Step, ...]:
    return tuple(Step(stage=stage, note=note) for stage, note in comparison.trace)


def _a(expr: sympy.Basic) -> str:
    for kind, name in _NAMES.items():
        if isinstance(expr, kind):
            return name
    return "not a value"


_NAMES: dict[type, str] = {
    sympy.Set: "a set",
    sympy.Tuple: "a list of values",
    sympy.MatrixBase: "a matrix",
    sympy.Eq: "an equation",
    Boolean: "a relation",
}
