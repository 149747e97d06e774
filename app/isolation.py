"""Calls in worker processes that are killed at a deadline and held to a memory limit.

Each worker is a pebble pool of one, so that whatever happens to it (a hang, a crash, a kill in the middle
of a message) costs that worker alone. Workers are forked from a server process that has imported the heavy
modules once, start in milliseconds, never run the parent's `__main__`, and die with their parent.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import multiprocessing
import os
import pickle
import queue
import resource
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import TracebackType
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from pebble import ProcessExpired, ProcessPool

Item = TypeVar("Item")
Value = TypeVar("Value")

START_SECONDS = 120.0
"""How long a worker may take to start before it is given up; not counted in an item's deadline."""

TASKS_PER_WORKER = 2000
"""A worker is replaced after so many items, so that caches of libraries cannot grow without end."""

IN_FLIGHT_PER_WORKER = 2
"""How many items `map` takes from its input ahead of the result being waited for, per worker."""

_MIB = 1 << 20
_NO_MEMORY = "needed more memory than a worker may use"


@dataclass(frozen=True)
class Success(Generic[Value]):
    """The call returned `value`."""

    value: Value


@dataclass(frozen=True)
class Failure:
    """The call gave no value: it ran out of time or memory, killed its worker, or raised an exception."""

    kind: Literal["deadline", "memory", "crash", "error"]
    message: str


Result: TypeAlias = Success[Value] | Failure
"""What a call came to: its value, or why there is none."""


class Isolated:
    """A fixed number of killable workers; a context manager that any number of threads may share.

    `memory_mb` is what one worker may allocate beyond the modules in `preload`, in MiB; `niceness` is how far
    it gives way to other processes. Functions must be importable by name in a worker (not defined in
    `__main__`); they, items and values travel by pickle, so only our own records may be given.
    """

    def __init__(
        self, workers: int, memory_mb: int, preload: Sequence[str] = (), *, niceness: int = 0
    ) -> None:
        if workers < 1 or memory_mb < 1:
            raise ValueError("workers and memory_mb must be at least 1")
        self.workers = workers
        context = _Context()
        context.set_forkserver_preload(["app.isolation", *preload])
        self._slots = [_Slot(context, memory_mb, tuple(preload), niceness) for _ in range(workers)]
        self._idle: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._idle.put(slot)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="isolated")

    def submit(self, function: Callable[[Item], Value], item: Item, deadline: float) -> Future[Result[Value]]:
        """Start `function(item)` when a worker is free; `deadline` in seconds counts from when it begins.

        The future's result is a Success or a Failure; it raises CancelledError when the pool is closed first.
        """
        if function.__module__ == "__main__":
            raise ValueError(f"{function.__qualname__} is defined in __main__, which workers do not import")
        return self._threads.submit(self._run, function, item, deadline)

    def map(
        self, function: Callable[[Item], Value], items: Iterable[Item], deadline: float
    ) -> Iterator[Result[Value]]:
        """The results of `function` on each item, in order; items are taken only as workers need them."""
        source = iter(items)
        window = self.workers * IN_FLIGHT_PER_WORKER
        pending = deque(self.submit(function, item, deadline) for item in islice(source, window))
        try:
            while pending:
                result = pending[0].result()
                pending.popleft()
                pending.extend(self.submit(function, item, deadline) for item in islice(source, 1))
                yield result
        finally:
            for future in pending:
                future.cancel()

    def close(self) -> None:
        """Kill the workers; items not yet begun are cancelled, running ones end as a Failure. Never hangs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for slot in self._slots:
            slot.close()
        self._threads.shutdown(wait=True)

    def __enter__(self) -> Isolated:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, function: Callable[[Item], Value], item: Item, deadline: float) -> Result[Value]:
        try:
            call = pickle.dumps((function, item))
        except Exception as error:  # pickling runs the item's own code
            return Failure("error", f"the item cannot be sent to a worker: {_describe(error)}")
        slot = self._idle.get()
        try:
            return slot.run(call, deadline)
        finally:
            self._idle.put(slot)


class _Slot:
    """The place of one worker, which is started when first needed and replaced whenever it is lost."""

    def __init__(
        self, context: ForkServerContext, memory_mb: int, preload: tuple[str, ...], niceness: int
    ) -> None:
        self._context = context
        self._initargs = (memory_mb, preload, niceness)
        self._pool: ProcessPool | None = None
        self._current: Future[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def run(self, call: bytes, deadline: float) -> Result[Any]:
        """Run a pickled (function, item) to its result; a worker found dead beforehand is replaced once."""
        try:
            try:
                return self._attempt(call, deadline)
            except BrokenProcessPool:
                self._discard()
                return self._attempt(call, deadline)
        except BrokenProcessPool as error:
            self._discard()
            return Failure("crash", f"no worker could be started: {error or 'see the log'}")

    def close(self) -> None:
        """Kill the worker, let whoever waits for it go, and start no other."""
        with self._lock:
            self._closed = True
        self._discard()

    def _attempt(self, call: bytes, deadline: float) -> Result[Any]:
        try:
            answer = self._begin(call, deadline).result(timeout=deadline + START_SECONDS)
            result: Result[Any] = pickle.loads(answer)  # noqa: S301 (made by our own worker)
        except ProcessExpired as error:
            return _death(error.exitcode)
        except TimeoutError as error:  # pebble's carries the limit; the one without is our own guard
            if not error.args:
                self._discard()
                return Failure("crash", f"the worker did not start within {START_SECONDS:g} s")
            return Failure("deadline", f"killed at its deadline of {deadline:g} s")
        except CancelledError:
            return Failure("crash", "the workers were closed while it ran")
        except MemoryError:
            result = Failure("memory", _NO_MEMORY)
        if isinstance(result, Failure) and result.kind == "memory":
            self._discard()  # its heap stays fragmented, and the next item deserves the whole limit
        return result

    def _begin(self, call: bytes, deadline: float) -> Future[bytes]:
        with self._lock:
            if self._closed:
                raise CancelledError
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=1,
                    max_tasks=TASKS_PER_WORKER,
                    initializer=_prepare_worker,
                    initargs=self._initargs,
                    context=self._context,
                )
            try:
                self._current = self._pool.schedule(_call, args=(call,), timeout=deadline)
            except RuntimeError as error:  # pebble's word for a pool that broke while idle
                raise BrokenProcessPool(str(error)) from error
            return self._current

    def _discard(self) -> None:
        with self._lock:
            pool, current = self._pool, self._current
            self._pool = self._current = None
        if pool is not None:
            pool.stop()
            pool.join()
        if current is not None:  # pebble leaves the futures of a stopped pool waiting for ever
            with contextlib.suppress(InvalidStateError):
                current.set_exception(CancelledError())


class _Process(ForkServerProcess):
    """A process that neither runs the parent's `__main__` nor hears the terminal's interrupt."""

    _starting = threading.Lock()

    def start(self) -> None:
        # A spec named __main__ tells multiprocessing that there is no main module to import (a console script
        # would bring in the whole command line). The signal mask is inherited by the fork server and
        # all its children, so Ctrl-C reaches the parent alone, even while they are importing.
        main = sys.modules["__main__"]
        resource_tracker.ensure_running()  # its start would undo the mask
        with self._starting:
            spec, main.__spec__ = main.__spec__, ModuleSpec("__main__", None)
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                super().start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
                main.__spec__ = spec


class _Context(ForkServerContext):
    Process = _Process


def _prepare_worker(memory_mb: int, preload: Sequence[str], niceness: int) -> None:
    """Runs first in each worker: limits, an end with the parent, and modules the fork server did not load."""
    os.nice(niceness)
    # SIGTERM must kill at once: a Python handler would never run during a long computation in C.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent()
    for module in preload:
        importlib.import_module(module)
    limit = _address_space() + memory_mb * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, even in the middle of a computation in C.

    The parent holds the other end of the sentinel pipe and writes nothing to it. When that end closes,
    whatever the reason, the reader gets SIGIO, whose default is to terminate.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    if not parent.is_alive():  # gone before we asked
        os._exit(0)


def _address_space() -> int:
    """Bytes of address space in use: libraries and their reserves, which are no fault of an item."""
    try:
        with open("/proc/self/statm", encoding="ascii") as pages:
            return int(pages.read().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux
        return 0


def _call(call: bytes) -> bytes:
    """Runs in a worker: the pickled Success or Failure of a pickled (function, item)."""
    try:
        function, item = pickle.loads(call)  # noqa: S301 (made by our own parent)
        return pickle.dumps(Success(function(item)))
    except MemoryError:
        return pickle.dumps(Failure("memory", _NO_MEMORY))
    except BaseException as error:
        return pickle.dumps(Failure("error", _describe(error)))


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")[:500]


def _death(exitcode: int | None) -> Failure:
    if exitcode == -signal.SIGABRT:
        return Failure("memory", "the arithmetic library aborted: a number outgrew the memory of a worker")
    if exitcode is not None and exitcode < 0:
        return Failure("crash", f"the worker was killed by {signal.Signals(-exitcode).name}")
    return Failure("crash", f"the worker exited with status {exitcode}")
