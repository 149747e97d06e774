"""MathVerse: geometry and functions with diagrams, each problem in six versions from text to image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.problems.importers.answers import without_label
from app.problems.importers.base import Draft, slug
from app.problems.importers.errors import RowRefused
from app.problems.importers.kinds import kind_of
from app.problems.importers.rows import Row
from app.problems.problem import ORIGINAL

VERSIONS = {
    "text dominant": 0.0,
    "text lite": 1.0,
    "text only": 1.0,
    "vision intensive": 2.0,
    "vision dominant": 3.0,
    "vision only": 4.0,
}
"""The versions → how far the problem has moved from the text into the image; the first is the original."""
ONLY_IN_THE_IMAGE = "Solve the problem that the image shows."
"""The statement of a version whose question is in the image alone."""


class MathVerse:
    """MathVerse: a family is a `problem_index`; the answer of a choice is its letter."""

    name = "mathverse"
    describe = "MathVerse, six versions: `problem_index`, `problem_version`, `question`, `image`, `answer` …"
    licence = "MIT"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        version = " ".join(row.optional("problem_version").lower().replace("_", " ").split()) or "text only"
        if version not in VERSIONS:
            known = ", ".join(VERSIONS)
            raise RowRefused(
                "it is no version of MathVerse", "problem_version", f"found {version!r}, not {known}"
            )
        question = row.optional("question_for_eval")
        statement = row.optional("question") if version == "vision only" else row.text("question")
        gold = without_label(row.text("answer"))
        metadata = row.value("metadata")
        details = {str(k): str(v) for k, v in metadata.items()} if isinstance(metadata, Mapping) else {}
        original = version == "text dominant"
        yield Draft(
            problem=slug(f"mathverse-{row.text('problem_index')}"),
            statement=statement or ONLY_IN_THE_IMAGE,
            gold=gold,
            answer_kind="choice"
            if row.optional("question_type") == "multi-choice"
            else kind_of(question, gold),
            topic=slug(details.get("subject") or "visual"),
            label=ORIGINAL if original else slug(version),
            perturbation=ORIGINAL if original else slug(version),
            strength=VERSIONS[version],
            change={"version": version},
            source=details.get("source", ""),
            said={**details, "sample_index": row.optional("sample_index"), "question_for_eval": question},
            pictures=() if version == "text only" else (self._image(row),),
        )

    def _image(self, row: Row) -> object:
        image = row.value("image")
        if image is None:
            raise RowRefused("the version shows an image, and there is none", "image")
        return image
