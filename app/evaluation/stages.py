"""A stage of a pipeline: a thread that does with a batch at a time whatever came in meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")

MOST = 500
"""Items in one batch: enough that its own cost vanishes."""


class Stage(Generic[Item]):
    """Hands items to `work` in batches, in order, in a thread of its own.

    Items that come while a batch is worked on make the next. What `work` raises ends the stage, and is raised
    to whoever checks it or waits for the end.
    """

    def __init__(self, name: str, work: Callable[[list[Item]], None]) -> None:
        self._work = work
        self._items: SimpleQueue[Item | _End] = SimpleQueue()
        self._dropped = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put_all(self, items: Iterable[Item]) -> None:
        """Let the items be worked on."""
        for item in items:
            self._items.put(item)

    def __len__(self) -> int:
        """How many items wait, about."""
        return self._items.qsize()

    def check(self) -> None:
        """Raises what ended the stage, if anything did."""
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        """Wait until everything put so far is done."""
        self._items.put(_END)
        self._thread.join()
        self.check()

    def drop(self) -> None:
        """Leave what waits, and wait for the batch in hand; an error of it is passed over."""
        self._dropped.set()
        self._items.put(_END)
        self._thread.join()

    def _run(self) -> None:
        try:
            ended = False
            while not ended:
                batch, ended = self._batch()
                if batch and not self._dropped.is_set():
                    self._work(batch)
        except BaseException as error:  # handed over to the thread that waits for us
            self._error = error

    def _batch(self) -> tuple[list[Item], bool]:
        """The items that wait, at least one, and whether they are the last."""
        batch: list[Item] = []
        item = self._items.get()
        while not isinstance(item, _End):
            batch.append(item)
            if len(batch) == MOST:
                return batch, False
            try:
                item = self._items.get_nowait()
            except Empty:
                return batch, False
        return batch, True


class _End:
    """No more items will come."""


_END = _End()
