"""Which of several answers to one question is taken: a vote by classes of equal answers."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, cast

from app.backends.base import Prompt, Terms
from app.backends.chat import Draw
from app.grading.classes import Query, finals, grouped
from app.problems.problem import AnswerKind

COMPARING = 4
"""Questions whose answers are compared at the same time."""


@dataclass(frozen=True)
class Choice:
    """The draw that was chosen, by its place among the draws, and how."""

    place: int
    details: Mapping[str, Any]


class Choose(Protocol):
    """A way to choose among the draws of an answer to one question; there is at least one."""

    async def __call__(self, draws: Sequence[Draw], prompt: Prompt, terms: Terms) -> Choice: ...


class Comparison:
    """Says which answers to a prompt are equal, for an event loop that goes on meanwhile.

    By the rule of the terms; without one, by spelling. It waits in threads of its own, for workers.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(COMPARING, "comparison")

    async def __call__(self, answers: Sequence[str], prompt: Prompt, terms: Terms) -> Sequence[int | None]:
        """For each answer the number of its class; None for no answer."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, terms.equivalence or _by_spelling, answers, prompt
        )


class Vote:
    """The first draw of the largest class of equal answers; the seed decides between classes of one size.

    Draws without an answer have no vote; where none has one, the first draw is taken as it is.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._compare = Comparison()

    async def __call__(self, draws: Sequence[Draw], prompt: Prompt, terms: Terms) -> Choice:
        found = await self._compare([draw.text for draw in draws], prompt, terms)
        votes = Counter(number for number in found if number is not None)
        most = max(votes.values(), default=0)
        tied = [number for number, count in votes.items() if count == most]
        won = chosen_by_seed(tied, self._seed, prompt) if tied else None
        details = {
            "draws": len(draws),
            "votes": [votes[number] for number in range(len(votes))],
            "classes": list(found),
            "tied": len(tied),
        }
        return Choice(found.index(won), details)


def chosen_by_seed(equals: Sequence[int], seed: int, prompt: Prompt) -> int:
    """One of several that are equally good; it follows from the seed, the question and its repetition."""
    question = f"{seed}:{prompt.repetition}:{prompt.text}".encode("utf-8", "replace")
    return random.Random(question).choice(equals)


def query(answers: Sequence[str], prompt: Prompt) -> Query:
    """The question whether `answers` to `prompt` are the same mathematics."""
    return Query(tuple(answers), cast(AnswerKind, prompt.kind), prompt.assumptions, prompt.task)


def _by_spelling(answers: Sequence[str], prompt: Prompt) -> Sequence[int | None]:
    return grouped(finals(query(answers, prompt)), lambda one, other: False)
