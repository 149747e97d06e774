"""How a served model is asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from app.backends.base import BackendSettings
from app.backends.errors import BackendUnavailable
from app.backends.prices import PriceTable

RESERVED = {"model", "messages", "prompt", "input", "stream", "n", "tools"}
"""What `extra_body` may not say, since it is the question itself or changes how the reply is read."""


class OpenAISettings(BackendSettings):
    """How a served model is asked.

    `api` is the protocol: chat completions, plain completions, or the Responses API. `timeout` in seconds is
    for one request; one that timed out was sent and may have been paid for, so it is repeated only as often
    as `timeout_retries` says, and one whose answer cannot be read as `unreadable_retries` says.
    `draws_per_request` above 1 asks for several draws at once (`n`), where the server has that. `seed` plus
    the number of the draw is sent as the request's seed. `api_key_env` names the environment variable that
    holds the key. `prices` are in US dollars per million tokens, with the day since which they hold;
    `input_price` and `output_price` are prices that always held. `extra_body` is passed on as it is (for
    instance `{"chat_template_kwargs": {…}}`). The run pauses when nothing has succeeded for `patience`
    seconds, or `failures_in_a_row` requests have failed for good.
    """

    base_url: str = Field(pattern=r"^https?://[^\s@]+$")
    model: str = Field(min_length=1)
    api: Literal["chat", "completions", "responses"] = "chat"
    api_key_env: str | None = Field(None, pattern="^[A-Z][A-Z0-9_]*$")
    system: str | None = None
    temperature: float | None = Field(None, ge=0)
    top_p: float | None = Field(None, gt=0, le=1)
    max_tokens: int | None = Field(None, ge=1)
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    stop: tuple[str, ...] = ()
    seed: int | None = None
    reasoning_effort: str | None = None
    logprobs: int | None = Field(None, ge=0, le=20)
    draws_per_request: int = Field(1, ge=1, le=128)
    timeout: float = Field(600.0, gt=0)
    timeout_retries: int = Field(0, ge=0, le=20)
    unreadable_retries: int = Field(2, ge=0, le=20)
    max_retries: int = Field(5, ge=0, le=100)
    first_back_off: float = Field(0.5, ge=0)
    patience: float = Field(120.0, gt=0)
    failures_in_a_row: int = Field(25, ge=1)
    concurrency: int = Field(8, ge=1, le=4096)
    requests_per_minute: float | None = Field(None, gt=0)
    tokens_per_minute: float | None = Field(None, gt=0)
    prices: PriceTable = ()
    extra_body: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _price_since_ever(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not {"input_price", "output_price"} & set(given):
            return given
        settings = dict(given)
        always = {"input": settings.pop("input_price", None), "output": settings.pop("output_price", None)}
        if "prices" in settings or None in always.values():
            raise ValueError("give input_price and output_price together, or else prices")
        return settings | {"prices": [{"since": date.min, **always}]}

    @field_validator("extra_body")
    @classmethod
    def _leaves_the_question_alone(cls, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if taken := sorted(RESERVED & set(body)):
            raise ValueError(f"may not set {', '.join(taken)}")
        return body

    def key(self) -> SecretStr:
        """The key, from its environment variable; empty without one. Raises BackendUnavailable."""
        if self.api_key_env is None:
            return SecretStr("")
        value = os.environ.get(self.api_key_env, "").strip()
        if not value:
            raise BackendUnavailable(
                f"The environment variable {self.api_key_env} is not set",
                f"Export {self.api_key_env} with the key of the server.",
            )
        if not value.isascii() or not value.isprintable():
            raise BackendUnavailable(
                f"The key in {self.api_key_env} holds characters that no HTTP header may", "Copy it again."
            )
        return SecretStr(value)
