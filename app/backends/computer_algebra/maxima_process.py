"""Runs one Maxima script; Maxima (GCL) starts in about 0.15 s, and `kill(all)` would not undo everything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.backends.computer_algebra.processes import Allowance, find_program, run_program

MEMORY_FLOOR_MB = 512
"""Less than this, GCL does not start."""

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
    return find_program("maxima", "Maxima", "maxima")


def run_maxima(script: str, seconds: float, patience: float, memory_mb: int) -> Transcript:
    """Runs `script` for `seconds` of processor time, and at most `patience` times as long by the clock.

    Then its process group is killed, and what was printed by then counts.
    """
    ended = run_program(
        [find_maxima(), "--very-quiet", "-p", "prelude.lisp", "--batch=question.mac"],
        {"prelude.lisp": PRELUDE, "question.mac": script},
        Allowance(seconds, patience, max(memory_mb, MEMORY_FLOOR_MB)),
        homes=("MAXIMA_USERDIR", "MAXIMA_TEMPDIR"),
    )
    return _transcript(ended.output, ended.status)


def _transcript(output: str, status: int | None) -> Transcript:
    results, questions = [], []
    for word, text in MARKED.findall(output):
        if word == "question":
            questions.append(text.strip())
            continue
        label, _, form = text.partition(" ")
        results.append((label, form))
    return Transcript(tuple(results), tuple(questions), status is None, status)
