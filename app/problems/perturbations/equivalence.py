"""The perturbation that rewrites a problem with forms equal to 1 or 0: it looks harder and is the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from app.maths import Assumptions, render
from app.problems.errors import Refused
from app.problems.perturbations.base import PHRASINGS_DRAWN, Rewriting, Slot, settled
from app.problems.perturbations.identities import Form, Place, compose
from app.problems.problem import Variant
from app.problems.statements import statement
from app.problems.tasks import Equation, Limit, Series, Task, counts, letters, variable

TRIES = 60
"""Forms drawn for one slot before it is given up."""
LONGEST_FORM = 260
"""Characters of LaTeX beyond which a form buries the problem."""
VALUES: tuple[Literal[0, 1], ...] = (1, 1, 0)
"""What forms equal: factors twice as often as terms (which, alone, diverge in an infinite sum)."""
CONSTANTS = tuple(sympy.Rational(p, q) for p, q in ((2, 1), (3, 1), (1, 2), (1, 3), (2, 3)))
"""What forms are written in where the problem has no variable."""
FIELDS = {
    "indefinite_integral": "integrand",
    "definite_integral": "integrand",
    "limit": "expression",
    "series": "expression",
    "sum": "term",
    "product": "factor",
    "evaluation": "expression",
    "simplification": "expression",
    "equation": "equation",
    "inequality": "relation",
    "differential_equation": "equation",
    "equation_system": "equations",
    "differential_system": "equations",
    "determinant": "matrix",
    "inverse": "matrix",
    "eigenvalues": "matrix",
    "characteristic_polynomial": "matrix",
    "matrix_exponential": "matrix",
    "matrix_power": "matrix",
    "matrix_rank": "matrix",
    "linear_system": "matrix",
    "expectation": "quantity",
    "probability": "law",
}
"""The field that a form is put into, by operation: into one of its equations, one entry of its matrix."""
RANGES = ("definite_integral", "sum", "product", "expectation", "probability")
"""Operations over a range, whose `lower` and `upper` say where the variable goes."""


@dataclass(frozen=True)
class Level:
    """How hard the forms of a slot are: levels of composition, and the least and greatest score."""

    name: str
    depths: tuple[int, ...]
    least: int
    most: int


LEVELS = (Level("easy", (1,), 1, 2), Level("medium", (1, 2), 3, 4), Level("hard", (2, 3), 5, 14))
PER_LEVEL = 12


class Equivalence(Rewriting):
    """One expression of a variant is multiplied by a form equal to 1, or a form equal to 0 is added.

    The form is written in the task's variable and captures no dummy; bounds, points and conditions keep what
    they are. Strength is the form's difficulty score. The answer is the parent's.
    """

    name = "equivalence"

    def slots(self) -> Sequence[Slot]:
        """Easy forms first, then harder ones."""
        return [
            Slot(f"equivalence-{level.name}-{number + 1}", float(level.least))
            for level in LEVELS
            for number in range(PER_LEVEL)
        ]

    def rewrite(self, parent: Variant, slot: Slot, source: random.Random) -> Variant:
        """The first drawn form, of the slot's level, that can be put into the problem and read back."""
        (level,) = (level for level in LEVELS if level.name in slot.label.split("-"))
        task = parent.task
        if task is None or task.operation not in FIELDS:
            raise Refused("no form can be put into a task of this kind")
        reason = Refused(f"no form of the level {level.name} could be put into the problem")
        for _ in range(TRIES):
            place = _place(task, parent.assumptions, source)
            value: Literal[0, 1] = source.choice(VALUES) if place.bounded else 1
            form = compose(place, source.choice(level.depths), source, value)
            if not level.least <= form.score <= level.most or len(render(form.expression)) > LONGEST_FORM:
                continue
            changed, where = _insert(task, form, level, source)
            try:
                changed = settled(changed)
            except Refused as refused:
                reason = refused
                continue
            if changed != task:
                return self._variant(parent, slot, source, changed, form, where)
            reason = Refused("SymPy evaluates the forms away")
        raise reason

    def _variant(
        self, parent: Variant, slot: Slot, source: random.Random, task: Task, form: Form, where: str
    ) -> Variant:
        change = {
            "form": render(form.expression),
            "equals": str(form.value),
            "where": where,
            "identities": ", ".join(form.identities),
        }
        return self.derive(
            parent,
            slot,
            strength=float(form.score),
            change={**parent.change, **change},
            statement=statement(task, parent.assumptions, source.randrange(PHRASINGS_DRAWN)),
            task=task,
        )


def _place(task: Task, assumptions: Sequence[str], source: random.Random) -> Place:
    """What a form put into this task may be made of."""
    taken = letters(task)
    symbol = _written_in(task)
    if symbol is None:
        constant = source.choice(CONSTANTS)
        return Place(constant, positive=True, integer=constant.is_Integer, taken=taken)
    if task.operation in RANGES:
        lower, upper = task.lower, task.upper  # type: ignore[union-attr]
        integer = counts(task)
        bounded = bool(lower.is_finite and upper.is_finite)
        return Place(
            symbol,
            positive=bool(lower.is_positive and upper.is_positive),
            integer=integer,
            bounded=bounded,
            dummies=False,
            polynomials=integer and not bounded,
            taken=taken,
        )
    if isinstance(task, Limit | Series):
        point = task.point
        return Place(symbol, positive=bool(point.is_positive), bounded=bool(point.is_finite), taken=taken)
    known = Assumptions.of(assumptions).apply(symbol)
    entire = isinstance(task, Equation) and task.domain == "complexes"
    return Place(
        symbol, positive=bool(known.is_positive), integer=bool(known.is_integer), entire=entire, taken=taken
    )


def _written_in(task: Task) -> sympy.Symbol | None:
    """The task's variable, or the symbol that its expression is written in, or None if it has neither."""
    if variable(task) is not None:
        return variable(task)
    whole = getattr(task, FIELDS[task.operation])
    names = sorted(whole.free_symbols, key=str) if isinstance(whole, sympy.Expr) else []
    return names[0] if names else None


def _insert(task: Task, form: Form, level: Level, source: random.Random) -> tuple[Task, str]:
    """The task with the form in it, and the words that say where it went."""
    field = FIELDS[task.operation]
    whole = getattr(task, field)
    if isinstance(whole, tuple):
        chosen = source.randrange(len(whole))
        changed, where = _into_relation(whole[chosen], form, source)
        return task.model_copy(update={field: (*whole[:chosen], changed, *whole[chosen + 1 :])}), where
    if isinstance(whole, Relational):
        changed, where = _into_relation(whole, form, source)
    elif isinstance(whole, sympy.MatrixBase):
        changed, where = _into_matrix(whole, form, source)
    else:
        changed, where = _into_expression(task, whole, form, level, source)
    return task.model_copy(update={field: changed}), where


def _into_expression(
    task: Task, whole: sympy.Expr, form: Form, level: Level, source: random.Random
) -> tuple[sympy.Basic, str]:
    """Puts the form on the whole expression or, where it is not to be easy, perhaps somewhere inside."""
    field, symbol = FIELDS[task.operation], _written_in(task)
    open_inside = level.name != "easy" and symbol is not None and not counts(task)
    paths = list(_occurrences(whole, symbol)) if open_inside else []
    if paths and source.random() < 1 / 2:
        return _replace(whole, source.choice(paths), _put(form)), f"inside the {field}"
    return _put(form)(whole), f"the {field}"


def _into_matrix(matrix: sympy.MatrixBase, form: Form, source: random.Random) -> tuple[sympy.Basic, str]:
    row, column = source.randrange(matrix.rows), source.randrange(matrix.cols)
    entries = matrix.as_mutable()
    entries[row, column] = _put(form)(entries[row, column])
    return entries.as_immutable(), f"row {row + 1}, column {column + 1} of the matrix"


def _put(form: Form) -> Callable[[sympy.Expr], sympy.Expr]:
    """Multiplication by a form equal to 1, or addition of a form equal to 0."""
    if form.value == 1:
        return lambda expression: expression * form.expression
    return lambda expression: expression + form.expression


def _into_relation(relation: Relational, form: Form, source: random.Random) -> tuple[sympy.Basic, str]:
    """Puts the form on the right side where that is not 0, else on one term of the left side."""
    left, right = relation.lhs, relation.rhs
    if form.value == 0 or (right != 0 and source.random() < 1 / 2):
        return relation.func(left, _put(form)(right), evaluate=False), "the right side"
    terms = sympy.Add.make_args(left)
    chosen = source.randrange(len(terms))
    changed = [term * form.expression if index == chosen else term for index, term in enumerate(terms)]
    return relation.func(sympy.Add(*changed), right, evaluate=False), "a term of the left side"


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
