"""`plumbline problems draw`: certified instances on the standard output, the same for the same seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.live import environment, plumbline


def test_draws_are_variants_that_the_seed_fixes(tmp_path: Path) -> None:
    """Two lines, each a variant of the abstraction asked for; a shorter draw is their beginning."""
    words = ("problems", "draw", "functional", "--seed", "3", "--abstraction", "sum-of-dice", "--count")
    two, one = plumbline(environment(tmp_path), *words, "2"), plumbline(environment(tmp_path), *words, "1")
    assert two.returncode == 0, two.stderr
    lines = [json.loads(line) for line in two.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["sum-of-dice/parametric-1", "sum-of-dice/parametric-2"]
    assert two.stdout.startswith(one.stdout)
    assert one.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("functional", "--abstraction", "no-such"), "there is no abstraction no-such"),
        (("core",), "not made by programs"),
        (("no-such-set",), "there is no problem set no-such-set"),
    ],
)
def test_what_cannot_be_drawn_from_is_told_in_words(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    """The error says what is missing, and what there is; nothing is written."""
    result = plumbline(environment(tmp_path), "problems", "draw", *words, "--count", "1", "--seed", "1")
    assert result.returncode == 2
    assert told in " ".join(result.stderr.split())
    assert result.stdout == ""
