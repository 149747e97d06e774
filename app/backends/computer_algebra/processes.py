"""Runs a program in a process of its own, which cannot hang, ask, grow without limit or outlive us.

A new process for every question: nothing (assumptions, declarations, loaded packages, a damaged heap) can
leak from one question into the next.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.backends.errors import BackendUnavailable

LONGEST_OUTPUT = 8 << 20
"""Bytes a program may write; beyond that the kernel stops it."""

OUTPUT = "output"
"""The file in its folder that takes what a program writes."""

_SHELL = 128
"""What a shell adds to the number of the signal that ended its child."""

_PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


@dataclass(frozen=True)
class Allowance:
    """What a process may use: `seconds` of processor time, `patience` times that by the clock, and memory."""

    seconds: float
    patience: float
    memory_mb: int


@dataclass(frozen=True)
class Ended:
    """What a process wrote, its exit status (None when its time was over), and the share of time it used.

    `seconds` are of processor time, or of the clock divided by the patience where that is more.
    """

    output: str
    status: int | None
    seconds: float


def find_program(name: str, title: str, package: str) -> str:
    """The path of a program; raises `BackendUnavailable` with the command that installs it."""
    path = shutil.which(name)
    if path is None:
        raise BackendUnavailable(
            f"{title} is not installed (no `{name}` on PATH)", f"Run: apt-get install {package}"
        )
    return path


def run_program(
    command: Sequence[str],
    files: Mapping[str, str],
    allowance: Allowance,
    *,
    stdin: str | None = None,
    homes: Sequence[str] = (),
) -> Ended:
    """Runs `command` in a folder of its own that holds `files`, one of them its standard input if named.

    When its time is over its process group is killed, and what was written by then counts. `homes` are the
    variables of its environment that name its folder.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-algebra-") as folder:
        place = Path(folder)
        for name, text in files.items():
            (place / name).write_text(text, encoding="utf-8")
        started, used = time.monotonic(), _processor_time()
        with (place / OUTPUT).open("wb") as output, (place / (stdin or os.devnull)).open("rb") as source:
            process = subprocess.Popen(  # noqa: S603 (a fixed command; the files are written by our tables)
                command,
                cwd=place,
                env=_environment(place, homes),
                stdin=source,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_limits(allowance),
            )
            status = _wait(process, allowance.seconds * allowance.patience)
        clock = (time.monotonic() - started) / allowance.patience
        text = (place / OUTPUT).read_text(encoding="utf-8", errors="replace")
        return Ended(text, status, max(clock, _processor_time() - used))


def _processor_time() -> float:
    """What the processes that we waited for have used, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _environment(place: Path, homes: Sequence[str]) -> dict[str, str]:
    """A clean environment: no start-up files of the user, nothing secret, temporary files in our folder."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return kept | dict.fromkeys(("HOME", "TMPDIR", *homes), str(place))


def _limits(allowance: Allowance) -> Callable[[], None]:
    limits = {
        resource.RLIMIT_AS: allowance.memory_mb << 20,
        resource.RLIMIT_CPU: max(1, math.ceil(allowance.seconds)),  # ends even an orphan
        resource.RLIMIT_FSIZE: LONGEST_OUTPUT,
        resource.RLIMIT_CORE: 0,
    }
    die_with_parent = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def apply() -> None:
        for kind, value in limits.items():
            hard = resource.getrlimit(kind)[1]
            ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (ceiling, ceiling))
        if die_with_parent is not None:
            die_with_parent(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return apply


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """The exit status, or None when the time was over, by the processor or by the clock."""
    try:
        status = process.wait(seconds)
        return None if status in (-signal.SIGXCPU, -signal.SIGKILL, _SHELL + signal.SIGXCPU) else status
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
