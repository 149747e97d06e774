"""Our grader beside Math-Verify on the same cases: speed, memory, start-up, agreement with labels.

Run, after `.venv/bin/pip install -e '.[speed]'`:

    .venv/bin/python tests/speed/grading.py [--limit N] [FILE.jsonl ...]

The sets are the regression set, rewritten golds of the shipped set, and each file given (lines as for
`plumbline grade --file`, with `outcome`). For each set a grader gets a fresh process, which imports it,
judges other cases to warm up, drops all caches, and then judges every case once: these are the figures of
one core. The printed tables are made for docs/measurements.md.

Math-Verify is used as its authors say: gold and answer through `parse`, then `verify`, in the main thread,
with its own time limits. A text without delimiters goes into a box, as its readers need it; prose stays as it
is. An error counts as incorrect. Since a computation in C hears no time limit, a case over `HARD_LIMIT` ends
the process of either grader, and counts as incorrect too.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import functools
import gc
import json
import logging
import math
import multiprocessing
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from pebble import ProcessExpired, ProcessPool

CASES = Path(__file__).parents[1] / "grading" / "cases"
STEP = 3
"""Every third variant of the shipped set is measured."""
WARM_UP_STEP = 60
"""A multiple of STEP, so that no variant both warms up and is measured."""
HARD_LIMIT = 60.0
MEMORY = 4 << 30
STARTS = 5
CORES = len(os.sched_getaffinity(0))

Row = dict[str, Any]


class Judged(NamedTuple):
    """Whether a grader said correct, how long it took, and the most memory its process has had so far."""

    correct: bool
    seconds: float
    peak_mib: float = 0.0


class Grader(NamedTuple):
    """`prepare` makes of a row what `judge` is timed on; both import their grader only when called."""

    module: str
    package: str
    prepare: Callable[[Row], Any]
    judge: Callable[[Any], bool]


# --- the two graders


def our_case(row: Row) -> Any:
    """The case of a row."""
    from app.grading import Case

    return Case.model_validate({name: row[name] for name in Case.model_fields if name in row})


def our_verdict(case: Any) -> bool:
    """Whether Plumbline says correct."""
    from app.grading.judge import judge

    return judge(case).outcome == "correct"


def delimited(row: Row) -> tuple[str, str]:
    """Gold and answer as Math-Verify's readers find them."""
    return _boxed(row["gold"]), _boxed(row["answer"])


_DELIMITER = re.compile(r"\$|\\boxed|\\\(|\\\[|\\begin\{(?:equation|align)")
_PROSE = re.compile(r"(?<![\\{A-Za-z])[A-Za-z]{2,}[,:]? [A-Za-z]{2,}")


def _boxed(text: str) -> str:
    return text if _DELIMITER.search(text) or _PROSE.search(text) else rf"\boxed{{{text}}}"


def their_verdict(texts: tuple[str, str]) -> bool:
    """Whether Math-Verify says that they are equal."""
    from math_verify import parse, verify

    with contextlib.suppress(Exception):
        return bool(verify(*map(parse, texts)))
    return False


GRADERS = {
    "Plumbline": Grader("app.grading", "plumbline", our_case, our_verdict),
    "Math-Verify": Grader("math_verify", "math-verify", delimited, their_verdict),
}


# --- in a worker


def warmed_up(name: str, rows: Sequence[Row]) -> None:
    """Import the grader and judge other cases, then forget what was computed."""
    logging.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for row in rows:
        GRADERS[name].judge(GRADERS[name].prepare(row))
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper):
            found.cache_clear()


def judged(name: str, row: Row) -> Judged:
    """One case judged and timed."""
    prepared = GRADERS[name].prepare(row)
    start = time.perf_counter()
    correct = GRADERS[name].judge(prepared)
    seconds = time.perf_counter() - start
    # The kernel's ru_maxrss would count what the parent had when it forked.
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return Judged(correct, seconds, int(peak.group(1)) / 1024 if peak else 0.0)


# --- measuring


def one_by_one(pool: ProcessPool, name: str, rows: Sequence[Row]) -> Iterator[Judged]:
    """Each case judged by the pool, in order; one that ends its process is incorrect."""
    results = pool.map(functools.partial(judged, name), rows, timeout=HARD_LIMIT).result()
    for _ in rows:
        try:
            yield next(results)
        except (TimeoutError, ProcessExpired):
            yield Judged(False, HARD_LIMIT)


def workers(number: int, name: str, warm_up: Sequence[Row]) -> ProcessPool:
    """Processes that know one grader and nothing of the other."""
    return ProcessPool(
        number,
        initializer=warmed_up,
        initargs=(name, warm_up),
        context=multiprocessing.get_context("spawn"),
    )


def one_core(name: str, rows: Sequence[Row], warm_up: Sequence[Row]) -> list[Judged]:
    """Every case judged once in a single process."""
    with workers(1, name, warm_up) as pool:
        return list(one_by_one(pool, name, rows))


def all_cores(name: str, rows: Sequence[Row], warm_up: Sequence[Row]) -> float:
    """Cases a second with a process for each core, counted from when all have warmed up."""
    if name == "Plumbline":
        return _our_judges(rows, warm_up)
    with workers(CORES, name, warm_up) as pool:
        list(one_by_one(pool, name, warm_up))
        start = time.perf_counter()
        list(one_by_one(pool, name, rows))
        return len(rows) / (time.perf_counter() - start)


def _our_judges(rows: Sequence[Row], warm_up: Sequence[Row]) -> float:
    """Our own pool, with the deadline and memory limit that are its defaults."""
    from app.grading import Judges
    from app.settings import Settings

    settings = Settings()
    cases = [our_case(row) for row in rows]
    with Judges(CORES, settings.grading_deadline, settings.worker_memory) as judges:
        list(judges.judge_many(map(our_case, warm_up)))
        start = time.perf_counter()
        list(judges.judge_many(cases))
        return len(rows) / (time.perf_counter() - start)


def start_up(module: str) -> float:
    """Seconds to import a module in a fresh process: the median, files being in the system's cache."""
    code = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", code]
    return statistics.median(
        float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(STARTS)
    )


# --- the tables


def line(name: str, rows: Sequence[Row], results: Sequence[Judged], rate: float) -> list[str]:
    """The figures of one grader on one set."""
    seconds = sorted(result.seconds for result in results)
    labelled = [
        (row["outcome"] == "correct", result.correct)
        for row, result in zip(rows, results, strict=True)
        if "outcome" in row
    ]
    agreed = sum(right == said for right, said in labelled)
    return [
        name,
        str(len(rows)),
        f"{len(rows) / sum(seconds):.0f}",
        f"{rate:.0f}",
        f"{1000 * statistics.median(seconds):.1f}",
        f"{1000 * seconds[math.ceil(0.99 * len(seconds)) - 1]:.0f}",
        f"{1000 * seconds[-1]:.0f}",
        f"{100 * agreed / len(labelled):.1f}" if labelled else "–",
        str(labelled.count((False, True))),
        str(labelled.count((True, False))),
        f"{max(result.peak_mib for result in results):.0f}",
    ]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def read(path: Path) -> list[Row]:
    """The cases of a JSONL file."""
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text.strip()]


def spread(rows: Sequence[Row], limit: int | None) -> list[Row]:
    """At most `limit` of the rows, evenly taken."""
    return list(rows[:: math.ceil(len(rows) / limit)] if limit else rows)


def processor() -> str:
    """The processor's name."""
    named = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return named.group(1) if named else platform.processor()


def main() -> None:
    """Measure each set with each grader and print the tables."""
    options = argparse.ArgumentParser(description="Our grader beside Math-Verify, as Markdown tables.")
    options.add_argument("files", nargs="*", type=Path, metavar="FILE", help="JSONL of labelled cases")
    options.add_argument("--limit", type=int, help="at most so many cases of each set")
    wanted = options.parse_args()

    from core_cases import core_cases

    sets = {
        "regression set": list(chain.from_iterable(map(read, sorted(CASES.glob("*.jsonl"))))),
        "rewritten golds of core": list(core_cases(0, STEP)),
        **{path.stem: read(path) for path in wanted.files},
    }
    warm_up = list(core_cases(1, WARM_UP_STEP))
    lines = []
    for title, every in sets.items():
        rows = spread(every, wanted.limit)
        for name in GRADERS:
            print(f"{name}: {title} ({len(rows)} cases)", file=sys.stderr)
            results = one_core(name, rows, warm_up)
            lines.append([title, *line(name, rows, results, all_cores(name, rows, warm_up))])

    print(f"\n{datetime.date.today()}, {CORES} cores of {processor()}, Python {platform.python_version()}\n")
    latencies = ["median ms", "99th percentile ms", "slowest ms"]
    labels = ["agree %", "false acceptances", "false refusals"]
    rates = ["cases a second, one core", f"{CORES} cores"]
    print(table(["set", "grader", "cases", *rates, *latencies, *labels, "peak MiB a worker"], lines), "\n")
    starts = [
        (f"{name} {version(grader.package)}", f"{start_up(grader.module):.2f}")
        for name, grader in GRADERS.items()
    ]
    print(table(["grader", "import s"], starts))


if __name__ == "__main__":
    main()
