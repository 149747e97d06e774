"""Python code of a model, run where it can do no harm; `docs/tools.md` says what is forbidden and how."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import itertools
import json
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
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
_LONGEST_ANSWER = 16 << 20
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


class Sandbox:
    """Runs code, up to `at_once` pieces side by side; an asynchronous context manager, for one event loop.

    It starts with the first run and takes a second or two. `namespaces` may be forbidden, for a test of
    the walls that stand without them.
    """

    def __init__(self, limits: Limits = USUAL_LIMITS, at_once: int = 2, namespaces: bool = True) -> None:
        self.limits = limits
        self._namespaces = namespaces
        self._turn = asyncio.Semaphore(at_once)
        self._starting = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._server: _Server | None = None

    async def run(self, code: str) -> Execution:
        """Run `code` in a process of its own, which is gone afterwards; cancelling kills it.

        Raises BackendUnavailable where this machine cannot hold it: then nothing has been run.
        """
        if len(code) > LONGEST_CODE:
            return Execution(f"[The code is longer than {LONGEST_CODE} characters.]", "not run", 0.0)
        async with self._turn:
            answer = await (await self._ready()).run(next(self._numbers), code)
        outcome = answer["outcome"]
        return Execution(self._text(outcome, answer["output"]), outcome, answer["seconds"])

    async def walls(self) -> Mapping[str, Any]:
        """Which walls stand beside Landlock and seccomp: `{"namespaces": true}`."""
        return (await self._ready()).walls

    async def close(self) -> None:
        """Kill what runs and leave nothing behind; may be called more than once."""
        server, self._server = self._server, None
        if server is not None:
            await server.close()

    async def __aenter__(self) -> Sandbox:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    async def _ready(self) -> _Server:
        async with self._starting:
            if self._server is None or self._server.lost:
                await self.close()
                self._server = await _Server.start(self.limits, self._namespaces)
            return self._server

    def _text(self, outcome: str, output: str) -> str:
        shown = _shortened(output.rstrip("\n"))
        if outcome in _STOPPED:
            last = _STOPPED[outcome].format(**asdict(self.limits))
        elif outcome.startswith("crashed"):
            last = f"[The interpreter {outcome}.]"
        else:
            last = "" if shown else _SILENT.get(outcome, "")
        return "\n".join(filter(None, (shown, last)))


class _Server:
    """The program `cage`, which forks a child for each run."""

    def __init__(self, process: Process, scratch: str, walls: Mapping[str, Any]) -> None:
        self.walls = walls
        self.lost = False
        self._process = process
        self._scratch = scratch
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, limits: Limits, namespaces: bool) -> _Server:
        """A server that has seen its own walls hold; raises BackendUnavailable."""
        if sys.platform != "linux" or os.uname().machine not in MACHINES:
            raise BackendUnavailable("This machine has no sandbox for code", _HINT)
        scratch = tempfile.mkdtemp(prefix="plumbline-sandbox-")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, str(Path(__file__).parent)),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LONGEST_ANSWER,
            cwd="/", env={"OPENBLAS_NUM_THREADS": "1"}, start_new_session=True,
        )  # fmt: skip
        try:
            config = {
                "limits": asdict(limits),
                "packages": _package_folders(),
                "namespaces": namespaces,
                "scratch": scratch,
            }
            _write(process, config)
            async with asyncio.timeout(_START_SECONDS):
                answer = json.loads(await _reader(process).readline() or "{}")
        except BaseException as error:
            await _end(process, scratch)
            if isinstance(error, TimeoutError):
                raise BackendUnavailable("The sandbox for code did not start in time", _HINT) from error
            raise
        if "ready" not in answer:
            await _end(process, scratch)
            reason = answer.get("unavailable", "its program ended at once")
            raise BackendUnavailable(f"The sandbox for code cannot be closed: {reason}", _HINT)
        return cls(process, scratch, answer["ready"])

    async def run(self, number: int, code: str) -> dict[str, Any]:
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            _write(self._process, {"id": number, "code": code})
            return await answer
        except asyncio.CancelledError:
            _write(self._process, {"cancel": number})
            raise
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        self._listener.cancel()
        await _end(self._process, self._scratch)
        self._lose()

    async def _listen(self) -> None:
        while line := await _reader(self._process).readline():
            answer = json.loads(line)
            waiting = self._waiting.get(answer["id"])
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        self._lose()

    def _lose(self) -> None:
        self.lost = True
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result({"outcome": "broken", "output": "", "seconds": 0.0})


def _package_folders() -> dict[str, str]:
    specs = {name: importlib.util.find_spec(name) for name in LIBRARIES}
    return {name: str(Path(spec.origin).parent) for name, spec in specs.items() if spec and spec.origin}


def _reader(process: Process) -> asyncio.StreamReader:
    assert process.stdout is not None  # noqa: S101 (it was opened with a pipe)
    return process.stdout


def _write(process: Process, request: Mapping[str, Any]) -> None:
    """Send one line; a server that is gone is noticed by whoever listens to it."""
    assert process.stdin is not None  # noqa: S101
    if not process.stdin.is_closing():
        process.stdin.write(json.dumps(request).encode() + b"\n")


async def _end(process: Process, scratch: str) -> None:
    """Its children die with it."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    shutil.rmtree(scratch, ignore_errors=True)


def _shortened(text: str) -> str:
    left_out = len(text) - LONGEST_TEXT
    if left_out <= 0:
        return text
    head = LONGEST_TEXT * 2 // 3
    return f"{text[:head]}\n[… {left_out} characters left out …]\n{text[left_out + head :]}"
