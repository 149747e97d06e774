"""Single computations that a model asks for by name, as typed records, and what a system makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import sympy
from pydantic import BaseModel, ConfigDict, Field
from sympy.core.function import AppliedUndef

from app.backends.computer_algebra.answers import Answer, OutOfTime, Unsolved
from app.backends.computer_algebra.attempts import Attempts
from app.backends.computer_algebra.budget import Budget
from app.backends.computer_algebra.sympy_solver import PART_FOR_SOLVING, solve
from app.maths import Assumptions, render
from app.problems import tasks

LONGEST_FORMULA = 4_000
"""Characters of one formula in a computation."""

Operation = Literal[
    "integrate",
    "differentiate",
    "limit",
    "solve",
    "sum",
    "simplify",
    "factor",
    "expand",
    "evaluate",
]


class Computation(BaseModel):
    """One computation; every formula is LaTeX or plain mathematics, and is read by our own grammar only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: Operation = Field(description="What to do with the expression.")
    expression: str = Field(
        max_length=LONGEST_FORMULA,
        description="The formula in LaTeX. To solve: an equation, an inequality, or several equations with "
        "commas between them, such as x+y=3, xy=2 or y'=y, y(0)=1.",
    )
    variable: str | None = Field(
        default=None,
        max_length=100,
        description="The variable; of a sum, its index; of a system of equations, its unknowns with commas. "
        "May be left out where the expression has one symbol only.",
    )
    lower: str | None = Field(
        default=None, max_length=LONGEST_FORMULA, description="The lower bound of an integral or a sum."
    )
    upper: str | None = Field(
        default=None, max_length=LONGEST_FORMULA, description="The upper bound of an integral or a sum."
    )
    point: str | None = Field(
        default=None,
        max_length=LONGEST_FORMULA,
        description="Where the limit is taken (write 0^+ or 0^- for one side), or where to evaluate.",
    )
    domain: Literal["reals", "complexes", "integers", "positive"] = Field(
        default="reals", description="Where solutions are looked for."
    )
    assumptions: tuple[str, ...] = Field(
        default=(), max_length=20, description="Relations that hold for the symbols, such as a > 0."
    )

    def to_task(self) -> tasks.Task:
        """The typed task that asks for it; a ValueError says what is missing or cannot be read.

        To factor and to expand are no tasks: they ask for a form, not for a value.
        """
        if self.operation not in TASKS:
            raise ValueError(f"no task asks to {self.operation}")
        return TASKS[self.operation](self)


def compute(computation: Computation, seconds: float) -> Answer:
    """The result as LaTeX, or, unless the status is `stop`, the reason why there is none.

    `seconds` are of processor time. Call it in a worker that is killed at a deadline: SymPy may hang.
    """
    attempts = Attempts(Budget(seconds * PART_FOR_SOLVING))
    try:
        known = Assumptions.of(computation.assumptions)
        if computation.operation in FORMS:
            result = _form(computation, known, attempts)
        else:
            result = solve(computation.to_task(), known, attempts)
    except Unsolved as reason:
        return Answer(f"No answer was found. {reason}", "unsolved")
    except OutOfTime:
        return Answer(f"No answer was found in {seconds:g} seconds.", "timeout")
    except ValueError as fault:
        return Answer(f"This cannot be computed: {fault}", "unsolved")
    return Answer(render(known.strip(result)), "stop")


FORMS: dict[str, Callable[[sympy.Expr], sympy.Basic]] = {"factor": sympy.factor, "expand": sympy.expand}


def _form(computation: Computation, known: Assumptions, attempts: Attempts) -> sympy.Basic:
    """The expression in another form, in symbols that carry the assumptions."""
    change, expression = FORMS[computation.operation], known.apply(_expression(computation))
    return attempts.first([(computation.operation, lambda: change(expression))], lambda result: True)


def _integrate(asked: Computation) -> tasks.Task:
    integrand, x = _expression(asked), _variable(asked)
    if asked.lower is None and asked.upper is None:
        return tasks.IndefiniteIntegral(integrand=integrand, variable=x)
    return tasks.DefiniteIntegral(
        integrand=integrand, variable=x, lower=_given(asked, "lower"), upper=_given(asked, "upper")
    )


def _differentiate(asked: Computation) -> tasks.Task:
    expression, x = _expression(asked), _variable(asked)
    if asked.point is None:
        return tasks.Evaluation(expression=sympy.Derivative(expression, x))
    return tasks.Evaluation(expression=sympy.diff(expression, x).subs(x, _given(asked, "point")))


def _limit(asked: Computation) -> tasks.Task:
    point, direction = _side((asked.point or "").strip())
    return tasks.Limit(
        expression=_expression(asked),
        variable=_variable(asked),
        point=_given(asked.model_copy(update={"point": point or None}), "point"),
        direction=direction,
    )


def _side(point: str) -> tuple[str, Literal["+", "-", "+-"]]:
    """A point written with the side from which it is approached, taken apart."""
    for suffix in ("^+", "^{+}"):
        if point.endswith(suffix):
            return point.removesuffix(suffix), "+"
    for suffix in ("^-", "^{-}"):
        if point.endswith(suffix):
            return point.removesuffix(suffix), "-"
    return point, "+-"


def _solve(asked: Computation) -> tasks.Task:
    expression = tasks.read(asked.expression)
    parts = expression.args if isinstance(expression, sympy.Tuple) else (expression,)
    functions = sorted({str(call.func) for call in expression.atoms(AppliedUndef)})
    if expression.has(sympy.Derivative):
        return _solve_differential(asked, parts, functions)
    if len(parts) > 1:
        return tasks.EquationSystem(
            equations=tuple(map(_equation, parts)),
            variables=_unknowns(asked, expression),
            domain=asked.domain,
        )
    if isinstance(expression, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
        return tasks.Inequality(relation=expression, variable=_variable(asked))
    return tasks.Equation(equation=_equation(expression), variable=_variable(asked), domain=asked.domain)


def _solve_differential(
    asked: Computation, parts: Sequence[sympy.Basic], functions: Sequence[str]
) -> tasks.Task:
    equations = [part for part in parts if part.has(sympy.Derivative) and not part.has(sympy.Subs)]
    if len(equations) != 1 or len(functions) != 1:
        raise ValueError("one differential equation for one function can be solved, with its conditions")
    [equation], conditions = equations, tuple(part for part in parts if part is not equations[0])
    [derivative, *_] = equation.atoms(sympy.Derivative)
    return tasks.DifferentialEquation(
        equation=_equation(equation),
        function=functions[0],
        variable=derivative.variables[0],
        conditions=conditions,
    )


def _sum(asked: Computation) -> tasks.Task:
    return tasks.Sum(
        term=_expression(asked),
        index=_variable(asked),
        lower=_given(asked, "lower"),
        upper=_given(asked, "upper"),
    )


def _simplify(asked: Computation) -> tasks.Task:
    return tasks.Simplification(expression=_expression(asked))


def _evaluate(asked: Computation) -> tasks.Task:
    expression = _expression(asked)
    if asked.point is not None:
        expression = expression.subs(_variable(asked), _given(asked, "point"))
    return tasks.Evaluation(expression=expression)


TASKS: dict[str, Callable[[Computation], tasks.Task]] = {
    "integrate": _integrate,
    "differentiate": _differentiate,
    "limit": _limit,
    "solve": _solve,
    "sum": _sum,
    "simplify": _simplify,
    "evaluate": _evaluate,
}


def _expression(asked: Computation) -> sympy.Expr:
    expression = tasks.read(asked.expression)
    if not isinstance(expression, sympy.Expr):
        raise ValueError(f"to {asked.operation}, give one expression, without a relation or a comma")
    return expression


def _equation(part: sympy.Basic) -> sympy.Basic:
    """An equation; an expression alone is set to zero."""
    if isinstance(part, sympy.Expr):
        return sympy.Eq(part, 0, evaluate=False)
    if not isinstance(part, sympy.Eq):
        raise ValueError("to solve, give an equation, an inequality, or several equations")
    return part


def _variable(asked: Computation) -> sympy.Symbol:
    unknowns = _unknowns(asked, tasks.read(asked.expression))
    if len(unknowns) != 1:
        raise ValueError(f"give the variable, one symbol (there are {len(unknowns)})")
    return unknowns[0]


def _unknowns(asked: Computation, expression: sympy.Basic) -> tuple[sympy.Symbol, ...]:
    """The variables that are named, or else the symbols of the expression in alphabetical order."""
    if asked.variable is None:
        return tuple(sorted(expression.free_symbols, key=str))
    named = tasks.read(asked.variable)
    symbols = named.args if isinstance(named, sympy.Tuple) else (named,)
    if not all(isinstance(symbol, sympy.Symbol) for symbol in symbols):
        raise ValueError(f"the variable {asked.variable} is no symbol")
    return tuple(symbols)


def _given(asked: Computation, field: Literal["lower", "upper", "point"]) -> sympy.Expr:
    text = getattr(asked, field)
    if text is None:
        raise ValueError(f"give {field} as well")
    value = tasks.read(text)
    if not isinstance(value, sympy.Expr):
        raise ValueError(f"{field} is no expression")
    return value
