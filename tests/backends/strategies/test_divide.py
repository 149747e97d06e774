"""Divide and conquer: sub-problems first, each once, within the bounds; then a consensus."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.backends import Completion, Prompt
from app.backends.base import NO_TERMS
from app.backends.chat import ChatRequest, RequestFailed, Usage
from app.backends.scripted import ScriptedModel
from app.backends.strategies.consensus import Consensus
from app.backends.strategies.divide import Bounds, Divide
from app.isolation import Isolated

WIDE = Bounds(depth=6, requests=32, k=3, temperature=0.8)


@pytest.fixture(scope="module")
def workers() -> Iterator[Isolated]:
    with Isolated(1, 512, ("app.grading.behaviour",)) as isolated:
        yield isolated


def split(*names: str) -> str:
    """A draft that names sub-problems."""
    parts = [{"name": name, "problem": f"What is {name}?"} for name in names]
    return f"First:\n```json\n{json.dumps({'subproblems': parts})}\n```\n"


def solved(
    workers: Isolated, script: Callable[[ChatRequest, int], str], bounds: Bounds = WIDE
) -> tuple[Completion, ScriptedModel]:
    """The completion by a script, and the model that was asked."""
    model = ScriptedModel(script)
    prompt = Prompt("s", "The whole?", None, repetition=2)
    return asyncio.run(Divide(Consensus(workers, 4, 30.0, 0), bounds)(model, prompt, NO_TERMS)), model


def texts(model: ScriptedModel) -> list[str]:
    return [request.messages[0].content for request in model.asked]


def test_a_draft_that_answers_is_the_answer(workers: Isolated) -> None:
    """What needs no sub-problems costs one request."""
    done, model = solved(workers, lambda request, draw: r"\boxed{5}")
    assert (done.text, len(model.asked)) == (r"\boxed{5}", 1)
    assert done.details == {"strategy": "divide", "requests": 1, "parts": []}


def test_sub_problems_are_answered_first_and_handed_on(workers: Isolated) -> None:
    """Children come before the last draws, which see their questions and answers and are several."""

    def script(request: ChatRequest, draw: int) -> str:
        text = request.messages[0].content
        if request.draws == 3:
            return [r"\boxed{x+1}", r"\boxed{1+x}", r"\boxed{x}"][draw % 3]
        return split("one", "two") if text.startswith("The whole?") else r"It is \boxed{11}."

    done, model = solved(workers, script)
    assert done.text == r"\boxed{x+1}"
    first, one, two, last = texts(model)
    assert first.startswith("The whole?")
    assert one.startswith("What is one?")
    assert two.startswith("What is two?")
    assert "Question: What is one?\nAnswer: 11" in last
    assert (model.asked[-1].draws, model.asked[-1].first_draw, model.asked[-1].temperature) == (3, 6, 0.8)
    assert done.details is not None
    assert done.details["parts"] == [
        {"name": "one", "depth": 1, "answer": "11"},
        {"name": "two", "depth": 1, "answer": "11"},
    ]
    assert done.details["agreement"] == [8, 8, 4]
    said = sum(len(text.split()) for text in texts(model))
    assert done.prompt_tokens == said


def test_a_name_is_visited_once(workers: Isolated) -> None:
    """A sub-problem that names itself or its sibling again does not go round in circles."""

    def script(request: ChatRequest, draw: int) -> str:
        return r"\boxed{1}" if request.draws > 1 else split("same", "same")

    done, model = solved(workers, script)
    assert done.text == r"\boxed{1}"
    assert sum(text.startswith("What is same?") for text in texts(model)) == 2  # its draft and its last draws


@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 3))
@settings(deadline=None, max_examples=25)
def test_the_bounds_hold(workers: Isolated, requests: int, depth: int, width: int) -> None:
    """However eagerly a model splits, requests and depth stay in their bounds, and there is an answer."""
    count = 0

    def script(request: ChatRequest, draw: int) -> str:
        nonlocal count
        if "subproblems" not in request.messages[0].content:
            return r"\boxed{7}"
        count += 1
        return split(*(f"part {count}.{place}" for place in range(width)))

    done, model = solved(workers, script, Bounds(depth, requests, 2, None))
    assert len(model.asked) <= requests
    assert done.text == r"\boxed{7}"
    assert done.details is not None
    assert all(part["depth"] <= depth for part in done.details["parts"])


def test_a_sub_problem_that_fails_is_left_out_and_paid(workers: Isolated) -> None:
    """The whole is drawn without it, and the cost is in the sum."""

    def script(request: ChatRequest, draw: int) -> str:
        text = request.messages[0].content
        if text.startswith("What is"):
            raise RequestFailed("HTTP 500", "server", spent=Usage(100, 0, 0.5))
        return r"\boxed{3}" if request.draws > 1 else split("broken")

    done, model = solved(workers, script)
    assert done.text == r"\boxed{3}"
    assert done.cost == 0.5
    assert "Question" not in texts(model)[-1]
    assert done.details is not None
    assert done.details["parts"] == [{"name": "broken", "depth": 1, "answer": None, "error": "HTTP 500"}]


def test_a_whole_that_fails_has_failed(workers: Isolated) -> None:
    """Without the last draws there is no answer, but what was done before is told and paid."""

    def script(request: ChatRequest, draw: int) -> str:
        if request.draws > 1:
            raise RequestFailed("HTTP 500", "server", spent=Usage(None, None, 0.25))
        return split("a") if "The whole?" in request.messages[0].content else r"\boxed{1}"

    done, _ = solved(workers, script)
    assert (done.text, done.error, done.cost) == ("", "HTTP 500", 0.25)
    assert done.details is not None
    assert done.details["parts"] == [{"name": "a", "depth": 1, "answer": "1"}]
