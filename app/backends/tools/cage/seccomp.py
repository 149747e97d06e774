"""Seccomp: only the listed system calls reach the kernel; the others fail with "Operation not permitted".

The filter is a program for the kernel's small machine (classic BPF), as in
https://docs.kernel.org/userspace-api/seccomp_filter.html. It needs no privilege and cannot be taken off.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from .kernel import syscall
from .system_calls import allowed

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SET_MODE_FILTER = 1

_LOAD, _AND, _EQUALS, _RETURN = 0x20, 0x54, 0x15, 0x06  # load a word, mask it, jump when equal, return
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16  # offsets in struct seccomp_data

_ANY = 0xFFFFFFFF
_FIOCLEX, _FIONCLEX, _FIONBIO, _FIONREAD, _TCGETS, _TIOCGWINSZ = (
    0x5451,
    0x5450,
    0x5421,
    0x541B,
    0x5401,
    0x5413,
)


@dataclass(frozen=True)
class Check:
    """An argument, counted from 0, must be one of `values` after `mask`; its upper half, with `upper`."""

    argument: int
    values: Sequence[int]
    mask: int = _ANY
    upper: bool = False


def checks(own_pid: int) -> dict[str, tuple[Check, ...]]:
    """What the arguments of some system calls must be."""
    # O_TRUNC would empty a file opened for reading, where Landlock is too old to know of it; a file without a
    # name (O_TMPFILE) would take room that nobody sees.
    opening = (os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC, os.O_RDWR | os.O_TRUNC)
    flags = os.O_ACCMODE | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)
    myself = (Check(0, (own_pid,)),)
    # F_SETOWN would let the kernel send a signal to any process, in our name.
    file_control = (
        fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL,
        fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW,
    )  # fmt: skip
    return {
        "open": (Check(1, opening, flags),),
        "openat": (Check(2, opening, flags),),
        "fcntl": (Check(1, file_control),),
        "ioctl": (Check(1, (_FIOCLEX, _FIONCLEX, _FIONBIO, _FIONREAD, _TCGETS, _TIOCGWINSZ)),),
        "kill": myself,
        "tgkill": myself,
        "prlimit64": (Check(0, (0,)), Check(2, (0,)), Check(2, (0,), upper=True)),  # to ask, not to set
    }


def confine() -> None:
    """Hold this process, which has one thread, to the allowed system calls, for ever.

    `no_new_privs` must be set.
    """
    install(program(os.uname().machine, checks(os.getpid())))


def install(code: bytes) -> None:
    """Have the kernel ask a filter at every system call of this thread; raises OSError."""
    buffer = ctypes.create_string_buffer(code)
    instructions = len(code) // 8
    # struct sock_fprog: the count, padding, and a pointer
    header = struct.pack("@HP", instructions, ctypes.addressof(buffer))
    syscall(_SECCOMP[os.uname().machine], ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(0), header)


def program(machine: str, needed: dict[str, tuple[Check, ...]]) -> bytes:
    """The filter for a machine: its instructions, 8 bytes each."""
    code = [
        _load(_ARCH_AT),
        _jump_when(_AUDIT_ARCH[machine], 1, 0),
        _return(_KILL),  # the calls of another architecture have other numbers
        _load(_NUMBER_AT),
    ]
    for name, number in allowed(machine).items():
        block = [step for check in needed.get(name, ()) for step in _check(check)]
        block.append(_return(_ALLOW))
        code += [_jump_when(number, 0, len(block)), *block]
    return b"".join([*code, _return(_REFUSE)])


def _check(check: Check) -> list[bytes]:
    """Goes on behind its end when the argument is as it must be, and refuses otherwise."""
    values = [value & _ANY for value in check.values]
    left = len(values)  # instructions to jump over: the other comparisons and the refusal
    return [
        _load(_ARGUMENTS_AT + 8 * check.argument + (4 if check.upper else 0)),
        struct.pack("=HBBI", _AND, 0, 0, check.mask),
        *(_jump_when(value, left - index, 0) for index, value in enumerate(values)),
        _return(_REFUSE),
    ]


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", _LOAD, 0, 0, offset)


def _jump_when(value: int, then: int, otherwise: int) -> bytes:
    return struct.pack("=HBBI", _EQUALS, then, otherwise, value)


def _return(verdict: int) -> bytes:
    return struct.pack("=HBBI", _RETURN, 0, 0, verdict)
