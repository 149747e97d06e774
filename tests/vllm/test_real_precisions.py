"""One model at two precisions, each served, compared problem by problem."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.backends.vllm import VLLMServer

Command = Callable[..., str]


def test_two_precisions_are_compared_on_the_same_problems(
    tmp_path: Path,
    server: VLLMServer,
    plumbline: Command,
    vllm_settings: Callable[..., dict[str, Any]],
    problems: list[dict[str, str]],
) -> None:
    """Single precision and eight bits: how many answers changed, and an interval of the difference."""
    rungs = {"float32": vllm_settings(base_url=server.base_url), "int8": vllm_settings("int8", "bfloat16")}
    ladder = tmp_path / "ladder.toml"
    ladder.write_text(declared("tiny-ladder", rungs), encoding="utf-8")
    plumbline("models", "ladder", "add", str(ladder))
    where = ("tiny-ladder", "--problem-set", "tiny-calculus")
    plumbline("models", "ladder", "run", *where, "--prompt", "plain")
    report = json.loads(plumbline("models", "ladder", "show", *where, "--json"))
    [baseline, eight_bits] = report["rungs"]
    assert baseline["step"] is None
    comparison = eight_bits["step"]["comparison"]
    difference = comparison["difference"]
    assert difference["pairs"] == len(problems)
    assert difference["low"] <= difference["mean"] <= difference["high"]
    assert abs(difference["mean"]) < 0.2
    assert comparison["lost"] + comparison["gained"] < len(problems) / 3
    assert report["findings"]


def declared(name: str, rungs: dict[str, dict[str, Any]]) -> str:
    """A ladder in TOML; JSON texts, numbers, flags and lists are TOML too."""
    lines = [f'name = "{name}"', 'backend = "vllm"']
    for label, settings in rungs.items():
        tables = {key: value for key, value in settings.items() if isinstance(value, dict)}
        plain = {key: value for key, value in settings.items() if key not in tables}
        lines += ["[[rungs]]", f'label = "{label}"', "[rungs.settings]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
        for key, table in tables.items():
            lines += [f"[rungs.settings.{key}]", *(f"{k} = {json.dumps(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"
