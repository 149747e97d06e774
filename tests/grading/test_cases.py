"""Our own cases: every verdict is the one that a careful person would give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.grading import Case, grade
from app.grading.answer_kinds import RULES
from app.grading.judge import judge

FOLDER = Path(__file__).parent / "cases"
LINES = [
    json.loads(line)
    for path in sorted(FOLDER.glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
FIELDS = ("gold", "answer", "kind", "assumptions", "task")


@pytest.mark.parametrize("line", LINES, ids=[line["id"] for line in LINES])
def test_the_verdict_is_right(line: dict[str, Any]) -> None:
    """The outcome is the right one, or where we are known to be wrong, still `verdict`."""
    case = Case.model_validate({name: line[name] for name in FIELDS if name in line})
    verdict = judge(case)
    assert verdict.outcome == line.get("verdict", line["outcome"]), (
        f"{line['note']}: {verdict.method}: {verdict.reason}"
    )
    assert verdict.reason.endswith(".")
    assert "\n" not in verdict.reason
    assert verdict.trace


def test_every_kind_has_cases_of_both_outcomes() -> None:
    """No answer kind goes untested, and none is tested only on right or only on wrong answers."""
    seen = {(line.get("kind"), line["outcome"]) for line in LINES}
    for kind in RULES:
        assert {(kind, "correct"), (kind, "incorrect")} <= seen


def test_ids_are_unique() -> None:
    """Each case can be named."""
    assert len({line["id"] for line in LINES}) == len(LINES)


def test_the_gold_is_right_when_it_is_given_as_the_answer() -> None:
    """A gold that can be read is judged correct against itself, as it stands and in a box."""
    for line in LINES:
        if "ungradable" in (line["outcome"], line.get("verdict")) or line["gold"].startswith(
            "\\begin{garbage"
        ):
            continue
        case = Case.model_validate({name: line[name] for name in FIELDS if name in line})
        for answer in (case.gold, f"Therefore \\boxed{{{case.gold.strip('$')}}}."):
            verdict = judge(case.model_copy(update={"answer": answer}))
            assert verdict.outcome == "correct", (line["id"], answer, verdict.reason)


def test_grade_measures_its_seconds_and_infers_the_kind() -> None:
    """The front door of the room takes plain texts and fills in the time."""
    verdict = grade("x^2 - 1", "The answer is $(x-1)(x+1)$.")
    assert verdict.outcome == "correct"
    assert verdict.seconds > 0
    assert verdict.extracted == "(x-1)(x+1)"
    assert any("inferred" in step.note for step in verdict.trace)
