"""A real engine in process, compared with the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.backends import Completion, ModelSpec, Prompt, open_backend
from app.backends.vllm import VLLMServer

ALIKE = 0.95
"""The share of greedy answers that must be the same in process as over HTTP: all were, for this model; other
processors and batches may round otherwise."""


def completions(backend: str, settings: dict[str, Any], prompts: list[Prompt]) -> dict[str, Completion]:
    """The completions of these prompts by a backend, by key."""
    opened = open_backend(ModelSpec("tiny", backend, settings), workers=1, memory_mb=256)
    try:
        return {done.key: done for done in opened.complete(prompts)}
    finally:
        opened.close()


def test_the_engine_answers_as_the_server_does(
    server: VLLMServer, vllm_settings: Callable[..., dict[str, Any]], problems: list[dict[str, str]]
) -> None:
    """A whole set as one batch: the same answers and counts of tokens; one that is too long fails alone."""
    prompts = [Prompt(row["id"], row["statement"], None) for row in problems]
    offline = completions("vllm-offline", vllm_settings(), [*prompts, Prompt("long", "x " * 400, None)])
    served = completions("vllm", vllm_settings(base_url=server.base_url), prompts)
    long = offline.pop("long")
    assert long.error_kind == "refused"
    assert "the model takes 256" in (long.error or "")
    assert offline.keys() == served.keys()
    same = [key for key in served if offline[key].text == served[key].text]
    assert len(same) >= ALIKE * len(served)
    assert all(offline[key].prompt_tokens == served[key].prompt_tokens for key in same)
    assert all(offline[key].completion_tokens == served[key].completion_tokens for key in same)


def test_reasoning_is_taken_off_the_answer(vllm_settings: Callable[..., dict[str, Any]]) -> None:
    """With a parser of vLLM's; the tiny model never ends its thinking, so all it writes is reasoning."""
    prompt = Prompt("k", "Differentiate $x^2 + x$ with respect to $x$.", None)
    settings = vllm_settings(reasoning_parser="deepseek_r1")
    [done] = completions("vllm-offline", settings, [prompt]).values()
    assert done.error is None
    assert done.text == ""
    assert "\\boxed{" in (done.reasoning or "")
