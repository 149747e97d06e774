"""Batch files, a request or a reply a line, as OpenAI's batch API and `vllm run-batch` have them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from app.backends.chat import ChatRequest, Reply, RequestFailed, Usage
from app.backends.errors import BackendError
from app.backends.prices import cost, price_at
from app.backends.wire.bodies import PATHS, Bodies
from app.backends.wire.replies import Garbled, read_answers
from app.backends.wire.settings import OpenAISettings

MOST_LINES = 50_000
MOST_BYTES = 200_000_000
"""What OpenAI takes in one file; vLLM sets no limit."""

LONGEST_LINE = 4_000_000
"""Bytes of one request: more than any context holds."""

LONGEST_REASON = 400

TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("temperature", "top_p", "presence_penalty", "frequency_penalty"), (int, float)),
    **dict.fromkeys(("seed", "max_tokens", "max_completion_tokens", "max_output_tokens"), (int,)),
    **dict.fromkeys(("top_k", "min_tokens", "top_logprobs"), (int,)),
    "stop": (str, list),
    "logprobs": (int, bool),
    "reasoning_effort": (str,),
}
"""What the schema wants of fields that `extra_body` may set: one wrong line ends a whole batch of vLLM."""


class Unwritable(BackendError):
    """A request that would break its batch; the message says which and why."""


class BatchLines:
    """Writes requests to one model as lines, and reads the lines of their replies."""

    def __init__(self, settings: OpenAISettings) -> None:
        self._settings = settings
        self._bodies = Bodies(settings)
        self.url = "/v1" + PATHS[settings.api]
        """Where the requests go; a batch has one."""

    def write(self, custom_id: str, request: ChatRequest) -> bytes:
        """The line of a request, with its line end; the body is what would be sent. Raises Unwritable."""
        body = self._bodies.body(request)
        for name, types in TYPES.items():
            value = body.get(name)
            if value is not None and (not isinstance(value, types) or _is_bool(value, types)):
                wanted = " or ".join(each.__name__ for each in types)
                raise Unwritable(
                    f"{name} is {value!r}, not {wanted}, and servers would refuse the whole batch for it. "
                    "Correct the settings of the model."
                )
        entry = {"custom_id": custom_id, "method": "POST", "url": self.url, "body": body}
        try:
            line = json.dumps(entry, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"
        except ValueError:
            raise Unwritable(
                "A setting of the model is NaN or infinite, which is no JSON. Correct it in extra_body."
            ) from None
        if len(line) > LONGEST_LINE:
            raise Unwritable(f"The request {custom_id} has {len(line):,} bytes, above {LONGEST_LINE:,}.")
        return line

    def read(self, line: bytes) -> tuple[str, Reply | RequestFailed]:
        """The `custom_id` of a line and what became of its request; raises Garbled where it says neither.

        The cost is by the price of today.
        """
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            cut = "" if line.endswith(b"\n") else ", and the file ends in the middle of it"
            raise Garbled(f"not JSON{cut}: {line[:80]!r}") from None
        if not isinstance(entry, dict):
            raise Garbled(f"a JSON {type(entry).__name__}, not an object")
        custom_id = entry.get("custom_id")
        if not isinstance(custom_id, str) or not custom_id:
            raise Garbled("it has no custom_id")
        try:
            return custom_id, self._reply(entry)
        except RequestFailed as failed:
            return custom_id, failed

    def _reply(self, entry: dict[str, Any]) -> Reply:
        response = entry.get("response")
        answered: dict[str, Any] = response if isinstance(response, dict) else {}
        status, body = answered.get("status_code", 200), answered.get("body")
        if entry.get("error") is not None or status != 200 or not answered:
            said = _message(entry.get("error")) or _message(body) or "no response and no reason"
            at = "" if status == 200 else f"HTTP {status}: "
            raise RequestFailed(f"{at}{said}"[:LONGEST_REASON], _kind(status), spent=Usage(0, 0, 0.0))
        try:
            answers = read_answers(json.dumps(body).encode(), self._settings.api)
        except Garbled as error:
            raise RequestFailed(
                f"The server's answer cannot be read: {error}"[:LONGEST_REASON], "malformed"
            ) from None
        price = price_at(self._settings.prices, datetime.now(UTC).date())
        paid = cost(price, answers.prompt_tokens, answers.completion_tokens, answers.cached_tokens)
        return Reply(answers.draws[:1], Usage(answers.prompt_tokens, answers.completion_tokens, paid), 0.0)


def parted(lines: Iterable[bytes], most_lines: int, most_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Each line with the number, from 0, of the file that it goes to, so that no file is above its limits."""
    part = count = size = 0
    for line in lines:
        if count and (count == most_lines or size + len(line) > most_bytes):
            part, count, size = part + 1, 0, 0
        count += 1
        size += len(line)
        yield part, line


def _is_bool(value: Any, types: tuple[type, ...]) -> bool:
    """Whether it is a truth value where a number is wanted, which Python takes for one."""
    return isinstance(value, bool) and bool not in types


def _kind(status: Any) -> str:
    if status == 429:
        return "rate limit"
    return "server" if isinstance(status, int) and status >= 500 else "refused"


def _message(fault: Any) -> str | None:
    """The message in an error: a text, or an object that has one or holds another error."""
    if isinstance(fault, dict):
        return _message(fault.get("error")) or _message(fault.get("message"))
    return fault if isinstance(fault, str) and fault else None
