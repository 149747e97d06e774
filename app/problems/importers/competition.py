"""Competition mathematics: MATH and MATH-500, MATH-Perturb, Omni-MATH and what looks like it, AIME."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.problems.importers.answers import boxed, without_label
from app.problems.importers.base import Draft, level_of, named, slug
from app.problems.importers.errors import RowRefused
from app.problems.importers.kinds import kind_of
from app.problems.importers.rows import Row
from app.problems.problem import ORIGINAL

_LEVEL = re.compile(r"(?:Level\s*)?(\d)\Z", re.I)
_KINDS = (("hard", 2.0), ("simple", 1.0))
_LARGEST_AIME = 999


class CompetitionMath:
    """MATH and MATH-500: the answer is in the last box of the solution, or has a column of its own."""

    name = "math"
    describe = "MATH, MATH-500: `problem`, `solution` with `\\boxed{…}`, `level`, `type` or `subject`"
    licence = "MIT"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        problem = row.text("problem")
        topic = row.optional("type", "subject")
        own = row.optional("unique_id")
        yield Draft(
            problem=slug(f"math-{own.removesuffix('.json')}") if own else named(f"math-{topic}", problem),
            statement=problem,
            gold=(gold := _answer(row)),
            answer_kind=kind_of(problem, gold),
            topic=slug(topic) if topic else "competition",
            level=_level(row),
            derivation=row.optional("solution"),
            said={"level": row.optional("level"), "unique id": own},
        )


class MathPerturb:
    """MATH-Perturb: problems of MATH changed a little (simple) or so that their solution changes (hard).

    Which of the two is told by a column or by the file's name; `problem_id` names the family.
    """

    name = "math-perturb"
    describe = "MATH-Perturb, simple and hard: `problem_id`, `problem`, `answer`, `level`, `type`"
    licence = "Apache-2.0"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        family = slug(f"math-perturb-{row.text('problem_id', 'id')}")
        topic = row.optional("type", "subject")
        about = {"topic": slug(topic) if topic else "competition", "level": _level(row)}
        if row.column("original_problem"):
            original = row.text("original_problem")
            gold = without_label(row.text("original_answer"))
            kind = kind_of(original, gold)
            yield Draft(family, original, gold, kind, shared=True, **about)  # type: ignore[arg-type]
        statement, gold = row.text("problem"), _answer(row)
        perturbation, strength = self._perturbation(row)
        yield Draft(
            problem=family,
            statement=statement,
            gold=gold,
            answer_kind=kind_of(statement, gold),
            label=perturbation,
            perturbation=perturbation,
            strength=strength,
            change={"split": row.optional("original_split")} if row.column("original_split") else {},
            derivation=row.optional("solution") if perturbation == ORIGINAL else "",
            said={"level": row.optional("level"), "solution": row.optional("solution")},
            **about,  # type: ignore[arg-type]
        )

    def _perturbation(self, row: Row) -> tuple[str, float]:
        named_there = row.optional("perturbation", "perturbation_type", "kind") or row.file
        for word, strength in _KINDS:
            if word in named_there.lower():
                return word, strength
        if "original" in named_there.lower():
            return ORIGINAL, 0.0
        raise RowRefused(
            "simple or hard?",
            detail="no column 'perturbation' and no file name says it; call it math_perturb_hard.jsonl",
        )


class OmniMath:
    """Omni-MATH and sets of its shape: `domain` (a list of paths), `difficulty` from 1 to 10, `source`."""

    name = "omni-math"
    describe = "Omni-MATH and its like: `domain`, `difficulty`, `problem`, `solution`, `answer`, `source`"
    licence = "Apache-2.0"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        problem = row.text("problem", "question")
        paths = row.texts("domain")
        difficulty = row.number("difficulty")
        gold = without_label(row.text("answer"))
        yield Draft(
            problem=named(row.optional("source") or "omni-math", problem),
            statement=problem,
            gold=gold,
            answer_kind=kind_of(problem, gold),
            topic=_domain(paths),
            level=2 if difficulty is None else level_of(difficulty, hard=6, easy=3),
            source=row.optional("source"),
            derivation=row.optional("solution"),
            said={"domain": "; ".join(paths), "difficulty": row.optional("difficulty")},
        )


class Aime:
    """AIME: the answer is an integer from 0 to 999."""

    name = "aime"
    describe = "AIME: `id`, `year`, `problem`, `answer` from 0 to 999"
    licence = "not stated; the problems are © Mathematical Association of America"
    version = "1"

    def read(self, row: Row) -> Iterator[Draft]:
        problem = row.text("problem", "question")
        own = row.optional("id", "unique_id", "problem_idx")
        year = row.optional("year")
        answer = without_label(row.text("answer"))
        if not answer.isdecimal() or int(answer) > _LARGEST_AIME:
            raise RowRefused(
                f"it is not an integer from 0 to {_LARGEST_AIME}",
                row.column("answer") or "",
                f"found {answer[:40]!r}",
            )
        parts = [part for part in (year if year not in own else "", own) if part]
        yield Draft(
            problem=slug("-".join(("aime", *parts))) if own else named("aime", problem),
            statement=problem,
            gold=str(int(answer)),
            answer_kind="number",
            topic="competition",
            level=3,
            source=f"AIME {year}".strip(),
            derivation=row.optional("solution"),
            said={"id": own, "year": year, "answer": answer},
        )


def _answer(row: Row) -> str:
    """The column `answer`, else what the solution has in its last box."""
    if row.column("answer"):
        return without_label(row.text("answer"))
    found = boxed(row.text("solution"))
    if found is None:
        raise RowRefused(
            "no \\boxed{…} that is closed", row.column("solution") or "solution", "there is no answer"
        )
    return found


def _level(row: Row) -> int:
    found = _LEVEL.match(row.optional("level"))
    return level_of(float(found[1]), hard=4, easy=2) if found else 2


def _domain(paths: list[str]) -> str:
    """The topic of `Mathematics -> Algebra -> Inequalities`: its second step."""
    steps = [step.strip() for step in (paths[0].split("->") if paths else []) if step.strip()]
    return slug(steps[1] if len(steps) > 1 else steps[0]) if steps else "competition"
