"""A vLLM server from its start to its end, with a stand-in for vLLM in real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.backends import BackendUnavailable
from app.backends.vllm import VLLMServer, VLLMSettings
from app.backends.vllm.metrics import Metrics, read_metrics
from app.backends.vllm.server import MODULE
from app.backends.vllm.supervision import Supervised

FAKE = str(Path(__file__).with_name("fake_vllm"))
PATIENCE = 20.0


def settings(tmp_path: Path, mode: str = "", **chosen: object) -> VLLMSettings:
    """A model on the stand-in, which misbehaves as `mode` says."""
    environment = {
        "PYTHONPATH": FAKE,
        "FAKE_VLLM": mode,
        "FAKE_VLLM_PROCESSES": str(tmp_path / "processes"),
    }
    return VLLMSettings.model_validate({"model": "some/weights", "environment": environment, **chosen})


def are_gone(tmp_path: Path) -> bool:
    """Whether the server and the process it started end, within some patience."""
    pids = [int(pid) for pid in (tmp_path / "processes").read_text().split()]
    limit = time.monotonic() + PATIENCE
    while any(is_there(pid) for pid in pids) and time.monotonic() < limit:
        time.sleep(0.05)
    return not any(is_there(pid) for pid in pids)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_server_is_ready_inside_and_gone_after(tmp_path: Path) -> None:
    """It answers with its figures and the longest input, and nothing of it is left at the end."""
    chosen = settings(tmp_path, served_name="tiny", max_model_len=256)
    with VLLMServer(chosen) as server:
        assert server.is_healthy()
        assert server.max_model_len() == 256
        assert server.metrics() == Metrics(5, 7, 5120, 640, 1200, 400, 0.5)
        assert server.log is not None
        assert server.log.exists()
        server.check()
    assert are_gone(tmp_path)
    assert not server.is_healthy()
    server.close()


def test_a_server_that_dies_at_its_start_says_why(tmp_path: Path) -> None:
    """The end of its log is in the error, which comes at once and not after the time-out."""
    with (
        pytest.raises(BackendUnavailable, match="ended with status 1") as died,
        VLLMServer(settings(tmp_path, "dies")),
    ):
        pass
    assert "ValueError: no such weights" in died.value.hint


def test_a_server_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    """After `start_timeout` the error shows what it was doing, and its processes are gone."""
    chosen = settings(tmp_path, "hangs", start_timeout=1)
    with pytest.raises(BackendUnavailable, match="not ready within 1 s") as late, VLLMServer(chosen):
        pass
    assert "for ever" in late.value.hint
    assert are_gone(tmp_path)


def test_a_program_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    """Nothing outlasts the time of grace, nor do the processes that it started."""
    chosen = settings(tmp_path, "stays")
    command = [sys.executable, "-m", MODULE, *chosen.arguments()]
    with (tmp_path / "log").open("wb") as log:
        program = Supervised(command, environment=chosen.variables(), log=log, grace=0.3)
    while "for ever" not in (tmp_path / "log").read_text():
        time.sleep(0.05)
    program.stop()
    program.stop()
    assert program.exit_status == 128 + signal.SIGKILL
    assert are_gone(tmp_path)


def test_a_server_does_not_outlive_a_killed_owner(tmp_path: Path) -> None:
    """SIGKILL of the process that started it, which can tidy nothing, ends the server and its child."""
    program = (
        "import sys, time; from app.backends.vllm import VLLMServer, VLLMSettings\n"
        "with VLLMServer(VLLMSettings.model_validate_json(sys.argv[1])):\n"
        "    print('ready', flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, settings(tmp_path).model_dump_json()],
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "ready\n"
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert are_gone(tmp_path)


def test_a_server_that_ends_later_is_noticed(tmp_path: Path) -> None:
    """A killed server is told with its log, and its figures are an error instead of a guess."""
    with VLLMServer(settings(tmp_path)) as server:
        leader = int((tmp_path / "processes").read_text().split()[0])
        os.kill(leader, signal.SIGKILL)
        assert are_gone(tmp_path)
        with pytest.raises(BackendUnavailable, match=r"ended with status 137|does not answer"):
            server.metrics()


def test_a_running_server_is_used_and_left_alone(tmp_path: Path) -> None:
    """With `base_url` nothing is started, and closing does not stop what another started."""
    with VLLMServer(settings(tmp_path, served_name="tiny")) as owned:
        there = VLLMSettings(model="some/weights", served_name="tiny", base_url=owned.base_url)
        with VLLMServer(there) as server:
            assert server.log is None
            assert server.max_model_len() == 64
        assert owned.is_healthy()
        other = there.model_copy(update={"served_name": "huge"})
        with VLLMServer(other) as server, pytest.raises(BackendUnavailable, match="'huge'") as unknown:
            server.max_model_len()
        assert "It serves tiny" in unknown.value.hint


def test_nobody_at_the_address_is_said(tmp_path: Path) -> None:
    """An address at which nobody answers is an error at once."""
    nobody = VLLMSettings(model="m", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(BackendUnavailable, match=r"127\.0\.0\.1:9"), VLLMServer(nobody):
        pass


def test_without_vllm_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    """For a GPU and without one; a wrong interpreter is told apart."""
    with (
        pytest.raises(BackendUnavailable, match="not installed") as missing,
        VLLMServer(VLLMSettings(model="m")),
    ):
        pass
    assert "pip install vllm" in missing.value.hint
    assert "https://download.pytorch.org/whl/cpu" in missing.value.hint
    nowhere = VLLMSettings(model="m", python=str(tmp_path / "python"))
    with pytest.raises(BackendUnavailable, match="cannot be run"), VLLMServer(nowhere):
        pass


def test_settings_become_the_arguments_of_vllm() -> None:
    """Names of precisions go through as they are, what is not set is left to vLLM, the rest is last."""
    chosen = VLLMSettings(
        model="m",
        dtype="bfloat16",
        quantization="fp8",
        max_num_seqs=64,
        extra_arguments=("--swap-space", "4"),
    )
    assert chosen.arguments() == [
        *("--model", "m", "--served-model-name", "m", "--dtype", "bfloat16", "--quantization", "fp8"),
        *("--max-num-seqs", "64", "--enable-prefix-caching", "--swap-space", "4"),
    ]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"environment": {"HF_TOKEN": "x"}}, "HF_TOKEN"),
        ({"extra_arguments": ["--api-key=x"]}, "VLLM_API_KEY"),
        ({"client": {"temperature": 1}}, "temperature"),
        ({"client": {"colour": "red"}}, "colour"),
        ({"base_url": "http://user@host/v1"}, "base_url"),
    ],
)
def test_settings_that_do_not_fit_are_refused(given: dict[str, object], complaint: str) -> None:
    """Secrets in the environment, settings in the wrong place, and addresses with a name in them."""
    with pytest.raises(ValueError, match=complaint):
        VLLMSettings.model_validate({"model": "m", **given})


def test_figures_that_are_not_there_are_nothing() -> None:
    """A server that tells none of them is one that does nothing."""
    assert read_metrics("# HELP\npython_info 1.0\n") == Metrics(0, 0, 0, 0, 0, 0, 0.0)
