"""The sandbox: code does mathematics as in a notebook; whatever else it tries harms nobody and is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

import pytest

from app.backends.tools.cage import landlock
from app.backends.tools.cage.limits import Limits
from app.backends.tools.sandbox import LONGEST_CODE, LONGEST_TEXT, Execution, Sandbox

ROOT = Path(__file__).parent.parent.parent
LIMITS = Limits(memory_mb=512, scratch_mb=4, processor_seconds=5, wall_seconds=90.0, output_bytes=100_000)
BRIEF = replace(LIMITS, processor_seconds=1)
HASTY = replace(LIMITS, wall_seconds=1.0)
PATIENCE = 120.0


def held() -> bool:
    """Whether this kernel can hold code at all."""
    try:
        return sys.platform == "linux" and landlock.version() >= 1
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not held(), reason="this kernel has no Landlock")


@pytest.fixture(scope="module", params=[True, False], ids=["namespaces", "no namespaces"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """With all the walls that this machine has, and with those alone that need no namespaces."""
    with Sandbox(LIMITS, at_once=2, namespaces=request.param) as it:
        yield it


def run(sandbox: Sandbox, code: str) -> Execution:
    return sandbox.submit(code).result(PATIENCE)


def still_well(sandbox: Sandbox) -> bool:
    return run(sandbox, "6 * 7").text == "42"


SHOWN = [
    ("1 + 1", "2"),
    ("print('a')\n'b'", "a\n'b'"),
    ("x = 3\nx = x + 1", "[It ran and showed nothing. Print the result, or end with an expression.]"),
    ("from sympy import *\nx = symbols('x')\nintegrate(x*exp(x), x)", "(x - 1)*exp(x)"),
    ("import mpmath\nmpmath.mp.dps = 30\nprint(mpmath.zeta(3))", "1.20205690315959428539973816151"),
    ("import numpy as np\nnp.linalg.det(np.eye(3))", "np.float64(1.0)"),
    ("from scipy.integrate import quad\nround(quad(lambda x: x, 0, 2)[0], 6)", "2.0"),
    ("import scipy.stats\nround(float(scipy.stats.norm.cdf(0)), 6)", "0.5"),
    ("from __future__ import annotations\ndef f(x: Missing): return x\nf(1)", "1"),
    ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nP(2)", "P(x=2)"),
    ("def f(n):\n    return 1 if n == 0 else n * f(n - 1)\n[f(k) for k in range(5)]", "[1, 1, 2, 6, 24]"),
    ("if __name__ == '__main__':\n    print('main')", "main"),
    ("import sys\nprint('to stderr', file=sys.stderr)", "to stderr"),
    ("import sys\nsys.exit()", "[It ran and showed nothing. Print the result, or end with an expression.]"),
    ("len(str(2**40000))", "12042"),
    ("open('notes', 'w').write('kept')\nopen('notes').read()", "'kept'"),
    ("import time\ntime.sleep(0.01)\n'π'", "'π'"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), SHOWN, ids=[code.splitlines()[-1] for code, _ in SHOWN])
def test_code_is_shown_as_in_a_notebook(sandbox: Sandbox, code: str, text: str) -> None:
    """What is printed, and the value of a last expression; libraries for mathematics are there."""
    execution = run(sandbox, code)
    assert (execution.text, execution.outcome) == (text, "finished")
    assert execution.ran
    assert not execution.error


FAILING = [
    ("1/0", "raised", "ZeroDivisionError: division by zero"),
    ("x = 1\ny = x.missing", "raised", "line 2, in <module>\n    y = x.missing"),
    ("def f(:", "not run", "SyntaxError: invalid syntax"),
    ("  1", "not run", "IndentationError"),
    ("\0", "not run", "null bytes"),
    ("", "not run", "[There is no code to run.]"),
    ("# nothing", "not run", "[There is no code to run.]"),
    ("'" * 3 + "\ud800", "not run", "UnicodeEncodeError"),
    ("(" * 1000 + ")" * 1000, "not run", "too many nested parentheses"),
    ("x" * (LONGEST_CODE + 1), "not run", f"longer than {LONGEST_CODE}"),
    ("import sys\nsys.exit('no solution')", "raised", "SystemExit: no solution"),
    ("class E(Exception):\n    def __str__(self): raise E\nraise E", "raised", "E: <exception str() failed>"),
    ("def f(): return f()\nf()", "raised", "RecursionError"),
    ("input('? ')", "raised", "EOFError"),
    ("import resource as r\nr.setrlimit(r.RLIMIT_AS, (-1, -1))", "raised", "not allowed to raise"),
    ("import os\nos._exit(0)", "finished", "[It ran and showed nothing."),
    ("import os\nos._exit(17)", "raised", "[It ended with an error and showed nothing.]"),
    ("import pydantic", "raised", "No module named 'pydantic'"),
    ("import app", "raised", "No module named 'app'"),
    ("import ctypes\nctypes.string_at(0)", "crashed with SIGSEGV", "[The interpreter crashed with SIGSEGV.]"),
    ("import os\nos.abort()", "crashed with SIGABRT", "[The interpreter crashed with SIGABRT.]"),
]


@pytest.mark.parametrize(
    ("code", "outcome", "text"), FAILING, ids=[repr(code[:30]) for code, _, _ in FAILING]
)
def test_a_failure_is_told_as_in_a_notebook(sandbox: Sandbox, code: str, outcome: str, text: str) -> None:
    """Exceptions with the lines that led to them; what cannot begin at all has not run."""
    execution = run(sandbox, code)
    assert execution.outcome == outcome
    assert text in execution.text
    assert "cage" not in execution.text  # no line of ours in a traceback
    assert execution.ran == (outcome != "not run")


REFUSED = {
    "TCP": "import socket\nsocket.create_connection(('127.0.0.1', 80))",
    "UDP": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "IPv6": "import socket\nsocket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
    "Unix socket": "import socket\nsocket.socket(socket.AF_UNIX)",
    "netlink": "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "socket pair": "import socket\nsocket.socketpair()",
    "system call 41": "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    "n = {'x86_64': 41, 'aarch64': 198}[__import__('os').uname().machine]\n"
    "if libc.syscall(n, 2, 1, 0) < 0: raise PermissionError(ctypes.get_errno(), 'socket')",
    "io_uring": "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    "if libc.syscall(425, 8, 0) < 0: raise PermissionError(ctypes.get_errno(), 'io_uring_setup')",
    "passwords": "open('/etc/passwd').read()",
    "hosts": "open('/etc/hostname').read()",
    "listing": "import os\nos.listdir('/')",
    "the repository": f"open({str(ROOT / 'pyproject.toml')!r}).read()",
    "our code": f"open({str(ROOT / 'app' / 'settings.py')!r}).read()",
    "the sandbox's own code": f"open({str(ROOT / 'app/backends/tools/cage/cell.py')!r}).read()",
    "the parent's environment": "import os\nopen(f'/proc/{os.getppid()}/environ').read()",
    "the service's environment": f"open('/proc/{os.getpid()}/environ').read()",
    "memory of the parent": "import os\nopen(f'/proc/{os.getppid()}/mem', 'rb').read()",
    "its own maps": "open('/proc/self/maps').read()",
    "root by descriptor": "import os\nfd = os.open('/', os.O_PATH)\nos.listdir(os.readlink('/'))"
    if False else "import os\nfd = os.open('/etc', os.O_PATH)\nos.open('passwd', os.O_RDONLY, dir_fd=fd)",
    "other scratch folders": "import os\nos.listdir('..')",
    "writing outside": "open('../mine', 'w')",
    "writing in /tmp": f"open('/tmp/plumbline-{os.getpid()}', 'w')",
    "shared memory": f"open('/dev/shm/plumbline-{os.getpid()}', 'w')",
    "writing in the library": "import os\nopen(os.__file__, 'a')",
    "emptying by opening": "import os\nos.open(os.__file__, os.O_RDONLY | os.O_TRUNC)",
    "truncating": "import os\nos.truncate(os.__file__, 0)",
    "mode": "import os\nos.chmod(os.__file__, 0)",
    "owner": "import os\nos.chown('/etc/hosts', 0, 0)",
    "times": "import os\nos.utime(os.__file__)",
    "link": "import os\nos.link(os.__file__, 'link')",
    "symbolic link": "import os\nos.symlink('/etc/passwd', 'link')",
    "folder": "import os\nos.mkdir('folder')",
    "file without a name": "import os\nos.open('.', os.O_TMPFILE | os.O_RDWR)",
    "named pipe": "import os\nos.mkfifo('pipe')",
    "device": "import os\nos.mknod('device', 0o60600, 0)",
    "its own scratch": "import os\nos.rmdir(os.getcwd())",
    "all of the scratch": "import shutil, os\nshutil.rmtree(os.getcwd())",
    "fork": "import os\nos.fork()",
    "fork bomb": "import os\nwhile True: os.fork()",
    "subprocess": "import subprocess\nsubprocess.run(['sh', '-c', 'id'])",
    "shell": "import os\nos.posix_spawn('/bin/sh', ['sh'], {})",
    "exec": "import os\nos.execv('/bin/sh', ['sh'])",
    "multiprocessing": "import multiprocessing\nmultiprocessing.Process(target=print).start()",
    "pool": "import multiprocessing as m\nm.Pool(2)",
    "thread": "import threading\nthreading.Thread(target=print).start()",
    "pool of threads": "from concurrent.futures import *\nThreadPoolExecutor().submit(print)",
    "kill the parent": "import os\nos.kill(os.getppid(), 9)",
    "kill the service": f"import os\nos.kill({os.getpid()}, 9)",
    "kill all": "import os\nos.kill(-1, 9)",
    "kill the group": "import os\nos.killpg(0, 9)",
    "signal by descriptor": "import os, signal\nos.pidfd_open(os.getppid())",
    "signal by ownership": "import fcntl, os\nr, w = os.pipe()\nfcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())",
    "more of the parent's": "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    "another user": "import os\nos.setuid(0)",
    "group of processes": "import os\nos.setsid()",
    "chroot": "import os\nos.chroot('.')",
    "anonymous file": "import os\nos.memfd_create('m')",
    "async": "import asyncio\nasyncio.run(asyncio.sleep(0))",
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_forbidden_is_refused(sandbox: Sandbox, code: str) -> None:
    """Network, files, processes, signals, limits: an exception says so."""
    execution = run(sandbox, code)
    assert execution.outcome in {"raised", "refused"}, execution.text
    assert "[The sandbox forbids this." in execution.text


def test_system_calls_that_python_has_no_word_for_are_refused(sandbox: Sandbox) -> None:
    """ptrace, process memory, namespaces, mounts, keys, BPF, faults, new rules: each fails with EPERM."""
    numbers = [56, 57, 58, 59, 101, 126, 155, 157, 165, 246, 250, 272, 298, 308, 310, 311, 317, 321, 322, 323]
    numbers += [424, 425, 434, 435, 438, 442]
    code = (
        "import ctypes, errno\nlibc = ctypes.CDLL(None, use_errno=True)\nfailed = []\n"
        f"for n in {numbers}:\n"
        "    if libc.syscall(n, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.EPERM: failed.append(n)\n"
        "failed"
    )
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are those of x86_64")
    assert run(sandbox, code).text == "[]"


def test_a_first_statement_that_is_refused_has_not_run(sandbox: Sandbox) -> None:
    """Whether code really ran is known: a refusal at once is no run, one later is."""
    execution = run(sandbox, "open('/etc/passwd')")
    assert (execution.outcome, execution.ran, execution.error) == ("refused", False, True)
    assert run(sandbox, "x = 1\nopen('/etc/passwd')").ran


ENDLESS = {
    "loop": "while True: pass",
    "loop in C": "7 ** 10**9",
    "deaf": "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
    "catches all": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
}


@pytest.mark.parametrize("namespaces", [True, False])
def test_what_computes_without_end_is_stopped(namespaces: bool) -> None:
    """Processor time is limited, whatever the code does with the signal that says so."""
    with Sandbox(BRIEF, at_once=len(ENDLESS), namespaces=namespaces) as sandbox:
        for execution in [future.result(PATIENCE) for future in map(sandbox.submit, ENDLESS.values())]:
            assert (execution.outcome, execution.ran) == ("processor time", True)
            assert execution.text == "[Stopped: it used more than 1 s of processor time.]"
        assert still_well(sandbox)


@pytest.mark.parametrize("code", ["while True: print('again')", "print('x' * 10**7)"])
def test_what_prints_without_end_is_stopped(sandbox: Sandbox, code: str) -> None:
    """What it printed until then is shown, as far as there is room."""
    execution = run(sandbox, code)
    assert (execution.outcome, execution.ran) == ("output", True)
    assert execution.text.endswith("[Stopped: it printed more than 100000 bytes.]")


WAITING = {
    "sleep": "import time\ntime.sleep(1000)",
    "closed output": "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(1000)",
    "pause": "import signal\nsignal.pause()",
    "handles all": "import signal\nfor n in {*range(1, 32)} - {9, 19}: signal.signal(n, print)\n"
    "while True: signal.pause()",
}


@pytest.mark.parametrize("namespaces", [True, False])
def test_what_waits_is_stopped(namespaces: bool) -> None:
    """Time by the clock is limited as well, and one run does not wait for another."""
    with Sandbox(HASTY, at_once=len(WAITING), namespaces=namespaces) as sandbox:
        for execution in [future.result(PATIENCE) for future in map(sandbox.submit, WAITING.values())]:
            assert execution.outcome == "wall time"
            assert execution.text.endswith("[Stopped: it took longer than 1 s.]")


MEMORY = {
    "bytes": "bytearray(2 << 30)",
    "list": "x = [0]\nwhile True: x += x",
    "numpy": "import numpy as np\nnp.ones((100000, 100000))",
    "map": "import mmap\nmmap.mmap(-1, 2 << 30)",
}


@pytest.mark.parametrize("code", MEMORY.values(), ids=MEMORY.keys())
def test_memory_is_limited(sandbox: Sandbox, code: str) -> None:
    """What needs more memory than there is for a run fails with an exception."""
    execution = run(sandbox, code)
    assert execution.outcome == "raised"
    assert "Memory" in execution.text or "Cannot allocate memory" in execution.text
    assert still_well(sandbox)


FILES = {
    "one huge file": "with open('huge', 'wb') as f:\n    while True: f.write(bytes(1 << 16))",
    "many files": "for n in range(10**9):\n    with open(str(n), 'wb') as f: f.write(bytes(1 << 18))",
    "many empty files": "for n in range(10**9): open(str(n), 'w').close()",
    "many open files": "kept = [open(str(n), 'w') for n in range(1000)]",
    "files without a name": "import os\nkept = []\nwhile True:\n    kept.append(open(str(len(kept)), 'wb'))\n"
    "    kept[-1].write(bytes(1 << 20))\n    os.remove(kept[-1].name)",
    "sparse file": "with open('sparse', 'wb') as f: f.truncate(1 << 40)",
}


@pytest.mark.parametrize("code", FILES.values(), ids=FILES.keys())
def test_the_scratch_folder_is_small(sandbox: Sandbox, code: str) -> None:
    """Files that take too much room, too many, or open ones: an exception, or it is killed."""
    execution = run(sandbox, code)
    assert execution.outcome in {"raised", "scratch", "processor time"}, execution.text
    told = ("too large", "No space", "Too many", "its files took", "processor time", "forbids this")
    assert any(reason in execution.text for reason in told)
    assert still_well(sandbox)


ACTS = [
    "os.remove({!r})", "os.rename({!r}, 'mine')", "os.rename('own', {!r})", "os.truncate({!r}, 0)",
    "open({!r}, 'w')", "open({!r}, 'a')", "open({!r})",
]  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_a_file_outside_stays_as_it_is(sandbox: Sandbox, tmp_path: Path, act: str) -> None:
    """It is neither read nor emptied, replaced, moved or removed."""
    outside = tmp_path / "outside"
    outside.write_text("precious")
    execution = run(sandbox, f"import os\nopen('own', 'w').close()\n{act.format(str(outside))}")
    assert execution.outcome == "raised"
    assert "precious" not in execution.text
    assert outside.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [outside]


def test_nothing_is_kept_from_run_to_run(sandbox: Sandbox) -> None:
    """Names, files and changes to libraries are gone with the process."""
    run(sandbox, "import math, sympy\nmath.pi = 3\nsympy.pi = 3\nx = 1\nopen('left', 'w').write('x')")
    shown = run(
        sandbox, "import math, os, sympy\n(math.pi > 3, str(sympy.pi), 'x' in globals(), os.listdir())"
    )
    assert shown.text == "(True, 'pi', False, [])"


def test_the_environment_is_empty(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the service is there, nor in the memory of the process."""
    shown = run(sandbox, "import os\nsorted(os.environ)").text
    assert shown == "['HOME', 'LANG', 'OPENBLAS_NUM_THREADS', 'TMPDIR']"
    monkeypatch.setenv("PLUMBLINE_TEST_SECRET", "swordfish")
    with Sandbox(LIMITS) as fresh:
        code = "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.getenv(b'PLUMBLINE_TEST_SECRET')"
        assert run(fresh, code).text == "0"


def test_the_same_code_draws_the_same_numbers(sandbox: Sandbox) -> None:
    """A logged call can be repeated."""
    code = "import random, numpy as np\n(random.random(), float(np.random.rand()))"
    assert run(sandbox, code).text == run(sandbox, code).text


def test_long_output_loses_its_middle(sandbox: Sandbox) -> None:
    """The beginning and the end are shown, and how much is not."""
    text = run(sandbox, "for n in range(9000): print(n)").text
    assert text.startswith("0\n1\n")
    assert text.endswith("8998\n8999")
    assert "characters left out" in text
    assert len(text) < LONGEST_TEXT + 100


def test_cancelled_code_is_killed(sandbox: Sandbox) -> None:
    """The place of a cancelled run is free at once."""
    endless = [sandbox.submit("import time\ntime.sleep(1000)") for _ in range(2)]
    time.sleep(0.3)
    for future in endless:
        future.cancel()
    assert still_well(sandbox)
    with pytest.raises(CancelledError):
        endless[0].result(PATIENCE)


def test_much_code_and_much_output_at_once_do_not_block(sandbox: Sandbox) -> None:
    """Neither side waits for the other to read first."""
    code = f"x = {'y' * 90_000!r}\nprint(x)"
    futures = [sandbox.submit(code) for _ in range(12)]
    assert all(future.result(PATIENCE).text.startswith("yyy") for future in futures)


def test_closing_answers_all_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that had not ended are answered as not run; the scratch folder and the processes are gone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sandbox = Sandbox(LIMITS)
    assert still_well(sandbox)
    left = [sandbox.submit("import time\ntime.sleep(1000)") for _ in range(4)]
    sandbox.close()
    sandbox.close()
    assert {future.result(PATIENCE).outcome for future in left} == {"broken"}
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError, match="closed"):
        sandbox.submit("1")


def processes_with(mark: str) -> list[int]:
    """The processes that name `mark` on their command line or work in a folder that does."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                places = (entry / "cmdline").read_text() + os.readlink(entry / "cwd")
            except OSError:
                continue
            if mark in places:
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize("namespaces", [True, False])
def test_a_killed_service_leaves_no_process(tmp_path: Path, namespaces: bool) -> None:
    """`kill -9` of the service ends the sandbox and what it runs, whatever that ignores."""
    program = (
        "import tempfile, time\nfrom app.backends.tools.sandbox import Sandbox\n"
        f"tempfile.tempdir = {str(tmp_path)!r}\nsandbox = Sandbox(namespaces={namespaces})\n"
        "future = sandbox.submit('import time\\ntime.sleep(1000)')\n"
        "sandbox.submit('1').result()\nprint('ready', flush=True)\nfuture.result()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == "ready\n"
        assert processes_with(str(tmp_path))
        service.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while (processes_with(str(tmp_path)) or any(tmp_path.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not processes_with(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_with_namespaces_no_other_file_has_a_name(sandbox: Sandbox) -> None:
    """Where the kernel grants them, the code cannot even see which files there are."""
    paths = ["/etc/passwd", "/proc", str(ROOT / "app")]
    shown = run(sandbox, f"import os\n[os.path.exists(path) for path in {paths}]")
    if "[True, True, True]" in shown.text:
        pytest.skip("there are no namespaces")
    assert shown.text == "[False, False, False]"


CONTAINER = """
import struct, sys
from app.backends.errors import BackendUnavailable
from app.backends.tools.cage import kernel, seccomp
from app.backends.tools.sandbox import Sandbox

allow, refuse = (0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050001)
program = [(0x20, 0, 0, 0), (0x15, 0, 1, int(sys.argv[1])), refuse, allow]
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.install(b"".join(struct.pack("=HBBI", *step) for step in program))
with Sandbox() as sandbox:
    try:
        print(sandbox.submit("import os\\nprint(os.path.exists('/proc'))\\nos.fork()").result().text)
    except BackendUnavailable as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (272, "True\n"),  # unshare: no namespaces, as in most containers
        (165, "True\n"),  # mount: namespaces of no use
        (444, "The sandbox for code cannot be closed: RuntimeError: this kernel has no Landlock"),
        (317, "The sandbox for code cannot be closed: RuntimeError: the cage does not hold (broken: "),
    ],
)
def test_a_machine_that_lacks_a_wall(refused: int, told: str) -> None:
    """Without namespaces the other walls hold; without those nothing is run, and the reason is told."""
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are those of x86_64")
    shown = subprocess.run(
        [sys.executable, "-c", CONTAINER, str(refused)], cwd=ROOT, capture_output=True, text=True
    )
    assert shown.stdout.startswith(told), shown.stderr
    assert "[The sandbox forbids this." in shown.stdout or "leave the tool `python` out" in shown.stdout


def test_a_lost_program_is_started_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the program itself is killed, what ran is answered, and the next run finds another."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox(LIMITS) as sandbox:
        future = sandbox.submit("import time\ntime.sleep(1000)")
        assert still_well(sandbox)
        for pid in processes_with(str(tmp_path)):
            os.kill(pid, signal.SIGKILL)
        assert future.result(PATIENCE).error
        assert still_well(sandbox)
