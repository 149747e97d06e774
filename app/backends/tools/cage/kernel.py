"""The kernel, as far as the standard library has no word for it."""

from __future__ import annotations

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38

_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522


def syscall(number: int, *arguments: object) -> int:
    """A system call by its number; raises OSError with the kernel's reason."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, *values: int) -> None:
    """One of the PR_ options of this process; raises OSError."""
    words = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *words))


def unshare(flags: int) -> None:
    """Leave the namespaces named by CLONE_NEW flags for new ones; raises OSError."""
    _checked(_libc.unshare(ctypes.c_int(flags)))


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """Mount as mount(2) does; raises OSError."""
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    option = None if data is None else data.encode()
    _checked(_libc.mount(*encoded, ctypes.c_ulong(flags), option))


def drop_capabilities() -> None:
    """Give up every capability, so that root is held to the limits of an ordinary user."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    syscall(_SYS_CAPSET[os.uname().machine], header, (ctypes.c_uint32 * 6)())


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
