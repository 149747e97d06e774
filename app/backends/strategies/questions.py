"""What strategies say to a model beside the problem itself: every text of theirs, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from app.backends.computer_algebra.calls import Operation

MOST_PARTS = 6
"""Sub-problems of one problem; more of them are left out."""

_OPERATIONS = ", ".join(get_args(Operation))


def divisible(problem: str) -> str:
    """The problem, to be answered or to be split."""
    return f"""{problem}

If you can answer this directly, do so. If the answers to simpler questions would help, do not answer yet: \
end instead with one block that names these questions, at most {MOST_PARTS}. Each must be complete in itself \
and have one answer.

```json
{{"subproblems": [{{"name": "short_name", "problem": "the whole question"}}]}}
```"""


def part(problem: str) -> str:
    """A sub-problem as a problem of its own."""
    return f"{problem}\n\nEnd with one final answer, written as a single LaTeX expression inside \\boxed{{}}."


def composed(problem: str, answers: Sequence[tuple[str, str]]) -> str:
    """The problem with the answers to its sub-problems, as pairs of question and answer."""
    if not answers:
        return problem
    known = "\n\n".join(f"Question: {question}\nAnswer: {answer}" for question, answer in answers)
    return f"""{problem}

These simpler questions have been answered. The answers may be wrong: check what you use.

{known}"""


def translation(problem: str) -> str:
    """The problem, to be written as one computation instead of solved."""
    return f"""Write the problem below as one computation for a computer algebra system. Do not solve it. If \
no single computation answers it, choose the one that helps most.

Answer with one JSON object in a block that begins with ```json, with these members:

- "operation": one of {_OPERATIONS};
- "expression": the formula in LaTeX; to solve, an equation or several with commas between them;
- "variable": the variable, the index of a sum, or the unknowns with commas between them;
- "lower" and "upper": the bounds of a definite integral or a sum;
- "point": where a limit is taken (0^+ for one side), or where to evaluate;
- "domain": reals, complexes, integers or positive, where solutions are looked for;
- "assumptions": a list of relations such as "a > 0".

Leave out what does not apply. The problem:

{problem}"""


def computed(problem: str, computation: str, result: str) -> str:
    """The problem with what a computer algebra system found."""
    return f"""{problem}

A computer algebra system was given this computation:

```json
{computation}
```

Its result is ${result}$. Check that this is what the problem asks for, and give the final answer in the \
form that is asked for."""
