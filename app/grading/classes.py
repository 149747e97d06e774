"""Which of several answers to one question are the same mathematics, without a gold answer.

Two answers are equal when each is judged right with the other for gold; what cannot be judged is different.
That relation is symmetric but not transitive (3.14 may equal two values that differ), so classes are
made deliberately: the spellings are taken by how many gave them, and each joins the first class whose
first member it equals. The order in which the answers come has no part in it.

The task says how an answer is read (the variable, the names of the unknowns), and never whether it is right:
an answer that was put into its equation would have been graded, not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.grading import extraction, programs
from app.grading.answer_kinds import choice, reading
from app.grading.judge import judge, unusable
from app.grading.markup import plain_spelling
from app.grading.verdict import Case, Outcome
from app.maths import render
from app.problems.problem import AnswerKind
from app.problems.tasks import (
    DifferentialEquation,
    DifferentialSystem,
    EquationSystem,
    IndefiniteIntegral,
    Series,
    Task,
)

READ_BY = (IndefiniteIntegral, Series, EquationSystem, DifferentialSystem)
"""Tasks by which the rules read an answer; by the others they would check it."""


@dataclass(frozen=True)
class Query:
    """Completions or bare answers to one question, and what the problem says about its answer."""

    answers: tuple[str, ...]
    kind: AnswerKind | None = None
    assumptions: tuple[str, ...] = ()
    task: Task | None = None


@dataclass(frozen=True)
class Final:
    """A final answer: as it is compared, as it was given, and the spelling by which it is the same."""

    text: str
    given: str
    spelling: str


@dataclass(frozen=True)
class Pair:
    """Two final answers that may be the same mathematics."""

    one: Final
    other: Final
    query: Query


def classes(query: Query) -> list[int | None]:
    """For each answer the number of its class, from 0 in order of appearance; None for no answer.

    There is no bound on time here: call it by `Judges.classes` for answers of a model.
    """
    return grouped(finals(query), lambda one, other: same(Pair(one, other, query)))


def finals(query: Query) -> list[Final | None]:
    """The final answer of each completion; None where there is none."""
    return [_final(answer, query.kind) for answer in query.answers]


def grouped(answers: Sequence[Final | None], equal: Callable[[Final, Final], bool]) -> list[int | None]:
    """The classes of final answers by a symmetric relation; equal spellings are never compared."""
    counts = Counter(answer.spelling for answer in answers if answer is not None)
    shown = {answer.spelling: answer for answer in sorted(filter(None, answers), key=_order, reverse=True)}
    heads: list[str] = []
    home: dict[str, str] = {}
    for spelling in sorted(counts, key=lambda spelling: (-counts[spelling], len(spelling), spelling)):
        joined = (head for head in heads if equal(shown[head], shown[spelling]))
        home[spelling] = next(joined, spelling)
        if home[spelling] is spelling:
            heads.append(spelling)
    numbers: dict[str, int] = {}
    return [
        None if answer is None else numbers.setdefault(home[answer.spelling], len(numbers))
        for answer in answers
    ]


def same(pair: Pair) -> bool:
    """Whether each of two answers is judged right with the other for gold."""
    return _right(pair.one, pair.other, pair.query) and _right(pair.other, pair.one, pair.query)


def _right(gold: Final, answer: Final, query: Query) -> bool:
    case = Case(
        gold=_labelled(gold.text, query.task),
        answer=answer.given,
        kind=query.kind,
        assumptions=(*query.assumptions, *_constants(query.task)),
        task=query.task if isinstance(query.task, READ_BY) else None,
    )
    return judge(case).outcome is Outcome.CORRECT


def _order(answer: Final) -> tuple[int, str]:
    return len(answer.given), answer.given


def _final(completion: str, kind: AnswerKind | None) -> Final | None:
    found = extraction.find(completion)
    if kind == "choice" and not choice.letters(found.text):
        picked = choice.picked(completion)
        found = found if picked is None else replace(found, text=completion[slice(*picked)])
    if unusable(found) is not None:
        return None
    if programs.is_program(found.text):  # where a space at the start of a line has a meaning
        return Final(found.text, completion, found.text)
    return Final(found.text, completion, " | ".join(map(plain_spelling, (found.text, *found.rivals))))


# What the rules for differential equations take from the task, said by label and assumptions instead


def _labelled(text: str, task: Task | None) -> str:
    """A solution with the name of its function before it, which says what depends on what."""
    if isinstance(task, DifferentialEquation) and reading.EQUALS.search(text) is None:
        return f"{task.function}({render(task.variable)}) = {text}"
    return text


def _constants(task: Task | None) -> tuple[str, ...]:
    """That the other symbols of a differential equation are given numbers, not constants of integration."""
    if not isinstance(task, DifferentialEquation):
        return ()
    symbols = task.equation.free_symbols.union(*(condition.free_symbols for condition in task.conditions))
    return tuple(
        rf"{render(symbol)} \in \mathbb{{R}}" for symbol in sorted(symbols - {task.variable}, key=str)
    )
