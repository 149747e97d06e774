"""The server of runs: reads requests from standard input, forks a child for each, and writes what came of it.

One JSON object a line. First comes the configuration; the answer says whether the cage holds. Then requests:
`{"id": 1, "code": "…"}`, or `{"cancel": 1}`; each answer has `id`, `outcome`, `output` (text) and `seconds`.
The last argument is a folder for scratch folders. The end of standard input ends the server and all that it
runs.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import selectors
import shutil
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import cell, landlock, namespaces
from .confinement import (
    DEVICES,
    MIB,
    Walls,
    address_space,
    confine,
    library_folder,
    library_rules,
    other_packages,
)
from .limits import Limits

PRELOAD = (
    "sympy", "mpmath", "numpy", "scipy", "scipy.integrate", "scipy.linalg", "scipy.optimize", "scipy.special",
)  # fmt: skip
NEED_LIBRARIES = ("bz2", "ctypes", "decimal", "hashlib", "lzma", "sqlite3", "uuid", "zlib")
"""Standard modules with shared libraries of their own, which can be found only now."""

LOOK_SECONDS = 0.05
"""How often the size of scratch folders is looked at, where they lie on a disk."""

MOST_FILES = 1000
CHUNK = 1 << 16

SELF_TEST = """
import os, _socket
def refused(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        return error.errno in (1, 2, 13, 30)  # not permitted, not there, denied, read-only
attempts = [
    (_socket.socket, _socket.AF_INET, _socket.SOCK_STREAM), (_socket.socket, _socket.AF_UNIX),
    (_socket.socket, _socket.AF_INET, _socket.SOCK_DGRAM), (os.listdir, "/"), (open, "/proc/self/environ"),
    (open, "../outside", "w"), (os.mkdir, "../outside"), (os.fork,), (os.kill, os.getppid(), 0),
    (os.execv, "/bin/true", ["true"]), (os.truncate, os.__file__, 0), (os.chmod, os.__file__, 0o600),
]
with open("inside", "w") as file:
    file.write("scratch")
[act.__name__ for act, *arguments in attempts if not refused(act, *arguments)]
"""
"""Everything here must be refused before the first run of anybody's code."""


@dataclass
class Run:
    """A child that runs code: its pipe, its folder, what it has written, and why it was killed, if it was."""

    id: int
    pid: int
    pidfd: int
    pipe: int
    folder: str
    began: float
    output: bytearray = field(default_factory=bytearray)
    killed: str | None = None


class Server:
    """Starts and watches runs; one thread, which waits in `serve`."""

    def __init__(self, walls: Walls, scratch: str) -> None:
        self.walls = walls
        self.scratch = scratch
        self.runs: dict[int, Run] = {}
        self.selector = selectors.DefaultSelector()

    def start(self, number: int, code: str) -> None:
        """Fork a child that is confined and then runs `code`."""
        folder = os.path.join(self.scratch, str(number))
        os.mkdir(folder, 0o700)
        pipe, theirs = os.pipe()
        me = os.getpid()
        pid = os.fork()
        if pid == 0:
            self.runs.clear()
            _be_child(self.walls, code, folder, theirs, me)
        os.close(theirs)
        os.set_blocking(pipe, False)
        run = Run(number, pid, os.pidfd_open(pid), pipe, folder, time.monotonic())
        self.runs[number] = run
        self.selector.register(pipe, selectors.EVENT_READ, run)
        self.selector.register(run.pidfd, selectors.EVENT_READ, run)

    def serve(self) -> None:
        """Answer requests until standard input ends."""
        pending = bytearray()
        self.selector.register(0, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select(self._patience()):
                if key.data is None:
                    data = os.read(0, CHUNK)
                    if not data:
                        return
                    pending += data
                elif key.data.id in self.runs:
                    self._attend(key.data)
            *lines, pending = pending.split(b"\n")
            for line in lines:
                self._obey(json.loads(line))
            self._watch()

    def finish_one(self) -> dict[str, Any]:
        """Wait for the only run and give its answer, which is not sent."""
        [run] = self.runs.values()
        while True:
            self.selector.select(self._patience())
            self._watch()
            _drain(run, self.walls.limits)
            status = _exited(run)
            if status is not None:
                return self._settle(run, status)

    def _obey(self, request: dict[str, Any]) -> None:
        if "cancel" not in request:
            self.start(request["id"], request["code"])
        elif request["cancel"] in self.runs:
            _kill(self.runs[request["cancel"]], "cancelled")

    def _attend(self, run: Run) -> None:
        if not _drain(run, self.walls.limits) and run.pipe in self.selector.get_map():
            self.selector.unregister(run.pipe)  # it closed its output, and may go on
        status = _exited(run)
        if status is not None:
            _send(self._settle(run, status))

    def _settle(self, run: Run, status: tuple[int, float]) -> dict[str, Any]:
        """Forget a run that has ended, clean up after it, and say what came of it."""
        _drain(run, self.walls.limits)
        del self.runs[run.id]
        for descriptor in (run.pipe, run.pidfd):
            if descriptor in self.selector.get_map():
                self.selector.unregister(descriptor)
            os.close(descriptor)
        shutil.rmtree(run.folder, ignore_errors=True)
        return {
            "id": run.id,
            "outcome": run.killed or _outcome(*status, self.walls.limits),
            "output": run.output.decode("utf-8", "replace"),
            "seconds": time.monotonic() - run.began,
        }

    def _patience(self) -> float | None:
        if not self.runs:
            return None
        if not self.walls.namespaces:
            return LOOK_SECONDS
        first = min(run.began for run in self.runs.values())
        return max(0.0, first + self.walls.limits.wall_seconds - time.monotonic()) + 0.001

    def _watch(self) -> None:
        limits, now = self.walls.limits, time.monotonic()
        for run in self.runs.values():
            if now - run.began > limits.wall_seconds:
                _kill(run, "wall time")
            elif not self.walls.namespaces and _too_large(run.folder, limits.scratch_mb * MIB):
                _kill(run, "scratch")


def _be_child(walls: Walls, code: str, folder: str, output: int, parent: int) -> NoReturn:
    """The life of a child; what goes wrong before the cage is closed ends it."""
    status = cell.BROKEN
    try:
        os.setsid()
        nothing = os.open("/dev/null", os.O_RDONLY)
        for descriptor, place in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(descriptor, place)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (they live as long as the child)
        sys.stdout, sys.stderr = (
            open(place, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
            for place in (1, 2)
        )
        random.seed(0)  # the same code draws the same numbers
        sys.modules["numpy"].random.seed(0)
        confine(walls, folder, parent)
        status = cell.run_cell(code)
    except BaseException as error:
        if status == cell.BROKEN:
            os.write(1, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(status)


def _drain(run: Run, limits: Limits) -> bool:
    """Take what a run has written; False when there is no more to come. Too much of it is its end."""
    while True:
        try:
            data = os.read(run.pipe, CHUNK)
        except BlockingIOError:
            return True
        if not data:
            return False
        run.output += data[: limits.output_bytes - len(run.output)]
        if len(run.output) >= limits.output_bytes:
            _kill(run, "output")
            return False


def _exited(run: Run) -> tuple[int, float] | None:
    """The exit code of a run that has ended (negative: the signal) and its processor time in seconds."""
    pid, status, usage = os.wait4(run.pid, os.WNOHANG)
    return (os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime) if pid else None


def _kill(run: Run, reason: str) -> None:
    run.killed = run.killed or reason
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(run.pidfd, signal.SIGKILL)


def _outcome(code: int, processor: float, limits: Limits) -> str:
    """In a word, how a run that was not killed by us ended."""
    if code == -signal.SIGXCPU or (code == -signal.SIGKILL and processor > limits.processor_seconds - 0.5):
        return "processor time"
    if code == -signal.SIGKILL:
        return "memory"  # the system ran out of it
    names = {
        cell.FINISHED: "finished",
        cell.RAISED: "raised",
        cell.NOT_RUN: "not run",
        cell.REFUSED: "refused",
        cell.BROKEN: "broken",
    }
    return names.get(code, f"crashed with {signal.Signals(-code).name}" if code < 0 else "raised")


def _too_large(folder: str, most: int) -> bool:
    """Whether the files of a scratch folder, which has no sub-folders, take too much room."""
    count = size = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            count += 1
            with contextlib.suppress(FileNotFoundError):
                size += entry.stat(follow_symlinks=False).st_blocks * 512
    return size > most or count > MOST_FILES


def _send(answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[os.write(1, data) :]


def _prepare(packages: dict[str, str]) -> None:
    """Load the libraries once, and let nothing else that is installed be imported."""
    sys.path += sorted({os.path.dirname(folder) for folder in packages.values()})
    for name in PRELOAD:
        importlib.import_module(name)
    for name in NEED_LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    library = library_folder()
    sys.path[:] = [path for path in sys.path if path in (library, os.path.join(library, "lib-dynload"))]
    sys.argv, sys.executable = [""], ""
    sys.set_int_max_str_digits(0)  # the processor time is limited anyway
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve until standard input ends; the first answer is `{"ready": …}` or `{"unavailable": why}`."""
    scratch = sys.argv[-1]
    config = json.loads(sys.stdin.buffer.raw.readline())  # type: ignore[union-attr]
    try:
        server = _open(config, scratch)
    except Exception as error:
        _send({"unavailable": f"{type(error).__name__}: {error}"})
        return
    _send({"ready": {"namespaces": server.walls.namespaces}})
    server.serve()
    shutil.rmtree(scratch, ignore_errors=True)


def _open(config: dict[str, Any], scratch: str) -> Server:
    """A server whose cage has been seen to hold; raises an exception that says what is missing."""
    try:
        landlock.version()
    except OSError as error:
        raise RuntimeError("this kernel has no Landlock, which keeps files away") from error
    _prepare(config["packages"])
    library, loaded = library_rules(config["packages"]), address_space()
    world = [path for path, _ in (*library, *DEVICES)]
    inner = config["namespaces"] and namespaces.granted(world, other_packages(), scratch)
    if inner:
        namespaces.enter(world, other_packages(), scratch)
    server = Server(Walls(Limits(**config["limits"]), library, loaded, inner), scratch)
    server.start(0, SELF_TEST)
    test = server.finish_one()
    if test["outcome"] != "finished" or test["output"] != "[]\n":
        raise RuntimeError(f"the cage does not hold ({test['outcome']}: {test['output'].strip()[-300:]})")
    return server
