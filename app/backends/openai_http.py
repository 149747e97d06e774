"""Any server that speaks the chat-completions protocol: vLLM, SGLang, Ollama, OpenAI and their like."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import openai
from pydantic import Field, SecretStr, field_validator

from app.backends.base import BackendSettings, Completion, Prompt
from app.backends.errors import BackendUnavailable
from app.backends.limits import BackOff, Pace, in_parallel, retry_after
from app.backends.replies import Garbled, Reply, read_reply

CONNECT_SECONDS = 10.0
CHECK_SECONDS = 15.0
LONGEST_REASON = 400
"""Characters of a server's error message that are kept."""

RETRIED = frozenset({408, 409, 429})
"""Statuses below 500 that say 'not now'; every status from 500 on is retried too."""

NO_KEY = "none"
"""Sent when no key is configured, so that the client never picks up OPENAI_API_KEY for another server."""


class OpenAISettings(BackendSettings):
    """How a served model is asked.

    `timeout` in seconds is for one request; prices are US dollars per million tokens; `api_key_env` names
    the environment variable that holds the key. `seed` plus the repetition is sent as the request's seed.
    `extra_body` is passed on as it is (for instance `{"chat_template_kwargs": {…}}`).
    """

    base_url: str = Field(pattern=r"^https?://[^\s@]+$")
    model: str = Field(min_length=1)
    api_key_env: str | None = Field(None, pattern="^[A-Z][A-Z0-9_]*$")
    system: str | None = None
    temperature: float | None = Field(None, ge=0)
    top_p: float | None = Field(None, gt=0, le=1)
    max_tokens: int | None = Field(None, ge=1)
    seed: int | None = None
    timeout: float = Field(600.0, gt=0)
    max_retries: int = Field(5, ge=0, le=20)
    first_back_off: float = Field(0.5, ge=0)
    concurrency: int = Field(8, ge=1, le=1024)
    requests_per_minute: float | None = Field(None, gt=0)
    input_price: float | None = Field(None, ge=0)
    output_price: float | None = Field(None, ge=0)
    extra_body: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("extra_body")
    @classmethod
    def _leaves_the_question_alone(cls, body: Mapping[str, Any]) -> Mapping[str, Any]:
        taken = sorted({"model", "messages", "stream", "n"} & set(body))
        if taken:
            raise ValueError(f"may not set {', '.join(taken)}")
        return body


class OpenAIHTTP:
    """One served model, asked by threads of which at most `concurrency` have a request in flight."""

    def __init__(self, settings: OpenAISettings) -> None:
        self._settings = settings
        self._key = _key(settings.api_key_env)
        self._client = openai.OpenAI(
            base_url=settings.base_url,
            api_key=self._key.get_secret_value() or NO_KEY,
            max_retries=0,  # ours are spaced over all threads, and know what each status means
        )
        self._back_off = BackOff(settings.max_retries, first=settings.first_back_off)
        self._pace = Pace(settings.requests_per_minute)
        self._stops: set[threading.Event] = set()
        self._checked = False
        self._answered = False

    def __repr__(self) -> str:
        return f"OpenAIHTTP({self._settings.model!r} at {self._settings.base_url})"

    def complete(self, prompts: Sequence[Prompt]) -> Iterator[Completion]:
        if prompts and not self._checked:
            self._check()
        stopped = threading.Event()
        self._stops.add(stopped)
        try:
            yield from in_parallel(
                prompts, lambda prompt: self._complete(prompt, stopped), self._settings.concurrency, stopped
            )
        finally:
            self._stops.discard(stopped)

    def close(self) -> None:
        for stopped in tuple(self._stops):
            stopped.set()
        self._client.close()

    def _check(self) -> None:
        """Asks for the list of models, which costs nothing: is anybody listening, and does the key fit?

        A server without that list is given the benefit of the doubt.
        """
        try:
            self._client.with_options(timeout=CHECK_SECONDS).models.with_raw_response.list()
        except openai.APIConnectionError as error:
            raise self._nobody_listens(error) from None
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise self._refused(error) from None
        except openai.APIError:
            pass  # no such list here, or it is not ready: the first request will tell
        self._checked = True

    def _complete(self, prompt: Prompt, stopped: threading.Event) -> Completion:
        for attempt in range(1, self._settings.max_retries + 2):
            if stopped.wait(self._pace.reserve()):
                return self._failed(prompt, "The backend was closed before this prompt was sent.")
            started = time.monotonic()
            try:
                body = self._send(prompt)
            except openai.APIError as error:
                failure = self._failure(prompt, error, time.monotonic() - started)
                if not _may_pass(error):
                    return failure
                delay = self._back_off.delay(attempt, _wish(error))
                if delay is None:
                    return failure
                if getattr(error, "status_code", None) == 429:
                    self._pace.hold(delay)
                elif stopped.wait(delay):
                    return failure
            else:
                return self._read(prompt, body, time.monotonic() - started)
        return failure

    def _send(self, prompt: Prompt) -> bytes:
        settings = self._settings
        messages: list[Any] = [{"role": "user", "content": prompt.text}]
        if settings.system is not None:
            messages.insert(0, {"role": "system", "content": settings.system})
        chosen = {
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "max_tokens": settings.max_tokens,
            "seed": None if settings.seed is None else settings.seed + prompt.repetition,
        }
        response = self._client.chat.completions.with_raw_response.create(
            model=settings.model,
            messages=messages,
            # All in one body: a server's own settings may then stand beside, or instead of, the usual ones.
            extra_body={**{k: v for k, v in chosen.items() if v is not None}, **settings.extra_body},
            timeout=openai.Timeout(settings.timeout, connect=min(CONNECT_SECONDS, settings.timeout)),
        )
        self._answered = True
        return bytes(response.content)

    def _read(self, prompt: Prompt, body: bytes, latency: float) -> Completion:
        try:
            reply = read_reply(body)
        except Garbled as error:
            return self._failed(prompt, f"The server's answer cannot be read: {error}", latency)
        return Completion(
            key=prompt.key,
            text=reply.text,
            finish_reason=reply.finish_reason,
            latency=latency,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            cost=self._cost(reply),
        )

    def _cost(self, reply: Reply) -> float | None:
        """US dollars by the configured prices; None when a price or a count is not known."""
        settings = self._settings
        if settings.input_price is None or settings.output_price is None:
            return None
        if reply.prompt_tokens is None or reply.completion_tokens is None:
            return None
        spent = settings.input_price * reply.prompt_tokens + settings.output_price * reply.completion_tokens
        return spent / 1e6

    def _failure(self, prompt: Prompt, error: openai.APIError, latency: float) -> Completion:
        """What becomes of a request that failed for good; one that no request can survive is raised."""
        if isinstance(error, (openai.AuthenticationError, openai.NotFoundError)) and not self._answered:
            raise self._refused(error) from None
        if _timed_out(error):
            reason = f"No answer within {self._settings.timeout:g} s; `timeout` sets how long to wait."
            return self._failed(prompt, reason, latency, "timeout")
        if isinstance(error, openai.APIStatusError):
            return self._failed(prompt, f"HTTP {error.status_code}: {self._reason(error)}", latency)
        return self._failed(
            prompt, f"{self._settings.base_url} did not answer: {self._reason(error)}", latency
        )

    def _failed(self, prompt: Prompt, reason: str, latency: float = 0.0, finish: str = "error") -> Completion:
        return Completion(prompt.key, "", finish, latency, error=self._without_key(reason))

    def _nobody_listens(self, error: openai.APIConnectionError) -> BackendUnavailable:
        return BackendUnavailable(
            f"Nobody answers at {self._settings.base_url} ({self._reason(error)})",
            "Start the server, or correct `base_url` (it usually ends in /v1).",
        )

    def _refused(self, error: openai.APIStatusError) -> BackendUnavailable:
        settings = self._settings
        what = f"{settings.base_url} refuses with HTTP {error.status_code}: {self._reason(error)}"
        if error.status_code == 404:
            return BackendUnavailable(
                what, f"Check `base_url` and that it serves the model {settings.model!r}."
            )
        named = settings.api_key_env
        hint = f"Check the key in ${named}." if named else "Name the key's variable in `api_key_env`."
        return BackendUnavailable(what, hint)

    def _reason(self, error: openai.APIError) -> str:
        cause = error.__cause__
        text = (
            f"{error.message} {cause}"
            if isinstance(error, openai.APIConnectionError) and cause
            else error.message
        )
        return self._without_key(re.sub(r"\s+", " ", text))[:LONGEST_REASON].strip()

    def _without_key(self, text: str) -> str:
        """`text` with the key blotted out, for servers that repeat it in their errors."""
        secret = self._key.get_secret_value()
        return text.replace(secret, "***") if secret else text


def _key(variable: str | None) -> SecretStr:
    if variable is None:
        return SecretStr("")
    value = os.environ.get(variable, "").strip()
    if not value:
        raise BackendUnavailable(
            f"The environment variable {variable} is not set",
            f"Export {variable} with the key of the server.",
        )
    if not value.isascii() or not value.isprintable():
        raise BackendUnavailable(
            f"The key in {variable} holds characters that no HTTP header may", "Copy it again."
        )
    return SecretStr(value)


def _timed_out(error: openai.APIError) -> bool:
    """Whether a request was sent and not answered in time: asking again would pay twice for the same."""
    return isinstance(error, openai.APITimeoutError) and "Connect" not in type(error.__cause__).__name__


def _may_pass(error: openai.APIError) -> bool:
    """Whether the same request may succeed a little later."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code in RETRIED or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError) and not _timed_out(error)


def _wish(error: openai.APIError) -> float | None:
    if isinstance(error, openai.APIStatusError):
        return retry_after(error.response.headers.get("retry-after"))
    return None
