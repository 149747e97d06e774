"""`plumbline problems solve`: computed answers stand in the seeds files, and what has none is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.main import read_texts
from app.maths import parse
from app.problems.formats.seeds import read_seeds
from tests.live import environment, plumbline

SEEDS = r"""
[set]
name = 'open'
version = '1'
title = 'Open'
licence = 'CC-BY-4.0'

[[problem]]
id = 'cubic'
title = 'A cube'
topic = 'integrals'
level = 1
source = 'Textbook fact.'
derivation = 'Computed.'
answer_kind = 'antiderivative'
assumptions = ['a > 0']
[problem.task]
operation = 'indefinite_integral'
integrand = 'a x^3'
variable = 'x'
[problem.parameters]
a = { original = '2', role = 'scale' }
"""
HOPELESS = r"""
[[problem]]
id = 'hopeless'
title = 'The totient of every number'
topic = 'number theory'
level = 3
source = 'None.'
derivation = 'None.'
answer_kind = 'number'
[problem.task]
operation = 'arithmetic_function'
function = 'totient'
arguments = ['n']
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set with a seed that has no answer yet."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "seeds.toml").write_text(SEEDS)
    return tmp_path / "open"


def test_a_computed_answer_is_written_once_and_then_built(tmp_path: Path, folder: Path) -> None:
    variables = environment(tmp_path / "var")
    result = plumbline(variables, "problems", "solve", str(folder))
    assert result.returncode == 0, result.stderr
    assert "every seed has an answer" in result.stdout
    (problem,) = read_seeds(read_texts(folder)).problems
    assert problem.gold == parse(r"\frac{a x^4}{4}")
    written = (folder / "seeds.toml").read_text()
    assert "# computed by SymPy" in written
    assert plumbline(variables, "problems", "solve", str(folder)).returncode == 0
    assert (folder / "seeds.toml").read_text() == written


def test_what_has_no_answer_is_told_and_left_as_it_is(tmp_path: Path, folder: Path) -> None:
    text = SEEDS.split("[[problem]]")[0] + HOPELESS
    (folder / "seeds.toml").write_text(text)
    result = plumbline(environment(tmp_path / "var"), "problems", "solve", str(folder))
    assert "hopeless" in result.stderr
    assert "1 seeds have no answer yet" in result.stdout
    assert (folder / "seeds.toml").read_text() == text
