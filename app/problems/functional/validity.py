"""Whether an abstraction is a sound program of problems: the tests of the literature, and more.

The first four are those of executable functional abstractions (it runs, really varies, answers once, and
gives its original back); the others catch what these miss.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import sympy

from app.maths import MathsError, parse, render
from app.problems.errors import ProblemsError
from app.problems.functional.base import Abstraction, Values, same

VARIED: Final = 0.8
"""The part of draws that must be new, and the part of these whose statement must be."""
ANSWERS: Final = 8
"""How many different answers twice as many draws must have."""
CHANGES: Final = 40
"""How often another value of a parameter is tried on one instance."""
FOREIGN: Final[tuple[object, ...]] = (None, 0.5, True, "", -(10**9), 10**12, (), (1.5,), ["1"])
"""What no parameter of any abstraction may be."""


@dataclass(frozen=True)
class Finding:
    """What one validity test found of one abstraction; `note` says where it failed, else it is empty."""

    abstraction: str
    test: str
    note: str

    @property
    def passed(self) -> bool:
        return not self.note


def examine(abstraction: Abstraction, seed: int, draws: int) -> list[Finding]:
    """Every validity test on `draws` instances that follow from the seed."""
    source = random.Random(f"{seed}/{abstraction.id}/validity")
    try:
        sampled = [abstraction.sample(source) for _ in range(draws)]
    except ProblemsError as error:
        return [Finding(abstraction.id, "executable", str(error))]
    return [
        Finding(abstraction.id, name, next(test(abstraction, sampled, source), ""))
        for name, test in TESTS.items()
    ]


Test = Callable[[Abstraction, Sequence[Values], random.Random], Iterator[str]]
"""Yields what is wrong, the first of which is reported."""


def _executable(abstraction: Abstraction, sampled: Sequence[Values], source: random.Random) -> Iterator[str]:
    """Rendering and solving run, and the answer is one that a file can hold and a reader can read."""
    for values in sampled:
        answer = abstraction.answer(values)
        try:
            if parse(render(answer)) != answer:
                yield f"{values}: the answer {answer} is another one when it is written and read"
        except MathsError as error:
            yield f"{values}: the answer cannot be read back: {error}"
        if answer.free_symbols - set(map(sympy.Symbol, abstraction.variables)):
            yield f"{values}: the answer has symbols that are not declared"
        for phrasing in range(len(abstraction.phrasings)):
            abstraction.render(values, phrasing)


def _free(abstraction: Abstraction, sampled: Sequence[Values], source: random.Random) -> Iterator[str]:
    """Degrees of freedom: parameters, statements and answers vary, and there are several phrasings."""
    if len(set(abstraction.phrasings)) < 2:
        yield "it has one phrasing"
    keys = {tuple(sorted(values.items())) for values in sampled}
    statements = {abstraction.render(values) for values in sampled}
    answers = {abstraction.answer(values) for values in sampled}
    if len(keys) < VARIED * len(sampled):
        yield f"only {len(keys)} of {len(sampled)} draws differ"
    if len(statements) < len(keys):
        yield f"{len(keys)} different instances have {len(statements)} statements"
    if len(answers) < min(ANSWERS, len(sampled) // 2):
        yield f"{len(sampled)} instances have only {len(answers)} answers"
    for name in abstraction.domains:
        if len({values[name] for values in sampled}) < 2:
            yield f"the parameter {name} never varies"


def _single_valued(
    abstraction: Abstraction, sampled: Sequence[Values], source: random.Random
) -> Iterator[str]:
    """The same parameters give the same statement and answer, whatever was asked in between."""
    first = [(abstraction.render(values), abstraction.answer(values)) for values in sampled]
    for values, before in reversed(list(zip(sampled, first, strict=True))):
        if (abstraction.render(values), abstraction.answer(values)) != before:
            yield f"{values}: two answers or statements"


def _original(abstraction: Abstraction, sampled: Sequence[Values], source: random.Random) -> Iterator[str]:
    """The seed's parameters are admitted and give the seed's answer."""
    if not abstraction.admits(abstraction.original):
        yield "its original parameters are not admitted"
    elif not same(abstraction.answer(abstraction.original), parse(abstraction.original_answer)):
        yield f"the original's answer is {render(abstraction.answer(abstraction.original))}"


def _agreeing(abstraction: Abstraction, sampled: Sequence[Values], source: random.Random) -> Iterator[str]:
    """The second way finds the same answer, and no other: not one of several right answers."""
    for values in (abstraction.original, *sampled):
        yield from _two_answers(abstraction, values)


def _two_answers(abstraction: Abstraction, values: Values) -> Iterator[str]:
    """What tells the second way's answer from the first's, if they differ or it is not the only one."""
    answer = abstraction.answer(values)
    try:
        second = abstraction.second_answer(values)
    except ProblemsError as error:
        yield f"{dict(values)}: {error}"
    else:
        if not same(answer, second):
            yield f"{dict(values)}: {answer} by solving, {second} by checking"


def _relevant(abstraction: Abstraction, sampled: Sequence[Values], source: random.Random) -> Iterator[str]:
    """Each parameter matters to some answer, and each distractor is shown and matters to none."""
    for name in abstraction.domains:
        changes = [
            (values, other)
            for values in sampled
            for other in _neighbours(abstraction, values, name, sampled, source)
        ]
        if not changes:
            yield f"the parameter {name} can never be changed alone"
        matters = any(not same(abstraction.answer(one), abstraction.answer(other)) for one, other in changes)
        if matters and name in abstraction.distractors:
            yield f"the distractor {name} changes an answer"
        if not matters and name not in abstraction.distractors:
            yield f"the parameter {name} never changes an answer; declare it a distractor"
        for phrasing in range(len(abstraction.phrasings)):
            if any(
                abstraction.render(one, phrasing) == abstraction.render(other, phrasing)
                for one, other in changes
            ):
                yield f"the parameter {name} can change without the statement in phrasing {phrasing}"


def _guarded(abstraction: Abstraction, sampled: Sequence[Values], source: random.Random) -> Iterator[str]:
    """What is missing, foreign or too much is refused; what is admitted from anywhere can be answered."""
    values = sampled[0]
    for name in values:
        if abstraction.admits({key: value for key, value in values.items() if key != name}):
            yield f"it admits parameters without {name}"
        for foreign in FOREIGN:
            if abstraction.admits({**values, name: foreign}):  # type: ignore[dict-item]
                yield f"it admits {name} = {foreign!r}"
    if abstraction.admits({**values, "another": 1}):
        yield "it admits a parameter that it does not have"
    for _ in sampled:
        anywhere = abstraction.domains.draw(source, Values)
        if abstraction.admits(anywhere):
            yield from _two_answers(abstraction, anywhere)


def _not_trivial(abstraction: Abstraction, sampled: Sequence[Values], source: random.Random) -> Iterator[str]:
    """No instance is one whose answer can be read off, and none was drawn that `admits` refuses."""
    for values in sampled:
        if abstraction.trivial(values, abstraction.answer(values)):
            yield f"{dict(values)}: the answer can be read off"
        if not abstraction.admits(values):
            yield f"{dict(values)}: drawn, but not admitted"


def _neighbours(
    abstraction: Abstraction,
    values: Values,
    name: str,
    sampled: Sequence[Values],
    source: random.Random,
) -> Iterator[Values]:
    """Admitted parameters that differ from these in the one of that name alone."""
    for turn in range(CHANGES):
        other = source.choice(sampled)[name] if turn % 2 else abstraction.redraw(values, name, source)
        changed = Values({**values, name: other})
        if other != values[name] and abstraction.admits(changed):
            yield changed
            return


TESTS: Final[dict[str, Test]] = {
    "executable": _executable,
    "degrees of freedom": _free,
    "single-valued": _single_valued,
    "matches the original": _original,
    "one right answer": _agreeing,
    "parameters matter": _relevant,
    "ill-posed refused": _guarded,
    "trivial refused": _not_trivial,
}
"""The tests by name, in the order in which they are reported."""
