"""`plumbline models serve`, the installed command, with a stand-in for vLLM."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live import PLUMBLINE, ROOT, environment, plumbline

FAKE = str(ROOT / "tests/backends/fake_vllm")


def with_vllm(folder: Path) -> dict[str, str]:
    """An environment with the stand-in, which notes its processes in `folder`."""
    noted = {"PYTHONPATH": FAKE, "FAKE_VLLM_PROCESSES": str(folder / "processes")}
    return {**environment(folder), **noted}


@contextmanager
def running(command: list[str | Path], variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A command that is killed if the test fails before it has ended."""
    process = subprocess.Popen(
        command, env=variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def test_a_registered_model_is_served_until_ctrl_c(tmp_path: Path) -> None:
    """The address is printed once the server answers, another command can watch it, and Ctrl-C stops it."""
    variables = with_vllm(tmp_path)
    assert plumbline(variables, "db", "upgrade").returncode == 0
    added = plumbline(variables, "models", "add", "tiny", "--backend", "vllm", "--set", "model=some/weights")
    assert added.returncode == 0, added.stderr
    command = [PLUMBLINE, "models", "serve", "tiny", "--", "--max-model-len", "99"]
    with running(command, variables) as served:
        assert served.stdout is not None
        assert served.stderr is not None
        address = served.stdout.readline().strip()
        assert address, served.stderr.read()
        with urllib.request.urlopen(f"{address}/models") as reply:  # noqa: S310 (loopback)
            assert b'"tiny", "max_model_len": 99' in reply.read()
        with running([PLUMBLINE, "models", "serve", "tiny", "--url", address], variables) as looked:
            assert looked.stderr is not None
            assert "knows the model as tiny" in looked.stderr.readline()
            looked.send_signal(signal.SIGTERM)
        assert looked.returncode == 0
        served.send_signal(signal.SIGINT)
        assert "99 tokens" in served.stderr.read()
    assert served.returncode == 0
    processes = [int(pid) for pid in (tmp_path / "processes").read_text().split()]
    limit = time.monotonic() + 20
    while any(os.path.exists(f"/proc/{pid}") for pid in processes) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in processes)


def test_a_model_that_vllm_does_not_serve_is_told(tmp_path: Path) -> None:
    """A model of another backend is an error that says what to do instead, and exit code 2."""
    variables = environment(tmp_path)
    assert plumbline(variables, "db", "upgrade").returncode == 0
    assert plumbline(variables, "models", "add", "cas", "--backend", "sympy").returncode == 0
    refused = plumbline(variables, "models", "serve", "cas")
    assert refused.returncode == 2
    assert "--weights" in refused.stderr
