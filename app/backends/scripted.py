"""A double that ships: it answers from a list or a function, can be slow and can fail, and costs nothing."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pydantic import Field

from app.backends.base import NO_TERMS, BackendSettings, Completion, Prompt, Terms
from app.backends.parallel import in_parallel

Answer = Callable[[Prompt], str]


class ScriptedSettings(BackendSettings):
    """Answers used in turn, over and over; `delay` is in seconds; every `fail_every`-th prompt fails."""

    answers: tuple[str, ...] = ("",)
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


def _reader(answers: Sequence[str] | Mapping[str, str]) -> Answer:
    if isinstance(answers, Mapping):
        return lambda prompt: answers[prompt.key]
    turn = itertools.count()
    return lambda prompt: answers[next(turn) % len(answers)]
