"""Any table, its columns named by a mapping file in TOML; docs/importing.md has an example of one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.problems.importers.answers import after_hashes, boxed, without_label
from app.problems.importers.base import Draft, named, slug
from app.problems.importers.errors import ImportFailed, RowRefused
from app.problems.importers.kinds import kind_of
from app.problems.importers.rows import Row
from app.problems.problem import ORIGINAL, AnswerKind

FieldName = Literal[
    "id",
    "statement",
    "answer",
    "problem",
    "perturbation",
    "strength",
    "topic",
    "level",
    "answer_kind",
    "image",
    "derivation",
    "licence",
    "source",
    "title",
]
OWN_NAMES: dict[FieldName, str] = {name: name for name in get_args(FieldName)}
"""The columns of a table that uses our own names, and so needs no mapping."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    found: Literal["whole", "boxed", "hashes"] = "whole"


class Mapping(BaseModel):
    """What a mapping file says.

    `columns` gives for our fields the columns that hold them, `constants` what a field is where no column
    says it, `levels` and `perturbations` what the source's words mean here, `answer` where the answer stands.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[FieldName, str]
    constants: dict[FieldName, str] = Field(default_factory=dict)
    levels: dict[str, Literal[1, 2, 3]] = Field(default_factory=dict)
    perturbations: dict[str, str] = Field(default_factory=dict)
    answer: _Answer = _Answer()

    @field_validator("columns")
    @classmethod
    def _says_what_is_asked(cls, columns: dict[FieldName, str]) -> dict[FieldName, str]:
        for needed in ("statement", "answer"):
            if needed not in columns:
                raise ValueError(f'it must say which column is the {needed}: {needed} = "…"')
        return columns


def read_mapping(text: str, file: str) -> Mapping:
    """The mapping in a TOML file; ImportFailed names the line or the field at fault."""
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ImportFailed(f"{file}: not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"] if part != "[key]")
        raise ImportFailed(f"{file}, field {where!r}: {first['msg']}.") from error


class Generic:
    """Any JSON lines, JSON, CSV or Parquet, by a mapping; without one, its columns have our own names."""

    name = "generic"
    describe = "any table, its columns named by a mapping file (or `statement`, `answer`, `topic`, …)"
    licence = "not stated"
    version = "1"

    def __init__(self, mapping: Mapping | None = None) -> None:
        self._mapping = mapping or Mapping(columns=OWN_NAMES)

    def read(self, row: Row) -> Iterator[Draft]:
        statement = row.text(self._mapping.columns["statement"])
        own, family = self._said(row, "id"), self._said(row, "problem")
        problem = slug(family or own) if family or own else named("problem", statement)
        written = self._said(row, "perturbation")
        perturbation = slug(self._mapping.perturbations.get(written, written)) if written else ORIGINAL
        gold = self._answer(row)
        image = row.value(self._mapping.columns.get("image", "image"))
        yield Draft(
            problem=problem,
            statement=statement,
            gold=gold,
            answer_kind=self._kind(row) or kind_of(statement, gold),
            topic=slug(self._said(row, "topic") or "mathematics"),
            label=perturbation if perturbation == ORIGINAL or not own else slug(own),
            key=own,
            level=self._level(row),
            numbered=perturbation != ORIGINAL and not own,
            perturbation=perturbation,
            strength=row.number(self._mapping.columns.get("strength", "strength")) or 0.0,
            change={"perturbation": written} if perturbation != ORIGINAL else {},
            title=self._said(row, "title"),
            source=self._said(row, "source"),
            derivation=self._said(row, "derivation"),
            licence=self._said(row, "licence"),
            said={"id": own, "level": self._said(row, "level")},
            pictures=() if image is None else (image,),
        )

    def _said(self, row: Row, name: FieldName) -> str:
        column = self._mapping.columns.get(name)
        return (row.optional(column) if column else "") or self._mapping.constants.get(name, "")

    def _answer(self, row: Row) -> str:
        column = self._mapping.columns["answer"]
        text = row.text(column)
        if self._mapping.answer.found == "boxed":
            inside = boxed(text)
            if inside is None:
                raise RowRefused("no \\boxed{…} that is closed", column, "there is no answer")
            return inside
        if self._mapping.answer.found == "hashes":
            solved = after_hashes(text)
            if solved is None:
                raise RowRefused("no result follows '####'", column)
            return solved[1]
        return without_label(text)

    def _kind(self, row: Row) -> AnswerKind | None:
        written = self._said(row, "answer_kind")
        kinds: tuple[AnswerKind, ...] = get_args(AnswerKind)
        found = next((kind for kind in kinds if kind == written), None)
        if written and found is None:
            detail = f"found {written[:40]!r}; use one of {', '.join(kinds)}"
            raise RowRefused(
                "it is no answer kind", self._mapping.columns.get("answer_kind", "answer_kind"), detail
            )
        return found

    def _level(self, row: Row) -> int:
        written = self._said(row, "level")
        level = self._mapping.levels.get(written) or {"": 2, "1": 1, "2": 2, "3": 3}.get(
            written.removesuffix(".0")
        )
        if level is None:
            detail = f"found {written[:40]!r}; say under [levels] of the mapping what it means"
            raise RowRefused(
                "it is no level from 1 to 3", self._mapping.columns.get("level", "level"), detail
            )
        return level
