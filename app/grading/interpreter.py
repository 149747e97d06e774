"""Functions given as small Python programs, read from their syntax tree and never executed by Python.

The interpreter knows arithmetic, comparisons, conditionals, bounded loops, recursion, and a table of
functions; it works on SymPy numbers or symbols, so that a straight program gives a formula. Everything else
is refused.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sympy

from app.errors import PlumblineError

CHARACTERS = 4000
BRACKETS = 60
"""Nested brackets in a program at most: the depth of Python's own parser is limited."""
STEPS = 20_000
DEPTH = 60
"""Calls inside calls at most."""
BITS = 4000
"""Size of an integer that a program may compute."""
ITEMS = 5000

_FENCE = re.compile(r"\A\s*```(?:python|py)?\s*\n(.*?)\n?```\s*\Z", re.S)
_START = re.compile(r"\s*(?:[A-Za-z]\w*\s*=\s*)?lambda\b|(?:\s*(?:from|import)\s[^\n]*\n)*\s*def\s", re.S)


class ProgramError(PlumblineError):
    """A text is no program that the interpreter knows, or it does not end within its bounds."""


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


def is_program(text: str) -> bool:
    """Whether a text, or the code in its fence, is a lambda or begins with a function's definition."""
    return _START.match(_code(text)) is not None


def _code(text: str) -> str:
    found = _FENCE.match(text)
    return found[1] if found else text.strip("` \n")


class Program:
    """A function of numbers: its parameters, and its values."""

    def __init__(self, text: str) -> None:
        """Reads the program; raises ProgramError."""
        code = _code(text)
        depth = deepest = 0
        for character in code:
            depth += (character in "([{") - (character in ")]}")
            deepest = max(deepest, depth)
        if len(code) > CHARACTERS or deepest > BRACKETS or "\x00" in code:
            raise ProgramError("the program is too long or too deeply nested")
        try:
            body = ast.parse(code).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise ProgramError(f"the program cannot be read: {error}") from error
        self._functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
        self._main = next(reversed(self._functions.values()), None) or _lambda(body)
        self.parameters = tuple(argument.arg for argument in self._main.args.args)

    def call(self, arguments: Sequence[Any]) -> Any:
        """The value for these arguments, SymPy numbers or symbols; raises ProgramError."""
        try:
            return sympy.sympify(_Run(self._functions).function(self._main, arguments), strict=True)
        except ProgramError:
            raise
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise ProgramError(f"the program fails: {error}") from error


def _lambda(body: list[ast.stmt]) -> ast.Lambda:
    for node in body:
        value = getattr(node, "value", None)
        if isinstance(node, (ast.Assign, ast.Expr)) and isinstance(value, ast.Lambda):
            return value
    raise ProgramError("the program defines no function")


class _Run:
    """One call of a program with all that it calls, and the steps it has left."""

    def __init__(self, functions: dict[str, ast.FunctionDef]) -> None:
        self.functions = functions
        self.steps = STEPS
        self.depth = 0

    def function(self, node: ast.FunctionDef | ast.Lambda, arguments: Sequence[Any]) -> Any:
        if len(arguments) != len(node.args.args):
            raise ProgramError(f"the function takes {len(node.args.args)} arguments")
        scope = dict(zip((argument.arg for argument in node.args.args), arguments, strict=True))
        if isinstance(node, ast.Lambda):
            return self.value(node.body, scope)
        self.depth += 1
        if self.depth > DEPTH:
            raise ProgramError("the program calls itself too often")
        try:
            return self.returned(node.body, scope)
        finally:
            self.depth -= 1

    def returned(self, body: list[ast.stmt], scope: dict[str, Any]) -> Any:
        """The value that a body returns; where symbols leave a condition open, a piecewise function."""
        for place, statement in enumerate(body):
            if isinstance(statement, ast.If):
                condition = self.condition(statement.test, scope)
                if condition not in (True, False):
                    rest = body[place + 1 :]
                    yes = self.returned([*statement.body, *rest], dict(scope))
                    no = self.returned([*statement.orelse, *rest], dict(scope))
                    return sympy.Piecewise((yes, condition), (no, True))
            try:
                self.run(statement, scope)
            except _Return as result:
                return result.value
        raise ProgramError("the function returns nothing")

    # Statements

    def run(self, statement: ast.stmt, scope: dict[str, Any]) -> None:
        self.step()
        match statement:
            case ast.Return(value=value) if value is not None:
                raise _Return(self.value(value, scope))
            case ast.Assign(targets=[target], value=value):
                self.assign(target, self.value(value, scope), scope)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.assign(target, self.value(value, scope), scope)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                scope[name] = _operate(op, self.name(name, scope), self.value(value, scope))
            case ast.If():
                self.block(statement.body if self.decided(statement.test, scope) else statement.orelse, scope)
            case ast.While():
                self.loop(
                    iter(lambda: self.decided(statement.test, scope), False), None, statement.body, scope
                )
            case ast.For(target=target, iter=items, body=body):
                self.loop(self.items(items, scope), target, body, scope)
            case ast.Break():
                raise _Break
            case ast.Continue():
                raise _Continue
            case ast.Pass() | ast.Import() | ast.ImportFrom():
                pass
            case ast.Expr(value=ast.Constant()):
                pass  # a docstring
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[item])
            ):
                self.name(name, scope).append(self.value(item, scope))
            case _:
                raise ProgramError(f"a {type(statement).__name__} is not known here")

    def block(self, body: list[ast.stmt], scope: dict[str, Any]) -> None:
        for statement in body:
            self.run(statement, scope)

    def loop(
        self, items: Iterable[Any], target: ast.expr | None, body: list[ast.stmt], scope: dict[str, Any]
    ) -> None:
        for item in items:
            if target is not None:
                self.assign(target, item, scope)
            try:
                self.block(body, scope)
            except _Break:
                return
            except _Continue:
                continue

    def assign(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        match target:
            case ast.Name(id=name):
                scope[name] = value
            case ast.Tuple(elts=parts) if len(parts) == len(value):
                for part, item in zip(parts, value, strict=True):
                    self.assign(part, item, scope)
            case _:
                raise ProgramError("only names can be assigned to")

    # Expressions

    def value(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        self.step()
        match node:
            case ast.Constant(value=bool(value)):
                return value
            case ast.Constant(value=int(value)):
                return sympy.Integer(value)
            case ast.Constant(value=float(value)):
                return sympy.Rational(repr(value)) if value == value and abs(value) < 1e300 else sympy.nan
            case ast.Name(id=name):
                return self.name(name, scope)
            case ast.BinOp(left=left, op=op, right=right):
                return _operate(op, self.value(left, scope), self.value(right, scope))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand, scope)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand, scope)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return self.condition(node, scope)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                condition = self.condition(test, scope)
                if condition in (True, False):
                    return self.value(body if condition else orelse, scope)
                return sympy.Piecewise(
                    (self.value(body, scope), condition), (self.value(orelse, scope), True)
                )
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return [self.value(part, scope) for part in parts]
            case ast.Subscript(value=values, slice=index):
                return self.value(values, scope)[int(self.value(index, scope))]
            case ast.GeneratorExp() | ast.ListComp():
                return list(self.comprehension(node, scope))
            case ast.Call(func=called, args=arguments, keywords=[]):
                return self.call(called, [self.value(argument, scope) for argument in arguments])
            case ast.Attribute(value=ast.Name(id="math" | "np" | "cmath" | "sympy"), attr=name) if (
                name in _CONSTANTS
            ):
                return _CONSTANTS[name]
        raise ProgramError(f"a {type(node).__name__} is not known here")

    def name(self, name: str, scope: dict[str, Any]) -> Any:
        if name in scope:
            return scope[name]
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        raise ProgramError(f"the name {name} has no value")

    def comprehension(self, node: ast.GeneratorExp | ast.ListComp, scope: dict[str, Any]) -> Iterable[Any]:
        if len(node.generators) != 1:
            raise ProgramError("only one loop stands in a comprehension")
        (source,) = node.generators
        inner = dict(scope)
        for item in self.items(source.iter, scope):
            self.assign(source.target, item, inner)
            if all(self.decided(test, inner) for test in source.ifs):
                yield self.value(node.elt, inner)

    def items(self, node: ast.expr, scope: dict[str, Any]) -> list[Any]:
        found = list(self.value(node, scope))
        if len(found) > ITEMS:
            raise ProgramError("a loop runs over too many items")
        return found

    def call(self, called: ast.expr, arguments: list[Any]) -> Any:
        match called:
            case ast.Name(id=name) if name in self.functions:
                return self.function(self.functions[name], arguments)
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="math" | "np" | "sympy"), attr=name) if (
                name in _CALLS
            ):
                return _CALLS[name](*arguments)
        raise ProgramError("a function is called that is not known here")

    def condition(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        """A truth value, or a SymPy condition where symbols leave it open."""
        self.step()
        match node:
            case ast.Compare(left=left, ops=ops, comparators=rights):
                values = [self.value(part, scope) for part in (left, *rights)]
                pairs = zip(ops, values, values[1:], strict=False)
                parts = [_COMPARISONS[type(op)](a, b) for op, a, b in pairs]
                return _plain(sympy.And(*parts))
            case ast.BoolOp(op=op, values=values):
                build = sympy.And if isinstance(op, ast.And) else sympy.Or
                return _plain(build(*(self.condition(part, scope) for part in values)))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _plain(sympy.Not(self.condition(operand, scope)))
        value = self.value(node, scope)
        return _plain(sympy.Ne(value, 0)) if isinstance(value, sympy.Expr) else bool(value)

    def decided(self, node: ast.expr, scope: dict[str, Any]) -> bool:
        condition = self.condition(node, scope)
        if condition not in (True, False):
            raise ProgramError("a loop depends on a symbol")
        return bool(condition)

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise ProgramError(f"the program takes more than {STEPS} steps")


def _plain(condition: Any) -> Any:
    return bool(condition) if condition in (sympy.true, sympy.false) else condition


def _operate(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(left, list) or isinstance(right, list):
        if isinstance(op, ast.Add):
            return [*left, *right]
        raise ProgramError("lists can only be joined")
    build = _OPERATORS.get(type(op))
    if build is None:
        raise ProgramError(f"the operator {type(op).__name__} is not known here")
    return build(sympy.sympify(left, strict=True), sympy.sympify(right, strict=True))


def _bounded(build: Callable[..., Any], *arguments: Any) -> Any:
    value = build(*arguments)
    if getattr(value, "is_Rational", False) and max(abs(value.p).bit_length(), value.q.bit_length()) > BITS:
        raise ProgramError("a number becomes too large")
    return value


def _power(base: Any, exponent: Any, modulus: Any = None) -> Any:
    if modulus is not None:
        return sympy.Integer(pow(int(base), int(exponent), int(modulus)))
    if base.is_Rational and exponent.is_Rational:
        size = max(abs(base.p).bit_length(), base.q.bit_length())
        if size * abs(exponent) > BITS:
            raise ProgramError("a power becomes too large")
    return base**exponent


def _range(*bounds: Any) -> list[Any]:
    numbers = range(*(int(bound) for bound in bounds))
    if len(numbers) > ITEMS:
        raise ProgramError("a range is too long")
    return [sympy.Integer(number) for number in numbers]


def _small(build: Callable[..., Any]) -> Callable[..., Any]:
    """A function of whole numbers whose value grows fast: refused for large ones."""

    def call(*arguments: Any) -> Any:
        if any(argument.is_number and abs(argument) > 300 for argument in arguments):
            raise ProgramError("an argument is too large")
        return build(*arguments)

    return call


_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: _bounded(operator.add, a, b),
    ast.Sub: lambda a, b: _bounded(operator.sub, a, b),
    ast.Mult: lambda a, b: _bounded(operator.mul, a, b),
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: sympy.floor(a / b),
    ast.Mod: lambda a, b: a - b * sympy.floor(a / b),
    ast.Pow: _power,
    ast.LShift: lambda a, b: a * _power(sympy.Integer(2), b),
    ast.RShift: lambda a, b: sympy.floor(a / _power(sympy.Integer(2), b)),
}
_COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: sympy.Eq,
    ast.NotEq: sympy.Ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "inf": sympy.oo, "tau": 2 * sympy.pi}
_CALLS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "sum": lambda items, *start: sympy.Add(*start, *items),
    "prod": lambda items: sympy.Mul(*items),
    "max": lambda *items: sympy.Max(*(items[0] if isinstance(items[0], list) else items)),
    "min": lambda *items: sympy.Min(*(items[0] if isinstance(items[0], list) else items)),
    "len": lambda items: sympy.Integer(len(items)),
    "range": _range,
    "list": list,
    "sorted": sorted,
    "int": lambda x: sympy.sign(x) * sympy.floor(abs(x)),
    "float": lambda x: x,
    "round": lambda x: sympy.floor(x + sympy.Rational(1, 2)),
    "pow": _power,
    "divmod": lambda a, b: [sympy.floor(a / b), a - b * sympy.floor(a / b)],
    "factorial": _small(sympy.factorial),
    "comb": _small(sympy.binomial),
    "perm": _small(sympy.ff),
    "gcd": lambda a, b: sympy.gcd(a, b),
    "lcm": lambda a, b: sympy.lcm(a, b),
    "isqrt": lambda x: sympy.floor(sympy.sqrt(x)),
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "sqrt": sympy.sqrt,
    "exp": sympy.exp,
    "log": sympy.log,
    "log2": lambda x: sympy.log(x, 2),
    "log10": lambda x: sympy.log(x, 10),
    "Fraction": lambda a, *b: sympy.Mul(a, *(1 / lower for lower in b)),
    "Rational": lambda a, *b: sympy.Mul(a, *(1 / lower for lower in b)),
    **{
        name: getattr(sympy, name)
        for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
    },
}
"""Functions that a program may call, by name alone or as an attribute of `math`."""
