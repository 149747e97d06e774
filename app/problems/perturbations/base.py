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

from app.maths import ParseError, parse, render
from app.problems.errors import Refused
from app.problems.problem import Problem, Refusal, Variant
from app.problems.statements import statement
from app.problems.tasks import Task, expressions, symbols

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
            source = self.source(problem, seed, index)
            try:
                yield self.make(problem, slot, source).model_copy(update={"seed": seed})
            except Refused as refused:
                yield Refusal(
                    variant=f"{problem.id}/{slot.label}",
                    perturbation=self.name,
                    statement="",
                    reason=refused.reason,
                )

    def source(self, problem: Problem, seed: int, index: int) -> random.Random:
        """Where the draws of the slot of that index come from."""
        return random.Random(f"{seed}/{problem.id}/{self.name}/{index}")

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
        gold = settled_gold(problem, values)
        task = settled(task)
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


def settled_gold(problem: Problem, values: Values) -> sympy.Basic:
    """The gold answer at these values, as its file gives it; refused if undefined, too long, or unstable."""
    gold = problem.gold.xreplace(replacements(values))
    require_writable(gold, "the gold answer")
    text = render(gold)
    if len(text) > LONGEST_GOLD:
        raise Refused(f"the gold answer has {len(text)} characters; at most {LONGEST_GOLD} are asked for")
    try:
        gold = parse(text)
        stable = parse(render(gold)) == gold
    except ParseError as error:
        raise Refused(f"the gold answer cannot be read back: {error.what}") from error
    if not stable:
        raise Refused(f"the gold answer is another one each time it is written and read: {text}")
    return gold


def settled(task: Task) -> Task:
    """The task as its file gives it: written and read back until that changes nothing.

    Reading distributes and orders as SymPy does, so one round may change the tree (never the value); a task
    that still changes after it is refused.
    """
    for expression in expressions(task):
        require_writable(expression, "the problem")
    once = _read_back(task)
    if _read_back(once) != once:
        raise Refused("the problem is another one each time it is written and read")
    return once


def require_writable(expression: sympy.Basic, what: str) -> None:
    """Refuses what is undefined, and numbers too large to be shown."""
    if expression.has(sympy.nan, sympy.zoo):
        raise Refused(f"{what} is undefined at these values of the parameters")
    for number in expression.atoms(sympy.Rational):
        if max(number.p.bit_length(), number.q.bit_length()) > MOST_BITS:
            raise Refused(f"a number in {what} is too large to be written out")


def _read_back(task: Task) -> Task:
    try:
        return _TASK.validate_json(_TASK.dump_json(task))
    except ValidationError as error:
        raise Refused(f"the problem cannot be read back: {error.errors()[0]['msg']}") from error


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
        parts = special.args if isinstance(special, sympy.And) else (special,)
        remaining += [text] if special == relation else [render(_symbol_first(part)) for part in parts]
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
