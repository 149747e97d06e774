"""Giac as a program: the ways to the answer of each kind of task, and how one script is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from app.backends.computer_algebra.giac_syntax import SIDES, GiacWriter, facts, read_result
from app.backends.computer_algebra.processes import Allowance, Ended, find_program, run_program
from app.backends.computer_algebra.program_solver import MARK, Program, Way
from app.backends.computer_algebra.writing import (
    Names,
    Untranslatable,
    algebraic,
    condition,
    linear,
    number,
    order_of,
    values_at_one_point,
)
from app.maths import Assumptions
from app.problems import tasks

ALL_SOLUTIONS = "cas_setup([0,0,0,1,0,[1e-15,1e-20],12,[1,50,0,25],0,0,1,1]);"
"""Giac's settings as they come, but with all solutions of a periodic equation, not those of one period."""

Write = Callable[[sympy.Basic], str]
Parts = tuple[str, str]


def find_giac() -> str:
    """The path of the program; raises `BackendUnavailable` with the command that installs it."""
    return find_program("giac", "Giac", "xcas")


def run_giac(script: str, allowance: Allowance) -> Ended:
    """Runs one script."""
    return run_program([find_giac(), "question.cas"], {"question.cas": script}, allowance)


def ways(task: tasks.Task, known: Assumptions, names: Names) -> list[Way]:
    """The scripts to try for a task; raises `Untranslatable` when Giac has no word for a part of it."""
    writer = GiacWriter(names)
    stated = "".join(f"{fact};\n" for fact in facts(known.relations, writer))
    return [Way(name, f"{stated}{script}") for name, script in WAYS[task.operation](task, writer.write)]


def _value(name: str, expression: str, *forms: str, before: str = "", text: str = "string({})") -> Parts:
    """A way that prints the value of an expression, and that value in other forms.

    `before` is run first; `text` makes the text of a value.
    """
    values = ["vr", *(f"{form}(vr)" for form in forms)]
    shown = "".join(f'print("{MARK}"+{text.format(value)});\n' for value in values)
    return name, f"{before}vr:=undef;\nvr:={expression};\n{shown}"


def _indefinite_integral(task: tasks.IndefiniteIntegral, write: Write) -> list[Parts]:
    f, x = write(task.integrand), write(task.variable)
    return [
        _value("integrate", f"integrate({f}, {x})", "normal"),
        _value("integrate after simplify", f"integrate(simplify({f}), {x})"),
        _value("integrate after tlin", f"integrate(tlin({f}), {x})"),
        _value("integrate after normal", f"integrate(normal(trig2exp({f})), {x})"),
    ]


def _definite_integral(task: tasks.DefiniteIntegral, write: Write) -> list[Parts]:
    f, x, a, b = map(write, (task.integrand, task.variable, task.lower, task.upper))
    return [
        _value("integrate", f"integrate({f}, {x}, {a}, {b})", "simplify"),
        _value("integrate after simplify", f"integrate(simplify({f}), {x}, {a}, {b})", "simplify"),
        _value("integrate after tlin", f"integrate(tlin({f}), {x}, {a}, {b})", "simplify"),
    ]


def _limit(task: tasks.Limit, write: Write) -> list[Parts]:
    f, x, p = write(task.expression), write(task.variable), write(task.point)
    side = "" if task.point.is_infinite else SIDES[task.direction]
    return [
        _value("limit", f"limit({f}, {x}, {p}{side})", "simplify"),
        _value("limit after simplify", f"limit(simplify({f}), {x}, {p}{side})", "simplify"),
    ]


def _series(task: tasks.Series, write: Write) -> list[Parts]:
    f, x, p = write(task.expression), write(task.variable), write(task.point)
    terms = f"limit(diff({f}, {x}, vk), {x}, {p})/vk!*({x} - {p})^vk"
    return [
        _value("taylor", f"taylor({f}, {x}={p}, {task.degree}, polynom)"),
        _value("derivatives", f"sum([seq({terms}, vk=0..{task.degree})])"),
    ]


def _sum(task: tasks.Sum, write: Write) -> list[Parts]:
    f, k, a, b = map(write, (task.term, task.index, task.lower, task.upper))
    return [
        _value("sum", f"sum({f}, {k}, {a}, {b})", "simplify", "factor"),
        _value("sum after partfrac", f"sum(partfrac({f}, {k}), {k}, {a}, {b})", "simplify", "factor"),
        _value("limit of sums", f"limit(sum({f}, {k}, {a}, vn), vn, {b})", "simplify"),
    ]


def _product(task: tasks.Product, write: Write) -> list[Parts]:
    f, k, a, b = map(write, (task.factor, task.index, task.lower, task.upper))
    return [
        _value("product", f"product({f}, {k}, {a}, {b})", "simplify", "factor"),
        _value("product after factor", f"product(factor({f}), {k}, {a}, {b})", "simplify"),
        _value("limit of products", f"limit(product(factor({f}), {k}, {a}, vn), vn, {b})", "simplify"),
    ]


def _differential_equation(task: tasks.DifferentialEquation, write: Write) -> list[Parts]:
    y, x = write(sympy.Function(task.function)(task.variable)), write(task.variable)
    function = y.partition("(")[0]
    given = [_start(function, *condition(stated), write) for stated in task.conditions]
    question = f"[{', '.join([write(task.equation), *given])}]"
    return [_value("desolve", f"desolve({question}, {x}, {function})", "simplify")]


def _start(function: str, point: sympy.Expr, order: int, value: sympy.Expr, write: Write) -> str:
    marks = "'" * order
    return f"{function}{marks}({write(point)})={write(value)}"


def _differential_system(task: tasks.DifferentialSystem, write: Write) -> list[Parts]:
    """`desolve` for linear systems of first order in the form of matrices, with their values at one point."""
    if any(order_of(equation) > 1 for equation in task.equations):
        raise Untranslatable("a system of higher order")
    t = task.variable
    unknowns = [sympy.Function(name)(t) for name in task.functions]
    slots, slopes = ([sympy.Dummy() for _ in unknowns] for _ in range(2))
    plain = {u.diff(t): slope for u, slope in zip(unknowns, slopes, strict=True)}
    plain |= dict(zip(unknowns, slots, strict=True))
    leading, rest = linear([equation.subs(plain) for equation in task.equations], slopes)
    matrix, constant = linear(list(leading.LUsolve(rest)), slots)
    point, values = values_at_one_point(task)
    inhomogeneous = sympy.Tuple(*(-entry for entry in constant))
    equation = f"vy'={write(matrix)}*vy+{write(inhomogeneous)}"
    solve = f"desolve([{equation}, vy({write(point)})={write(values)}], {write(t)}, vy)[0]"
    return [_value("desolve", solve, "simplify")]


def _evaluation(task: tasks.Evaluation | tasks.Simplification, write: Write) -> list[Parts]:
    forms = ("simplify", "normal", "factor", "ratnormal", "tsimplify", "lncollect", "texpand", "tcollect")
    return [
        _value("value", write(task.expression), *forms),
        _value("value by exponentials", f"simplify(trig2exp({write(task.expression)}))"),
    ]


def _equation(task: tasks.Equation, write: Write) -> list[Parts]:
    solve = "csolve" if task.domain == "complexes" else "solve"
    periodic = any(f.has(task.variable) for f in task.equation.atoms(TrigonometricFunction))
    value = f"{solve}({write(task.equation)}, {write(task.variable)})"
    # An empty list is its word for "none", and also for "none found".
    text = (
        "string({0})"
        if algebraic([task.equation], [task.variable])
        else "string(when(size({0})>0,{0},undef))"
    )
    return [_value("solve", value, "simplify", before=ALL_SOLUTIONS if periodic else "", text=text)]


def _equation_system(task: tasks.EquationSystem, write: Write) -> list[Parts]:
    solve = "csolve" if task.domain == "complexes" else "solve"
    equations, unknowns = (write(sympy.Tuple(*row)) for row in (task.equations, task.variables))
    return [_value("solve", f"{solve}({equations}, {unknowns})", "simplify")]


def _inequality(task: tasks.Inequality, write: Write) -> list[Parts]:
    return [_value("solve", f"solve({write(task.relation)}, {write(task.variable)})")]


MATRICES: dict[str, str] = {
    "determinant": "simplify(det({matrix}))",
    "inverse": "simplify(inv({matrix}))",
    "eigenvalues": "[eigenvals({matrix})]",
    "characteristic_polynomial": "simplify(det({variable}*idn({rows}) - {matrix}))",
    "matrix_exponential": "exp({variable}*{matrix})",
    "matrix_power": "matpow({matrix}, {exponent})",
    "matrix_rank": "rank({matrix})",
    "linear_system": "simplify(flatten(inv({matrix})*{right_side}))",
}
"""What is asked of a matrix, in the fields of its task."""

OF_MATRICES = {"inverse", "matrix_exponential", "matrix_power"}
"""Operations whose result is a matrix, which Giac prints as a list of lists."""

ARITHMETIC: dict[str, tuple[str, str]] = {
    "greatest_common_divisor": ("", "gcd({0}, {1})"),
    "least_common_multiple": ("", "lcm({0}, {1})"),
    "totient": ("", "euler({0})"),
    "divisor_count": ("", "size(idivis({0}))"),
    "divisor_sum": ("", "sum(idivis({0}))"),
    "power_residue": ("", "powmod({0}, {1}, {2})"),
    "valuation": ("vk:=0; vm:={1};\nwhile(irem(vm, {0})==0) {{ vm:=iquo(vm, {0}); vk:=vk+1; }};\n", "vk"),
    "multiplicative_order": (
        "vl:=select(vd->(powmod({0}, vd, {1})==1), sort(idivis(euler({1}))));\n",
        "vl[0]",
    ),
    "coprime_count": (
        "vf:=ifactors({1});\nvs:=0;\nvl:=idivis(product([seq(vf[2*vj], vj=0..size(vf)/2-1)]));\n"
        "for(vi:=0;vi<size(vl);vi++) {{ vs:=vs+(-1)^(size(ifactors(vl[vi]))/2)*iquo({0}, vl[vi]); }};\n",
        "vs",
    ),
}
"""Functions of integers: what to run first, and the value."""


def _matrix(task: Any, write: Write) -> list[Parts]:
    fields = {name: write(getattr(task, name)) for name in ("matrix", "variable", "exponent", "right_side")
              if hasattr(task, name)}  # fmt: skip
    value = MATRICES[task.operation].format(**fields, rows=task.matrix.rows)
    text = '"matrix("+string({})+")"' if task.operation in OF_MATRICES else "string({})"
    return [_value(task.operation, value, "simplify", text=text)]


def _random_variable(task: tasks.Expectation | tasks.Probability, write: Write) -> list[Parts]:
    total = tasks.total(task)
    return _sum(total, write) if isinstance(total, tasks.Sum) else _definite_integral(total, write)


def _congruences(task: tasks.Congruences, write: Write) -> list[Parts]:
    """The least solution, from those of the single congruences."""
    lines, pairs = [], []
    for k, row in enumerate(zip(task.coefficients, task.residues, task.moduli, strict=True)):
        a, b, m = map(number, row)
        lines.append(f"vg:=iegcd({a}, {m}); vm{k}:={m}/vg[2];\nvx{k}:=vg[0]*{b}/vg[2];\n")
        pairs.append(f"[irem(irem(vx{k}, vm{k})+vm{k}, vm{k}), vm{k}]")
    together = pairs[0]
    for pair in pairs[1:]:
        together = f"ichinrem({together}, {pair})"
    least = "string(irem(irem({0}[0], {0}[1])+{0}[1], {0}[1]))"
    return [_value("ichinrem", together, before="".join(lines), text=least)]


def _arithmetic(task: tasks.ArithmeticFunction, write: Write) -> list[Parts]:
    before, value = (part.format(*map(number, task.arguments)) for part in ARITHMETIC[task.function])
    return [_value(task.function, value, before=before)]


WAYS: dict[str, Callable[[Any, Write], Sequence[Parts]]] = {
    "indefinite_integral": _indefinite_integral,
    "definite_integral": _definite_integral,
    "limit": _limit,
    "series": _series,
    "sum": _sum,
    "product": _product,
    "differential_equation": _differential_equation,
    "differential_system": _differential_system,
    "evaluation": _evaluation,
    "simplification": _evaluation,
    "equation": _equation,
    "equation_system": _equation_system,
    "inequality": _inequality,
    **dict.fromkeys(MATRICES, _matrix),
    "expectation": _random_variable,
    "probability": _random_variable,
    "congruences": _congruences,
    "arithmetic_function": _arithmetic,
}

GIAC = Program("Giac", find_giac, ways, run_giac, read_result)
