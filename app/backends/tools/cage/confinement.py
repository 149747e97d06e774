"""The walls around one run, in the order in which they are raised."""

from __future__ import annotations

import os
import resource
import signal
from dataclasses import dataclass

from . import landlock, namespaces, seccomp
from .kernel import PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, drop_capabilities, prctl
from .limits import Limits

MIB = 1 << 20
OPEN_FILES = 32


@dataclass(frozen=True)
class Walls:
    """What is the same for all runs: limits, rights to read, and whether there are namespaces."""

    limits: Limits
    library: tuple[tuple[str, int], ...]
    namespaces: bool


def confine(walls: Walls, folder: str, parent: int) -> None:
    """Give up all but the library, `folder` and standard output, for ever. Raises OSError, and then do not
    run anything.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # gone before we asked to go with it
        os._exit(1)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    if walls.namespaces:
        namespaces.cover(folder, walls.limits.scratch_mb * MIB)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(HOME=folder, TMPDIR=folder, LANG="C.UTF-8", OPENBLAS_NUM_THREADS="1")
    _limit(walls.limits)
    drop_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    own = ((folder, landlock.WRITE), ("/dev/null", landlock.WRITE), ("/dev/urandom", landlock.READ))
    landlock.confine((*walls.library, *own))
    seccomp.confine()


def _limit(limits: Limits) -> None:
    seconds = limits.processor_seconds
    table = {
        resource.RLIMIT_AS: (_address_space() + limits.memory_mb * MIB,) * 2,
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_FSIZE: (limits.scratch_mb * MIB,) * 2,
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
        resource.RLIMIT_NPROC: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
    }
    for name, pair in table.items():
        resource.setrlimit(name, pair)


def _address_space() -> int:
    """Bytes of address space in use: the libraries, which are no fault of the code."""
    with open("/proc/self/statm", encoding="ascii") as pages:
        return int(pages.read().split()[0]) * resource.getpagesize()


def library_rules(packages: dict[str, str]) -> tuple[tuple[str, int], ...]:
    """Rights to read the standard library, some packages' folders, and the shared libraries loaded by now.

    Other packages lie beside these and are left out, so that nothing of the service can be read.
    """
    library = os.path.dirname(os.__file__)
    paths = [
        entry.path for entry in os.scandir(library) if entry.name not in ("site-packages", "dist-packages")
    ]
    for folder in packages.values():
        paths += [folder, f"{folder}.libs"]
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths += sorted({line.split(maxsplit=5)[-1].strip() for line in maps if ".so" in line})
    return ((library, landlock.READ_DIR), *((path, landlock.READ) for path in paths))
