"""What a problem asks, as typed records from which statement, solver input and checks are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import sympy
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from app.maths import ParseError, parse, render


def _read(value: Any) -> sympy.Basic:
    return read(value) if isinstance(value, str) else sympy.sympify(value, strict=True)


def read(text: str, functions: tuple[str, ...] = ()) -> sympy.Basic:
    """The expression that `text` writes; a ValueError, which pydantic reports, says what cannot be read."""
    try:
        return parse(text, functions=functions)
    except ParseError as error:
        raise ValueError(f"cannot read {text!r}: {error}") from error


Expression = Annotated[sympy.Basic, BeforeValidator(_read), PlainSerializer(render, return_type=str)]
"""A SymPy object; in files it is LaTeX, read and written by our own parser and renderer."""


_X = sympy.Symbol("x")  # the variable of a function that is written bare


class _Task(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def map(self, change: Callable[[sympy.Basic], sympy.Basic]) -> Task:
        """The same task with `change` applied to each of its expressions (not to its variables)."""
        fields: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name == "variable" or name == "index":
                continue
            if isinstance(value, sympy.Basic):
                fields[name] = change(value)
            elif isinstance(value, tuple):
                fields[name] = tuple(
                    change(item) if isinstance(item, sympy.Basic) else item for item in value
                )
        return self.model_copy(update=fields)  # type: ignore[return-value]


class IndefiniteIntegral(_Task):
    """An antiderivative of `integrand` with respect to `variable`."""

    operation: Literal["indefinite_integral"] = "indefinite_integral"
    integrand: Expression
    variable: Expression


class DefiniteIntegral(_Task):
    """The integral of `integrand` over `variable` from `lower` to `upper` (either may be infinite)."""

    operation: Literal["definite_integral"] = "definite_integral"
    integrand: Expression
    variable: Expression
    lower: Expression
    upper: Expression


class Limit(_Task):
    """The limit of `expression` as `variable` tends to `point` from `direction`."""

    operation: Literal["limit"] = "limit"
    expression: Expression
    variable: Expression
    point: Expression
    direction: Literal["+", "-", "+-"] = "+-"


class Series(_Task):
    """The Taylor polynomial of `expression` about `point`, up to and including degree `degree`."""

    operation: Literal["series"] = "series"
    expression: Expression
    variable: Expression
    point: Expression
    degree: int = Field(ge=0, le=30)


class Sum(_Task):
    """The sum of `term` over the integers `index` from `lower` to `upper` (may be infinite)."""

    operation: Literal["sum"] = "sum"
    term: Expression
    index: Expression
    lower: Expression
    upper: Expression


class DifferentialEquation(_Task):
    """The solution of `equation` for the function `function` of `variable` that meets `conditions`.

    `equation` is an `Eq` in `y(x)` and its derivatives; each condition is an `Eq` whose left side is
    `y(x0)` or a `Subs` of a derivative, written in files as `y(0) = 1` or `y'(0) = 2`.
    """

    operation: Literal["differential_equation"] = "differential_equation"
    equation: Expression
    function: str = "y"
    variable: Expression
    conditions: tuple[Expression, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_function(cls, data: Any) -> Any:
        """Reads the equations of a file knowing which letter is the function, and of which variable."""
        if not isinstance(data, dict):
            return data
        functions = (str(data.get("function", "y")),)
        variable = data.get("variable", "x")
        here = _read(variable) if isinstance(variable, str) else variable

        def of_variable(value: Any) -> Any:
            return read(value, functions).xreplace({_X: here}) if isinstance(value, str) else value

        read_here = dict(data)
        if "equation" in data:
            read_here["equation"] = of_variable(data["equation"])
        if isinstance(data.get("conditions"), list | tuple):
            read_here["conditions"] = tuple(of_variable(item) for item in data["conditions"])
        return read_here


class Evaluation(_Task):
    """The closed form of `expression`, a value or function given by special functions."""

    operation: Literal["evaluation"] = "evaluation"
    expression: Expression


class Simplification(_Task):
    """A simpler expression equal to `expression`."""

    operation: Literal["simplification"] = "simplification"
    expression: Expression


class Equation(_Task):
    """All values of `variable` in `domain` that satisfy `equation`."""

    operation: Literal["equation"] = "equation"
    equation: Expression
    variable: Expression
    domain: Literal["reals", "complexes", "integers", "positive"] = "reals"


Task = Annotated[
    IndefiniteIntegral
    | DefiniteIntegral
    | Limit
    | Series
    | Sum
    | DifferentialEquation
    | Evaluation
    | Simplification
    | Equation,
    Field(discriminator="operation"),
]


def expressions(task: Task) -> Iterator[sympy.Basic]:
    """Every expression of the task in the order of its fields, its variable among them."""
    for name in type(task).model_fields:
        value = getattr(task, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, sympy.Basic):
                yield item


def symbols(task: Task) -> set[sympy.Basic]:
    """The free symbols of the task as asked: its parameters, and its variable where the answer has it."""
    found = set().union(*(expression.free_symbols for expression in expressions(task)))
    if isinstance(task, DefiniteIntegral | Limit | Sum):
        found.discard(variable(task))
    return found


def variable(task: Task) -> sympy.Symbol | None:
    """The symbol that the task integrates, sums, solves, or lets tend to something; None if there is none."""
    if isinstance(task, Sum):
        return task.index
    return getattr(task, "variable", None)
