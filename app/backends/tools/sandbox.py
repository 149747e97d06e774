"""Python code of a model, run where it can do no harm; `docs/tools.md` says what is forbidden and how."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from app.backends.errors import BackendUnavailable
from app.backends.tools.cage.limits import Limits
from app.backends.tools.cage.system_calls import MACHINES

LIBRARIES = ("sympy", "mpmath", "numpy", "scipy")
"""What can be imported beside the standard library."""

LONGEST_CODE = 100_000
LONGEST_TEXT = 12_000
"""Characters of code that are taken, and of output that are given: its middle is left out."""

USUAL_LIMITS = Limits()

_START_SECONDS = 120.0
_HINT = (
    "Code of models runs on Linux 5.13 or newer only, on x86_64 or aarch64, with Landlock and seccomp "
    "switched on and allowed; leave the tool `python` out, or run it elsewhere"
)
_PROGRAM = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_module('cage', run_name='__main__')"

_STOPPED = {
    "processor time": "[Stopped: it used more than {processor_seconds} s of processor time.]",
    "wall time": "[Stopped: it took longer than {wall_seconds:g} s.]",
    "output": "[Stopped: it printed more than {output_bytes} bytes.]",
    "scratch": "[Stopped: its files took more than {scratch_mb} MiB.]",
    "memory": "[Stopped: it was killed, most likely because the machine ran out of memory.]",
    "broken": "[The sandbox could not run it.]",
}
_SILENT = {
    "finished": "[It ran and showed nothing. Print the result, or end with an expression.]",
    "raised": "[It ended with an error and showed nothing.]",
    "not run": "[There is no code to run.]",
}


@dataclass(frozen=True)
class Execution:
    """What a run of code came to: its text as a notebook shows it, how it ended, and its seconds.

    `outcome` is `finished`, `raised` (an exception), `not run` (no valid code), `refused` (its first
    statement asked for what is forbidden), `broken` (the sandbox failed), a limit (`processor time`,
    `wall time`, `output`, `scratch`, `memory`), or `crashed with` and a signal.
    """

    text: str
    outcome: str
    seconds: float

    @property
    def ran(self) -> bool:
        """Whether at least one statement was executed without being refused."""
        return self.outcome not in ("not run", "refused", "broken")

    @property
    def error(self) -> bool:
        """Whether it did not come to its end."""
        return self.outcome != "finished"


_LOST = Execution(_STOPPED["broken"], "broken", 0.0)


class Sandbox:
    """Runs code, up to `at_once` pieces side by side; a context manager that any number of threads may share.

    Its program starts with the first run, which takes a second or two, and anew should it be lost.
    `namespaces` may be forbidden, for a test of the walls that stand without them.
    """

    def __init__(self, limits: Limits = USUAL_LIMITS, at_once: int = 2, namespaces: bool = True) -> None:
        self.limits = limits
        self._namespaces = namespaces
        self._at_once = at_once
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._queue: deque[_Request] = deque()
        self._running: dict[int, _Request] = {}
        self._thread: threading.Thread | None = None
        self._program: _Program | None = None
        self._closed = False

    def submit(self, code: str) -> Future[Execution]:
        """Run `code` when it is its turn, in a process of its own that is gone afterwards.

        Cancelling the future kills it. The future raises BackendUnavailable where this machine cannot hold
        the code: then nothing has been run.
        """
        request = _Request(next(self._numbers), code, Future())
        if len(code) > LONGEST_CODE:
            request.answer(Execution(f"[The code is longer than {LONGEST_CODE} characters.]", "not run", 0.0))
            return request.future
        with self._lock:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            self._queue.append(request)
            self._go_on()
        request.future.add_done_callback(lambda future: self._cancel(request) if future.cancelled() else None)
        return request.future

    def close(self) -> None:
        """Kill what runs and leave nothing behind; futures not done are answered. May be called again."""
        with self._lock:
            self._closed = True
            left, self._queue = list(self._queue), deque()
            thread, program = self._thread, self._program
        for request in left:
            request.answer(_LOST)
        if program is not None:
            program.end()
        if thread is not None:
            thread.join()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _go_on(self) -> None:
        """With the lock held: send what may run now, or start the program that will."""
        if self._program is None:
            if self._queue and self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._listen, name="sandbox", daemon=True)
                self._thread.start()
            return
        while self._queue and len(self._running) < self._at_once:
            request = self._queue.popleft()
            if not request.future.cancelled():
                self._running[request.number] = request
                self._program.send({"id": request.number, "code": request.code})

    def _cancel(self, request: _Request) -> None:
        with self._lock:
            if self._program is not None and request.number in self._running:
                self._program.send({"cancel": request.number})

    def _listen(self) -> None:
        """The life of the program, in a thread: start it, and give its answers to those who wait."""
        try:
            program = _Program(self.limits, self._namespaces)
        except (BackendUnavailable, OSError) as error:
            with self._lock:
                self._thread = None
                waiting, self._queue = list(self._queue), deque()
            for request in waiting:
                request.refuse(error)
            return
        with self._lock:
            self._program = program
            self._go_on()
            closed = self._closed
        if closed:
            program.end()
        for answer in program.answers():
            with self._lock:
                request = self._running.pop(answer["id"])
                self._go_on()
            request.answer(self._execution(**answer))
        program.end()
        program.release()
        with self._lock:
            self._program = self._thread = None
            lost, self._running = list(self._running.values()), {}
            self._go_on()
        for request in lost:
            request.answer(_LOST)

    def _execution(self, id: int, outcome: str, output: str, seconds: float) -> Execution:
        shown = _shortened(output.rstrip("\n"))
        if outcome in _STOPPED:
            last = _STOPPED[outcome].format(**asdict(self.limits))
        elif outcome.startswith("crashed"):
            last = f"[The interpreter {outcome}.]"
        else:
            last = "" if shown else _SILENT.get(outcome, "")
        return Execution("\n".join(filter(None, (shown, last))), outcome, seconds)


@dataclass(frozen=True)
class _Request:
    """Code that is to run, and who waits for what it comes to."""

    number: int
    code: str
    future: Future[Execution]

    def answer(self, execution: Execution) -> None:
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(execution)

    def refuse(self, error: Exception) -> None:
        if not isinstance(error, BackendUnavailable):
            error = BackendUnavailable(f"The sandbox for code could not be started: {error}", _HINT)
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


class _Program:
    """The program `cage`, which has seen its own walls hold before it is here."""

    def __init__(self, limits: Limits, namespaces: bool) -> None:
        if sys.platform != "linux" or os.uname().machine not in MACHINES:
            raise BackendUnavailable("This machine has no sandbox for code", _HINT)
        self._scratch = tempfile.mkdtemp(prefix="plumbline-sandbox-")
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, str(Path(__file__).parent), self._scratch],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd="/", env={"OPENBLAS_NUM_THREADS": "1"}, start_new_session=True,
        )  # fmt: skip
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        threading.Thread(target=self._write, name="sandbox-writer", daemon=True).start()
        self.send(
            {
                "limits": asdict(limits),
                "packages": _package_folders(),
                "namespaces": namespaces,
            }
        )
        late = threading.Timer(_START_SECONDS, self._process.kill)
        late.start()
        first = next(self.answers(), {})
        late.cancel()
        if "ready" not in first:
            self.end()
            self.release()
            reason = first.get("unavailable", "its program ended before it was ready")
            raise BackendUnavailable(f"The sandbox for code cannot be closed: {reason}", _HINT)

    def send(self, request: Mapping[str, Any]) -> None:
        """Send one line, without waiting: the program may be waiting for us to read its answers."""
        self._outbox.put(json.dumps(request).encode() + b"\n")

    def _write(self) -> None:
        assert self._process.stdin is not None  # noqa: S101 (it was opened with a pipe)
        with (
            contextlib.suppress(OSError),
            self._process.stdin as pipe,
        ):  # whoever reads notices that it is gone
            while (line := self._outbox.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def answers(self) -> Iterator[dict[str, Any]]:
        """Its answers, until it is gone."""
        assert self._process.stdout is not None  # noqa: S101
        return map(json.loads, self._process.stdout)

    def end(self) -> None:
        """Kill it, and with it all that it runs."""
        self._outbox.put(None)
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def release(self) -> None:
        """Close the pipe of its answers, when nobody reads them any more."""
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdout.close()


def _package_folders() -> dict[str, str]:
    specs = {name: importlib.util.find_spec(name) for name in LIBRARIES}
    return {name: str(Path(spec.origin).parent) for name, spec in specs.items() if spec and spec.origin}


def _shortened(text: str) -> str:
    left_out = len(text) - LONGEST_TEXT
    if left_out <= 0:
        return text
    head = LONGEST_TEXT * 2 // 3
    return f"{text[:head]}\n[… {left_out} characters left out …]\n{text[left_out + head :]}"
