"""The two doubles that ship: scripted answers and recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.backends import BackendUnavailable, ModelSpec, Prompt, Scripted, open_backend
from app.backends.recorded import Recorded, Recording, digest, read_recordings


def prompt(number: int, repetition: int = 0) -> Prompt:
    return Prompt(f"k{number}", f"question {number}", None, repetition=repetition)


def test_a_list_is_used_in_turn() -> None:
    """Answers of a list come one after the other, over and over."""
    backend = Scripted(["a", "b"])
    assert [done.text for done in backend.complete([prompt(n) for n in range(3)])] == ["a", "b", "a"]


def test_a_function_sees_the_prompt_and_may_fail() -> None:
    """A function answers from the prompt, and what it raises is that prompt's error."""

    def answer(asked: Prompt) -> str:
        if asked.key == "k1":
            raise LookupError("nothing there")
        return asked.text

    done = list(Scripted(answer).complete([prompt(0), prompt(1)]))
    assert done[0].text == "question 0"
    assert (done[1].text, done[1].finish_reason, done[1].error) == ("", "error", "LookupError: nothing there")


def test_a_mapping_answers_by_key() -> None:
    """A mapping answers by the prompt's key."""
    [done] = Scripted({"k7": "seven"}).complete([prompt(7)])
    assert done.text == "seven"


def test_every_so_many_fail_as_settings_say() -> None:
    """A double opened from settings fails as often as they say."""
    backend = open_backend(
        ModelSpec("m", "scripted", {"answers": ["x"], "fail_every": 2}), workers=1, memory_mb=256
    )
    assert [done.error is None for done in backend.complete([prompt(n) for n in range(4)])] == [
        True,
        False,
    ] * 2


def test_closing_early_begins_nothing_more() -> None:
    """Prompts that were not begun when the iterator was closed are never begun."""
    backend = Scripted(["x"], delay=0.02)
    answers = backend.complete([prompt(n) for n in range(50)])
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert backend.asked <= 2


def test_recordings_are_found_by_prompt_and_repetition() -> None:
    """A recording answers its own prompt and repetition, by text or by digest; another one is an error."""
    backend = Recorded(
        [
            Recording(prompt="question 1", text="one", prompt_tokens=5, cost=0.5, finish_reason="length"),
            Recording(prompt_sha256=digest("question 1"), repetition=1, text="uno"),
        ]
    )
    first, second, third = backend.complete([prompt(1), prompt(1, 1), prompt(2)])
    assert (first.text, first.prompt_tokens, first.cost, first.finish_reason) == ("one", 5, 0.5, "length")
    assert second.text == "uno"
    assert (third.text, third.finish_reason) == ("", "error")
    assert third.error is not None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "Line 2"),
        ('{"text": "x"}', "Line 2"),
        ('{"prompt": "q"}', "Line 2"),
        ('{"prompt": "q", "text": "x", "colour": 1}', "Line 2"),
        ("[" * 100_000, "Line 2"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(line: str, said: str) -> None:
    """The first line that is no recording is named by its number."""
    with pytest.raises(BackendUnavailable, match=said):
        list(read_recordings(['{"prompt": "q", "text": "x"}', line]))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that cannot be read makes the backend unavailable, with its path."""
    spec = ModelSpec("m", "recorded", {"path": str(tmp_path / "no.jsonl")})
    with pytest.raises(BackendUnavailable, match=r"no\.jsonl"):
        open_backend(spec, workers=1, memory_mb=256)
