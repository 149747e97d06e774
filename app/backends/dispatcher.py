"""Prompts sent to a model by the thousand: one event loop, so many answers at once, each as it is ready."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

import uvloop

from app.backends import terms as model_terms
from app.backends.base import NO_TERMS, Completion, Prompt, Terms
from app.backends.chat import ChatModel, Halted
from app.backends.strategies.base import Answer

PAGE = 256
"""Prompts taken from their source at a time, in a thread: it may be a database."""

PACE = 0.02
"""Seconds from one batch to the next: storing many answers at once costs little more than storing one."""

Outcome = tuple[Sequence[Completion], asyncio.Future[None]] | BaseException | None
"""Some completions and the promise that they are safe; or what ended everything; or None at the end."""


class Dispatched:
    """A backend made of a model and a strategy: at most `in_flight` answers in the making at once.

    Up to `together` repetitions of one text that follow each other are put to the strategy as one. The model
    is opened for the first caller and closed after the last: what it has learned of the server's limits is
    shared between those who ask at the same time.
    """

    def __init__(
        self, open_model: Callable[[], ChatModel], answer: Answer, in_flight: int, together: int = 1
    ) -> None:
        self._open_model = open_model
        self._answer = answer
        self._in_flight = in_flight
        self._together = together
        self._lock = threading.Lock()
        self._shared: _Loop | None = None
        self._users = 0

    def complete(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Iterator[Completion]:
        with closing(self.batches(prompts, terms)) as batches:
            for batch in batches:
                yield from batch

    def batches(self, prompts: Iterable[Prompt], terms: Terms = NO_TERMS) -> Generator[list[Completion]]:
        ready: SimpleQueue[Outcome] = SimpleQueue()
        loop = self._enter()
        try:
            work = loop.submit(self._dispatch(loop, prompts, terms, ready))
            try:
                yield from _batches(loop, ready)
            finally:
                work.cancel()
        finally:
            self._leave()

    def close(self) -> None:
        """Nothing is held open but by those who ask."""

    async def _dispatch(
        self, loop: _Loop, prompts: Iterable[Prompt], terms: Terms, ready: SimpleQueue[Outcome]
    ) -> None:
        try:
            model = model_terms.on(terms, loop.model(self._open_model))
            source = _Groups(prompts, self._together)
            halts: list[Halted] = []

            async def work() -> None:
                while not halts and (group := await source.next()):
                    try:
                        completions = await self._answer(model, group, terms)
                    except Halted as halted:  # what is in flight elsewhere has been paid for
                        halts.append(halted)
                    else:
                        safe = asyncio.get_running_loop().create_future()
                        ready.put((completions, safe))
                        await safe

            try:
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(self._in_flight):
                        tasks.create_task(work())
            except BaseExceptionGroup as several:
                raise _first(several) from None
            ready.put(halts[0] if halts else None)
        except BaseException as error:
            ready.put(error)
            raise

    def _enter(self) -> _Loop:
        with self._lock:
            if self._shared is None:
                self._shared = _Loop()
            self._users += 1
            return self._shared

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._shared is not None:
                self._shared.close()
                self._shared = None


def _batches(loop: _Loop, ready: SimpleQueue[Outcome]) -> Iterator[list[Completion]]:
    """What is ready at a time, to the end; raises what ended everything."""
    while True:
        began = time.monotonic()
        outcomes = [ready.get()]
        with suppress(Empty):
            while True:
                outcomes.append(ready.get_nowait())
        answered = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
        if answered:
            yield [completion for completions, _ in answered for completion in completions]
            loop.promise([safe for _, safe in answered])
        if not isinstance(last := outcomes[-1], tuple):
            if last is not None:
                raise last
            return
        time.sleep(max(0.0, PACE - (time.monotonic() - began)))


class _Loop:
    """An event loop in a thread of its own, and the one model that is used on it."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._model: ChatModel | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="dispatch", daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        """Begin `work` on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def model(self, opener: Callable[[], ChatModel]) -> ChatModel:
        """The model, opened when first asked for; to be called on the loop."""
        if self._model is None:
            self._model = opener()
        return self._model

    def promise(self, safe: Sequence[asyncio.Future[None]]) -> None:
        """Let those go on whose answers are safe."""

        def let_go() -> None:
            for future in safe:
                if not future.done():
                    future.set_result(None)

        self._loop.call_soon_threadsafe(let_go)

    def close(self) -> None:
        """Cancel what is still at work, let every connection go, and end the thread."""
        asyncio.run_coroutine_threadsafe(self._wind_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _wind_up(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._model is not None:
            await self._model.close()
        await asyncio.get_running_loop().shutdown_default_executor()


class _Groups:
    """Prompts in groups of repetitions, read ahead in a thread while earlier ones are being answered."""

    def __init__(self, prompts: Iterable[Prompt], together: int) -> None:
        self._source = iter(prompts)
        self._together = together
        self._groups: deque[list[Prompt]] = deque()
        self._reading: asyncio.Task[None] | None = None
        self._ended = False

    async def next(self) -> list[Prompt] | None:
        """The next group; None when there are no more."""
        while not self._groups:
            if self._ended:
                return None
            await asyncio.shield(self._read_ahead())
        group = self._groups.popleft()
        if len(self._groups) < PAGE // 2 and not self._ended:
            self._read_ahead()
        return group

    def _read_ahead(self) -> asyncio.Task[None]:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return self._reading

    async def _read(self) -> None:
        page = await asyncio.to_thread(lambda: list(islice(self._source, PAGE)))
        self._ended = len(page) < PAGE
        for prompt in page:
            last = self._groups[-1] if self._groups else None
            if last and len(last) < self._together and _follows(last[-1], prompt):
                last.append(prompt)
            else:
                self._groups.append([prompt])


def _follows(before: Prompt, prompt: Prompt) -> bool:
    return prompt.text == before.text and prompt.repetition == before.repetition + 1


def _first(several: BaseExceptionGroup) -> BaseException:
    """The first of the errors that ended everything."""
    error = several.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
