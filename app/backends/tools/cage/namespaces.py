"""Namespaces: a world without a network, other processes or other files, where the kernel grants one.

They are a second wall. A container often forbids them, and then Landlock and seccomp stand alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable
from typing import NoReturn

from .kernel import PR_SET_PDEATHSIG, change_root, make_read_only, mount, prctl, unshare

_NEW_FILES, _NEW_USERS, _NEW_PROCESSES = 0x00020000, 0x10000000, 0x20000000
_NEW_NAMES, _NEW_IPC, _NEW_NETWORK = 0x04000000, 0x08000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_SAFE = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC


def granted(paths: Iterable[str], hidden: Iterable[str], scratch: str) -> bool:
    """Whether this process may `enter`; tried by a child, which is gone afterwards."""
    child = os.fork()
    if child == 0:
        try:
            _leave()
            _furnish(paths, hidden, scratch)
            cover(scratch, 1 << 20)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def enter(paths: Iterable[str], hidden: Iterable[str], scratch: str) -> None:
    """Return in a process that is the first of its own world; its parent waits for it and ends with it.

    There are no files in it but `paths`, to read and without the folders `hidden` beneath them, and the
    empty folder `scratch`.
    """
    home = os.open(os.path.dirname(scratch), os.O_PATH)  # outlasts the change of the root
    _leave()
    child = os.fork()
    if child:
        _wait_for(child, home, os.path.basename(scratch))
    os.close(home)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _furnish(paths, hidden, scratch)


def cover(folder: str, size: int) -> None:
    """Put an empty file system in memory over a folder, seen by this process alone; `size` in bytes."""
    unshare(_NEW_FILES)
    options = f"size={size},nr_inodes=1024,mode=700"
    mount("none", folder, "tmpfs", _SAFE, options)


def _leave() -> None:
    uid, gid = os.getuid(), os.getgid()
    unshare(_NEW_USERS | _NEW_FILES | _NEW_PROCESSES | _NEW_NAMES | _NEW_IPC | _NEW_NETWORK)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as table:
            table.write(text)
    mount("none", "/", None, _MS_REC | _MS_PRIVATE)


def _furnish(paths: Iterable[str], hidden: Iterable[str], scratch: str) -> None:
    """Put a world together in the folder `scratch`, and move into it."""
    mount("none", scratch, "tmpfs", _SAFE, "size=1m,mode=755")
    for path in paths:
        place = scratch + path
        if not os.path.lexists(place) and os.path.exists(path):  # not beneath one that is there already
            _make_place(place, os.path.isdir(path))
            mount(path, place, None, _MS_BIND | _MS_REC)
            for folder in hidden:
                if os.path.dirname(folder) == path and os.path.isdir(folder):
                    mount("none", scratch + folder, "tmpfs", _SAFE, "size=1m,mode=755")
    os.makedirs(scratch + scratch)
    make_read_only(scratch)
    mount("none", scratch + scratch, "tmpfs", _SAFE, "size=1m,mode=755")
    change_root(scratch)


def _make_place(place: str, folder: bool) -> None:
    os.makedirs(place if folder else os.path.dirname(place), exist_ok=True)
    if not folder:
        open(place, "x").close()


def _wait_for(child: int, home: int, scratch: str) -> NoReturn:
    """Outlive the world of `child` by as long as it takes to remove the folder that it stood in."""
    os.closerange(0, 3)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(OSError):  # whoever started us may have been faster
        os.rmdir(scratch, dir_fd=home)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
