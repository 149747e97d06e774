"""The plain strategy: the question as it stands, one draw an answer."""

from __future__ import annotations

from collections.abc import Sequence

from app.backends.base import Completion, Prompt, Terms
from app.backends.chat import ChatModel, ChatRequest, Message, RequestFailed
from app.backends.strategies.base import completions_of, failures_of


async def alone(model: ChatModel, prompts: Sequence[Prompt], terms: Terms) -> Sequence[Completion]:
    """Ask once for all of `prompts`, repetitions of one text that follow each other by number."""
    first = prompts[0]
    request = ChatRequest((Message("user", first.text),), len(prompts), first.repetition)
    try:
        return completions_of(prompts, await model.ask(request))
    except RequestFailed as failed:
        return failures_of(prompts, failed)
