"""The Maxima program for each kind of task: ways to the answer, tried until one gives a closed form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from app.backends.computer_algebra.maxima_syntax import REDUCED_HYPERGEOMETRIC, MaximaWriter, facts
from app.backends.computer_algebra.writing import (
    Names,
    Untranslatable,
    condition,
    free_symbols,
    number,
    order_of,
)
from app.maths import Assumptions
from app.problems import tasks

# Maxima asks "is s an integer?" of a real parameter before it gives a formula that holds for both. Where that
# question was all that stood in the way, the ways are tried again with such parameters taken as generic.
PREAMBLE = """\
display2d: false$
linel: 100000$
ratprint: false$
simpsum: true$
besselexpand: true$
gamma_expand: false$
zeta%pi: true$
logexpand: true$
solved: false$
searching: true$
plumbline_asked_integer: false$
open_forms: append(map(nounify, [integrate, sum, limit, product, laplace, ilt, risch, specint]), [und, ind])$
closed(e) := every(lambda([form], freeof(form, e)), open_forms)$
without_logarithms(equation) := block([scaled: ratsimp(equation*denom(ratsimp(lhs(equation))))],
  radcan(exp(lhs(scaled))) = radcan(exp(rhs(scaled))))$
attempt(label, way) ::= buildq([label, way], if searching then block([found: errcatch(way)],
  if found # [] then (plumbline_emit(label, found[1]),
    if closed(found[1]) then (answer: found[1], solved: true, searching: false))))$
also(label, way) ::= buildq([label, way], if solved then block([found: errcatch(way)],
  if found # [] then plumbline_emit(label, found[1])))$
"""
"""`attempt` runs one way unless an earlier one succeeded; `also` offers another form of what was found."""

FORMS_OF_FACTORIALS = 'also("makefact", minfactorial(makefact(answer)))'


@dataclass(frozen=True)
class Script:
    """A program for Maxima, and what its names mean."""

    text: str
    names: Names


def script_for(task: tasks.Task, known: Assumptions) -> Script:
    """The program for `task`; raises `Untranslatable` when Maxima has no word for a part of it."""
    names = Names.for_task(task, known.symbols)
    writer = MaximaWriter(names)
    ways = SCRIPTS[task.operation](task, names)
    others = sorted(free_symbols(task) - {names.variable}, key=str)
    parameters = [symbol for symbol in others if not known.domain(symbol).integral]
    generic = [
        f"if searching then declare({writer.write(parameter)}, noninteger)" for parameter in parameters
    ]
    again = ["searching: searching and plumbline_asked_integer", *generic, *ways] if generic else []
    lines = [*facts(known.relations, writer), *ways, *again]
    return Script(PREAMBLE + "".join(f"{line}$\n" for line in lines), names)


def _attempt(label: str, way: str) -> str:
    return f'attempt("{label}", {way})'


def _also(*functions: str) -> list[str]:
    return [f'also("{name}", {name}(answer))' for name in functions]


def _indefinite_integral(task: tasks.IndefiniteIntegral, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    f, x = write(task.integrand), write(task.variable)
    return [
        _attempt("integrate", f"integrate({f}, {x})"),
        _attempt("integrate-simplified", f"integrate(trigsimp(ratsimp({f})), {x})"),
        _attempt("risch", f"risch({f}, {x})"),
        _attempt("integrate-exponentials", f"integrate(ratsimp(exponentialize({f})), {x})"),
        _attempt("integrate-abs", f"(load(abs_integrate), integrate({f}, {x}))"),
        *_also("ratsimp"),
    ]


def _definite_integral(task: tasks.DefiniteIntegral, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    f, x, a, b = write(task.integrand), write(task.variable), write(task.lower), write(task.upper)
    laplace = task.lower == 0 and task.upper == sympy.oo  # what `specint` computes
    return [
        _attempt("integrate", f"integrate({f}, {x}, {a}, {b})"),
        _attempt("integrate-simplified", f"integrate(trigsimp(ratsimp({f})), {x}, {a}, {b})"),
        _attempt("integrate-expanded", f"integrate(expand({f}), {x}, {a}, {b})"),
        _attempt("integrate-trigreduce", f"integrate(trigreduce({f}), {x}, {a}, {b})"),
        *([_attempt("specint", f"specint({f}, {x})")] if laplace else []),
        _attempt("integrate-abs", f"(load(abs_integrate), integrate({f}, {x}, {a}, {b}))"),
        *_also("ratsimp", "factor", "trigsimp", "makegamma", "rootscontract"),
        FORMS_OF_FACTORIALS,
    ]


def _limit(task: tasks.Limit, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    f, x, p = write(task.expression), write(task.variable), write(task.point)
    side = {"+": ", plus", "-": ", minus", "+-": ""}[task.direction]
    side = "" if task.point.is_infinite else side
    return [
        _attempt("limit", f"limit({f}, {x}, {p}{side})"),
        _attempt("tlimit", f"tlimit({f}, {x}, {p}{side})"),
        _attempt("limit-simplified", f"limit(trigsimp(ratsimp({f})), {x}, {p}{side})"),
        *_also("ratsimp", "factor", "trigsimp"),
    ]


def _series(task: tasks.Series, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    f, x, p = write(task.expression), write(task.variable), write(task.point)
    return [
        _attempt("taylor", f"ratdisrep(taylor({f}, {x}, {p}, {task.degree}))"),
        _attempt("taylor-simplified", f"ratdisrep(taylor(ratsimp({f}), {x}, {p}, {task.degree}))"),
        _attempt(
            "derivatives",
            f"sum(limit(diff({f}, {x}, vk), {x}, {p})/vk!*({x} - {p})^vk, vk, 0, {task.degree})",
        ),
    ]


def _sum(task: tasks.Sum, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    f, k, a, b = write(task.term), write(task.index), write(task.lower), write(task.upper)
    return [
        f"declare({k}, integer)",
        _attempt("sum", f"sum({f}, {k}, {a}, {b})"),
        _attempt("simplify_sum", f"(load(simplify_sum), simplify_sum('sum({f}, {k}, {a}, {b})))"),
        _attempt("sum-partfrac", f"sum(expand(partfrac({f}, {k})), {k}, {a}, {b})"),
        _attempt("simplify_sum-partfrac", f"simplify_sum('sum(partfrac({f}, {k}), {k}, {a}, {b}))"),
        _attempt("nusum", f"nusum({f}, {k}, {a}, {b})"),
        _attempt("simplify_sum-limit", f"limit(simplify_sum('sum({f}, {k}, {a}, vn)), vn, {b})"),
        *_also("ratsimp", "factor", "minfactorial", "makegamma"),
        FORMS_OF_FACTORIALS,
    ]


def _differential_equation(task: tasks.DifferentialEquation, names: Names) -> list[str]:
    bare, applied = MaximaWriter(names, applied=False), MaximaWriter(names)
    y, x = sympy.Function(task.function)(task.variable), names.of[task.variable]
    order = order_of(task.equation)
    conditions = [condition(stated) for stated in task.conditions]
    name, call = bare.write(y), applied.write(y)
    ways = []
    if order <= 2:
        general = f"ode2({bare.write(task.equation)}, {name}, {x})"
        particular = _particular(general, conditions, order, name, x, bare)
        if particular is not None:
            ways += [
                f"depends({name}, {x})",
                _attempt("ode2", particular),
                f"remove({name}, dependency)",
            ]
    if all(point == 0 for point, _, _ in conditions):
        given = {derivatives: applied.write(value) for _, derivatives, value in conditions}
        starts = [
            f"atvalue({_nth(call, x, number)}, {x} = 0, {given.get(number, f'%k{number + 1}')})"
            for number in range(order)
        ]
        ways += [*starts, _attempt("desolve", f"desolve({applied.write(task.equation)}, {call})")]
    return [
        *ways,
        f'also("explicit", solve(answer, {name}))',
        f'also("exponentiated", solve(without_logarithms(answer), {name}))',
        *_also("expand", "ratsimp"),
    ]


def _nth(call: str, x: str, number: int) -> str:
    return f"diff({call}, {x}, {number})" if number else call


def _particular(
    general: str,
    conditions: Sequence[tuple[sympy.Expr, int, sympy.Expr]],
    order: int,
    name: str,
    x: str,
    writer: MaximaWriter,
) -> str | None:
    """The Maxima call that fits the general solution to the conditions; None when it has none for them."""
    kinds = sorted(derivatives for _, derivatives, _ in conditions)
    points = [
        (writer.write(point), writer.write(value))
        for point, _, value in sorted(conditions, key=lambda c: c[1])
    ]
    if not conditions:
        return general
    if order == 1 and kinds == [0]:
        return f"ic1({general}, {x} = {points[0][0]}, {name} = {points[0][1]})"
    if order == 2 and kinds == [0, 1] and points[0][0] == points[1][0]:
        value, slope = points[0][1], points[1][1]
        return f"ic2({general}, {x} = {points[0][0]}, {name} = {value}, 'diff({name}, {x}) = {slope})"
    if order == 2 and kinds == [0, 0]:
        (a, left), (b, right) = points
        return f"bc2({general}, {x} = {a}, {name} = {left}, {x} = {b}, {name} = {right})"
    return None


def _evaluation(task: tasks.Evaluation, names: Names) -> list[str]:
    reduced = MaximaWriter(names, hypergeometric=REDUCED_HYPERGEOMETRIC).write(task.expression)
    general = MaximaWriter(names).write(task.expression)
    return [
        _attempt("value", reduced),
        _attempt("general", f"hypergeometric_simp({general})"),
        'also("again", ev(answer, infeval))',
        'also("gamma_expand", ev(answer, gamma_expand: true, beta_expand: true))',
        *_also("makegamma", "minfactorial", "ratsimp", "radcan", "trigsimp", "rootscontract", "logcontract"),
        FORMS_OF_FACTORIALS,
        'also("trigreduce", ratsimp(trigreduce(answer)))',
        'also("trigexpand", trigsimp(trigexpand(answer)))',
    ]


def _simplification(task: tasks.Simplification, names: Names) -> list[str]:
    expression = MaximaWriter(names).write(task.expression)
    return [
        _attempt("value", expression),
        *_also(
            "expand", "ratsimp", "fullratsimp", "factor", "trigsimp", "trigrat", "minfactorial", "makegamma"
        ),
        *_also("radcan", "rootscontract", "logcontract", "combine"),
        'also("sqrtdenest", (load(sqdnst), sqrtdenest(answer)))',
        FORMS_OF_FACTORIALS,
        'also("trigreduce", ratsimp(trigreduce(answer)))',
        'also("trigexpand", trigsimp(trigexpand(answer)))',
        'also("exponentialize", demoivre(ratsimp(exponentialize(answer))))',
        'also("logarithms", ratsimp(logarc(answer)))',
    ]


def _equation(task: tasks.Equation, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    equation, x = write(task.equation), write(task.variable)
    # `solve` inverts periodic functions to one branch and drops the other solutions.
    periodic = any(f.has(task.variable) for f in task.equation.atoms(TrigonometricFunction))
    general = _attempt("to_poly_solve", f"(load(to_poly_solve), to_poly_solve({equation}, {x}))")
    if periodic:
        return [general]
    explicit = f"every(lambda([e], lhs(e) = {x} and freeof({x}, rhs(e))), answer)"
    return [_attempt("solve", f"solve({equation}, {x})"), f"searching: not (solved and {explicit})", general]


def _product(task: tasks.Product, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    f, k, a, b = write(task.factor), write(task.index), write(task.lower), write(task.upper)
    logarithms = f"simplify_sum('sum(log({f}), {k}, {a}, {b}))"
    return [
        f"declare({k}, integer)",
        _attempt("product", f"ev(product({f}, {k}, {a}, {b}), simpproduct)"),
        _attempt("product-factored", f"ev(product(factor({f}), {k}, {a}, {b}), simpproduct)"),
        _attempt("sum-of-logarithms", f"exp((load(simplify_sum), {logarithms}))"),
        _attempt("product-limit", f"limit(ev(product(factor({f}), {k}, {a}, vn), simpproduct), vn, {b})"),
        *_also("ratsimp", "factor", "minfactorial", "makegamma"),
        FORMS_OF_FACTORIALS,
    ]


def _equation_system(task: tasks.EquationSystem, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    equations, unknowns = (", ".join(map(write, row)) for row in (task.equations, task.variables))
    nested = "every(lambda([row], listp(row) and every(lambda([e], freeof(lhs(e), rhs(e))), row)), answer)"
    return [
        _attempt("solve", f"solve([{equations}], [{unknowns}])"),
        f"searching: not (solved and {nested})",
        _attempt("algsys", f"algsys([{equations}], [{unknowns}])"),
    ]


def _inequality(task: tasks.Inequality, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    relation, x = write(task.relation), write(task.variable)
    listed = (
        "if vr = emptyset then [] elseif vr = universalset then [[]] "
        'elseif listp(vr) then [vr] elseif op(vr) = "or" then args(vr) else vr'
    )
    return [
        _attempt(
            "fourier_elim",
            f"(load(fourier_elim), block([vr: fourier_elim([{relation}], [{x}])], {listed}))",
        )
    ]


def _differential_system(task: tasks.DifferentialSystem, names: Names) -> list[str]:
    """`desolve`, which knows conditions at 0 only."""
    write, t = MaximaWriter(names).write, names.of[task.variable]
    calls = {name: write(sympy.Function(name)(task.variable)) for name in task.functions}
    starts = []
    for stated in task.conditions:
        point, derivatives, value = condition(stated)
        name = (stated.lhs.expr.expr if derivatives else stated.lhs).func.__name__
        if point != 0:
            raise Untranslatable("conditions elsewhere than at 0")
        starts.append(f"atvalue({_nth(calls[name], t, derivatives)}, {t} = 0, {write(value)})")
    equations, unknowns = ", ".join(map(write, task.equations)), ", ".join(calls.values())
    solve = f"desolve([{equations}], [{unknowns}])"
    return [*starts, _attempt("desolve", solve), *_also("expand", "ratsimp")]


MATRICES: dict[str, tuple[str, ...]] = {
    "determinant": ("ratsimp(determinant({matrix}))",),
    "inverse": ("ratsimp(invert({matrix}))",),
    "eigenvalues": ("listify(setify(ratsimp(first(eigenvalues({matrix})))))",),
    "characteristic_polynomial": ("ratsimp((-1)^{rows}*charpoly({matrix}, {variable}))",),
    "matrix_exponential": (
        "(load(diag), mat_function(lambda([vz], exp({variable}*vz)), {matrix}))",
        "(load(linearalgebra), matrixexp({matrix}, {variable}))",
    ),
    "matrix_power": (
        "if integerp({exponent}) then {matrix}^^{exponent} "
        "else (load(diag), mat_function(lambda([vz], vz^{exponent}), {matrix}))",
    ),
    "matrix_rank": ("rank({matrix})",),
    "linear_system": ("first(transpose(ratsimp(invert({matrix}) . {right_side})))",),
}
"""Ways to what is asked of a matrix, in the fields of its task."""

ARITHMETIC: dict[str, str] = {
    "greatest_common_divisor": "gcd({0}, {1})",
    "least_common_multiple": "(load(functs), lcm({0}, {1}))",
    "totient": "totient({0})",
    "divisor_count": "length(divisors({0}))",
    "divisor_sum": "divsum({0})",
    "power_residue": "power_mod({0}, {1}, {2})",
    "valuation": "block([vk: 0, vm: {1}], while mod(vm, {0}) = 0 do (vm: vm/{0}, vk: vk + 1), vk)",
    "multiplicative_order": "zn_order({0}, {1})",
    "coprime_count": "lsum(moebius(vd)*floor({0}/vd), vd, listify(divisors({1})))",
}
"""Functions of integers, which Maxima computes for numbers."""


def _matrix(task: Any, names: Names) -> list[str]:
    write = MaximaWriter(names).write
    fields = {name: getattr(task, name) for name in ("matrix", "variable", "exponent", "right_side")
              if hasattr(task, name)}  # fmt: skip
    written = {name: write(value) for name, value in fields.items()}
    ways = [way.format(**written, rows=task.matrix.rows) for way in MATRICES[task.operation]]
    labelled = [_attempt(f"{task.operation}-{number}", way) for number, way in enumerate(ways, start=1)]
    return [*labelled, *_also("ratsimp", "factor")]


def _random_variable(task: tasks.Expectation | tasks.Probability, names: Names) -> list[str]:
    total = tasks.total(task)
    return _sum(total, names) if isinstance(total, tasks.Sum) else _definite_integral(total, names)


def _congruences(task: tasks.Congruences, names: Names) -> list[str]:
    """The least solution, from those of the single congruences."""
    rows = zip(task.coefficients, task.residues, task.moduli, strict=True)
    pairs = [[number(part) for part in row] for row in rows]
    lines = [f"vg{k}: gcd({a}, {m})" for k, (a, _, m) in enumerate(pairs)]
    moduli = [f"({m}/vg{k})" for k, (_, _, m) in enumerate(pairs)]
    residues = [
        f"mod({b}/vg{k}*inv_mod({a}/vg{k}, {moduli[k]}), {moduli[k]})" for k, (a, b, _) in enumerate(pairs)
    ]
    return [*lines, _attempt("chinese", f"chinese([{', '.join(residues)}], [{', '.join(moduli)}])")]


def _arithmetic_function(task: tasks.ArithmeticFunction, names: Names) -> list[str]:
    return [_attempt(task.function, ARITHMETIC[task.function].format(*map(number, task.arguments)))]


SCRIPTS: dict[str, Callable[[Any, Names], list[str]]] = {
    "indefinite_integral": _indefinite_integral,
    "definite_integral": _definite_integral,
    "limit": _limit,
    "series": _series,
    "sum": _sum,
    "product": _product,
    "differential_equation": _differential_equation,
    "evaluation": _evaluation,
    "simplification": _simplification,
    "equation": _equation,
    "equation_system": _equation_system,
    "inequality": _inequality,
    "differential_system": _differential_system,
    "determinant": _matrix,
    "inverse": _matrix,
    "eigenvalues": _matrix,
    "characteristic_polynomial": _matrix,
    "matrix_exponential": _matrix,
    "matrix_power": _matrix,
    "matrix_rank": _matrix,
    "linear_system": _matrix,
    "expectation": _random_variable,
    "probability": _random_variable,
    "congruences": _congruences,
    "arithmetic_function": _arithmetic_function,
}
