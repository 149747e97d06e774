"""University mathematics: U-MATH, and MwpBench with its CollegeMath."""

from __future__ import annotations

from collections.abc import Iterator

from app.problems.importers.answers import without_label
from app.problems.importers.base import Draft, named, slug
from app.problems.importers.kinds import kind_of
from app.problems.importers.rows import Row

_PICTURED = ("true", "1", "yes")


class UMath:
    """U-MATH: the golden answer is a text with formulas in it, one problem in five has an image."""

    name = "u-math"
    describe = "U-MATH: `uuid`, `subject`, `has_image`, `image`, `problem_statement`, `golden_answer`"
    licence = "MIT"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        statement = row.text("problem_statement")
        answer = row.text("golden_answer")
        gold = without_label(answer)
        pictured = str(row.value("has_image")).lower() in _PICTURED
        yield Draft(
            problem=slug(f"u-math-{row.text('uuid', 'id')}"),
            statement=statement,
            gold=gold,
            answer_kind=kind_of(statement, gold),
            topic=slug(row.text("subject")),
            said={"golden answer": answer if answer != gold else ""},
            pictures=(row.value("image"),) if pictured else (),
        )


class MwpBench:
    """MwpBench: ten sets in one shape, JSON lines in spite of `.json`; each item has a licence of its own."""

    name = "mwpbench"
    describe = "MwpBench: `data_topic`, `data_source`, `question`, `answer`, `license`, `question_number`"
    licence = "each item's own (see its origin)"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        question, source = row.text("question"), row.text("data_source")
        gold = without_label(row.text("answer"))
        yield Draft(
            problem=named(source, question),
            statement=question,
            gold=gold,
            answer_kind=kind_of(question, gold),
            topic=slug(row.optional("data_topic") or source),
            source=source,
            licence=row.optional("license"),
            said={"data_source": source, "question_number": row.optional("question_number")},
        )
