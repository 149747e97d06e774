"""`seeds.toml` and `seeds/*.toml`, the files of seeds in parametric form that people write.

`seeds.toml` holds one `[set]` (name, version, title, licence, and how to build: see SetHeader); all of them
hold one `[[problem]]` per seed: `id`, `title`, `topic`, `level` (1 easy … 3 hard), `source`, `derivation`,
`answer_kind`, `gold` (LaTeX), `assumptions` (relations in LaTeX), a `[problem.task]` with `operation` and
that operation's fields (see `app.problems.tasks`), and `[problem.parameters]` with
`name = { original = '…', role = '…' }`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.problems.errors import SeedError
from app.problems.problem import Problem

IDENTIFIER = r"^[a-z0-9]+(-[a-z0-9]+)*$"


SEEDS = "seeds.toml"
Scheme = Literal["balanced", "mini", "asymob", "functional"]


class SetHeader(BaseModel):
    """What a set says of itself, and how it is built.

    `seed` is where all random draws of its variants start, `scheme` which variants are made of each problem
    (see `app.problems.schemes`; `functional` draws `instances` of each abstraction), `seeds` the set whose
    seeds these are if it has none of its own, `reasons` why problems differ from the version before (problem
    id, or `*` for all).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=IDENTIFIER)
    version: str = Field(min_length=1)
    title: str
    licence: str
    seed: int = 0
    scheme: Scheme = "balanced"
    seeds: str | None = None
    instances: int = Field(default=10, ge=1)
    reasons: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Seeds:
    """Seeds that have been read: their header and their problems, by file and in the order of the file."""

    header: SetHeader
    problems: tuple[Problem, ...]


def seed_files(texts: Mapping[str, str]) -> dict[str, str]:
    """The files of seeds among a set's files, `seeds.toml` first."""
    return {
        name: texts[name] for name in sorted(texts) if name == SEEDS or re.fullmatch(r"seeds/.*\.toml", name)
    }


def read_header(texts: Mapping[str, str]) -> SetHeader:
    """The header in `seeds.toml`, without the problems; a SeedError says what is wrong with it."""
    if SEEDS not in texts:
        raise SeedError(f"the problem set has no file {SEEDS}; it begins with a [set].")
    return _header(texts[SEEDS], _document(SEEDS, texts[SEEDS]).get("set", {}))


def read_seeds(texts: Mapping[str, str]) -> Seeds:
    """The header and problems of a set's files; a SeedError names file, line, problem and field at fault."""
    header = read_header(texts)
    problems: dict[str, Problem] = {}
    for file, text in seed_files(texts).items():
        for number, block in enumerate(_document(file, text).get("problem", [])):
            problem = _problem(file, text, number, block)
            if problem.id in problems:
                line = _line(text, "[[problem]]", number, "id")
                raise SeedError(
                    f"{file}, line {line}: problem {problem.id}: this id is taken; choose another."
                )
            problems[problem.id] = problem
    if not problems:
        raise SeedError(f"{SEEDS} has no [[problem]], nor has any file in seeds/; add at least one seed.")
    unknown = sorted(set(header.reasons) - set(problems) - {"*"}) if header.seeds is None else []
    if unknown:
        raise SeedError(f"{SEEDS}: [set.reasons] names {unknown[0]!r}, which is no problem of this set.")
    return Seeds(header, tuple(problems.values()))


def _document(file: str, text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SeedError(
            f"{file} is not valid TOML: {error}. LaTeX belongs between single quotes ('…'), a formula "
            "with primes between double quotes (\"y'' = y\")."
        ) from error
    allowed = ("set", "problem") if file == SEEDS else ("problem",)
    unknown = sorted(set(document) - set(allowed))
    if unknown:
        only = "[set] and [[problem]] stand" if file == SEEDS else "[[problem]] stands"
        raise SeedError(f"{file}: unknown key {unknown[0]!r} at the top; only {only} there.")
    return document


def _header(text: str, block: Mapping[str, Any]) -> SetHeader:
    try:
        return SetHeader.model_validate(block)
    except ValidationError as error:
        field, what = _explain(error)
        raise SeedError(
            f"{SEEDS}, line {_line(text, '[set]', 0, field)}: [set], field {field!r}: {what}"
        ) from error


def _problem(file: str, text: str, number: int, block: Mapping[str, Any]) -> Problem:
    """The `number`-th seed of a file, its parameters turned from a table into records."""
    name = str(block.get("id", f"number {number + 1}"))
    try:
        return Problem.model_validate({**block, "parameters": _parameters(block.get("parameters", {}))})
    except ValidationError as error:
        field, what = _explain(error)
        line = _line(text, "[[problem]]", number, field)
        raise SeedError(f"{file}, line {line}: problem {name}, field {field!r}: {what}") from error


def _parameters(table: Any) -> Any:
    if not isinstance(table, Mapping):
        return table
    return [{"name": name, **value} if isinstance(value, Mapping) else value for name, value in table.items()]


def _explain(error: ValidationError) -> tuple[str, str]:
    """The field that is wrong first, as a dotted path, and what is wrong with it and how to mend it."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "(whole)"
    if first["type"] == "extra_forbidden":
        return field, "this key is unknown; mend its spelling or remove it."
    if first["type"] == "missing":
        return field, "this key is missing; add it."
    return field, first["msg"].removeprefix("Value error, ")


def _line(text: str, heading: str, number: int, field: str) -> int:
    """The line, from 1, of the field in the `number`-th block so headed; without one, of its heading."""
    lines = text.splitlines()
    starts = [index for index, line in enumerate(lines) if line.strip().startswith(heading)]
    if number >= len(starts):
        return 1
    start = starts[number]
    end = starts[number + 1] if number + 1 < len(starts) else len(lines)
    for key in reversed(field.split(".")):
        for index in range(start, end):
            if re.match(rf"\s*{re.escape(key)}\s*=", lines[index]):
                return index + 1
    return start + 1
