"""The frozen records of a problem set: problems, their variants, and the set itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import sympy
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.problems.tasks import Expression, Task, read, symbols, unknowns, variable

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
    "function",
]

ORIGINAL = "original"

KINDS: dict[str, tuple[AnswerKind, ...]] = {
    "indefinite_integral": ("antiderivative",),
    "definite_integral": ("expression", "number"),
    "limit": ("expression", "number"),
    "series": ("series", "expression"),
    "sum": ("expression", "number"),
    "product": ("expression", "number"),
    "differential_equation": ("ode_solution",),
    "differential_system": ("tuple",),
    "evaluation": ("expression", "number", "matrix", "tuple", "function"),
    "simplification": ("expression", "number"),
    "equation": ("solution_set", "interval", "tuple", "number", "expression"),
    "equation_system": ("solution_set", "tuple"),
    "inequality": ("interval",),
    "determinant": ("expression", "number"),
    "inverse": ("matrix",),
    "eigenvalues": ("solution_set",),
    "characteristic_polynomial": ("expression",),
    "matrix_exponential": ("matrix",),
    "matrix_power": ("matrix",),
    "matrix_rank": ("number",),
    "linear_system": ("tuple",),
    "expectation": ("expression", "number"),
    "probability": ("expression", "number"),
    "congruences": ("expression", "number"),
    "arithmetic_function": ("expression", "number"),
    "instance": ("number", "expression", "tuple", "solution_set", "interval", "equation"),
}
"""The kinds of answer that each operation can have."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Parameter(_Record):
    """A symbol of the problem that perturbations act on, and the value the original gives it."""

    name: str
    original: Expression
    role: Literal["scale", "shift", "exponent", "coefficient"]

    @field_validator("name")
    @classmethod
    def _is_a_symbol(cls, name: str) -> str:
        if read(name) != sympy.Symbol(name):
            raise ValueError(f"{name} is not read as a symbol of that name; choose another letter")
        return name


class Problem(_Record):
    """One seed problem in parametric form.

    `task` and `gold` are written in the parameters; putting each parameter's `original` value gives the
    seed itself. `assumptions` are relations in LaTeX (`a > 0`, `a \\ne b`, `n \\in \\mathbb{Z}`).
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
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

    @field_validator("assumptions")
    @classmethod
    def _are_relations(cls, assumptions: tuple[str, ...]) -> tuple[str, ...]:
        for text in assumptions:
            if not isinstance(read(text), sympy.logic.boolalg.Boolean):
                raise ValueError(f"{text!r} is not a relation; write one such as 'a > 0'")
        return assumptions

    @model_validator(mode="after")
    def _fits_together(self) -> Problem:
        if self.answer_kind not in KINDS[self.task.operation]:
            allowed = " or ".join(KINDS[self.task.operation])
            raise ValueError(
                f"answer_kind {self.answer_kind!r} does not fit {self.task.operation}: use {allowed}"
            )
        originals = {sympy.Symbol(parameter.name): parameter.original for parameter in self.parameters}
        for text in self.assumptions:
            if read(text).xreplace(originals) == sympy.false:
                raise ValueError(f"the parameters' original values contradict the assumption {text!r}")
        self._require_known_symbols(set(originals))
        return self

    def _require_known_symbols(self, parameters: set[sympy.Basic]) -> None:
        """Every symbol is a parameter, or the variable of the answer, or an arbitrary constant of it."""
        known = parameters | self._answer_variables()
        constants = {symbol for symbol in self.gold.free_symbols if str(symbol).startswith("C_")}
        for place, found in (("task", symbols(self.task)), ("gold", self.gold.free_symbols - constants)):
            unknown = sorted(map(str, found - known))
            if unknown:
                raise ValueError(
                    f"the symbol {unknown[0]} in {place} is neither a parameter nor the task's variable; "
                    "add it under [problem.parameters]"
                )

    def _answer_variables(self) -> set[sympy.Basic]:
        """The symbols, besides parameters, that the answer may be written in."""
        if self.task.operation in ("evaluation", "simplification"):
            names = {parameter.name for parameter in self.parameters}
            return {symbol for symbol in symbols(self.task) if symbol.name not in names}
        return symbols(self.task) & {variable(self.task), *unknowns(self.task)}


class Certificate(_Record):
    """The machine-checked evidence that a variant's gold answer is right.

    `method` names the check (made independently of how the answer was made), `digits` the decimal digits
    to which the evidence agrees (None when exact), `points` how many points or terms were checked, `seconds`
    the processor time that it took.
    """

    method: str
    digits: int | None
    points: int
    evidence: tuple[str, ...] = ()
    seconds: float = 0.0
    versions: dict[str, str] = Field(default_factory=dict)


class Image(_Record):
    """A picture that belongs to a statement: where it lies, and the SHA-256 of its bytes."""

    path: str
    sha256: str


class Variant(_Record):
    """A problem with one perturbation applied; the seed itself is the variant `original`.

    `parent` is the variant that was rewritten to make this one (empty where it was made from the problem).
    `parameters` gives the value of each parameter in LaTeX (its own name where it stays a symbol); `change`
    says what else was done (for `equivalence`: the form, where it stands, and the identities it is made of).
    `origin` says of an imported row where it stood (file, line, licence, the SHA-256 of the row) and what its
    source said of it that has no field here; `images` are what the statement shows.
    """

    id: str
    problem: str
    parent: str = ""
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
    images: tuple[Image, ...] = ()
    origin: dict[str, str] = Field(default_factory=dict)
    certificate: Certificate | None = None

    @cached_property
    def content(self) -> dict[str, Any]:
        """What the variant asks and what is right, as JSON: everything but its certificate.

        Evidence may be made again, by newer libraries, without a new version of the set. Images and origin
        are there only if the variant has them. Writing the mathematics is most of the work: it is done once.
        """
        fields = self.model_dump(mode="json", exclude={"certificate"}, warnings=False)  # of an unread task
        return {name: value for name, value in fields.items() if value or name not in ("images", "origin")}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Variant:
        """A copy with these fields changed; its content is made anew unless only evidence changed."""
        copied = super().model_copy(update=update, deep=deep)
        if update and set(update) != {"certificate"}:
            copied.__dict__.pop("content", None)
        return copied


class Refusal(_Record):
    """A variant that was not published, and why."""

    variant: str
    perturbation: str
    statement: str
    reason: str


class ProblemSet(_Record):
    """A named, versioned, content-hashed collection of problems' variants; immutable once published.

    `problems` describes the seeds for readers: id → {title, topic, level, source, derivation}. `provenance`
    says how the set came to be: for a built one its scheme, random seed and the generator's version, for an
    imported one the file, its SHA-256 and the importer. `reasons` says why problems differ from the version
    before: problem id (or `*` for all) → reason.
    """

    name: str
    version: str
    title: str
    licence: str
    card: str
    sha256: str
    problems: dict[str, dict[str, Any]]
    provenance: dict[str, str] = Field(default_factory=dict)
    reasons: dict[str, str] = Field(default_factory=dict)
    variants: tuple[Variant, ...]
    refusals: tuple[Refusal, ...] = ()
