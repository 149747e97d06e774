"""A model asked on terms: every request within a budget, and none that is cached sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from app.backends.base import Purse, ReplyCache, Terms
from app.backends.chat import ChatModel, ChatRequest, Draw, Halted, Reply, RequestFailed, ToolCall, Usage


def on(terms: Terms, model: ChatModel) -> ChatModel:
    """`model`, asked on these terms. What the cache has costs nothing, so the purse stands behind it."""
    if terms.purse is not None:
        model = Metered(model, terms.purse)
    return model if terms.cache is None else Cached(model, terms.cache)


class _Around:
    """A model as it is, but for `ask`."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    def bound(self, request: ChatRequest) -> Usage:
        return self._model.bound(request)

    def fingerprint(self, request: ChatRequest) -> str:
        return self._model.fingerprint(request)

    async def close(self) -> None:
        await self._model.close()


class Metered(_Around):
    """Sets the most that a request can come to aside before it is sent, and counts what it came to."""

    def __init__(self, model: ChatModel, purse: Purse) -> None:
        super().__init__(model)
        self._purse = purse
        self._in_flight = 0
        self._turn = asyncio.Lock()
        self._settled = asyncio.Event()

    async def ask(self, request: ChatRequest) -> Reply:
        bound = self._model.bound(request)
        async with self._turn:  # first come, first served: a small request must not overtake a large one
            await self._reserve(bound)
        self._in_flight += 1
        spent = Usage(0, 0, 0.0)  # unless something was sent
        try:
            reply = await self._model.ask(request)
            spent = reply.usage
            return reply
        except RequestFailed as failed:
            spent = failed.spent
            raise
        except asyncio.CancelledError:
            spent = bound
            raise
        finally:
            self._in_flight -= 1
            self._purse.settle(bound, spent)
            self._settled.set()

    async def _reserve(self, bound: Usage) -> None:
        """Raises Halted only when nothing is in flight that may come to less than was set aside for it."""
        while True:
            try:
                return self._purse.reserve(bound)
            except Halted:
                if not self._in_flight:
                    raise
            self._settled.clear()
            await self._settled.wait()


class Cached(_Around):
    """Takes first draws from a cache, and puts them there; a repeated draw is always drawn anew."""

    def __init__(self, model: ChatModel, cache: ReplyCache) -> None:
        super().__init__(model)
        self._cache = cache

    async def ask(self, request: ChatRequest) -> Reply:
        if request.draws > 1 or request.first_draw > 0:
            return await self._model.ask(request)
        fingerprint = self._model.fingerprint(request)
        if (found := await asyncio.to_thread(self._cache.get, fingerprint)) is not None:
            return replace(_reply(found), attempts=0)
        reply = await self._model.ask(request)
        await asyncio.to_thread(self._cache.put, fingerprint, _record(reply))
        return reply


def _record(reply: Reply) -> dict[str, Any]:
    return {
        "draw": asdict(reply.draws[0]),
        "prompt_tokens": reply.usage.prompt_tokens,
        "completion_tokens": reply.usage.completion_tokens,
        "seconds": reply.seconds,
    }


def _reply(record: Mapping[str, Any]) -> Reply:
    draw = dict(record["draw"])
    calls = tuple(ToolCall(**call) for call in draw.pop("tool_calls"))
    usage = Usage(record["prompt_tokens"], record["completion_tokens"], 0.0)
    return Reply((Draw(tool_calls=calls, **draw),), usage, record["seconds"])
