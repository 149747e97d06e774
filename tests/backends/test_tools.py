"""Tools: the loop asks, calls and asks again until there is an answer, whatever the model writes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.base import NO_TERMS, Completion, Prompt
from app.backends.chat import ChatRequest, Draw, Halted, Reply, RequestFailed, ToolCall, ToolSpec, Usage
from app.backends.errors import BackendUnavailable
from app.backends.tools.base import Tool, ToolResult
from app.backends.tools.compute_tool import ComputeTool
from app.backends.tools.loop import CALLS_A_TURN, LAST_TURN, LONGEST_LOG, answering_with, with_tools
from app.backends.tools.python_tool import PythonTool
from app.backends.tools.sandbox import Sandbox

PROMPT = Prompt("sample-1", "What is 6 times 7?", None)


@dataclass
class Script:
    """A model that says what stands in its script, one turn after the other, and keeps what it was asked."""

    turns: Sequence[Draw | Exception]
    asked: list[ChatRequest] = field(default_factory=list)

    async def ask(self, request: ChatRequest) -> Reply:
        self.asked.append(request)
        turn = self.turns[len(self.asked) - 1]
        if isinstance(turn, Exception):
            raise turn
        return Reply((turn,), Usage(100, 10, 0.5), seconds=2.0)

    def bound(self, request: ChatRequest) -> Usage:
        return Usage()

    def fingerprint(self, request: ChatRequest) -> str:
        return "0" * 64

    async def close(self) -> None:
        pass


@dataclass
class Together:
    """A tool that answers only when as many calls as it waits for are there at the same time."""

    needed: int
    here: int = 0

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec("together", "Waits for company.", {"type": "object", "properties": {}})

    async def ready(self) -> None:
        pass

    async def call(self, arguments: str) -> ToolResult:
        self.here += 1
        while self.here < self.needed:
            await asyncio.sleep(0)
        return ToolResult(arguments, ran=True, error=False, seconds=1.0)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def python() -> Iterator[PythonTool]:
    tool = PythonTool(Sandbox())
    yield tool
    tool.close()


@pytest.fixture(scope="module")
def compute() -> Iterator[ComputeTool]:
    tool = ComputeTool(workers=1, memory_mb=512)
    yield tool
    tool.close()


def code(text: str, id: str = "a") -> ToolCall:
    return ToolCall(id, "python", json.dumps({"code": text}))


def calling(*calls: ToolCall, text: str = "") -> Draw:
    return Draw(text, "tool_calls", tool_calls=calls)


ANSWER = Draw("It is \\boxed{42}.", "stop")


def converse(model: Script, *tools: Tool, turns: int = 8) -> Completion:
    return asyncio.run(with_tools(model, PROMPT, tools, turns))


def logged(completion: Completion) -> list[dict[str, object]]:
    assert completion.details is not None
    json.dumps(completion.details)  # it is stored
    return completion.details["calls"]  # type: ignore[no-any-return]


def test_a_call_runs_and_its_result_is_read(python: PythonTool) -> None:
    """One call, then the answer: tokens, cost and seconds are those of both turns, and the call is kept."""
    model = Script([calling(code("6 * 7"), text="I compute."), ANSWER])
    completion = converse(model, python)
    assert (completion.key, completion.text, completion.finish_reason) == ("sample-1", ANSWER.text, "stop")
    assert (completion.prompt_tokens, completion.completion_tokens, completion.cost) == (200, 20, 1.0)
    assert completion.latency >= 4.0
    first, second = model.asked
    assert [tool.name for tool in first.tools] == ["python"]
    assert first.tool_choice == second.tool_choice == "auto"
    question, said, result = second.messages
    assert (question.role, question.content) == ("user", PROMPT.text)
    assert (said.role, said.content, said.tool_calls) == ("assistant", "I compute.", (code("6 * 7"),))
    assert (result.role, result.content, result.tool_call_id) == ("tool", "42", "a")
    [call] = logged(completion)
    assert call.pop("seconds") > 0  # type: ignore[operator]
    assert call == {
        "turn": 1, "name": "python", "arguments": '{"code": "6 * 7"}', "result": "42",
        "ran": True, "error": False,
    }  # fmt: skip
    assert (completion.details["turns"], completion.details["ran"]) == (2, 1)  # type: ignore[index]


def test_a_model_that_calls_nothing_is_asked_once(python: PythonTool) -> None:
    """The answer comes at once, and says that no code ran."""
    completion = converse(Script([ANSWER]), python)
    assert completion.text == ANSWER.text
    assert completion.details == {"calls": [], "turns": 1, "ran": 0}


def test_calls_are_chained(python: PythonTool, compute: ComputeTool) -> None:
    """Each turn sees the results of those before, from both tools."""
    integral = ToolCall(
        "b", "compute", '{"operation": "integrate", "expression": "2x", "upper": "3", "lower": "0"}'
    )
    model = Script([calling(code("2**10")), calling(integral), ANSWER])
    completion = converse(model, python, compute)
    assert [message.content for message in model.asked[2].messages if message.role == "tool"] == ["1024", "9"]
    assert [(call["turn"], call["name"], call["ran"]) for call in logged(completion)] == [
        (1, "python", True), (2, "compute", True),
    ]  # fmt: skip


def test_calls_of_one_turn_run_side_by_side() -> None:
    """None waits for another; their results stand in the order of the calls."""
    calls = [ToolCall(str(n), "together", json.dumps({"n": n})) for n in range(5)]
    model = Script([calling(*calls), ANSWER])
    completion = converse(model, Together(needed=5))
    results = model.asked[1].messages[2:]
    assert [result.content for result in results] == [call.arguments for call in calls]
    assert completion.latency == 2 * 2.0 + 1.0  # the slowest call of the turn


BAD_CALLS = {
    "no JSON": (ToolCall("a", "python", "6 * 7"), "Bad call of python: the arguments are no valid JSON"),
    "cut off": (ToolCall("a", "python", '{"code": "6 *'), "no valid JSON"),
    "a list": (ToolCall("a", "python", '["6 * 7"]'), 'must be a JSON object, not ["6 * 7"]'),
    "a string": (ToolCall("a", "python", '"6 * 7"'), "must be a JSON object"),
    "nothing": (ToolCall("a", "python", ""), "code: Field required"),
    "null": (ToolCall("a", "python", "null"), "must be a JSON object, not null"),
    "another name": (ToolCall("a", "python", '{"source": "1"}'), "source: Extra inputs are not permitted"),
    "another type": (ToolCall("a", "python", '{"code": 42}'), "code: Input should be a valid string"),
    "deep": (ToolCall("a", "python", "[" * 100_000), "no valid JSON"),
    "no such tool": (ToolCall("a", "shell", '{"cmd": "id"}'), "There is no tool 'shell'. Tools are: python."),
    "no name": (ToolCall("a", "", "{}"), "There is no tool ''."),
    "an odd name": (ToolCall("a", "functions.python\n", "{}"), "There is no tool"),
    "no code": (code(""), "[There is no code to run.]"),
    "no Python": (code("6 x 7"), "SyntaxError"),
    "forbidden": (code("open('/etc/passwd')"), "[The sandbox forbids this."),
}


@pytest.mark.parametrize(("call", "told"), BAD_CALLS.values(), ids=BAD_CALLS.keys())
def test_a_bad_call_is_told_to_the_model(python: PythonTool, call: ToolCall, told: str) -> None:
    """It is logged as a call that did not run, and the model may go on; the server gets it well-formed."""
    model = Script([calling(call), calling(code("1 + 1", id="b")), ANSWER])
    completion = converse(model, python)
    bad, good = logged(completion)
    assert told in str(bad["result"])
    assert (bad["ran"], bad["error"], good["ran"], good["error"]) == (False, True, True, False)
    [repeated] = model.asked[1].messages[1].tool_calls
    assert isinstance(json.loads(repeated.arguments), dict)
    assert repeated.name.replace("_", "").isalnum()
    assert told in model.asked[1].messages[2].content
    assert completion.details["ran"] == 1  # type: ignore[index]


def test_ids_are_made_distinct(python: PythonTool) -> None:
    """Servers that leave the id of a call out, or repeat it, still get each result beneath its call."""
    first = calling(code("1", id=""), code("2", id=""), code("3", id="x"), code("4", id="x"))
    model = Script([first, calling(code("5", id="x")), ANSWER])
    converse(model, python)
    messages = model.asked[2].messages
    ids = [call.id for message in messages for call in message.tool_calls]
    assert len(set(ids)) == 5
    assert all(ids)
    results = [message for message in messages if message.role == "tool"]
    assert [result.tool_call_id for result in results] == ids
    assert [result.content for result in results] == ["1", "2", "3", "4", "5"]


def test_a_forced_call_with_finish_reason_stop_is_carried_out(python: PythonTool) -> None:
    """Some servers say `stop` when there are calls: the calls count."""
    completion = converse(Script([Draw("", "stop", tool_calls=(code("6 * 7"),)), ANSWER]), python)
    assert completion.text == ANSWER.text
    assert completion.details["ran"] == 1  # type: ignore[index]


def test_the_last_turn_is_without_tools(python: PythonTool) -> None:
    """The model is told so; what it calls nevertheless is logged and not carried out."""
    model = Script([calling(code("1")), calling(code("2")), calling(code("3"), text="I do not know.")])
    completion = converse(model, python, turns=3)
    assert [request.tool_choice for request in model.asked] == ["auto", "auto", "none"]
    assert model.asked[2].messages[-1].content == LAST_TURN
    assert completion.text == "I do not know."
    assert [call["ran"] for call in logged(completion)] == [True, True, False]
    assert (completion.details["turns"], completion.details["ran"]) == (3, 2)  # type: ignore[index]


def test_code_in_fences_is_not_run(python: PythonTool) -> None:
    """A model that writes code instead of calling has not run any."""
    text = "So:\n```python\nprint(6 * 7)\n```\nand\n```py\n1\n```\nor\n```latex\nx\n```\nIt is \\boxed{42}."
    completion = converse(Script([Draw(text, "stop")]), python)
    assert completion.text == text
    assert [(call["name"], call["ran"], call["error"]) for call in logged(completion)] == [
        ("python", False, True), ("python", False, True),
    ]  # fmt: skip
    assert completion.details["ran"] == 0  # type: ignore[index]


def test_too_many_calls_at_once_are_refused() -> None:
    """The first are carried out; the others are told to come again."""
    calls = [ToolCall(str(n), "together", "{}") for n in range(CALLS_A_TURN + 3)]
    completion = converse(Script([calling(*calls), ANSWER]), Together(needed=1))
    assert [call["ran"] for call in logged(completion)] == [True] * CALLS_A_TURN + [False] * 3


def test_the_log_is_cut_and_clean(python: PythonTool) -> None:
    """Long results are kept in part; what databases refuse is replaced. The model reads more of it."""
    model = Script([calling(code("print('x' * 5000)"), code("'\\0' in '\\0', print('a\\0b')", "b")), ANSWER])
    long, null = logged(converse(model, python))
    assert len(str(long["result"])) < LONGEST_LOG + 50
    assert "(3000 more characters)" in str(long["result"])
    assert len(model.asked[1].messages[2].content) == 5000
    assert "\0" not in str(null["result"])


def test_reasoning_of_all_turns_stands_apart(python: PythonTool) -> None:
    """It is kept, and never in the text."""
    turns = [
        Draw("", "tool_calls", "I need a product.", (code("6 * 7"),)),
        Draw("42", "stop", "There it is."),
    ]
    completion = converse(Script(turns), python)
    assert (completion.text, completion.reasoning) == ("42", "I need a product.\n\nThere it is.")


def test_a_failed_request_keeps_what_was_spent(python: PythonTool) -> None:
    """A completion with an error, the tokens of the turns before, and their calls."""
    failed = RequestFailed("The server answers with 500", "server", 1.0, spent=Usage(cost=0.25))
    completion = converse(Script([calling(code("1")), failed]), python)
    assert (completion.text, completion.error, completion.error_kind) == ("", failed.reason, "server")
    assert (completion.prompt_tokens, completion.cost) == (100, 0.75)
    assert [call["ran"] for call in logged(completion)] == [True]


def test_what_stops_everything_is_raised(python: PythonTool) -> None:
    """A budget that is used up ends no single answer, but the run, also through the strategy."""
    answer = answering_with([python])
    with pytest.raises(Halted, match="budget"):
        asyncio.run(answer(Script([Halted("the budget is used up")]), [PROMPT], NO_TERMS))  # type: ignore[arg-type]


def test_a_tool_that_cannot_work_is_found_before_anything_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without a sandbox the model is not asked at all."""
    monkeypatch.setattr("app.backends.tools.sandbox.MACHINES", ())
    model, tool = Script([ANSWER]), PythonTool(Sandbox())
    with pytest.raises(BackendUnavailable, match=r"no sandbox for code.*leave the tool `python` out"):
        converse(model, tool)
    tool.close()
    assert model.asked == []


def test_the_strategy_answers_each_prompt(python: PythonTool) -> None:
    """One completion for each of some prompts, in their order; repetitions draw for themselves."""
    model = Script([ANSWER, Draw("43", "stop")])
    prompts = [Prompt("a", "?", None), Prompt("b", "?", None, repetition=1)]
    completions = asyncio.run(answering_with([python])(model, prompts, NO_TERMS))  # type: ignore[arg-type]
    assert [(completion.key, completion.text) for completion in completions] == [
        ("a", ANSWER.text),
        ("b", "43"),
    ]
    assert [request.first_draw for request in model.asked] == [0, 1]


def test_a_cancelled_conversation_leaves_no_code_running(python: PythonTool) -> None:
    """When a run is stopped, its code is killed, and the sandbox is free for others."""

    async def stop() -> None:
        calls = [code("import time\ntime.sleep(1000)", id=str(n)) for n in range(4)]
        task = asyncio.create_task(with_tools(Script([calling(*calls)]), PROMPT, [python]))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stop())
    assert converse(Script([calling(code("6 * 7")), ANSWER]), python).details["ran"] == 1  # type: ignore[index]


def test_schemas_describe_the_parameters(python: PythonTool, compute: ComputeTool) -> None:
    """Each tool says in JSON schema what it takes, with a word on each parameter."""
    for tool in (python, compute):
        schema = tool.spec.parameters
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert all(field.get("description") for field in schema["properties"].values())
        json.dumps(schema)
    assert python.spec.parameters["required"] == ["code"]
    assert compute.spec.parameters["required"] == ["operation", "expression"]


COMPUTED = [
    ({"operation": "differentiate", "expression": "x^3", "variable": "x"}, r"3 x^{2}", True, False),
    ({"operation": "integrate", "expression": "x", "lower": "0"}, "give upper as well", False, True),
    ({"operation": "evaluate", "expression": r"\frac{1"}, "This cannot be computed", False, True),
    ({"operation": "factor", "expression": "x <"}, "This cannot be computed", False, True),
    ({"operation": "integrate", "expression": "x^x", "variable": "x"}, "No answer was found", True, True),
    ({"operation": "guess", "expression": "x"}, "operation: Input should be", False, True),
]


@pytest.mark.parametrize(("arguments", "text", "ran", "error"), COMPUTED)
def test_compute_tells_what_came_of_it(
    compute: ComputeTool, arguments: dict[str, str], text: str, ran: bool, error: bool
) -> None:
    """A result in LaTeX, or the reason why there is none; only a system that was at work has run."""
    result = asyncio.run(compute.call(json.dumps(arguments)))
    assert text in result.text
    assert (result.ran, result.error) == (ran, error)


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(arguments=st.text() | JUNK.map(json.dumps), name=st.text(max_size=20), id=st.text(max_size=5))
def test_whatever_a_model_writes_it_gets_an_answer(
    python: PythonTool, arguments: str, name: str, id: str
) -> None:
    """No arguments, name or id of a call ends a conversation, and all that is kept can be stored."""
    model = Script([calling(ToolCall(id, name, arguments), ToolCall(id, "python", arguments)), ANSWER])
    completion = converse(model, python)
    assert completion.text == ANSWER.text
    assert json.dumps(completion.details).encode()
