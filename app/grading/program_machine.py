"""The interpreter of programs: a walk over a checked syntax tree with a bounded number of steps and of calls.

With symbols as arguments, an `if` that depends on them runs both ways, and the value is piecewise.
"""

from __future__ import annotations

import ast
import math
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import FunctionType
from typing import Any, Final

import sympy
from sympy import Expr, S
from sympy.logic.boolalg import Boolean

from app.grading import program_numbers as numbers
from app.grading.program_library import NAMES
from app.grading.program_numbers import ITEMS, ProgramError, Value

CALLS: Final = 60
"""Calls inside calls."""

Scope = ChainMap[str, Value]
_BREAK, _CONTINUE = object(), object()
_TEXTS = {"inf": S.Infinity, "-inf": S.NegativeInfinity}
"""The only texts that are values, in `float("inf")`."""


@dataclass(eq=False)
class Function:
    """A function of the program, with the scope in which it was written."""

    parameters: tuple[str, ...]
    defaults: dict[str, Value]
    body: list[ast.stmt] | ast.expr
    scope: Scope


@dataclass(frozen=True)
class _Returned:
    value: Value


class Machine:
    """Runs one program once; every method raises ProgramError, also when the steps are used up."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.depth = 0
        self.names: Scope = ChainMap({})
        self.results: dict[tuple[Any, ...], Value] = {}

    def load(self, tree: ast.Module, name: str) -> Value:
        """Runs the statements at the top, and returns what they call `name`."""
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                known = (alias for alias in node.names if alias.name in NAMES)
                self.names.update({alias.asname or alias.name: NAMES[alias.name] for alias in known})
        self._run(tree.body, self.names)
        if name not in self.names:
            raise ProgramError("the program does not define its function")
        return self.names[name]

    def exported(self, value: Value) -> Any:
        """A result as an expression, a truth value of SymPy, or a list."""
        if isinstance(value, (list, tuple, range)):
            return [self.exported(item) for item in self.each(value)]
        return S(value) if isinstance(value, (bool, Boolean)) else S(numbers.number(value))

    def spend(self, steps: int) -> None:
        """Uses up steps; raises ProgramError when too few are left."""
        self.steps -= steps
        if self.steps < 0:
            raise ProgramError("the program takes too many steps", "limit")

    def each(self, items: Value) -> Iterator[Value]:
        """The elements, each of which costs a step."""
        if not isinstance(items, (list, tuple, range, Iterator)):
            raise ProgramError(f"{numbers.describe(items)} has no elements")
        for item in items:
            self.spend(1)
            yield item

    def truth(self, value: Value) -> bool:
        """Whether Python takes a value for true; raises ProgramError where that depends on a symbol."""
        if isinstance(value, range):
            return value.start != value.stop and (value.stop > value.start) == (value.step > 0)
        if value is None or isinstance(value, (bool, list, tuple)):
            return bool(value)
        if not isinstance(value, Boolean):
            value = numbers.relation(ast.NotEq, value, 0)
        if isinstance(value, Boolean):
            raise ProgramError(f"what happens depends on {value}", "symbolic")
        return bool(value)

    def binary(self, kind: type[ast.operator], left: Value, right: Value) -> Value:
        """The value of an operation, which costs by its size."""
        value = numbers.arithmetic(kind, left, right)
        self.spend(numbers.weight(value))
        return value

    def apply(
        self, function: Value, arguments: Sequence[Value], named: Mapping[str, Value] | None = None
    ) -> Value:
        """The value of a call, to a function of the program or of the library."""
        self.spend(3)
        named = named or {}
        if isinstance(function, FunctionType):
            value = function(self, *arguments, **named)
            self.spend(numbers.weight(value) * 5 if isinstance(value, (int, Expr)) else 1)
            return value
        if not isinstance(function, Function):
            raise ProgramError(f"{numbers.describe(function)} is called")
        names = function.parameters
        if len(arguments) > len(names) or not named.keys() <= set(names[len(arguments) :]):
            raise ProgramError("a function is called with arguments that it does not take")
        bound = {**function.defaults, **dict(zip(names, arguments, strict=False)), **named}
        if len(bound) < len(names):
            raise ProgramError("a function is called with too few arguments")
        key = self._key(function, bound)
        if key is not None and key in self.results:
            return self.results[key]
        value = self._called(function, bound)
        if key is not None and isinstance(value, (int, Expr)):
            self.results[key] = value
        return value

    def _called(self, function: Function, bound: dict[str, Value]) -> Value:
        if self.depth >= CALLS:
            raise ProgramError(f"more than {CALLS} calls are inside each other", "limit")
        self.depth += 1
        try:
            scope = function.scope.new_child(bound)
            if isinstance(function.body, ast.expr):
                return self._value(function.body, scope)
            found = self._run(function.body, scope)
            return found.value if isinstance(found, _Returned) else None
        finally:
            self.depth -= 1

    def _key(self, function: Function, bound: dict[str, Value]) -> tuple[Any, ...] | None:
        """What a result is kept under: a function at the top, of numbers, with no list that may change."""
        if function.scope is not self.names or any(isinstance(v, list) for v in self.names.values()):
            return None
        if not all(isinstance(value, (int, Expr)) for value in bound.values()):
            return None
        return (id(function), *(bound[name] for name in function.parameters))

    # Statements: each returns None when the next is due, or how the block ends otherwise

    def _run(self, statements: Sequence[ast.stmt], scope: Scope) -> object:
        for place, statement in enumerate(statements):
            self.spend(1)
            try:
                if isinstance(statement, ast.If):
                    test = self._condition(statement.test, scope)
                    if isinstance(test, Boolean):
                        return self._both(test, statement, list(statements[place + 1 :]), scope)
                    found = self._run(statement.body if test else statement.orelse, scope)
                else:
                    found = getattr(self, f"_{type(statement).__name__.lower()}")(statement, scope)
            except ProgramError as error:
                error.line = error.line or statement.lineno
                raise
            if found is not None:
                return found
        return None

    def _both(self, test: Boolean, statement: ast.If, rest: list[ast.stmt], scope: Scope) -> _Returned:
        """What the rest of a function returns as its condition is true or false."""
        if any(isinstance(value, (list, Iterator)) for value in scope.values()):
            raise ProgramError("a list may change under a condition", "symbolic")
        ends = [
            self._run([*branch, *rest], ChainMap(dict(scope.maps[0]), *scope.maps[1:]))
            for branch in (statement.body, statement.orelse)
        ]
        values = [end.value for end in ends if isinstance(end, _Returned)]
        if len(values) < 2:
            raise ProgramError("a branch does not return", "symbolic")
        return _Returned(self._piecewise(test, *values))

    def _piecewise(self, test: Boolean, true: Value, false: Value) -> Value:
        self.spend(numbers.weight(S.Pi))
        return numbers.checked(sympy.Piecewise((numbers.number(true), test), (numbers.number(false), True)))

    def _functiondef(self, node: ast.FunctionDef, scope: Scope) -> None:
        scope[node.name] = self._function(node.args, node.body, scope)

    def _function(self, arguments: ast.arguments, body: Any, scope: Scope) -> Function:
        names = tuple(argument.arg for argument in arguments.args)
        values = [self._value(default, scope) for default in arguments.defaults]
        return Function(names, dict(zip(names[len(names) - len(values) :], values, strict=True)), body, scope)

    def _return(self, node: ast.Return, scope: Scope) -> _Returned:
        return _Returned(None if node.value is None else self._value(node.value, scope))

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self._value(node.value, scope)
        for target in node.targets:
            self._store(target, value, scope)

    def _annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._store(node.target, self._value(node.value, scope), scope)

    def _augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        old, value = self._value(node.target, scope), self._value(node.value, scope)
        if isinstance(old, list) and isinstance(node.op, ast.Add):
            added = list(self.each(value))
            numbers.sized(len(old) + len(added))
            old.extend(added)
        else:
            self._store(node.target, self.binary(type(node.op), old, value), scope)

    def _store(self, target: ast.expr, value: Value, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = list(islice(self.each(value), len(target.elts) + 1))
            if len(values) != len(target.elts):
                raise ProgramError(f"{len(target.elts)} names are given another number of values")
            for part, item in zip(target.elts, values, strict=True):
                self._store(part, item, scope)
        elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
            items = self._value(target.value, scope)
            place = numbers.whole(self._value(target.slice, scope))
            if not isinstance(items, list) or not -len(items) <= place < len(items):
                raise ProgramError(f"element {place} of {numbers.describe(items)} cannot be set")
            items[place] = value
        else:
            raise ProgramError("that cannot be assigned to", "unknown")

    def _for(self, node: ast.For, scope: Scope) -> object:
        for item in self.each(self._value(node.iter, scope)):
            self._store(node.target, item, scope)
            found = self._run(node.body, scope)
            if found is _BREAK:
                return None
            if isinstance(found, _Returned):
                return found
        return self._run(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> object:
        while self.truth(self._value(node.test, scope)):
            found = self._run(node.body, scope)
            if found is _BREAK:
                return None
            if isinstance(found, _Returned):
                return found
        return self._run(node.orelse, scope)

    def _expr(self, node: ast.Expr, scope: Scope) -> None:
        if not isinstance(node.value, ast.Constant):
            self._value(node.value, scope)

    def _break(self, node: ast.Break, scope: Scope) -> object:
        return _BREAK

    def _continue(self, node: ast.Continue, scope: Scope) -> object:
        return _CONTINUE

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        raise ProgramError("the program raises an error")

    def _assert(self, node: ast.Assert, scope: Scope) -> None:
        if not self.truth(self._value(node.test, scope)):
            raise ProgramError("an assertion of the program fails")

    def _pass(self, node: ast.stmt, scope: Scope) -> None:
        """Nothing is done."""

    _import = _importfrom = _pass

    # Expressions

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        self.spend(1)
        return getattr(self, f"_{type(node).__name__.lower()}")(node, scope)

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        value = node.value
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return numbers.checked(value)
        if isinstance(value, float):
            return numbers.checked(sympy.Rational(repr(value))) if math.isfinite(value) else S.Infinity
        if isinstance(value, str) and value in _TEXTS:
            return _TEXTS[value]
        raise ProgramError("a text or complex number is used as a value", "unknown", node.lineno)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        if node.id in scope:
            return scope[node.id]
        if node.id in NAMES:
            return NAMES[node.id]
        raise ProgramError(f"the name {node.id} has no value here")

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        if node.attr in NAMES:
            return NAMES[node.attr]
        raise ProgramError(f"the attribute {node.attr} is not read", "unknown")

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Function:
        return self._function(node.args, node.body, scope)

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        arguments = [self._value(argument, scope) for argument in node.args]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            items = self._value(node.func.value, scope)
            if not isinstance(items, list) or len(arguments) != 1:
                raise ProgramError(f"{numbers.describe(items)} is appended to")
            numbers.sized(len(items) + 1)
            items.append(arguments[0])
            return None
        named = {word.arg: self._value(word.value, scope) for word in node.keywords if word.arg is not None}
        if len(named) < len(node.keywords):
            raise ProgramError("arguments with stars are not read", "unknown")
        return self.apply(self._value(node.func, scope), arguments, named)

    def _binop(self, node: ast.BinOp, scope: Scope) -> Value:
        return self.binary(type(node.op), self._value(node.left, scope), self._value(node.right, scope))

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Value:
        if isinstance(node.op, ast.Not):
            test = self._condition(node.operand, scope)
            return sympy.Not(test) if isinstance(test, Boolean) else not test
        value = numbers.number(self._value(node.operand, scope))
        if isinstance(node.op, ast.Invert):
            return -numbers.whole(value) - 1
        return -value if isinstance(node.op, ast.USub) else value

    def _condition(self, node: ast.expr, scope: Scope) -> bool | Boolean:
        """A truth value, or a relation of SymPy where it depends on a symbol."""
        value = self._value(node, scope)
        if isinstance(value, Expr):
            value = numbers.relation(ast.NotEq, value, 0)
        return value if isinstance(value, Boolean) else self.truth(value)

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Value:
        decisive = isinstance(node.op, ast.Or)
        undecided: list[Boolean] = []
        value: Value = not decisive
        for part in node.values:
            value = self._value(part, scope)
            if isinstance(value, Boolean):
                undecided.append(value)
            elif self.truth(value) == decisive:
                return decisive if undecided else value
        return (sympy.Or if decisive else sympy.And)(*undecided) if undecided else value

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self._condition(node.test, scope)
        if isinstance(test, Boolean):
            return self._piecewise(test, self._value(node.body, scope), self._value(node.orelse, scope))
        return self._value(node.body if test else node.orelse, scope)

    def _compare(self, node: ast.Compare, scope: Scope) -> bool | Boolean:
        left = self._value(node.left, scope)
        undecided: list[Boolean] = []
        for kind, part in zip(node.ops, node.comparators, strict=True):
            right = self._value(part, scope)
            found = self._related(type(kind), left, right)
            if isinstance(found, Boolean):
                undecided.append(found)
            elif not found:
                return False
            left = right
        return sympy.And(*undecided) if undecided else True

    def _related(self, kind: type[ast.cmpop], left: Value, right: Value) -> Any:
        if kind in (ast.In, ast.NotIn):
            inside = any(self.truth(self._related(ast.Eq, left, item)) for item in self.each(right))
            return inside == (kind is ast.In)
        if kind in (ast.Is, ast.IsNot) or left is None or right is None:
            return (left is right) == (kind in (ast.Is, ast.Eq))
        if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
            if kind not in (ast.Eq, ast.NotEq):
                return numbers.RELATIONS[kind][0](numbers.order(left, right), 0)
            alike = isinstance(right, type(left)) and len(left) == len(right)
            pairs = zip(self.each(left), right, strict=True) if alike else ()
            same = alike and all(self.truth(self._related(ast.Eq, a, b)) for a, b in pairs)
            return same == (kind is ast.Eq)
        self.spend(1 if isinstance(left, int) and isinstance(right, int) else 60)
        return numbers.relation(kind, left, right)

    def _list(self, node: ast.List, scope: Scope) -> list[Value]:
        return [self._value(item, scope) for item in node.elts]

    def _tuple(self, node: ast.Tuple, scope: Scope) -> tuple[Value, ...]:
        return tuple(self._value(item, scope) for item in node.elts)

    def _listcomp(self, node: ast.ListComp, scope: Scope) -> list[Value]:
        values = list(islice(self._made(node.elt, node.generators, scope.new_child()), ITEMS + 1))
        numbers.sized(len(values))
        return values

    def _generatorexp(self, node: ast.GeneratorExp, scope: Scope) -> Iterator[Value]:
        return self._made(node.elt, node.generators, scope.new_child())

    def _made(self, element: ast.expr, loops: list[ast.comprehension], scope: Scope) -> Iterator[Value]:
        if not loops:
            yield self._value(element, scope)
            return
        for item in self.each(self._value(loops[0].iter, scope)):
            self._store(loops[0].target, item, scope)
            if all(self.truth(self._value(test, scope)) for test in loops[0].ifs):
                yield from self._made(element, loops[1:], scope)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        items = self._value(node.value, scope)
        if not isinstance(items, (list, tuple, range)):
            raise ProgramError(f"{numbers.describe(items)} has no elements")
        if isinstance(node.slice, ast.Slice):
            bounds = (node.slice.lower, node.slice.upper, node.slice.step)
            places: list[Any] = [part and numbers.whole(self._value(part, scope)) for part in bounds]
            if places[2] == 0:
                raise ProgramError("a slice with step zero")
            found = items[slice(*places)]
            self.spend(0 if isinstance(found, range) else len(found))
            return found
        place = numbers.whole(self._value(node.slice, scope))
        if not -len(items) <= place < len(items):
            raise ProgramError(f"there is no element {place}")
        return items[place]
