"""Namespaces: a world without a network, other processes or shared memory, where the kernel grants one.

They are a second wall. A container often forbids them, and then Landlock and seccomp stand alone.
"""

from __future__ import annotations

import os
import signal
from typing import NoReturn

from .kernel import PR_SET_PDEATHSIG, mount, prctl, unshare

_NEW_FILES, _NEW_USERS, _NEW_PROCESSES = 0x00020000, 0x10000000, 0x20000000
_NEW_NAMES, _NEW_IPC, _NEW_NETWORK = 0x04000000, 0x08000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 16384, 1 << 18


def granted() -> bool:
    """Whether this process may have namespaces of its own; tried by a child, which is gone afterwards."""
    child = os.fork()
    if child == 0:
        try:
            _leave()
            cover(".", 1 << 20)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def enter() -> None:
    """Return in a process that is the first of its own world; its parent waits for it and ends with it."""
    _leave()
    child = os.fork()
    if child:
        _wait_for(child)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def cover(folder: str, size: int) -> None:
    """Put an empty file system in memory over a folder, seen by this process alone; `size` in bytes."""
    unshare(_NEW_FILES)
    options = f"size={size},nr_inodes=1024,mode=700"
    mount("none", folder, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, options)


def _leave() -> None:
    uid, gid = os.getuid(), os.getgid()
    unshare(_NEW_USERS | _NEW_FILES | _NEW_PROCESSES | _NEW_NAMES | _NEW_IPC | _NEW_NETWORK)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as table:
            table.write(text)
    mount("none", "/", None, _MS_REC | _MS_PRIVATE)


def _wait_for(child: int) -> NoReturn:
    os.closerange(0, 3)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
