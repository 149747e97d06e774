"""A share of the time for one attempt, so that a hopeless one leaves some for the next.

Time is processor time here, so that what is solved does not depend on what else the machine is doing.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(BaseException):
    """An attempt used up its share; no `except Exception` inside a library can swallow it."""


class Budget:
    """The seconds of processor time that are left for one question."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.process_time())

    @contextmanager
    def share(self, fraction: float) -> Iterator[None]:
        """Raises `Interrupted` when the block takes more than this fraction of the time that is left.

        It relies on a timer signal, so it works in the main thread of a worker; elsewhere, and inside long
        calls of C, only the worker's own deadline stops the block.
        """
        seconds = self.left * fraction
        if seconds <= 0:
            raise Interrupted
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = signal.signal(signal.SIGPROF, _interrupt)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, previous)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted
