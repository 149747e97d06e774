"""A program that cannot outlive us: it runs under a small process that ends all of it when we go.

vLLM starts several processes, and PR_SET_PDEATHSIG would reach only the first, and fire when a thread ends.
So this file is also a program of its own, standard library only: it starts a command in a session of its own
and waits for the command to end, a signal, or the end of file on the life line, a pipe of which only we hold
the other end. Whether we close it or are killed, the command gets SIGTERM, a time of grace, and its whole
process group SIGKILL.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

GRACE_SECONDS = 10.0
"""How long a program may take to end by itself; a vLLM server takes about 3."""

_SUPERVISOR_SECONDS = 5.0
"""What the supervisor may take beyond the grace before it is killed too."""

_CHUNK = 1 << 12


class Supervised:
    """A running command with its supervisor; `stop` ends both, and so does the end of this process.

    Streams are as for `subprocess.Popen`; with a pipe, `process.stdin` and `process.stdout` are the
    command's.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: IO[bytes],
        piped: bool = False,
        grace: float = GRACE_SECONDS,
    ) -> None:
        watched, self._life_line = os.pipe()
        self._grace = grace
        try:
            self.process = subprocess.Popen(  # noqa: S603 (a command of our own)
                [sys.executable, "-I", __file__, str(watched), str(grace), *command],
                env=dict(environment),
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else log,
                stderr=log,
                pass_fds=(watched,),
                start_new_session=True,  # Ctrl-C in a terminal is ours to act on
            )
        except OSError:
            os.close(self._life_line)
            raise
        finally:
            os.close(watched)

    @property
    def exit_status(self) -> int | None:
        """How the command ended, as `subprocess` tells it; None while it runs."""
        return self.process.poll()

    def stop(self) -> None:
        """End the command and wait until it is gone; may be called more than once."""
        if self._life_line >= 0:
            os.close(self._life_line)
            self._life_line = -1
        try:
            self.process.wait(self._grace + _SUPERVISOR_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(life_line: int, grace: float, command: Sequence[str]) -> int:
    """Run `command` until it ends or is to end; gives its exit status as a shell would."""
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(waker)
    told: set[int] = set()
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, frame: told.add(number))
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 (what our own parent asked for)
    while process.poll() is None:
        ready = select.select([life_line, woken], [], [])[0]
        if life_line in ready or told - {signal.SIGCHLD}:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace)
            break
        _drain(woken)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # what it started may still be there when it is not
    status = process.wait()
    return status if status >= 0 else 128 - status


def _drain(pipe: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(pipe, _CHUNK):
            pass


if __name__ == "__main__":
    sys.exit(supervise(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
