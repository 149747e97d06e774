"""The frozen records that leave storage; timestamps are aware and in UTC, costs in US dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from pydantic import TypeAdapter

from app.grading.verdict import Verdict
from app.problems.differences import ProblemDifference
from app.problems.problem import Certificate, Image
from app.problems.tasks import Task
from app.statistics.estimators import Estimate
from app.statistics.robustness import Drop

_TASK: TypeAdapter[Any] = TypeAdapter(Task)
TASKS_KEPT = 4096


@lru_cache(maxsize=TASKS_KEPT)
def read_task(json_text: str) -> Task:
    """The typed task of its JSON text; kept, since parsing costs milliseconds and variants repeat."""
    return _TASK.validate_json(json_text)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class SetVersion:
    """One published, immutable version of a problem set.

    `answers_public` says whether anybody may see its gold answers; `provenance` how the set came to be.
    `changes` counts what differs from the version published before (as `problems.differences.count`; empty
    for the first), and `reasons` say why (problem id, or `*` for all).
    """

    id: str
    name: str
    version: str
    title: str
    licence: str
    card: str
    content_sha256: str
    answers_public: bool
    problems: int
    variants: int
    published_at: datetime
    provenance: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    changes: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """Two versions of a problem set, and the problems that differ; no reasons where answers are hidden."""

    old: SetVersion
    new: SetVersion
    problems: tuple[ProblemDifference, ...]


@dataclass(frozen=True)
class ProblemRow:
    """One seed problem as a list shows it; `variants` counts its published variants."""

    version_id: str
    id: str
    title: str
    topic: str
    level: int
    source: str
    derivation: str
    variants: int


@dataclass(frozen=True)
class VariantKey:
    """What planning needs to know of a variant."""

    id: str
    problem_id: str
    topic: str
    perturbation: str


@dataclass(frozen=True)
class VariantRow:
    """One variant as a page shows it.

    Unless the version's answers are public, `gold` and `certificate` are None, and what could tell the answer
    (parameters, what else was done, where the row came from) is empty.
    """

    version_id: str
    id: str
    problem_id: str
    parent: str
    topic: str
    level: int
    perturbation: str
    strength: float
    parameters: dict[str, str]
    change: dict[str, str]
    statement: str
    images: tuple[Image, ...]
    answer_kind: str
    assumptions: tuple[str, ...]
    gold: str | None
    certificate: Certificate | None
    origin: dict[str, str]


@dataclass(frozen=True)
class ProblemDetail:
    """One seed problem with its variants (or a page of them), the original first.

    `perturbations` counts all its variants by perturbation.
    """

    problem: ProblemRow
    variants: tuple[VariantRow, ...]
    perturbations: dict[str, int]


@dataclass(frozen=True)
class Model:
    """What is evaluated: a name, how it is reached, and with which settings."""

    id: str
    name: str
    backend: str
    settings: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Run:
    """One model on one selection of one problem set version.

    `kind` is `run` or `submission`; `status` is `queued`, `running`, `paused`, `completed`, `failed` or
    `cancelled`; `error` says why it failed or paused; `settings` are those it was started with, and stay as
    they were; `budget` (`dollars`, `tokens`) is what it may spend, and may be raised.
    """

    id: str
    version_id: str
    problem_set: str
    version: str
    model_id: str
    model: str
    kind: str
    status: str
    repetitions: int
    settings: dict[str, Any]
    budget: dict[str, Any] | None
    key: str | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to this run by itself: it has ended, or it rests."""
        return self.status not in ("queued", "running")


@dataclass(frozen=True)
class PendingPrompt:
    """A sample that still waits for its completion, with all that a backend needs to answer it."""

    sample_id: str
    position: int
    text: str
    kind: str
    task_json: str | None
    assumptions: tuple[str, ...]
    repetition: int

    @cached_property
    def task(self) -> Task | None:
        """The typed task, built when first asked for: only solvers need it."""
        return None if self.task_json is None else read_task(self.task_json)


@dataclass(frozen=True)
class NewCompletion:
    """A sample's completion as it is stored; the fields are those of the columns."""

    sample_id: str
    text: str
    finish_reason: str
    latency: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    error: str | None = None
    error_kind: str | None = None
    reasoning: str | None = None
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CompletionRow:
    """The raw output of a model for one sample; `failed` means the backend, not the model, went wrong."""

    text: str
    finish_reason: str
    latency: float
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    error: str | None
    failed: bool
    created_at: datetime
    error_kind: str | None = None
    reasoning: str | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class SampleRow:
    """One (variant, repetition) of a run, with its completion and its verdict as far as they exist.

    The verdict's reason and trace may name the gold answer: show them only if the version's are public.
    """

    id: str
    run_id: str
    variant_id: str
    problem_id: str
    topic: str
    perturbation: str
    repetition: int
    statement: str
    completion: CompletionRow | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Counts:
    """How far a run is, in samples: `total = correct + incorrect + ungradable + failed + pending`.

    `completed` have a completion (graded or not); `graded = correct + incorrect + ungradable`; `cost` is
    None if no completion told one; `seconds` is the sum of latencies.
    """

    total: int
    completed: int
    correct: int
    incorrect: int
    ungradable: int
    failed: int
    cost: float | None
    seconds: float

    @property
    def graded(self) -> int:
        """Samples that have a verdict."""
        return self.correct + self.incorrect + self.ungradable

    @property
    def pending(self) -> int:
        """Samples that have neither a verdict nor a failure."""
        return self.total - self.graded - self.failed

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask or to grade."""
        return self.pending == 0


@dataclass(frozen=True)
class Schedule:
    """A cron rule that starts runs; `version` None means the newest at the time it fires."""

    id: str
    name: str
    problem_set: str
    version: str | None
    model_id: str
    model: str
    cron: str
    timezone: str
    repetitions: int
    limit: int | None
    paused: bool
    next_due_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class Tick:
    """That a schedule was due at one instant, what was decided, and the run it started."""

    schedule_id: str
    due_at: datetime
    decision: str
    run_id: str | None
    created_at: datetime


@dataclass(frozen=True)
class WorkerRow:
    """A worker process that said it was alive, by the database's clock."""

    executor_id: str
    started_at: datetime
    heartbeat_at: datetime


@dataclass(frozen=True)
class StandingRow:
    """One model on a leaderboard.

    `score` is the macro accuracy over problems with the interval `low`–`high`; ungradable answers count as
    not correct, failed ones (the backend's fault) are left out and lower `coverage`, the share of the
    leaderboard's samples that have a verdict. Below full coverage a row has no rank. `total` is what full
    coverage would be. Rank 1 is best; equal scores share a rank.
    """

    rank: int | None
    ranked: bool
    model: str
    backend: str
    run_id: str
    kind: str
    finished_at: datetime
    repetitions: int
    score: float | None
    low: float | None
    high: float | None
    macro: Estimate | None
    micro: Estimate | None
    original: Estimate | None
    perturbations: dict[str, Estimate] = field(default_factory=dict)
    drops: dict[str, Drop] = field(default_factory=dict)
    topics: dict[str, Estimate] = field(default_factory=dict)
    correct: int = 0
    incorrect: int = 0
    ungradable: int = 0
    failed: int = 0
    graded: int = 0
    total: int = 0
    coverage: float = 0.0
    cost: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Standing:
    """The leaderboard of one problem set version: ranked rows first, best first.

    `selection` is the number of variants that the ranks are about, at most `variants`.
    """

    problem_set: str
    version: str
    version_id: str
    title: str
    problems: int
    variants: int
    selection: int
    perturbations: tuple[str, ...]
    topics: tuple[str, ...]
    rows: tuple[StandingRow, ...]
