"""Isolated workers: what an item does to itself it does to no other, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.isolation import Failure, Isolated, Success
from tests import isolated_calls as calls

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def workers() -> Iterator[Isolated]:
    with Isolated(workers=2, memory_mb=256) as pool:
        yield pool


def run_script(body: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """A Python program of its own, in the root of the repository."""
    code = (
        # a shell starts a job in the background with the interrupt ignored, and so would be the program
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from app.isolation import Isolated\nfrom tests import isolated_calls as calls\n"
        + textwrap.dedent(body)
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=ROOT, env=environment, **options,  # type: ignore[call-overload]
    )  # fmt: skip


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_values_come_in_order(workers: Isolated) -> None:
    """`map` gives the value of each item at its place."""
    assert list(workers.map(calls.square, range(20), 30.0)) == [Success(n * n) for n in range(20)]


FAILURES = [
    (calls.spin, 0, "deadline"),  # Python that never ends
    (calls.giant_power, 7, "deadline"),  # C that never gives the interpreter back
    (calls.sleep, 60, "deadline"),
    (calls.exhaust_memory, 0, "memory"),
    (calls.exhaust_flint, 0, "memory"),  # a C library that aborts
    (calls.leave, 3, "crash"),
    (calls.shoot_self, int(signal.SIGKILL), "crash"),
    (calls.shoot_self, int(signal.SIGSEGV), "crash"),
    (calls.fail, "here", "error"),  # an exception that pickle cannot rebuild
    (calls.unpicklable, 0, "error"),  # a value that cannot travel
    (calls.square, lambda: 1, "error"),  # an item that cannot travel
]


@pytest.mark.parametrize(("function", "item", "kind"), FAILURES)
def test_a_failure_has_its_kind_and_costs_nothing_else(
    workers: Isolated, function: object, item: object, kind: str
) -> None:
    """A hang, a crash, an exhausted memory or an exception is a value; the next item finds a worker."""
    deadline = 0.5 if kind == "deadline" else 30.0
    result = workers.submit(function, item, deadline).result(timeout=60)  # type: ignore[arg-type]
    assert isinstance(result, Failure)
    assert result.kind == kind
    assert result.message
    assert workers.submit(calls.square, 3, 30.0).result(timeout=60) == Success(9)


def test_neighbours_of_a_hang_are_served_meanwhile(workers: Isolated) -> None:
    """Items between failures have their values, in order."""
    names = ["1", "spin", "2", "crash", "3", "memory", "4", "error", "5"]
    results = list(workers.map(calls.misbehave, names, 3.0))
    assert [result.value for result in results if isinstance(result, Success)] == [1, 4, 9, 16, 25]
    assert [r.kind for r in results if isinstance(r, Failure)] == ["deadline", "crash", "memory", "error"]


def test_map_is_lazy_and_bounded(workers: Isolated) -> None:
    """An endless input is taken only a little ahead of what is asked for."""
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = workers.map(calls.square, endless(), 30.0)
    assert [next(results) for _ in range(3)] == [Success(1), Success(4), Success(9)]
    assert taken <= 3 + 2 * 2 + 1


def test_threads_share_workers(workers: Isolated) -> None:
    """Several threads may map at once; each gets its own values."""
    with ThreadPoolExecutor(4) as threads:
        sums = threads.map(
            lambda start: [r.value for r in workers.map(calls.square, range(start, start + 10), 30.0)],  # type: ignore[union-attr]
            range(8),
        )
        assert list(sums) == [[n * n for n in range(start, start + 10)] for start in range(8)]


def test_a_worker_killed_while_idle_is_replaced(workers: Isolated) -> None:
    """The next item finds a new worker, whoever killed the old one."""
    for _ in range(3):
        result = workers.submit(calls.pid, 0, 30.0).result(timeout=60)
        assert isinstance(result, Success)
        os.kill(result.value, signal.SIGKILL)
        assert isinstance(workers.submit(calls.pid, 0, 30.0).result(timeout=60), Success)


def test_functions_of_the_main_module_are_refused() -> None:
    """Workers never import the parent's `__main__`, so its functions cannot be found there."""
    program = run_script(
        """
        def local(item): return item
        with Isolated(1, 256) as pool:
            try:
                pool.submit(local, 1, 1.0)
            except ValueError as error:
                print(error)
        """
    )
    output, errors = program.communicate(timeout=60)
    assert "defined in __main__" in output, errors


def test_closing_kills_what_runs_and_lets_waiters_go() -> None:
    """Close returns although an item would run for a minute, and whoever waits for it gets a Failure."""
    pool = Isolated(workers=1, memory_mb=256)
    running = pool.submit(calls.giant_power, 7, 60.0)
    waiting = pool.submit(calls.square, 2, 60.0)
    time.sleep(0.3)
    pool.close()
    assert running.result(timeout=10) == Failure("crash", "the workers were closed while it ran")
    assert waiting.cancelled()
    with pytest.raises(RuntimeError):
        pool.submit(calls.square, 2, 1.0)
    pool.close()


def test_the_parents_main_script_is_not_run_in_workers(tmp_path: Path) -> None:
    """A console script, whose import is slow or has effects, is run once however many workers start."""
    script = tmp_path / "console"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys
            sys.path.insert(0, {str(ROOT)!r})
            with open({str(tmp_path / "runs")!r}, "a") as runs:
                runs.write("x")
            from app.isolation import Isolated
            from tests import isolated_calls as calls
            if __name__ == "__main__":
                with Isolated(2, 256) as pool:
                    print([result.value for result in pool.map(calls.square, range(4), 30.0)])
            """
        )
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.stdout.strip() == "[0, 1, 4, 9]", done.stderr
    assert (tmp_path / "runs").read_text() == "x"


PRINT_PIDS = """
import sys, time
pool = Isolated(2, 256)
pids = sorted({result.value for result in pool.map(calls.pid, range(40), 30.0)})
spinning = [pool.submit(calls.giant_power, 7, 600.0) for _ in pids]
time.sleep(0.3)
print(*pids, flush=True)
"""


def test_workers_die_with_a_parent_that_is_killed() -> None:
    """Kill -9 of the parent leaves no worker behind, not even one deep in a computation."""
    program = run_script(PRINT_PIDS + "time.sleep(600)\n")
    assert program.stdout is not None
    pids = [int(pid) for pid in program.stdout.readline().split()]
    assert pids
    assert all(map(alive, pids))
    program.kill()
    program.wait(timeout=10)
    for _ in range(100):
        if not any(map(alive, pids)):
            break
        time.sleep(0.1)
    assert not any(map(alive, pids))


def test_the_interrupt_of_a_terminal_ends_the_parent_cleanly() -> None:
    """Ctrl-C, which the terminal sends to the whole group, is handled by the parent alone."""
    program = run_script(
        """
        import time
        pool = Isolated(2, 256)
        with pool:
            pids = {result.value for result in pool.map(calls.pid, range(20), 30.0)}
            spinning = [pool.submit(calls.spin, 0, 600.0) for _ in pids]
            time.sleep(0.3)
            try:
                print(*pids, flush=True)  # from here on the interrupt may come
                time.sleep(600)
            except KeyboardInterrupt:
                value = pool.submit(calls.square, 3, 30.0)
                print("interrupted", flush=True)
        """,
        start_new_session=True,
    )
    assert program.stdout is not None
    pids = [int(pid) for pid in program.stdout.readline().split()]
    try:
        os.killpg(program.pid, signal.SIGINT)
        output, errors = program.communicate(timeout=30)
    finally:
        program.kill()
    assert (output, errors, program.returncode) == ("interrupted\n", "", 0)
    assert not any(map(alive, pids))


def test_a_pool_that_nobody_closed_does_not_keep_the_program_alive() -> None:
    """Forgetting to close costs at most the deadline of what runs."""
    program = run_script("pool = Isolated(1, 256)\nprint(pool.submit(calls.square, 3, 30.0).result())")
    output, errors = program.communicate(timeout=60)
    assert output == "Success(value=9)\n"
    assert errors == ""


@pytest.mark.parametrize(("workers_wanted", "memory"), [(0, 256), (1, 0)])
def test_sizes_are_checked(workers_wanted: int, memory: int) -> None:
    """A pool without workers or memory is refused at once."""
    with pytest.raises(ValueError, match="at least 1"):
        Isolated(workers_wanted, memory)
