"""Landlock: the files that a process may still reach, by its own decision; it needs no privilege.

The numbers are those of linux/landlock.h; https://docs.kernel.org/userspace-api/landlock.html explains them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from .kernel import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1

WRITE_FILE, READ_FILE, READ_DIR, REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 5
MAKE_REG, REFER, TRUNCATE = 1 << 8, 1 << 13, 1 << 14

READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | MAKE_REG | TRUNCATE
"""In a folder: to read, and to make and change files; no folders, links, pipes or sockets."""

REMOVE = REMOVE_FILE | REFER
"""In a folder: to remove and rename files as well."""

_FOR_FILES = WRITE_FILE | READ_FILE | TRUNCATE

_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_FILE_RIGHTS = 16
_BOTH_TCP_RIGHTS = 0b11
_BOTH_SCOPES = 0b11  # abstract Unix sockets, signals


def version() -> int:
    """The version of Landlock that this kernel has; raises OSError when it has none or it is switched off."""
    return syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))


def confine(allowed: Iterable[tuple[str, int]]) -> None:
    """Allow the given rights at and beneath the given paths, and no other file, for ever.

    Where the kernel's Landlock is newer, TCP, abstract Unix sockets and signals to the world outside
    are refused too. Paths that do not exist are passed over. `no_new_privs` must be set.
    """
    abi = version()
    handled = (1 << _FILE_RIGHTS.get(abi, _ALL_FILE_RIGHTS)) - 1
    attributes = struct.pack("=Q", handled)
    if abi >= 4:
        attributes += struct.pack("=Q", _BOTH_TCP_RIGHTS)
    if abi >= 6:
        attributes += struct.pack("=Q", _BOTH_SCOPES)
    ruleset = syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        for path, rights in allowed:
            with contextlib.suppress(FileNotFoundError):
                _allow(ruleset, path, rights & handled)
        syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FOR_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)
