"""`seeds.toml`, the file of seeds in parametric form that people write.

It holds one `[set]` (name, version, title, licence, seed) and one `[[problem]]` per seed: `id`,
`title`, `topic`, `level` (1 easy … 3 hard), `source`, `derivation`, `answer_kind`, `gold` (LaTeX),
`assumptions` (relations in LaTeX), a `[problem.task]` with `operation` and that operation's fields
(see `app.problems.tasks`), and `[problem.parameters]` with `name = { original = '…', role = '…' }`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.problems.errors import SeedError
from app.problems.problem import Problem

IDENTIFIER = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class SetHeader(BaseModel):
    """What a set says of itself; `seed` is where all random draws of its variants start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=IDENTIFIER)
    version: str = Field(min_length=1)
    title: str
    licence: str
    seed: int = 0


@dataclass(frozen=True)
class Seeds:
    """A seeds file that has been read: its header and its problems, in file order."""

    header: SetHeader
    problems: tuple[Problem, ...]


def read_seeds(text: str) -> Seeds:
    """The header and problems of a `seeds.toml`; a SeedError names the line, problem and field at fault."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SeedError(
            f"seeds.toml is not valid TOML: {error}. LaTeX belongs between single quotes ('…'), a formula "
            "with primes between double quotes (\"y'' = y\")."
        ) from error
    unknown = sorted(set(document) - {"set", "problem"})
    if unknown:
        raise SeedError(
            f"seeds.toml: unknown key {unknown[0]!r} at the top; only [set] and [[problem]] stand there."
        )
    header = _header(text, document.get("set", {}))
    blocks = document.get("problem", [])
    if not blocks:
        raise SeedError("seeds.toml has no [[problem]]; add at least one seed.")
    problems = tuple(_problem(text, number, block) for number, block in enumerate(blocks))
    _refuse_repeated_ids(text, problems)
    return Seeds(header, problems)


def read_problems(lines: str | Iterable[str]) -> list[Problem]:
    """The problems of a `seeds.toml`, given as one text or as its lines."""
    text = lines if isinstance(lines, str) else "\n".join(line.rstrip("\n") for line in lines)
    return list(read_seeds(text).problems)


def _header(text: str, block: Mapping[str, Any]) -> SetHeader:
    try:
        return SetHeader.model_validate(block)
    except ValidationError as error:
        field, what = _explain(error)
        raise SeedError(
            f"seeds.toml, line {_line(text, '[set]', 0, field)}: [set], field {field!r}: {what}"
        ) from error


def _problem(text: str, number: int, block: Mapping[str, Any]) -> Problem:
    """The `number`-th seed, its parameters turned from a table into records."""
    name = str(block.get("id", f"number {number + 1}"))
    try:
        return Problem.model_validate({**block, "parameters": _parameters(block.get("parameters", {}))})
    except ValidationError as error:
        field, what = _explain(error)
        line = _line(text, "[[problem]]", number, field)
        raise SeedError(f"seeds.toml, line {line}: problem {name}, field {field!r}: {what}") from error


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


def _refuse_repeated_ids(text: str, problems: tuple[Problem, ...]) -> None:
    seen: set[str] = set()
    for number, problem in enumerate(problems):
        if problem.id in seen:
            line = _line(text, "[[problem]]", number, "id")
            raise SeedError(
                f"seeds.toml, line {line}: problem {problem.id}: this id is taken; choose another."
            )
        seen.add(problem.id)
