"""Model and computer algebra: the model writes the problem as a computation, and judges what it came to.

When there is no computation, or the system finds nothing, the model answers alone. The completion's details
say what each contributed.
"""

from __future__ import annotations

import json
from typing import Any

from app.backends.base import Completion, Prompt, Terms
from app.backends.chat import ChatModel, ChatRequest, Draw, Message, RequestFailed
from app.backends.strategies import questions
from app.backends.strategies.base import Account
from app.backends.strategies.blocks import last_object
from app.backends.strategies.votes import Comparison
from app.backends.tools.compute_tool import ComputeTool


class Hybrid:
    """Two requests for each problem: one for the computation, one for the answer.

    With `by_call` the computation is asked for as a tool call, which the server must know; else as JSON in
    the text. A call is taken wherever there is one.
    """

    def __init__(self, system: ComputeTool, by_call: bool = False) -> None:
        self._system = system
        self._by_call = by_call
        self._compare = Comparison()

    async def __call__(self, model: ChatModel, prompt: Prompt, terms: Terms) -> Completion:
        account = Account(model)
        details: dict[str, Any] = {"strategy": "hybrid", "computation": None, "result": None, "reason": None}
        try:
            asked = _computation(await self._ask(account, prompt, questions.translation(prompt.text), True))
            text = prompt.text
            if asked is None:
                details["reason"] = "The model wrote no computation."
            else:
                result = await self._system.call(asked)
                account.seconds += result.seconds
                details |= {"computation": asked, "reason" if result.error else "result": result.text}
                if not result.error:
                    text = questions.computed(prompt.text, asked, result.text)
            draw = await self._ask(account, prompt, text)
        except RequestFailed as failed:
            return account.failed(prompt, failed, details)
        if details["result"] is not None and terms.equivalence is not None:
            stated = (f"\\boxed{{{details['result']}}}", draw.text)
            one, other = await self._compare(stated, prompt, terms)
            details["kept"] = one == other
        return account.answered(prompt, draw, details)

    async def _ask(self, account: Account, prompt: Prompt, text: str, to_compute: bool = False) -> Draw:
        called = to_compute and self._by_call
        request = ChatRequest(
            (Message("user", text),),
            first_draw=prompt.repetition,
            tools=(self._system.spec,) if called else (),
            tool_choice="required" if called else "auto",
        )
        return (await account.ask(request)).draws[0]


def _computation(draw: Draw) -> str | None:
    """The arguments of the first call, or the object in the text, as JSON."""
    if draw.tool_calls:
        return draw.tool_calls[0].arguments
    found = last_object(draw.text)
    return None if found is None else json.dumps(found, ensure_ascii=False)
