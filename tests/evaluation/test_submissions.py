"""Submissions: which lines are accepted, what is said of the others, and that nothing is stored by halves."""

import json
from collections.abc import Iterable

import pytest

from app.evaluation import runs, submissions
from app.evaluation.errors import InvalidRequest, SubmissionRefused, UnknownProblemSet
from app.evaluation.submissions import Accepted
from app.problems.exporters import REGISTRY
from app.problems.exporters.base import Options
from app.storage import models, samples
from app.storage import runs as stored
from tests.evaluation.conftest import House
from tests.evaluation.problem_sets import problem_set

ORIGINAL = "p00/original"
GOOD = json.dumps({"variant": ORIGINAL, "answer": "4"})


def accept(house: House, lines: Iterable[str], **changes: object) -> Accepted:
    wanted = {"problem_set": "tiny", "model": "mine", "lines": lines} | changes
    return submissions.accept(house.db, house.queue, **wanted)  # type: ignore[arg-type]


def batch(content: object) -> dict[str, object]:
    return {"custom_id": ORIGINAL, "response": {"body": {"choices": [{"message": {"content": content}}]}}}


@pytest.mark.parametrize(
    "line",
    [
        {"variant": ORIGINAL, "answer": "4"},
        {"variant": ORIGINAL, "answer": "4", "repetition": 0, "note": "what we do not know is ignored"},
        {"custom_id": ORIGINAL, "response": "4"},
        {"id": ORIGINAL, "completion": "4"},
        batch("4") | {"error": None},
        batch("4") | {"custom_id": f"{ORIGINAL}#0"},
    ],
)
def test_the_shapes_a_line_may_have(house: House, line: dict[str, object]) -> None:
    """Our own names, those of other tools, and a line of OpenAI's batch output all mean the same."""
    accepted = accept(house, [json.dumps(line)])
    with house.db.read() as s:
        (sample,) = samples.list_samples(s, accepted.run_id)
    assert sample.completion is not None
    assert (sample.variant_id, sample.completion.text, sample.completion.failed) == (ORIGINAL, "4", False)


BAD = [
    ("{", "not JSON"),
    ("[1]", "not a JSON object"),
    ("[" * 100_000, "not JSON"),
    ('{"answer": "4"}', "'variant' is missing"),
    (f'{{"variant": "{ORIGINAL}"}}', "'answer' is missing"),
    ('{"variant": "p99/original", "answer": "4"}', "no variant 'p99/original'"),
    ('{"custom_id": "p99/original#0", "answer": "4"}', "no variant 'p99/original#0'"),
    (f'{{"custom_id": "{ORIGINAL}#-1", "answer": "4"}}', "no variant"),
    (f'{{"custom_id": "{ORIGINAL}#{"9" * 5000}", "answer": "4"}}', "no variant"),
    (f'{{"custom_id": "{ORIGINAL}#100", "answer": "4"}}', "whole number from 0 to 99"),
    ('{"variant": ["p00/original"], "answer": "4"}', "no variant"),
    (f'{{"variant": "{ORIGINAL}", "answer": 4}}', "int, not a string"),
    (json.dumps(batch(None)), "NoneType, not a string"),
    (f'{{"custom_id": "{ORIGINAL}", "response": {{"body": []}}}}', "no body.choices"),
    (f'{{"variant": "{ORIGINAL}", "answer": "4", "error": "timeout"}}', "carries an error"),
    (f'{{"variant": "{ORIGINAL}", "answer": "4", "repetition": true}}', "whole number from 0 to 99"),
    (f'{{"variant": "{ORIGINAL}", "answer": "4", "repetition": 100}}', "whole number from 0 to 99"),
    (GOOD, "a second answer"),
    (json.dumps({"variant": ORIGINAL, "answer": "4" * 200_001}), "longer than 200,000 characters"),
    ("x" * 1_000_001, "longer than 1,000,000 characters"),
]


def test_every_bad_line_is_reported_with_its_number_and_why(house: House) -> None:
    """Blank lines count for the numbering; good lines are stored all the same."""
    accepted = accept(house, [GOOD, "\n", *(line for line, _ in BAD)])
    assert accepted.accepted == 1
    assert accepted.rejected_lines == len(BAD)
    assert [number for number, _ in accepted.rejected] == list(range(3, 3 + len(BAD)))
    for (_, reason), (_, expected) in zip(accepted.rejected, BAD, strict=True):
        assert expected in reason


def test_nothing_is_stored_when_no_line_is_good(house: House) -> None:
    """Neither a run nor the model, and the error names the first line's fault."""
    with pytest.raises(SubmissionRefused, match="Line 1: not JSON") as caught:
        accept(house, ["{", "also not"])
    assert [number for number, _ in caught.value.rejected] == [1, 2]
    with pytest.raises(SubmissionRefused, match="no lines"):
        accept(house, ["", "  "])
    with house.db.read() as s:
        assert stored.list_runs(s) == []
        assert [model.name for model in models.list_models(s)] == ["double"]


@pytest.mark.parametrize(("limit", "value"), [("MAX_LINES", 2), ("MAX_TOTAL_CHARACTERS", 120)])
def test_a_submission_too_large_is_refused_whole(
    house: House, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    """It is read no further than the limit, which the error names."""
    monkeypatch.setattr(submissions, limit, value)
    with pytest.raises(SubmissionRefused, match="at most"):
        accept(house, iter(lambda: GOOD, None))


def test_answers_to_exported_requests_are_a_submission(house: House) -> None:
    """What an export asks of a batch API comes back as every repetition of every variant."""
    options = Options(model="m", samples=2)
    ((_, parts),) = REGISTRY["openai-batch"].files(problem_set(), options)
    requests = [json.loads(part) for part in parts]
    lines = [json.dumps(batch("4") | {"custom_id": each["custom_id"], "error": None}) for each in requests]
    accepted = accept(house, lines)
    assert (accepted.accepted, accepted.rejected, accepted.missing) == (32, (), 0)
    with house.db.read() as s:
        assert stored.get(s, accepted.run_id).repetitions == 2


def test_repetitions_and_gaps(house: House) -> None:
    """Several answers to one variant are its repetitions; variants without any are counted as missing."""
    lines = [json.dumps({"variant": ORIGINAL, "answer": str(n), "repetition": n}) for n in range(3)]
    accepted = accept(house, lines)
    assert (accepted.accepted, accepted.missing) == (3, 15)
    with house.db.read() as s:
        run = stored.get(s, accepted.run_id)
    assert (run.kind, run.repetitions, run.model) == ("submission", 3, "mine")


def test_the_same_key_stores_once(house: House) -> None:
    """An upload repeated with its key finds its run, and adds nothing."""
    first, second = (accept(house, [GOOD], key="upload-1") for _ in range(2))
    assert first.run_id == second.run_id
    assert runs.progress(house.db, first.run_id).total == 1


def test_a_submitted_model_cannot_be_asked(house: House) -> None:
    """It is known by its answers only; a model with a backend may have submissions beside its runs."""
    accept(house, [GOOD])
    with pytest.raises(InvalidRequest, match="only by submitted answers"):
        runs.start(house.db, house.queue, runs.Request("tiny", "mine"))
    assert accept(house, [GOOD], model="double").accepted == 1


def test_where_it_goes_must_exist(house: House) -> None:
    """An unknown problem set or an empty name of a model is refused before a line is read."""
    with pytest.raises(UnknownProblemSet):
        accept(house, [GOOD], problem_set="none")
    with pytest.raises(InvalidRequest, match="name"):
        accept(house, [GOOD], model=" ")
