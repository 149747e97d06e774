"""The mock model behaves as told, seen over real sockets."""

from __future__ import annotations

import asyncio
import functools
import json
import socket
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from tests.mock_model import MockModel, number

PROMPTS = [f"What is {i} + {i}?" for i in range(40)]


@pytest.fixture(scope="module")
def running() -> Iterator[MockModel]:
    """One server for all tests of this file."""
    with MockModel() as server:
        yield server


@pytest.fixture
def server(running: MockModel) -> MockModel:
    """The server with nothing counted and nothing set."""
    running.set(
        latency=0, jitter=0, faults={}, at_most=0, retry_after_date=False, tool_turns=[], answers="",
        reply_characters=0, slow_seconds=0.05,
    )  # fmt: skip
    running.clear()
    return running


def chat(prompt: str, **more: Any) -> dict[str, Any]:
    """The body of a chat request."""
    return {"model": "mock", "messages": [{"role": "user", "content": prompt}], **more}


def post(server: MockModel, body: dict[str, Any], page: str = "chat/completions") -> httpx.Response:
    """Ask once."""
    return client().post(f"{server.url}/{page}", json=body)


@functools.cache
def client() -> httpx.Client:
    """One client, since each new one reads all certificates."""
    return httpx.Client(timeout=10)


def outcomes(server: MockModel, prompts: list[str], timeout: float = 5.0) -> list[str]:
    """Each prompt's reply at once: a text, a status, or the name of the error."""

    async def one(session: aiohttp.ClientSession, prompt: str) -> str:
        try:
            async with session.post(f"{server.url}/chat/completions", json=chat(prompt)) as reply:
                if reply.status != 200:
                    return str(reply.status)
                return json.loads(await reply.read())["choices"][0]["message"]["content"]
        except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
            return type(error).__name__

    async def every() -> list[str]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(timeout)) as session:
            return await asyncio.gather(*(one(session, prompt) for prompt in prompts))

    return asyncio.run(every())


def test_the_answer_follows_from_the_prompt(server: MockModel) -> None:
    """Chat, plain completions and responses give the same prompt the same box, with its tokens counted."""
    prompt = "What is 1 + 1?"
    chatted = post(server, chat(prompt)).json()
    plain = post(server, {"model": "mock", "prompt": prompt}, "completions").json()
    response = post(server, {"model": "mock", "input": prompt}, "responses").json()
    text = chatted["choices"][0]["message"]["content"]
    assert text == rf"The answer is \boxed{{{number(prompt)}}}."
    assert plain["choices"][0]["text"] == text
    assert response["output"][0]["content"][0]["text"] == text
    assert chatted["usage"] == {"prompt_tokens": 3, "completion_tokens": 6, "total_tokens": 9}
    assert response["usage"] == {"input_tokens": 3, "output_tokens": 6, "total_tokens": 9}
    assert client().get(f"{server.url}/models").json()["data"][0]["id"] == "mock"


def test_several_choices_come_in_one_answer(server: MockModel) -> None:
    """`n` choices are one request and one answer, with the tokens of all."""
    reply = post(server, chat("2 + 2", n=3)).json()
    assert [choice["index"] for choice in reply["choices"]] == [0, 1, 2]
    assert reply["usage"]["completion_tokens"] == 18
    assert server.counts().answered == 1


def test_answers_come_from_a_file(server: MockModel, tmp_path: Path) -> None:
    """A prompt of the file is known again within a longer one, the longest first; the rest gets a number."""
    rows = [{"prompt": "1 + 1", "answer": "two"}, {"prompt": "1 + 1\n+ 1", "answer": "three"}]
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    server.set(answers=str(file), reply_characters=500)
    texts = outcomes(server, ["What is\n1 + 1", "Add up:\n1 + 1\n+ 1\nBox it.", "What is 3?"])
    assert [text.split("The answer is ")[1] for text in texts[:2]] == ["two.", "three."]
    assert str(number("What is 3?")) in texts[2]
    assert all(500 < len(text) < 540 for text in texts)


def test_each_prompt_and_seed_is_counted(server: MockModel) -> None:
    """Counts are kept for each prompt with its seed, and say what was answered more than once."""
    for body in (chat("a"), chat("a", seed=1), chat("a", seed=1), chat("b")):
        post(server, body)
    counts = server.counts(prompts=True)
    assert (counts.received, counts.answered, counts.prompts, counts.duplicates) == (4, 4, 3, 1)
    assert counts.times_answered == {1: 2, 2: 1}
    assert {(asked.prompt, asked.seed): asked.answered for asked in counts.asked}["a", 1] == 2
    assert counts.first_request is not None
    assert counts.last_answer is not None
    assert counts.first_request < counts.last_answer


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_it_fails_with_a_status(server: MockModel, status: int) -> None:
    """A status that is set comes back; nothing counts as answered."""
    server.set(faults={str(status): 1}, retry_after=0.25)
    reply = post(server, chat("a"))
    assert reply.status_code == status
    assert reply.headers.get("retry-after") == ("0.25" if status == 429 else None)
    counts = server.counts()
    assert (counts.received, counts.answered, counts.faults) == (1, 0, {str(status): 1})


def test_it_asks_to_wait_until_a_date(server: MockModel) -> None:
    """Retry-After may be a date, never earlier than the seconds that were set."""
    server.set(faults={"429": 1}, retry_after=60, retry_after_date=True)
    reply = post(server, chat("a"))
    until = parsedate_to_datetime(reply.headers["retry-after"])
    assert until.timestamp() > parsedate_to_datetime(httpx_date(server)).timestamp() + 50


def httpx_date(server: MockModel) -> str:
    """The present moment as a date of HTTP, from a 429 that asks for no wait."""
    server.set(faults={"429": 1}, retry_after=0)
    return post(server, chat("now")).headers["retry-after"]


def test_it_resets_the_connection(server: MockModel) -> None:
    """A reset reaches the client as ECONNRESET, not as an orderly close."""
    server.set(faults={"reset": 1})
    host, port = server.url.removesuffix("/v1").removeprefix("http://").split(":")
    body = json.dumps(chat("a")).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(head.encode() + body)
        with pytest.raises(ConnectionResetError):
            client.recv(100)


def test_it_hangs_until_the_client_goes(server: MockModel) -> None:
    """A request that hangs is never answered, and leaves with its client."""
    server.set(faults={"hang": 1})
    assert outcomes(server, ["a"], timeout=0.6) == ["TimeoutError"]
    server.set(faults={})
    assert outcomes(server, ["b"]) != ["TimeoutError"]
    counts = server.counts()
    assert (counts.answered, counts.in_flight, counts.faults) == (1, 0, {"hang": 1})


def test_it_sends_a_body_that_is_no_completion(server: MockModel) -> None:
    """Malformed bodies come with status 200, of several forms, none of which holds an answer."""
    server.set(faults={"malformed": 1})
    replies = [post(server, chat(prompt)) for prompt in PROMPTS]
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.content for reply in replies}) >= 4
    assert len(set(outcomes(server, PROMPTS)) & set(PROMPTS)) == 0
    assert server.counts().answered == 0


def test_it_truncates_a_body(server: MockModel) -> None:
    """Less is sent than Content-Length says, then the connection closes."""
    server.set(faults={"truncated": 1})
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        post(server, chat("a"))
    assert server.counts().answered == 0


def test_it_counts_tokens_wrongly(server: MockModel) -> None:
    """Usage is negative, absurd, text or missing; the answer is whole and counts."""
    server.set(faults={"usage": 1})
    usages = [post(server, chat(prompt)).json().get("usage") for prompt in PROMPTS]
    seen = {usage and usage["completion_tokens"] for usage in usages}
    assert seen == {-7, 10**15, None, "many"}
    assert server.counts().answered == len(PROMPTS)


def test_a_slow_body_is_whole(server: MockModel) -> None:
    """A slow body comes in pieces and can be read."""
    server.set(faults={"slow": 1})
    assert outcomes(server, ["a"]) == [rf"The answer is \boxed{{{number('a')}}}."]


def test_a_limit_on_requests_at_once(server: MockModel) -> None:
    """Beyond `at_most` requests it answers 429, and these are not counted as received."""
    server.set(at_most=4, latency=0.3)
    replies = outcomes(server, PROMPTS)
    counts = server.counts()
    assert counts.most_in_flight == 4
    assert replies.count("429") == counts.over_limit == len(PROMPTS) - counts.received
    assert counts.over_limit > 0


def test_an_answer_for_a_client_that_has_gone(server: MockModel) -> None:
    """An answer that nobody awaits is abandoned, not answered."""
    server.set(latency=1.0)
    assert outcomes(server, ["a"], timeout=0.6) == ["TimeoutError"]
    assert len(outcomes(server, ["b"])) == 1  # is answered later than the first would have been
    counts = server.counts()
    assert (counts.answered, counts.abandoned) == (1, 1)


def test_faults_follow_from_seed_prompt_and_attempt(server: MockModel) -> None:
    """The same prompts fare the same again, other attempts and other seeds differently."""
    server.set(faults={"500": 0.3, "502": 0.2})
    first = outcomes(server, PROMPTS)
    second = outcomes(server, PROMPTS)
    server.clear()
    assert outcomes(server, PROMPTS) == first
    assert second != first
    server.clear()
    server.set(seed=1)
    assert outcomes(server, PROMPTS) != first
    server.set(seed=0)
    assert {"500", "502"} < set(first)


def test_it_calls_tools_in_turns(server: MockModel) -> None:
    """With tools given, calls come first, several at once or one after another, then the answer."""
    two, one = {"name": "compute", "arguments": {"x": "1+1"}}, {"name": "python", "arguments": "not JSON"}
    server.set(tool_turns=[[two, two], [one]])
    tools = [{"type": "function", "function": {"name": "compute", "parameters": {"type": "object"}}}]
    messages: list[dict[str, Any]] = [{"role": "user", "content": "What is 1 + 1?"}]
    names = []
    for _ in range(2):
        choice = post(server, {"model": "mock", "messages": messages, "tools": tools}).json()["choices"][0]
        assert choice["finish_reason"] == "tool_calls"
        calls = choice["message"]["tool_calls"]
        names.append([call["function"]["name"] for call in calls])
        messages += [choice["message"]]
        messages += [{"role": "tool", "tool_call_id": call["id"], "content": "2"} for call in calls]
    assert names == [["compute", "compute"], ["python"]]
    last = post(server, {"model": "mock", "messages": messages, "tools": tools}).json()["choices"][0]
    assert str(number("What is 1 + 1?")) in last["message"]["content"]
    assert "tool_calls" not in post(server, chat("no tools")).json()["choices"][0]["message"]


def test_it_calls_tools_in_responses(server: MockModel) -> None:
    """The Responses API has its calls in items of their own."""
    call = {"name": "compute", "arguments": {"x": "1+1"}}
    server.set(tool_turns=[[call], [call]])
    tools = [{"type": "function", "name": "compute", "parameters": {"type": "object"}}]
    items: list[dict[str, Any]] = [{"role": "user", "content": "What is 1 + 1?"}]
    for _ in range(2):
        output = post(server, {"model": "mock", "input": items, "tools": tools}, "responses").json()["output"]
        assert [item["type"] for item in output] == ["function_call"]
        items += output
        items += [{"type": "function_call_output", "call_id": output[0]["call_id"], "output": "2"}]
    output = post(server, {"model": "mock", "input": items, "tools": tools}, "responses").json()["output"]
    assert str(number("What is 1 + 1?")) in output[0]["content"][0]["text"]


def test_nonsense_is_refused(server: MockModel) -> None:
    """Unknown settings and faults are refused with their names, and a body that is no request with 400."""
    with pytest.raises(ValueError, match="unknown settings"):
        server.set(speed=3)
    with pytest.raises(ValueError, match="unknown faults"):
        server.set(faults={"flood": 1})
    with pytest.raises(ValueError, match="together at most 1"):
        MockModel(faults={"500": 0.7, "502": 0.7})
    assert client().post(f"{server.url}/chat/completions", content=b"{").status_code == 400
    assert client().get(f"{server.url}/nothing").status_code == 404
