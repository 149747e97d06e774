"""What a strategy is, and how replies and failures of a model become completions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from app.backends.base import Completion, Prompt, Terms
from app.backends.chat import ChatModel, ChatRequest, Draw, Reply, RequestFailed, Usage

Answer = Callable[[ChatModel, Sequence[Prompt], Terms], Awaitable[Sequence[Completion]]]
"""A strategy: one completion for each of some prompts, in their order.

The prompts are one alone, or repetitions of one text that follow each other by number. A request that fails
becomes a completion with `error`; what stops everything (Halted, BackendUnavailable) is raised.
"""


def each(solve: Callable[[ChatModel, Prompt, Terms], Awaitable[Completion]]) -> Answer:
    """The strategy that puts each prompt by itself to `solve`."""

    async def answer(model: ChatModel, prompts: Sequence[Prompt], terms: Terms) -> Sequence[Completion]:
        return [await solve(model, prompt, terms) for prompt in prompts]

    return answer


class Account:
    """What the requests for one answer, one after the other, have come to; the model is asked through it."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.usage = Usage()
        self.seconds = 0.0
        self.requests = 0

    async def ask(self, request: ChatRequest) -> Reply:
        """The model's reply; what it cost is counted, also where it failed."""
        self.requests += 1
        try:
            reply = await self._model.ask(request)
        except RequestFailed as failed:
            self.usage += failed.spent
            self.seconds += failed.seconds
            raise
        self.usage += reply.usage if reply.failed is None else reply.usage + reply.failed.spent
        self.seconds += reply.seconds
        return reply

    def answered(self, prompt: Prompt, draw: Draw, details: Mapping[str, Any]) -> Completion:
        """The completion by `draw`, at the price of all requests."""
        return completion_of(prompt, draw, self.usage, self.seconds, details)

    def failed(self, prompt: Prompt, failed: RequestFailed, details: Mapping[str, Any]) -> Completion:
        """The completion without an answer, at the price of all requests."""
        return failure_of(prompt, failed, self.usage, self.seconds, details)


def completion_of(
    prompt: Prompt, draw: Draw, usage: Usage, seconds: float, details: Mapping[str, Any] | None = None
) -> Completion:
    """The completion of `prompt` by `draw`, which cost `usage` and took `seconds`."""
    return Completion(
        prompt.key,
        draw.text,
        "length" if draw.finish_reason == "length" else "stop",
        seconds,
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.cost,
        reasoning=draw.reasoning,
        details=details,
    )


def completions_of(prompts: Sequence[Prompt], reply: Reply) -> list[Completion]:
    """The completions of `prompts` by the draws of one reply, each with its share of what that cost.

    Where draws are missing, the last prompts have failed.
    """
    drawn, missing = prompts[: len(reply.draws)], prompts[len(reply.draws) :]
    completions = [
        completion_of(prompt, draw, usage, reply.seconds, _noted(draw, reply))
        for prompt, draw, usage in zip(drawn, reply.draws, shares(reply.usage, len(drawn)), strict=True)
    ]
    if missing:
        assert reply.failed is not None  # noqa: S101 (as a Reply promises)
        completions += failures_of(missing, reply.failed)
    return completions


def failures_of(prompts: Sequence[Prompt], failed: RequestFailed) -> list[Completion]:
    """The completions of `prompts` whose request failed, each with its share of what that cost."""
    return [
        failure_of(prompt, failed, usage)
        for prompt, usage in zip(prompts, shares(failed.spent, len(prompts)), strict=True)
    ]


def failure_of(
    prompt: Prompt,
    failed: RequestFailed,
    usage: Usage,
    seconds: float | None = None,
    details: Mapping[str, Any] | None = None,
) -> Completion:
    """The completion of `prompt` that `failed` left without an answer; `seconds` are those of that request
    unless they are given.
    """
    return Completion(
        prompt.key,
        "",
        failed.finish_reason,
        failed.seconds if seconds is None else seconds,
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.cost,
        error=failed.reason,
        error_kind=failed.kind,
        details=details,
    )


def shares(usage: Usage, count: int) -> Iterator[Usage]:
    """`usage` in `count` nearly equal parts, whose sum in this order is `usage` again, to the last bit."""
    if count < 2:
        return iter((usage,) * count)
    return map(
        Usage,
        _split_count(usage.prompt_tokens, count),
        _split_count(usage.completion_tokens, count),
        _split_cost(usage.cost, count),
    )


def _split_count(total: int | None, count: int) -> Sequence[int | None]:
    if total is None:
        return (None,) * count
    part, left = divmod(total, count)
    return (part + 1,) * left + (part,) * (count - left)


def _split_cost(total: float | None, count: int) -> Sequence[float | None]:
    """Equal parts and a last one that is the rest: exact, since the rest is at most half of the total
    (Sterbenz's lemma).
    """
    if total is None:
        return (None,) * count
    parts = [total / count] * (count - 1)
    return (*parts, total - sum(parts))


def _noted(draw: Draw, reply: Reply) -> Mapping[str, Any] | None:
    """What is worth keeping beside the text: log-probabilities, and requests that were not one."""
    noted: dict[str, Any] = {}
    if draw.logprobs is not None:
        noted["logprobs"] = draw.logprobs
    if reply.attempts != 1:
        noted["attempts"] = reply.attempts
    return noted or None
