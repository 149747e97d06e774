"""The vote: classes of equal answers, ties, draws without an answer, and what it all costs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.backends import Completion, Halted, Prompt
from app.backends.base import NO_TERMS, Terms
from app.backends.chat import ChatModel, ChatRequest, Draw, Reply, RequestFailed, Usage
from app.backends.scripted import ScriptedModel
from app.backends.strategies.majority import Several
from app.backends.strategies.votes import Vote, query
from app.grading.classes import classes

GRADED = Terms(equivalence=lambda answers, prompt: classes(query(answers, prompt)))
PROMPT = Prompt("s1", "What is it?", None, kind="number")


def answered(
    answers: Sequence[str], prompt: Prompt = PROMPT, terms: Terms = GRADED, seed: int = 0
) -> Completion:
    """The completion of a vote among these answers, each the draw of its place."""
    model = ScriptedModel(lambda request, draw: answers[draw % len(answers)])
    return voted(model, len(answers), prompt, terms, seed)


def voted(
    model: ChatModel, k: int, prompt: Prompt = PROMPT, terms: Terms = GRADED, seed: int = 0
) -> Completion:
    return asyncio.run(Several("majority", k, None, Vote(seed))(model, prompt, terms))


def test_equal_mathematics_votes_together() -> None:
    """Three ways to write one half outvote two equal spellings; the text is a real draw of the winners."""
    done = answered([r"\boxed{3}", r"\boxed{1/2}", r"\boxed{0.5}", r"\boxed{3}", r"\boxed{\frac12}"])
    assert done.text == r"\boxed{1/2}"
    assert done.details == {
        "strategy": "majority",
        "draws": 5,
        "votes": [2, 3],
        "classes": [0, 1, 1, 0, 1],
        "tied": 1,
        "chosen": 1,
    }


def test_without_a_rule_spellings_vote() -> None:
    """A caller who gives no equivalence gets a vote by spelling."""
    texts = [r"\boxed{1/2}", r"\boxed{0.5}", r"So \boxed{ 0.5 }."]
    assert answered(texts, terms=NO_TERMS).details == {
        "strategy": "majority",
        "draws": 3,
        "votes": [1, 2],
        "classes": [0, 1, 1],
        "tied": 1,
        "chosen": 1,
    }


def test_draws_without_an_answer_do_not_vote() -> None:
    """Silence is in no class, however often it is drawn."""
    done = answered(["", "I do not know.", "", r"\boxed{7}"])
    assert done.text == r"\boxed{7}"
    assert done.details is not None
    assert done.details["classes"][0] is None
    assert answered(["I do not know.", ""]).text == "I do not know."


@given(st.lists(st.sampled_from(["1", "2", "3", ""]), min_size=1, max_size=9), st.randoms())
@settings(deadline=None)
def test_the_order_of_draws_decides_nothing_but_ties(numbers: list[str], source: object) -> None:
    """Whatever the order, a class that is alone at the top wins; its first draw is the text."""
    votes = Counter(filter(None, numbers)).most_common(2)
    if not votes or (len(votes) == 2 and votes[0][1] == votes[1][1]):
        return
    source.shuffle(numbers)  # type: ignore[attr-defined]
    done = answered([rf"\boxed{{{number}}}" if number else "" for number in numbers], terms=NO_TERMS)
    assert done.text == rf"\boxed{{{votes[0][0]}}}"
    assert done.details is not None
    assert done.details["chosen"] == numbers.index(votes[0][0])


def test_a_tie_is_broken_by_the_seed() -> None:
    """The same seed chooses the same, and over seeds each of the tied classes wins."""
    texts = [r"\boxed{1}", r"\boxed{2}"]
    chosen = [answered(texts, terms=NO_TERMS, seed=seed).text for seed in range(20)]
    assert chosen == [answered(texts, terms=NO_TERMS, seed=seed).text for seed in range(20)]
    assert set(chosen) == set(texts)


def test_repetitions_share_no_draw() -> None:
    """Repetition r of a prompt takes the draws from r times k on."""
    model = ScriptedModel(lambda request, draw: rf"\boxed{{{draw}}}")
    for repetition in range(3):
        voted(model, 4, Prompt("s", "What?", None, repetition=repetition), NO_TERMS)
    assert [(asked.draws, asked.first_draw) for asked in model.asked] == [(4, 0), (4, 4), (4, 8)]


class Partly:
    """A model whose draws come one by one, so that some can fail; `lost` is what these cost."""

    def __init__(self, texts: Sequence[str], usage: Usage, lost: Usage) -> None:
        failed = RequestFailed("HTTP 500", "server", spent=lost)
        self.reply = Reply(tuple(Draw(text, "stop") for text in texts), usage, 2.0, 9, failed)

    async def ask(self, request: ChatRequest) -> Reply:
        return self.reply

    def bound(self, request: ChatRequest) -> Usage:
        return Usage()

    def fingerprint(self, request: ChatRequest) -> str:
        return ""

    async def close(self) -> None:
        """Nothing is held open."""


def test_draws_that_failed_cost_what_they_cost() -> None:
    """The others vote, and the sum has the money of all."""
    done = voted(Partly([r"\boxed{1}", r"\boxed{1}"], Usage(10, 20, 0.5), Usage(3, 4, 0.25)), 5)
    assert done.text == r"\boxed{1}"
    assert (done.prompt_tokens, done.completion_tokens, done.cost) == (13, 24, 0.75)
    assert done.details is not None
    assert done.details["failed"] == 3


def test_when_all_draws_fail_the_prompt_has_failed() -> None:
    """The completion has the error and what was spent."""

    def fail(request: ChatRequest, draw: int) -> str:
        raise RequestFailed("too slow", "timeout", 9.0, "timeout", Usage(3, None, 0.1))

    done = voted(ScriptedModel(fail), 5)
    assert (done.text, done.finish_reason, done.error_kind) == ("", "timeout", "timeout")
    assert (done.prompt_tokens, done.cost, done.latency) == (3, 0.1, 9.0)


def test_a_halt_passes_through() -> None:
    """A budget that is used up is no failure of a prompt."""

    def halt(request: ChatRequest, draw: int) -> str:
        raise Halted("the budget is used up")

    with pytest.raises(Halted):
        voted(ScriptedModel(halt), 5)
