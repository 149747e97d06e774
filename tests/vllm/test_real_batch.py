"""A run's batch file, answered by a real `run_batch`, and read back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.backends.vllm import VLLMSettings

Command = Callable[..., str]


def test_a_batch_file_is_answered_and_graded_though_a_line_of_it_fails(
    tmp_path: Path,
    plumbline: Command,
    vllm_settings: Callable[..., dict[str, Any]],
    problems: list[dict[str, str]],
) -> None:
    """Every line comes back; the one that is too long fails by itself, and the score is as in a run."""
    requests, answers = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl"
    given = vllm_settings()
    chosen = [word for name, value in given.items() for word in ("--set", f"{name}={json.dumps(value)}")]
    plumbline("models", "add", "tiny-batch", "--backend", "vllm", *chosen)
    asked = ("--model", "tiny-batch", "--problem-set", "tiny-calculus", "--prompt", "plain")
    run_id = plumbline("batch", "write", *asked, "--out", str(requests)).splitlines()[-1].split()[0]
    lines = [json.loads(line) for line in requests.read_text(encoding="utf-8").splitlines()]
    lines[0]["body"]["messages"][0]["content"] = "x " * 400
    requests.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    settings = VLLMSettings.model_validate(given)
    program = [settings.python, "-m", "vllm.entrypoints.openai.run_batch"]
    files = ["-i", str(requests), "-o", str(answers)]
    subprocess.run([*program, *files, *settings.arguments()], env=settings.variables(), check=True)

    run = json.loads(plumbline("batch", "read", run_id, str(answers), "--keep-failed", "--json"))
    counts = run["counts"]
    assert (run["status"], counts["total"], counts["failed"]) == ("completed", len(problems), 1)
    assert 0.2 < counts["correct"] / counts["graded"] < 0.95
