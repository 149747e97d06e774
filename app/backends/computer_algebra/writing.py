"""Writes SymPy expressions in the language of a computer algebra system, by the tables of that system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import sympy
from sympy.core.function import AppliedUndef
from sympy.solvers.solveset import NonlinearError

from app.problems import tasks

ELEMENTARY: dict[type[sympy.Basic], str] = {
    function: function.__name__
    for function in (
        *(sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc),
        *(sympy.asin, sympy.acos, sympy.atan, sympy.sinh, sympy.cosh, sympy.tanh),
        *(sympy.asinh, sympy.acosh, sympy.atanh),
    )
}
"""Functions that every system knows by these names."""


Forms = Mapping[type[sympy.Basic], Callable[[Any, Any], str]]
"""How what is no plain call is written: by a method of the writer, or a function of writer and expression."""


class Untranslatable(Exception):
    """The system has no word for something in the question; the message names it."""


class Names:
    """Symbols under neutral names, `v0`, `v1`, …: what a problem calls them can neither clash with a word of
    the system nor change how it orders or treats them. The task's own variable comes last, as the main one.
    """

    def __init__(self, symbols: Iterable[sympy.Symbol], variable: sympy.Symbol | None = None) -> None:
        self.variable = variable
        others = sorted((s for s in set(symbols) if s != variable), key=str)
        ordered = [*others, *([variable] if variable is not None else [])]
        self.of = {symbol: f"v{number}" for number, symbol in enumerate(ordered)}
        self.back: dict[str, sympy.Expr] = {name: symbol for symbol, name in self.of.items()}

    @classmethod
    def for_task(cls, task: tasks.Task, assumed: Iterable[sympy.Symbol]) -> Names:
        """Names for the symbols of a task and of what is assumed."""
        return cls(free_symbols(task) | set(assumed), tasks.variable(task))

    def bound(self, symbol: sympy.Symbol) -> str:
        """The name of a symbol, given one now if it is bound inside an expression."""
        if symbol not in self.of:
            name = f"v{len(self.of)}"
            self.of[symbol], self.back[name] = name, symbol
        return self.of[symbol]


def free_symbols(task: tasks.Task) -> set[sympy.Symbol]:
    """The free symbols of all expressions of a task, its variable among them."""
    return set().union(*(expression.free_symbols for expression in tasks.expressions(task)))


class Writer:
    """Writes expressions; a system's own writer has its tables, and methods for what is no plain call."""

    constants: ClassVar[Mapping[sympy.Basic, str]] = {}
    functions: ClassVar[Mapping[type[sympy.Basic], str]] = {}
    relations: ClassVar[Mapping[type[sympy.Basic], str]] = {}
    forms: ClassVar[Forms] = {}

    def __init__(self, names: Names) -> None:
        self._names = names

    def write(self, expr: sympy.Basic) -> str:
        """`expr` in the system's language; raises `Untranslatable`."""
        if expr in self.constants:
            return self.constants[expr]
        if type(expr) in self.functions:
            return self.call(self.functions[type(expr)], *expr.args)
        for kind, form in self.forms.items():
            if isinstance(expr, kind):
                return form(self, expr)
        raise Untranslatable(type(expr).__name__)

    def call(self, name: str, *arguments: sympy.Basic) -> str:
        """A call of a function of that name."""
        return f"{name}({', '.join(map(self.write, arguments))})"

    def joined(self, sign: str, expr: sympy.Basic) -> str:
        """The arguments with a sign between them."""
        return "(" + sign.join(map(self.write, expr.args)) + ")"

    def listed(self, items: Iterable[sympy.Basic]) -> str:
        """A list."""
        return "[" + ", ".join(map(self.write, items)) + "]"

    def rows(self, matrix: sympy.MatrixBase) -> str:
        """The rows of a matrix, each a list, with commas between them."""
        return ", ".join(self.listed(matrix.row(row)) for row in range(matrix.rows))

    def symbol(self, symbol: sympy.Symbol) -> str:
        """The neutral name of a symbol."""
        return self._names.bound(symbol)

    def rational(self, number: sympy.Rational) -> str:
        """A number, in brackets that keep its sign and its bar."""
        return f"({number.p})" if number.q == 1 else f"(({number.p})/{number.q})"

    def power(self, power: sympy.Pow) -> str:
        """A power."""
        return f"(({self.write(power.base)})^({self.write(power.exp)}))"

    def relation(self, relation: sympy.Basic) -> str:
        """An equation or an inequality."""
        left, right = relation.args
        return f"({self.write(left)} {self.relations[type(relation)]} {self.write(right)})"

    def applied(self, call: AppliedUndef) -> str:
        """The unknown function of an equation at its argument, under a neutral name."""
        return self.call(self._names.bound(sympy.Symbol(call.func.__name__)), *call.args)

    def derived(self, name: str, derivative: sympy.Derivative) -> str:
        """A derivative: a call in a call for each variable, with how often."""
        inner = self.write(derivative.expr)
        for variable, times in derivative.variable_count:
            inner = f"{name}({inner}, {self.write(variable)}, {self.write(times)})"
        return inner

    def nested(self, name: str, expr: sympy.Basic) -> str:
        """A sum, a product or an integral over several variables: a call in a call, with the limits."""
        inner = self.write(expr.function)
        for limits in expr.limits:
            inner = f"{name}({inner}, {', '.join(map(self.write, limits))})"
        return inner


COMMON_FORMS: Forms = {
    sympy.Symbol: Writer.symbol,
    sympy.Rational: Writer.rational,
    sympy.Float: lambda writer, number: writer.rational(sympy.Rational(str(number))),
    sympy.Add: lambda writer, expr: writer.joined(" + ", expr),
    sympy.Mul: lambda writer, expr: writer.joined(" * ", expr),
    sympy.Pow: Writer.power,
    sympy.core.relational.Relational: Writer.relation,
    sympy.And: lambda writer, expr: writer.joined(" and ", expr),
    sympy.Or: lambda writer, expr: writer.joined(" or ", expr),
    sympy.Tuple: lambda writer, expr: writer.listed(expr.args),
}
"""What is no call and written alike everywhere."""


def order_of(equation: sympy.Eq) -> int:
    """The order of a differential equation."""
    return max((int(d.derivative_count) for d in equation.atoms(sympy.Derivative)), default=0)


def condition(stated: sympy.Eq) -> tuple[sympy.Expr, int, sympy.Expr]:
    """Where, how many derivatives, and the value of `y(x0) = v` or of a derivative at a point."""
    left = stated.lhs
    if isinstance(left, AppliedUndef):
        return left.args[0], 0, stated.rhs
    if isinstance(left, sympy.Subs) and isinstance(left.expr, sympy.Derivative):
        return left.point[0], int(left.expr.derivative_count), stated.rhs
    raise Untranslatable("a condition that is not on a value or a derivative")


def values_at_one_point(task: tasks.DifferentialSystem) -> tuple[sympy.Expr, sympy.Tuple]:
    """The point where the values of all functions are given, and these values, in the task's order."""
    given = {}
    for stated in task.conditions:
        point, order, value = condition(stated)
        if order:
            raise Untranslatable("conditions on derivatives")
        given[stated.lhs.func.__name__] = (point, value)
    points = {point for point, _ in given.values()}
    if len(points) != 1 or set(given) != set(task.functions):
        raise Untranslatable("conditions that are not the values of all functions at one point")
    return points.pop(), sympy.Tuple(*(given[name][1] for name in task.functions))


def number(expression: sympy.Expr) -> str:
    """An integer; of letters, a system's functions of integers are those of polynomials, or nothing."""
    if expression.free_symbols:
        raise Untranslatable("functions of integers that are given by letters")
    value = sympy.simplify(expression.doit())
    if not value.is_Integer:
        raise Untranslatable("functions of integers at a number that is none")
    return f"({value})"


def linear(
    equations: Sequence[sympy.Basic], unknowns: Sequence[sympy.Symbol]
) -> tuple[sympy.ImmutableMatrix, sympy.ImmutableMatrix]:
    """The matrix and the right side of a linear system; raises `Untranslatable` for any other."""
    try:
        matrix, right_side = sympy.linear_eq_to_matrix(list(equations), list(unknowns))
    except (ValueError, NonlinearError) as error:
        raise Untranslatable("a system that is not linear") from error
    return matrix.as_immutable(), right_side.as_immutable()


def algebraic(equations: Iterable[sympy.Basic], unknowns: Sequence[sympy.Symbol]) -> bool:
    """Whether all equations are between polynomials in the unknowns, so that no solutions means none."""
    return all(side.is_polynomial(*unknowns) for equation in equations for side in equation.args)
