"""What holds for every adapter of the protocol, on the real ones and the doubles alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.backends import (
    BACKENDS,
    BUILT_IN_MODELS,
    Backend,
    BackendUnavailable,
    ModelSpec,
    Prompt,
    check_spec,
    open_backend,
)
from app.backends.strategies.opening import STRATEGIES
from app.problems import tasks

from .chat_server import ChatServer
from .installed import PROGRAMS, needs

FINISHES = {"stop", "length", "unsolved", "timeout", "error"}
Open = Callable[[ModelSpec], Backend]


def question(number: int) -> Prompt:
    """A limit that every system solves, asked in words and as a task."""
    task = tasks.Limit(expression=f"{number} + x", variable="x", point="0")
    return Prompt(f"sample-{number}", f"limit {number}", task)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Backend]]:
    """One backend of each kind, opened the first time it is asked for, closed at the end."""
    folder = tmp_path_factory.mktemp("recorded")
    with ExitStack() as stack:
        yield _Opened(stack, folder)


class _Opened(dict[str, Backend]):
    def __init__(self, stack: ExitStack, folder: Path) -> None:
        super().__init__()
        self._stack, self._folder = stack, folder

    def __missing__(self, kind: str) -> Backend:
        backend = open_backend(
            ModelSpec(f"a {kind} model", kind, self._settings(kind)), workers=2, memory_mb=1024
        )
        self._stack.callback(backend.close)
        self[kind] = backend
        return backend

    def _settings(self, kind: str) -> dict[str, object]:
        if kind == "openai":
            server = self._stack.enter_context(ChatServer())
            return {"base_url": server.url, "model": "tiny"}
        if kind == "recorded":
            path = self._folder / "answers.jsonl"
            lines = [json.dumps({"prompt": question(n).text, "text": f"\\boxed{{{n}}}"}) for n in range(1, 9)]
            path.write_text("\n".join(lines), encoding="utf-8")
            return {"path": str(path)}
        if kind in ("vllm", "vllm-offline"):
            fake = Path(__file__).with_name("fake_vllm")
            return {"model": "tiny", "environment": {"PYTHONPATH": str(fake)}}
        scripted = {"answers": ["\\boxed{1}"]}
        if kind in STRATEGIES:
            return {"base": {"backend": "scripted", "settings": scripted}}
        return scripted if kind == "scripted" else {}  # type: ignore[return-value]


KINDS = [pytest.param(kind, marks=needs(kind)) for kind in BACKENDS]


@pytest.mark.parametrize("kind", KINDS)
def test_every_prompt_has_exactly_one_completion(opened: dict[str, Backend], kind: str) -> None:
    """The keys that come back are those that were sent, each once, with an answer in a box."""
    prompts = [question(number) for number in range(1, 5)]
    completions = list(opened[kind].complete(prompts))
    assert sorted(done.key for done in completions) == [prompt.key for prompt in prompts]
    for done in completions:
        assert done.finish_reason in FINISHES
        assert done.latency >= 0
        assert done.error is None
        assert "\\boxed{" in done.text


@pytest.mark.parametrize("kind", KINDS)
def test_no_prompts_give_no_completions(opened: dict[str, Backend], kind: str) -> None:
    """Nothing asked is nothing answered, and nothing hangs."""
    assert list(opened[kind].complete([])) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_iterator_closed_early_leaves_the_backend_usable(opened: dict[str, Backend], kind: str) -> None:
    """Dropping the rest of a batch does no harm to the next one."""
    answers = opened[kind].complete([question(number) for number in range(1, 9)])
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    [done] = opened[kind].complete([question(2)])
    assert done.key == "sample-2"
    assert done.error is None


@pytest.mark.parametrize("kind", KINDS)
def test_close_may_be_called_twice(opened: dict[str, Backend], kind: str) -> None:
    """Closing is idempotent."""
    backend = opened.pop(kind, None) or opened[kind]
    opened.pop(kind, None)
    backend.close()
    backend.close()


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=needs(kind)) for kind in ("sympy", *PROGRAMS)])
def test_a_solver_needs_a_typed_task(kind: str) -> None:
    """Prose alone is an error that says so, since a computer algebra system does not read."""
    backend = open_backend(ModelSpec("solver", kind), workers=1, memory_mb=1024)
    [done] = backend.complete([Prompt("k", "What is the limit?", None)])
    backend.close()
    assert (done.text, done.finish_reason) == ("", "error")
    assert done.error is not None
    assert "typed task" in done.error


@pytest.mark.parametrize("kind", BACKENDS)
def test_misspelt_settings_are_refused(kind: str) -> None:
    """A setting that a backend does not know is refused by name, with the ones it knows."""
    with pytest.raises(BackendUnavailable, match="colour") as refused:
        check_spec(ModelSpec("m", kind, {"colour": "red"}))
    assert "Its settings are" in refused.value.hint


def test_an_unknown_backend_is_refused_with_the_known_ones() -> None:
    """A model of a backend that does not exist says which ones do."""
    with pytest.raises(BackendUnavailable, match="abacus") as refused:
        open_backend(ModelSpec("m", "abacus"), workers=1, memory_mb=256)
    assert "sympy" in refused.value.hint


def test_built_in_models_are_valid() -> None:
    """The models that ship have settings that their backends accept."""
    for spec in BUILT_IN_MODELS:
        check_spec(spec)


def test_maxima_missing_is_said_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the program, opening says how to install it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendUnavailable, match="Maxima") as missing:
        open_backend(ModelSpec("maxima", "maxima"), workers=1, memory_mb=256)
    assert "apt-get install maxima" in missing.value.hint
