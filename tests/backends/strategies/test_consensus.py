"""Functional consensus: agreement of values, crashes, and what has no inputs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from app.backends import Completion, Prompt
from app.backends.base import Terms
from app.backends.scripted import ScriptedModel
from app.backends.strategies.consensus import Consensus
from app.backends.strategies.majority import Several
from app.backends.strategies.votes import query
from app.grading.classes import classes
from app.isolation import Isolated

GRADED = Terms(equivalence=lambda answers, prompt: classes(query(answers, prompt)))


@pytest.fixture(scope="module")
def workers() -> Iterator[Isolated]:
    with Isolated(1, 512, ("app.grading.behaviour",)) as isolated:
        yield isolated


def chosen(
    workers: Isolated, answers: Sequence[str], kind: str, inputs: int = 8, deadline: float = 30.0
) -> Completion:
    """The completion that is the consensus of these answers."""
    model = ScriptedModel(lambda request, draw: answers[draw])
    choose = Consensus(workers, inputs, deadline, seed=0)
    solve = Several("consensus", len(answers), 0.8, choose)
    done = asyncio.run(solve(model, Prompt("s", "What?", None, kind=kind), GRADED))
    assert model.asked[0].temperature == 0.8
    return done


def test_formulas_agree_where_their_values_do(workers: Isolated) -> None:
    """Two spellings of one formula agree at all inputs, and outweigh another that was drawn first."""
    done = chosen(workers, [r"\boxed{x^2+1}", r"\boxed{(x-1)(x+1)}", r"\boxed{x^2-1}"], "expression")
    assert done.text == r"\boxed{(x-1)(x+1)}"
    assert done.details == {
        "strategy": "consensus",
        "draws": 3,
        "inputs": 8,
        "agreement": [8, 16, 16],
        "tied": 1,
        "chosen": 1,
    }


def test_a_program_that_fails_somewhere_agrees_there_with_none(workers: Isolated) -> None:
    """Of programs that agree elsewhere, the one without a crash wins."""
    crashing = "```python\ndef f(n):\n    if n < 1:\n        raise ValueError\n    return n * n\n```"
    done = chosen(workers, [crashing, "lambda n: n**2", crashing], "function")
    assert done.text == "lambda n: n**2"
    assert done.details is not None
    first, second, _ = done.details["agreement"]
    assert first < second


def test_a_hostile_answer_costs_itself_only(workers: Isolated) -> None:
    """What does not end in its time has no values; the others are chosen among."""
    endless = "lambda n: sum(i*j*n for i in range(500) for j in range(500))"
    done = chosen(workers, [endless, "n + 1", "1 + n"], "function")
    assert done.text == "n + 1"


def test_numbers_have_no_inputs_and_vote(workers: Isolated) -> None:
    """Without inputs it is the vote by classes of equal answers."""
    done = chosen(workers, [r"\boxed{3}", r"\boxed{1/2}", r"\boxed{0.5}"], "number")
    assert done.text == r"\boxed{1/2}"
    assert done.details is not None
    assert done.details["votes"] == [1, 2]


def test_answers_that_cannot_be_read_vote(workers: Isolated) -> None:
    """Where nothing has a value, there is still a vote, or the first draw."""
    assert chosen(workers, ["no idea", "who knows"], "expression").text == "no idea"


def test_workers_that_are_lost_leave_the_vote(workers: Isolated) -> None:
    """A pool that was closed evaluates nothing, and the classes decide."""
    gone = Isolated(1, 256)
    gone.close()
    with pytest.raises(RuntimeError):  # submitted after the end: a fault of ours, not of an answer
        chosen(gone, [r"\boxed{x}"], "expression")
