"""One served model: asked over HTTP within its limits, and again only where that helps."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.backends.chat import ChatRequest, Reply, RequestFailed, Usage
from app.backends.errors import BackendUnavailable
from app.backends.limits import BackOff, Breaker, Gate, Pace, retry_after
from app.backends.prices import cost, price_at
from app.backends.wire.bodies import PATHS, Bodies
from app.backends.wire.replies import Answers, Garbled, read_answers
from app.backends.wire.settings import OpenAISettings
from app.backends.wire.transport import Received, TimedOut, Transport, Unreachable

LONGEST_REASON = 400
"""Characters of a server's error message that are kept."""

PASSING = frozenset({408, 409, 429})
"""Statuses below 500 that say 'not now'; every status from 500 on may pass too."""

NOTHING = Usage(0, 0, 0.0)
"""What a request cost that no model has seen; of one that timed out or cannot be read, nobody knows."""

CHARACTERS_PER_TOKEN = 3.0
"""Fewer than mathematics in English and LaTeX has (about 3.5), so that a reservation is not too small."""


class WireModel:
    """A served model. All requests share its pace, its gate and its breaker, whoever sends them."""

    def __init__(self, settings: OpenAISettings) -> None:
        self._settings = settings
        self._key = settings.key()
        self._bodies = Bodies(settings)
        self._path = PATHS[settings.api]
        self._most_draws = 1 if settings.api == "responses" else settings.draws_per_request
        self._back_off = BackOff(settings.max_retries, first=settings.first_back_off)
        self._requests = Pace(settings.requests_per_minute)
        self._tokens = Pace(settings.tokens_per_minute)
        self._gate = Gate(settings.concurrency)
        self._breaker = Breaker(settings.patience, settings.failures_in_a_row)
        self._transport: Transport | None = None
        self._checking: asyncio.Task[None] | None = None
        self._answered = False

    def __repr__(self) -> str:
        return f"WireModel({self._settings.model!r} at {self._settings.base_url})"

    async def ask(self, request: ChatRequest) -> Reply:
        await self._checked()
        return await self._draw(request)

    async def _draw(self, request: ChatRequest) -> Reply:
        """All draws, in as few requests as the server lets us make."""
        if request.draws > self._most_draws:
            return _joined(await _settled(map(self._draw, _parts(request, self._most_draws))))
        try:
            reply = await self._ask(request)
        except _SeveralRefused:  # some servers know no `n`, some refuse it for greedy decoding
            self._most_draws = 1
            return await self._draw(request)
        if missing := request.draws - len(reply.draws):  # some pass over it in silence
            self._most_draws = 1
            rest = replace(request, draws=missing, first_draw=request.first_draw + len(reply.draws))
            return _joined([reply, *await _settled(map(self._draw, _parts(rest, 1)))])
        return reply

    def bound(self, request: ChatRequest) -> Usage:
        prompt = self._prompt_tokens(request) * (1 + (request.draws - 1) // self._most_draws)
        most = self._settings.max_tokens
        completion = None if most is None else most * request.draws
        return Usage(prompt, completion, self._cost(prompt, completion))

    def fingerprint(self, request: ChatRequest) -> str:
        asked = [self._settings.base_url, self._path, self._bodies.body(request), request.draws]
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    async def close(self) -> None:
        if self._transport is not None:
            await self._transport.close()

    async def _checked(self) -> None:
        """Asks once, before anything that costs, whether anybody is listening and the key fits."""
        if self._answered:
            return
        if self._checking is None:
            self._checking = asyncio.create_task(self._check())
        await asyncio.shield(self._checking)

    async def _check(self) -> None:
        """Asks for the list of models; a server without one is given the benefit of the doubt."""
        key = self._key.get_secret_value()
        self._transport = Transport(self._settings.base_url, key, self._settings.timeout)
        try:
            listed = await self._transport.get("/models")
        except (Unreachable, TimedOut) as error:
            raise BackendUnavailable(
                f"Nobody answers at {self._settings.base_url} ({self._without_key(str(error))})",
                "Start the server, or correct `base_url` (it usually ends in /v1).",
            ) from None
        if listed.status in (401, 403):
            raise self._refused(listed)

    async def _ask(self, request: ChatRequest) -> Reply:
        body = json.dumps(self._bodies.body(request), ensure_ascii=False).encode("utf-8", "replace")
        tokens = self._prompt_tokens(request) + (self._settings.max_tokens or 0) * request.draws
        attempts = timeouts = unreadable = 0
        started = asyncio.get_running_loop().time()
        while True:
            attempts += 1
            try:
                received = await self._attempt(body, tokens)
                if received.status == 200:
                    answers = read_answers(received.body, self._settings.api)
                    return self._reply(request, answers, started, attempts)
                wish = retry_after(received.retry_after)
                failure = self._status_failure(request, received)
                passing = received.status in PASSING or received.status >= 500
                if received.status == 429 or wish is not None:
                    self._gate.narrow()
            except TimedOut:
                timeouts += 1
                reason = f"No answer within {self._settings.timeout:g} s; `timeout` sets how long to wait."
                failure = RequestFailed(reason, "timeout", finish_reason="timeout")
                wish, passing = None, timeouts <= self._settings.timeout_retries
            except Unreachable as error:
                reason = f"{self._settings.base_url} did not answer: {self._without_key(str(error))}"
                failure, wish, passing = RequestFailed(reason, "connection", spent=NOTHING), None, True
            except Garbled as error:
                unreadable += 1
                reason = self._without_key(f"The server's answer cannot be read: {error}")
                failure = RequestFailed(reason, "malformed")
                wish, passing = None, unreadable <= self._settings.unreadable_retries
            self._breaker.failed(failure.reason)
            delay = self._back_off.delay(attempts, wish) if passing else None
            if delay is None:
                self._breaker.gave_up(failure.reason)
                failure.seconds = asyncio.get_running_loop().time() - started
                raise failure
            if failure.kind == "rate limit":
                self._requests.hold(delay)
            else:
                await asyncio.sleep(delay)

    async def _attempt(self, body: bytes, tokens: int) -> Received:
        """One request, when its turn has come."""
        async with self._gate:
            await self._tokens.turn(tokens)
            await self._requests.turn()
            self._breaker.check()
            assert self._transport is not None  # noqa: S101 (made by the check that comes first)
            return await self._transport.post(self._path, body)

    def _reply(self, request: ChatRequest, answers: Answers, started: float, attempts: int) -> Reply:
        self._answered = True
        self._breaker.succeeded()
        self._gate.widen()
        if self._settings.tokens_per_minute is not None and answers.completion_tokens is not None:
            reserved = (self._settings.max_tokens or 0) * request.draws
            self._tokens.correct(answers.completion_tokens - reserved)
        usage = Usage(
            answers.prompt_tokens,
            answers.completion_tokens,
            self._cost(answers.prompt_tokens, answers.completion_tokens, answers.cached_tokens),
        )
        seconds = asyncio.get_running_loop().time() - started
        return Reply(answers.draws[: request.draws], usage, seconds, attempts)

    def _cost(self, prompt: int | None, completion: int | None, cached: int = 0) -> float | None:
        if not self._settings.prices:
            return None
        return cost(price_at(self._settings.prices, datetime.now(UTC).date()), prompt, completion, cached)

    def _prompt_tokens(self, request: ChatRequest) -> int:
        said = sum(len(message.content) for message in request.messages) + len(self._settings.system or "")
        return int(said / CHARACTERS_PER_TOKEN) + 1

    def _status_failure(self, request: ChatRequest, received: Received) -> RequestFailed:
        """What an answer that is no success means for its request; raises what it means for the model."""
        status = received.status
        if status in (401, 404) and not self._answered:
            raise self._refused(received)
        if status in (400, 422) and request.draws > 1:
            raise _SeveralRefused
        kind = "rate limit" if status == 429 else "server" if status >= 500 else "refused"
        return RequestFailed(f"HTTP {status}: {self._reason(received)}", kind, spent=NOTHING)

    def _refused(self, received: Received) -> BackendUnavailable:
        settings = self._settings
        what = f"{settings.base_url} refuses with HTTP {received.status}: {self._reason(received)}"
        if received.status == 404:
            return BackendUnavailable(
                what, f"Check `base_url` and that it serves the model {settings.model!r}."
            )
        named = settings.api_key_env
        hint = f"Check the key in ${named}." if named else "Name the key's variable in `api_key_env`."
        return BackendUnavailable(what, hint)

    def _reason(self, received: Received) -> str:
        """What a server said of its error, in whichever of the usual forms."""
        text = received.body[: 10 * LONGEST_REASON].decode("utf-8", "replace")
        try:
            data = json.loads(received.body)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            fault = data.get("error", data)
            told = fault.get("message") or fault.get("detail") if isinstance(fault, dict) else fault
            text = str(told or text)
        return self._without_key(re.sub(r"\s+", " ", text))[:LONGEST_REASON].strip()

    def _without_key(self, text: str) -> str:
        """`text` with the key blotted out, for servers that repeat it in their errors."""
        secret = self._key.get_secret_value()
        return text.replace(secret, "***") if secret else text


class _SeveralRefused(Exception):
    """The server takes no request for several draws."""


def _parts(request: ChatRequest, most: int) -> list[ChatRequest]:
    return [
        replace(request, draws=min(most, request.draws - start), first_draw=request.first_draw + start)
        for start in range(0, request.draws, most)
    ]


async def _settled(asked: Iterable[Coroutine[Any, Any, Reply]]) -> list[Reply | RequestFailed]:
    """What became of each; what ends everything is raised once all have ended: none is paid in vain."""
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, RequestFailed):
            raise outcome
    return outcomes  # type: ignore[return-value]


def _joined(outcomes: Sequence[Reply | RequestFailed]) -> Reply:
    """One reply made of several, and of the last failure among them; raises that where all failed."""
    replies = [outcome for outcome in outcomes if isinstance(outcome, Reply)]
    failed = next((o for o in reversed(outcomes) if isinstance(o, RequestFailed)), None)
    if failed is not None and not replies:
        raise failed
    return Reply(
        tuple(draw for reply in replies for draw in reply.draws),
        sum((reply.usage for reply in replies), Usage()),
        max(reply.seconds for reply in replies),
        sum(reply.attempts for reply in replies),
        failed,
    )
