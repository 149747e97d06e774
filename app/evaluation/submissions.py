"""Submissions: answers made elsewhere, read line by line, stored at once, and graded like any run's."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.evaluation import runs
from app.evaluation.errors import InvalidRequest, SubmissionRefused
from app.evaluation.plans import DEFAULT_CHUNK_SIZE, MAX_REPETITIONS, chunk_count
from app.evaluation.queue import Queue
from app.storage import models, problems, samples
from app.storage.errors import NotFound
from app.storage.records import Model, NewCompletion
from app.storage.sessions import Database, WriteSession

MAX_LINES = 50_000
MAX_LINE_CHARACTERS = 1_000_000
MAX_ANSWER_CHARACTERS = 200_000
MAX_TOTAL_CHARACTERS = 64_000_000
MAX_REPORTED = 1_000
MAX_MODEL_NAME = 200

VARIANT_FIELDS = ("variant", "custom_id", "id")
ANSWER_FIELDS = ("answer", "response", "completion")
SHAPE = '{"variant": "some-problem/original", "answer": "…", "repetition": 0}'


@dataclass(frozen=True)
class Accepted:
    """What became of a submission: its run, how many lines were accepted, and which were not, and why.

    `rejected` holds (line number from 1, reason) of the first MAX_REPORTED of `rejected_lines`; `missing`
    counts the set's variants without any accepted answer, for which the run will not be complete.
    """

    run_id: str
    accepted: int
    rejected: tuple[tuple[int, str], ...]
    rejected_lines: int
    missing: int


@dataclass
class _Reading:
    variants: Collection[str]
    answers: dict[tuple[str, int], str] = field(default_factory=dict)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    rejected_lines: int = 0

    def reject(self, number: int, reason: str) -> None:
        self.rejected_lines += 1
        if len(self.rejected) < MAX_REPORTED:
            self.rejected.append((number, reason))


class _BadLine(ValueError):
    pass


def accept(
    db: Database,
    queue: Queue,
    *,
    problem_set: str,
    model: str,
    lines: Iterable[str],
    version: str | None = None,
    key: str | None = None,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> Accepted:
    """Store the answers in `lines` (JSONL) as a run of `model`, to be graded in the background.

    A line is `{"variant", "answer", "repetition"?}`; `custom_id` or `id` may stand for the first (and
    `variant#1` for variant and repetition, as exported requests have it), `response` (also as a line of
    OpenAI's batch output has it) or `completion` for the second. A model nobody knows is registered as
    known by submissions. Run, answers and queued grading appear together or not at all. Raises
    SubmissionRefused when no line is good or the whole is too large, UnknownProblemSet, or InvalidRequest.
    """
    if not 0 < len(model.strip()) <= MAX_MODEL_NAME:
        raise InvalidRequest(f"The model's name must have from 1 to {MAX_MODEL_NAME} characters.")
    with db.read() as s:
        found = runs.find_version(s, problem_set, version)
        known = frozenset(row.id for row in problems.keys(s, found.id))
    reading = _read(lines, known)
    if not reading.answers:
        raise SubmissionRefused(_refusal(reading, problem_set), reading.rejected)
    with db.write() as s:
        run = runs.create(
            s,
            found,
            _find_or_register(s, model),
            kind="submission",
            repetitions=1 + max(repetition for _, repetition in reading.answers),
            settings={"chunk_size": chunk_size, "limit": None},
            key=key,
        )
        if samples.count(s, run.id) == 0:
            _store(s, run.id, reading.answers)
            runs.enqueue(s, queue, run.id, range(chunk_count(len(reading.answers), chunk_size)))
    return Accepted(
        run_id=run.id,
        accepted=len(reading.answers),
        rejected=tuple(reading.rejected),
        rejected_lines=reading.rejected_lines,
        missing=len(known - {variant for variant, _ in reading.answers}),
    )


def _read(lines: Iterable[str], variants: Collection[str]) -> _Reading:
    reading = _Reading(variants)
    total = 0
    for number, line in enumerate(lines, start=1):
        total += len(line)
        if number > MAX_LINES or total > MAX_TOTAL_CHARACTERS:
            raise SubmissionRefused(
                f"The submission is too large: at most {MAX_LINES:,} lines and {MAX_TOTAL_CHARACTERS:,} "
                "characters. Split it, or shorten the answers to what leads to the result.",
                reading.rejected,
            )
        if not line.strip():
            continue
        try:
            sample, answer = _read_line(line, variants)
            if sample in reading.answers:
                raise _BadLine(f"a second answer for {sample[0]!r} repetition {sample[1]}; the first is kept")
            reading.answers[sample] = answer
        except _BadLine as error:
            reading.reject(number, str(error))
    return reading


def _read_line(line: str, variants: Collection[str]) -> tuple[tuple[str, int], str]:
    if len(line) > MAX_LINE_CHARACTERS:
        raise _BadLine(f"longer than {MAX_LINE_CHARACTERS:,} characters")
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _BadLine(f"not JSON: {str(error)[:100]}") from error
    if not isinstance(entry, Mapping):
        raise _BadLine(f"not a JSON object such as {SHAPE}")
    return _sample(entry, variants), _answer(entry)


def _sample(entry: Mapping[str, Any], variants: Collection[str]) -> tuple[str, int]:
    """The variant and repetition of a line; an exported request's `custom_id` is both, as `variant#1`."""
    named = _field(entry, VARIANT_FIELDS)
    if isinstance(named, str):
        if named in variants:
            return named, _repetition(entry.get("repetition", 0))
        variant, _, number = named.rpartition("#")
        if variant in variants and re.fullmatch("[0-9]{1,3}", number):
            return variant, _repetition(int(number))
    raise _BadLine(f"the problem set has no variant {str(named)[:100]!r}")


def _field(entry: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if name in entry:
            return entry[name]
    raise _BadLine(f"{names[0]!r} is missing; a line looks like {SHAPE}")


def _answer(entry: Mapping[str, Any]) -> str:
    if entry.get("error") is not None:
        raise _BadLine("it carries an error instead of an answer")
    answer = _field(entry, ANSWER_FIELDS)
    if isinstance(answer, Mapping):
        answer = _batch_output(answer)
    if not isinstance(answer, str):
        raise _BadLine(f"the answer is {type(answer).__name__}, not a string")
    if len(answer) > MAX_ANSWER_CHARACTERS:
        raise _BadLine(f"the answer is longer than {MAX_ANSWER_CHARACTERS:,} characters")
    return answer


def _batch_output(response: Mapping[str, Any]) -> Any:
    """The text of a `response` as OpenAI's batch output writes it."""
    try:
        return response["body"]["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise _BadLine("the response has no body.choices[0].message.content") from error


def _repetition(repetition: Any) -> int:
    if type(repetition) is not int or not 0 <= repetition < MAX_REPETITIONS:
        raise _BadLine(f"repetition must be a whole number from 0 to {MAX_REPETITIONS - 1}")
    return repetition


def _refusal(reading: _Reading, problem_set: str) -> str:
    if not reading.rejected:
        return f"The submission has no lines; each should look like {SHAPE}."
    number, reason = reading.rejected[0]
    return (
        f"None of the {reading.rejected_lines} lines is an answer to {problem_set!r}, so nothing was stored. "
        f"Line {number}: {reason}."
    )


def _find_or_register(s: WriteSession, name: str) -> Model:
    try:
        return models.find(s, name)
    except NotFound:
        return models.register(s, name, runs.SUBMITTED, {})


def _store(s: WriteSession, run_id: str, answers: Mapping[tuple[str, int], str]) -> None:
    sample_ids = samples.insert(s, run_id, answers)
    samples.save_completions(
        s,
        (
            NewCompletion(sample_id, answer, "stop", 0.0)
            for sample_id, answer in zip(sample_ids, answers.values(), strict=True)
        ),
    )
