"""What `plumbline run --estimate` prints."""

import json

import pytest

from app.cli.estimates import duration, show
from app.evaluation.estimates import Estimate
from app.evaluation.figures import Figure

ESTIMATE = Estimate(
    model="m",
    problem_set="core",
    version="2",
    samples=1_024,
    problems=260,
    prompt_tokens=Figure(310_000.4, 350_000.0, "from 324 earlier completions"),
    completion_tokens=Figure(2_048_000.0, None, "a guess: 2,000 tokens an answer"),
    cost=Figure(12.4, None, "$1 for a million tokens"),
    seconds=Figure(1_083.0, None, "8 at once"),
    detectable=Figure(0.0613, None, "noticed in 80%"),
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (59.4, "59 s"),
        (61, "1 min 1 s"),
        (3_599.6, "1 h"),
        (3_689, "1 h 1 min"),
        (86_399, "1 day"),
        (200_000, "2 days 7 h"),
    ],
)
def test_a_time_is_told_in_its_two_largest_units(seconds: float, text: str) -> None:
    """Seconds are left out from an hour on."""
    assert duration(seconds) == text


def test_a_table_has_every_figure_and_what_it_rests_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts have their thousands apart, what cannot be told is a dash."""
    monkeypatch.setenv("COLUMNS", "200")
    show(ESTIMATE, as_json=False)
    written = capsys.readouterr().out
    for part in (
        "m on core 2: 1,024 samples of 260 problems",
        "310,000", "350,000", "$12.40", "18 min 3 s", "6.1 points", "–", "from 324 earlier completions",
    ):  # fmt: skip
        assert part in written


def test_json_has_the_numbers_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """The same record as the REST interface answers with."""
    show(ESTIMATE, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["seconds"] == {"expected": 1083.0, "most": None, "ground": "8 at once"}
    assert told["samples"] == 1_024
