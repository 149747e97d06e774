"""Settings of strategies: the base is checked in place, and draws that would be alike are refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.backends import InvalidSettings, ModelSpec, Prompt, check_spec, open_backend, reads_files
from app.backends.strategies.opening import STRATEGIES

SERVED = {"backend": "openai", "settings": {"base_url": "http://localhost:1/v1", "model": "tiny"}}
SCRIPTED = {"backend": "scripted", "settings": {"answers": ["\\boxed{1}"]}}


def served(**settings: Any) -> dict[str, Any]:
    return {"backend": "openai", "settings": {**SERVED["settings"], **settings}}  # type: ignore[dict-item]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "base: Field required"),
        ({"base": served(temperature=-1)}, r"base\.settings\.temperature"),
        ({"base": served(colour="red")}, r"base\.settings\.colour"),
        ({"base": SERVED, "colour": "red"}, "colour: Extra"),
        ({"base": {"backend": "abacus", "settings": {}}}, "abacus"),
        ({"base": {"backend": "sympy", "settings": {}}}, "takes no messages"),
        ({"base": {"backend": "majority", "settings": {"base": SERVED}}}, "takes no messages"),
    ],
)
def test_faults_are_named_by_their_place(strategy: str, settings: dict[str, Any], said: str) -> None:
    """What is wrong with the base is wrong with the strategy, and said before anything is opened."""
    with pytest.raises(InvalidSettings, match=said):
        check_spec(ModelSpec("m", strategy, settings))


@pytest.mark.parametrize("strategy", ["majority", "consensus"])
def test_several_draws_at_temperature_0_are_refused(strategy: str) -> None:
    """Greedy draws are all alike, and the sentence says what to set; one draw is as good as ever."""
    greedy = served(temperature=0)
    with pytest.raises(InvalidSettings, match="8 draws at temperature 0 would all be alike"):
        check_spec(ModelSpec("m", strategy, {"base": greedy}))
    for change in ({"k": 1}, {"temperature": 0.8}):
        check_spec(ModelSpec("m", strategy, {"base": greedy, **change}))
    check_spec(ModelSpec("m", strategy, {"base": SERVED}))
    check_spec(ModelSpec("m", "divide", {"base": greedy}))  # which has a temperature of its own


def test_a_secret_in_the_base_is_not_repeated() -> None:
    """The message of a fault has names, never values."""
    with pytest.raises(InvalidSettings) as refused:
        check_spec(ModelSpec("m", "majority", {"base": served(api_key_env="sk-123456")}))
    assert "sk-123456" not in str(refused.value)


def test_a_strategy_reads_files_where_its_base_does() -> None:
    """What no request may register, no request may register in the guise of a strategy."""
    assert not reads_files(ModelSpec("m", "majority", {"base": SERVED}))
    assert reads_files(ModelSpec("m", "recorded", {"path": "x.jsonl"}))
    assert reads_files(
        ModelSpec("m", "majority", {"base": {"backend": "vllm", "settings": {"model": "/weights"}}})
    )


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_answers_over_a_double(strategy: str) -> None:
    """Opened from settings, each gives one completion for each prompt, and may be closed twice."""
    backend = open_backend(ModelSpec("m", strategy, {"base": SCRIPTED}), workers=1, memory_mb=512)
    prompts = [Prompt(f"s{n}", f"What is {n}?", None) for n in range(3)]
    done = list(backend.complete(prompts))
    assert sorted(completion.key for completion in done) == ["s0", "s1", "s2"]
    assert {completion.text for completion in done} == {"\\boxed{1}"}
    backend.close()
    backend.close()
