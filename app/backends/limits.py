"""How often and how many at once: pace, adaptive concurrency, back-off, and when to give a server up.

Everything here lives on one event loop and is used by all requests to one server.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType

from app.backends.chat import Halted

Clock = Callable[[], float]


class Pace:
    """Spaces requests out: at most so much a minute, and none before a `hold` is over.

    What is counted is up to the caller: requests, or tokens.
    """

    def __init__(self, per_minute: float | None = None, clock: Clock = time.monotonic) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._clock = clock
        self._next = 0.0
        self._held_until = 0.0

    async def turn(self, amount: float = 1.0) -> None:
        """Wait for the next free moment for so much, and for the end of any hold."""
        wait = self.reserve(amount)
        while wait > 0:
            await asyncio.sleep(wait)
            wait = self._held_until - self._clock()  # somebody may have been asked to wait meanwhile

    def reserve(self, amount: float = 1.0) -> float:
        """Take the next free moment for so much, and return the seconds until it."""
        now = self._clock()
        moment = max(now, self._next, self._held_until)
        self._next = moment + self._gap * amount
        return moment - now

    def correct(self, amount: float) -> None:
        """Count so much more (or less) than was reserved."""
        self._next += self._gap * amount

    def hold(self, seconds: float) -> None:
        """Let no request begin for `seconds`: the server asked one to wait, and means all of them."""
        self._held_until = max(self._held_until, self._clock() + seconds)


class Gate:
    """Lets so many requests be in flight at once, and learns how many the server bears.

    Additive increase, multiplicative decrease: a refusal halves the limit, at most once in `settle` seconds
    (the requests then in flight will be refused too, for the same reason); each success widens it, so that
    a whole round of successes adds one thirty-second of the ceiling, at least one.
    """

    def __init__(self, ceiling: int, settle: float = 1.0, clock: Clock = time.monotonic) -> None:
        self.limit = float(ceiling)
        self._ceiling = float(ceiling)
        self._step = max(1.0, ceiling / 32)
        self._settle = settle
        self._clock = clock
        self._narrowed = float("-inf")
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        if self._in_flight < self.limit and not self._waiting:
            self._in_flight += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def widen(self) -> None:
        """The server answered."""
        if self.limit < self._ceiling:
            self.limit = min(self._ceiling, self.limit + self._step / self.limit)

    def narrow(self) -> None:
        """The server asked for less."""
        now = self._clock()
        if now - self._narrowed >= self._settle:
            self._narrowed = now
            self.limit = max(1.0, self.limit / 2)

    def _leave(self) -> None:
        self._in_flight -= 1
        while self._waiting and self._in_flight < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self._in_flight += 1
                turn.set_result(None)


@dataclass(frozen=True)
class BackOff:
    """How long to wait before a retry: exponential with full jitter, or what the server asked for.

    Full jitter (any time from none to the whole delay) is what clears a crowd fastest: M. Brooker,
    "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. A server's wish is honoured up to
    `longest_wish` seconds; beyond that, retrying is pointless.
    """

    retries: int = 5
    first: float = 0.5
    longest: float = 30.0
    longest_wish: float = 120.0

    def delay(
        self, retry: int, wish: float | None, draw: Callable[[], float] = random.random
    ) -> float | None:
        """Seconds to wait before retry number `retry` (from 1), or None when it should not be made."""
        if retry > self.retries or (wish is not None and wish > self.longest_wish):
            return None
        jittered: float = min(self.longest, self.first * 2 ** (retry - 1)) * draw()
        # A wish is a floor; the jitter on top keeps many requests from coming back in the same instant.
        return jittered if wish is None else wish + min(jittered, 1.0)


class Breaker:
    """Halts everything rather than burn through a run while a server is down or refuses it all.

    It opens when no request has succeeded for `patience` seconds though at least `least` were tried, or when
    `in_a_row` requests, one after the other, failed for good.
    """

    def __init__(
        self, patience: float, in_a_row: int, least: int = 10, clock: Clock = time.monotonic
    ) -> None:
        self._patience = patience
        self._in_a_row = in_a_row
        self._least = least
        self._clock = clock
        self._failing_since: float | None = None
        self._failures = 0
        self._given_up = 0
        self._halted: str | None = None

    def check(self) -> None:
        """Raises Halted once it has opened."""
        if self._halted is not None:
            raise Halted(self._halted)

    def succeeded(self) -> None:
        """A request was answered: all is well again."""
        self._failing_since = None
        self._failures = self._given_up = 0

    def failed(self, reason: str) -> None:
        """A try failed that may be repeated."""
        now = self._clock()
        if self._failing_since is None:
            self._failing_since = now
        self._failures += 1
        silent = now - self._failing_since
        if self._failures >= self._least and silent >= self._patience:
            self._open(f"no request has succeeded for {silent:.0f} s ({self._failures} were tried)", reason)

    def gave_up(self, reason: str) -> None:
        """A request failed for good."""
        self._given_up += 1
        if self._given_up >= self._in_a_row:
            self._open(f"{self._given_up} requests in a row failed", reason)

    def _open(self, what: str, reason: str) -> None:
        self._halted = self._halted or (
            f"Paused: {what}, the last with: {reason.rstrip('.')}. When that is mended, resume the run: "
            "nothing that was answered is asked again."
        )


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """The seconds a `Retry-After` header asks for, given in seconds or as an HTTP date (RFC 9110 §10.2.3).

    None when the header is absent or unreadable; a date in the past is 0.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        return _until(header, now or datetime.now(UTC))
    return seconds if 0 <= seconds < float("inf") else None


def _until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
