"""The perturbation that rewrites a problem with forms equal to 1 or 0: it looks harder and is the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef

from app.maths import Assumptions, render
from app.problems.errors import Refused
from app.problems.perturbations.base import Perturbation, Slot, at, originals, settled
from app.problems.perturbations.identities import Form, Place, compose
from app.problems.problem import Problem, Variant
from app.problems.tasks import (
    DefiniteIntegral,
    DifferentialEquation,
    Equation,
    Limit,
    Series,
    Sum,
    Task,
    expressions,
    variable,
)

TRIES = 60
"""Forms drawn for one slot before it is given up."""
LONGEST_FORM = 260
"""Characters of LaTeX beyond which a form buries the problem."""
VALUES: tuple[Literal[0, 1], ...] = (1, 1, 0)
"""What forms equal: factors twice as often as terms (which, alone, diverge in an infinite sum)."""
CONSTANTS = tuple(sympy.Rational(p, q) for p, q in ((2, 1), (3, 1), (1, 2), (1, 3), (2, 3)))
"""What forms are written in where the problem has no variable."""
PRIMARY = {
    "indefinite_integral": "integrand",
    "definite_integral": "integrand",
    "limit": "expression",
    "series": "expression",
    "sum": "term",
    "evaluation": "expression",
    "simplification": "expression",
}
"""The field that a form is put into; equations have sides and terms instead."""


@dataclass(frozen=True)
class Level:
    """How hard the forms of a slot are: levels of composition, and the least and greatest score."""

    name: str
    depths: tuple[int, ...]
    least: int
    most: int


LEVELS = (Level("easy", (1,), 1, 2), Level("hard", (2, 3), 4, 12))
PER_LEVEL = 2


class Equivalence(Perturbation):
    """The original, with one of its expressions multiplied by a form equal to 1, or a form equal to 0 added.

    The form is written in the task's variable and captures no dummy; bounds, points and conditions keep what
    they are. Strength is the form's difficulty score. The answer is the original's.
    """

    name = "equivalence"

    def slots(self, problem: Problem) -> Sequence[Slot]:
        """Easy forms first, then hard ones."""
        return [
            Slot(f"equivalence-{level.name}-{number + 1}", float(level.least))
            for level in LEVELS
            for number in range(PER_LEVEL)
        ]

    def make(self, problem: Problem, slot: Slot, source: random.Random) -> Variant:
        """The first drawn form, of the slot's level, that can be put into the problem and read back."""
        (level,) = (level for level in LEVELS if level.name in slot.label.split("-"))
        original = settled(at(problem.task, originals(problem)))
        reason = Refused(f"no form of the level {level.name} could be put into the problem")
        for _ in range(TRIES):
            place = _place(original, problem.assumptions, source)
            value: Literal[0, 1] = source.choice(VALUES) if place.bounded else 1
            form = compose(place, source.choice(level.depths), source, value)
            if not level.least <= form.score <= level.most or len(render(form.expression)) > LONGEST_FORM:
                continue
            task, where = _insert(original, form, level, source)
            try:
                if settled(task) == original:
                    raise Refused("SymPy evaluates the forms away")
                return self._variant(problem, slot, source, task, form, where)
            except Refused as refused:
                reason = refused
        raise reason

    def _variant(
        self, problem: Problem, slot: Slot, source: random.Random, task: Task, form: Form, where: str
    ) -> Variant:
        change = {
            "form": render(form.expression),
            "equals": str(form.value),
            "where": where,
            "identities": ", ".join(form.identities),
        }
        values = originals(problem)
        return self.assemble(
            problem, slot, source, values, task=task, change=change, strength=float(form.score)
        )


def _place(task: Task, assumptions: Sequence[str], source: random.Random) -> Place:
    """What a form put into this task may be made of."""
    taken = _all_symbols(task)
    symbol = _written_in(task)
    if symbol is None:
        constant = source.choice(CONSTANTS)
        return Place(constant, positive=True, integer=constant.is_Integer, taken=taken)
    if isinstance(task, DefiniteIntegral | Sum):
        place = Place(
            symbol,
            positive=bool(task.lower.is_positive and task.upper.is_positive),
            integer=isinstance(task, Sum),
            bounded=bool(task.lower.is_finite and task.upper.is_finite),
            dummies=False,
            taken=taken,
        )
        return replace(place, polynomials=place.integer and not place.bounded)
    if isinstance(task, Limit | Series):
        point = task.point
        return Place(symbol, positive=bool(point.is_positive), bounded=bool(point.is_finite), taken=taken)
    known = Assumptions.of(assumptions).apply(symbol)
    entire = isinstance(task, Equation) and task.domain == "complexes"
    return Place(
        symbol, positive=bool(known.is_positive), integer=bool(known.is_integer), entire=entire, taken=taken
    )


def _all_symbols(task: Task) -> frozenset[sympy.Symbol]:
    """Every symbol in the task, free or bound: none of them may be captured, or capture."""
    return frozenset().union(*(expression.atoms(sympy.Symbol) for expression in expressions(task)))


def _written_in(task: Task) -> sympy.Symbol | None:
    """The task's variable, or the symbol that its expression is written in, or None if it has neither."""
    if variable(task) is not None:
        return variable(task)
    names = sorted(getattr(task, PRIMARY[task.operation]).free_symbols, key=str)
    return names[0] if names else None


def _insert(task: Task, form: Form, level: Level, source: random.Random) -> tuple[Task, str]:
    """The task with the form in it, and the words that say where it went."""
    if isinstance(task, DifferentialEquation | Equation):
        equation, where = _into_equation(task.equation, form, source)
        return task.model_copy(update={"equation": equation}), where
    field = PRIMARY[task.operation]
    whole = getattr(task, field)
    symbol = _written_in(task)
    open_inside = level.name == "hard" and symbol is not None and not isinstance(task, Sum)
    paths = list(_occurrences(whole, symbol)) if open_inside else []
    if paths and source.random() < 1 / 2:
        return task.model_copy(
            update={field: _replace(whole, source.choice(paths), _put(form))}
        ), f"inside the {field}"
    return task.model_copy(update={field: _put(form)(whole)}), f"the {field}"


def _put(form: Form) -> Callable[[sympy.Expr], sympy.Expr]:
    """Multiplication by a form equal to 1, or addition of a form equal to 0."""
    if form.value == 1:
        return lambda expression: expression * form.expression
    return lambda expression: expression + form.expression


def _into_equation(equation: sympy.Eq, form: Form, source: random.Random) -> tuple[sympy.Basic, str]:
    """Puts the form on the right side where that is not 0, else on one term of the left side."""
    left, right = equation.lhs, equation.rhs
    if form.value == 0 or (right != 0 and source.random() < 1 / 2):
        return sympy.Eq(left, _put(form)(right), evaluate=False), "the right side"
    terms = sympy.Add.make_args(left)
    chosen = source.randrange(len(terms))
    changed = [term * form.expression if index == chosen else term for index, term in enumerate(terms)]
    return sympy.Eq(sympy.Add(*changed), right, evaluate=False), "a term of the left side"


def _occurrences(
    expression: sympy.Basic, symbol: sympy.Symbol, path: tuple[int, ...] = ()
) -> Iterator[tuple[int, ...]]:
    """The paths to all subexpressions that contain the symbol, the whole and what is bound excepted."""
    if path and expression.has(symbol):
        yield path
    if isinstance(
        expression, ExprWithLimits | sympy.Derivative | sympy.Subs | AppliedUndef | sympy.Piecewise
    ):
        return
    for index, argument in enumerate(expression.args):
        if isinstance(argument, sympy.Expr):
            yield from _occurrences(argument, symbol, (*path, index))


def _replace(
    expression: sympy.Basic, path: tuple[int, ...], change: Callable[[sympy.Expr], sympy.Expr]
) -> sympy.Basic:
    """The expression with `change` made at the path."""
    if not path:
        return change(expression)
    arguments = list(expression.args)
    arguments[path[0]] = _replace(arguments[path[0]], path[1:], change)
    return expression.func(*arguments)
