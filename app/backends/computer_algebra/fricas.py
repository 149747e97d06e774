"""FriCAS as a program: the ways to the answer of each kind of task, and how one script is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from app.backends.computer_algebra.fricas_syntax import FricasWriter, read_result
from app.backends.computer_algebra.processes import Allowance, Ended, find_program, run_program
from app.backends.computer_algebra.program_solver import MARK, Program, Way
from app.backends.computer_algebra.writing import (
    Names,
    Untranslatable,
    algebraic,
    condition,
    free_symbols,
    number,
    order_of,
    values_at_one_point,
)
from app.maths import Assumptions
from app.problems import tasks

PRELUDE = f"""\
)set messages autoload off
)set output algebra off
)set message type off
)set message time off
E ==> Expression(Integer)
say1(s: String): Void == (TERPRI()$Lisp; PRINC("{MARK}")$Lisp; PRINC(s)$Lisp; TERPRI()$Lisp)
emit(e: E): Void == say1(unparse(e::InputForm)::String)
emitList(l: List E): Void == say1(unparse(l::InputForm)::String)
emitRows(l: List List E): Void == say1(unparse(l::InputForm)::String)
emitMatrix(m: Matrix E): Void == say1(unparse(m::InputForm)::String)
inv1(a: Integer, m: Integer): Integer == (m = 1 => 0; invmod(positiveRemainder(a, m), m))
sign1(r: OrderedCompletion E): String == if whatInfinity(r) > 0 then "inf" else "-inf"
emitLimit(r: OrderedCompletion E): Void == (finite? r => emit(retract(r)@E); say1(sign1 r))
"""
"""`E` is what we compute in, and each `emit` prints a value as FriCAS would read it back, on one line."""

LIMIT = ["emitLimit(r)", "if r case OrderedCompletion(E) then emitLimit(r)"]
"""What prints a limit, whose type depends on what FriCAS knows of it."""

GENERAL = "if r case Record(particular: E, basis: List(E)) then (w := r.particular; l := r.basis)"
"""What takes the general solution of a linear equation apart."""

Lines = list[str]


def find_fricas() -> str:
    """The path of the program; raises `BackendUnavailable` with the command that installs it."""
    return find_program("fricas", "FriCAS", "fricas")


def run_fricas(script: str, allowance: Allowance) -> Ended:
    """Runs one script."""
    return run_program(
        [find_fricas(), "-nosman"], {"question.input": script}, allowance, stdin="question.input"
    )


def ways(task: tasks.Task, known: Assumptions, names: Names) -> list[Way]:
    """The scripts to try for a task; raises `Untranslatable` when FriCAS has no word for a part of it."""
    if task.operation not in WAYS:
        raise Untranslatable(f"what is asked, {task.operation.replace('_', ' ')}")
    positive = {symbol for symbol in free_symbols(task) - {names.variable} if known.apply(symbol).is_positive}
    found = WAYS[task.operation](task, FricasWriter(names, positive))
    return [Way(name, PRELUDE + "\n".join(lines) + "\n)quit\n") for name, lines in found.items()]


def _shown(value: str, *forms: str) -> Lines:
    return [f"emit({value})", *(f"emit({form}({value}))" for form in forms)]


def _indefinite_integral(task: tasks.IndefiniteIntegral, writer: FricasWriter) -> dict[str, Lines]:
    f, x = writer.expression(task.integrand), writer.write(task.variable)
    show = ["if r case E then emit(r)", "if r case List(E) then emit(first(r))"]
    return {
        "integrate": [f"r := integrate({f}, {x})", *show],
        "integrate after simplify": [f"r := integrate(simplify({f}), {x})", *show],
    }


def _definite_integral(task: tasks.DefiniteIntegral, writer: FricasWriter) -> dict[str, Lines]:
    found = {"integrate": _integrated(task, writer), "integrate, positive": _integrated(task, writer.strict)}
    if not task.integrand.has(TrigonometricFunction):
        # Told that there is no pole, FriCAS trusts its antiderivative, which may jump where angles come in.
        found["integrate without a pole"] = _integrated(task, writer.strict, ', "noPole"')
    return found


def _integrated(task: tasks.DefiniteIntegral, writer: FricasWriter, option: str = "") -> Lines:
    f, x = writer.expression(task.integrand), writer.write(task.variable)
    a, b = writer.write(task.lower), writer.write(task.upper)
    return [f"r := integrate({f}, {x} = ({a})..({b}){option})", "if r case f1 then emitLimit(r.f1)"]


def _limit(task: tasks.Limit, writer: FricasWriter) -> dict[str, Lines]:
    return {
        "limit": _approached(task, writer),
        "limit, positive": _approached(task, writer.strict),
        "limit after simplify": _approached(task, writer.strict, "simplify"),
    }


def _approached(task: tasks.Limit, writer: FricasWriter, change: str = "") -> Lines:
    f, x = writer.expression(task.expression), writer.write(task.variable)
    side = {"+": ', "right"', "-": ', "left"', "+-": ""}[task.direction]
    at = writer.write(task.point) if task.point.is_infinite else f"{writer.expression(task.point)}{side}"
    return [f"r := limit({change}({f}), {x} = {at})", *LIMIT]


def _series(task: tasks.Series, writer: FricasWriter) -> dict[str, Lines]:
    f, x, p = writer.expression(task.expression), writer.write(task.variable), writer.expression(task.point)
    power = f"({x}-({p}))^vk"
    return {
        "taylor": [
            f"s := taylor({f}, {x} = {p})",
            f"emit(reduce(+, [coefficient(s, vk)*{power} for vk in 0..{task.degree}]))",
        ],
        "derivatives": [
            f"l := [eval(D({f}, {x}, vk), {x} = {p})/factorial(vk)*{power} for vk in 0..{task.degree}]",
            "emit(reduce(+, l))",
        ],
    }


def _over_integers(
    name: str, term: sympy.Expr, task: tasks.Sum | tasks.Product, writer: FricasWriter
) -> dict[str, Lines]:
    f, k, a, b = writer.expression(term), *map(writer.write, (task.index, task.lower, task.upper))
    if not task.upper.is_infinite:
        return {name: _shown(f"{name}({f}, {k} = ({a})..({b}))", "factor", "simplify")}
    partial = f"{name}({f}, {k} = ({a})..vn)"
    return {f"limit of a {name}": [f"r := limit({partial}::E, vn = %plusInfinity)", *LIMIT]}


def _differential_equation(task: tasks.DifferentialEquation, writer: FricasWriter) -> dict[str, Lines]:
    x, call = writer.write(task.variable), writer.write(sympy.Function(task.function)(task.variable))
    y, order = call.partition("(")[0], order_of(task.equation)
    question = f"{writer.write(task.equation.lhs)} = {writer.expression(task.equation.rhs)}, {y}, {x}"
    given = sorted((condition(stated) for stated in task.conditions), key=lambda one: one[1])
    initial = [derivatives for _, derivatives, _ in given] == list(range(order))
    general = [f"{y} := operator '{y}", f"r := solve({question})", GENERAL]
    if not given:
        constants = [f"c{k} := 'c_{k}" for k in range(order)]
        together = " + ".join(f"c{k}*l.{k + 1}" for k in range(order))
        return {"solve": [*general, *constants, f"emit(w + {together})"]}
    if not initial or len({point for point, _, _ in given}) > 1:
        return {"solve, then constants": [*general, *_constants(x, given, writer)]}
    start, values = writer.expression(given[0][0]), ", ".join(writer.expression(one[2]) for one in given)
    implicit = f"solve(eval(r, {call} = vw::E) = 0::E, vw)"
    solve = [
        f"{y} := operator '{y}",
        f"r := solve({question} = {start}, [{values}])",
        "if r case E then emit(r)",
        f"if r case E then emitList([rhs q for q in {implicit}])",
    ]
    return {"solve": solve}


def _constants(x: str, given: Sequence[tuple[sympy.Expr, int, sympy.Expr]], writer: FricasWriter) -> Lines:
    """Lines that fit the constants of a general solution, `w` and a combination of `l`, to conditions."""

    def at(function: str, point: sympy.Expr, derivatives: int) -> str:
        return f"eval(D({function}, {x}, {derivatives}), {x} = {writer.expression(point)})"

    rows = ", ".join(f"[{at('q', point, derivatives)} for q in l]" for point, derivatives, _ in given)
    misses = ", ".join(
        f"[{writer.expression(value)} - {at('w', point, derivatives)}]" for point, derivatives, value in given
    )
    return [
        f"c := inverse(matrix([{rows}])::Matrix(E))::Matrix(E)*(matrix([{misses}])::Matrix(E))",
        "emit(w + reduce(+, [c(vi, 1)*l.vi for vi in 1..#l]))",
    ]


def _differential_system(task: tasks.DifferentialSystem, writer: FricasWriter) -> dict[str, Lines]:
    point, values = values_at_one_point(task)
    t, start = writer.write(task.variable), writer.expression(point)
    calls = [writer.write(sympy.Function(name)(task.variable)) for name in task.functions]
    unknowns = [call.partition("(")[0] for call in calls]
    equations = ", ".join(f"{writer.write(one.lhs)} = {writer.expression(one.rhs)}" for one in task.equations)
    wanted = ", ".join(f"[{writer.expression(value)}]" for value in values)
    lines = [
        *(f"{unknown} := operator '{unknown}" for unknown in unknowns),
        f"r := solve([{equations}], [{', '.join(unknowns)}], {t})",
        "w := matrix([[q] for q in entries(r.particular)])::Matrix(E)",
        "m := transpose(matrix([entries(q) for q in r.basis])::Matrix(E))",
        f"c := inverse(map(q +-> eval(q, {t} = {start}), m))::Matrix(E)"
        f"*(matrix([{wanted}])::Matrix(E) - map(q +-> eval(q, {t} = {start}), w))",
        "emitList(entries(column(w + m*c, 1)))",
    ]
    return {"solve": lines}


def _evaluation(task: tasks.Evaluation | tasks.Simplification, writer: FricasWriter) -> dict[str, Lines]:
    f = writer.expression(task.expression)
    forms = ("simplify", "normalize", "rootSimp", "ratDenom", "simplifyExp", "expand", "expandLog")
    return {"value": [f"r := {f}", *_shown("r", *forms)]}


def _equation(task: tasks.Equation, writer: FricasWriter) -> dict[str, Lines]:
    if task.equation.has(TrigonometricFunction):
        raise Untranslatable("all the solutions of a periodic equation")
    left, right, x = (
        writer.expression(task.equation.lhs),
        writer.expression(task.equation.rhs),
        writer.write(task.variable),
    )
    show = (
        "emitList(l)" if algebraic([task.equation], [task.variable]) else "if not empty? l then emitList(l)"
    )
    plain = f"{writer.write(task.equation.lhs - task.equation.rhs)} = 0"
    return {
        "solve": [f"l := [rhs q for q in solve({left} = {right}, {x})]", show],
        "radicalSolve": [f"l := [rhs q for q in radicalSolve({plain}, {x})]", show],
    }


def _equation_system(task: tasks.EquationSystem, writer: FricasWriter) -> dict[str, Lines]:
    if not algebraic(task.equations, task.variables):
        raise Untranslatable("a system that is not of polynomials")
    equations, unknowns = (writer.listed(row) for row in (task.equations, task.variables))
    return {
        "radicalSolve": [f"emitRows([[rhs q for q in row] for row in radicalSolve({equations}, {unknowns})])"]
    }


MATRICES: dict[str, str] = {
    "determinant": "emit(determinant(m))",
    "inverse": "emitMatrix(inverse(m)::Matrix(E))",
    "eigenvalues": "emitList([rhs q for q in solve(determinant(vz::E*1 - m) = 0::E, vz)])",
    "characteristic_polynomial": "emit(determinant({variable}::E*1 - m))",
    # The solutions of X' = mX that begin as the unit vectors.
    "matrix_exponential": "r := solve(m, {variable})\n"
    "if r case List(Vector(E)) then f := transpose(matrix([entries(q) for q in r])::Matrix(E))\n"
    "emitMatrix(f*inverse(map(q +-> eval(q, {variable} = 0::E), f))::Matrix(E))",
    "matrix_rank": "emit(rank(m)::E)",
    "matrix_power": "emitMatrix(m^{exponent})",
    "linear_system": "emitList(entries(column(inverse(m)::Matrix(E)*({right_side}::Matrix(E)), 1)))",
}
"""What is asked of a matrix `m`, in the fields of its task."""


def _matrix(task: Any, writer: FricasWriter) -> dict[str, Lines]:
    if isinstance(task, tasks.MatrixPower) and not task.exponent.is_Integer:
        raise Untranslatable("a power with a letter in its exponent")
    fields = {name: writer.write(getattr(task, name)) for name in ("variable", "exponent", "right_side")
              if hasattr(task, name)}  # fmt: skip
    return {
        task.operation: [
            f"m := {writer.write(task.matrix)}::Matrix(E)",
            MATRICES[task.operation].format(**fields),
        ]
    }


def _random_variable(task: tasks.Expectation | tasks.Probability, writer: FricasWriter) -> dict[str, Lines]:
    total = tasks.total(task)
    return WAYS[total.operation](total, writer)


def _congruences(task: tasks.Congruences, writer: FricasWriter) -> dict[str, Lines]:
    """The least solution, from those of the single congruences, put together one by one."""
    lines = ["x0 := 0", "m0 := 1"]
    for row in zip(task.coefficients, task.residues, task.moduli, strict=True):
        a, b, m = map(number, row)
        lines += [
            f"g := gcd({a}, {m})",
            f"mk := {m} quo g",
            f"xk := ({b} quo g)*inv1({a} quo g, mk)",
            "h := gcd(m0, mk)",
            'if not zero? positiveRemainder(xk - x0, h) then error("there is no solution")',
            "x0 := x0 + m0*positiveRemainder(((xk - x0) quo h)*inv1(m0 quo h, mk quo h), mk quo h)",
            "m0 := lcm(m0, mk)",
        ]
    return {"congruences": [*lines, "emit(positiveRemainder(x0, m0)::E)"]}


ARITHMETIC: dict[str, str] = {
    "greatest_common_divisor": "gcd({0}, {1})",
    "least_common_multiple": "lcm({0}, {1})",
    "totient": "eulerPhi({0})",
    "divisor_count": "numberOfDivisors({0})",
    "divisor_sum": "sumOfDivisors({0})",
    "power_residue": "powmod({0}, {1}, {2})",
    "valuation": "reduce(+, [q.exponent for q in factorList(factor({1})) | q.factor = {0}], 0)",
    "multiplicative_order": "first([vd for vd in sort divisors(eulerPhi({1})) | powmod({0}, vd, {1}) = 1])",
    "coprime_count": "reduce(+, [moebiusMu(vd)*({0} quo vd) for vd in divisors({1})])",
}
"""Functions of integers."""


def _arithmetic(task: tasks.ArithmeticFunction, writer: FricasWriter) -> dict[str, Lines]:
    return {task.function: [f"emit(({ARITHMETIC[task.function].format(*map(number, task.arguments))})::E)"]}


WAYS: dict[str, Callable[[Any, FricasWriter], dict[str, Lines]]] = {
    "indefinite_integral": _indefinite_integral,
    "definite_integral": _definite_integral,
    "limit": _limit,
    "series": _series,
    "sum": lambda task, writer: _over_integers("sum", task.term, task, writer),
    "product": lambda task, writer: _over_integers("product", task.factor, task, writer),
    "differential_equation": _differential_equation,
    "differential_system": _differential_system,
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
"""No inequalities: FriCAS has no way to solve them."""

FRICAS = Program("FriCAS", find_fricas, ways, run_fricas, read_result)
