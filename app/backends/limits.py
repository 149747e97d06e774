"""How often and how many at once: concurrency, pace, and retries with back-off for requests over a wire."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from queue import SimpleQueue
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def in_parallel(
    items: Sequence[In],
    answer: Callable[[In], Out],
    concurrency: int,
    stopped: threading.Event | None = None,
) -> Iterator[Out]:
    """`answer` of every item, each as soon as it is ready, at most `concurrency` at a time.

    Closing the iterator early, or an exception of `answer` (which is raised here), drops the items not yet
    begun and sets `stopped`, for answers that wait. The threads are daemons: a request still in flight then
    blocks neither the caller nor the exit.
    """
    waiting = deque(items)
    ready: SimpleQueue[tuple[bool, Out | BaseException]] = SimpleQueue()
    stopped = stopped or threading.Event()

    def work() -> None:
        while not stopped.is_set():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            try:
                ready.put((True, answer(item)))
            except BaseException as error:  # handed over to the caller, who raises it
                ready.put((False, error))
                return

    for _ in range(min(concurrency, len(items))):
        threading.Thread(target=work, daemon=True, name="backend").start()
    try:
        for _ in range(len(items)):
            succeeded, outcome = ready.get()
            if not succeeded:
                raise outcome  # type: ignore[misc]
            yield outcome  # type: ignore[misc]
    finally:
        stopped.set()


class Pace:
    """Spaces out the requests of many threads: at most so many a minute, and none before a `hold` is over."""

    def __init__(self, per_minute: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._clock = clock
        self._next = 0.0
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Takes the next free moment and returns the seconds until it."""
        with self._lock:
            now = self._clock()
            moment = max(now, self._next)
            self._next = moment + self._gap
            return moment - now

    def hold(self, seconds: float) -> None:
        """Lets no request begin for `seconds`: the server asked one thread to wait, and means all of them."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)


@dataclass(frozen=True)
class BackOff:
    """How long to wait before a retry: exponential with full jitter, or what the server asked for.

    A server's wish is honoured up to `longest_wish` seconds; beyond that, retrying is pointless.
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
        jittered: float = min(self.longest, self.first * 2 ** (retry - 1)) * (0.5 + 0.5 * draw())
        # A wish is a floor; the jitter on top keeps many threads from coming back in the same instant.
        return jittered if wish is None else wish + min(jittered, 1.0)


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
