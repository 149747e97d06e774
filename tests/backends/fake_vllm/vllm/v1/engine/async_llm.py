"""An engine whose model answers a question with itself in a box, and a `slow` one late."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.sampling_params import SamplingParams
from vllm.v1.engine.exceptions import EngineDeadError


class AsyncLLM:
    """Answers any number of questions at once; a token is a character."""

    def __init__(self, options: AsyncEngineArgs) -> None:
        print("INFO loading", options.model)  # as vLLM logs, to standard output
        if os.environ.get("FAKE_VLLM") == "dies":
            sys.exit("ValueError: no such weights")
        self.model_config = SimpleNamespace(
            max_model_len=options.max_model_len, get_diff_sampling_param=lambda: {"temperature": 0.6}
        )

    @classmethod
    def from_engine_args(cls, options: AsyncEngineArgs) -> AsyncLLM:
        """The engine."""
        return cls(options)

    def get_tokenizer(self) -> Tokenizer:
        """The tokenizer of the model."""
        return Tokenizer()

    async def generate(
        self, prompt: dict[str, Any], parameters: SamplingParams, number: str
    ) -> AsyncIterator[SimpleNamespace]:
        """The one, final output."""
        if os.environ.get("FAKE_VLLM") == "breaks":
            raise EngineDeadError("EngineCore encountered an issue.")
        question = bytes(prompt["prompt_token_ids"]).decode()
        if "slow" in question:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                print("dropped", question, file=sys.stderr, flush=True)
                raise
        text = f"\\boxed{{{question} {parameters.seed} {parameters.temperature}}}"[: parameters.max_tokens]
        finish = "length" if len(text) == parameters.max_tokens else "stop"
        output = SimpleNamespace(text=text, token_ids=list(text.encode()), finish_reason=finish)
        yield SimpleNamespace(outputs=[output])

    def shutdown(self) -> None:
        """Nothing is held."""


class Tokenizer:
    """A byte is a token, and the chat template is the last message."""

    def apply_chat_template(self, messages: list[dict[str, str]], **options: Any) -> str:
        """The text that the model sees."""
        return messages[-1]["content"]

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        """The tokens of a text."""
        return list(text.encode())
