"""PARI/GP as a program, for what it computes exactly: integers, polynomials, power series, matrices.

Whatever else it would answer with approximate numbers, which the reading of results refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import sympy

from app.backends.computer_algebra.infix import Notation, read_infix
from app.backends.computer_algebra.processes import Allowance, Ended, find_program, run_program
from app.backends.computer_algebra.program_solver import MARK, Program, Way
from app.backends.computer_algebra.writing import (
    COMMON_FORMS,
    ELEMENTARY,
    Forms,
    Names,
    Untranslatable,
    Writer,
    linear,
    number,
)
from app.maths import Assumptions
from app.problems import tasks

STACK_PART = 2
"""The part of the memory, one in so many, that its stack may grow to."""

LONGEST_SUM = 100_000
"""Terms of a sum, or factors of a product, that are added or multiplied one by one."""

SERIES_TERMS = 16
"""Terms of a power series beyond those asked for, which is where cancellations may end."""

PRELUDE = f"""\
emit(value) = print("{MARK}", value);
root(f, v) = Str("-(", polcoef(f, 0, v), ")/(", polcoef(f, 1, v), ")");
roots2(f, v) = {{
  my(a = polcoef(f, 2, v), b = polcoef(f, 1, v), d = b^2 - 4*a*polcoef(f, 0, v));
  Str("(-(", b, ")+(", d, ")^(1/2))/(2*(", a, ")),(-(", b, ")-(", d, ")^(1/2))/(2*(", a, "))")
}};
emitroots(p, v, real) = {{
  my(l = List());
  if (p == 0, error("every number"));
  foreach (factor(p)[, 1], f,
    my(d = poldegree(f, v));
    if (d == 1, listput(l, root(f, v)), d == 2, listput(l, roots2(f, v)),
      d > 2 && !(real && #variables(f) == 1 && polsturm(f) == 0), error("a root without a formula")));
  emit(concat(["[", if (#l, strjoin(Vec(l), ","), ""), "]"]))
}};
emitlimit(f, v, even) = {{
  my(g = f + O(v^{SERIES_TERMS}), n = valuation(g, v));
  if (g == 0 && f != 0, error("nothing but an error term"));
  if (n > 0, emit(0), n == 0, emit(polcoef(g, 0, v)),
    even && n % 2, error("two sides"), emit(Str(if (polcoef(g, n, v) > 0, "inf", "-inf"))))
}};
"""
"""`emitroots` solves a polynomial equation by its factors; `emitlimit` reads a limit at 0 off a series."""


class PariWriter(Writer):
    """Writes expressions for PARI/GP; functions of numbers that are not exact are refused on reading."""

    constants: ClassVar[Mapping[sympy.Basic, str]] = {sympy.I: "I", sympy.E: "exp(1)", sympy.pi: "Pi"}
    functions: ClassVar[Mapping[type[sympy.Basic], str]] = {
        function: name for function, name in ELEMENTARY.items() if name not in {"sec", "csc", "cot"}
    } | {sympy.binomial: "binomial", sympy.fibonacci: "fibonacci", sympy.bernoulli: "bernfrac"}
    relations: ClassVar[Mapping[type[sympy.Basic], str]] = {}

    def _power(self, power: sympy.Pow) -> str:
        if power.exp.is_Rational:
            return self.power(power)
        return f"exp({self.write(power.exp)}*log({self.write(power.base)}))"

    forms: ClassVar[Forms] = {
        **COMMON_FORMS,
        sympy.Pow: _power,
        sympy.factorial: lambda writer, value: f"(({writer.write(value.args[0])})!)",
        sympy.Derivative: lambda writer, value: writer.write(value.doit()),
        sympy.MatrixBase: lambda writer, value: (
            "[" + "; ".join(", ".join(map(writer.write, value.row(row))) for row in range(value.rows)) + "]"
        ),
    }


def find_pari() -> str:
    """The path of the program; raises `BackendUnavailable` with the command that installs it."""
    return find_program("gp", "PARI/GP", "pari-gp")


def run_pari(script: str, allowance: Allowance) -> Ended:
    """Runs one script."""
    stack = f"default(parisizemax, {(allowance.memory_mb << 20) // STACK_PART});\n"
    return run_program([find_pari(), "-q", "-f", "question.gp"], {"question.gp": stack + script}, allowance)


def ways(task: tasks.Task, known: Assumptions, names: Names) -> list[Way]:
    """The script for a task; raises `Untranslatable` for what PARI/GP does not compute exactly."""
    if task.operation not in WAYS:
        raise Untranslatable(f"an exact {task.operation.replace('_', ' ')}")
    line = WAYS[task.operation](task, PariWriter(names).write)
    variable = tasks.variable(task)
    # The variable made first is the main one of every polynomial.
    first = f"{names.of[variable]};\n" if variable is not None else ""
    return [Way(task.operation, f"{first}{PRELUDE}{line};\n")]


Write = Callable[[sympy.Basic], str]


def _indefinite_integral(task: tasks.IndefiniteIntegral, write: Write) -> str:
    _require(task.integrand.is_rational_function(), "an integral of other than rational functions")
    return f"emit(intformal({write(task.integrand)}, {write(task.variable)}))"


def _definite_integral(task: tasks.DefiniteIntegral, write: Write) -> str:
    _require(task.integrand.is_polynomial(task.variable), "an integral of other than polynomials")
    _require(task.lower.is_finite is not False and task.upper.is_finite is not False, "an infinite bound")
    f, x, a, b = map(write, (task.integrand, task.variable, task.lower, task.upper))
    return f"w = intformal({f}, {x}); emit(subst(w, {x}, {b}) - subst(w, {x}, {a}))"


def _limit(task: tasks.Limit, write: Write) -> str:
    x, p = task.variable, task.point
    side = -1 if task.direction == "-" or p == -sympy.oo else 1
    near = side / x if p.is_infinite else p + side * x
    two_sided = int(task.direction == "+-" and not p.is_infinite)
    return f"emitlimit({write(task.expression.subs(x, near))}, {write(x)}, {two_sided})"


def _series(task: tasks.Series, write: Write) -> str:
    x, n = write(task.variable), task.degree
    f = write(task.expression.subs(task.variable, task.variable + task.point))
    return (
        f"default(seriesprecision, {n + SERIES_TERMS}); w = {f} + O({x}^{n + 1}); "
        f'if (serprec(w, {x}) <= {n} || valuation(w, {x}) < 0, error("no series")); '
        f"emit(subst(truncate(w), {x}, {x} - {write(task.point)}))"
    )


def _sum(task: tasks.Sum, write: Write) -> str:
    k, a, b = map(write, (task.index, task.lower, task.upper))
    if task.term.is_polynomial(task.index) and not task.upper.is_infinite and not task.lower.is_infinite:
        return f"w = sumformal({write(task.term)}, {k}); emit(subst(w, {k}, {b}) - subst(w, {k}, {a} - 1))"
    return _one_by_one("sum", task, task.term, write)


def _one_by_one(name: str, task: tasks.Sum | tasks.Product, term: sympy.Expr, write: Write) -> str:
    few = task.lower.is_Integer and task.upper.is_Integer and task.upper - task.lower < LONGEST_SUM
    _require(few, f"a {name} to a letter or to infinity")
    return f"emit({name}({write(task.index)} = {write(task.lower)}, {write(task.upper)}, {write(term)}))"


def _evaluation(task: tasks.Evaluation | tasks.Simplification, write: Write) -> str:
    return f"emit({write(task.expression)})"


def _equation(task: tasks.Equation, write: Write) -> str:
    left, right = task.equation.args
    rational = (left - right).is_rational_function(task.variable)
    _require(rational, "an equation that is not rational")
    difference = f"numerator({write(left)} - {write(right)})"
    return f"emitroots({difference}, {write(task.variable)}, {int(task.domain != 'complexes')})"


def _equation_system(task: tasks.EquationSystem, write: Write) -> str:
    matrix, right_side = linear(task.equations, task.variables)
    return f"emit([Vec(matsolve({write(matrix)}, {write(right_side)})[, 1])])"


def _matrix(task: Any, write: Write) -> str:
    fields = {name: write(getattr(task, name)) for name in ("matrix", "variable", "exponent", "right_side")
              if hasattr(task, name)}  # fmt: skip
    if isinstance(task, tasks.MatrixPower):
        _require(task.exponent.is_Integer, "a power with a letter in its exponent")
    return MATRICES[task.operation].format(**fields)


def _random_variable(task: tasks.Expectation | tasks.Probability, write: Write) -> str:
    total = tasks.total(task)
    return _sum(total, write) if isinstance(total, tasks.Sum) else _definite_integral(total, write)


def _congruences(task: tasks.Congruences, write: Write) -> str:
    """The least solution, from those of the single congruences."""
    lines, residues = [], []
    for k, row in enumerate(zip(task.coefficients, task.residues, task.moduli, strict=True)):
        a, b, m = map(number, row)
        lines.append(f"g{k} = gcd({a}, {m})")
        residues.append(f"Mod({b}/g{k}, {m}/g{k})/({a}/g{k})")
    return "; ".join([*lines, f"emit(lift(chinese([{', '.join(residues)}])))"])


def _arithmetic(task: tasks.ArithmeticFunction, write: Write) -> str:
    return f"emit({ARITHMETIC[task.function].format(*map(number, task.arguments))})"


def _require(holds: bool | None, otherwise: str) -> None:
    if not holds:
        raise Untranslatable(otherwise)


MATRICES: dict[str, str] = {
    "determinant": "emit(matdet({matrix}))",
    "inverse": "emit(({matrix})^(-1))",
    "eigenvalues": "emitroots(charpoly({matrix}, 'x), 'x, 0)",
    "characteristic_polynomial": "emit(charpoly({matrix}, {variable}))",
    "matrix_rank": "emit(matrank({matrix}))",
    "matrix_power": "emit(({matrix})^{exponent})",
    "linear_system": "emit(Vec(matsolve({matrix}, {right_side})[, 1]))",
}
"""What is asked of a matrix, in the fields of its task."""

ARITHMETIC: dict[str, str] = {
    "greatest_common_divisor": "gcd({0}, {1})",
    "least_common_multiple": "lcm({0}, {1})",
    "totient": "eulerphi({0})",
    "divisor_count": "numdiv({0})",
    "divisor_sum": "sigma({0})",
    "power_residue": "lift(Mod({0}, {2})^{1})",
    "valuation": "valuation({1}, {0})",
    "multiplicative_order": "znorder(Mod({0}, {1}))",
    "coprime_count": "sumdiv({1}, d, moebius(d)*({0}\\d))",
}
"""Functions of integers."""

WAYS: dict[str, Callable[[Any, Write], str]] = {
    "indefinite_integral": _indefinite_integral,
    "definite_integral": _definite_integral,
    "limit": _limit,
    "series": _series,
    "sum": _sum,
    "product": lambda task, write: _one_by_one("prod", task, task.factor, write),
    "evaluation": _evaluation,
    "simplification": _evaluation,
    "equation": _equation,
    "equation_system": _equation_system,
    **dict.fromkeys(MATRICES, _matrix),
    "expectation": _random_variable,
    "probability": _random_variable,
    "congruences": _congruences,
    "arithmetic_function": _arithmetic,
}

NOTATION = Notation(
    constants={"I": sympy.I, "inf": sympy.oo},
    functions={},
    made_up=re.compile(r"(?!)(?P<constant>)"),  # it makes up none
)


def read_result(text: str, symbols: Mapping[str, sympy.Expr]) -> sympy.Basic:
    """The SymPy form of a result of PARI/GP."""
    return read_infix(text, symbols, NOTATION)


PARI = Program("PARI/GP", find_pari, ways, run_pari, read_result)
