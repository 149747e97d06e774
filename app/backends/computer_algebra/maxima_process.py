"""Runs one Maxima script in a process of its own, which cannot hang, ask, grow without limit or outlive us.

A new process for every question: it starts in about 0.15 s (GCL), and nothing (assumptions, declarations,
loaded packages, a damaged Lisp) can leak from one question into the next, which `kill(all)` does not promise.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.backends.errors import BackendUnavailable

LONGEST_OUTPUT = 8 << 20
"""Bytes Maxima may write; beyond that the kernel stops it."""

MEMORY_FLOOR_MB = 512
"""Less than this, GCL does not start."""

_SHELL = 128
"""What a shell adds to the number of the signal that ended its child."""

_PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>

PRELUDE = r"""
(defun plumbline-line (word text)
  (format t "~%@@~a ~a~%" word text)
  (finish-output))

(defun $plumbline_emit (label value)
  (let ((*print-pretty* nil) (*print-base* 10) (*print-radix* nil) (*print-case* :upcase)
        (*print-length* nil) (*print-level* nil) (*print-circle* nil))
    (plumbline-line "result" (format nil "~a ~s" label ($ratdisrep value))))
  '$done)

(defun plumbline-text (message)
  (cond ((stringp message) message)
        ((and (consp message) (consp (car message)) (eq (caar message) 'mtext))
         (format nil "~{~a~}" (mapcar #'plumbline-text (cdr message))))
        (t (coerce (mstring message) 'string))))

(defun retrieve (message flag &rest ignored)
  (declare (ignore flag ignored))
  (let ((text (remove #\Newline (plumbline-text message))))
    (when (search "integer" text) (setq $plumbline_asked_integer t))
    (plumbline-line "question" text))
  (merror "a question"))
"""
"""Prints results in Lisp form behind a mark, and makes Maxima's questions errors that `errcatch` catches."""

MARKED = re.compile(r"^@@(result|question) (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Transcript:
    """What a run left behind: labelled results as Lisp text in order, questions asked, and how it ended."""

    results: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    timed_out: bool
    exit_status: int | None


def find_maxima() -> str:
    """The path of the program; raises `BackendUnavailable` with the command that installs it."""
    path = shutil.which("maxima")
    if path is None:
        raise BackendUnavailable(
            "Maxima is not installed (no `maxima` on PATH)", "Run: apt-get install maxima"
        )
    return path


def run_maxima(script: str, seconds: float, patience: float, memory_mb: int) -> Transcript:
    """Runs `script` for `seconds` of processor time, and at most `patience` times as long by the clock.

    Then its process group is killed, and what was printed by then counts.
    """
    program = find_maxima()
    with tempfile.TemporaryDirectory(prefix="plumbline-maxima-") as folder:
        place = Path(folder)
        (place / "prelude.lisp").write_text(PRELUDE, encoding="utf-8")
        (place / "question.mac").write_text(script, encoding="utf-8")
        command = [program, "--very-quiet", "-p", "prelude.lisp", "--batch=question.mac"]
        with (place / "output").open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 (a fixed command; the script is written by our tables)
                command,
                cwd=place,
                env=_environment(place),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_limits(seconds, memory_mb),
            )
            status = _wait(process, seconds * patience)
        return _transcript((place / "output").read_text(encoding="utf-8", errors="replace"), status)


def _environment(place: Path) -> dict[str, str]:
    """A clean environment: no start-up files of the user, nothing secret, temporary files in our folder."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "HOME": str(place), "MAXIMA_USERDIR": str(place), "MAXIMA_TEMPDIR": str(place)}


def _limits(seconds: float, memory_mb: int) -> Callable[[], None]:
    memory = max(memory_mb, MEMORY_FLOOR_MB) << 20
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: max(1, math.ceil(seconds)),  # ends even an orphan
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


def _transcript(output: str, status: int | None) -> Transcript:
    results, questions = [], []
    for word, text in MARKED.findall(output):
        if word == "question":
            questions.append(text.strip())
            continue
        label, _, form = text.partition(" ")
        results.append((label, form))
    return Transcript(tuple(results), tuple(questions), status is None, status)
