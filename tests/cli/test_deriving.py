"""`plumbline models derive`: a strategy over a registered model, from the command line to a score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.live import environment, plumbline

ANSWERS = json.dumps(["\\boxed{1}", "\\boxed{2}", "\\boxed{2}"])


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh database with a double that answers 1, 2 and 2 in turn."""
    found = environment(tmp_path)
    assert plumbline(found, "db", "upgrade").returncode == 0
    words = ["models", "add", "double", "--backend", "scripted", "--set", f"answers={ANSWERS}"]
    assert plumbline(found, *words).returncode == 0
    return found


def test_a_derived_model_has_the_settings_of_its_base(variables: dict[str, str]) -> None:
    """The base is written out whole, so that it can be asked without looking anything up."""
    words = ["models", "derive", "vote", "--from", "double", "--strategy", "majority", "--set", "k=3"]
    derived = plumbline(variables, *words)
    assert derived.returncode == 0, derived.stderr
    listed = plumbline(variables, "models", "list").stdout
    assert '"backend": "scripted"' in " ".join(listed.split())
    assert '"k": 3' in " ".join(listed.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "nobody", "--strategy", "majority"], "nobody"),
        (["--from", "double", "--strategy", "prayer"], "prayer"),
        (["--from", "double", "--strategy", "majority", "--set", "k=0"], "k:"),
        (["--from", "sympy", "--strategy", "majority"], "takes no messages"),
    ],
)
def test_what_cannot_be_derived_is_told(variables: dict[str, str], words: list[str], said: str) -> None:
    """An unknown base or strategy, a bad setting, or a base that takes no messages: nothing is registered."""
    result = plumbline(variables, "models", "derive", "new", *words)
    assert result.returncode != 0
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert "new" not in plumbline(variables, "models", "list").stdout.split()
