"""Functional consensus: of several answers that are functions, the one that behaves most like the others.

Source: J. Chen et al., "Divide-and-Conquer Meets Consensus: Unleashing the Power of Functions in Code
Generation", 2024 (FunCoder).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from app.backends.base import Prompt, Terms
from app.backends.chat import Draw
from app.backends.strategies.votes import Choice, Vote, chosen_by_seed, query
from app.grading.behaviour import Plan, Value, plan, scores, values
from app.grading.classes import Query, finals
from app.isolation import Isolated, Success

In = TypeVar("In")
Out = TypeVar("Out")


class Consensus:
    """The draw whose values agree with most others, over all draws and inputs; the seed decides on a tie.

    The values of one answer have `deadline` seconds in a worker. An answer that has no value at an input, or
    does not end in time, agrees with none. Where there are no inputs (numbers, sets, words) or no
    answer has a value, it is the vote by classes of equal answers.
    """

    def __init__(self, workers: Isolated, inputs: int, deadline: float, seed: int) -> None:
        self._workers = workers
        self._inputs = inputs
        self._deadline = deadline
        self._seed = seed
        self._vote = Vote(seed)

    async def __call__(self, draws: Sequence[Draw], prompt: Prompt, terms: Terms) -> Choice:
        asked = query([draw.text for draw in draws], prompt)
        planned = await self._call(_plan, (asked, self._inputs, self._seed))
        if planned is None:
            return await self._vote(draws, prompt, terms)
        rows = await self._behaviours(planned)
        counts = scores(rows)
        best = max(counts)
        if best == 0:
            return await self._vote(draws, prompt, terms)
        first = {row: place for place, row in reversed(list(enumerate(rows))) if counts[place] == best}
        place = chosen_by_seed(sorted(first.values()), self._seed, prompt)
        details = {
            "draws": len(draws),
            "inputs": len(planned.points),
            "agreement": counts,
            "tied": len(first),
        }
        return Choice(place, details)

    async def final(self, answer: str) -> str | None:
        """The final answer in a completion, found in a worker; None where there is none."""
        found = await self._call(finals, Query((answer,)))
        return None if found is None or found[0] is None else found[0].text

    async def _behaviours(self, planned: Plan) -> list[tuple[Value, ...]]:
        """The values of each answer at each input, evaluated once for each text."""
        nowhere: tuple[Value, ...] = (None,) * len(planned.points)
        texts = [text for text in dict.fromkeys(planned.texts) if text is not None]
        found = await asyncio.gather(*(self._call(_values, (text, planned)) for text in texts))
        known = dict(zip(texts, found, strict=True))
        return [nowhere if text is None else known[text] or nowhere for text in planned.texts]

    async def _call(self, function: Callable[[In], Out], item: In) -> Out | None:
        """The result of a call in a worker; None where it was killed or failed."""
        result = await asyncio.wrap_future(self._workers.submit(function, item, self._deadline))
        return result.value if isinstance(result, Success) else None


def _plan(item: tuple[Query, int, int]) -> Plan | None:
    return plan(*item)


def _values(item: tuple[str, Plan]) -> tuple[Value, ...]:
    return values(*item)
