"""vLLM's engine without a server: a process of our own that answers whole runs as one batch."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import tempfile
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from app.backends.chat import ChatRequest, Draw, Reply, RequestFailed, Usage
from app.backends.errors import BackendUnavailable
from app.backends.vllm.processes import check_installed, last_lines
from app.backends.vllm.settings import VLLMSettings
from app.backends.vllm.supervision import Supervised

PROGRAM = Path(__file__).with_name("engine_process.py")
CHARACTERS_PER_TOKEN = 3.0
"""As for served models: fewer than text has, so that a reservation is not too small."""

Answer = dict[str, Any]


class EngineModel:
    """A model on an engine that is started for the first question and ended by `close`.

    All that is asked at one time is batched by the engine, and each answer comes as it is complete. `ask`
    raises `BackendUnavailable` when vLLM is not installed, or the engine does not start or is dead, and
    RequestFailed for what is wrong with one question. Used on one event loop.
    """

    def __init__(self, settings: VLLMSettings) -> None:
        self._settings = settings
        self._process: _Process | None = None
        self._starting: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"EngineModel({self._settings.name!r})"

    async def ask(self, request: ChatRequest) -> Reply:
        if request.tools:
            raise RequestFailed("Tools need the served backend, `vllm`.", "refused", spent=Usage(0, 0, 0.0))
        await self._started()
        began = time.monotonic()
        asked = [self._draw(request, number) for number in range(request.draws)]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        answers = [outcome for outcome in outcomes if isinstance(outcome, dict)]
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for failure in failures:
            if not isinstance(failure, RequestFailed) or not answers:
                raise failure
        return Reply(
            tuple(Draw(answer["text"], _finish(answer), answer["reasoning"]) for answer in answers),
            Usage(
                sum(answer["prompt_tokens"] for answer in answers),
                sum(answer["completion_tokens"] for answer in answers),
            ),
            time.monotonic() - began,
            failed=failures[0] if failures else None,  # type: ignore[arg-type]
        )

    def bound(self, request: ChatRequest) -> Usage:
        said = sum(len(message["content"]) for message in self._messages(request))
        most = self._settings.max_tokens or self._settings.max_model_len
        prompt = (int(said / CHARACTERS_PER_TOKEN) + 1) * request.draws
        return Usage(prompt, None if most is None else most * request.draws)

    def fingerprint(self, request: ChatRequest) -> str:
        how = [self._settings.arguments(), self._sampling(request, 0), request.draws]
        text = json.dumps([how, self._messages(request)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    async def close(self) -> None:
        if self._process is not None:
            await asyncio.to_thread(self._process.close)

    async def _started(self) -> None:
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        await asyncio.shield(self._starting)

    async def _start(self) -> None:
        await asyncio.to_thread(check_installed, self._settings)
        self._process = _Process(self._settings, asyncio.get_running_loop())
        await self._process.ready()

    async def _draw(self, request: ChatRequest, number: int) -> Answer:
        assert self._process is not None  # noqa: S101 (started before anything is drawn)
        began = time.monotonic()
        answer = await self._process.ask(self._messages(request), self._sampling(request, number))
        if "error" in answer:
            seconds = time.monotonic() - began
            raise RequestFailed(answer["error"], "refused", seconds, spent=Usage(0, 0, 0.0))
        return answer

    def _messages(self, request: ChatRequest) -> list[dict[str, str]]:
        system = self._settings.system
        first = [{"role": "system", "content": system}] if system is not None else []
        return first + [{"role": message.role, "content": message.content} for message in request.messages]

    def _sampling(self, request: ChatRequest, number: int) -> dict[str, Any]:
        settings = self._settings
        chosen = {
            "temperature": settings.temperature if request.temperature is None else request.temperature,
            "top_p": settings.top_p,
            "max_tokens": settings.max_tokens,
            "stop": list(settings.stop) or None,
            "seed": None if settings.seed is None else settings.seed + request.first_draw + number,
        }
        return {name: value for name, value in chosen.items() if value is not None}


class _Process:
    """The engine's process, and who waits for which of its answers.

    Its input is written and its output read by threads, since pipes wait; futures belong to the loop.
    """

    def __init__(self, settings: VLLMSettings, loop: asyncio.AbstractEventLoop) -> None:
        self._settings = settings
        self._loop = loop
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._ready: asyncio.Future[None] = loop.create_future()
        self._death: str | None = None
        self._outbox: SimpleQueue[Answer | None] = SimpleQueue()
        self._folder = tempfile.TemporaryDirectory(prefix="plumbline-vllm-", ignore_cleanup_errors=True)
        self._log = Path(self._folder.name) / "log"
        command = [settings.python, str(PROGRAM), *settings.arguments()]
        with self._log.open("wb") as log:
            self._supervised = Supervised(command, environment=settings.variables(), log=log, piped=True)
        process = self._supervised.process
        self._threads = [
            threading.Thread(target=self._write, args=(process.stdin,), name="to vllm", daemon=True),
            threading.Thread(target=self._read, args=(process.stdout,), name="from vllm", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    async def ready(self) -> None:
        """Wait until the engine can be asked; raises `BackendUnavailable` when it cannot, or not in time."""
        seconds = self._settings.start_timeout
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), seconds)
        except TimeoutError:
            raise self._unavailable(f"was not ready within {seconds:g} s") from None

    async def ask(self, messages: list[dict[str, str]], sampling: dict[str, Any]) -> Answer:
        """What the engine answers; when nobody waits any more, it is told to drop the question."""
        if self._death is not None:
            raise self._unavailable(self._death)
        number = next(self._numbers)
        self._waiting[number] = self._loop.create_future()
        self._outbox.put({"id": number, "messages": messages, "sampling": sampling})
        try:
            return await self._waiting[number]
        except asyncio.CancelledError:
            self._outbox.put({"drop": number})
            raise
        finally:
            del self._waiting[number]

    def close(self) -> None:
        """End the process and wait until it is gone; may be called more than once."""
        self._outbox.put(None)
        self._supervised.stop()
        for thread in self._threads:
            thread.join()
        self._folder.cleanup()

    def _write(self, stdin: IO[bytes]) -> None:
        with contextlib.suppress(OSError), stdin:  # when the process is gone, its output says so too
            while (message := self._outbox.get()) is not None:
                stdin.write(json.dumps(message).encode() + b"\n")
                stdin.flush()

    def _read(self, stdout: IO[bytes]) -> None:
        with stdout:
            for line in stdout:
                self._loop.call_soon_threadsafe(self._take, json.loads(line))
        with contextlib.suppress(RuntimeError):  # the loop may have ended first
            self._loop.call_soon_threadsafe(self._die, "ended")

    def _take(self, message: Answer) -> None:
        if "ready" in message:
            self._ready.set_result(None)
        elif "dead" in message:
            self._die(f"is dead: {message['dead'].rstrip('.')}")
        elif (waiting := self._waiting.get(message["id"])) and not waiting.done():
            waiting.set_result(message)

    def _die(self, how: str) -> None:
        """Tells everybody who waits that no answer will come."""
        self._death = self._death or how
        waiting: list[asyncio.Future[Any]] = [self._ready, *self._waiting.values()]
        for future in waiting:
            if not future.done():
                future.set_exception(self._unavailable(self._death))

    def _unavailable(self, how: str) -> BackendUnavailable:
        end = last_lines(self._log) if self._log.exists() else ""
        return BackendUnavailable(f"The vLLM engine of {self._settings.name} {how}", f"Its log ends:\n{end}")


def _finish(answer: Answer) -> str:
    return "length" if answer["finish_reason"] == "length" else "stop"
