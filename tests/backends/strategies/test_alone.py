"""The plain strategy, and how the cost of a request is divided among its completions."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends import Prompt
from app.backends.base import NO_TERMS
from app.backends.chat import ChatRequest, Draw, Message, Reply, RequestFailed, Usage
from app.backends.scripted import ScriptedModel
from app.backends.strategies.alone import alone
from app.backends.strategies.base import completions_of, failures_of, shares

counts = st.none() | st.integers(0, 10**9)
costs = st.none() | st.floats(0, 1e6, allow_subnormal=False)


def prompts(count: int, first: int = 0) -> list[Prompt]:
    return [Prompt(f"s{n}", "What is it?", None, repetition=first + n) for n in range(count)]


def total(usages: list[Usage]) -> Usage:
    """The sum, one after the other from the first."""
    result = usages[0]
    for usage in usages[1:]:
        result += usage
    return result


@given(counts, counts, costs, st.integers(1, 300))
def test_shares_add_up_to_the_last_bit(
    prompt: int | None, completion: int | None, cost: float | None, parts: int
) -> None:
    """Tokens and money of a request are those of its completions, no more and no less, none below 0."""
    usage = Usage(prompt, completion, cost)
    split = list(shares(usage, parts))
    assert len(split) == parts
    assert total(split) == usage
    assert all(share.prompt_tokens is None or share.prompt_tokens >= 0 for share in split)
    tokens = [share.completion_tokens for share in split if share.completion_tokens is not None]
    assert not tokens or max(tokens) - min(tokens) <= 1


def test_one_request_draws_all_repetitions_of_a_text() -> None:
    """Each prompt gets the draw of its own number, and the request is paid once."""
    model = ScriptedModel(lambda request, draw: Draw(f"answer {draw}", "stop", reasoning=f"thought {draw}"))
    done = asyncio.run(alone(model, prompts(3, first=4), NO_TERMS))
    assert [(c.key, c.text, c.reasoning) for c in done] == [
        (f"s{n}", f"answer {n + 4}", f"thought {n + 4}") for n in range(3)
    ]
    assert model.asked == [ChatRequest((Message("user", "What is it?"),), draws=3, first_draw=4)]
    assert sum(c.completion_tokens or 0 for c in done) == 6
    assert sum(c.prompt_tokens or 0 for c in done) == 3


def test_a_failed_request_is_an_error_of_each_prompt_and_costs_what_it_cost() -> None:
    """The completions have no text, the reason, its class, and the cost in parts."""

    def fail(request: ChatRequest, draw: int) -> str:
        raise RequestFailed("HTTP 500: no", "server", seconds=2.0, spent=Usage(5, None, 0.3))

    done = asyncio.run(alone(ScriptedModel(fail), prompts(2), NO_TERMS))
    assert [(c.text, c.error, c.error_kind, c.finish_reason, c.latency) for c in done] == [
        ("", "HTTP 500: no", "server", "error", 2.0)
    ] * 2
    assert [c.prompt_tokens for c in done] == [3, 2]
    assert sum(c.cost or 0 for c in done) == 0.3


def test_missing_draws_are_errors_of_the_last_prompts() -> None:
    """What was drawn is kept; what was not has failed, with what that cost."""
    failed = RequestFailed("too slow", "timeout", finish_reason="timeout", spent=Usage(1, 1, 0.5))
    reply = Reply((Draw("a", "stop"), Draw("b", "length")), Usage(9, 7, 1.0), 1.5, 3, failed)
    done = completions_of(prompts(3), reply)
    assert [(c.text, c.finish_reason) for c in done] == [("a", "stop"), ("b", "length"), ("", "timeout")]
    assert [c.completion_tokens for c in done] == [4, 3, 1]
    assert sum(c.cost or 0 for c in done) == 1.5
    assert done[0].details == {"attempts": 3}


def test_what_is_worth_noting_is_kept_beside_the_text() -> None:
    """Log-probabilities are kept; a plain reply by one request notes nothing."""
    reply = Reply((Draw("a", "stop", logprobs=[-0.5]),), Usage(1, 1, 0.0), 1.0)
    assert completions_of(prompts(1), reply)[0].details == {"logprobs": [-0.5]}
    plain = replace(reply, draws=(Draw("a", "tool_calls"),))
    assert completions_of(prompts(1), plain)[0].details is None
    assert completions_of(prompts(1), plain)[0].finish_reason == "stop"
    assert completions_of(prompts(1), replace(reply, attempts=0))[0].details == {
        "logprobs": [-0.5],
        "attempts": 0,
    }


def test_no_prompts_have_no_completions() -> None:
    """Nothing is divided among nobody."""
    assert failures_of([], RequestFailed("no", "server")) == []


def test_a_broken_promise_of_a_model_is_no_lost_completion() -> None:
    """Fewer draws without a failure are a fault of ours, and told."""
    with pytest.raises(AssertionError):
        completions_of(prompts(2), Reply((Draw("a", "stop"),), Usage(), 0.0))
