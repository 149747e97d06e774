"""A batch file, written by Plumbline, answered by a real `run_batch`, and graded as a submission."""

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
    exported = ("problems", "export", "tiny-calculus", "--format", "openai-batch", "--model", "tiny")
    plumbline(*exported, "--body", '{"temperature": 0, "max_tokens": 64}', "--out", str(requests))
    lines = [json.loads(line) for line in requests.read_text(encoding="utf-8").splitlines()]
    for line in lines:  # the tiny model knows statements, and no instruction before them
        [message] = line["body"]["messages"]
        message["content"] = message["content"].rpartition("\n\n")[2]
    lines[0]["body"]["messages"][0]["content"] = "x " * 400
    requests.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    settings = VLLMSettings.model_validate(vllm_settings())
    program = [settings.python, "-m", "vllm.entrypoints.openai.run_batch"]
    files = ["-i", str(requests), "-o", str(answers)]
    subprocess.run([*program, *files, *settings.arguments()], env=settings.variables(), check=True)

    answered = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert {line["custom_id"] for line in answered} == {line["custom_id"] for line in lines}
    assert sum(line["error"] is not None for line in answered) == 1
    submitted = ("submit", str(answers), "--problem-set", "tiny-calculus", "--model", "tiny-batch", "--json")
    counts = json.loads(plumbline(*submitted))["counts"]
    assert counts["total"] >= len(problems) - 1
    assert 0.2 < counts["correct"] / counts["total"] < 0.95
