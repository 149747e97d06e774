"""How fast the grader is: cases a second and latencies over our own cases, in one process on one core.

Run: `.venv/bin/python tests/speed/grading.py`. One pass warms the caches of the libraries, the next is timed.
"""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

from app.grading import Case
from app.grading.judge import judge

CASES = Path(__file__).parents[1] / "grading" / "cases"


def main() -> None:
    """Print the figures."""
    rows = [
        json.loads(line) for path in sorted(CASES.glob("*.jsonl")) for line in path.open(encoding="utf-8")
    ]
    cases = [Case(gold=row["gold"], answer=row["answer"], kind=row.get("kind")) for row in rows]
    cold = timed(cases)
    warm = timed(cases)
    for name, seconds in (("first pass", cold), ("second pass", warm)):
        ordered = sorted(seconds)
        print(
            f"{name}: {len(cases)} cases, {len(cases) / sum(seconds):.0f} a second, "
            f"median {1000 * statistics.median(seconds):.2f} ms, "
            f"99th percentile {1000 * ordered[int(0.99 * len(ordered))]:.1f} ms, "
            f"slowest {1000 * ordered[-1]:.0f} ms"
        )


def timed(cases: list[Case]) -> list[float]:
    """Seconds each case took."""
    seconds = []
    for case in cases:
        start = time.perf_counter()
        judge(case)
        seconds.append(time.perf_counter() - start)
    return seconds


if __name__ == "__main__":
    main()
