"""What every perturbation shares: slots to fill, values of parameters, and the making of a variant."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import sympy
from pydantic import TypeAdapter, ValidationError
from sympy.core.relational import Relational

from app.maths import parse, render
from app.problems.errors import Refused
from app.problems.problem import Problem, Refusal, Variant
from app.problems.statements import statement
from app.problems.tasks import Task, symbols

Values = Mapping[str, sympy.Expr]

LONGEST_GOLD = 400
"""Characters of LaTeX beyond which an answer asks for patience rather than mathematics."""
MOST_BITS = 2_000
"""Size of an integer beyond which a problem is not written out."""
PHRASINGS_DRAWN = 60
"""A multiple of every number of phrasings, so that each is as likely as any other."""

_TASK: TypeAdapter[Task] = TypeAdapter(Task)


@dataclass(frozen=True)
class Slot:
    """One variant that a perturbation is to make: its name within the problem, and what it is about."""

    label: str
    strength: float
    parameters: tuple[str, ...] = ()


class Perturbation(ABC):
    """A rule that makes new variants of a problem.

    Each slot draws from a random source of its own, a function of (seed, problem, perturbation, index), so
    any variant can be made again alone.
    """

    name: ClassVar[str]

    @abstractmethod
    def slots(self, problem: Problem) -> Sequence[Slot]:
        """The variants to make of this problem, in order; the same for every seed."""

    @abstractmethod
    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The variant of that slot, not yet certified; raises Refused with the reason if there is none."""

    def variants(self, problem: Problem, seed: int) -> Iterator[Variant | Refusal]:
        """Every variant of the problem in slot order, and a refusal in the place of each that cannot be."""
        for index, slot in enumerate(self.slots(problem)):
            source = random.Random(f"{seed}/{problem.id}/{self.name}/{index}")
            try:
                yield self.make(problem, slot, source).model_copy(update={"seed": seed})
            except Refused as refused:
                yield Refusal(
                    variant=f"{problem.id}/{slot.label}",
                    perturbation=self.name,
                    statement="",
                    reason=refused.reason,
                )

    def assemble(
        self,
        problem: Problem,
        slot: Slot,
        source: random.Random,
        values: Values,
        *,
        task: Task | None = None,
        change: Mapping[str, str] | None = None,
        strength: float | None = None,
    ) -> Variant:
        """The variant at these values of the parameters, of `task` if that is not simply the problem's."""
        task = at(problem.task, values) if task is None else task
        gold = checked_gold(problem, values)
        require_readable(task)
        occurring = symbols(task) | gold.free_symbols
        assumptions = specialise(problem.assumptions, values, occurring)
        return Variant(
            id=f"{problem.id}/{slot.label}",
            problem=problem.id,
            topic=problem.topic,
            level=problem.level,
            perturbation=self.name,
            strength=slot.strength if strength is None else strength,
            parameters={name: render(value) for name, value in values.items()},
            change=dict(change or {}),
            statement=statement(task, assumptions, source.randrange(PHRASINGS_DRAWN)),
            answer_kind=problem.answer_kind,
            gold=render(gold),
            assumptions=assumptions,
            task=task,
        )


def originals(problem: Problem) -> dict[str, sympy.Expr]:
    """The values that make the seed itself."""
    return {parameter.name: parameter.original for parameter in problem.parameters}


def replacements(values: Values) -> dict[sympy.Symbol, sympy.Expr]:
    """The substitution that gives the parameters these values."""
    return {sympy.Symbol(name): value for name, value in values.items()}


def at(task: Task, values: Values) -> Task:
    """The task with the parameters at these values; SymPy's own evaluation tidies 1·x and x + 0."""
    substitution = replacements(values)
    return task.map(lambda expression: expression.xreplace(substitution))


def checked_gold(problem: Problem, values: Values) -> sympy.Basic:
    """The gold answer at these values; refused where it is undefined, too long, or not read back the same."""
    gold = problem.gold.xreplace(replacements(values))
    if gold.has(sympy.nan, sympy.zoo):
        raise Refused("the gold answer is undefined at these values of the parameters")
    require_writable(gold)
    text = render(gold)
    if len(text) > LONGEST_GOLD:
        raise Refused(f"the gold answer has {len(text)} characters; at most {LONGEST_GOLD} are asked for")
    if parse(text) != gold and not is_read_back(text):
        raise Refused(f"the gold answer does not survive being written and read: {text}")
    return gold


def is_read_back(text: str) -> bool:
    """Whether reading and writing again gives the same text: a fixed point, as published golds must be."""
    return render(parse(text)) == text


def require_writable(expression: sympy.Basic) -> None:
    """Refuses numbers too large to be shown."""
    for number in expression.atoms(sympy.Rational):
        if max(number.p.bit_length(), number.q.bit_length()) > MOST_BITS:
            raise Refused("a number in it is too large to be written out")


def require_readable(task: Task) -> None:
    """Refuses a task that is another one after being written to a file and read back."""
    for name in type(task).model_fields:
        value = getattr(task, name)
        for expression in value if isinstance(value, tuple) else (value,):
            if isinstance(expression, sympy.Basic):
                require_writable(expression)
                if expression.has(sympy.nan, sympy.zoo):
                    raise Refused("the problem is undefined at these values of the parameters")
    try:
        read_back = _TASK.validate_json(_TASK.dump_json(task))
    except ValidationError as error:
        raise Refused(f"the problem cannot be read back: {error.errors()[0]['msg']}") from error
    if read_back != task:
        raise Refused("the problem, written and read back, is another one")


def specialise(relations: Sequence[str], values: Values, occurring: set[sympy.Symbol]) -> tuple[str, ...]:
    """The assumptions that remain at these values about the symbols that occur; refused if one is false."""
    substitution = replacements(values)
    remaining: list[str] = []
    for text in relations:
        relation = parse(text)
        special = relation.xreplace(substitution)
        if special == sympy.false:
            raise Refused(f"the values of the parameters contradict {text}")
        if special == sympy.true or not special.free_symbols & occurring:
            continue
        remaining.append(text if special == relation else render(_symbol_first(special)))
    return tuple(dict.fromkeys(remaining))


def admits(relations: Sequence[sympy.Basic], substitution: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
    """Whether no relation becomes false, and every relation without other symbols becomes true."""
    for relation in relations:
        special = relation.xreplace(dict(substitution))
        if special != sympy.true and (special == sympy.false or not special.free_symbols):
            return False
    return True


def _symbol_first(relation: sympy.Basic) -> sympy.Basic:
    """`b \\ne 1` rather than `1 \\ne b`."""
    if isinstance(relation, Relational) and not relation.lhs.free_symbols:
        return relation.reversed
    return relation
