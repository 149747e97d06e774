"""From rows to a problem set: read each, keep what is a variant, say of the rest where and why it is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from textwrap import shorten
from typing import Any

from app.problems.formats.native import header_of
from app.problems.identity import set_hash
from app.problems.importers import pictures
from app.problems.importers.base import Draft, Importer
from app.problems.importers.card import card
from app.problems.importers.errors import ImportFailed, RowRefused
from app.problems.importers.pictures import Album
from app.problems.importers.readers import Unread
from app.problems.importers.rows import Row, require_unicode
from app.problems.problem import ORIGINAL, ProblemSet, Refusal, Variant

GIVE_UP_AFTER = 100
"""Rows of which none is kept before the source is taken for one of another format."""
EXAMPLES = 3
"""Refused rows that a report quotes for each reason."""
_EXCERPT = 300
_TITLE = 70
_QUESTIONS = ("statement", "problem", "question", "problem_statement", "challenge")


@dataclass
class Report:
    """What became of the rows: how many were `read`, which were refused and why.

    `reasons` counts refusals, `examples` has the first of each reason in full. `unread_golds` are the kept
    variants whose answer the parser does not read, which are kept as they are written.
    """

    read: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unread_golds: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows of which nothing was kept."""
        return self.reasons.total()

    def refuse(self, reason: str, example: str) -> None:
        self.reasons[reason] += 1
        if len(self.examples[reason]) < EXAMPLES:
            self.examples[reason].append(example)


@dataclass(frozen=True)
class About:
    """What an imported set is called, and where its rows come from: file, SHA-256, revision."""

    name: str
    version: str = "1"
    licence: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)


def import_set(
    importer: Importer, rows: Iterable[Row | Unread], about: About, album: Album, limit: int | None = None
) -> tuple[ProblemSet, Report]:
    """The problem set that `importer` makes of (the first `limit` of) `rows`, and what became of each row.

    Rows are taken one at a time. The same rows give the same set. Raises ImportFailed if nothing can be kept.
    """
    desk = _Desk(importer, about.licence or importer.licence, album)
    for row in islice(rows, limit):
        desk.take(row)
        if desk.report.read == GIVE_UP_AFTER and not desk.variants:
            break
    if not desk.variants:
        raise _nothing_kept(importer, desk)
    return desk.problem_set(about), desk.report


class _Desk:
    """Takes rows one after another."""

    def __init__(self, importer: Importer, licence: str, album: Album) -> None:
        self.importer = importer
        self.licence = licence
        self.album = album
        self.report = Report()
        self.variants: dict[str, Variant] = {}
        self.refusals: list[Refusal] = []
        self.problems: dict[str, dict[str, Any]] = {}
        self._labels: Counter[tuple[str, str]] = Counter()
        self._keys: dict[str, str] = {}

    def take(self, row: Row | Unread) -> None:
        self.report.read += 1
        if isinstance(row, Unread):
            self._refuse(row, row.excerpt, f"{row.place}: {row.what}; {row.detail}", row.what)
            return
        try:
            drafts = list(self.importer.read(row))
            self._require_new_keys(row, drafts)
            made = [(draft, self._variant(row, draft)) for draft in drafts]
            new = [(draft, variant) for draft, variant in made if self._is_new(draft, variant)]
        except RowRefused as error:
            reason = f"column {error.column!r}: {error.what}" if error.column else error.what
            self._refuse(row, _question(row), f"{row.place}, {error}", reason)
            return
        for draft, variant in new:
            self._keep(draft, variant)

    def problem_set(self, about: About) -> ProblemSet:
        report = self.report
        provenance = {
            **about.provenance,
            "importer": f"{self.importer.name} {self.importer.version}",
            "rows": str(report.read),
            "variants": str(len(self.variants)),
            "refused": str(report.refused),
            "licence": self.licence,
        }
        made = ProblemSet(
            name=about.name,
            version=about.version,
            title=f"{about.name}, imported from {self.importer.name}",
            licence=self.licence,
            card="",
            sha256="",
            problems=self.problems,
            provenance=provenance,
            variants=tuple(self.variants.values()),
            refusals=tuple(self.refusals),
        )
        sha256 = set_hash(header_of(made), made.variants)
        return made.model_copy(update={"sha256": sha256, "card": card(made, self.importer, report.reasons)})

    def _variant(self, row: Row, draft: Draft) -> Variant:
        for column, text in (("statement", draft.statement), ("answer", draft.gold)):
            if not text.strip():
                raise RowRefused("it is empty", column)
            require_unicode(text, column)
        label = draft.label
        if draft.numbered:
            self._labels[draft.problem, label] += 1
            number = self._labels[draft.problem, label]
            label = label if number == 1 else f"{label}.{number}"
        place = {"file": _writable(row.file), row.unit: str(row.line), "sha256": row.sha256}
        return Variant(
            id=f"{draft.problem}/{label}",
            problem=draft.problem,
            topic=self.problems.get(draft.problem, {}).get("topic", draft.topic),
            level=draft.level,
            perturbation=draft.perturbation,
            strength=draft.strength,
            parameters=draft.parameters,
            change=draft.change,
            statement=draft.statement,
            answer_kind=draft.answer_kind,
            gold=draft.gold,
            assumptions=draft.assumptions,
            images=tuple(pictures.keep(picture, "image", self.album) for picture in draft.pictures),
            origin={**place, "licence": draft.licence or self.licence, **_said(draft)},
        )

    def _require_new_keys(self, row: Row, drafts: list[Draft]) -> None:
        for draft in drafts:
            key = draft.key or (f"{draft.label}\n{draft.statement}\n{draft.gold}" if draft.numbered else "")
            earlier = self._keys.setdefault(key, row.place) if key else row.place
            if earlier != row.place:
                what = "another row has the same id" if draft.key else "the row is there twice"
                raise RowRefused(what, detail=f"{draft.key or draft.problem} stands in {earlier} already")

    def _is_new(self, draft: Draft, variant: Variant) -> bool:
        """Whether to keep it; RowRefused if another row has its id already."""
        earlier = self.variants.get(variant.id)
        if earlier is None:
            return True
        same = (earlier.statement, earlier.gold) == (variant.statement, variant.gold)
        if draft.shared and same:
            return False
        what = "the row is there twice" if same else "another row has the same id"
        line = earlier.origin.get("line") or earlier.origin.get("row")
        raise RowRefused(
            what, detail=f"{variant.id} stands in {earlier.origin['file']}, line {line}, already"
        )

    def _keep(self, draft: Draft, variant: Variant) -> None:
        self.variants[variant.id] = variant
        if draft.unread_gold:
            self.report.unread_golds.append(variant.id)
        if draft.problem not in self.problems or draft.label == ORIGINAL:
            self.problems[draft.problem] = {
                "title": draft.title or shorten(draft.statement, _TITLE, placeholder="…"),
                "topic": variant.topic,
                "level": draft.level,
                "source": draft.source or self.importer.name,
                "derivation": draft.derivation,
            }

    def _refuse(self, row: Row | Unread, statement: str, message: str, reason: str) -> None:
        message = _writable(message)
        self.report.refuse(_writable(reason), message)
        place, excerpt = _writable(f"{row.file}:{row.line}"), _writable(statement)[:_EXCERPT]
        self.refusals.append(Refusal(variant=place, perturbation="", statement=excerpt, reason=message))


def _said(draft: Draft) -> dict[str, str]:
    for name, text in draft.said.items():
        require_unicode(text, name)
    return {name: text for name, text in draft.said.items() if text}


def _question(row: Row) -> str:
    """What the refused row asks, so that it is recognised; never a column that may hold an answer."""
    column = row.column(*_QUESTIONS)
    return "" if column is None else str(row.columns[column])


def _writable(text: str) -> str:
    """The text with what UTF-8 cannot write escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def _nothing_kept(importer: Importer, desk: _Desk) -> ImportFailed:
    if not desk.refusals:
        return ImportFailed("the source holds no rows; nothing is imported.")
    return ImportFailed(
        f"none of the first {desk.report.read} rows is of the format {importer.name} ({importer.describe}). "
        f"The first: {desk.refusals[0].reason}. Name another format, or map the columns with "
        "`plumbline problems import generic … --mapping FILE`."
    )
