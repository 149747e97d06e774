"""The kernel, as far as the standard library has no word for it."""

from __future__ import annotations

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38

_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_MOUNT_SETATTR = 442
_CAPABILITY_VERSION_3 = 0x20080522
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = -100, 0x8000, 1
_MNT_DETACH = 2


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


def make_read_only(folder: str) -> None:
    """Let nothing be written through the mounts at and beneath `folder`; raises OSError."""
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY)
    where = (ctypes.c_int(_AT_FDCWD), folder.encode(), ctypes.c_uint(_AT_RECURSIVE))
    syscall(_SYS_MOUNT_SETATTR, *where, attributes, ctypes.c_size_t(ctypes.sizeof(attributes)))


def change_root(folder: str) -> None:
    """Make a mounted folder the root of this world, and let go of the old one; raises OSError."""
    os.chdir(folder)
    syscall(_SYS_PIVOT_ROOT[os.uname().machine], b".", b".")
    _checked(_libc.umount2(b".", ctypes.c_int(_MNT_DETACH)))
    os.chdir("/")


def drop_capabilities() -> None:
    """Give up every capability, so that root is held to the limits of an ordinary user."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    syscall(_SYS_CAPSET[os.uname().machine], header, (ctypes.c_uint32 * 6)())


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
