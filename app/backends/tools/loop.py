"""A model with tools: it calls, reads what came of it, and calls again, until it answers.

Every call is kept in the completion's `details`: `{"calls": [...], "turns": n, "ran": k}`. So the model "with
code" answers the same rows as the model "alone", and it can be told how often code really ran.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.backends.base import Completion, Prompt
from app.backends.chat import ChatModel, ChatRequest, Draw, Message, RequestFailed, ToolCall
from app.backends.strategies.base import Account, Answer, each
from app.backends.tools.base import Tool, ToolResult, arguments_object

TURNS = 8
"""How often a model is asked at most, the last time without tools."""

CALLS_A_TURN = 16
"""Calls of one turn that are carried out; more of them are refused."""

LONGEST_LOG = 2_000
"""Characters of the arguments and of the result of a call that are kept in the completion."""

LAST_TURN = "There are no more tool calls. Answer now, with what you know."

_FENCE = re.compile(r"^ {0,3}```\s*(?:python3?|py)\b", re.MULTILINE | re.IGNORECASE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoggedCall:
    """A call as it is kept: in which turn (from 1), what was asked, what came of it, whether code ran."""

    turn: int
    name: str
    arguments: str
    result: str
    ran: bool
    error: bool
    seconds: float


def answering_with(tools: Sequence[Tool], turns: int = TURNS) -> Answer:
    """The strategy that answers each prompt by `with_tools`."""
    return each(lambda model, prompt, terms: with_tools(model, prompt, tools, turns))


async def with_tools(
    model: ChatModel, prompt: Prompt, tools: Sequence[Tool], turns: int = TURNS
) -> Completion:
    """The answer of a model that may call `tools`, in at most `turns` requests.

    Calls of one turn run side by side. Tokens, cost and seconds are those of all turns. Whatever is wrong
    with a call is told to the model. Code in fences is not run; it is logged as a call that did not run.
    Raises what `ask` raises but RequestFailed; and BackendUnavailable, before anything is asked, when a tool
    cannot work here.
    """
    for tool in tools:
        await tool.ready()
    conversation = _Conversation(Account(model), prompt, tools, turns)
    try:
        while True:
            draw = await conversation.ask()
            if not draw.tool_calls or conversation.is_over:
                return conversation.completion(draw)
            await conversation.call(draw)
    except RequestFailed as failed:
        return conversation.failure(failed)


class _Conversation:
    """What was said and called so far."""

    def __init__(self, account: Account, prompt: Prompt, tools: Sequence[Tool], turns: int) -> None:
        if turns < 1:
            raise ValueError("turns must be at least 1")
        self.account = account
        self.prompt = prompt
        self.tools = {tool.spec.name: tool for tool in tools}
        self.turns = turns
        self.messages = [Message("user", prompt.text)]
        self.calls: list[LoggedCall] = []
        self.reasoning: list[str] = []
        self.ids: set[str] = set()

    @property
    def turn(self) -> int:
        """The turn it is in, from 1; 0 before the first."""
        return self.account.requests

    @property
    def is_over(self) -> bool:
        return self.turn >= self.turns

    async def ask(self) -> Draw:
        """The next turn of the model; in the last one it may call nothing, and is told so."""
        is_last = self.turn + 1 >= self.turns
        if is_last and self.calls:
            self.messages.append(Message("user", LAST_TURN))
        reply = await self.account.ask(
            ChatRequest(
                tuple(self.messages),
                first_draw=self.prompt.repetition,
                tools=tuple(tool.spec for tool in self.tools.values()),
                tool_choice="none" if is_last else "auto",
            )
        )
        [draw] = reply.draws
        if draw.reasoning:
            self.reasoning.append(draw.reasoning)
        return draw

    async def call(self, draw: Draw) -> None:
        """Carry out the calls of a turn, side by side, and put the results beneath them."""
        calls = draw.tool_calls
        results = await asyncio.gather(*(self._call(place, call) for place, call in enumerate(calls)))
        repeated = tuple(_well_formed(call, self._own_id(call)) for call in calls)
        self.messages.append(Message("assistant", draw.text, repeated))
        for call, said, result in zip(calls, repeated, results, strict=True):
            self.messages.append(Message("tool", _clean(result.text), tool_call_id=said.id))
            self._keep(call.name, call.arguments, result)
        self.account.seconds += max(result.seconds for result in results)

    async def _call(self, place: int, call: ToolCall) -> ToolResult:
        if place >= CALLS_A_TURN:
            return _refused(f"At most {CALLS_A_TURN} calls are carried out at once: call it again.")
        if call.name not in self.tools:
            return _refused(f"There is no tool {call.name[:100]!r}. Tools are: {', '.join(self.tools)}.")
        return await self.tools[call.name].call(call.arguments)

    def _own_id(self, call: ToolCall) -> str:
        """The id of a call, or another where a server left it out or repeats it."""
        own = call.id if call.id and call.id not in self.ids else f"call_{len(self.ids)}_of_{self.turn}"
        self.ids.add(own)
        return own

    def _keep(self, name: str, arguments: str, result: ToolResult) -> None:
        text, seconds = _cut(result.text), round(result.seconds, 3)
        self.calls.append(
            LoggedCall(self.turn, _cut(name, 100), _cut(arguments), text, result.ran, result.error, seconds)
        )
        if result.error and not result.ran:
            _log.info("tool call that did not run, prompt %s: %s", self.prompt.key, _cut(result.text, 200))

    def completion(self, draw: Draw) -> Completion:
        """The completion by a last turn; calls in it are logged, since they were not allowed any more."""
        for call in draw.tool_calls:
            self._keep(call.name, call.arguments, _refused("No calls were allowed in the last turn."))
        for _ in _FENCE.findall(draw.text):
            self._keep("python", "", _refused("Written into the text instead of called: not run."))
        answered = self.account.answered(self.prompt, draw, self._details())
        return replace(answered, reasoning="\n\n".join(self.reasoning) or None)

    def failure(self, failed: RequestFailed) -> Completion:
        """The completion without an answer, with what was spent and called before."""
        return self.account.failed(self.prompt, failed, self._details())

    def _details(self) -> dict[str, Any]:
        calls = [asdict(call) for call in self.calls]
        return {"calls": calls, "turns": self.turn, "ran": sum(call.ran for call in self.calls)}


def _well_formed(call: ToolCall, own_id: str) -> ToolCall:
    """A call as it is repeated to the model: servers refuse names and arguments that are malformed."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", call.name)[:64] or "unnamed"
    try:
        arguments_object(call.arguments)
        arguments = call.arguments or "{}"
    except ValueError:
        arguments = json.dumps({"malformed": call.arguments})
    return ToolCall(own_id, name, arguments)


def _refused(reason: str) -> ToolResult:
    return ToolResult(reason, ran=False, error=True)


def _cut(text: str, limit: int = LONGEST_LOG) -> str:
    kept = _clean(text[:limit])
    return kept if len(text) <= limit else f"{kept} … ({len(text) - limit} more characters)"


def _clean(text: str) -> str:
    """Text that every server and database takes: no null characters, no halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")
