"""The HTTP adapter against a real server on loopback, well-behaved and not."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from app.backends import Backend, BackendUnavailable, Completion, ModelSpec, Prompt, open_backend
from app.backends.chat import ChatRequest, Message
from app.backends.wire import OpenAISettings, WireModel
from tests.mock_model import MockModel

from .chat_server import KEY, Behaviour, ChatServer, Reply, completion, failure


def prompts(*texts: str) -> list[Prompt]:
    return [Prompt(f"k{number}", text, None) for number, text in enumerate(texts)]


def opened(server: ChatServer, **settings: Any) -> Backend:
    chosen = {"base_url": server.url, "model": "tiny", "first_back_off": 0.001, "timeout": 5.0, **settings}
    backend = open_backend(ModelSpec("tiny", "openai", chosen), workers=1, memory_mb=256)
    return backend


def ask(behaviour: Behaviour, *texts: str, **settings: Any) -> tuple[list[Completion], ChatServer]:
    with ChatServer(behaviour) as server:
        backend = opened(server, **settings)
        completions = list(backend.complete(prompts(*(texts or ("q",)))))
        backend.close()
    return sorted(completions, key=lambda completion: completion.key), server


def test_settings_reach_the_server_and_usage_becomes_cost() -> None:
    """Sampling settings, the system prompt and the extra body are sent, and prices give dollars."""
    [done], server = ask(
        lambda request, attempt: completion("\\boxed{1}"),
        temperature=0.5,
        max_tokens=77,
        seed=3,
        system="Be brief.",
        extra_body={"top_k": 5},
        input_price=2.0,
        output_price=10.0,
    )
    [sent] = server.requests
    assert sent["model"] == "tiny"
    assert sent["temperature"] == 0.5
    assert sent["max_tokens"] == 77
    assert sent["seed"] == 3
    assert sent["top_k"] == 5
    assert sent["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "q"}]
    assert (done.text, done.finish_reason, done.error) == ("\\boxed{1}", "stop", None)
    assert (done.prompt_tokens, done.completion_tokens) == (12, 30)
    assert done.cost == pytest.approx((12 * 2 + 30 * 10) / 1e6)


def test_a_repetition_has_its_own_seed() -> None:
    """Repetitions of one prompt are drawn with different seeds."""
    with ChatServer() as server:
        backend = opened(server, seed=10, concurrency=1)
        list(backend.complete([Prompt("a", "q", None, repetition=0), Prompt("b", "q", None, repetition=1)]))
    assert [request["seed"] for request in server.requests] == [10, 11]


REASONING = [
    ("beside it, as vLLM sends it", completion("4", reasoning_content="\\boxed{5}"), "4", "stop"),
    ("beside it, as OpenRouter sends it", completion("4", reasoning="\\boxed{5}"), "4", "stop"),
    ("only reasoning, content null", completion(None, reasoning_content="\\boxed{5}"), "", "stop"),
    ("cut off while reasoning", completion(None, "length", reasoning="\\boxed{5}"), "", "length"),
    ("inside the content", completion("<think>\\boxed{5}</think>\n\n\\boxed{4}"), "\\boxed{4}", "stop"),
    ("begun by the chat template", completion("\\boxed{5}</think>\\boxed{4}"), "\\boxed{4}", "stop"),
    ("inside the content, cut off", completion("<think>so \\boxed{5}", "length"), "", "length"),
    (
        "as a part of its own",
        completion([{"type": "thinking", "thinking": "5"}, {"type": "text", "text": "4"}]),  # type: ignore[arg-type]
        "4",
        "stop",
    ),
    ("cut off while answering", completion("\\boxed{1+", "length"), "\\boxed{1+", "length"),
]


@pytest.mark.parametrize(
    ("reply", "text", "finish"), [row[1:] for row in REASONING], ids=[r[0] for r in REASONING]
)
def test_reasoning_is_never_the_answer(reply: Reply, text: str, finish: str) -> None:
    """Wherever a server puts the reasoning, the text is only what the model answered."""
    [done], _ = ask(lambda request, attempt: reply)
    assert (done.text, done.finish_reason, done.error) == (text, finish, None)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_passing_troubles_are_retried(status: int) -> None:
    """A status that says 'not now' is followed by another try, which succeeds."""
    [done], server = ask(
        lambda request, attempt: failure(status, "later") if attempt < 3 else completion("done"),
        max_retries=3,
    )
    assert done.text == "done"
    assert server.attempts["q"] == 3


def test_a_dropped_connection_is_retried() -> None:
    """A connection closed without an answer is tried again."""
    [done], server = ask(lambda request, attempt: Reply(drop=True) if attempt == 1 else completion("done"))
    assert done.text == "done"
    assert server.attempts["q"] == 2


@pytest.mark.parametrize("status", [400, 403, 413, 422])
def test_lasting_troubles_are_not_retried(status: int) -> None:
    """A status that will not change is an error of that prompt alone, in the server's words."""
    [bad, good], server = ask(
        lambda request, attempt: (
            failure(status, "too long") if request["messages"][-1]["content"] == "bad" else completion("done")
        ),
        "bad",
        "good",
    )
    assert bad.text == ""
    assert bad.finish_reason == "error"
    assert bad.error is not None
    assert f"HTTP {status}" in bad.error
    assert "too long" in bad.error
    assert good.text == "done"
    assert server.attempts["bad"] == 1


def test_retries_end() -> None:
    """After the last retry the completion says what the server said, and how it failed."""
    [done], server = ask(lambda request, attempt: failure(503, "overloaded"), max_retries=2)
    assert server.attempts["q"] == 3
    assert done.error is not None
    assert "HTTP 503" in done.error
    assert "overloaded" in done.error


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(form: str) -> None:
    """The next try comes no earlier than the server asked, in seconds or as a date."""
    arrivals: list[float] = []

    def behaviour(request: dict[str, Any], attempt: int) -> Reply:
        arrivals.append(time.monotonic())
        if attempt > 1:
            return completion("done")
        later = (
            "0.4"
            if form == "seconds"
            else format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        )
        return failure(429, "slow down", Retry_After=later)

    [done], _ = ask(behaviour)
    assert done.text == "done"
    assert arrivals[1] - arrivals[0] >= (0.4 if form == "seconds" else 0.9)  # a date has whole seconds


def test_one_waiting_thread_holds_back_all() -> None:
    """After a 429 no other prompt is sent before the time the server named."""
    arrivals: list[tuple[str, float]] = []

    def behaviour(request: dict[str, Any], attempt: int) -> Reply:
        text = request["messages"][-1]["content"]
        arrivals.append((text, time.monotonic()))
        return failure(429, "slow", Retry_After="0.3") if len(arrivals) == 1 else completion(text)

    done, _ = ask(behaviour, "a", "b", "c", concurrency=1)
    assert [completion.text for completion in done] == ["a", "b", "c"]
    assert min(moment for _, moment in arrivals[1:]) - arrivals[0][1] >= 0.3


def test_a_wish_for_an_hour_is_an_error() -> None:
    """A Retry-After far beyond patience ends the prompt instead of the run's evening."""
    [done], server = ask(lambda request, attempt: failure(429, "come back later", Retry_After="3600"))
    assert server.attempts["q"] == 1
    assert done.error is not None
    assert "HTTP 429" in done.error


def test_a_slow_answer_is_a_timeout() -> None:
    """A request that is not answered in time is not paid for twice."""
    [done], server = ask(lambda request, attempt: Reply({}, delay=1.0), timeout=0.2)
    assert (done.text, done.finish_reason) == ("", "timeout")
    assert done.error is not None
    assert "0.2 s" in done.error
    assert server.attempts["q"] == 1


GARBAGE = [
    ("not JSON", Reply(b"<html>busy</html>"), "not JSON"),
    ("empty", Reply(b""), "not JSON"),
    ("a list", Reply([1, 2]), "not an object"),
    ("no choices", Reply({"choices": []}), "no choices"),
    ("null choices", Reply({"choices": None}), "no choices"),
    ("no message", Reply({"choices": [{"finish_reason": "stop"}]}), "no message"),
    ("an error under status 200", Reply({"error": {"message": "provider is down"}}), "provider is down"),
    ("nested beyond reason", Reply(b"[" * 200_000), "not JSON"),
]


@pytest.mark.parametrize(("reply", "said"), [row[1:] for row in GARBAGE], ids=[row[0] for row in GARBAGE])
def test_garbage_is_an_error_of_that_prompt(reply: Reply, said: str) -> None:
    """A body that is no chat completion becomes an error that says why."""
    [done], _ = ask(lambda request, attempt: reply)
    assert done.text == ""
    assert done.finish_reason == "error"
    assert done.error is not None
    assert said in done.error


def test_a_wrong_key_stops_the_backend_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused key makes the backend unavailable before anything is sent; nothing repeats the secret."""
    wrong = "sk-wrong-key-of-somebody"
    monkeypatch.setenv("TINY_KEY", wrong)
    with ChatServer(key=KEY) as server:
        backend = opened(server, api_key_env="TINY_KEY")
        with pytest.raises(BackendUnavailable) as refused:
            list(backend.complete(prompts("q")))
    assert server.requests == []
    assert "401" in refused.value.what
    assert "TINY_KEY" in refused.value.hint
    assert wrong not in f"{refused.value} {backend!r} {vars(backend)}"


def test_a_key_refused_later_is_raised_by_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the list of models does not exist, the first request tells, and its refusal is raised."""
    monkeypatch.setenv("TINY_KEY", "sk-wrong")
    with (
        ChatServer(lambda request, attempt: failure(401, "who?"), lists_models=False) as server,
        pytest.raises(BackendUnavailable, match="who"),
    ):
        list(opened(server, api_key_env="TINY_KEY").complete(prompts("a", "b")))


def test_the_right_key_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is taken from the named variable, and OPENAI_API_KEY never goes to another server."""
    monkeypatch.setenv("TINY_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-you")
    with ChatServer(key=KEY) as server:
        [done] = opened(server, api_key_env="TINY_KEY").complete(prompts("q"))
    assert done.error is None
    with ChatServer() as server:
        [without] = opened(server).complete(prompts("q"))
    assert without.error is None
    assert server.keys == {None}


def test_an_unknown_model_is_named() -> None:
    """A 404 before anything was answered says which model was asked for."""
    with (
        ChatServer(lambda request, attempt: failure(404, "no such model")) as server,
        pytest.raises(BackendUnavailable, match="no such model") as missing,
    ):
        list(opened(server).complete(prompts("q")))
    assert "'tiny'" in missing.value.hint


def test_nobody_listening_is_said_with_the_address() -> None:
    """A refused connection makes the backend unavailable, with the address in the message."""
    with ChatServer() as server:
        backend = opened(server)
    with pytest.raises(BackendUnavailable, match=r"Nobody answers at http://127\.0\.0\.1") as nobody:
        list(backend.complete(prompts("q")))
    assert "/v1" in nobody.value.hint


BAD_SETTINGS = [
    ({}, "base_url"),
    ({"base_url": "ftp://host", "model": "m"}, "base_url"),
    ({"base_url": "http://user:pass@host/v1", "model": "m"}, "base_url"),
    ({"base_url": "http://host/v1", "model": "m", "api_key": "sk-1"}, "api_key"),
    ({"base_url": "http://host/v1", "model": "m", "api_key_env": "sk-pasted-key"}, "api_key_env"),
    ({"base_url": "http://host/v1", "model": "m", "api_key_env": "PLUMBLINE_NO_SUCH_KEY"}, "NO_SUCH_KEY"),
    ({"base_url": "http://host/v1", "model": "m", "temprature": 1}, "temprature"),
    ({"base_url": "http://host/v1", "model": "m", "extra_body": {"messages": []}}, "messages"),
]


@pytest.mark.parametrize(("settings", "named"), BAD_SETTINGS)
def test_wrong_settings_are_refused_by_name(settings: dict[str, Any], named: str) -> None:
    """Settings that do not fit are refused when opening, naming the field and repeating no value."""
    with pytest.raises(BackendUnavailable, match=named) as refused:
        open_backend(ModelSpec("m", "openai", settings), workers=1, memory_mb=256)
    assert "sk-" not in str(refused.value)
    assert "pass@" not in str(refused.value)


def test_concurrency_is_bounded_and_used() -> None:
    """No more requests are in flight than allowed, and as many as allowed."""
    _, server = ask(
        lambda request, attempt: Reply(completion("x").body, delay=0.05), *map(str, range(12)), concurrency=3
    )
    assert server.most_at_once == 3


def test_answers_arrive_as_they_are_ready() -> None:
    """A slow prompt does not hold back a quick one that was asked after it."""
    with ChatServer(
        lambda request, attempt: Reply(completion("x").body, delay=float(_text(request)))
    ) as server:
        keys = [done.key for done in opened(server, concurrency=2).complete(prompts("0.5", "0"))]
    assert keys == ["k1", "k0"]


def test_requests_per_minute_are_kept() -> None:
    """Requests are spaced out evenly over all threads."""
    arrivals: list[float] = []

    def behaviour(request: dict[str, Any], attempt: int) -> Reply:
        arrivals.append(time.monotonic())
        return completion("x")

    ask(behaviour, "a", "b", "c", "d", requests_per_minute=1200, concurrency=4)
    assert max(arrivals) - min(arrivals) >= 0.14


def test_closing_early_sends_nothing_more() -> None:
    """Closing the iterator drops prompts not yet sent, and ends the waiting of those being retried."""
    with ChatServer(
        lambda request, attempt: (
            completion("x") if _text(request) == "0" else failure(503, "later", Retry_After="0.2")
        )
    ) as server:
        backend = opened(server, concurrency=2)
        answers = backend.complete(prompts(*map(str, range(20))))
        next(answers)
        answers.close()
        backend.close()
        backend.close()
        time.sleep(0.05)
        sent = len(server.requests)
        time.sleep(0.4)
        assert len(server.requests) == sent
    assert sent <= 4


def _several(request: dict[str, Any]) -> Reply:
    """As many choices as were asked for, numbered."""
    one = completion("x").body
    choices = [{**one["choices"][0], "index": index} for index in range(request.get("n", 1))]
    return Reply({**one, "choices": choices[::-1]})


SERVERS_AND_N = {
    "has it": (lambda request, attempt: _several(request), [3, 3, 2]),
    "refuses it": (
        lambda request, attempt: failure(400, "n is not supported") if "n" in request else completion("x"),
        [3, 3, 2, *[1] * 8],
    ),
    "passes over it": (lambda request, attempt: completion("x"), [3, 3, 2, *[1] * 5]),
}


@pytest.mark.parametrize("kind", SERVERS_AND_N)
def test_several_draws_are_made_whatever_the_server_thinks_of_n(kind: str) -> None:
    """Eight repetitions, three to a request where that goes, one by one where it does not: each once."""
    behaviour, sizes = SERVERS_AND_N[kind]
    with ChatServer(behaviour) as server:
        backend = opened(server, draws_per_request=3)
        asked = [Prompt(f"k{number}", "q", None, repetition=number) for number in range(8)]
        done = list(backend.complete(asked))
    assert sorted(one.key for one in done) == [f"k{number}" for number in range(8)]
    assert {one.error for one in done} == {None}
    assert sorted(request.get("n", 1) for request in server.requests) == sorted(sizes)


@pytest.mark.parametrize("api", ["chat", "completions", "responses"])
def test_all_three_protocols_are_spoken(api: str) -> None:
    """Each has its own body and its own reply; text and token counts come out the same."""
    settings = {"model": "mock", "api": api, "system": "Be exact.", "max_tokens": 50, "temperature": 0.5}
    with MockModel() as server:
        chosen = {"base_url": server.url, **settings}
        backend = open_backend(ModelSpec("mock", "openai", chosen), workers=1, memory_mb=256)
        done = list(backend.complete(prompts("What is 2+2?", "What is 3+3?")))
        assert server.counts().answered == 2
    assert [one.error for one in done] == [None, None]
    assert all("\\boxed{" in one.text for one in done)
    assert all(one.prompt_tokens and one.completion_tokens for one in done)


def test_a_strategy_draws_more_than_one_request_holds() -> None:
    """Parts of a request are refused `n` like the whole: each is then made of single draws."""
    behaviour, _ = SERVERS_AND_N["refuses it"]

    async def ask(url: str) -> int:
        model = WireModel(OpenAISettings(base_url=url, model="tiny", draws_per_request=4))
        try:
            return len((await model.ask(ChatRequest((Message("user", "q"),), draws=8))).draws)
        finally:
            await model.close()

    with ChatServer(behaviour) as server:
        assert asyncio.run(ask(server.url)) == 8


def _text(request: dict[str, Any]) -> str:
    return str(request["messages"][-1]["content"])
