"""School mathematics in words: GSM8K, its templates (GSM-Symbolic) and its perturbations (GSM-Plus)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.problems.importers.answers import after_hashes
from app.problems.importers.base import Draft, named, slug
from app.problems.importers.errors import RowRefused
from app.problems.importers.kinds import kind_of_answer
from app.problems.importers.rows import Row
from app.problems.problem import AnswerKind

TOPIC = "school-arithmetic"
_CLAUSES = re.compile(r"(?:\A|[/_-])p([12])(?=[/_.-]|\Z)", re.I)
_NO_ANSWER = "none"

_PERTURBATIONS: dict[str, tuple[str, float]] = {
    "numerical-substitution": ("numeric", 1),
    "digit-expansion": ("numeric", 2),
    "integer-decimal-fraction-conversion": ("numeric", 3),
    "adding-operation": ("composition", 1),
    "reversing-operation": ("reversal", 1),
    "problem-understanding": ("restatement", 1),
    "distraction-insertion": ("distractor", 1),
    "distractor-insertion": ("distractor", 1),
    "critical-thinking": ("critical-thinking", 1),
}
"""The perturbation types of GSM-Plus → our perturbation and its strength; other types keep their name."""


class Gsm8k:
    """`question` and `answer`, whose last line is `#### 72`."""

    name = "gsm8k"
    describe = "GSM8K: school mathematics in words, `question` and `answer` with the result after `####`"
    licence = "MIT"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        question = row.text("question")
        derivation, gold = _solved(row, "answer")
        yield _draft(named("gsm8k", question), question, gold, derivation=derivation)


class GsmSymbolic:
    """Instances of templates: `id` names the template, `instance` the draw, `original_*` the GSM8K row."""

    name = "gsm-symbolic"
    describe = "GSM-Symbolic (main, P1, P2): `id`, `instance`, `question`, `answer`, `original_question` …"
    licence = "CC BY-NC-ND 4.0"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        template = row.text("original_id", "id")
        problem = slug(f"gsm-symbolic-{template}")
        said = {name: row.optional(name) for name in ("id", "instance", "original_id", "canary")}
        if row.column("original_question"):
            derivation, gold = _solved(row, "original_answer")
            original = row.text("original_question")
            yield _draft(
                problem, original, gold, derivation=derivation, said={"original_id": template}, shared=True
            )
        derivation, gold = _solved(row, "answer")
        clauses = _CLAUSES.search(row.file)
        added = int(clauses[1]) if clauses else 0
        label = f"p{added}-{row.text('instance')}" if added else row.text("instance")
        yield _draft(
            problem,
            row.text("question"),
            gold,
            label=slug(f"instance-{label}"),
            perturbation="parametric",
            strength=float(added),
            change={"instance": row.text("instance"), "added clauses": str(added)},
            derivation=derivation,
            said=said,
        )


class GsmPlus:
    """Perturbed questions, each with the GSM8K row that it was made from."""

    name = "gsm-plus"
    describe = "GSM-Plus: `question`, `answer`, `perturbation_type`, `seed_question`, `seed_answer`"
    licence = "CC BY-SA 4.0"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        seed = row.text("seed_question")
        problem = named("gsm-plus", seed)
        derivation = row.optional("seed_solution")
        yield _draft(problem, seed, _result(row, "seed_answer"), derivation=derivation, shared=True)
        written = row.text("perturbation_type")
        kind = slug(written)
        perturbation, strength = _PERTURBATIONS.get(kind, (kind, 1))
        unanswerable = kind == "critical-thinking" and row.optional("answer").lower() in ("", "none")
        gold = _NO_ANSWER if unanswerable else _result(row, "answer")
        yield _draft(
            problem,
            row.text("question"),
            gold,
            label=kind,
            numbered=True,
            perturbation=perturbation,
            strength=float(strength),
            change={"perturbation type": written},
            said={"solution": row.optional("solution")},
        )


def _draft(problem: str, statement: str, gold: str, **about: object) -> Draft:
    kind: AnswerKind = "text" if gold == _NO_ANSWER else kind_of_answer(gold)
    return Draft(
        problem=problem,
        statement=statement,
        gold=gold,
        answer_kind=kind,
        topic=TOPIC,
        level=1,
        **about,  # type: ignore[arg-type]
    )


def _solved(row: Row, column: str) -> tuple[str, str]:
    """(derivation, result) of a solution that must end in `#### result`."""
    found = after_hashes(row.text(column))
    if found is None:
        raise RowRefused(
            "no result follows '####'", row.column(column) or column, "end it with #### and the result"
        )
    return found


def _result(row: Row, column: str) -> str:
    """The result, whether it stands alone or at the end of a solution."""
    text = row.text(column)
    found = after_hashes(text)
    return found[1] if found else text
