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
DEVICES = (("/dev/null", landlock.WRITE), ("/dev/urandom", landlock.READ))


@dataclass(frozen=True)
class Walls:
    """What is the same for all runs: limits, rights to read, bytes of address space that the libraries take,
    and whether there are namespaces.
    """

    limits: Limits
    library: tuple[tuple[str, int], ...]
    loaded: int
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
    _limit(walls.limits, walls.loaded)
    drop_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    # On a disk files cannot be removed: one that is open and has no name would not count.
    scratch = landlock.WRITE | (landlock.REMOVE if walls.namespaces else 0)
    landlock.confine((*walls.library, *DEVICES, (folder, scratch)))
    seccomp.confine()


def _limit(limits: Limits, loaded: int) -> None:
    seconds = limits.processor_seconds
    table = {
        resource.RLIMIT_AS: (loaded + limits.memory_mb * MIB,) * 2,
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


def address_space() -> int:
    """Bytes of address space in use by this process."""
    with open("/proc/self/statm", encoding="ascii") as pages:
        return int(pages.read().split()[0]) * resource.getpagesize()


def library_rules(packages: dict[str, str]) -> tuple[tuple[str, int], ...]:
    """Rights to read the standard library, some packages' folders, and the shared libraries loaded by now.

    Other packages lie beside these and are left out, so that nothing of the service can be read.
    """
    library = library_folder()
    paths = [entry.path for entry in os.scandir(library) if entry.path not in other_packages()]
    for folder in packages.values():
        paths += [folder, f"{folder}.libs"]
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths += sorted({line.split(maxsplit=5)[-1].strip() for line in maps if ".so" in line})
    return ((library, landlock.READ_DIR), *((path, landlock.READ) for path in paths))


def library_folder() -> str:
    """Where the standard library lies."""
    return os.path.dirname(os.__file__)


def other_packages() -> tuple[str, ...]:
    """Where packages lie within the folder of the standard library."""
    return tuple(os.path.join(library_folder(), name) for name in ("site-packages", "dist-packages"))
