"""vLLM's engine in process, and its server as a backend, with a stand-in for vLLM in real processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.backends import BACKENDS, Backend, BackendUnavailable, Completion, ModelSpec, Prompt, open_backend
from app.backends.chat import ChatRequest, Message, RequestFailed, ToolSpec
from app.backends.vllm import EngineModel, VLLMSettings

FAKE = str(Path(__file__).with_name("fake_vllm"))


def spec(backend: str = "vllm-offline", mode: str = "", **chosen: object) -> ModelSpec:
    """A model on the stand-in."""
    environment = {"PYTHONPATH": FAKE, "FAKE_VLLM": mode}
    return ModelSpec("tiny", backend, {"model": "m", "environment": environment, "temperature": 0, **chosen})


@pytest.fixture
def opened() -> Iterator[Callable[[ModelSpec], Backend]]:
    """Opens backends, and closes them at the end."""
    backends: list[Backend] = []

    def open_one(model: ModelSpec) -> Backend:
        backends.append(open_backend(model, workers=1, memory_mb=256))
        return backends[-1]

    yield open_one
    for backend in backends:
        backend.close()


def prompts(*texts: str) -> list[Prompt]:
    """A prompt for each text, whose key is the text."""
    return [Prompt(text, text, None) for text in texts]


def answered(backend: Backend, *texts: str) -> dict[str, Completion]:
    """The completions of these texts."""
    return {done.key: done for done in backend.complete(prompts(*texts))}


def test_one_bad_prompt_fails_alone(opened: Callable[[ModelSpec], Backend]) -> None:
    """A prompt that is too long is an error that says so, and the others are answered, tokens counted."""
    done = answered(opened(spec(max_model_len=40)), "one", "too long " * 9, "two", "\ud800")
    assert done["one"].text == "\\boxed{one None 0.0}"
    assert (done["one"].prompt_tokens, done["one"].completion_tokens) == (3, 20)
    assert done["two"].finish_reason == "stop"
    long = done["too long " * 9]
    assert (long.text, long.finish_reason, long.error_kind) == ("", "error", "refused")
    assert long.error == "The prompt has 81 tokens, and the model takes 40 with the answer."
    assert done["\ud800"].error is not None


def test_each_answer_comes_as_it_is_complete(opened: Callable[[ModelSpec], Backend]) -> None:
    """A slow answer does not hold back the others, and closing early drops it."""
    answers = opened(spec()).complete(prompts("slow", "one", "two"))
    assert {next(answers).key, next(answers).key} == {"one", "two"}
    answers.close()  # type: ignore[attr-defined]


def test_repetitions_have_seeds_of_their_own(opened: Callable[[ModelSpec], Backend]) -> None:
    """The seed plus the repetition; a sampled answer that is cut says so."""
    backend = opened(spec(seed=40, max_tokens=14, temperature=0.5, stop=["end"]))
    asked = [Prompt(str(repetition), "q", None, repetition=repetition) for repetition in range(3)]
    done = {answer.key: answer for answer in backend.complete(asked)}
    assert [done[key].text for key in "012"] == [f"\\boxed{{q {seed} 0.5"[:14] for seed in (40, 41, 42)]
    assert done["0"].finish_reason == "length"


def test_what_the_model_recommends_holds_where_nothing_is_set(
    opened: Callable[[ModelSpec], Backend],
) -> None:
    """As in vLLM's server, the sampling of the model's own generation_config.json."""
    [done] = answered(opened(spec(temperature=None)), "q").values()
    assert done.text == "\\boxed{q None 0.6}"


@pytest.mark.parametrize(
    ("mode", "what", "told"),
    [
        ("dies", "vLLM engine of m ended", "ValueError: no such weights"),
        ("breaks", "is dead: EngineCore encountered an issue", "INFO loading m"),
    ],
)
def test_a_dead_engine_ends_everything(
    opened: Callable[[ModelSpec], Backend], mode: str, what: str, told: str
) -> None:
    """Whether at its start or later: one error with the end of the log, and no prompt is answered by it."""
    with pytest.raises(BackendUnavailable, match=what) as dead:
        answered(opened(spec(mode=mode)), "one", "two")
    assert told in dead.value.hint


def test_settings_that_vllm_refuses_are_told_in_its_words(opened: Callable[[ModelSpec], Backend]) -> None:
    """The names of precisions are vLLM's own, so it is vLLM that knows them."""
    with pytest.raises(BackendUnavailable) as refused:
        answered(opened(spec(dtype="float3")), "one")
    assert "invalid choice: 'float3'" in refused.value.hint


def test_a_model_of_an_engine_has_no_tools() -> None:
    """Asked with a tool, it refuses before anything is started."""
    model = EngineModel(VLLMSettings(model="m"))
    request = ChatRequest((Message("user", "q"),), tools=(ToolSpec("compute", "", {}),))
    with pytest.raises(RequestFailed, match="served backend"):
        asyncio.run(model.ask(request))


def test_draws_of_one_question_fail_apart() -> None:
    """Several draws are one reply with the sum of their tokens."""
    settings = VLLMSettings.model_validate(spec(seed=1).settings)

    async def ask() -> tuple[list[str], int | None]:
        model = EngineModel(settings)
        try:
            reply = await model.ask(ChatRequest((Message("user", "q"),), draws=2, first_draw=3))
        finally:
            await model.close()
        return [draw.text for draw in reply.draws], reply.usage.prompt_tokens

    assert asyncio.run(ask()) == (["\\boxed{q 4 0.0}", "\\boxed{q 5 0.0}"], 2)


def test_a_served_model_is_started_for_its_first_question(opened: Callable[[ModelSpec], Backend]) -> None:
    """The backend `vllm` starts a server, asks it, and stops it when nobody asks any more."""
    backend = opened(spec("vllm"))
    done = answered(backend, "one", "two")
    assert done["one"].text == "\\boxed{one}"
    assert done["one"].prompt_tokens == 12
    assert answered(backend, "three")["three"].error is None


def test_a_server_that_cannot_start_ends_everything(opened: Callable[[ModelSpec], Backend]) -> None:
    """Its log is in the error."""
    with pytest.raises(BackendUnavailable, match="ended with status 1") as died:
        answered(opened(spec("vllm", mode="dies")), "one")
    assert "ValueError: no such weights" in died.value.hint


def test_models_that_run_programs_are_registered_at_the_command_line_only() -> None:
    """Their settings name an interpreter and arguments, which no request from elsewhere may."""
    assert BACKENDS["vllm"].reads_files
    assert BACKENDS["vllm-offline"].reads_files
