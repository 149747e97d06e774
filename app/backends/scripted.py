"""Doubles that ship: they answer from a list or a function, can be slow and can fail, and cost nothing."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pydantic import Field

from app.backends.base import NO_TERMS, BackendSettings, Completion, Prompt, Terms
from app.backends.chat import ChatRequest, Draw, Reply, RequestFailed, Usage
from app.backends.parallel import in_parallel

Answer = Callable[[Prompt], str]
Script = Callable[[ChatRequest, int], str | Draw]
"""The answer to a request by the number of the draw."""


class ScriptedSettings(BackendSettings):
    """Answers used in turn, over and over; `delay` is in seconds; every `fail_every`-th prompt fails.

    Asked in messages, as by a strategy, a model with a `seed` chooses at random among its answers, by the
    seed, the messages and the number of the draw alone, whatever the order of the requests.
    """

    answers: tuple[str, ...] = Field(("",), min_length=1)
    seed: int | None = None
    delay: float = Field(0.0, ge=0)
    fail_every: int | None = Field(None, ge=1)


class Scripted:
    """Answers each prompt by `answer`, a function of the prompt or a list used in turn.

    An exception of the function becomes a completion with `error`. `asked` counts the prompts begun, so
    that a test can see what was dropped.
    """

    def __init__(
        self,
        answer: Answer | Sequence[str] | Mapping[str, str],
        *,
        workers: int = 1,
        delay: float = 0.0,
        fail_every: int | None = None,
    ) -> None:
        self._answer = answer if callable(answer) else _reader(answer)
        self._workers = workers
        self._delay = delay
        self._fail_every = fail_every
        self._count = threading.Lock()
        self.asked = 0

    @classmethod
    def from_settings(cls, settings: ScriptedSettings, workers: int) -> Scripted:
        """The double that `settings` describe."""
        return cls(settings.answers, workers=workers, delay=settings.delay, fail_every=settings.fail_every)

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        return in_parallel(prompts, self._complete, self._workers)

    def close(self) -> None:
        """Nothing is held open."""

    def _complete(self, prompt: Prompt) -> Completion:
        started = time.monotonic()
        with self._count:
            self.asked += 1
            fails = self._fail_every is not None and self.asked % self._fail_every == 0
        time.sleep(self._delay)
        if fails:
            return Completion(prompt.key, "", "error", time.monotonic() - started, error="Scripted to fail.")
        try:
            text = self._answer(prompt)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            return Completion(prompt.key, "", "error", time.monotonic() - started, error=reason)
        return Completion(prompt.key, text, "stop", time.monotonic() - started, cost=0.0)


class ScriptedModel:
    """A model asked in messages that answers by `script`, a function of request and draw or a list.

    A script may raise RequestFailed, or Halted. Words are counted as tokens. `asked` keeps the requests.
    """

    def __init__(
        self,
        script: Script | Sequence[str],
        *,
        delay: float = 0.0,
        fail_every: int | None = None,
        seed: int | None = None,
    ) -> None:
        self._script = script if callable(script) else _script(script, seed)
        self._delay = delay
        self._fail_every = fail_every
        self.asked: list[ChatRequest] = []

    @classmethod
    def from_settings(cls, settings: ScriptedSettings) -> ScriptedModel:
        """The double that `settings` describe."""
        return cls(settings.answers, delay=settings.delay, fail_every=settings.fail_every, seed=settings.seed)

    async def ask(self, request: ChatRequest) -> Reply:
        self.asked.append(request)
        fails = self._fail_every is not None and len(self.asked) % self._fail_every == 0
        await asyncio.sleep(self._delay)
        if fails:
            raise RequestFailed("Scripted to fail.", "server", self._delay)
        said = [self._script(request, request.first_draw + place) for place in range(request.draws)]
        draws = tuple(Draw(text, "stop") if isinstance(text, str) else text for text in said)
        completion = sum(len(draw.text.split()) for draw in draws)
        return Reply(draws, Usage(_words(request), completion, 0.0), self._delay)

    def bound(self, request: ChatRequest) -> Usage:
        return Usage(_words(request), None, 0.0)

    def fingerprint(self, request: ChatRequest) -> str:
        return hashlib.sha256(repr((id(self), request)).encode("utf-8", "replace")).hexdigest()

    async def close(self) -> None:
        """Nothing is held open."""


def _words(request: ChatRequest) -> int:
    return sum(len(message.content.split()) for message in request.messages)


def _script(answers: Sequence[str], seed: int | None) -> Script:
    turn = itertools.count()
    if seed is None:
        return lambda request, draw: answers[next(turn) % len(answers)]
    return lambda request, draw: random.Random(f"{seed}:{draw}:{request.messages}").choice(answers)


def _reader(answers: Sequence[str] | Mapping[str, str]) -> Answer:
    if isinstance(answers, Mapping):
        return lambda prompt: answers[prompt.key]
    turn = itertools.count()
    return lambda prompt: answers[next(turn) % len(answers)]
