"""The frozen records of a problem set: problems, their variants, and the set itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.problems.tasks import Expression, Task

AnswerKind = Literal[
    "number",
    "expression",
    "antiderivative",
    "ode_solution",
    "equation",
    "solution_set",
    "interval",
    "series",
    "matrix",
    "tuple",
    "choice",
    "text",
]

ORIGINAL = "original"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Parameter(_Record):
    """A symbol of the problem that perturbations act on, and the value the original gives it."""

    name: str
    original: Expression
    role: Literal["scale", "shift", "exponent", "coefficient"]


class Problem(_Record):
    """One seed problem in parametric form.

    `task` and `gold` are written in the parameters; putting each parameter's `original` value gives the
    seed itself. `assumptions` are relations in LaTeX (`a > 0`, `a \\ne b`, `n \\in \\mathbb{Z}`).
    """

    id: str
    title: str
    topic: str
    level: Literal[1, 2, 3]
    source: str
    derivation: str
    answer_kind: AnswerKind
    task: Task
    gold: Expression
    parameters: tuple[Parameter, ...] = ()
    assumptions: tuple[str, ...] = ()


class Certificate(_Record):
    """The machine-checked evidence that a variant's gold answer is right.

    `method` names the check (made independently of how the answer was made), `digits` the decimal digits
    to which the evidence agrees (None when exact), `points` how many points or terms were checked.
    """

    method: str
    digits: int | None
    points: int
    evidence: tuple[str, ...] = ()
    versions: dict[str, str] = Field(default_factory=dict)


class Variant(_Record):
    """A problem with one perturbation applied; the seed itself is the variant `original`.

    `parameters` gives the value of each parameter in LaTeX (its own name where it stays a symbol); `change`
    says what else was done (for `equivalence`: the form, where it stands, and the identities it is made of).
    """

    id: str
    problem: str
    topic: str
    level: int
    perturbation: str
    strength: float = 0.0
    parameters: dict[str, str] = Field(default_factory=dict)
    change: dict[str, str] = Field(default_factory=dict)
    statement: str
    answer_kind: AnswerKind
    gold: str
    assumptions: tuple[str, ...] = ()
    task: Task | None = None
    seed: int = 0
    certificate: Certificate | None = None


class Refusal(_Record):
    """A variant that was not published, and why."""

    variant: str
    perturbation: str
    statement: str
    reason: str


class ProblemSet(_Record):
    """A named, versioned, content-hashed collection of problems' variants; immutable once published.

    `problems` describes the seeds for readers: id → {title, topic, level, source, derivation}.
    """

    name: str
    version: str
    title: str
    licence: str
    card: str
    sha256: str
    problems: dict[str, dict[str, Any]]
    variants: tuple[Variant, ...]
    refusals: tuple[Refusal, ...] = ()
