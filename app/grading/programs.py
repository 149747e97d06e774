"""Answers that are programs, `lambda x: x**2` or `def f(n): …`, in a part of Python and never executed by it.

The text becomes a syntax tree, the tree is held against a whitelist, and `program_machine` walks it on exact
numbers with a bounded number of steps. A float is the decimal it spells, and division is exact.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import sympy
from sympy import S

from app.grading import program_library as library
from app.grading.program_machine import Machine
from app.grading.program_numbers import Fault, ProgramError, checked, number

__all__ = ["Program", "ProgramError", "is_program", "read"]

CHARACTERS: Final = 10_000
BRACKETS: Final = 40
"""Brackets inside brackets."""
INDENTATION: Final = 200
DEPTH: Final = 120
"""Levels of the syntax tree."""
STEPS: Final = 150_000
FORMULA_STEPS: Final = 20_000

_FENCE = re.compile(r"```[A-Za-z0-9]*[ \t]*\n(.*?)(?:```|\Z)", re.S)
_START = re.compile(
    r"(?:[ \t]*(?:#[^\n]*|(?:from|import)[ \t][^\n]*|@[^\n]*|[A-Z_]+[ \t]*=[ \t]*\d[^\n]*)?\n)*"
    r"[ \t]*(?:def[ \t]+\w+[ \t]*\(|(?:[A-Za-z]\w*[ \t]*=[ \t]*)?\(?[ \t]*lambda\b[^:\n\\{]*:)"
)
_ALLOWED = (
    ast.Module, ast.FunctionDef, ast.Lambda, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AugAssign,
    ast.AnnAssign, ast.For, ast.While, ast.If, ast.Expr, ast.Break, ast.Continue, ast.Raise, ast.Assert,
    ast.Import, ast.ImportFrom, ast.alias, ast.Pass, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp,
    ast.Compare, ast.Call, ast.keyword, ast.Constant, ast.Attribute, ast.Subscript, ast.Slice, ast.Name,
    ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp, ast.comprehension, ast.expr_context, ast.boolop,
    ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
_GIVING_UP = (ArithmeticError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)
"""What SymPy raises on expressions that its algorithms do not expect."""
_CACHES = ("cache", "lru_cache")
"""Decorators that change no value; the machine keeps results anyway."""
_COUNTING = (
    ast.While, ast.FloorDiv, ast.Mod, ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr, ast.BitXor
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Program:
    """A program that was read: its last function, which is called `name` (empty for a lambda without one).

    `parameters` are those that have no default.
    """

    name: str
    parameters: tuple[str, ...]
    tree: ast.Module

    def call(self, *arguments: sympy.Basic | int, steps: int = STEPS) -> Any:
        """The value at `arguments`: an expression, a truth value of SymPy, or a list of these.

        Raises ProgramError when the program raises, takes too many steps, or has no value that we know.
        """
        machine = Machine(steps)
        try:
            function = machine.load(self.tree, self.name)
            return machine.exported(
                machine.apply(function, [checked(number(S(argument))) for argument in arguments])
            )
        except ProgramError:
            raise
        except (RecursionError, MemoryError, OverflowError) as error:
            raise ProgramError("the program nests too deeply or grows too large", "limit") from error
        except _GIVING_UP as error:
            raise ProgramError(f"a value cannot be computed ({type(error).__name__})", "limit") from error

    def formula(self) -> sympy.Expr | None:
        """The closed formula in symbols of the parameters' names; None unless only `if` depends on them."""
        return self._formula

    @cached_property
    def _formula(self) -> sympy.Expr | None:
        try:
            found = self.call(*map(sympy.Symbol, self.parameters), steps=FORMULA_STEPS)
        except ProgramError:
            return None
        return found if isinstance(found, sympy.Expr) else None

    @cached_property
    def integral(self) -> bool:
        """Whether it is written for integers: it counts, calls itself, or uses functions of integers."""
        nodes = list(ast.walk(self.tree))
        used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        counts = any(isinstance(node, _COUNTING) for node in nodes)
        return counts or not used.isdisjoint({*library.INTEGRAL, self.name})

    @cached_property
    def constants(self) -> tuple[int, ...]:
        """The integers written in the program, near which it may change what it does."""
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Constant))
        return tuple(sorted({node.value for node in nodes if type(node.value) is int}))


def is_program(text: str) -> bool:
    """Whether a text, or the code in its fence, is a lambda or begins with a function's definition."""
    return _START.match(_code(text)) is not None


def read(text: str) -> Program | None:
    """The program in `text`, which may stand in a fence; None when the text is no program.

    Raises ProgramError for a program that is not Python, is too large, or uses what the whitelist lacks.
    """
    code = _code(text)
    if _START.match(code) is None:
        return None
    tree = _parsed(code)
    _prepare(tree)
    _check(tree)
    functions = [found for statement in tree.body if (found := _defined(statement)) is not None]
    if not functions:
        raise ProgramError("the program defines no function", "syntax")
    name, arguments = functions[-1]
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    return Program(name, tuple(argument.arg for argument in required), tree)


def _code(text: str) -> str:
    """The code of the last fence that holds a program, or the text itself."""
    fences = [found[1] for found in _FENCE.finditer(text) if _START.match(found[1])]
    code = textwrap.dedent(fences[-1] if fences else text.strip("` \n"))
    return code.strip() if "\n" not in code.strip() else code


def _parsed(code: str) -> ast.Module:
    """The syntax tree; sizes are looked at before Python's parser sees the text."""
    depth = deepest = 0
    for character in code[: CHARACTERS + 1]:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    indented = max((len(line) - len(line.lstrip()) for line in code.splitlines()), default=0)
    if len(code) > CHARACTERS or deepest > BRACKETS or indented > INDENTATION:
        raise ProgramError("the program is too long or nests too deeply", "limit")
    try:
        return ast.parse(code)
    except (RecursionError, MemoryError) as error:
        raise ProgramError("the program nests too deeply", "limit") from error
    except SyntaxError as error:
        raise ProgramError(f"the program is not Python: {error.msg}", "syntax", error.lineno or 0) from error
    except ValueError as error:
        raise ProgramError(f"the program is not Python: {error}", "syntax") from error


def _prepare(tree: ast.Module) -> None:
    """Takes away what has no value (annotations, messages, caches, printing, a main part); names a lambda."""
    tree.body = [_named(statement) for statement in tree.body if not _is_main(statement)]
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None, lineno=node.lineno, col_offset=0)
        elif isinstance(node, ast.Raise):
            node.exc = node.cause = None
        elif isinstance(node, ast.Assert):
            node.msg = None
        elif isinstance(node, ast.Expr) and _called(node.value) == "print":
            node.value = ast.Constant(None, lineno=node.lineno, col_offset=0)
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
            node.decorator_list = [item for item in node.decorator_list if _called(item) not in _CACHES]


def _called(node: ast.expr) -> str:
    """The name of what is called, or named."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_main(statement: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == …`, which does nothing where a function is asked for."""
    test = statement.test if isinstance(statement, ast.If) else None
    return isinstance(test, ast.Compare) and _called(test.left) == "__name__"


def _named(statement: ast.stmt) -> ast.stmt:
    """A lambda that stands alone as an assignment to the empty name."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Lambda):
        return statement
    return ast.copy_location(ast.Assign([ast.Name("", ast.Store())], statement.value), statement)


def _defined(statement: ast.stmt) -> tuple[str, ast.arguments] | None:
    """The name and parameters of the function that a statement at the top defines."""
    if isinstance(statement, ast.FunctionDef):
        return statement.name, statement.args
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Lambda) and isinstance(target, ast.Name):
        return target.id, value.args
    return None


# The whitelist


def _check(tree: ast.Module) -> None:
    """Raises ProgramError at the first node that is not on the whitelist, or for a tree that is too deep."""
    bound: set[str] = set()
    modules = set(library.MODULES)
    for node in ast.walk(tree):
        _refuse_dangerous(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            bound |= {alias.asname for alias in node.names if alias.asname}
    level: list[ast.AST] = [tree]
    for _ in range(DEPTH):
        for node in level:
            _check_node(node, bound, modules)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ProgramError("the program nests too deeply", "limit")


def _refuse_dangerous(node: ast.AST) -> None:
    """Raises ProgramError for what no formula needs: other modules, names with underscores at an end."""
    line = getattr(node, "lineno", 0)
    for name in _names(node):
        if name != "_" and (name.startswith("_") or name.endswith("_")):
            raise ProgramError(f"the name {name} is not one that a formula needs", "forbidden", line)
    modules: list[str] = []
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        modules = [node.module or "."]
    for name in modules:
        if name not in library.MODULES | {"itertools", "collections", "decimal"}:
            raise ProgramError(f"the module {name} is not one that a formula needs", "forbidden", line)


def _check_node(node: ast.AST, bound: set[str], modules: set[str]) -> None:
    line = getattr(node, "lineno", 0)
    if not isinstance(node, _ALLOWED):
        raise ProgramError(f"a part of the kind {type(node).__name__} is not read", "unknown", line)
    if isinstance(node, ast.arguments) and (node.vararg or node.kwarg or node.kwonlyargs or node.posonlyargs):
        raise ProgramError("parameters other than plain names are not read", "unknown")
    elif isinstance(node, ast.FunctionDef) and node.decorator_list:
        raise ProgramError("a decorator is not read", "unknown", line)
    elif isinstance(node, ast.Name) and node.id not in bound | modules | library.NAMES.keys():
        fault: Fault = "unknown" if node.id in library.LACKING else "forbidden"
        raise ProgramError(f"the name {node.id} is not known", fault, line)
    elif isinstance(node, ast.Attribute) and node.attr != "append":
        if not isinstance(node.value, ast.Name) or node.value.id not in modules:
            raise ProgramError(f"the attribute {node.attr} is not read", "unknown", line)
        if node.attr not in library.NAMES:
            raise ProgramError(f"the function {node.attr} of a module is not read", "unknown", line)


def _names(node: ast.AST) -> Iterator[str]:
    values = (getattr(node, field, None) for field in ("id", "arg", "attr", "name", "asname"))
    return (value for value in values if isinstance(value, str))
