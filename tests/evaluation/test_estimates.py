"""Estimates: what a run takes follows from its plan, the model's settings, and what is known of the model."""

from datetime import date
from typing import Any

import pytest

from app.evaluation.errors import InvalidRequest, UnknownModel, UnknownProblemSet
from app.evaluation.estimates import ENOUGH, Estimate, estimate
from app.evaluation.figures import GUESSED_SOLVING, GUESSED_SPEED, GUESSED_TOKENS
from app.evaluation.runs import Request
from app.problems.prompts import find_template
from app.storage import models, problem_sets, runs, samples
from app.storage.records import NewCompletion
from tests.evaluation.conftest import House
from tests.evaluation.problem_sets import problem_set

DAY = date(2026, 6, 1)
PRICES = [
    {"since": "2026-01-01", "input": 2, "output": 10},
    {"since": "2026-05-01", "input": 1, "output": 5},
    {"since": "2026-07-01", "input": 100, "output": 100},
]
SAMPLES = 4 * 4
"""Of the set `tiny`: four problems with an original and three perturbations."""


def _register(house: House, **settings: Any) -> None:
    with house.db.write() as s:
        models.register(s, "chat", "openai", {"base_url": "http://localhost:1/v1", "model": "m", **settings})


def _estimate(house: House, **wanted: Any) -> Estimate:
    return estimate(house.db, Request(**{"problem_set": "tiny", "model": "chat"} | wanted), day=DAY)


def _answer(house: House, count: int, *, problem_set: str = "tiny", failed: bool = False) -> None:
    """Put `count` completions of `chat` into a run of its own."""
    with house.db.write() as s:
        version = problem_sets.find_version(s, problem_set)
        run = runs.create(s, version_id=version.id, model_id=models.find(s, "chat").id)
        ids = samples.insert(s, run.id, [("p00/original", repetition) for repetition in range(count)])
        failure = {"error": "HTTP 500", "finish_reason": "error"} if failed else {"finish_reason": "stop"}
        rows = [
            NewCompletion(i, "4", latency=4.0, prompt_tokens=100, completion_tokens=300, **failure)
            for i in ids
        ]  # type: ignore[arg-type]
        samples.save_completions(s, rows)


def test_before_anything_is_known_it_is_a_guess_within_the_settings(house: House) -> None:
    """Tokens from the characters of the prompts, answers up to max_tokens, prices of the day."""
    _register(house, max_tokens=4_000, prices=PRICES, concurrency=8, timeout=60)
    found = _estimate(house)
    assert (found.samples, found.problems, found.version) == (SAMPLES, 4, "1")
    assert found.prompt_tokens.expected is not None
    assert found.prompt_tokens.most is not None
    assert 0 < found.prompt_tokens.expected < found.prompt_tokens.most
    assert found.completion_tokens.expected == SAMPLES * GUESSED_TOKENS
    assert found.completion_tokens.most == SAMPLES * 4_000
    assert found.cost.most == pytest.approx((found.prompt_tokens.most * 1 + SAMPLES * 4_000 * 5) / 1e6)
    assert "2026-05-01" in found.cost.ground
    # Two rounds of eight; an answer of 4,000 tokens would take longer than the timeout.
    assert (found.seconds.expected, found.seconds.most) == (2 * GUESSED_TOKENS / GUESSED_SPEED, 2 * 60)
    for figure in (found.prompt_tokens, found.completion_tokens, found.seconds):
        assert "a guess" in figure.ground


def test_what_nothing_bounds_has_no_most(house: House) -> None:
    """Without max_tokens answers may be of any length, and cost anything; without a price nobody knows."""
    _register(house)
    found = _estimate(house)
    assert found.completion_tokens.most is None
    assert "max_tokens" in found.completion_tokens.ground
    assert (found.cost.expected, found.cost.most) == (None, None)
    assert "no price" in found.cost.ground


def test_enough_earlier_completions_take_the_place_of_guesses(house: House) -> None:
    """Failures do not count, and completions on the same set come before those on others."""
    _register(house, max_tokens=600, concurrency=4, prices=PRICES)
    _answer(house, ENOUGH - 1)
    _answer(house, ENOUGH, failed=True)
    assert "a guess" in _estimate(house).completion_tokens.ground
    _answer(house, 1)
    found = _estimate(house)
    assert found.prompt_tokens.expected == SAMPLES * 100
    assert (found.completion_tokens.expected, found.completion_tokens.most) == (SAMPLES * 300, SAMPLES * 600)
    assert found.cost.expected == pytest.approx(SAMPLES * (100 * 1 + 300 * 5) / 1e6)
    # Four rounds of 4 s; at 75 tokens a second the longest answer takes 8 s.
    assert (found.seconds.expected, found.seconds.most) == (16.0, 32.0)
    assert f"{ENOUGH} earlier completions of this model on this set" in found.completion_tokens.ground
    with house.db.write() as s:
        problem_sets.publish(s, problem_set(name="other"))
    assert "on any set" in _estimate(house, problem_set="other").completion_tokens.ground


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({"concurrency": 4096}, 4.0),
        ({"concurrency": 4096, "requests_per_minute": 60}, SAMPLES),
        ({"concurrency": 4096, "tokens_per_minute": 400}, SAMPLES * 60),
        ({"concurrency": 1}, SAMPLES * 4.0),
    ],
)
def test_the_narrowest_limit_decides_how_long_it_takes(
    house: House, settings: dict[str, Any], seconds: float
) -> None:
    """Turns, requests a minute, tokens a minute: whichever takes longest."""
    _register(house, **settings)
    _answer(house, ENOUGH)
    assert _estimate(house).seconds.expected == seconds


def test_draws_of_one_request_share_its_prompt(house: House) -> None:
    """Four repetitions drawn by one request read the prompt once, and are written at the same time."""
    _register(house, max_tokens=100, concurrency=8)
    one, four = _estimate(house), _estimate(house, repetitions=4)
    with house.db.write() as s:
        models.register(s, "together", "openai", {**models.find(s, "chat").settings, "draws_per_request": 4})
    together = _estimate(house, model="together", repetitions=4)
    assert four.samples == together.samples == 4 * one.samples
    assert four.prompt_tokens.expected == pytest.approx(4 * (one.prompt_tokens.expected or 0))
    assert together.prompt_tokens == one.prompt_tokens
    assert (four.seconds.expected, together.seconds.expected) == (8 * 2.0, 2 * 2.0)


@pytest.mark.parametrize(
    ("strategy", "settings", "answers", "most_answers", "rounds"),
    [
        ("majority", {"k": 8, "temperature": 0.8}, 8, 8, SAMPLES * 8 / 4),
        ("consensus", {"k": 4, "temperature": 0.8}, 4, 4, SAMPLES * 4 / 4),
        ("hybrid", {}, 2, 2, SAMPLES * 2 / 4),
        ("tools", {"turns": 6}, 2, 6, SAMPLES * 2 / 4),
        ("divide", {"k": 3, "requests": 5}, 4, 15, SAMPLES * 4 / 4),
    ],
)
def test_a_strategy_asks_more_than_once(
    house: House, strategy: str, settings: dict[str, Any], answers: int, most_answers: int, rounds: float
) -> None:
    """Its requests, tokens and money are those of its base, times as many answers as it takes."""
    base = {"base_url": "http://localhost:1/v1", "model": "m", "max_tokens": 500, "concurrency": 4}
    base["prices"] = PRICES
    with house.db.write() as s:
        models.register(s, "s", strategy, {"base": {"backend": "openai", "settings": base}, **settings})
    found = _estimate(house, model="s")
    assert found.completion_tokens.expected == SAMPLES * answers * 500
    assert found.completion_tokens.most == SAMPLES * most_answers * 500
    assert found.seconds.expected == rounds * 500 / GUESSED_SPEED
    assert found.cost.expected is not None
    # What a tool, a part or the model itself said stands in later prompts, and nobody knows how long it is.
    assert (found.prompt_tokens.most is None) == (strategy in ("hybrid", "tools", "divide"))


def test_a_longer_template_takes_more_tokens(house: House) -> None:
    """The prompts are rendered as they will be sent."""
    _register(house)
    plain, exact, steps = (
        _estimate(house, prompt=find_template(name)).prompt_tokens.expected or 0
        for name in ("plain", "exact", "steps")
    )
    assert plain < exact < steps


def test_a_computer_algebra_system_takes_time_alone(house: House) -> None:
    """No tokens and no money; its workers share the problems, each for at most its timeout."""
    with house.db.write() as s:
        models.register(s, "cas", "sympy", {"timeout": 10})
    found = estimate(house.db, Request("tiny", "cas"), workers=4)
    assert found.prompt_tokens.expected == found.completion_tokens.expected == found.cost.most == 0
    assert (found.seconds.expected, found.seconds.most) == (SAMPLES / 4 * GUESSED_SOLVING, SAMPLES / 4 * 10)


def test_more_samples_can_tell_smaller_differences(house: House) -> None:
    """And fewer problems, or samples of a problem that go together, only larger ones."""
    with house.db.write() as s:
        problem_sets.publish(s, problem_set(50, numbers=2, name="large"))
    _register(house)
    some, more = (_estimate(house, problem_set="large", limit=limit).detectable for limit in (100, 350))
    assert some.expected is not None
    assert more.expected is not None
    assert more.most is not None
    assert more.expected < some.expected
    assert more.expected < more.most
    assert _estimate(house, limit=1).detectable.expected is None


def test_what_cannot_be_run_cannot_be_estimated(house: House) -> None:
    """The same errors as those of a run."""
    _register(house)
    with pytest.raises(UnknownModel):
        _estimate(house, model="nobody")
    with pytest.raises(UnknownProblemSet):
        _estimate(house, problem_set="nothing")
    with pytest.raises(InvalidRequest):
        _estimate(house, repetitions=0)
    with house.db.write() as s:
        models.register(s, "broken", "openai", {})
    with pytest.raises(InvalidRequest, match="base_url"):
        _estimate(house, model="broken")
