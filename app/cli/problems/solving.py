"""`plumbline problems solve`: computes the gold answers that seeds leave out, and writes them down."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy
from pydantic import TypeAdapter, ValidationError

from app.backends.computer_algebra.answers import OutOfTime, Unsolved
from app.backends.computer_algebra.attempts import Attempts
from app.backends.computer_algebra.budget import Budget
from app.backends.computer_algebra.sympy_solver import solve as solve_task
from app.cli.problems.building import workers
from app.cli.problems.sets import SetName, find_folder
from app.cli.terminal import errors, output
from app.main import read_texts
from app.maths import Assumptions, MathsError, render
from app.problems.errors import SeedError
from app.problems.formats.seeds import seed_files
from app.problems.tasks import Task
from app.settings import Settings

SECONDS = 60.0
"""Time that SymPy has for one answer."""
_TASK: TypeAdapter[Task] = TypeAdapter(Task)


def solve(name: SetName) -> None:
    """Compute the gold answers that seeds leave out, and write them into the seeds files.

    A computed answer is worth what its certificate is worth: `plumbline problems build` certifies it, and
    every variant, by another method, and refuses it otherwise.
    """
    settings = Settings()
    folder = find_folder(settings, name)
    unsolved = 0
    with workers(settings) as run:
        for file, text in seed_files(read_texts(folder)).items():
            blocks = list(_open(file, text))
            for block, answer in zip(blocks, run(_answer, blocks), strict=True):
                if not isinstance(answer, _Answer):
                    errors.print(f"[yellow]{file}, {block['id']}:[/] {answer}")
                    unsolved += 1
                    continue
                text = _with_gold(text, block["id"], answer.latex)
                (folder / file).write_text(text, encoding="utf-8")
                output.print(f"{block['id']}: {answer.latex}", markup=False)
    output.print("every seed has an answer" if not unsolved else f"{unsolved} seeds have no answer yet")


@dataclass(frozen=True)
class _Answer:
    """A computed answer, in LaTeX; why there is none is a text instead, from SymPy or from a worker's end."""

    latex: str


def _open(file: str, text: str) -> Iterator[dict[str, Any]]:
    """The seeds of a file that have no gold answer."""
    try:
        blocks = tomllib.loads(text).get("problem", [])
    except tomllib.TOMLDecodeError as error:
        raise SeedError(f"{file} is not valid TOML: {error}.") from error
    for number, block in enumerate(blocks):
        if "gold" not in block:
            if "id" not in block or "task" not in block:
                raise SeedError(f"{file}: problem number {number + 1} needs an id and a [problem.task].")
            yield block


def _answer(block: dict[str, Any]) -> _Answer | str:
    """SymPy's answer to the seed's task, or why it has none; runs in a worker."""
    try:
        task = _TASK.validate_python(block["task"])
        known = Assumptions.of(block.get("assumptions", ()))
        return _Answer(render(known.strip(solve_task(task, known, Attempts(Budget(SECONDS))))))
    except (ValidationError, MathsError, Unsolved, OutOfTime) as error:
        return f"SymPy does not solve it: {error}"


def _with_gold(text: str, problem: str, gold: str) -> str:
    """The file's text with the answer after the line that names the seed's kind of answer."""
    pattern = re.compile(rf"^id = ['\"]{re.escape(problem)}['\"].*?^answer_kind = .*?\n", re.M | re.S)
    found = pattern.search(text)
    if found is None:
        raise SeedError(f"problem {problem} has no line `answer_kind = …` after its id; add it.")
    note = f"# computed by SymPy {sympy.__version__}\n"
    return f"{text[: found.end()]}{note}gold = '{gold}'\n{text[found.end() :]}"
