"""A real vLLM server, asked over HTTP by a whole run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from app.backends import ModelSpec, Prompt, open_backend
from app.backends.vllm import VLLMServer

Command = Callable[..., str]


def test_a_run_over_http_has_a_score_that_is_neither_nothing_nor_all(
    server: VLLMServer, plumbline: Command, problems: list[dict[str, str]]
) -> None:
    """The tiny model answers problems it never saw, every sample is graded, the server counts along."""
    settings = ("temperature=0", "max_tokens=64", "concurrency=64")
    given = [word for setting in settings for word in ("--set", setting)]
    plumbline("models", "add", "tiny", "--base-url", server.base_url, *given)
    before = server.metrics()
    run = json.loads(
        plumbline("run", "--model", "tiny", "--problem-set", "tiny-calculus", "--prompt", "plain", "--json")
    )
    counts, after = run["counts"], server.metrics()
    assert run["status"] == "completed"
    assert counts["total"] == len(problems)
    assert counts["correct"] + counts["incorrect"] == counts["total"]
    assert 0.2 < counts["correct"] / counts["total"] < 0.95
    assert after.generation_tokens - before.generation_tokens > 5 * len(problems)
    assert (after.running, after.waiting) == (0, 0)


def test_the_server_says_what_it_takes(server: VLLMServer) -> None:
    """Health, figures and the longest input are read from a real server as from the stand-in."""
    assert server.is_healthy()
    assert server.max_model_len() == 256
    assert server.metrics().prefix_cache_queries >= 0


def test_a_prompt_that_is_too_long_fails_alone(
    server: VLLMServer, vllm_settings: Callable[..., dict[str, Any]]
) -> None:
    """The server's refusal is that prompt's error; the other is answered."""
    spec = ModelSpec("tiny", "vllm", vllm_settings(base_url=server.base_url))
    backend = open_backend(spec, workers=1, memory_mb=256)
    prompts = [
        Prompt("long", "x " * 400, None),
        Prompt("short", "Differentiate $x^2$ with respect to $x$.", None),
    ]
    done = {completion.key: completion for completion in backend.complete(prompts)}
    backend.close()
    assert done["long"].error_kind == "refused"
    assert "256" in (done["long"].error or "")
    assert "\\boxed{" in done["short"].text
