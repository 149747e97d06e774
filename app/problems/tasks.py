"""What a problem asks, as typed records from which statement, solver input and checks are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Annotated, Any, Literal

import sympy
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)
from sympy.core.function import AppliedUndef

from app.maths import ParseError, parse, render
from app.problems.functional import REGISTRY


def _read(value: Any) -> sympy.Basic:
    return read(value) if isinstance(value, str) else sympy.sympify(value, strict=True)


@lru_cache(maxsize=8192)
def read(text: str, functions: tuple[str, ...] = ()) -> sympy.Basic:
    """The expression that `text` writes; a ValueError, which pydantic reports, says what cannot be read."""
    try:
        return parse(text, functions=functions)
    except ParseError as error:
        raise ValueError(f"cannot read {text!r}: {error}") from error


Expression = Annotated[sympy.Basic, BeforeValidator(_read), PlainSerializer(render, return_type=str)]
"""A SymPy object; in files it is LaTeX, read and written by our own parser and renderer."""


_X, _T = sympy.symbols("x t")
"""The variable of a function that is written bare: the second where the first is a function itself."""


class _Task(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def map(self, change: Callable[[sympy.Basic], sympy.Basic], *, variables: bool = False) -> Task:
        """The same task with `change` applied to each of its expressions, and to its variables if asked."""
        fields: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name in ("variable", "variables", "index") and not variables:
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


class Product(_Task):
    """The product of `factor` over the integers `index` from `lower` to `upper` (may be infinite)."""

    operation: Literal["product"] = "product"
    factor: Expression
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
        return _with_functions(data, ("equation", "conditions"), functions, data.get("variable", "x"))


class DifferentialSystem(_Task):
    """The functions `functions` of `variable` that satisfy all `equations` and meet `conditions`.

    Equations and conditions are those of a `DifferentialEquation`, in several functions; the answer is the
    tuple of their formulas, in the order of `functions`.
    """

    operation: Literal["differential_system"] = "differential_system"
    equations: tuple[Expression, ...] = Field(min_length=2, max_length=4)
    functions: tuple[str, ...] = Field(min_length=2, max_length=4)
    variable: Expression
    conditions: tuple[Expression, ...]

    @model_validator(mode="before")
    @classmethod
    def _read_functions(cls, data: Any) -> Any:
        """Reads the equations of a file knowing which letters are functions, and of which variable."""
        if not isinstance(data, dict):
            return data
        functions = tuple(map(str, data.get("functions", ())))
        return _with_functions(data, ("equations", "conditions"), functions, data.get("variable", "t"))

    @model_validator(mode="after")
    def _is_determined(self) -> DifferentialSystem:
        if len(self.equations) != len(self.functions):
            raise ValueError(f"{len(self.functions)} functions need as many equations")
        return self


def _with_functions(
    data: dict[str, Any], fields: tuple[str, ...], functions: tuple[str, ...], variable: Any
) -> dict[str, Any]:
    """The data with the texts in these fields read, `functions` being functions of `variable`."""
    here = _read(variable) if isinstance(variable, str) else variable
    bare = _T if _X.name in functions else _X

    def of_variable(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple(map(of_variable, value))
        return read(value, functions).xreplace({bare: here}) if isinstance(value, str) else value

    return {**data, **{field: of_variable(data[field]) for field in fields if field in data}}


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


class EquationSystem(_Task):
    """All values of `variables` in `domain` that satisfy all `equations`, as tuples in that order."""

    operation: Literal["equation_system"] = "equation_system"
    equations: tuple[Expression, ...] = Field(min_length=2, max_length=4)
    variables: tuple[Expression, ...] = Field(min_length=2, max_length=4)
    domain: Literal["reals", "complexes", "integers", "positive"] = "reals"


class Inequality(_Task):
    """All real values of `variable` for which `relation` (<, ≤, > or ≥) is defined and holds."""

    operation: Literal["inequality"] = "inequality"
    relation: Expression
    variable: Expression

    @field_validator("relation")
    @classmethod
    def _is_inequality(cls, relation: sympy.Basic) -> sympy.Basic:
        if not isinstance(relation, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
            raise ValueError(r"this is no inequality; write one with <, >, \le or \ge")
        return relation


class _MatrixTask(_Task):
    matrix: Expression

    @field_validator("matrix")
    @classmethod
    def _is_matrix(cls, matrix: sympy.Basic) -> sympy.Basic:
        if not isinstance(matrix, sympy.MatrixBase):
            raise ValueError(r"this is no matrix; write one as \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}")
        return matrix


class _SquareMatrixTask(_MatrixTask):
    @field_validator("matrix")
    @classmethod
    def _is_square(cls, matrix: sympy.Basic) -> sympy.Basic:
        if matrix.rows != matrix.cols:
            raise ValueError(f"the matrix is {matrix.rows}×{matrix.cols}, and a square one is needed")
        return matrix


class Determinant(_SquareMatrixTask):
    """The determinant of `matrix`."""

    operation: Literal["determinant"] = "determinant"


class Inverse(_SquareMatrixTask):
    """The inverse of `matrix`."""

    operation: Literal["inverse"] = "inverse"


class Eigenvalues(_SquareMatrixTask):
    """The set of the different eigenvalues of `matrix`."""

    operation: Literal["eigenvalues"] = "eigenvalues"


class CharacteristicPolynomial(_SquareMatrixTask):
    """The polynomial det(`variable` I - `matrix`)."""

    operation: Literal["characteristic_polynomial"] = "characteristic_polynomial"
    variable: Expression


class MatrixExponential(_SquareMatrixTask):
    """The matrix exp(`variable` `matrix`)."""

    operation: Literal["matrix_exponential"] = "matrix_exponential"
    variable: Expression


class MatrixPower(_SquareMatrixTask):
    """The power of `matrix` with a non-negative integer `exponent`, which may be a parameter."""

    operation: Literal["matrix_power"] = "matrix_power"
    exponent: Expression


class MatrixRank(_MatrixTask):
    """The rank of `matrix`, the same for all values of the parameters."""

    operation: Literal["matrix_rank"] = "matrix_rank"


class LinearSystem(_SquareMatrixTask):
    """The one vector x with `matrix` x = `right_side`, where `right_side` is a column."""

    operation: Literal["linear_system"] = "linear_system"
    right_side: Expression

    @model_validator(mode="after")
    def _fits(self) -> LinearSystem:
        shape = getattr(self.right_side, "shape", None)
        if shape != (self.matrix.rows, 1):
            raise ValueError(f"right_side must be a column of {self.matrix.rows} entries")
        return self


class _RandomVariable(_Task):
    """A random variable: `law` is its density at `variable` on the reals from `lower` to `upper`, or, of kind
    `mass`, its probability at the integers from `lower` to `upper`; either bound may be infinite."""

    kind: Literal["density", "mass"]
    law: Expression
    variable: Expression
    lower: Expression
    upper: Expression


class Expectation(_RandomVariable):
    """The expected value of `quantity`, a function of the random variable."""

    operation: Literal["expectation"] = "expectation"
    quantity: Expression


class Probability(_RandomVariable):
    """The probability that the random variable lies from `least` to `most` (for a mass: both included)."""

    operation: Literal["probability"] = "probability"
    least: Expression
    most: Expression


class Congruences(_Task):
    """The least non-negative integer x with `coefficients`[i] x ≡ `residues`[i] mod `moduli`[i] for all i."""

    operation: Literal["congruences"] = "congruences"
    variable: Expression
    coefficients: tuple[Expression, ...] = Field(min_length=1, max_length=6)
    residues: tuple[Expression, ...]
    moduli: tuple[Expression, ...]

    @model_validator(mode="after")
    def _fits(self) -> Congruences:
        if not len(self.coefficients) == len(self.residues) == len(self.moduli):
            raise ValueError("coefficients, residues and moduli must be equally many")
        return self


ARGUMENTS: dict[str, int] = {
    "greatest_common_divisor": 2,
    "least_common_multiple": 2,
    "totient": 1,
    "divisor_count": 1,
    "divisor_sum": 1,
    "power_residue": 3,
    "valuation": 2,
    "multiplicative_order": 2,
    "coprime_count": 2,
}
"""How many arguments each arithmetic function takes."""


class ArithmeticFunction(_Task):
    """The value of a function of integers at `arguments`, whose number is that of `ARGUMENTS`.

    A `power_residue` is that of a base, an exponent and a modulus; a `valuation` is the exponent of a prime
    in an integer; a `multiplicative_order` is that of a base to a modulus; a `coprime_count` is how many
    positive integers up to the first argument are coprime to the second.
    """

    operation: Literal["arithmetic_function"] = "arithmetic_function"
    function: Literal[
        "greatest_common_divisor",
        "least_common_multiple",
        "totient",
        "divisor_count",
        "divisor_sum",
        "power_residue",
        "valuation",
        "multiplicative_order",
        "coprime_count",
    ]
    arguments: tuple[Expression, ...]

    @model_validator(mode="after")
    def _fits(self) -> ArithmeticFunction:
        count = ARGUMENTS[self.function]
        if len(self.arguments) != count:
            raise ValueError(f"{self.function} takes {count} argument{'s' if count > 1 else ''}")
        return self


class Instance(_Task):
    """The question that the abstraction of that id asks at these values of its parameters."""

    operation: Literal["instance"] = "instance"
    abstraction: str
    values: dict[str, StrictInt | StrictStr | tuple[StrictInt, ...]]

    @field_validator("abstraction")
    @classmethod
    def _is_known(cls, abstraction: str) -> str:
        if abstraction not in REGISTRY:
            raise ValueError(f"there is no abstraction {abstraction!r} in app/problems/functional")
        return abstraction

    def __hash__(self) -> int:
        """As every task has one: rulings and unpickled tasks are kept by it."""
        return hash((self.abstraction, frozenset(self.values.items())))


Task = Annotated[
    IndefiniteIntegral
    | DefiniteIntegral
    | Limit
    | Series
    | Sum
    | Product
    | DifferentialEquation
    | DifferentialSystem
    | Evaluation
    | Simplification
    | Equation
    | EquationSystem
    | Inequality
    | Determinant
    | Inverse
    | Eigenvalues
    | CharacteristicPolynomial
    | MatrixExponential
    | MatrixPower
    | MatrixRank
    | LinearSystem
    | Expectation
    | Probability
    | Congruences
    | ArithmeticFunction
    | Instance,
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
    """The free symbols of the task as asked: its parameters, and its variables where they are unknowns."""
    if isinstance(task, Instance):
        return set(map(sympy.Symbol, REGISTRY[task.abstraction].variables))
    found = set().union(*(expression.free_symbols for expression in expressions(task)))
    if isinstance(task, DefiniteIntegral | Limit | Sum | Product | Expectation | Probability | Congruences):
        found.discard(variable(task))
    return found


def letters(task: Task) -> frozenset[sympy.Symbol]:
    """Every letter that the task uses, as a symbol: symbols, free or bound, and the names of functions."""
    found: set[sympy.Symbol] = set()
    for expression in expressions(task):
        found |= expression.atoms(sympy.Symbol)
        found |= {sympy.Symbol(function.func.__name__) for function in expression.atoms(AppliedUndef)}
    return frozenset(found)


def variable(task: Task) -> sympy.Symbol | None:
    """The symbol that the task integrates, sums, solves, or lets tend to something; None if there is none."""
    if isinstance(task, Sum | Product):
        return task.index
    return getattr(task, "variable", None)


def functions(task: Task) -> tuple[str, ...]:
    """The names of the functions that the task looks for."""
    if isinstance(task, DifferentialSystem):
        return task.functions
    return (task.function,) if isinstance(task, DifferentialEquation) else ()


def counts(task: Task) -> bool:
    """Whether the task's variable runs over integers, from `lower` to `upper`."""
    return isinstance(task, Sum | Product) or getattr(task, "kind", None) == "mass"


def unknowns(task: Task) -> tuple[sympy.Symbol, ...]:
    """The symbols that the task is to be solved for, which an answer is free of."""
    if isinstance(task, EquationSystem):
        return task.variables
    return (task.variable,) if isinstance(task, Equation | Inequality) else ()


def total(task: Expectation | Probability) -> DefiniteIntegral | Sum:
    """The integral of the density, or the sum of the mass, that the asked value is."""
    if isinstance(task, Expectation):
        term, lower, upper = task.quantity * task.law, task.lower, task.upper
    else:
        term, lower, upper = task.law, task.least, task.most
    if task.kind == "mass":
        return Sum(term=term, index=task.variable, lower=lower, upper=upper)
    return DefiniteIntegral(integrand=term, variable=task.variable, lower=lower, upper=upper)
