"""Lines of batch files: what is written fits the schema, what is read is an answer or a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.chat import ChatRequest, Message, Reply, RequestFailed
from app.backends.wire import OpenAISettings
from app.backends.wire.batch_lines import LONGEST_LINE, BatchLines, Unwritable
from app.backends.wire.replies import Garbled

URLS = {"chat": "/v1/chat/completions", "completions": "/v1/completions", "responses": "/v1/responses"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


def _lines(**settings: Any) -> BatchLines:
    return BatchLines(OpenAISettings(base_url="http://localhost:1/v1", model="m", **settings))


def _request(text: str) -> ChatRequest:
    return ChatRequest((Message("user", text),))


@pytest.mark.parametrize("api", URLS)
def test_a_line_names_where_its_protocol_is_spoken(api: str) -> None:
    """With /v1, as batch APIs want it, whatever the base URL ends in."""
    entry = json.loads(_lines(api=api).write("a", _request("1+1")))
    assert (entry["custom_id"], entry["method"], entry["url"]) == ("a", "POST", URLS[api])
    assert entry["body"]["model"] == "m"


@given(text=st.text(st.characters()))
def test_a_line_is_one_line_of_valid_json(text: str) -> None:
    """Also of a text with line ends, NUL, or half a surrogate pair."""
    line = _lines().write("a", _request(text))
    assert line.count(b"\n") == 1
    said = json.loads(line)["body"]["messages"][0]["content"]
    assert said == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"temperature": "hot"}, "temperature"),
        ({"top_k": True}, "top_k"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"stop": 3}, "stop"),
        ({"repetition_penalty": float("nan")}, "NaN"),
    ],
)
def test_what_would_break_the_batch_is_refused(body: dict[str, Any], named: str) -> None:
    """The setting is named before anything is sent."""
    with pytest.raises(Unwritable, match=named):
        _lines(extra_body=body).write("a", _request("1+1"))


def test_a_line_that_is_too_long_is_refused() -> None:
    """It is named by its sample."""
    with pytest.raises(Unwritable, match="smp_1"):
        _lines().write("smp_1", _request("x" * LONGEST_LINE))


def test_an_answer_of_the_responses_api_is_read() -> None:
    """By the protocol of the model, with its own names for tokens."""
    output = [{"type": "message", "content": [{"type": "output_text", "text": "4"}]}]
    body = {"output": output, "usage": {"input_tokens": 3, "output_tokens": 2}}
    line = json.dumps({"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None})
    custom_id, reply = _lines(api="responses").read(line.encode())
    assert isinstance(reply, Reply)
    assert (custom_id, reply.draws[0].text) == ("a", "4")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (3, 2)


@given(response=JSON, error=JSON)
def test_whatever_a_server_writes_is_an_answer_or_a_reason(response: Any, error: Any) -> None:
    """Nothing else is raised, and a reason is never empty."""
    custom_id, outcome = _lines().read(
        json.dumps({"custom_id": "a", "response": response, "error": error}).encode()
    )
    assert custom_id == "a"
    assert isinstance(outcome, Reply) or (isinstance(outcome, RequestFailed) and outcome.reason)


@given(line=st.binary() | JSON.map(json.dumps).map(str.encode))
def test_a_line_that_is_no_reply_is_garbled(line: bytes) -> None:
    """Any bytes but an object with a custom_id."""
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if isinstance(entry, dict) and entry.get("custom_id"):
        return
    with pytest.raises(Garbled):
        _lines().read(line)
