"""What perturbations share: slots to fill, values of parameters, and the making of a variant.

A `Perturbation` makes variants from a problem, by giving its parameters values. A `Rewriting` makes a variant
from another one, and leaves its answer alone: so the two compose.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import sympy
from pydantic import TypeAdapter, ValidationError
from sympy.core.relational import Relational

from app.maths import ParseError, parse, render
from app.problems.errors import Refused
from app.problems.problem import Problem, Variant
from app.problems.statements import statement
from app.problems.tasks import Task, expressions, symbols

Values = Mapping[str, sympy.Expr]

LONGEST_GOLD = 400
"""Characters of LaTeX beyond which an answer asks for patience rather than mathematics."""
MOST_BITS = 2_000
"""Size of an integer beyond which a problem is not written out."""
LARGEST_ARGUMENT = 400
"""Factorials, powers and the like beyond this are not multiplied out."""
EXPLOSIVE: Mapping[type[sympy.Basic], tuple[int, ...]] = {
    sympy.Pow: (1,),
    sympy.gamma: (0,),
    sympy.lowergamma: (0,),
    sympy.uppergamma: (0,),
    sympy.polygamma: (0, 1),
    sympy.factorial: (0,),
    sympy.factorial2: (0,),
    sympy.subfactorial: (0,),
    sympy.binomial: (0,),
    sympy.RisingFactorial: (1,),
    sympy.FallingFactorial: (1,),
    sympy.harmonic: (0, 1),
    sympy.fibonacci: (0,),
    sympy.lucas: (0,),
    sympy.catalan: (0,),
    sympy.bell: (0,),
    sympy.euler: (0,),
    sympy.bernoulli: (0,),
    sympy.zeta: (0, 1),
    sympy.legendre: (0,),
    sympy.assoc_legendre: (0,),
    sympy.chebyshevt: (0,),
    sympy.chebyshevu: (0,),
    sympy.hermite: (0,),
    sympy.laguerre: (0,),
    sympy.assoc_laguerre: (0,),
    sympy.gegenbauer: (0,),
    sympy.jacobi: (0,),
}
"""What SymPy evaluates at once, whatever its size, and which of its arguments say how much there is to do."""
PHRASINGS_DRAWN = 60
"""A multiple of every number of phrasings, so that each is as likely as any other."""

_TASK: TypeAdapter[Task] = TypeAdapter(Task)


@dataclass(frozen=True)
class Slot:
    """One variant that is to be made: its label within the problem, its strength, and the parameters meant.

    `number` tells apart slots that differ in their draws alone.
    """

    label: str
    strength: float
    parameters: tuple[str, ...] = ()
    number: int = 0


class Perturbation(ABC):
    """A rule that makes variants of a problem, one for each of its slots."""

    name: ClassVar[str]

    @abstractmethod
    def slots(self, problem: Problem) -> Sequence[Slot]:
        """The variants to make of this problem, in order; the same for every seed."""

    @abstractmethod
    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The variant of that slot, not yet certified; raises Refused with the reason if there is none."""

    def assemble(
        self,
        problem: Problem,
        slot: Slot,
        source: random.Random,
        values: Values,
        *,
        change: Mapping[str, str] | None = None,
    ) -> Variant:
        """The problem at these values of its parameters, as a variant of this perturbation."""
        gold = settled_gold(problem, values)
        task = settled(at(problem.task, values))
        assumptions = specialise(problem.assumptions, values, symbols(task) | gold.free_symbols)
        return self.record(problem, slot, source, values, task, render(gold), assumptions, change or {})

    def record(
        self,
        problem: Problem,
        slot: Slot,
        source: random.Random,
        values: Values,
        task: Task,
        gold: str,
        assumptions: tuple[str, ...],
        change: Mapping[str, str],
    ) -> Variant:
        """The variant of the slot that asks this task, with a phrasing drawn for it."""
        return Variant(
            id=f"{problem.id}/{slot.label}",
            problem=problem.id,
            topic=problem.topic,
            level=problem.level,
            perturbation=self.name,
            strength=slot.strength,
            parameters={name: render(value) for name, value in values.items()},
            change=dict(change),
            statement=statement(task, assumptions, source.randrange(PHRASINGS_DRAWN)),
            answer_kind=problem.answer_kind,
            gold=gold,
            assumptions=assumptions,
            task=task,
        )


class Rewriting(ABC):
    """A rule that says a variant in another way, with the same answer (or the same but for its letters)."""

    name: ClassVar[str]

    @abstractmethod
    def slots(self) -> Sequence[Slot]:
        """The ways in which it rewrites, in order; the same for every seed and parent."""

    @abstractmethod
    def rewrite(self, parent: Variant, slot: Slot, source: random.Random) -> Variant:
        """The rewritten variant, not yet certified; raises Refused with the reason if there is none."""

    def derive(self, parent: Variant, slot: Slot, **changed: object) -> Variant:
        """The parent with these fields changed, as a variant of this rewriting."""
        fields = {
            "id": f"{parent.problem}/{slot.label}",
            "parent": parent.id,
            "perturbation": self.name,
            "strength": slot.strength,
            "certificate": None,
        }
        return parent.model_copy(update={**fields, **changed})


def source_of(seed: int, problem: str, label: str) -> random.Random:
    """Where the draws of one variant come from: any variant can be made again alone."""
    return random.Random(f"{seed}/{problem}/{label}")


def originals(problem: Problem) -> dict[str, sympy.Expr]:
    """The values that make the seed itself."""
    return {parameter.name: parameter.original for parameter in problem.parameters}


def replacements(values: Values) -> dict[sympy.Symbol, sympy.Expr]:
    """The substitution that gives the parameters these values."""
    return {sympy.Symbol(name): value for name, value in values.items()}


def at(task: Task, values: Values) -> Task:
    """The task with the parameters at these values; SymPy's own evaluation tidies 1·x and x + 0.

    Raises Refused where that would make numbers too large to be written out.
    """
    return task.map(lambda expression: special(expression, values, "the problem"))


def special(expression: sympy.Basic, values: Values, what: str) -> sympy.Basic:
    """The expression at these values; refused before SymPy multiplies out what is too large."""
    substitution = replacements(values)
    for node in expression.atoms(*EXPLOSIVE):
        for position in EXPLOSIVE[node.func]:
            size = node.args[position] if position < len(node.args) else sympy.S.Zero
            if size.free_symbols & substitution.keys():
                # What stands in a size may itself be too large, such as the inner power of 7^(7^n).
                number = special(size, values, what)
                if number.is_Rational and abs(number) > LARGEST_ARGUMENT:
                    raise Refused(f"a number in {what} is too large to be written out")
    return expression.xreplace(substitution)


def settled_gold(problem: Problem, values: Values) -> sympy.Basic:
    """The gold answer at these values, as its file gives it; refused if undefined, too long, or unstable."""
    gold = special(problem.gold, values, "the gold answer")
    require_writable(gold, "the gold answer")
    text = render(gold)
    if len(text) > LONGEST_GOLD:
        raise Refused(f"the gold answer has {len(text)} characters; at most {LONGEST_GOLD} are asked for")
    try:
        gold = parse(text)
        again = render(gold)
        stable = again == text or parse(again) == gold
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


@lru_cache(maxsize=1024)
def relations(texts: tuple[str, ...]) -> tuple[sympy.Basic, ...]:
    """Assumptions as relations."""
    return tuple(map(parse, texts))


def specialise(assumptions: tuple[str, ...], values: Values, occurring: set[sympy.Basic]) -> tuple[str, ...]:
    """The assumptions that remain at these values about the symbols that occur; refused if one is false."""
    substitution = replacements(values)
    remaining: list[str] = []
    for text, relation in zip(assumptions, relations(assumptions), strict=True):
        at_values = relation.xreplace(substitution)
        if at_values == sympy.false:
            raise Refused(f"the values of the parameters contradict {text}")
        if at_values == sympy.true or not at_values.free_symbols & occurring:
            continue
        parts = at_values.args if isinstance(at_values, sympy.And) else (at_values,)
        remaining += [text] if at_values == relation else [render(_symbol_first(part)) for part in parts]
    return tuple(dict.fromkeys(remaining))


def admits(assumptions: tuple[str, ...], values: Values) -> bool:
    """Whether no assumption becomes false, and every one without other symbols becomes true."""
    substitution = replacements(values)
    for relation in relations(assumptions):
        at_values = relation.xreplace(substitution)
        if at_values != sympy.true and (at_values == sympy.false or not at_values.free_symbols):
            return False
    return True


def _symbol_first(relation: sympy.Basic) -> sympy.Basic:
    """`b \\ne 1` rather than `1 \\ne b`."""
    if isinstance(relation, Relational) and not relation.lhs.free_symbols:
        return relation.reversed
    return relation
