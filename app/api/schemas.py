"""The shapes of REST requests and replies; replies are read from the records of the rooms below."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.evaluation.budgets import MAX_DOLLARS, MAX_TOKENS, Budget
from app.evaluation.runs import Request
from app.problems.problem import AnswerKind, Certificate, Image
from app.problems.prompts import find_template
from app.storage.records import SetVersion

MAX_ANSWER = 200_000
MAX_GOLD = 20_000

Item = TypeVar("Item")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Reply(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Page(BaseModel, Generic[Item]):
    """A page of a list, newest first; ask for the next one with `after` = `last_id`."""

    object: Literal["list"] = "list"
    data: list[Item]
    first_id: str | None = None
    last_id: str | None = None
    has_more: bool = False


class ProblemSetOut(_Reply):
    """One published version of a problem set.

    `changes` counts what differs from the version before. `reasons` say why, and `provenance` how the set
    came to be; both are empty where answers are hidden, since they could tell them.
    """

    name: str
    version: str
    title: str
    licence: str
    content_sha256: str
    answers_public: bool
    problems: int
    variants: int
    published_at: datetime
    changes: dict[str, dict[str, int]]
    reasons: dict[str, str]
    provenance: dict[str, str]

    @classmethod
    def of(cls, version: SetVersion) -> ProblemSetOut:
        """The version as everybody may see it."""
        reply = cls.model_validate(version)
        if not reply.answers_public:
            reply.reasons, reply.provenance = {}, {}
        return reply


class VariantDifferenceOut(_Reply):
    """A variant that was added, removed or changed: in which fields, never from what to what."""

    id: str
    what: str
    fields: list[str]


class ProblemDifferenceOut(_Reply):
    """A problem that was added, removed or changed (itself, or its variants), and why."""

    id: str
    what: str
    fields: list[str]
    variants: list[VariantDifferenceOut]
    reason: str | None


class DifferencesOut(Page[ProblemDifferenceOut]):
    """What differs between two versions of a problem set, a page of problems at a time."""

    old: str
    new: str
    changes: dict[str, dict[str, int]]


class ProblemOut(_Reply):
    """One seed problem; its derivation and source are left out where answers are hidden."""

    id: str
    title: str
    topic: str
    level: int
    source: str | None
    derivation: str | None
    variants: int

    def hide_answer(self) -> None:
        """Leave out what could tell a hidden answer."""
        self.source, self.derivation = None, None


class VariantOut(_Reply):
    """One variant; where answers are hidden, without all that could tell them."""

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
    images: list[Image]
    answer_kind: str
    assumptions: list[str]
    gold: str | None
    certificate: Certificate | None
    origin: dict[str, str]


class ModelIn(_Request):
    """A model to evaluate; for `openai`, settings hold `base_url`, `model`, `api_key_env` (never a key)."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[\w.:@/+-]+$")
    backend: str
    settings: dict[str, Any] = Field(default_factory=dict)


class ModelOut(_Reply):
    """A registered model."""

    name: str
    backend: str
    settings: dict[str, Any]
    created_at: datetime


class BudgetIn(_Request):
    """What a run may spend in all, in US dollars, in tokens, or in both."""

    dollars: float | None = Field(None, gt=0, le=MAX_DOLLARS)
    tokens: int | None = Field(None, gt=0, le=MAX_TOKENS)

    def budget(self) -> Budget:
        """The budget as evaluation knows it."""
        return Budget(self.dollars, self.tokens)


class RunIn(_Request):
    """One model on (a balanced selection of) one problem set; `limit` is a number of variants."""

    model: str
    problem_set: str
    version: str | None = None
    limit: int | None = Field(None, ge=1)
    repetitions: int = Field(1, ge=1, le=100)
    seed: int = Field(0, ge=-(2**63), lt=2**63)
    prompt: str | None = Field(None, description="A built-in template; by default that of the backend.")
    cache: bool = False
    budget: BudgetIn | None = None

    def request(self) -> Request:
        """The request as evaluation knows it; raises TemplateError for a template that does not exist."""
        values = self.model_dump(exclude={"prompt", "budget"})
        return Request(
            **values,
            prompt=None if self.prompt is None else find_template(self.prompt),
            budget=None if self.budget is None else self.budget.budget(),
        )


class ResumeIn(_Request):
    """How a run goes on: with another budget, and asking again what failed."""

    budget: BudgetIn | None = None
    retry_failed: bool = False


class Counts(_Reply):
    """How far a run is, in samples."""

    total: int
    completed: int
    graded: int
    correct: int
    incorrect: int
    ungradable: int
    failed: int
    cost: float | None
    seconds: float


class RunOut(_Reply):
    """A run or a graded submission."""

    id: str
    kind: str
    status: str
    model: str
    problem_set: str
    version: str
    repetitions: int
    settings: dict[str, Any]
    budget: dict[str, Any] | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    counts: Counts | None = None


class CompletionOut(_Reply):
    """The raw output of a model; latency in seconds, cost in US dollars."""

    text: str
    finish_reason: str
    latency: float
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    error: str | None


class StepOut(_Reply):
    """One line of a verdict's trace."""

    stage: str
    note: str


class VerdictOut(_Reply):
    """One verdict; `reason` and `trace` are left out where they could tell a hidden answer."""

    outcome: str
    method: str
    extracted: str | None
    reason: str | None
    seconds: float
    grader_version: str
    trace: list[StepOut] = Field(default_factory=list)


class SampleOut(_Reply):
    """One (variant, repetition) of a run."""

    id: str
    variant_id: str
    problem_id: str
    topic: str
    perturbation: str
    repetition: int
    statement: str
    completion: CompletionOut | None
    verdict: VerdictOut | None

    def hide_answer(self) -> None:
        """Leave out what could tell a hidden answer: a verdict's reason, its trace and its timing."""
        if self.verdict is not None:
            self.verdict = self.verdict.model_copy(update={"reason": None, "trace": [], "seconds": 0.0})


class RejectedLine(_Reply):
    """A line of an upload that was not taken, by its number (from 1), and why."""

    line: int
    reason: str


class SubmissionOut(BaseModel):
    """What became of an upload: the run that grades it, and the lines that were not taken."""

    run: str
    url: str
    accepted: int
    rejected: list[RejectedLine]


class ScheduleIn(_Request):
    """A cron rule (five fields) in an IANA time zone that starts runs of one model."""

    name: str = Field(min_length=1, max_length=100)
    model: str
    problem_set: str
    version: str | None = None
    cron: str
    timezone: str = "UTC"
    limit: int | None = Field(None, ge=1)
    repetitions: int = Field(1, ge=1, le=100)


class ScheduleOut(_Reply):
    """A schedule, and when it fires next."""

    id: str
    name: str
    model: str
    problem_set: str
    version: str | None
    cron: str
    timezone: str
    limit: int | None
    repetitions: int
    paused: bool
    next_due_at: datetime | None
    created_at: datetime


class GradeIn(_Request):
    """One answer (bare, or a whole completion) to judge against one gold answer; nothing is stored."""

    gold: str = Field(min_length=1, max_length=MAX_GOLD)
    answer: str = Field(max_length=MAX_ANSWER)
    kind: AnswerKind | None = None


class GradeOut(_Reply):
    """The fields of one verdict line."""

    outcome: str
    method: str
    seconds: float
    extracted: str | None
    reason: str
    trace: list[StepOut]


class EstimateOut(_Reply):
    """A share between 0 and 1 of `n` answers to `clusters` problems, with its 95 % interval."""

    mean: float
    low: float | None
    high: float | None
    n: int
    clusters: int


class DropOut(_Reply):
    """Accuracy lost against the originals of the same problems, in percentage points, and relatively."""

    points: float
    low: float | None
    high: float | None
    p: float | None
    relative: float | None
    problems: int


class LeaderboardRow(_Reply):
    """One model: macro accuracy over problems with its interval, and the counts behind it."""

    rank: int | None
    ranked: bool
    model: str
    backend: str
    run_id: str
    kind: str
    score: float | None
    low: float | None
    high: float | None
    graded: int
    ungradable: int
    failed: int
    correct: int
    incorrect: int
    total: int
    coverage: float
    original: EstimateOut | None
    perturbations: dict[str, EstimateOut]
    drops: dict[str, DropOut]
    topics: dict[str, EstimateOut]
    cost: float | None
    seconds: float
    finished_at: datetime


class LeaderboardOut(_Reply):
    """Models ranked on one version of a problem set (`selection` of its variants), with uncertainty."""

    problem_set: str
    version: str
    problems: int
    variants: int
    selection: int
    rows: list[LeaderboardRow]
