"""One piece of code, run and shown as a notebook shows a cell. This runs in the child that is confined."""

from __future__ import annotations

import ast
import errno
import linecache
import os
import sys
import traceback
import types
from codeop import Compile
from contextlib import suppress

FILE_NAME = "<code>"

FINISHED, RAISED, NOT_RUN, REFUSED, BROKEN = range(5)
"""Exit statuses: it came to its end; it raised; no statement could begin; the first statement asked for what
is forbidden; the cage could not be closed.
"""

FORBIDDEN = (
    "[The sandbox forbids this. It has no network, starts no processes or threads, reaches no other process, "
    "and has no files but the Python library and its own working folder, without sub-folders.]"
)


def run_cell(code: str) -> int:
    """Run `code` as `__main__`; prints, the last value and an exception go to standard output.

    Returns an exit status. Statements are run one by one, so that it is known whether any was.
    """
    lines = code.splitlines(keepends=True)
    linecache.cache[FILE_NAME] = (len(code), None, lines, FILE_NAME)
    try:
        steps = _steps(code)
    except Exception as fault:  # SyntaxError, and what the compiler says of null bytes or endless nesting
        return _show(fault, NOT_RUN)
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    done = 0
    try:
        for step in steps:
            value = eval(step, module.__dict__)  # noqa: S307 (this is the sandbox, and closed by now)
            done += 1
        if steps and value is not None:
            print(repr(value))
        sys.stdout.flush()
    except SystemExit as end:
        return FINISHED if end.code in (None, 0) else _show(end, RAISED)
    except BaseException as error:
        return _show(error, REFUSED if done == 0 and is_refusal(error) else RAISED)
    return FINISHED if done else NOT_RUN


def is_refusal(error: BaseException) -> bool:
    """Whether the sandbox refused something; files outside may not even be there."""
    if isinstance(error, FileNotFoundError):
        return error.filename is None or os.path.isabs(os.fsdecode(error.filename))
    read_only = isinstance(error, OSError) and error.errno == errno.EROFS
    return read_only or isinstance(error, PermissionError) or "can't start new thread" in str(error)


def _steps(code: str) -> list[types.CodeType]:
    """A code object for each statement; that of a last expression gives its value, the others None."""
    compiler = Compile()  # remembers what was imported from __future__
    steps = []
    body = ast.parse(code, FILE_NAME).body
    for node in body:
        if node is body[-1] and isinstance(node, ast.Expr):
            steps.append(compiler(ast.Expression(node.value), FILE_NAME, "eval"))  # type: ignore[arg-type]
        else:
            steps.append(compiler(ast.Module([node], []), FILE_NAME, "exec"))  # type: ignore[arg-type]
    return steps


def _show(error: BaseException, status: int) -> int:
    """Print an exception with the lines of the code that led to it."""
    with suppress(BaseException):  # its text is the code's own, and may itself raise or not end
        trace = None if status == NOT_RUN else error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        shown = traceback.TracebackException(type(error), error, trace, limit=-12)
        print("".join(shown.format()), end="")
        if is_refusal(error):
            print(FORBIDDEN)
    with suppress(BaseException):
        sys.stdout.flush()
    return status
