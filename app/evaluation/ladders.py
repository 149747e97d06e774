"""Precision ladders: one model at several precisions, declared once in a file and registered together."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from app.backends import ModelSpec, check_spec
from app.evaluation.errors import InvalidLadder
from app.evaluation.runs import Request, find_model, find_version, request_of, template_for
from app.storage import ladders, models, runs
from app.storage.ladders import Ladder
from app.storage.records import Run
from app.storage.sessions import Database

NAME = r"^[\w.+-]+$"
MIN_RUNGS = 2


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RungDeclaration(_Part):
    """One precision: its label, what its settings have beyond the ladder's, and facts of its own."""

    label: str = Field(min_length=1, max_length=50, pattern=NAME)
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    facts: dict[str, JsonValue] = Field(default_factory=dict)


class LadderDeclaration(_Part):
    """One model at several precisions: a backend, settings and facts of all rungs, and the rungs in order.

    `baseline` is the label of the rung that the others are compared with, by default the first.
    """

    name: str = Field(min_length=1, max_length=50, pattern=NAME)
    backend: str = "openai"
    baseline: str = ""
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    rungs: tuple[RungDeclaration, ...] = Field(min_length=MIN_RUNGS)

    @model_validator(mode="after")
    def _labels(self) -> LadderDeclaration:
        labels = [rung.label for rung in self.rungs]
        if twice := sorted({label for label in labels if labels.count(label) > 1}):
            raise ValueError(f"each rung has a label of its own, and {', '.join(twice)} stands twice")
        if self.baseline and self.baseline not in labels:
            raise ValueError(f"the baseline {self.baseline} is none of the rungs {', '.join(labels)}")
        return self

    def spec(self, rung: RungDeclaration) -> ModelSpec:
        """The model of one rung, named NAME@LABEL."""
        return ModelSpec(f"{self.name}@{rung.label}", self.backend, {**self.settings, **rung.settings})


def read_declaration(text: str) -> LadderDeclaration:
    """The ladder that a TOML text declares; raises InvalidLadder, which says what is wrong where."""
    try:
        return LadderDeclaration.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidLadder(f"The declaration of a ladder is not TOML: {error}") from error
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'ladder'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise InvalidLadder(f"The declaration of a ladder does not hold: {'; '.join(faults)}") from None


def declare(db: Database, declaration: LadderDeclaration) -> Ladder:
    """Register the models of all rungs and store the ladder, together or not at all.

    Declared again, a ladder may have other rungs and facts, but a model that has runs keeps its settings.
    Raises BackendUnavailable for settings that the backend does not know, and ModelExists.
    """
    specs = [declaration.spec(rung) for rung in declaration.rungs]
    for spec in specs:
        check_spec(spec)
    with db.write() as s:
        registered = [models.register(s, spec.name, spec.backend, spec.settings) for spec in specs]
        rungs = [
            (rung.label, model.id, {**declaration.facts, **rung.facts})
            for rung, model in zip(declaration.rungs, registered, strict=True)
        ]
        baseline = declaration.baseline or declaration.rungs[0].label
        return ladders.declare(s, declaration.name, baseline, rungs)


def requests(db: Database, name: str, like: Request, *, noise: bool = False) -> list[Request]:
    """The runs that compare a ladder: `like` for every rung in turn, and with `noise` the baseline once more.

    Raises NotFound.
    """
    with db.read() as s:
        ladder = ladders.find(s, name)
    rungs = [*ladder.rungs, *([ladder.base] if noise else [])]
    return [replace(like, model=rung.model) for rung in rungs]


def completed(db: Database, request: Request) -> list[Run]:
    """The completed runs of this very request, whatever they were allowed to spend, the newest first.

    Raises UnknownProblemSet or UnknownModel.
    """
    with db.read() as s:
        version, model = find_version(s, request.problem_set, request.version), find_model(s, request.model)
        found = [runs.get(s, run_id) for run_id in ladders.completed_runs(s, version.id, model.id)]
        prompt = template_for(request, model)
        wanted = replace(request, version=version.version, prompt=prompt, budget=None)
        return [
            run for run in found if run.kind == "run" and replace(request_of(s, run), budget=None) == wanted
        ]
