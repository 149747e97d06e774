"""Divide and conquer: a problem is answered, or split into sub-problems that are answered first.

Depth first: a draft answers a problem or names its sub-problems; after these, the problem is drawn again with
their answers, several times, and the consensus is taken. Source: J. Chen et al., "Divide-and-Conquer Meets
Consensus: Unleashing the Power of Functions in Code Generation", 2024 (FunCoder).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from app.backends.base import Completion, Prompt, Terms
from app.backends.chat import ChatModel, ChatRequest, Draw, Message, RequestFailed
from app.backends.strategies import questions
from app.backends.strategies.base import Account
from app.backends.strategies.blocks import last_object
from app.backends.strategies.consensus import Consensus
from app.backends.strategies.majority import several
from app.backends.strategies.votes import Choice

LONGEST_ANSWER = 2_000
"""Characters of the answer to a sub-problem that are handed on."""


class Part(BaseModel):
    """A sub-problem that a model names."""

    name: str = Field(min_length=1, max_length=100)
    problem: str = Field(min_length=1, max_length=8_000)


class Split(BaseModel):
    """What a draft says instead of an answer."""

    subproblems: tuple[Part, ...]


@dataclass(frozen=True)
class Bounds:
    """How far a problem is split: levels of sub-problems, requests in all, and draws of what has parts."""

    depth: int
    requests: int
    k: int
    temperature: float | None


class Divide:
    """Answers each problem by a tree of sub-problems within `bounds`."""

    def __init__(self, choose: Consensus, bounds: Bounds) -> None:
        self._choose = choose
        self._bounds = bounds

    async def __call__(self, model: ChatModel, prompt: Prompt, terms: Terms) -> Completion:
        tree = _Tree(Account(model), prompt, terms, self._choose, self._bounds)
        try:
            draw, choice = await tree.answer(prompt, depth=0)
        except RequestFailed as failed:
            return tree.account.failed(prompt, failed, tree.details(None))
        return tree.account.answered(prompt, draw, tree.details(choice))


class _Tree:
    """One problem with its sub-problems. `owed` counts the problems split and still to be drawn again."""

    def __init__(
        self, account: Account, prompt: Prompt, terms: Terms, choose: Consensus, bounds: Bounds
    ) -> None:
        self.account = account
        self._prompt = prompt
        self._terms = terms
        self._choose = choose
        self._bounds = bounds
        self._owed = 0
        self._visited: set[str] = set()
        self._parts: list[dict[str, Any]] = []

    def details(self, choice: Choice | None) -> dict[str, Any]:
        """What the completion tells of the tree, and of the choice among the last draws, if there was one."""
        told = {"strategy": "divide", "requests": self.account.requests, "parts": self._parts}
        return told if choice is None else {**told, **choice.details, "chosen": choice.place}

    async def answer(self, problem: Prompt, depth: int) -> tuple[Draw, Choice | None]:
        """The answer to a problem, and how it was chosen where it was split; raises RequestFailed."""
        may_split = depth < self._bounds.depth and self._spare > 1
        text = questions.divisible(problem.text) if may_split else problem.text
        request = ChatRequest((Message("user", text),), first_draw=problem.repetition)
        draft = (await self.account.ask(request)).draws[0]
        parts = _parts(draft.text) if may_split else None
        if parts is None:
            return draft, None
        self._owed += 1
        answers = await self._answers(problem, parts, depth + 1)
        self._owed -= 1
        asked = several(
            problem, questions.composed(problem.text, answers), self._bounds.k, self._bounds.temperature
        )
        draws = (await self.account.ask(asked)).draws
        if "\\boxed" in draft.text:
            draws = (*draws, draft)
        choice = await self._choose(draws, problem, self._terms)
        return draws[choice.place], choice

    @property
    def _spare(self) -> int:
        """The requests that may still be made, without those that are owed."""
        return self._bounds.requests - self.account.requests - self._owed

    async def _answers(self, problem: Prompt, parts: Sequence[Part], depth: int) -> list[tuple[str, str]]:
        """The questions and answers of those parts that were not asked before and have an answer."""
        found = []
        for part in parts:
            if part.name in self._visited or self._spare < 1:
                continue
            self._visited.add(part.name)
            told: dict[str, Any] = {"name": part.name, "depth": depth, "answer": None}
            self._parts.append(told)
            asked = replace(problem, text=questions.part(part.problem), task=None, kind="expression")
            try:
                draw, _ = await self.answer(asked, depth)
            except RequestFailed as failed:
                told["error"] = failed.reason
                continue
            answer = await self._choose.final(draw.text)
            if answer is not None:
                told["answer"] = answer[:LONGEST_ANSWER]
                found.append((part.problem, told["answer"]))
        return found


def _parts(draft: str) -> tuple[Part, ...] | None:
    """The sub-problems that a draft names; None for a draft that is an answer."""
    try:
        return Split.model_validate(last_object(draft)).subproblems[: questions.MOST_PARTS] or None
    except ValidationError:
        return None
