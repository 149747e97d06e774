"""No row is odd enough to stop an import: whatever its columns hold, it is kept or refused with a reason."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.problems.formats.native import dump_set, load_set
from app.problems.importers import REGISTRY, About, ImportFailed, import_set
from app.problems.importers.pictures import AlbumInMemory
from app.problems.importers.rows import Row
from tests.problems.importers.rows_of import PNG

COLUMNS: dict[str, tuple[str, ...]] = {
    "asymob": ("Index", "Challenge", "Answer in Latex", "Answer in Sympy", "Variation", "Source", "Category"),
    "gsm8k": ("question", "answer"),
    "gsm-symbolic": (
        "id",
        "instance",
        "question",
        "answer",
        "original_id",
        "original_question",
        "original_answer",
    ),
    "gsm-plus": ("question", "answer", "perturbation_type", "seed_question", "seed_solution", "seed_answer"),
    "math": ("problem", "solution", "answer", "level", "type", "subject", "unique_id"),
    "math-perturb": (
        "problem_id",
        "problem",
        "answer",
        "level",
        "type",
        "perturbation",
        "original_problem",
        "original_answer",
    ),
    "omni-math": ("domain", "difficulty", "problem", "solution", "answer", "source"),
    "aime": ("id", "year", "problem", "solution", "answer"),
    "u-math": ("uuid", "subject", "has_image", "image", "problem_statement", "golden_answer"),
    "mathverse": (
        "sample_index",
        "problem_index",
        "problem_version",
        "question",
        "image",
        "answer",
        "question_type",
        "metadata",
    ),
    "mwpbench": ("data_topic", "data_source", "question", "answer", "license", "question_number"),
    "generic": (
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
    ),
}
WORDS = st.sampled_from(
    [
        "What is $1+1$?", "#### 2", "2", "Original", "Numeric-All-2-S", "Equivalence-One-Hard", "simple",
        "Text Dominant", "Vision Only", r"\boxed{\frac12}", r"\int x\,dx", "Eq(y(x), C1)", "x**2 + O(x**3)",
        "a -> b", "multi-choice", "\udce9", "\ud800", "NaN", "", " ", "original", "number", "Level 3",
        "1e999",
    ]
)  # fmt: skip
TEXTS = st.text(st.characters(codec=None, exclude_categories=[]), max_size=20) | st.text(
    string.printable, max_size=30
)
CELLS = st.recursive(
    WORDS | TEXTS | st.none() | st.booleans() | st.integers() | st.floats() | st.just(PNG),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)


@pytest.mark.parametrize("name", COLUMNS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_row_is_kept_or_refused(name: str, data: st.DataObject) -> None:
    columns = st.fixed_dictionaries(dict.fromkeys(COLUMNS[name], WORDS | CELLS))
    rows = [
        Row("f.jsonl", line, columns)
        for line, columns in enumerate(data.draw(st.lists(columns, max_size=3)), 1)
    ]
    try:
        problem_set, report = import_set(REGISTRY[name], rows, About("mine"), AlbumInMemory())
    except ImportFailed:
        return
    assert report.read == len(rows)
    assert {variant.problem for variant in problem_set.variants} == problem_set.problems.keys()
    assert load_set(dump_set(problem_set)) == problem_set


def test_every_format_is_tried_with_odd_rows() -> None:
    assert {importer.name for importer in REGISTRY.values()} == COLUMNS.keys()


def a_row(name: str) -> dict[str, Any]:
    """A row of the format that is kept."""
    words = {
        "Index": "1",
        "Challenge": r"Compute $\int x\,dx$.",
        "Answer in Latex": "",
        "Answer in Sympy": "x**2/2",
        "Variation": "Original",
        "Source": "mine",
        "Category": "Integrals",
        "answer": "7",
        "perturbation": "simple",
        "problem_version": "Text Only",
        "level": "1",
        "strength": "1",
        "answer_kind": "number",
        "image": None,
        "metadata": {"subject": "Geometry"},
        "domain": ["a -> b"],
        "difficulty": "3",
        "has_image": False,
        "original_answer": "#### 7",
        "seed_answer": "7",
    }
    row = {column: words.get(column, f"some {column}") for column in COLUMNS[name]}
    return {**row, "answer": "#### 7"} if name in ("gsm8k", "gsm-symbolic") else row


@pytest.mark.parametrize("name", COLUMNS)
def test_an_ordinary_row_is_kept(name: str) -> None:
    problem_set, report = import_set(
        REGISTRY[name], [Row("f", 1, a_row(name))], About("mine"), AlbumInMemory()
    )
    assert report.refused == 0
    assert problem_set.variants
