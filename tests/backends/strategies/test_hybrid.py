"""Model and computer algebra: who contributed what, and what happens when one of them has nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from app.backends import Completion, Prompt
from app.backends.base import Terms
from app.backends.chat import Draw, RequestFailed, ToolCall, Usage
from app.backends.scripted import ScriptedModel
from app.backends.strategies.hybrid import Hybrid
from app.backends.strategies.votes import query
from app.backends.tools.compute_tool import ComputeTool
from app.grading.classes import classes

GRADED = Terms(equivalence=lambda answers, prompt: classes(query(answers, prompt)))
INTEGRAL = '```json\n{"operation": "integrate", "expression": "\\frac{x^2}{2}", "variable": "x"}\n```'


@pytest.fixture(scope="module")
def system() -> Iterator[ComputeTool]:
    tool = ComputeTool(workers=1, memory_mb=1024)
    yield tool
    tool.close()


def solved(
    system: ComputeTool, answers: Sequence[str | Draw], by_call: bool = False
) -> tuple[Completion, ScriptedModel]:
    """The completion of a model that gives these answers in turn, and the model."""
    turn = iter(answers)
    model = ScriptedModel(lambda request, draw: next(turn))
    prompt = Prompt("s", "Integrate $x^2/2$.", None, kind="antiderivative", repetition=3)
    return asyncio.run(Hybrid(system, by_call)(model, prompt, GRADED)), model


def test_the_system_computes_what_the_model_writes(system: ComputeTool) -> None:
    """The model sees the problem, the computation and its result, and what each said is kept."""
    done, model = solved(system, [f"That is\n{INTEGRAL}\nI think.", r"\boxed{x^3/6 + C}"])
    assert done.text == r"\boxed{x^3/6 + C}"
    last = model.asked[-1].messages[0].content
    assert last.startswith("Integrate $x^2/2$.")
    assert r"$\frac{x^{3}}{6}$" in last
    assert done.details is not None
    assert done.details["result"] == r"\frac{x^{3}}{6}"
    assert done.details["kept"] is True
    assert done.latency > 0
    assert [request.first_draw for request in model.asked] == [3, 3]


def test_a_model_that_overrules_the_system_is_seen(system: ComputeTool) -> None:
    """A final answer that is not the system's result is not kept."""
    done, _ = solved(system, [INTEGRAL, r"\boxed{x^3}"])
    assert done.details is not None
    assert done.details["kept"] is False


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I would integrate it.", "no computation"),
        ('```json\n{"operation": "guess", "expression": "x"}\n```', "operation"),
        ('```json\n{"operation": "integrate", "expression": "__import__(1)"}\n```', "cannot be computed"),
        ("```json\n[1, 2\n```", "no computation"),
    ],
)
def test_without_a_result_the_model_answers_alone(system: ComputeTool, written: str, said: str) -> None:
    """The second question is the plain problem, and the reason is kept."""
    done, model = solved(system, [written, r"\boxed{x^3/6}"])
    assert model.asked[-1].messages[0].content == "Integrate $x^2/2$."
    assert done.text == r"\boxed{x^3/6}"
    assert done.details is not None
    assert done.details["result"] is None
    assert said in done.details["reason"]


def test_the_computation_may_be_a_call(system: ComputeTool) -> None:
    """By call, the tool is offered in the first request alone, and its arguments are the computation."""
    arguments = '{"operation": "differentiate", "expression": "x^2", "variable": "x"}'
    call = Draw("", "tool_calls", tool_calls=(ToolCall("1", "compute", arguments),))
    done, model = solved(system, [call, r"\boxed{2x}"], by_call=True)
    assert [[tool.name for tool in request.tools] for request in model.asked] == [["compute"], []]
    assert [request.tool_choice for request in model.asked] == ["required", "auto"]
    assert done.details is not None
    assert done.details["result"] == "2 x"


def test_a_request_that_fails_is_an_error_with_all_that_was_paid(system: ComputeTool) -> None:
    """What the first request said is kept, and both are paid."""
    turn = iter([INTEGRAL])

    def script(request: object, draw: int) -> str:
        for text in turn:
            return text
        raise RequestFailed("HTTP 500", "server", spent=Usage(1000, 0, 2.0))

    prompt = Prompt("s", "Integrate $x^2/2$.", None, kind="antiderivative")
    done = asyncio.run(Hybrid(system)(ScriptedModel(script), prompt, GRADED))
    assert (done.text, done.error_kind, done.cost) == ("", "server", 2.0)
    assert (done.prompt_tokens or 0) > 1000
    assert done.details is not None
    assert done.details["result"] == r"\frac{x^{3}}{6}"
