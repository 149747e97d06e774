"""Run a command and say what it took: `python tests/speed/measured.py REPORT.json COMMAND…`.

In a process of its own, which adopts the command's orphans, so that the CPU of every descendant counts.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

SAMPLE_SECONDS = 0.1
PR_SET_CHILD_SUBREAPER = 36
PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Run the command of the command line; the report is JSON, in seconds and bytes."""
    report, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    started = time.monotonic()
    process = subprocess.Popen(command)
    peaks = [0, 0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks), daemon=True)
    watcher.start()
    code = process.wait()
    ended = time.monotonic()
    while True:  # its orphans
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    measured = {
        "code": code,
        "started": started,
        "wall": ended - started,
        "cpu": used.ru_utime + used.ru_stime,
        "main_memory": peaks[0],
        "tree_memory": peaks[1],
    }
    Path(report).write_text(json.dumps(measured))


def _watch(pid: int, peaks: list[int]) -> None:
    """Keep the peaks of resident memory: of the process, and summed over it and its descendants."""
    while True:
        resident = _resident(pid)
        peaks[0] = max(peaks[0], resident[0])
        peaks[1] = max(peaks[1], sum(resident))
        time.sleep(SAMPLE_SECONDS)


def _resident(root: int) -> list[int]:
    """Bytes of resident memory, of the root first."""
    children: dict[int, list[int]] = defaultdict(list)
    pages: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(entry.name)
            children[int(fields[1])].append(pid)
            pages[pid] = int(fields[21])
    family = [root]
    for member in family:
        family += children[member]
    return [pages.get(member, 0) * PAGE for member in family]


if __name__ == "__main__":
    main()
