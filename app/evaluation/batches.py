"""Runs that are asked by batch files: written, answered elsewhere, and read back in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from app.backends import Completion, Prompt, check_spec
from app.backends.chat import ChatRequest, Message, RequestFailed
from app.backends.strategies.base import completions_of, failures_of
from app.backends.vllm import VLLMSettings
from app.backends.wire import OpenAISettings
from app.backends.wire.batch_lines import BatchLines
from app.backends.wire.replies import Garbled
from app.evaluation import runs
from app.evaluation.errors import InvalidRequest
from app.evaluation.plans import DEFAULT_CHUNK_SIZE
from app.evaluation.queue import Queue
from app.evaluation.samples import PAGE, pending, prompt_of, row_of
from app.grading import Judges
from app.storage import models, samples, scores
from app.storage import runs as stored
from app.storage.records import Model, Run
from app.storage.sessions import Database, ReadSession, WriteSession

MAX_REPORTED = 1_000
"""Faults that a report names; all are counted."""

ANYWHERE = "http://localhost/v1"
"""Stands for the address of a vLLM that is not there yet; no line of a batch says it."""


@dataclass(frozen=True)
class Fault:
    """A line without an answer; `line` counts from 1."""

    file: str
    line: int
    custom_id: str | None
    reason: str


@dataclass(frozen=True)
class Report:
    """What became of the lines of a batch's answers, and of the run.

    `answered` answers were stored; `again` came for samples that had one. Of the lines without an answer
    `failed` say why, `unknown` belong to no sample of the run, `unreadable` are no reply at all; `faults` are
    the first of them. `kept` failures were stored as such, and `missing` samples have nothing yet.
    """

    run_id: str
    status: str
    total: int
    missing: int
    answered: int
    again: int
    failed: int
    unknown: int
    unreadable: int
    kept: int
    faults: tuple[Fault, ...]


def start(db: Database, queue: Queue, request: runs.Request) -> str:
    """Start a run that rests until its answers are read; returns its id.

    Raises UnknownProblemSet, UnknownModel, or InvalidRequest, also for a model that no batch can ask.
    """
    with db.write() as s:
        wire_settings(runs.find_model(s, request.model))
        waits = "Waits for the answers of a batch file."
        run_id = runs.start_in(s, queue, request, key=None, chunk_size=DEFAULT_CHUNK_SIZE, paused=waits)
        _rest(s, run_id, _waits(run_id))
    return run_id


def write(db: Database, run_id: str) -> Iterator[bytes]:
    """The lines that ask for all samples of the run without a completion; the run rests until it is read.

    They are made as they are taken. Raises UnknownRun, InvalidRequest, or Unwritable.
    """
    with db.write() as s:
        run, lines = _open(s, run_id)
        places = range(samples.count(s, run_id))
        if not samples.left(s, run_id, places)[0]:
            raise InvalidRequest(f"Every sample of run {run_id} has a completion: there is nothing to ask.")
        template = runs.template_in(s, run)
        _rest(s, run_id, _waits(run_id))
    return (
        lines.write(
            sample.sample_id,
            ChatRequest((Message("user", prompt_of(sample, template).text),), first_draw=sample.repetition),
        )
        for sample in pending(db, run_id, places, with_tasks=False)
    )


def read(
    db: Database,
    judges: Judges,
    run_id: str,
    files: Iterable[tuple[str, Iterable[bytes]]],
    *,
    keep_failed: bool = False,
    graded: Callable[[int], None] = lambda count: None,
) -> Report:
    """Store and grade the answers in files (name, lines) by their `custom_id`, in whatever order they come.

    An answer takes the place of a failure, and never that of another answer. The run is completed once every
    sample has an answer or, with `keep_failed`, a failure; else it rests and says what is missing. `graded`
    is told how many verdicts were given. Raises UnknownRun or InvalidRequest.
    """
    with db.read() as s:
        _, lines = _open(s, run_id)
    reading = _Reading(db, run_id, lines)
    for name, content in files:
        reading.take(name, content)
    kept = reading.keep_failures() if keep_failed else 0
    _grade(db, judges, run_id, graded)
    status, total, missing = _settle(db, run_id)
    counts = reading.counts
    return Report(
        run_id=run_id,
        status=status,
        total=total,
        missing=missing,
        answered=counts["answered"],
        again=counts["again"],
        failed=counts["failed"],
        unknown=counts["unknown"],
        unreadable=counts["unreadable"],
        kept=kept,
        faults=tuple(reading.faults),
    )


def wire_settings(model: Model) -> OpenAISettings:
    """How a model is asked in one request an answer; raises InvalidRequest for one that is not."""
    runs.check_askable(model)
    settings = check_spec(runs.spec_of(model))
    if isinstance(settings, VLLMSettings):
        return settings.client_settings(settings.base_url or ANYWHERE)
    if isinstance(settings, OpenAISettings):
        return settings
    raise InvalidRequest(
        f"Model {model.name!r} has the backend {model.backend!r}, which no batch file can ask: that takes a "
        "model that answers in one request, of the backend openai, vllm or vllm-offline. Use `plumbline run`."
    )


def _open(s: ReadSession, run_id: str) -> tuple[Run, BatchLines]:
    """A run that nobody works on, and how lines ask its model."""
    run = runs.get_in(s, run_id)
    if run.kind != "run":
        raise InvalidRequest(f"Run {run_id} is a {run.kind}: its answers were made elsewhere.")
    if stored.active(s, run_id):
        raise InvalidRequest(
            f"Run {run_id} is {run.status}: its samples are being asked. "
            f"`plumbline runs pause {run_id}` lets it rest."
        )
    return run, BatchLines(wire_settings(models.get(s, run.model_id)))


def _rest(s: WriteSession, run_id: str, reason: str) -> None:
    """Let the run rest for this reason, whatever it rested for or how it had ended."""
    stored.set_status(s, run_id, "queued")
    stored.set_status(s, run_id, "paused", reason)


def _waits(run_id: str) -> str:
    return f"Waits for the answers of a batch file: `plumbline batch read {run_id} FILE`."


class _Reading:
    """Lines on their way into the database, page by page."""

    def __init__(self, db: Database, run_id: str, lines: BatchLines) -> None:
        self._db = db
        self._run_id = run_id
        self._lines = lines
        self._failures: dict[str, Completion] = {}
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []

    def take(self, name: str, content: Iterable[bytes]) -> None:
        """Store the answers in one file."""
        numbered = ((number, line) for number, line in enumerate(content, start=1) if line.strip())
        while page := list(islice(numbered, PAGE)):
            self._store(name, [entry for number, line in page if (entry := self._read(name, number, line))])

    def keep_failures(self) -> int:
        """Store the failures of samples that have no completion, and say how many there were."""
        with self._db.write() as s:
            return samples.save_completions(s, map(row_of, self._failures.values()))

    def _read(self, name: str, number: int, line: bytes) -> tuple[int, Completion] | None:
        try:
            custom_id, outcome = self._lines.read(line)
        except Garbled as error:
            self._fault("unreadable", Fault(name, number, None, str(error)))
            return None
        asked = (Prompt(custom_id, "", None),)
        if isinstance(outcome, RequestFailed):
            return number, failures_of(asked, outcome)[0]
        return number, completions_of(asked, outcome)[0]

    def _store(self, name: str, page: Sequence[tuple[int, Completion]]) -> None:
        with self._db.write() as s:
            known = samples.of_run(s, self._run_id, {completion.key for _, completion in page})
            answers = [each for _, each in page if each.key in known and each.error is None]
            samples.forget_failures(s, self._run_id, {completion.key for completion in answers})
            new = samples.save_completions(s, map(row_of, answers))
        self.counts.update(answered=new, again=len(answers) - new)
        for number, completion in page:
            if completion.key not in known:
                reason = f"run {self._run_id} has no sample {completion.key[:100]!r}"
                self._fault("unknown", Fault(name, number, completion.key, reason))
            elif completion.error is not None:
                self._failures.setdefault(completion.key, completion)
                self._fault("failed", Fault(name, number, completion.key, completion.error))

    def _fault(self, kind: str, fault: Fault) -> None:
        self.counts[kind] += 1
        if len(self.faults) < MAX_REPORTED:
            self.faults.append(fault)


def _grade(db: Database, judges: Judges, run_id: str, graded: Callable[[int], None]) -> None:
    """Judge what has an answer and no verdict. The run rests meanwhile: no worker may take it for its own."""
    with db.read() as s:
        places = range(samples.count(s, run_id))
    while True:
        with db.read() as s:
            found = samples.ungraded_at(s, run_id, places, PAGE)
        if not found:
            return
        verdicts = list(judges.judge_many(case for _, _, case in found))
        with db.write() as s:
            samples.save_verdicts(s, zip((sample_id for _, sample_id, _ in found), verdicts, strict=True))
        graded(len(found))
        places = range(found[-1][0] + 1, places.stop)


def _settle(db: Database, run_id: str) -> tuple[str, int, int]:
    """Complete the run or say what it waits for; returns its status, its samples, and how many are missing.

    A run that somebody let go on meanwhile is left to its worker.
    """
    with db.write() as s:
        stored.lock(s, run_id)
        total = samples.count(s, run_id)
        missing, _ = samples.left(s, run_id, range(total))
        if not stored.active(s, run_id):
            if missing:
                _rest(s, run_id, _lacks(run_id, missing, total))
            else:
                scores.refresh(s, run_id)
                stored.set_status(s, run_id, "queued")
                stored.set_status(s, run_id, "completed")
        return stored.get(s, run_id).status, total, missing


def _lacks(run_id: str, missing: int, total: int) -> str:
    return (
        f"{missing:,} of {total:,} samples have no answer yet. `plumbline batch read {run_id} FILE` reads "
        f"more; `plumbline batch write --run {run_id} --out FILE` writes a file that asks for them; "
        f"`plumbline run --resume {run_id}` asks them directly."
    )
