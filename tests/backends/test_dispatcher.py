"""The dispatcher with strategies of our own: what is in flight, what is safe, and how it all ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest

from app.backends import Completion, Halted, Prompt, Terms
from app.backends.base import Batching
from app.backends.chat import ChatModel, Draw, Reply, Usage
from app.backends.dispatcher import PAGE, Dispatched
from app.backends.scripted import ScriptedModel
from app.backends.strategies.alone import alone


def prompts(count: int, *, repetitions: int = 1) -> list[Prompt]:
    return [
        Prompt(f"{number}#{repetition}", f"question {number}", None, repetition=repetition)
        for number in range(count)
        for repetition in range(repetitions)
    ]


def model() -> ChatModel:
    return ScriptedModel(("4",))


class Counting:
    """A strategy that answers after a moment and counts how many answers are in the making."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.begun = self.inside = self.most = 0
        self.groups: list[list[str]] = []

    async def __call__(
        self, model: ChatModel, prompts: Sequence[Prompt], terms: Terms
    ) -> Sequence[Completion]:
        self.begun += len(prompts)
        self.inside += len(prompts)
        self.most = max(self.most, self.inside)
        self.groups.append([prompt.key for prompt in prompts])
        await asyncio.sleep(self.seconds)
        self.inside -= len(prompts)
        return [Completion(prompt.key, "4", "stop", 0.0) for prompt in prompts]


def test_thousands_of_prompts_each_come_back_once() -> None:
    """All are answered, no more at once than allowed, over several pages of the source."""
    answer = Counting()
    asked = prompts(5 * PAGE + 3)
    done = [completion.key for completion in Dispatched(model, answer, 50).complete(iter(asked))]
    assert sorted(done) == sorted(prompt.key for prompt in asked)
    assert answer.most <= 50


def test_no_answer_is_replaced_before_it_is_safe() -> None:
    """While the first batches are not yet safe, only so many prompts as may be in flight have been begun."""
    answer = Counting()
    backend = Dispatched(model, answer, 7)
    assert isinstance(backend, Batching)
    batches = backend.batches(prompts(100))
    taken = len(next(batches))
    while taken < 7:
        assert answer.begun <= 7 + taken
        taken += len(next(batches))
    assert answer.begun <= 7 + taken
    batches.close()


def test_repetitions_that_follow_each_other_are_one_group() -> None:
    """As many as one request draws; another text or a gap begins a new group."""
    answer = Counting()
    asked = prompts(2, repetitions=5)
    list(Dispatched(model, answer, 1, together=3).complete(asked))
    assert answer.groups == [
        ["0#0", "0#1", "0#2"],
        ["0#3", "0#4"],
        ["1#0", "1#1", "1#2"],
        ["1#3", "1#4"],
    ]


def test_a_halt_waits_for_what_is_in_flight() -> None:
    """Answers being made when the halt comes are handed over before it is raised; no further is begun."""
    begun: list[str] = []

    async def answer(model: ChatModel, prompts: Sequence[Prompt], terms: Terms) -> Sequence[Completion]:
        [prompt] = prompts
        begun.append(prompt.key)
        if prompt.key == "2#0":
            raise Halted("the budget is used up")
        await asyncio.sleep(0.05)
        return [Completion(prompt.key, "4", "stop", 0.0)]

    answers = Dispatched(model, answer, 3).complete(prompts(10))
    assert {next(answers).key, next(answers).key} == {"0#0", "1#0"}
    with pytest.raises(Halted, match="budget"):
        next(answers)
    assert begun == ["0#0", "1#0", "2#0"]


def test_what_the_source_raises_is_raised_to_the_caller() -> None:
    """A database that fails while prompts are read ends the dispatch with its own error."""

    def source() -> Iterator[Prompt]:
        yield from prompts(3)
        raise ZeroDivisionError("no database")

    with pytest.raises(ZeroDivisionError, match="no database"):
        list(Dispatched(model, Counting(), 2).complete(source()))


def test_a_bug_in_a_strategy_is_not_hidden() -> None:
    """It ends everything, as itself."""

    async def answer(model: ChatModel, prompts: Sequence[Prompt], terms: Terms) -> Sequence[Completion]:
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        list(Dispatched(model, answer, 4).complete(prompts(9)))


def test_closing_early_leaves_no_thread_behind() -> None:
    """The loop's thread ends with the last caller, and what was in the making is dropped."""
    before = threading.active_count()
    answers = Dispatched(model, Counting(0.01), 4).complete(prompts(1000))
    next(answers)
    answers.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "dispatch"]
    assert threading.active_count() <= before + 1


def test_the_model_is_opened_once_for_all_who_ask_and_closed_after_the_last() -> None:
    """Two callers at a time share it; the next one gets a fresh one."""
    events: list[str] = []

    class Noted:
        async def ask(self, request: object) -> Reply:
            await asyncio.sleep(0.02)
            return Reply((Draw("4", "stop"),), Usage(), 0.0)

        async def close(self) -> None:
            events.append("closed")

    def opened() -> ChatModel:
        events.append("opened")
        return Noted()  # type: ignore[return-value]

    backend = Dispatched(opened, alone, 2)
    first, second = backend.complete(prompts(6)), backend.complete(prompts(6))
    next(first), next(second)
    assert len([*first, *second]) == 10
    assert events == ["opened", "closed"]
    assert len(list(backend.complete(prompts(1)))) == 1
    assert events == ["opened", "closed"] * 2
