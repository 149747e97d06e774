"""What an importer is: a reading of one format's rows as drafts of variants."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.problems.identity import digest
from app.problems.importers.rows import Row
from app.problems.problem import ORIGINAL, AnswerKind

_LONGEST_SLUG = 60
_DIGITS = 8


@dataclass(frozen=True)
class Draft:
    """What an importer makes of a row: a variant, but for where it came from.

    `problem` names the family and `label` the variant in it; labels that the source repeats on purpose
    (`numbered`) are numbered in the order of the file. `key` is the source's own id of the row, which no
    other row may have. `shared` drafts may come with many rows, as the seed of a family does, and are taken
    once. `said` is what the source says and no field holds; `pictures` are images as the source has them
    (see `pictures`); `unread_gold` tells that our parser does not read the answer.
    """

    problem: str
    statement: str
    gold: str
    answer_kind: AnswerKind
    topic: str
    label: str = ORIGINAL
    level: int = 2
    perturbation: str = ORIGINAL
    strength: float = 0.0
    parameters: dict[str, str] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    change: dict[str, str] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    derivation: str = ""
    licence: str = ""
    said: dict[str, str] = field(default_factory=dict)
    pictures: tuple[Any, ...] = ()
    key: str = ""
    numbered: bool = False
    shared: bool = False
    unread_gold: bool = False


class Importer(Protocol):
    """A format: what it is called, what its rows mean, and the licence of the data as its authors state it.

    `version` changes when the same row would be read otherwise. `read` raises RowRefused for a row that
    cannot be one of this format.
    """

    name: str
    describe: str
    licence: str
    version: str

    def read(self, row: Row) -> Iterable[Draft]: ...


def slug(text: str) -> str:
    """The text as a name for files and addresses: lower case, digits and hyphens, "x" if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_SLUG].strip("-") or "x"


def named(prefix: str, text: str) -> str:
    """A name that is the same for the same text wherever it stands: the prefix and digits of a hash."""
    return f"{slug(prefix)}-{digest(text)[:_DIGITS]}"


def level_of(difficulty: float, hard: float, easy: float) -> int:
    """Our level (1 easy … 3 hard) of a difficulty on a scale of the source's own."""
    return 1 if difficulty <= easy else 3 if difficulty >= hard else 2
