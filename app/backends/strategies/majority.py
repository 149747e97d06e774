"""Self-consistency: the answer that is drawn most often, up to equal mathematics.

Source: X. Wang et al., "Self-Consistency Improves Chain of Thought Reasoning in Language Models", 2023.
"""

from __future__ import annotations

from typing import Any

from app.backends.base import Completion, Prompt, Terms
from app.backends.chat import ChatModel, ChatRequest, Message, RequestFailed
from app.backends.strategies.base import Account
from app.backends.strategies.votes import Choose


class Several:
    """Draws `k` answers to each question, with one request where the server can, and has one chosen."""

    def __init__(self, name: str, k: int, temperature: float | None, choose: Choose) -> None:
        self._name = name
        self._k = k
        self._temperature = temperature
        self._choose = choose

    async def __call__(self, model: ChatModel, prompt: Prompt, terms: Terms) -> Completion:
        account = Account(model)
        details: dict[str, Any] = {"strategy": self._name}
        try:
            reply = await account.ask(several(prompt, prompt.text, self._k, self._temperature))
        except RequestFailed as failed:
            return account.failed(prompt, failed, details)
        choice = await self._choose(reply.draws, prompt, terms)
        if reply.failed is not None:
            details["failed"] = self._k - len(reply.draws)
        details |= {**choice.details, "chosen": choice.place}
        return account.answered(prompt, reply.draws[choice.place], details)


def several(prompt: Prompt, text: str, k: int, temperature: float | None) -> ChatRequest:
    """The request for `k` answers to `text`, numbered so that repetitions of a prompt share no draw."""
    return ChatRequest((Message("user", text),), k, prompt.repetition * k, temperature=temperature)
