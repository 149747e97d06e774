"""Runs that are asked by batch files: what is written, and whatever comes back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.backends.wire.batch_lines import parted
from app.evaluation import batches, runs
from app.evaluation.batches import Report
from app.evaluation.errors import InvalidRequest
from app.evaluation.queue import Queue
from app.evaluation.runs import Request
from app.problems.prompts import EXACT
from app.storage import models, samples, scores
from app.storage import runs as stored
from app.storage.records import Counts
from app.storage.sessions import Database
from tests.evaluation.conftest import House
from tests.evaluation.doubles import DeadJudges, QuickJudges

SETTINGS = {
    "base_url": "http://localhost:1/v1",
    "model": "m",
    "system": "Be brief.",
    "temperature": 0.5,
    "max_tokens": 9,
    "seed": 7,
    "input_price": 1,
    "output_price": 10,
}


@pytest.fixture
def asked(house: House) -> House:
    """The house with a model `wire` that a batch can ask."""
    with house.db.write() as s:
        models.register(s, "wire", "openai", SETTINGS)
    return house


def _start(house: House, **chosen: Any) -> tuple[str, list[dict[str, Any]]]:
    run_id = batches.start(house.db, house.queue, Request("tiny", "wire", **chosen))
    return run_id, [json.loads(line) for line in batches.write(house.db, run_id)]


def _good(line: dict[str, Any], answer: str = r"\boxed{4}") -> bytes:
    choice = {"index": 0, "message": {"content": answer}, "finish_reason": "stop"}
    body = {"choices": [choice], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}
    return _reply(line["custom_id"], {"status_code": 200, "body": body})


def _reply(custom_id: str, response: Any, error: Any = None) -> bytes:
    return json.dumps({"custom_id": custom_id, "response": response, "error": error}).encode() + b"\n"


def _read(house: House, run_id: str, *files: Iterable[bytes], keep_failed: bool = False) -> Report:
    named = ((f"file-{number}", lines) for number, lines in enumerate(files))
    return batches.read(house.db, QuickJudges(), run_id, named, keep_failed=keep_failed)


def _counts(house: House, run_id: str) -> Counts:
    with house.db.read() as s:
        return scores.counts(s, run_id)


def test_a_line_is_what_the_dispatcher_would_send(asked: House) -> None:
    """System prompt, template, sampling, and the seed of the repetition; one line for each sample."""
    run_id, lines = _start(asked, limit=3, repetitions=2)
    assert len({line["custom_id"] for line in lines}) == 6
    assert {(line["method"], line["url"]) for line in lines} == {("POST", "/v1/chat/completions")}
    assert Counter(line["body"]["seed"] for line in lines) == {7: 3, 8: 3}
    body = lines[0]["body"]
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("m", 0.5, 9)
    with asked.db.read() as s:
        sample = samples.get(s, lines[0]["custom_id"])
        run = stored.get(s, run_id)
    question = EXACT.render(sample.statement, ())
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": question},
    ]
    assert run.status == "paused"
    assert f"plumbline batch read {run_id} FILE" in (run.error or "")


def test_the_same_request_does_not_take_up_a_run_that_waits_for_a_batch(asked: House) -> None:
    """Else `plumbline run` would ask and pay a second time for what the batch is answering."""
    _start(asked)
    assert runs.unfinished(asked.db, Request("tiny", "wire")) is None


def test_answers_complete_the_run_with_their_tokens_and_cost(asked: House) -> None:
    """Read in the opposite order; nothing is asked, and every sample has its verdict."""
    run_id, lines = _start(asked)
    report = _read(asked, run_id, [_good(line) for line in reversed(lines)])
    assert (report.status, report.answered, report.missing, report.faults) == ("completed", 16, 0, ())
    counts = _counts(asked, run_id)
    assert (counts.correct, counts.total) == (16, 16)
    assert counts.cost == pytest.approx(16 * (10 * 1 + 5 * 10) / 1e6)
    with asked.db.read() as s:
        assert stored.get(s, run_id).status == "completed"
    assert not asked.queue.waiting(run_id)


def test_whatever_is_wrong_is_named_and_the_rest_is_graded(asked: House) -> None:
    """Each kind of bad line is counted with its number and reason; the run then says what it lacks."""
    run_id, lines = _start(asked)
    ids = [line["custom_id"] for line in lines]
    nested = {"error": {"message": "too long", "code": 400}}
    bad = [
        _reply(ids[0], {"status_code": 400, "body": None}, nested),
        _reply(ids[1], None, "this url is not supported"),
        _reply(ids[2], {"status_code": 200, "body": None}),
        _reply(ids[3], {"status_code": 500, "body": {"error": {"message": "boom"}}}),
        _reply(ids[4], None, {"code": "batch_expired", "message": "expired"}),
        _reply("smp_nobody", {"status_code": 200, "body": {}}),
        b"\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\n",
        _good(lines[5])[:40],
    ]
    twice = [_good(line) for line in (*lines[6:], lines[6])]
    report = _read(asked, run_id, twice, bad)
    assert (report.answered, report.again, report.missing, report.total) == (10, 1, 6, 16)
    assert (report.failed, report.unknown, report.unreadable) == (5, 1, 4)
    told = {fault.line: fault.reason for fault in report.faults}
    assert {fault.file for fault in report.faults} == {"file-1"}
    assert told.keys() == {1, 2, 3, 4, 5, 6, 8, 9, 10, 11}
    for line, words in {
        1: "too long",
        2: "not supported",
        3: "JSON NoneType",
        4: "boom",
        5: "expired",
    }.items():
        assert words in told[line]
    assert "smp_nobody" in told[6]
    assert "middle" in told[11]
    with asked.db.read() as s:
        run = stored.get(s, run_id)
    assert run.status == "paused"
    assert "6 of 16 samples have no answer" in (run.error or "")
    again = [json.loads(line) for line in batches.write(asked.db, run_id)]
    assert {line["custom_id"] for line in again} == set(ids[:6])
    assert _read(asked, run_id, [_good(line) for line in again]).status == "completed"
    assert _counts(asked, run_id).correct == 16


def test_failures_may_be_kept_and_an_answer_takes_their_place(asked: House) -> None:
    """The run completes without them; when an answer comes after all, it counts, whichever came first."""
    run_id, lines = _start(asked)
    failed = [_reply(line["custom_id"], {"status_code": 429, "body": None}) for line in lines[:2]]
    report = _read(asked, run_id, failed, map(_good, lines[1:]), keep_failed=True)
    assert (report.status, report.kept, report.failed) == ("completed", 1, 2)
    assert (_counts(asked, run_id).failed, _counts(asked, run_id).correct) == (1, 15)
    with asked.db.read() as s:
        assert scores.errors(s, run_id) == {"rate limit": 1}
    with pytest.raises(InvalidRequest, match="nothing to ask"):
        batches.write(asked.db, run_id)
    assert _read(asked, run_id, [_good(lines[0], "5")]).status == "completed"
    counts = _counts(asked, run_id)
    assert (counts.failed, counts.correct, counts.incorrect) == (0, 15, 1)


def test_a_reading_that_died_is_done_again_with_the_same_files(asked: House) -> None:
    """The answers that it stored are there already; they get their verdicts, and nothing counts twice."""
    run_id, lines = _start(asked)
    answers = list(map(_good, lines))
    with pytest.raises(KeyboardInterrupt):
        batches.read(asked.db, DeadJudges(), run_id, [("file", answers)])
    report = _read(asked, run_id, answers)
    assert (report.status, report.answered, report.again) == ("completed", 0, 16)
    assert _counts(asked, run_id).correct == 16


def test_what_is_missing_may_be_asked_directly(asked: House) -> None:
    """The run goes on like any other, and a worker is to ask the rest; then no file is read beside it."""
    run_id, lines = _start(asked)
    _read(asked, run_id, map(_good, lines[:10]))
    progress = runs.resume(asked.db, asked.queue, run_id)
    assert (progress.status, progress.total, progress.answered) == ("queued", 16, 10)
    assert asked.queue.waiting(run_id)
    with pytest.raises(InvalidRequest, match="runs pause"):
        _read(asked, run_id, map(_good, lines[10:]))


def test_a_model_that_takes_several_requests_is_refused(asked: House) -> None:
    """No run is made for it."""
    with pytest.raises(InvalidRequest, match="scripted"):
        batches.start(asked.db, asked.queue, Request("tiny", "double"))
    with asked.db.read() as s:
        assert stored.list_runs(s) == []


def test_a_run_that_is_being_asked_is_left_alone(asked: House) -> None:
    """Its samples would be asked twice."""
    run_id = runs.start(asked.db, asked.queue, Request("tiny", "wire"))
    with pytest.raises(InvalidRequest, match="runs pause"):
        batches.write(asked.db, run_id)
    assert runs.pause(asked.db, run_id)
    assert len(list(batches.write(asked.db, run_id))) == 16


@pytest.mark.parametrize("most_bytes", [3, 7, 100])
@pytest.mark.parametrize("most_lines", [1, 2, 100])
def test_files_keep_within_their_limits(most_lines: int, most_bytes: int) -> None:
    """Every line is in one file, in order; only a line that is too long alone is above the bytes."""
    lines = [b"a\n", b"bcd\n", b"", b"e\n", b"longer than seven\n", b"f\n"]
    files: dict[int, list[bytes]] = {}
    for part, line in parted(lines, most_lines, most_bytes):
        files.setdefault(part, []).append(line)
    assert [line for part in sorted(files) for line in files[part]] == lines
    for each in files.values():
        assert len(each) <= most_lines
        assert len(each) == 1 or sum(map(len, each)) <= most_bytes


@pytest.fixture(scope="module")
def small(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own for many runs of 16 samples."""
    path = tmp_path_factory.mktemp("batches") / "small.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    queue = Queue(db.url)
    with db.write() as s:
        models.register(s, "wire", "openai", SETTINGS)
    yield House(db, queue)
    queue.close()
    db.dispose()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_order_and_no_partition_of_the_answers_changes_the_scores(
    small: House, data: st.DataObject
) -> None:
    """Right, wrong and failed answers, some of them twice, in any files, read at once or one by one."""
    run_id, lines = _start(small)
    answers = [_good(line, r"\boxed{4}" if number % 3 else "5") for number, line in enumerate(lines[:12])]
    failed = [_reply(line["custom_id"], {"status_code": 500, "body": None}) for line in lines[10:]]
    everything = [*answers, *failed, *answers[:3]]
    mixed = data.draw(st.permutations(everything))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(mixed)), max_size=3)))
    files = [mixed[first:last] for first, last in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]
    calls = [files] if data.draw(st.booleans()) else [[file] for file in files]
    for call in calls:
        report = _read(small, run_id, *call, keep_failed=True)
    assert (report.status, report.missing) == ("completed", 0)
    counts = _counts(small, run_id)
    assert (counts.correct, counts.incorrect, counts.failed) == (8, 4, 4)
