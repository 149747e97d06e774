"""A real vLLM, the tiny model, and a Plumbline of their own; `make test-vllm` sets all of it up.

The interpreter that has vLLM is in PLUMBLINE_VLLM_PYTHON; one with vLLM for a GPU does as well. Without it
these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.backends.vllm import VLLMServer, VLLMSettings
from tests.live import PLUMBLINE, ROOT, environment

NAME = "tiny-calculus"
LONGEST_COMMAND = 1800.0
"""Seconds for one command; a start of vLLM is in it, which takes a minute, and several on a busy machine."""


@pytest.fixture(scope="session")
def vllm_python() -> str:
    """The interpreter that has vLLM."""
    given = os.environ.get("PLUMBLINE_VLLM_PYTHON")
    if not given:
        pytest.skip(
            "needs a real vLLM: run `make test-vllm`, or name its interpreter in PLUMBLINE_VLLM_PYTHON"
        )
    return str(Path(given).absolute())


@pytest.fixture(scope="session")
def tiny_model(vllm_python: str) -> Path:
    """The folder of the tiny model: `float32`, `int8`, and `problems.jsonl`; trained unless it is there."""
    made = subprocess.run(
        [vllm_python, "-m", "tests.models.make"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return Path(made.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def vllm_settings(vllm_python: str, tiny_model: Path) -> Callable[..., dict[str, Any]]:
    """The settings of the tiny model in a precision, asked greedily."""

    def settings(weights: str = "float32", dtype: str = "float32", **chosen: Any) -> dict[str, Any]:
        return {
            "model": str(tiny_model / weights),
            "served_name": "tiny",
            "dtype": dtype,
            "max_model_len": 256,
            "enforce_eager": True,
            "python": vllm_python,
            "environment": {"VLLM_CPU_KVCACHE_SPACE": "1"},
            "temperature": 0,
            "max_tokens": 64,
            "concurrency": 64,
            **chosen,
        }

    return settings


@pytest.fixture(scope="session")
def server(vllm_settings: Callable[..., dict[str, Any]]) -> Iterator[VLLMServer]:
    """A server of the tiny model in single precision."""
    with VLLMServer(VLLMSettings.model_validate(vllm_settings())) as started:
        yield started


@pytest.fixture(scope="session")
def problems(tiny_model: Path) -> list[dict[str, str]]:
    """The held-out problems: statement and answer."""
    lines = (tiny_model / "problems.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


Command = Callable[..., str]


@pytest.fixture(scope="session")
def plumbline(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Command:
    """The command, on a database with the held-out problems as the set `tiny-calculus`; gives its output."""
    variables = environment(tmp_path_factory.mktemp("plumbline"))

    def run(*words: str) -> str:
        ended = subprocess.run(
            [PLUMBLINE, *words],
            env=variables,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LONGEST_COMMAND,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    run("db", "upgrade")
    source = str(tiny_model / "problems.jsonl")
    run("problems", "import", "generic", source, "--name", NAME, "--licence", "CC0-1.0", "--publish")
    return run
