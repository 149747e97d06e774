"""Answers by threads: for backends that compute here, a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import NoReturn, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def in_parallel(items: Iterable[In], answer: Callable[[In], Out], concurrency: int) -> Iterator[Out]:
    """`answer` of every item, each as soon as it is ready, at most `concurrency` at a time.

    Items are taken only as a thread is free. Closing the iterator early, or an exception of `answer` or of
    the items (which is raised here), leaves the items not yet begun. The threads are daemons: an answer
    still being made then blocks neither the caller nor the exit.
    """
    source = iter(items)
    taking = threading.Lock()
    stopped = threading.Event()
    ready: SimpleQueue[Callable[[], Out] | None] = SimpleQueue()

    def work() -> None:
        try:
            while not stopped.is_set():
                with taking:
                    item = next(source)
                outcome = answer(item)
                ready.put(lambda outcome=outcome: outcome)  # type: ignore[misc]
        except StopIteration:
            pass
        except BaseException as error:  # handed over to the caller, who raises it
            ready.put(_raiser(error))
        ready.put(None)

    for _ in range(concurrency):
        threading.Thread(target=work, daemon=True, name="backend").start()
    try:
        working = concurrency
        while working:
            outcome = ready.get()
            if outcome is None:
                working -= 1
            else:
                yield outcome()
    finally:
        stopped.set()


def _raiser(error: BaseException) -> Callable[[], NoReturn]:
    def throw() -> NoReturn:
        raise error

    return throw
